"""One file as it was indexed, and the two lines that it is kept in.

In: what a run has learnt of a file, or its lines. Out: `FileRecord`, and back; used by `files`, and
through `newssearch.inventory`.

    <as walk lists it>[<tab>?]                   with a mark where that alone does not vouch

    <content> <settled> <entries> <added> <story> <source>       with tabs between them, or
    [<the same>, <loose>, <failed>]                              JSON, where that does not do
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from newssearch.errors import IndexCorrupt
from newssearch.walk import SourceFile, file_line, listed_file

#: Ends the line of a file that is to be looked at although it is listed as it was.
MARK = "\t?"

#: A file's two lines.
FileLines = tuple[str, str]


class Loose(NamedTuple):
    """An article whose story is found through links: `entry` is its number in a digest, else 0;
    `links` the paths it links to; `story` and `source` what it was indexed with through them."""

    entry: int
    links: tuple[str, ...]
    story: str
    source: str


class FileRecord(NamedTuple):
    """One file as it was indexed. `entries` is 0 for a file of one article, -1 for none (it
    failed), else the number of a digest's entries. `story` is the article's own story key, and
    `source` its source, for those that find their story through it.

    Where `failed` says why the file as it is now could not be read, the size, times and content
    are the present ones, the rest is of the version that the index still holds.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    content: str  # blake2b of the bytes; empty where they could not be had
    settled: bool  # its times vouch for its content
    entries: int
    added: str
    story: str = ""
    loose: tuple[Loose, ...] = ()
    failed: str = ""
    source: str = ""

    def article_paths(self) -> list[str]:
        """The paths of the articles that the index holds of this file."""
        if self.entries < 0:
            return []
        return [f"{self.path}#{n}" for n in range(1, self.entries + 1)] or [self.path]

    def looks_like(self, file: SourceFile) -> bool:
        """Do size, times and inode say that nothing has changed?"""
        now = (file.size, file.mtime_ns, file.ctime_ns, file.inode)
        return (self.size, self.mtime_ns, self.ctime_ns, self.inode) == now


def as_lines(record: FileRecord, name: str) -> FileLines:
    """A file of this name, in its two lines."""
    listed = file_line(name, record.size, record.mtime_ns, record.ctime_ns, record.inode)
    if record.failed or not record.settled:
        listed += MARK
    cells = [record.content, str(int(record.settled)), str(record.entries), *record[8:10]]
    plain = [*cells, record.source]
    if not (record.loose or record.failed) and "".join(plain).isprintable():
        return listed, "\t".join(plain)
    whole = [*plain, record.loose, record.failed]
    return listed, json.dumps(whole, separators=(",", ":"))


def as_record(prefix: str, lines: FileLines) -> FileRecord:
    """The same back, for a file of this folder; raises IndexCorrupt."""
    loose: Any = ()
    failed: Any = ""
    listed, indexed = lines
    try:
        file = listed_file(prefix, listed.removesuffix(MARK))
        if indexed[:1] == "[":
            *plain, loose, failed = json.loads(indexed)
            loose = tuple(Loose(entry, tuple(links), *found) for entry, links, *found in loose)
        else:
            plain = indexed.split("\t")
        content, settled, entries, added, story, source = plain
        texts = [content, added, story, source, failed]
        for entry, links, *found in loose:
            texts += (*links, *found)
            if type(entry) is not int:
                raise ValueError("an entry without a number")
        "".join(texts).encode("utf-8", "surrogateescape")
        vouched = (settled == "1", int(entries), added, story, loose, failed, source)
        return FileRecord(
            file.path, file.size, file.mtime_ns, file.ctime_ns, file.inode, content, *vouched
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise cannot_be_read(error) from error


def cannot_be_read(error: Exception) -> IndexCorrupt:
    """What is said of an inventory that is damaged."""
    return IndexCorrupt(
        f"the inventory cannot be read ({error}); type `newssearch index --rebuild`"
    )
