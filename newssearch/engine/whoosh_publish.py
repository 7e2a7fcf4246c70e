"""How a generation is put on the disk: whole, then published by one rename; and swept.

In: an engine's folder. Out: `WriteStorage`, which Whoosh writes through, and what `whoosh_writer`,
its only user, needs beside. The files are listed in `whoosh_files`.

Whoosh itself syncs nothing, so that a power cut after a commit leaves a list of segments that are
not there. Here every file is on the disk before the rename, and the rename before older files go.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from newssearch.durable import sync, sync_folder
from newssearch.engine.whoosh_files import NAME, SEGMENT_NAME, TOC_NAME, latest, reading

_UNPUBLISHED_TOC = re.compile(f"_{NAME}_[0-9]+[.]toc[.]")
_OWN = re.compile("[^_].*[.]([0-9]+)$")
_TEMPORARY = f"{NAME}.tmp"


class WriteStorage(FileStorage):  # type: ignore[misc]
    """A folder as a writer writes it: `before_publishing` is called when all else is written."""

    def __init__(self, folder: str | Path) -> None:
        super().__init__(folder)
        self.before_publishing: Callable[[], None] = lambda: None
        self._opened: list[Any] = []
        self._locks: list[Any] = []

    def lock(self, name: str) -> Any:
        self._locks.append(super().lock(name))
        return self._locks[-1]

    def create_file(self, name: str, **options: Any) -> StructFile:
        self._opened.append(super().create_file(name, **options))
        return self._opened[-1]

    def open_file(self, name: str, **options: Any) -> StructFile:
        self._opened.append(super().open_file(name, **options))
        return self._opened[-1]

    def temp_storage(self, name: str | None = None) -> WriteStorage:
        inner = WriteStorage(Path(self.folder) / (name or _TEMPORARY))
        inner._opened = self._opened
        inner.create()
        return inner

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Whoosh renames one file alone, the list of segments: this publishes it."""
        self.before_publishing()
        sync(Path(self.folder) / oldname)
        super().rename_file(oldname, newname, safe)
        sync_folder(Path(self.folder))

    def close_files(self) -> None:
        """Close what an interrupted writer has left open."""
        for file in self._opened:
            if not file.is_closed:
                with contextlib.suppress(OSError):  # what could not be written any more
                    file.close()

    def release_locks(self) -> None:
        """Let go of the lock that a writer has taken."""
        for lock in self._locks:
            if lock.fd is not None:
                lock.release()


def write_own(folder: Path, name: str, generation: int, content: bytes) -> None:
    """Write one of our files of a generation, to the disk."""
    with open(folder / f"{name}.{generation}", "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def remove_own(folder: Path, generation: int) -> None:
    """Remove files of ours that a killed writer left under the number that comes next."""
    for entry in list(os.scandir(folder)):
        match = _OWN.match(entry.name)
        if match and int(match.group(1)) == generation:
            os.unlink(entry.path)


def sweep(folder: Path) -> None:
    """Remove what the newest generation does not need: older ones, and what writers left behind.

    Only the writer may, under its lock.
    """
    number = latest(folder)
    with reading(folder, f"_{NAME}_{number}.toc"):
        needed = {s.segment_id() for s in TOC.read(FileStorage(folder), NAME, number).segments}
    for entry in list(os.scandir(folder)):
        if entry.name == _TEMPORARY:
            shutil.rmtree(entry.path, ignore_errors=True)
        elif _is_left_over(entry.name, number, needed):
            with contextlib.suppress(OSError):  # open elsewhere on Windows: the next run's
                os.unlink(entry.path)


def _is_left_over(name: str, generation: int, segments: set[str]) -> bool:
    if _UNPUBLISHED_TOC.match(name):
        return True
    if numbered := TOC_NAME.match(name) or _OWN.match(name):
        return int(numbered.group(1)) != generation
    segment = SEGMENT_NAME.match(name)
    return segment is not None and segment.group(1) not in segments
