"""A file as a walk finds it, and as an inventory holds it.

Used by test_inventory.py and test_plan.py.
"""

from __future__ import annotations

from newssearch.inventory import SETTLED, FileRecord, record_of
from newssearch.walk import Listing, SourceFile, file_line

NOW = 10 * SETTLED


def file(path: str = "a.md", size: int = 5, time: int = 1, inode: int = 7) -> SourceFile:
    return SourceFile(path, path.encode(), size, time, time, inode)


def listings(files: list[SourceFile]) -> list[Listing]:
    """The files by folder, as a walk lists them."""
    folders: dict[str, list[str]] = {}
    for one in files:
        prefix, mark, name = one.path.rpartition("/")
        folders.setdefault(prefix + mark, []).append(file_line(name, *one[2:]))
    return [Listing(prefix, sorted(lines)) for prefix, lines in folders.items()]


def record(path: str = "a.md", content: bytes = b"hello") -> FileRecord:
    return record_of(file(path), content, NOW)._replace(entries=0, added="2020-08-27")
