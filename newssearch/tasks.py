"""What is said between the process that indexes and those that read files for it.

In: what was walked, and what is known of it. Out: `Task`, `Outcome`, `Settled`, all of plain values
that JSON can carry; used by `batch`, `crew`, `workers`, `worker` and `intake`. Apart from these, so
that who only hands out the work need not import what does it.
"""

from __future__ import annotations

from typing import NamedTuple

from newssearch.article.paths import decode_path
from newssearch.walk import SourceFile

#: What both sides say where memory is short.
NO_MEMORY = "there is not enough memory; try less at once: -j 1"


class Task(NamedTuple):
    """A file to read: its archive root's name and folder, what was walked, and the day it was
    first indexed, empty where that is not known."""

    root: str
    folder: str
    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    added: str

    @property
    def file(self) -> SourceFile:
        return SourceFile(
            self.path,
            decode_path(self.path),
            self.size,
            self.mtime_ns,
            self.ctime_ns,
            self.inode,
        )


class Outcome(NamedTuple):
    """What became of a task. `failed` says why the file could not be read; `content` is the digest
    of its bytes, empty where they could not be had, or are to be read again in any case.

    `entries` is 0 for a file of one article, else how many a digest has; `added` the day that its
    articles were given, `dated` whether their folder says so; `loose` the entries that wait for a
    story, each with the paths it links to.
    """

    root: str
    path: str
    content: str
    settled: bool
    failed: str
    entries: int
    added: str
    dated: bool
    story: str
    source: str
    loose: tuple[tuple[int, tuple[str, ...]], ...]
    warnings: tuple[str, ...]


class Settled(NamedTuple):
    """The story and the source of an entry that waited."""

    root: str
    path: str
    entry: int
    story: str
    source: str
