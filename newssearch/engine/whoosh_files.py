"""A generation's files on disk, held open while they are read.

In: an engine's folder. Out: `Generation`; used by `whoosh_snapshot` and what it reads through.
`whoosh_publish` writes the files.

    _MAIN_<generation>.toc      Whoosh's: the schema, the segments, what is deleted in them
    MAIN_<segment>.…            Whoosh's: the segments; a generation shares them with the next
    statistics.<generation>     ours: what BM25F needs of the whole, which stories are one, every
                                segment file's size
    <attachment>.<generation>   ours: what `commit` was given

The rename of the `.toc` publishes a generation; all its other files are on the disk before. A
snapshot holds every file of its generation open, because Whoosh opens columns when they are first
asked for, and takes one that a later generation has swept away for one that was never there.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile
from whoosh.index import TOC
from whoosh.reading import SegmentReader

from newssearch.engine.folders import damaged, open_newest
from newssearch.errors import EngineError, NewsSearchError

STATISTICS = "statistics"

NAME = "MAIN"
TOC_NAME = re.compile(f"_{NAME}_([0-9]+)[.]toc$")
SEGMENT_NAME = re.compile(f"({NAME}_[0-9a-z]+)[.]")


class Generation:
    """One generation's files, all of them open: `readers` are Whoosh's, one for each segment."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder, self.number = folder, number
        toc = f"_{NAME}_{number}.toc"
        own = [
            entry.name
            for entry in os.scandir(folder)
            if entry.name.endswith(f".{number}") and not entry.name.startswith("_")
        ]
        self._storage = ReadStorage(folder, [toc, *own, f"{STATISTICS}.{number}"])
        self.readers: list[Any] = []
        try:
            with reading(folder, f"{STATISTICS}.{number}"):
                self.statistics = json.loads(self.own(STATISTICS) or b"")
                sizes = {name: int(n) for name, n in self.statistics["files"].items()}
            with reading(folder, toc):
                table = TOC.read(self._storage, NAME, number)
            segments = {segment.segment_id(): segment for segment in table.segments}
            self._storage.open_all(sizes)
            self._check_sizes(sizes)
            for name, segment in segments.items():
                with reading(folder, f"{name}.trm"):
                    self.readers.append(SegmentReader(self._storage, table.schema, segment, number))
        except BaseException:
            self.close()
            raise

    def own(self, name: str) -> bytes | None:
        """The content of one of our files; None where there is none of this name."""
        return self._storage.content(f"{name}.{self.number}")

    def _check_sizes(self, sizes: Mapping[str, int]) -> None:
        for name, size in sizes.items():
            found = self._storage.file_length(name)
            if found != size:
                raise damaged(self.folder / name, f"has {found:,} bytes instead of {size:,}")

    def close(self) -> None:
        """Close every file; a second time does nothing."""
        for reader in self.readers:
            if not reader.is_closed:
                reader.close()
        self._storage.release()


def open_generation(folder: Path) -> Generation:
    """The newest generation; raises IndexCorrupt."""
    return open_newest(folder, latest, Generation)


def latest(folder: Path) -> int:
    """The newest published generation's number; raises IndexCorrupt where there is none."""
    try:
        found = [TOC_NAME.match(entry.name) for entry in os.scandir(folder)]
    except OSError as error:
        raise damaged(folder, f"cannot be read ({error.strerror})") from error
    numbers = [int(match.group(1)) for match in found if match]
    if not numbers:
        raise damaged(folder, "has no list of segments (.toc)")
    return max(numbers)


@contextlib.contextmanager
def reading(folder: Path, name: str) -> Iterator[None]:
    """Whatever goes wrong inside is damage to this file: Whoosh answers it in over 15 ways."""
    try:
        yield
    except (NewsSearchError, FileNotFoundError):
        raise
    except OSError as error:
        raise EngineError(f"{folder / name}: cannot be read ({error.strerror})") from error
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise damaged(folder / name, f"is damaged ({reason[:120]})") from error


class MappedFile(StructFile):  # type: ignore[misc]
    """A file in memory as Whoosh reads files; its storage closes it."""

    def get(self, position: int, length: int) -> bytes:
        content: bytes = self.file[position : position + length]
        return content

    def close(self) -> None:
        self.is_closed = True


class ReadStorage(FileStorage):  # type: ignore[misc]
    """Files that stay open, whatever becomes of their names, until `release`."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        super().__init__(folder, readonly=True)
        self._maps: dict[str, mmap.mmap | None] = {}  # None: an empty file cannot be mapped
        try:
            self.open_all(names)
        except BaseException:
            self.release()
            raise

    def open_all(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._maps:
                self._maps[name] = _mapped(Path(self.folder) / name)

    def content(self, name: str) -> bytes | None:
        """The whole content of a file that is open; None for another one."""
        if name not in self._maps:
            return None
        content = self._maps[name]
        return b"" if content is None else content[:]

    def open_file(self, name: str, **options: Any) -> StructFile:
        if name not in self._maps:
            raise FileNotFoundError(2, "not a file of this generation", name)
        content = self._maps[name]
        return BufferFile(b"", name) if content is None else MappedFile(content, name)

    def file_exists(self, name: str) -> bool:
        return name in self._maps

    def file_length(self, name: str) -> int:
        return len(self._maps[name] or b"")

    def release(self) -> None:
        for content in self._maps.values():
            if content is not None:
                content.close()
        self._maps.clear()


def _mapped(path: Path) -> mmap.mmap | None:
    with open(path, "rb", buffering=0) as file:
        if not os.fstat(file.fileno()).st_size:
            return None
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def segment_files(folder: Path, segments: Iterable[str]) -> dict[str, int]:
    """The files of these segments and their sizes."""
    wanted = set(segments)
    return {
        entry.name: entry.stat().st_size
        for entry in os.scandir(folder)
        if (match := SEGMENT_NAME.match(entry.name)) and match.group(1) in wanted
    }
