"""Writes the dictionaries and lists that `lists` reads.

In: sorted terms with their ascending lists, as many at a time as the caller likes. Out: the
sections' bytes; used by `words_writer`, `columns` and `merge_columns`. What has been encoded is
kept in temporary files once it is large, so that a merge of any size needs little memory.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays import monotone, texts
from newssearch.arrays.texts import Texts
from newssearch.engine.columnar.lists import GROUP, LARGE
from newssearch.engine.columnar.segment_file import SectionsWriter

Integers = NDArray[np.int64]

#: What more than this of a stream goes into a temporary file.
_IN_MEMORY = 2_000_000

#: Terms that are folded together: a table of their bytes is made.
_TOGETHER = 64 * GROUP

#: The longest term whose length is one byte in any case.
_WIDEST = 127


class Stream:
    """Bytes that are written piece by piece and read back once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: list[bytes] = []
        self._in_memory = 0
        self._file: IO[bytes] | None = None
        self.size = 0

    def append(self, content: bytes | NDArray[np.uint8]) -> None:
        piece = bytes(content)
        self._held.append(piece)
        self._in_memory += len(piece)
        self.size += len(piece)
        if self._in_memory > _IN_MEMORY:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
            self._file.writelines(self._held)
            self._held.clear()
            self._in_memory = 0

    def chunks(self) -> Iterator[bytes]:
        """All of it; the stream is spent then."""
        if self._file is not None:
            self._file.seek(0)
            while chunk := self._file.read(1 << 20):
                yield chunk
        yield from self._held
        self.close()

    def close(self) -> None:
        """Let go of it."""
        self._held.clear()
        if self._file is not None:
            self._file.close()


class DictionaryWriter:
    """Writes a sorted dictionary; terms come in ascending order, without repeats."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name, self.size = name, 0
        self._text = Stream(folder)
        self._groups = array("Q")
        self._low_at = self._high_at = 0

    def add_terms(self, terms: Sequence[bytes] | Texts) -> None:
        """The next terms; all calls but the last with a multiple of GROUP of them."""
        terms = terms if isinstance(terms, Texts) else texts.of(terms)
        assert not len(terms) or self.size % GROUP == 0, "only the last call may end within a group"
        for first in range(0, len(terms), _TOGETHER):
            some = terms.part(first, first + _TOGETHER)
            # a long term is folded more slowly, and all that are folded with it
            size = _TOGETHER if np.diff(some.edges).max() <= _WIDEST else GROUP
            for begin in range(0, len(some), size):
                self._add_folded(some.part(begin, begin + size))
        self.size += len(terms)

    def _add_folded(self, terms: Texts) -> None:
        folded, ends = _fold(terms)
        base = self._text.size
        for group in range(-(-len(terms) // GROUP)):
            self._groups.extend((base + (ends[group * GROUP - 1] if group else 0), 0, 0))
        self._text.append(folded)

    def write(self, file: SectionsWriter) -> None:
        """Write the sections."""
        self._groups.extend((self._text.size, self._low_at, self._high_at))
        file.add(f"{self.name}.text", self._text.chunks())
        file.add(f"{self.name}.groups", [self._groups])

    def close(self) -> None:
        """Let go of temporary files; harmless after `write`."""
        self._text.close()


class ListsWriter(DictionaryWriter):
    """Writes a dictionary with lists of numbers below `universe`."""

    def __init__(self, folder: Path, name: str, universe: int) -> None:
        super().__init__(folder, name)
        self.universe = universe
        self._low, self._high = Stream(folder), Stream(folder)
        self._counts = Stream(folder)
        self._large = array("I")

    def add(
        self, terms: Sequence[bytes] | Texts, counts: Integers, values: NDArray[np.integer[Any]]
    ) -> None:
        """The next terms with their lists, one behind the other; see `add_terms`."""
        if not len(terms):
            return
        first_group, first = len(self._groups), self.size
        self.add_terms(terms)
        low, high, low_groups, high_groups = monotone.encode(values, counts, self.universe)
        for i, (low_at, high_at) in enumerate(
            zip(low_groups[:-1].tolist(), high_groups[:-1].tolist(), strict=True)
        ):
            self._groups[first_group + 3 * i + 1] = self._low.size + low_at
            self._groups[first_group + 3 * i + 2] = self._high.size + high_at
        self._low.append(low)
        self._high.append(high)
        self._low_at, self._high_at = self._low.size, self._high.size
        large = np.flatnonzero(counts >= LARGE)
        self._counts.append(np.minimum(counts, LARGE).astype(np.uint8))
        for i, count in zip(large.tolist(), counts[large].tolist(), strict=True):
            self._large.extend((first + i, count))

    def write(self, file: SectionsWriter) -> None:
        super().write(file)
        file.add(f"{self.name}.counts", self._counts.chunks())
        file.add(f"{self.name}.large", [self._large])
        file.add(f"{self.name}.low", self._low.chunks())
        file.add(f"{self.name}.high", self._high.chunks())

    def close(self) -> None:
        super().close()
        for stream in (self._low, self._high, self._counts):
            stream.close()


def _fold(terms: Texts) -> tuple[bytes, list[int]]:
    """The terms' text, and where each ends in it."""
    lengths = np.diff(terms.edges)
    if not len(terms) or lengths.max() > _WIDEST:
        return _fold_long(terms.tolist())
    # a row for each term: its two numbers, then its bytes, of which those it shares are left out
    width = int(lengths.max())
    column = np.arange(width)
    kept = np.ones((len(terms), width + 2), np.bool_)
    inside = kept[:, 2:]
    np.less(column, lengths[:, None], out=inside)
    rows = np.zeros((len(terms), width + 2), np.uint8)
    rows[:, 2:][inside] = terms.content
    # a column that is never the same ends each row
    differs = np.ones((len(terms) - 1, width + 1), np.bool_)
    np.not_equal(rows[1:, 2:], rows[:-1, 2:], out=differs[:, :-1])
    shared = np.zeros(len(terms), np.int64)
    shared[1:] = np.minimum(differs.argmax(axis=1), np.minimum(lengths[1:], lengths[:-1]))
    shared[::GROUP] = 0
    rows[:, 0], rows[:, 1] = shared, lengths - shared
    inside &= column >= shared[:, None]
    return rows[kept].tobytes(), np.cumsum(lengths - shared + 2).tolist()


def _fold_long(terms: Sequence[bytes]) -> tuple[bytes, list[int]]:
    """The same for terms of any length, one at a time."""
    text = bytearray()
    ends: list[int] = []
    before = b""
    for i, term in enumerate(terms):
        common = 0 if i % GROUP == 0 else min(_common(before, term), _WIDEST)
        text.append(common)
        text += _varint(len(term) - common)
        text += term[common:]
        ends.append(len(text))
        before = term
    return bytes(text), ends


def _common(one: bytes, other: bytes) -> int:
    """How many bytes two terms begin with that are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)
