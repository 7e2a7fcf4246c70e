"""The words of several segments to those of one.

In: segments, and where their live documents come to stand (`Source`). Out: terms with their places
in a `WordsWriter`; used by `merge`. What comes out is, byte by byte, what `builder` would write for
the live documents: a term or a form that is left nowhere is gone.

Terms are merged a range at a time: memory holds the occurrences of one range, and of all unstemmed
forms their bytes and some numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, count

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays import texts
from newssearch.arrays.texts import Texts
from newssearch.engine.columnar.bulk import (
    counts_of,
    form_numbers_of,
    lists_of,
    terms_of,
    within,
)
from newssearch.engine.columnar.lists import GROUP, Lists
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.sources import Source, ranges, union
from newssearch.engine.columnar.words_writer import Terms, WordsWriter

Integers = NDArray[np.int64]

#: Occurrences, and forms, that are merged together, about.
_CHUNK = 100_000
_FORMS = 50_000


def merge_words(sources: Sequence[Source], writer: WordsWriter) -> None:
    """Write all terms of the sources' live documents."""
    words = [source.segment.words for source in sources]
    weights = [_weights(one) for one in words]
    forms = _Forms([source.segment for source in sources])
    rest = Terms(texts.of([]), *(np.zeros(0, kind) for kind in ("i8", "u4", "u2", "i8")))
    for bounds in ranges(words, weights, _CHUNK):
        # of a common term alone there may be millions of places: no more is kept than must be
        merged = _joined(rest, _range(sources, bounds, forms, writer.size + len(rest.terms)))
        del rest
        whole = len(merged.terms) - len(merged.terms) % GROUP
        writer.add(_cut(merged, 0, whole))
        rest = _copy(_cut(merged, whole, len(merged.terms)))
        del merged
    writer.add(rest)
    forms.write(writer)


def _range(
    sources: Sequence[Source], bounds: Sequence[tuple[int, int]], forms: _Forms, base: int
) -> Terms:
    """One range of all sources; its first term gets the number `base`."""
    read = [_read(source, *bound) for source, bound in zip(sources, bounds, strict=True)]
    return _merge(read, forms, base)


def _weights(words: Lists) -> Integers:
    """How many occurrences each group of terms has."""
    counts = counts_of(words, 0, words.size)
    weights: Integers = np.add.reduceat(counts, np.arange(0, words.size, GROUP))
    return weights


@dataclass(slots=True)
class _Range:
    """The terms [first, end) of one source that are left: which of the range they are, and their
    occurrences where they come to stand. `is_whole` where no occurrence was left out."""

    first: int
    end: int
    terms: list[bytes]
    which: Integers
    counts: Integers
    places: NDArray[np.uint32]
    numbers: NDArray[np.uint16]
    is_whole: bool


def _read(source: Source, first: int, end: int) -> _Range:
    segment = source.segment
    counts, places = lists_of(segment.words, first, end)
    numbers = form_numbers_of(segment, first, counts)
    terms = terms_of(segment.words, first, end)
    which = np.arange(len(terms))
    places, kept = source.moved(places)
    if kept is not None:
        owners = np.repeat(which, counts)[kept]
        counts = np.bincount(owners, minlength=len(counts))
        places, numbers = places[kept], numbers[kept]
        which = np.flatnonzero(counts)
        terms = list(compress(terms, counts.tolist()))
        counts = counts[which]
    return _Range(
        first,
        end,
        terms,
        which,
        counts,
        places.astype(np.uint32),
        numbers.astype(np.uint16),
        kept is None,
    )


def _merge(ranges: Sequence[_Range], forms: _Forms, base: int) -> Terms:
    """One range of all sources; its first term gets the number `base`."""
    terms = union([one.terms for one in ranges])
    row_of = dict(zip(terms, count()))
    rows = [
        np.fromiter(map(row_of.__getitem__, one.terms), np.int64, len(one.terms)) for one in ranges
    ]
    widths = forms.renumber(ranges, rows, len(terms), base)
    counts = np.zeros(len(terms), np.int64)
    before: list[Integers] = []
    for one, row in zip(ranges, rows, strict=True):
        before.append(counts[row])
        counts[row] += one.counts
    starts = np.cumsum(counts) - counts
    places = np.empty(int(counts.sum()), np.uint32)
    numbers = np.empty(len(places), np.uint16)
    for one, row, earlier in zip(ranges, rows, before, strict=True):
        into = within(one.counts, starts[row] + earlier)
        places[into] = one.places
        numbers[into] = one.numbers
    return Terms(texts.of(terms), counts, places, numbers, widths)


class _Forms:
    """The unstemmed forms of all sources in one order, in which each has a *rank*; and the terms
    and numbers that they come to have, by rank."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        dictionaries = [segment.forms for segment in segments]
        ranks = [np.zeros(one.size, np.int32) for one in dictionaries]
        self._texts: list[bytes] = []  # no form has a NUL: it parts them
        self._sizes: list[int] = []
        size = 0
        weights = [np.full(-(-one.size // GROUP), GROUP) for one in dictionaries]
        for bounds in ranges(dictionaries, weights, _FORMS):
            parts = [terms_of(one, *bound) for one, bound in zip(dictionaries, bounds, strict=True)]
            forms = union(parts)
            rank_of = dict(zip(forms, count(size)))
            for part, of, (first, end) in zip(parts, ranks, bounds, strict=True):
                of[first:end] = [rank_of[form] for form in part]
            self._texts.append(b"\0".join(forms))
            self._sizes.append(len(forms))
            size += len(forms)
        self._own = [_Own(*pair) for pair in zip(segments, ranks, strict=True)]
        self._terms = np.full(size, -1, np.int64)
        self._numbers = np.zeros(size, np.int64)

    def renumber(
        self, ranges: Sequence[_Range], rows: Sequence[Integers], size: int, base: int
    ) -> Integers:
        """Number the forms of `size` merged terms anew, by their ranks: `numbers` of the ranges
        follow. Returns the bits that the numbers of each term's forms need."""
        tables = [own.table(one) for own, one in zip(self._own, ranges, strict=True)]
        most = len(self._terms) + 1
        keys = np.concatenate(
            [
                np.repeat(row, table.sizes)[table.alive] * most + table.ranks[table.alive] + 1
                for table, row in zip(tables, rows, strict=True)
            ]
        )
        forms, inverse = np.unique(keys, return_inverse=True)
        row_of, rank = np.divmod(forms, most)
        held = np.bincount(row_of, minlength=size)
        number = np.arange(len(forms)) - (np.cumsum(held) - held)[row_of]
        named = np.flatnonzero(rank)
        self._terms[rank[named] - 1] = base + row_of[named]
        self._numbers[rank[named] - 1] = number[named]
        widths = np.frexp((held - 1).astype(np.float64))[1].astype(np.int64)
        begin = 0
        for one, table, row in zip(ranges, tables, rows, strict=True):
            end = begin + int(np.count_nonzero(table.alive))
            table.renumber(one, number[inverse[begin:end]], widths[row] > 0)
            begin = end
        return widths

    def write(self, writer: WordsWriter) -> None:
        """Write the forms that are left."""
        left: list[bytes] = []
        used = self._terms >= 0
        terms, numbers = self._terms[used], self._numbers[used]
        begin = written = 0
        for text, size in zip(self._texts, self._sizes, strict=True):
            left += compress(text.split(b"\0"), used[begin : begin + size].tolist())
            begin += size
            whole = len(left) if begin == len(used) else len(left) - len(left) % GROUP
            end = written + whole
            writer.add_forms(texts.of(left[:whole]), terms[written:end], numbers[written:end])
            left, written = left[whole:], end


class _Own:
    """One source's forms by the term that they are forms of, with their ranks."""

    def __init__(self, segment: Segment, ranks: NDArray[np.int32]) -> None:
        terms = np.frombuffer(segment.file.read("forms.terms"), "<u4")
        numbers = np.frombuffer(segment.file.read("forms.numbers"), "<u2")
        order = np.lexsort((numbers, terms))
        self._terms, self._numbers, self._ranks = terms[order], numbers[order], ranks[order]

    def table(self, one: _Range) -> _Table:
        """The forms of a range's terms."""
        begin, stop = np.searchsorted(self._terms, (one.first, one.end)).tolist()
        terms = self._terms[begin:stop].astype(np.int64) - one.first
        numbers = self._numbers[begin:stop].astype(np.int64)
        sizes = np.ones(one.end - one.first, np.int64)
        np.maximum.at(sizes, terms, numbers + 1)
        starts = np.cumsum(sizes) - sizes
        ranks = np.full(int(sizes.sum()), -1, np.int64)
        ranks[starts[terms] + numbers] = self._ranks[begin:stop]
        if one.is_whole:
            return _Table(sizes, starts, ranks, np.ones(len(ranks), np.bool_))
        left = np.zeros(len(sizes), np.bool_)
        left[one.which] = True
        ranks = ranks[np.repeat(left, sizes)]
        sizes = sizes[one.which]
        starts = np.cumsum(sizes) - sizes
        alive = np.zeros(len(ranks), np.bool_)
        alive[np.repeat(starts, one.counts) + one.numbers] = True
        return _Table(sizes, starts, ranks, alive)


@dataclass(frozen=True, slots=True)
class _Table:
    """The forms of a range's terms, one term after another, by number: each one's rank, -1 for
    the words without an unstemmed form, and whether it is left anywhere."""

    sizes: Integers
    starts: Integers
    ranks: Integers
    alive: NDArray[np.bool_]

    def renumber(self, one: _Range, numbers: Integers, several: NDArray[np.bool_]) -> None:
        """Give the occurrences of terms of `several` forms the forms' new numbers."""
        table = np.zeros(len(self.ranks), np.int64)
        table[self.alive] = numbers
        terms = np.flatnonzero(several)
        ends = np.cumsum(one.counts)
        counts = one.counts[terms]
        places = within(counts, ends[terms] - counts)
        one.numbers[places] = table[np.repeat(self.starts[terms], counts) + one.numbers[places]]


def _joined(one: Terms, other: Terms) -> Terms:
    if not len(one.terms):
        return other
    return Terms(
        texts.joined(one.terms, other.terms),
        np.concatenate((one.counts, other.counts)),
        np.concatenate((one.places, other.places)),
        np.concatenate((one.numbers, other.numbers)),
        np.concatenate((one.widths, other.widths)),
    )


def _cut(terms: Terms, first: int, end: int) -> Terms:
    begin, stop = (int(terms.counts[:n].sum()) for n in (first, end))
    return Terms(
        terms.terms.part(first, end),
        terms.counts[first:end],
        terms.places[begin:stop],
        terms.numbers[begin:stop],
        terms.widths[first:end],
    )


def _copy(terms: Terms) -> Terms:
    """The same in memory of its own: a part of an array keeps all of it."""
    return Terms(
        Texts(terms.terms.content.copy(), terms.terms.edges.copy()),
        terms.counts.copy(),
        terms.places.copy(),
        terms.numbers.copy(),
        terms.widths.copy(),
    )
