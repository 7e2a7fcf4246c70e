"""The files of an archive root as they were indexed, in the lines that they are kept in.

In: the bytes of an inventory. Out: `Files`, a mapping of paths to `FileRecord`s, and its bytes;
used through `newssearch.inventory`.

The attachment is lines of UTF-8. The first is JSON: the roots, and for each the folders that hold
files of it as `<prefix>: [files, bytes, bytes, prefixes]`. Then come two texts of so many bytes for
each folder, of the first and of the second lines of its files (`records`).

So a folder in which nothing has changed is one text that is equal to what the walk found. Its lines
are not taken apart, and are written as they were read. The prefixes are of the folders that links
of its `loose` articles lead to: where nothing changes in those, they lead where they led.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, NamedTuple

from newssearch.inventory.packing import packed, unpacked
from newssearch.inventory.records import (
    MARK,
    FileLines,
    FileRecord,
    as_lines,
    as_record,
    cannot_be_read,
)
from newssearch.walk import Listing, listed_file

#: Links have characters that the names of files have `_` for; see `stories`.
_REPAIRED = str.maketrans(dict.fromkeys(':?*"<>|', "_"))

#: Folders are put away while more files than this are open.
_MOST_OPEN = 5_000


class _Closed(NamedTuple):
    """A folder that nobody has looked into: how many files, and where its two texts are."""

    files: int
    start: int
    middle: int
    end: int


class _Away(NamedTuple):
    """A folder that was looked into, and put away: how many files, how many bytes its two texts
    have, and the texts, packed."""

    files: int
    listed: int
    indexed: int
    content: bytes


class Files(MutableMapping[str, FileRecord]):
    """The files of a root by path, in the lines that they are read and written in.

    A folder's lines are taken apart when one of its files is asked for, and a record is made each
    time; either raises IndexCorrupt. Only some thousands of files' lines are open at a time.
    """

    def __init__(self, records: Mapping[str, FileRecord] | None = None) -> None:
        self._content = b""
        self._closed: dict[str, _Closed] = {}
        self._away: dict[str, _Away] = {}
        self._open: dict[str, dict[str, FileLines]] = {}
        self._opened = 0  # files in open folders
        #: Which folders a folder's links lead to, and the folders in which something was changed.
        self._leads: dict[str, set[str]] = {}
        self._changed: set[str] = set()
        self.update(records or {})

    @classmethod
    def load(cls, content: bytes, start: int, folders: Mapping[str, Sequence[Any]]) -> Files:
        """The files of the folders whose texts begin at `start`; raises ValueError or TypeError."""
        files = cls()
        files._content = content
        for prefix, (count, listed, indexed, leads) in folders.items():
            middle, end = start + listed, start + listed + indexed
            numbers = {type(count), type(listed), type(indexed)} == {int}
            if not (numbers and count > 0 and start < middle < end and prefix[-1:] in ("", "/")):
                raise ValueError(f"a folder {prefix[:40]!r} of {count} files")
            "".join(leads)  # raises TypeError
            files._closed[prefix] = _Closed(count, start, middle, end)
            if leads:
                files._leads[prefix] = set(leads)
            start = end
        return files

    def end(self, start: int) -> int:
        """Where the texts of files that were just loaded end."""
        return max((closed.end for closed in self._closed.values()), default=start)

    def dump(self) -> tuple[dict[str, tuple[Any, ...]], Iterator[bytes]]:
        """The folders as `load` takes them, and their texts, made one after another."""
        self._put_away(0)
        folders: dict[str, tuple[Any, ...]] = {}
        for prefix in self.folders():
            leads = sorted(self._leads.get(prefix, ()))
            if prefix in self._closed:
                count, start, middle, end = self._closed[prefix]
                folders[prefix] = count, middle - start, end - middle, leads
            else:
                folders[prefix] = *self._away[prefix][:3], leads
        return folders, map(self._content_of, folders)

    def folders(self) -> list[str]:
        """The prefixes of the folders that hold files."""
        opened = (prefix for prefix, rows in self._open.items() if rows)
        return sorted([*self._closed, *self._away, *opened])

    def vouch_for(self, listing: Listing) -> bool:
        """Do size, times and inode say of all of the folder's files that nothing has changed?"""
        closed = self._closed.get(listing.prefix)
        if closed is None or closed.files != len(listing.lines):
            return False
        text = _text(listing.lines)
        same = closed.start + len(text) == closed.middle
        return same and self._content.startswith(text, closed.start)

    def listed(self, prefix: str) -> dict[str, str]:
        """For each of a folder's files, by name, its line as it was listed."""
        return {name: listed for name, (listed, _) in self._folder(prefix).items()}

    def unusual(self) -> Iterator[FileRecord]:
        """The records of which `loose` or `failed` says something, and a few others."""
        return self._unusual(self.folders())

    def led_elsewhere(self) -> Iterator[FileRecord]:
        """The records of which links may lead elsewhere than when they were loaded, and a few
        others: a link is followed to a file, whose links are followed in turn."""
        reached = set(self._changed)
        found: set[str] = set()
        while more := {p for p, to in self._leads.items() if p not in found and to & reached}:
            found |= more
            reached.update(map(_place, more))
        return self._unusual(sorted(found))

    def _unusual(self, prefixes: Iterable[str]) -> Iterator[FileRecord]:
        for prefix in prefixes:
            if self._is_odd(prefix):
                for lines in self._folder(prefix).values():
                    if lines[1][:1] == "[":
                        yield as_record(prefix, lines)

    def _is_odd(self, prefix: str) -> bool:
        """Is there a line in JSON in a folder, or may there be? What is before the second text is
        the end of a line."""
        if closed := self._closed.get(prefix):
            return self._content.find(b"\n[", closed.middle - 1, closed.end) >= 0
        if away := self._away.get(prefix):
            return unpacked(away.content).find(b"\n[", away.listed - 1) >= 0
        return True

    def __getitem__(self, path: str) -> FileRecord:
        prefix, name = _split(path)
        return as_record(prefix, self._folder(prefix)[name])

    def __setitem__(self, path: str, record: FileRecord) -> None:
        prefix, name = _split(path)
        rows = self._folder(prefix)
        self._opened += name not in rows
        rows[name] = as_lines(record, name)
        self._open[prefix] = rows
        self._changed.add(_place(path))
        for loose in record.loose:
            self._leads.setdefault(prefix, set()).update(_place(link) for link in loose.links)

    def relist(self, prefix: str, line: str) -> None:
        """Note a file's present size, times and inode: its line as listed, with MARK or without."""
        path, _, size, mtime_ns, ctime_ns, inode = listed_file(prefix, line.removesuffix(MARK))
        self[path] = self[path]._replace(
            size=size,
            mtime_ns=mtime_ns,
            ctime_ns=ctime_ns,
            inode=inode,
            settled=not line.endswith(MARK),
        )

    def __delitem__(self, path: str) -> None:
        prefix, name = _split(path)
        del self._folder(prefix)[name]
        self._opened -= 1
        self._changed.add(_place(path))

    def __contains__(self, path: object) -> bool:
        prefix, name = _split(str(path))
        return name in self._folder(prefix)

    def __iter__(self) -> Iterator[str]:
        return (prefix + name for prefix in self.folders() for name in self._folder(prefix))

    def __len__(self) -> int:
        closed = sum(folder.files for folder in self._closed.values())
        return closed + sum(folder.files for folder in self._away.values()) + self._opened

    def __repr__(self) -> str:
        return f"Files({dict(self)!r})"

    def _folder(self, prefix: str) -> dict[str, FileLines]:
        """A folder's lines by name; none where it holds no file."""
        rows = self._open.get(prefix)
        if rows is not None:
            return rows
        if self._opened > _MOST_OPEN:
            self._put_away(_MOST_OPEN // 2)
        closed = self._closed.get(prefix) or self._away.get(prefix)
        if closed is None:
            return {}
        try:
            rows = self._open[prefix] = _apart(self._content_of(prefix), closed.files)
        except ValueError as error:
            raise cannot_be_read(error) from error
        self._opened += len(rows)
        self._closed.pop(prefix, None)
        self._away.pop(prefix, None)
        return rows

    def _content_of(self, prefix: str) -> bytes:
        """The two texts of a folder that is not open."""
        if closed := self._closed.get(prefix):
            return self._content[closed.start : closed.end]
        return unpacked(self._away[prefix].content)

    def _put_away(self, most: int) -> None:
        """Close folders, the one that was opened first in front, until so many files are open."""
        for prefix, rows in list(self._open.items()):
            if self._opened <= most and rows:
                break
            if rows:
                lines = sorted(rows.values())
                listed, indexed = (_text([line[part] for line in lines]) for part in (0, 1))
                sizes = len(rows), len(listed), len(indexed)
                self._away[prefix] = _Away(*sizes, packed(listed + indexed))
            self._opened -= len(rows)
            del self._open[prefix]


def _apart(content: bytes, files: int) -> dict[str, FileLines]:
    """The lines of a folder with so many files by name; raises ValueError."""
    lines = content.decode().removesuffix("\n").split("\n")
    listed, indexed = lines[:files], lines[files:]
    names = [line[: line.index("\t")] for line in listed]
    rows = dict(zip(names, zip(listed, indexed, strict=True), strict=True))
    if len(rows) != files or "/" in "".join(names):
        raise ValueError("a folder whose lines do not match")
    return rows


def _place(path: str) -> str:
    """The folder of a file or of a link, alike for all that `stories` takes for one another."""
    return _split(path)[0].translate(_REPAIRED)


def _split(path: str) -> tuple[str, str]:
    end = path.rfind("/") + 1
    return path[:end], path[end:]


def _text(lines: Sequence[str]) -> bytes:
    return "\n".join([*lines, ""]).encode()
