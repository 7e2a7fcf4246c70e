"""Files that are on the disk when we say so.

In: paths and bytes. Out: nothing; used by `index_folder` and by engines that write files. What only
some systems can do (syncing a folder) is left out where it cannot be done.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from newssearch.errors import EngineError

#: What a file's name ends with until it is whole.
ASIDE = ".new"

#: What file systems say that do not sync folders.
_NO_SUCH_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}


def sync(path: Path) -> None:
    """Wait until a file that has been written is on the disk."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Write a whole file or leave the one before: written aside, synced, renamed, synced."""
    aside = path.with_name(path.name + ASIDE)
    try:
        with open(aside, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, so that their names are on the disk."""
    made = [folder for folder in (path, *path.parents) if not os.path.lexists(folder)]
    path.mkdir(parents=True, exist_ok=True)
    for folder in reversed(made):
        sync_folder(folder.parent)


def require_space(folder: Path, size: int) -> None:
    """See to it that a folder's disk has room for so many bytes; raises EngineError.

    Somebody else may take it meanwhile: this spares a run that could not end well.
    """
    import shutil  # start-up: searches write nothing

    free = shutil.disk_usage(folder).free
    if free < size:
        raise EngineError(
            f"{folder}: about {_megabytes(size)} are needed on this disk and {_megabytes(free)} "
            "are free; the index is as it was"
        )


def _megabytes(size: int) -> str:
    return f"{max(size // 1_000_000, 1):,} MB"


def sync_folder(path: Path) -> None:
    """Make names in a folder durable, where the system can; a disk that fails is an OSError."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # Windows cannot open folders, nor can who may only write to one
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SUCH_SYNC:
            raise
    finally:
        os.close(handle)
