"""Files that are on the disk when we say so, and read as what they are.

In: paths and bytes. Out: bytes; used by whoever keeps something in an index's folder, and by
engines that write files. What only some systems can do (syncing a folder) is left out where it
cannot be done.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from newssearch.errors import EngineError

#: What a file's name ends with until it is whole.
ASIDE = ".new"

#: What file systems say that do not sync folders.
_NO_SUCH_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}


def read_regular(path: Path) -> bytes:
    """A file's content. What is no file (a pipe, a device, a folder in its place) is an OSError
    that says so, where reading it would wait for ever or not end."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "is not a file", os.fspath(path))
        with open(handle, "rb", buffering=0, closefd=False) as file:
            return file.readall()
    finally:
        os.close(handle)


def sync(path: Path) -> None:
    """Wait until a file that has been written is on the disk."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Write a whole file or leave the one before: written aside, synced, renamed, synced."""
    aside = path.with_name(path.name + ASIDE)
    try:
        write_new(aside, content)
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is nobody's yet, synced. What is there already is not written into: it may
    be a link to another file, in an index that somebody else has made."""
    try:
        file = open(path, "xb")  # noqa: SIM115  closed below
    except FileExistsError:
        path.unlink()
        file = open(path, "xb")  # noqa: SIM115
    with file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, so that their names are on the disk."""
    if path.is_symlink() and not path.exists():  # to a disk that is not there, say
        raise OSError(errno.ENOENT, "the link leads nowhere", os.fspath(path))
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
