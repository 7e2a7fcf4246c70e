"""Files that are on the disk when we say so.

In: paths and bytes. Out: nothing; used by `index_folder` and by engines that write files. What only
some systems can do (syncing a folder) is left out where it cannot be done.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from newssearch.errors import EngineError

#: What a file's name ends with until it is whole.
ASIDE = ".new"


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
    """Make names in a folder durable, where the system can."""
    with contextlib.suppress(OSError):  # Windows cannot open folders
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
