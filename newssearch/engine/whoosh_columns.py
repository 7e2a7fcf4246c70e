"""Whoosh's columns, document -> value, over all segments of a generation.

In: the segments' readers. Out: `Columns`; used by `whoosh_postings`. Documents are global numbers:
a segment's first one and the number in the segment.

Numbers are read whole at the first look. Texts are read one at a time until a good part of the
column has been asked for, then whole: either way is several times slower where the other is right.
A whole column is unpacked here, by what `whoosh.columns` (3.54) keeps: its own readers call two
functions for every value.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from whoosh.columns import RefBytesColumn, VarBytesColumn

from newssearch.engine.whoosh_files import reading

#: A column of texts is read whole after one in so many of its values has been read.
READ_WHOLE_AFTER = 16


class Leaf(NamedTuple):
    """One segment: its reader, its name, its first document's global number, its documents."""

    reader: Any
    name: str
    base: int
    size: int


class Columns:
    """The columns of one generation."""

    def __init__(self, leaves: Sequence[Leaf], folder: Path) -> None:
        self._leaves, self._folder = leaves, folder
        self._bases = [leaf.base for leaf in leaves]
        self._documents = sum(leaf.size for leaf in leaves)
        self._readers: dict[str, list[Any]] = {}
        self._reads: dict[str, int] = {}
        self._numbers: dict[str, Sequence[int]] = {}
        self._texts: dict[str, list[str]] = {}

    def numbers(self, name: str) -> Sequence[int]:
        """A whole column of numbers, by document number; deleted documents have theirs."""
        known = self._numbers.get(name)
        if known is None:
            known = array("q")
            for leaf, reader in zip(self._leaves, self._column(name), strict=True):
                with reading(self._folder, f"{leaf.name}.{name}.col"):
                    known.extend(_numbers(reader, leaf.size))
            self._numbers[name] = known
        return known

    def text(self, name: str, document: int) -> str:
        """One value of a column of texts."""
        whole = self._texts.get(name)
        if whole is not None:
            return whole[document]
        reads = self._reads[name] = self._reads.get(name, 0) + 1
        if reads * READ_WHOLE_AFTER > self._documents:
            return self._whole(name)[document]
        place = bisect_right(self._bases, document) - 1
        leaf = self._leaves[place]
        with reading(self._folder, f"{leaf.name}.{name}.col"):
            return _decoded(self._column(name)[place][document - leaf.base])

    def texts(self, name: str, documents: Sequence[int]) -> list[str]:
        """The values of several documents, in their order."""
        if len(documents) * READ_WHOLE_AFTER > self._documents:
            whole = self._whole(name)
            return [whole[document] for document in documents]
        return [self.text(name, document) for document in documents]

    def _whole(self, name: str) -> list[str]:
        known = self._texts.get(name)
        if known is None:
            known = []
            for leaf, reader in zip(self._leaves, self._column(name), strict=True):
                with reading(self._folder, f"{leaf.name}.{name}.col"):
                    known += _texts(reader, leaf.size)
            self._texts[name] = known
        return known

    def _column(self, name: str) -> list[Any]:
        readers = self._readers.get(name)
        if readers is None:
            readers = []
            for leaf in self._leaves:
                with reading(self._folder, f"{leaf.name}.{name}.col"):
                    readers.append(leaf.reader.column_reader(name, translate=False))
            self._readers[name] = readers
        return readers


def _numbers(reader: Any, size: int) -> array[int]:
    """A segment's column of numbers: as many as there are up to the last that is not 0, then 0."""
    kept = min(reader._count, size)
    packed = reader._dbfile.get(reader._basepos, kept * reader._fixedlen)
    return array("q", _big_endian(reader._typecode, packed)) + array("q", bytes(8 * (size - kept)))


def _texts(reader: Any, size: int) -> list[str]:
    """A segment's column of texts: the different ones and a number for each document
    (`RefBytesColumn`), or one behind the other (`VarBytesColumn`)."""
    if isinstance(reader, RefBytesColumn.Reader):
        different = [_decoded(value) for value in reader._uniques]
        packed = reader._dbfile.get(reader._basepos, size * reader._itemsize)
        return [different[number] for number in _big_endian(reader._typecode, packed)]
    if isinstance(reader, VarBytesColumn.Reader):
        ends = list(accumulate(reader._lengths, initial=0))
        values = reader._dbfile.get(reader._basepos, ends[-1])
        return [_decoded(values[start:end]) for start, end in pairwise(ends)]
    return [_decoded(value) for value in reader]


def _big_endian(typecode: str, packed: bytes) -> array[int]:
    numbers = array(typecode, packed)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _decoded(value: bytes) -> str:
    return value.decode("utf-8", "surrogatepass")
