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
from itertools import chain, compress, count

import numpy as np
from numpy.typing import NDArray

from newssearch.engine.columnar.bulk import (
    counts_of,
    form_numbers_of,
    lists_of,
    terms_of,
    within,
)
from newssearch.engine.columnar.lists import GROUP, Dictionary
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.words_writer import Terms, WordsWriter

Integers = NDArray[np.int64]

#: Occurrences, and forms, that are merged together, about.
_CHUNK = 500_000
_FORMS = 50_000


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to merge: by document whether it is kept, its new number, its first place, and how
    far its places move."""

    segment: Segment
    kept: NDArray[np.bool_]
    documents: Integers
    starts: Integers
    shifts: Integers

    def moved(self, places: Integers) -> tuple[Integers, NDArray[np.bool_] | None]:
        """Where these places come to stand; and which are kept, None where all are."""
        if self.kept.all():
            return places + self.shifts[0], None
        documents = np.searchsorted(self.starts, places, "right") - 1
        return places + self.shifts[documents], self.kept[documents]


def merge_words(sources: Sequence[Source], writer: WordsWriter) -> None:
    """Write all terms of the sources' live documents."""
    words = [source.segment.words for source in sources]
    weights = [counts_of(one, 0, one.size) for one in words]
    forms = _Forms([source.segment for source in sources])
    rest = Terms((), *(np.zeros(0, np.int64) for _ in range(4)))
    for bounds in _ranges(words, weights, _CHUNK):
        ranges = [_read(source, *bound) for source, bound in zip(sources, bounds, strict=True)]
        merged = _joined(rest, _merge(ranges, forms, writer.size + len(rest.terms)))
        whole = len(merged.terms) - len(merged.terms) % GROUP
        writer.add(_cut(merged, 0, whole))
        rest = _cut(merged, whole, len(merged.terms))
    writer.add(rest)
    forms.write(writer)


def _ranges(
    dictionaries: Sequence[Dictionary], weights: Sequence[Integers], most: int
) -> list[list[tuple[int, int]]]:
    """Ranges of terms that together weigh about `most`, each as the numbers [first, end) that it
    has in every dictionary."""
    heads: list[tuple[bytes, int]] = []
    for one, weight in zip(dictionaries, weights, strict=True):
        groups = np.add.reduceat(weight, np.arange(0, one.size, GROUP)).tolist()
        heads += [(one.head(group), weighed) for group, weighed in enumerate(groups)]
    heads.sort()
    cuts: list[bytes] = []
    held = 0
    for term, weighed in heads:
        if held + weighed > most and held:
            cuts.append(term)
            held = 0
        held += weighed
    limits = [[0, *map(one.lower, cuts), one.size] for one in dictionaries]
    return [[(limit[i], limit[i + 1]) for limit in limits] for i in range(len(cuts) + 1)]


@dataclass(slots=True)
class _Range:
    """The terms [first, end) of one source that are left: which of the range they are, and their
    occurrences where they come to stand. `is_whole` where no occurrence was left out."""

    first: int
    end: int
    terms: list[bytes]
    which: Integers
    counts: Integers
    places: Integers
    numbers: Integers
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
    return _Range(first, end, terms, which, counts, places, numbers, kept is None)


def _merge(ranges: Sequence[_Range], forms: _Forms, base: int) -> Terms:
    """One range of all sources; its first term gets the number `base`."""
    terms = _union([one.terms for one in ranges])
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
    places = np.empty(int(counts.sum()), np.int64)
    numbers = np.empty(len(places), np.int64)
    for one, row, earlier in zip(ranges, rows, before, strict=True):
        into = within(one.counts, starts[row] + earlier)
        places[into] = one.places
        numbers[into] = one.numbers
    return Terms(terms, counts, places, numbers, widths)


class _Forms:
    """The unstemmed forms of all sources in one order, in which each has a *rank*; and the terms
    and numbers that they come to have, by rank."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        dictionaries = [segment.forms for segment in segments]
        ranks = [np.zeros(one.size, np.int64) for one in dictionaries]
        self._texts: list[bytes] = []  # no form has a NUL: it parts them
        self._sizes: list[int] = []
        size = 0
        weights = [np.ones(one.size, np.int64) for one in dictionaries]
        for bounds in _ranges(dictionaries, weights, _FORMS):
            parts = [terms_of(one, *bound) for one, bound in zip(dictionaries, bounds, strict=True)]
            forms = _union(parts)
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
        terms, numbers = self._terms[used].tolist(), self._numbers[used].tolist()
        begin = written = 0
        for text, size in zip(self._texts, self._sizes, strict=True):
            left += compress(text.split(b"\0"), used[begin : begin + size].tolist())
            begin += size
            whole = len(left) if begin == len(used) else len(left) - len(left) % GROUP
            end = written + whole
            writer.add_forms(left[:whole], terms[written:end], numbers[written:end])
            left, written = left[whole:], end


class _Own:
    """One source's forms by the term that they are forms of, with their ranks."""

    def __init__(self, segment: Segment, ranks: Integers) -> None:
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


def _union(parts: Sequence[list[bytes]]) -> list[bytes]:
    """All of what is in sorted lists, each once; Python merges what is sorted in linear time."""
    return list(dict.fromkeys(sorted(chain.from_iterable(parts))))


def _joined(one: Terms, other: Terms) -> Terms:
    if not len(one.terms):
        return other
    return Terms(
        [*one.terms, *other.terms],
        np.concatenate((one.counts, other.counts)),
        np.concatenate((one.places, other.places)),
        np.concatenate((one.numbers, other.numbers)),
        np.concatenate((one.widths, other.widths)),
    )


def _cut(terms: Terms, first: int, end: int) -> Terms:
    begin, stop = (int(terms.counts[:n].sum()) for n in (first, end))
    return Terms(
        terms.terms[first:end],
        terms.counts[first:end],
        terms.places[begin:stop],
        terms.numbers[begin:stop],
        terms.widths[first:end],
    )
