"""The file that a generation has beside its segments, made anew by each commit.

In: attachments, deleted documents, joined stories (`write_commit`); a path (`CommitFile`). Out: the
file; what it holds. Used by `generation` and `writer`. A file of sections:

    attachment.<name>     as it was given, or one Zstandard frame; its size stands in the meta
    deleted.<segment>     the numbers of a segment's deleted documents, ascending, 4 bytes each
    joined                JSON: of each group of stories that are one the keys, sorted
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newssearch.engine.columnar.segment_file import (
    WRONG,
    FileSum,
    SectionsWriter,
    SegmentFile,
    file_sum,
)

if TYPE_CHECKING:
    from newssearch.engine.base import Attachment

#: Attachments of fewer bytes are kept as they are: reading them then imports nothing. Each of the
#: others is one Zstandard frame.
_SMALL = 10_000

#: No attachment is larger: an inventory of ten million files.
_LARGEST = 1 << 32

_DELETED = "deleted."


class CommitFile:
    """An open commit file; raises IndexCorrupt where it does not hold what it should."""

    def __init__(self, path: Path) -> None:
        self.file = SegmentFile(path)

    def deleted(self, segment: str) -> memoryview:
        """A segment's deleted documents, ascending."""
        return self.file.read(f"{_DELETED}{segment}").cast("I")

    def has_deleted(self) -> list[str]:
        """The segments of which documents are deleted."""
        names = self.file.names()
        return [name.removeprefix(_DELETED) for name in names if name.startswith(_DELETED)]

    def attachments(self) -> list[str]:
        """The names that `attachment` knows."""
        return list(self.file.meta["attachments"])

    def attachment(self, name: str) -> bytes | None:
        """What was given to `commit` under this name."""
        sizes = self.file.meta["attachments"]
        if name not in sizes:
            return None
        content = bytes(self.file.read(f"attachment.{name}"))
        if sizes[name] >= _SMALL:
            return _unpacked(content, int(sizes[name]), self.file)
        if len(content) != sizes[name]:
            raise self.file.damaged("is damaged (an attachment of another size)")
        return content

    def joined(self) -> list[list[str]]:
        """Stories that are one: of each such the keys, sorted."""
        try:
            return [
                [str(story) for story in group]
                for group in json.loads(bytes(self.file.read("joined")))
            ]
        except WRONG as error:
            raise self.file.damaged(f"is damaged (joined stories: {error})") from error

    def close(self) -> None:
        """Let go of the file; a second time does nothing."""
        self.file.close()


def write_commit(
    path: Path,
    attachments: Mapping[str, Attachment],
    deleted: Mapping[str, Any],
    joined: Sequence[Sequence[str]] = (),
) -> FileSum:
    """Write a commit file. The caller syncs."""
    file = SectionsWriter(path)
    sizes: dict[str, int] = {}
    try:
        for name, content in attachments.items():
            sizes[name], chunks = _packed(content)
            file.add(f"attachment.{name}", chunks)
        for name, documents in deleted.items():
            file.add(f"{_DELETED}{name}", [documents])
        file.add("joined", [json.dumps(joined, separators=(",", ":")).encode()])
        size = file.finish({"attachments": sizes})
    except BaseException:
        file.abandon()
        raise
    return file_sum(file, size)


def _packed(content: Attachment) -> tuple[int, Iterator[bytes]]:
    """An attachment's size, and chunks of it as it is kept, made one after another."""
    size = len(content) if isinstance(content, bytes) else content.size
    pieces = [content] if isinstance(content, bytes) else content.pieces
    return size, iter(pieces) if size < _SMALL else _compressed(pieces, size)


def _compressed(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    import zstandard

    frame = zstandard.ZstdCompressor(level=1).compressobj(size)
    for piece in pieces:
        yield frame.compress(piece)
    yield frame.flush()


def _unpacked(content: bytes, size: int, file: SegmentFile) -> bytes:
    """An attachment of this size, from what `_packed` made of it."""
    import zstandard

    try:
        if zstandard.frame_content_size(content) != size or size > _LARGEST:
            raise ValueError("another size")
        whole: bytes = zstandard.ZstdDecompressor().decompress(content)
    except (zstandard.ZstdError, ValueError, MemoryError) as error:
        raise file.damaged(f"is damaged (an attachment: {error})") from error
    return whole
