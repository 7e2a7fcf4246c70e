"""Files that a run has to do something with, held as the lines that a walk listed them in.

In: a folder's lines at a time. Out: `SourceFile`s, made when they are asked for; used by `plan` and
`batch`. A million new files are a few dozen megabytes so, as objects most of a gigabyte.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence

from newssearch.inventory.packing import packed, unpacked
from newssearch.walk import SourceFile, listed_file


class Listed:
    """Files of one root; `size` is that of all of them, in bytes."""

    def __init__(self) -> None:
        self._folders: dict[str, tuple[int, bytes]] = {}
        self._count = 0
        self.size = 0

    def add(self, prefix: str, lines: Sequence[str]) -> None:
        """Files of a folder that none were added of yet, in the order of their lines."""
        if lines:
            self._folders[prefix] = len(lines), packed("\n".join(lines).encode())
            self._count += len(lines)
            self.size += sum(int(line.split("\t", 2)[1]) for line in lines)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[SourceFile]:
        """The files in the order of their paths."""
        return self._in_order(self._files)

    def let_go(self) -> Iterator[SourceFile]:
        """The same, for the last time: folders are forgotten as they come, but not how many files
        there were, and of what size."""

        def files(prefix: str) -> Iterator[SourceFile]:
            found = self._files(prefix)
            del self._folders[prefix]
            return found

        return self._in_order(files)

    def _in_order(self, files_of: Callable[[str], Iterator[SourceFile]]) -> Iterator[SourceFile]:
        begun: list[tuple[SourceFile, Iterator[SourceFile]]] = []  # a heap: folders in one another
        for prefix in sorted(self._folders):
            while begun and begun[0][0].path < prefix:
                yield _next(begun)
            files = files_of(prefix)
            heapq.heappush(begun, (next(files), files))
        while begun:
            yield _next(begun)

    def folders(self) -> Iterator[tuple[str, list[str]]]:
        """The folders with their lines, in the order in which they were added."""
        return ((prefix, self._lines(prefix)) for prefix in self._folders)

    def every(self, step: int) -> Iterator[SourceFile]:
        """One of so many files; only their folders are unpacked."""
        ahead = 0
        for prefix, (count, _) in self._folders.items():
            if ahead < count:
                for line in self._lines(prefix)[ahead::step]:
                    yield listed_file(prefix, line)
            ahead = (ahead - count) % step if ahead < count else ahead - count

    def _lines(self, prefix: str) -> list[str]:
        return unpacked(self._folders[prefix][1]).decode().split("\n")

    def _files(self, prefix: str) -> Iterator[SourceFile]:
        lines = self._lines(prefix)
        return (listed_file(prefix, line) for line in lines)


def _next(begun: list[tuple[SourceFile, Iterator[SourceFile]]]) -> SourceFile:
    """The first file of those that come next in the folders; the one after it takes its place."""
    file, files = begun[0]
    following = next(files, None)
    if following is None:
        heapq.heappop(begun)
    else:
        heapq.heapreplace(begun, (following, files))
    return file
