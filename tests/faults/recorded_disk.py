"""A folder as it would be after a power cut at this moment.

In: the folder, and every `fsync` that happens in it. Out: images (`Image`), made with a random
source. Used by `power_cuts`.

A disk keeps what was synced. Of the rest any part may be there, whatever was written first: a name
made, changed or removed, or not yet; a file as it was when it was last synced, or as it is, or cut,
or with blocks of zeros or of anything else.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_SECTOR = 512

Name = tuple[int, str]  # a folder's inode, and a name in it

#: Names and the inodes that they lead to from now on, None where they are removed. What is renamed
#: has two, which change together on any disk.
Change = dict[Name, int | None]


@dataclass(frozen=True, slots=True)
class Image:
    """Files with their contents, folders without any (None), by paths from the root."""

    entries: dict[str, bytes | None]

    def write(self, root: Path) -> None:
        """Make this the content of a new folder."""
        root.mkdir()
        for path, content in self.entries.items():
            if content is None:
                (root / path).mkdir()
            else:
                (root / path).write_bytes(content)


@dataclass
class Disk:
    """What of the folder `root` is on the disk, and what is only on its way there.

    `names` and `contents` are as synced; `pending` are changes of names since, in their order.
    """

    root: Path
    names: dict[Name, int] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=dict)
    folders: set[int] = field(default_factory=set)
    pending: list[Change] = field(default_factory=list)
    seen: dict[Name, int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)  # open, so that no inode comes again

    def look(self) -> None:
        """Note which names have come, changed and gone since the last look."""
        now: dict[Name, int] = {}
        for path, folders, files in os.walk(self.root):
            parent = os.stat(path).st_ino
            self.folders.add(parent)
            for name in (*folders, *files):
                place = os.path.join(path, name)
                inode = now[(parent, name)] = os.lstat(place).st_ino
                if inode not in self.held:
                    self.held[inode] = os.open(place, os.O_RDONLY)
        changed = [n for n in sorted({*now, *self.seen}) if now.get(n) != self.seen.get(n)]
        changes: dict[tuple[int, int], Change] = {}
        for name in changed:
            inode = now.get(name) or self.seen[name]
            changes.setdefault((name[0], inode), {})[name] = now.get(name)
        self.pending += changes.values()
        self.seen = now

    def synced(self, handle: int) -> None:
        """An open file or folder has been synced."""
        self.look()
        inode = os.fstat(handle).st_ino
        if inode in self.folders:
            for change in self.pending:
                if _folder(change) == inode:
                    _apply(self.names, change)
            self.pending = [change for change in self.pending if _folder(change) != inode]
        elif inode in self.held:
            self.contents[inode] = self._content(inode)

    def settle(self) -> None:
        """Everything has reached the disk."""
        self.look()
        self.names, self.pending = dict(self.seen), []
        files = set(self.names.values()) - self.folders
        self.contents = {inode: self._content(inode) for inode in files}

    def close(self) -> None:
        for handle in self.held.values():
            os.close(handle)

    def image(self, rng: random.Random) -> Image:
        """What a power cut leaves: all that was synced, and any part of the rest."""
        self.look()
        names = dict(self.names)
        likely = rng.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for change in self.pending:
            if rng.random() < likely:
                _apply(names, change)
        return Image(dict(self._entries("", os.stat(self.root).st_ino, names, rng)))

    def _entries(
        self, prefix: str, parent: int, names: dict[Name, int], rng: random.Random
    ) -> Iterator[tuple[str, bytes | None]]:
        for (folder, name), inode in names.items():
            if folder != parent:
                continue
            if inode in self.folders:
                yield prefix + name, None
                yield from self._entries(f"{prefix}{name}/", inode, names, rng)
            else:
                yield prefix + name, self._left(inode, rng)

    def _left(self, inode: int, rng: random.Random) -> bytes:
        """What is left of a file: its last synced content, or anything between that and now."""
        before, now = self.contents.get(inode, b""), self._content(inode)
        if before == now:
            return now
        return rng.choice((before, now, torn(before, now, rng), torn(before, now, rng)))

    def _content(self, inode: int) -> bytes:
        handle = self.held[inode]
        return os.pread(handle, os.fstat(handle).st_size, 0)


def torn(before: bytes, now: bytes, rng: random.Random) -> bytes:
    """A file on its way from one content to another: what was synced is there as far as it has not
    been written over; the rest may be cut, and each sector of it as it was, as it is, or anything.
    """
    kept = len(before) if now.startswith(before) else 0
    result = bytearray(now[: rng.choice((len(now), rng.randrange(kept, len(now) + 1)))])
    for start in range(kept, len(result), _SECTOR):
        end = min(start + _SECTOR, len(result))
        old = before[start:end].ljust(end - start, b"\0")
        result[start:end] = rng.choice(
            (now[start:end], now[start:end], old, bytes(end - start), rng.randbytes(end - start))
        )
    return bytes(result)


def _folder(change: Change) -> int:
    return next(iter(change))[0]


def _apply(names: dict[Name, int], change: Change) -> None:
    for name, inode in change.items():
        if inode is None:
            names.pop(name, None)
        else:
            names[name] = inode
