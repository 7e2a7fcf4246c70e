"""Names of new segments, and what goes wrong while files are read and written.

In: paths. Out: names, open files; EngineErrors, IndexCorrupt among them. Used by the modules of
this package that touch files, and by `snapshot` and `writer`, which are its edge.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from newssearch.engine.folders import damaged
from newssearch.errors import EngineError, NewsSearchError

#: Without O_NONBLOCK, opening a pipe that has been put in a file's place would wait for a writer.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

#: What keeps a file from being opened although nothing is wrong with it.
_TRANSIENT = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR}


def segment_name() -> str:
    """A name that no other process takes."""
    return f"{os.urandom(8).hex()}.seg"


def unreadable(path: Path, error: OSError) -> EngineError:
    """The error for a file that the system does not let us read."""
    reason = f"cannot be read ({(error.strerror or str(error)).lower()})"
    if error.errno in _TRANSIENT:
        return EngineError(f"{path}: {reason}")
    return damaged(path, reason)


def open_file(path: Path) -> IO[bytes]:
    """A file of the index, open; raises FileNotFoundError, EngineError, IndexCorrupt."""
    try:
        handle = os.open(path, _FLAGS)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(path, error) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise damaged(path, "is not a file")
    return open(handle, "rb")


def read_file(path: Path) -> bytes:
    """A file's content; raises as `open_file` does."""
    with open_file(path) as file:
        try:
            return file.read()
        except OSError as error:
            raise unreadable(path, error) from error


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """An error of the file system inside is an EngineError."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or os.strerror(error.errno or 0)).lower()
        raise EngineError(f"{folder}: the index could not be written: {reason}") from error


class Reading:
    """While it is entered, an index is read: what goes wrong is the fault of its files.

    Each byte is as it was written, but who wrote it may have lied: a number that leads nowhere ends
    in some exception or other, and that is IndexCorrupt here. A class, since a query enters it
    often and a generator would take five times as long.
    """

    __slots__ = ("_folder",)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if error is None or isinstance(error, (NewsSearchError, OSError)):
            return
        if isinstance(error, MemoryError):
            raise EngineError(f"{self._folder}: there is not enough memory") from error
        if isinstance(error, Exception):
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
            raise damaged(self._folder, f"is damaged ({reason})") from error
