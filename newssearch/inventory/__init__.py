"""The inventory: which files of which archive roots are indexed, and as what.

In: the attachment of a generation. Out: `Inventory`, and records of files; used by `indexer`,
`plan` and `batch` (and by `query` for its counts).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newssearch.article.paths import decode_path
from newssearch.index_folder import archive_folder
from newssearch.inventory.files import Files
from newssearch.inventory.listed import Listed
from newssearch.inventory.packing import Lines
from newssearch.inventory.records import MARK, FileRecord, Loose, cannot_be_read
from newssearch.walk import SourceFile

if TYPE_CHECKING:
    from newssearch.engine.base import Attachment

__all__ = [
    "MARK",
    "FileRecord",
    "Files",
    "Inventory",
    "Lines",
    "Listed",
    "Loose",
    "Root",
    "article_id",
    "content_digest",
    "is_settled",
    "record_of",
    "source_of",
]

ATTACHMENT = "inventory"
ROOTS_ATTACHMENT = "roots"

#: What is read of a root that nothing else was said of.
DEFAULT_EXTENSIONS = (".md", ".markdown")

#: How old a file's times must be, in ns, when it is read, for them to vouch for its content.
SETTLED = 2_000_000_000


@dataclass(slots=True)
class Root:
    """An archive root: its folder as remembered (relative to the index where possible), its files
    by path, why which places in it could not be looked at, and which extensions are read."""

    name: str
    folder: str
    files: Files = field(default_factory=Files)
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
            start = content.index(b"\n") + 1
            values = json.loads(content[:start])
            roots = []
            for name, root in values["roots"].items():
                files = Files.load(content, start, root["folders"])
                start = files.end(start)
                unreadable, extensions = root["unreadable"], tuple(root["extensions"])
                "".join([root["folder"], *extensions, *unreadable, *unreadable.values()])
                roots.append(Root(name, root["folder"], files, unreadable, extensions))
            if start != len(content):
                raise ValueError(f"{len(content):,} bytes instead of {start:,}")
            return cls(roots, values["indexed"], values["encodings"])
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise cannot_be_read(error) from error

    def dump(self) -> bytes:
        """The attachment, as of now."""
        return b"".join(self._pieces()[1])

    def _pieces(self) -> tuple[int, Iterator[bytes]]:
        """How long the attachment is, and pieces that it is made of one after another."""
        now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        roots: dict[str, Any] = {}
        size, texts = 0, []
        for name, root in self.roots.items():
            folders, its_texts = root.files.dump()
            roots[name] = {
                "folder": root.folder,
                "extensions": root.extensions,
                "unreadable": root.unreadable,
                "folders": folders,
            }
            size += sum(listed + indexed for _, listed, indexed, _ in folders.values())
            texts.append(its_texts)
        values = {"indexed": now, "encodings": self.encodings, "roots": roots}
        first = json.dumps(values, separators=(",", ":")).encode() + b"\n"
        return len(first) + size, chain([first], *texts)

    def attachments(self) -> dict[str, Attachment]:
        """What a generation is published with: the inventory, and the roots by themselves, for
        queries, which have no use for the files."""
        from newssearch.engine.base import Pieces

        roots = json.dumps(self.folders(), ensure_ascii=False)
        return {
            ATTACHMENT: Pieces(*self._pieces()),
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
            for record in list(root.files.unusual()):
                if record.failed:
                    root.files[record.path] = record._replace(content="", settled=False)


def article_id(root: str, path: str) -> str:
    """An article's id (SPEC §1): 12 hex digits of its root's name and its path's bytes."""
    from hashlib import blake2b  # start-up: a run that finds nothing changed hashes nothing

    file, mark, entry = path.rpartition("#")
    if not entry.isdigit():  # no digest's entry: every file's name ends with its extension
        file, mark, entry = path, "", ""
    name = root.encode("utf-8", "surrogateescape") + b"\0" + decode_path(file)
    return blake2b(name + (mark + entry).encode(), digest_size=6).hexdigest()


def content_digest(data: bytes) -> str:
    """What a file's content is known by."""
    from hashlib import blake2b

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
