"""The inventory: which files of which archive roots are indexed, and as what.

In: the attachment of a generation. Out: `Inventory`, and records of files; used by `indexer`,
`plan` and `batch` (and by `query` for its counts).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from newssearch.article.paths import decode_path
from newssearch.errors import IndexCorrupt
from newssearch.index_folder import archive_folder
from newssearch.walk import SourceFile

ATTACHMENT = "inventory"
ROOTS_ATTACHMENT = "roots"

#: What is read of a root that nothing else was said of.
DEFAULT_EXTENSIONS = (".md", ".markdown")

#: How old a file's times must be, in ns, when it is read, for them to vouch for its content.
SETTLED = 2_000_000_000


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


@dataclass(slots=True)
class Root:
    """An archive root: its folder as remembered (relative to the index where possible), its files
    by path, why which places in it could not be looked at, and which extensions are read."""

    name: str
    folder: str
    files: dict[str, FileRecord] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    extensions: tuple[str, ...] = DEFAULT_EXTENSIONS

    def path(self, index_folder: Path) -> Path:
        """The folder as an absolute path."""
        return archive_folder(index_folder, self.folder)


class Inventory:
    """All roots, by name; when the generation was made (ISO 8601 with offset); and the encodings
    that were tried on the files that failed.

    Read from and written to one attachment of a generation. A change of its shape is a new FORMAT
    of the index folder.
    """

    def __init__(
        self, roots: Iterable[Root] = (), indexed: str = "", encodings: Sequence[str] = ()
    ) -> None:
        self.roots = {root.name: root for root in roots}
        self.indexed = indexed
        self.encodings = tuple(encodings)

    @classmethod
    def load(cls, content: bytes | None) -> Inventory:
        """Raises IndexCorrupt where the attachment cannot be read."""
        if content is None:
            return cls()
        try:
            values = json.loads(content)
            roots = [
                Root(
                    name,
                    root["folder"],
                    {row[0]: _record(row) for row in root["files"]},
                    root["unreadable"],
                    tuple(root["extensions"]),
                )
                for name, root in values["roots"].items()
            ]
            return cls(roots, values["indexed"], values["encodings"])
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise IndexCorrupt(
                f"the inventory cannot be read ({error}); type `newssearch index --rebuild`"
            ) from error

    def dump(self) -> bytes:
        """The attachment, as of now."""
        now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        roots = {
            name: {
                "folder": root.folder,
                "extensions": root.extensions,
                "unreadable": root.unreadable,
                "files": list(root.files.values()),
            }
            for name, root in self.roots.items()
        }
        values = {"indexed": now, "encodings": self.encodings, "roots": roots}
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "surrogatepass")

    def attachments(self) -> dict[str, bytes]:
        """What a generation is published with: the inventory, and the roots by themselves, for
        queries, which have no use for the files."""
        roots = json.dumps(self.folders(), ensure_ascii=False)
        return {
            ATTACHMENT: self.dump(),
            ROOTS_ATTACHMENT: roots.encode("utf-8", "surrogatepass"),
        }

    def folders(self) -> dict[str, str]:
        """Root name -> folder as remembered."""
        return {name: root.folder for name, root in self.roots.items()}

    def habits(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Root name -> folder and extensions: what is remembered of it besides its files."""
        return {name: (root.folder, root.extensions) for name, root in self.roots.items()}

    def file_count(self) -> int:
        return sum(len(root.files) for root in self.roots.values())

    def doubt_failures(self) -> None:
        """Have every file that failed read again, whatever its times and content."""
        for root in self.roots.values():
            for path, record in root.files.items():
                if record.failed:
                    root.files[path] = record._replace(content="", settled=False)


def _record(row: list[Any]) -> FileRecord:
    row[10] = tuple(Loose(entry, tuple(links), *found) for entry, links, *found in row[10])
    return FileRecord._make(row)  # raises TypeError where there are more or fewer values


def article_id(root: str, path: str) -> str:
    """An article's id (SPEC §1): 12 hex digits of its root's name and its path's bytes."""
    file, mark, entry = path.rpartition("#")
    if not entry.isdigit():  # no digest's entry: every file's name ends with its extension
        file, mark, entry = path, "", ""
    name = root.encode("utf-8", "surrogateescape") + b"\0" + decode_path(file)
    return blake2b(name + (mark + entry).encode(), digest_size=6).hexdigest()


def content_digest(data: bytes) -> str:
    return blake2b(data, digest_size=8).hexdigest()


def source_of(record: FileRecord) -> SourceFile:
    """The file as it was when it was indexed, to read it again."""
    path, size, mtime_ns, ctime_ns, inode, *_ = record
    return SourceFile(path, decode_path(path), size, mtime_ns, ctime_ns, inode)


def record_of(file: SourceFile, data: bytes | None, now_ns: int) -> FileRecord:
    """The record of a file that was read at this time, with no article yet; `data` is None where
    it could not be read."""
    return FileRecord(
        file.path,
        file.size,
        file.mtime_ns,
        file.ctime_ns,
        file.inode,
        content_digest(data) if data is not None else "",
        data is not None and is_settled(file, now_ns),
        entries=-1,
        added="",
    )


def is_settled(file: SourceFile, now_ns: int) -> bool:
    """Are a file's times old enough, at this time, to vouch for its content?"""
    return max(file.mtime_ns, file.ctime_ns) < now_ns - SETTLED
