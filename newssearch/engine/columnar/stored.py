"""What of a document is shown, in compressed blocks: its head, and its body.

In: documents (`StoredWriter`); an open segment (`Stored`). Out: sections; documents, or their heads
alone. Used by `builder`, `merge` and `archive`.

    heads.blocks    blocks of heads, a line each: JSON, `[root, what engine.record keeps]`; id,
                    story and added are in the segment's columns
    heads.first     each block's first document (4 bytes each)
    heads.starts    where each block begins (8 bytes each, and the end)
    bodies.…        the same for bodies: JSON, `[[line, text], …]`

A block is one Zstandard frame, made with the index's dictionary where it has one: a sample of the
archive's own text, which halves what small blocks lose against large ones.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import zstandard

from newssearch.engine import record
from newssearch.engine.base import Document
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.segment_file import SectionsWriter
from newssearch.engine.counts import day_of
from newssearch.errors import EngineError

#: A block is closed when it holds so many bytes before compression.
HEAD_BYTES = 8_000
BODY_BYTES = 16_000

#: No block holds more: what an article can be (16 MB of Markdown) many times over.
LARGEST = 1 << 28

_LEVEL = 5

#: Bytes of the shortest repetition that is looked for where there is a dictionary, instead of the
#: level's own 4. Takes a tenth less time: English comes out 2 % smaller for it, Chinese as large.
_SHORTEST = 5

#: So many blocks are kept, once decompressed, unless they are as large as this.
_KEPT, _KEPT_BYTES = 64, 1_000_000


class Codec:
    """Compresses and decompresses blocks with one dictionary, which may be empty."""

    def __init__(self, dictionary: bytes) -> None:
        self.dictionary = dictionary
        kind = zstandard.DICT_TYPE_RAWCONTENT
        self._data = (
            zstandard.ZstdCompressionDict(dictionary, dict_type=kind) if dictionary else None
        )
        self._compressor: Any = None
        self._decompressor = zstandard.ZstdDecompressor(dict_data=self._data)

    def compress(self, content: bytes) -> bytes:
        if self._compressor is None:
            self._compressor = self._new_compressor()
        packed: bytes = self._compressor.compress(content)
        return packed

    def _new_compressor(self) -> Any:
        if self._data is None:
            return zstandard.ZstdCompressor(level=_LEVEL)
        how = zstandard.ZstdCompressionParameters.from_level(
            _LEVEL, dict_size=len(self.dictionary), min_match=_SHORTEST, write_content_size=1
        )
        return zstandard.ZstdCompressor(compression_params=how, dict_data=self._data)

    def decompress(self, packed: Any) -> bytes:
        """Raises zstandard.ZstdError, ValueError."""
        if zstandard.frame_content_size(packed) > LARGEST:
            raise ValueError("a block is larger than any can be")
        content: bytes = self._decompressor.decompress(packed)
        return content


class _Blocks:
    """One of the two streams, as it is written."""

    def __init__(self, name: str, size: int, codec: Codec, stream: Any) -> None:
        self.name, self._size, self._codec, self.stream = name, size, codec, stream
        self._first, self._starts = array("I"), array("Q")
        self._lines: list[bytes] = []
        self._held = 0
        self.documents = 0

    def add(self, line: bytes) -> None:
        if len(line) > LARGEST:
            raise EngineError(f"an article of {len(line):,} bytes is too large for the index")
        self._lines.append(line)
        self._held += len(line)
        self.documents += 1
        if self._held >= self._size:
            self.close_block()

    def close_block(self) -> None:
        """End the block that is being filled."""
        if self._lines:
            self.add_packed(
                self._codec.compress(b"\n".join(self._lines)), self.documents - len(self._lines)
            )
            self._lines.clear()
            self._held = 0

    def add_packed(self, packed: bytes, first: int) -> None:
        """A block as it is, which begins with this document."""
        self._first.append(first)
        self._starts.append(self.stream.size)
        self.stream.append(packed)

    def write(self, file: SectionsWriter) -> None:
        self.close_block()
        self._starts.append(self.stream.size)
        file.add(f"{self.name}.blocks", self.stream.chunks())
        file.add(f"{self.name}.first", [self._first])
        file.add(f"{self.name}.starts", [self._starts])


class StoredWriter:
    """Writes heads and bodies of documents in their order."""

    def __init__(self, folder: Path, codec: Codec) -> None:
        from newssearch.engine.columnar.lists_writer import Stream

        self.heads = _Blocks("heads", HEAD_BYTES, codec, Stream(folder))
        self.bodies = _Blocks("bodies", BODY_BYTES, codec, Stream(folder))

    def add(self, document: Document) -> None:
        (_, root, _, _, kept), body = record.to_json(document)
        self.heads.add(_dump([root, kept]))
        self.bodies.add(_dump_body(body))

    def write(self, file: SectionsWriter) -> None:
        self.heads.write(file)
        self.bodies.write(file)

    def close(self) -> None:
        """Let go of temporary files."""
        self.heads.stream.close()
        self.bodies.stream.close()


class Stored:
    """Reads what `StoredWriter` has written."""

    def __init__(self, segment: Segment, codec: Codec) -> None:
        self.file, self._segment, self._codec = segment.file, segment, codec
        self._documents = segment.documents
        self._known: dict[tuple[str, int], list[bytes]] = {}

    def document(self, number: int) -> Document:
        """A document, whole."""
        return self._document(number, self._json("bodies", number))

    def head(self, number: int) -> Document:
        """A document without its body."""
        return self._document(number, [])

    def _document(self, number: int, body: list[Any]) -> Document:
        segment = self._segment
        added = day_of(segment.value("added", number))
        try:
            root, kept = self._json("heads", number)
            head = [segment.id(number), root, segment.story(number), added, kept]
            return record.from_json(head, body)
        except (ValueError, LookupError, TypeError) as error:
            raise self.file.damaged(f"is damaged (document {number}: {error})") from error

    def line(self, name: str, number: int) -> bytes:
        """The JSON of a document's head ("heads") or body ("bodies")."""
        first = self.file.read(f"{name}.first").cast("I")
        block = bisect_right(first, number) - 1
        if block < 0:
            raise self.file.damaged(f"is damaged ({name})")
        lines = self._known.get((name, block))
        if lines is None:
            end = first[block + 1] if block + 1 < len(first) else self._documents
            lines = self.lines(name, block, end - first[block])
            if sum(map(len, lines)) < _KEPT_BYTES:
                if len(self._known) >= _KEPT:
                    del self._known[next(iter(self._known))]
                self._known[(name, block)] = lines
        return lines[number - first[block]]

    def lines(self, name: str, block: int, expected: int) -> list[bytes]:
        """A block's lines, which are so many."""
        try:
            content = self._codec.decompress(self.packed(name, block))
        except (zstandard.ZstdError, ValueError) as error:
            raise self.file.damaged(f"is damaged ({name}: {error})") from error
        if content.count(b"\n") + 1 != expected:
            raise self.file.damaged(f"is damaged ({name})")
        return content.split(b"\n")

    def packed(self, name: str, block: int) -> bytes:
        """A block as it is."""
        view = self.file.read(f"{name}.starts", 8 * block, 8 * block + 16).cast("Q")
        return bytes(self.file.read(f"{name}.blocks", view[0], view[1]))

    def _json(self, name: str, number: int) -> list[Any]:
        try:
            values: list[Any] = json.loads(self.line(name, number).decode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError) as error:
            raise self.file.damaged(f"is damaged ({name}: {error})") from error
        return values


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_CONTROLS = bytes(range(32))


def _dump(values: list[Any]) -> bytes:
    return _encode(values).encode("utf-8", "surrogatepass")


def _dump_body(body: Sequence[tuple[int, str]]) -> bytes:
    """As `_dump` has it, in half the time: `replace` finds the few characters that need an escape
    faster than an encoder that looks at each."""
    texts = [text.replace("\\", r"\\").replace('"', r"\"") for _, text in body]
    pairs = [f'[{number},"{text}"]' for (number, _), text in zip(body, texts, strict=True)]
    line = f"[{','.join(pairs)}]".encode("utf-8", "surrogatepass")
    # a control character has an escape of its own
    return line if len(line.translate(None, _CONTROLS)) == len(line) else _dump([*body])
