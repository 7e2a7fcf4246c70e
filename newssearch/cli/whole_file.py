"""A file that is written whole or not at all, a piece at a time.

In go a path and pieces, out comes nothing; export_command.py writes exports with it. What was there
before stays until the new file is complete and on the disk; an error or Ctrl-C leaves no trace.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from newssearch.durable import sync_folder
from newssearch.errors import UsageError


def check_place(name: str) -> None:
    """Raises UsageError where no file can be: before the work is done, not after it."""
    path = Path(name)
    if path.is_dir():
        raise UsageError(f"{name}: is a folder; --output takes a file")
    if _is_device(path):
        return
    folder = path.resolve().parent
    if not folder.is_dir():
        raise UsageError(f"{name}: there is no folder {folder}")


def write_whole(name: str, pieces: Iterable[bytes]) -> None:
    """Write a file; a link is followed, and a device or a pipe just written to."""
    path = Path(name)
    try:
        with path.open("wb") if _is_device(path) else _aside(path.resolve()) as stream:
            for piece in pieces:
                stream.write(piece)
    except OSError as error:
        if error.filename is None:  # a full disk does not say which
            error.filename = name
        raise


@contextlib.contextmanager
def _aside(path: Path) -> Iterator[BinaryIO]:
    """Where to write; when it is left without an error, the file is there."""
    mode = _mode(path)
    handle, aside = tempfile.mkstemp(prefix=f".{path.name[:80]}.", suffix=".new", dir=path.parent)
    try:
        with open(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(aside, mode)
        os.replace(aside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise
    sync_folder(path.parent)


def _is_device(path: Path) -> bool:
    """A pipe (`/dev/stdout` is one in a pipe), a terminal: there is nothing to put in its place."""
    return path.exists() and not path.is_file()


def _mode(path: Path) -> int:
    """Who may read it: as before; of a new file, as the process makes files."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0o077)  # there is no way to ask for it but to set it
    os.umask(mask)
    return 0o666 & ~mask
