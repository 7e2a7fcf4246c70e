"""Lines of text in little memory, while a run has much to remember.

In: texts and lines. Out: the same ones; used by `files`, `listed` and `batch`. The lines of a
folder's files are much alike: packed, a million of them take 30 to 60 MB, as Python's strings five
times as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

#: What a Zstandard frame begins with, and no text does: it is not UTF-8.
_MAGIC = b"\x28\xb5\x2f\xfd"

#: Shorter texts stay as they are.
_SHORT = 1000

#: So many lines are packed together.
_LINES = 1000


def packed(text: bytes) -> bytes:
    """A text, UTF-8, in fewer bytes."""
    if len(text) < _SHORT:
        return text
    # a copy: what the compressor returns lies in memory that was meant for twice as much
    return memoryview(_tools()[0].compress(text)).tobytes()


def unpacked(content: bytes) -> bytes:
    """The text that `packed` made this of."""
    if content[:4] != _MAGIC:
        return content
    text: bytes = _tools()[1].decompress(content)
    return text


@cache
def _tools() -> tuple[Any, Any]:
    import zstandard  # start-up: most runs hold little

    return zstandard.ZstdCompressor(level=1), zstandard.ZstdDecompressor()


class Lines:
    """Lines without line feeds, that are appended and come out in this order."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._last: list[str] = []

    def append(self, line: str) -> None:
        self._last.append(line)
        if len(self._last) == _LINES:
            self._packed.append(packed("\n".join(self._last).encode("utf-8", "surrogatepass")))
            self._last = []

    def __bool__(self) -> bool:
        return bool(self._packed or self._last)

    def __iter__(self) -> Iterator[str]:
        for content in self._packed:
            yield from unpacked(content).decode("utf-8", "surrogatepass").split("\n")
        yield from self._last
