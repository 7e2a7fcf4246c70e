"""The words of several segments to those of one.

In: segments, and where their live documents come to stand (`Source`). Out: terms with their places
in a `WordsWriter`; used by `merge`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newssearch.engine.columnar.bulk import counts_of, lists_of
from newssearch.engine.columnar.bulk import form_numbers as numbers_of
from newssearch.engine.columnar.lists import GROUP
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.words_writer import Terms, WordsWriter

Integers = NDArray[np.int64]

#: Occurrences that are merged together, about.
_CHUNK = 1_000_000


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


class _Names:
    """The unstemmed forms of a segment by the term that they are forms of."""

    def __init__(self, segment: Segment) -> None:
        self._forms = list(segment.forms.terms())
        terms = np.frombuffer(segment.file.read("forms.terms"), "<u4").astype(np.int64)
        numbers = np.frombuffer(segment.file.read("forms.numbers"), "<u2").astype(np.int64)
        self._order = np.lexsort((numbers, terms))
        self._terms, self._numbers = terms[self._order], numbers[self._order]

    def between(self, first: int, end: int) -> list[tuple[int, int, bytes]]:
        """(term, number, form) for the terms [first, end)."""
        begin, stop = np.searchsorted(self._terms, (first, end)).tolist()
        forms = [self._forms[i] for i in self._order[begin:stop].tolist()]
        rows = slice(begin, stop)
        return list(
            zip(self._terms[rows].tolist(), self._numbers[rows].tolist(), forms, strict=True)
        )


@dataclass(slots=True)
class _Range:
    """A range of one segment's terms: their names, and their occurrences where they come to
    stand. `first` is the first term's number in its segment."""

    first: int
    terms: list[bytes]
    counts: Integers
    places: Integers
    numbers: Integers


def merge_words(sources: Sequence[Source], writer: WordsWriter) -> None:
    """Write all terms of the sources' live documents."""
    names = [_Names(source.segment) for source in sources]
    named: list[tuple[bytes, int, int]] = []
    rest = Terms((), *(np.zeros(0, np.int64) for _ in range(4)))
    for bounds in _ranges(sources):
        ranges = [_read(source, *bound) for source, bound in zip(sources, bounds, strict=True)]
        merged = _merge(ranges, names, writer.size + len(rest.terms), named)
        merged = _joined(rest, merged)
        whole = len(merged.terms) - len(merged.terms) % GROUP
        writer.add(_cut(merged, 0, whole))
        rest = _cut(merged, whole, len(merged.terms))
    writer.add(rest)
    named.sort()
    forms, terms, numbers = zip(*named, strict=True) if named else ((), (), ())
    writer.add_forms(forms, terms, numbers)


def _ranges(sources: Sequence[Source]) -> list[list[tuple[int, int]]]:
    """Ranges of terms, the same for all sources, each as the numbers [first, end) in each."""
    heads: list[tuple[bytes, int]] = []
    for source in sources:
        words = source.segment.words
        counts = counts_of(words, 0, words.size)
        groups = np.add.reduceat(counts, np.arange(0, words.size, GROUP)).tolist()
        heads += [(words.term(i * GROUP), count) for i, count in enumerate(groups)]
    heads.sort()
    cuts: list[bytes] = []
    held = 0
    for term, count in heads:
        if held + count > _CHUNK and held:
            cuts.append(term)
            held = 0
        held += count
    limits = [
        [0, *(source.segment.words.lower(cut) for cut in cuts), source.segment.words.size]
        for source in sources
    ]
    return [[(limit[i], limit[i + 1]) for limit in limits] for i in range(len(cuts) + 1)]


def _read(source: Source, first: int, end: int) -> _Range:
    words = source.segment.words
    counts, places = lists_of(words, first, end)
    numbers = np.zeros(len(places), np.int64)
    ends = np.cumsum(counts)
    varied = source.segment.column_of("varied.terms")
    for term in varied[bisect_right(varied, first - 1) : bisect_right(varied, end - 1)].tolist():
        count = int(counts[term - first])
        stop = int(ends[term - first])
        numbers[stop - count : stop] = numbers_of(source.segment, term, count)
    places, kept = source.moved(places)
    if kept is not None:
        terms = np.repeat(np.arange(len(counts)), counts)[kept]
        counts = np.bincount(terms, minlength=len(counts))
        places, numbers = places[kept], numbers[kept]
    return _Range(first, list(words.terms(first, end)), counts, places, numbers)


def _merge(
    ranges: Sequence[_Range],
    names: Sequence[_Names],
    base: int,
    named: list[tuple[bytes, int, int]],
) -> Terms:
    """One range of all sources; the forms in it are added to `named`."""
    having = [
        term for one in ranges for term, n in zip(one.terms, one.counts.tolist(), strict=True) if n
    ]
    terms = sorted(set(having))
    place_of = {term: i for i, term in enumerate(terms)}
    rows = [np.array([place_of.get(term, 0) for term in one.terms], np.int64) for one in ranges]
    widths = np.zeros(len(terms), np.int64)
    _rename(ranges, rows, names, _Target(terms, base, widths, named))
    counts = np.zeros(len(terms), np.int64)
    before: list[Integers] = []
    for one, row in zip(ranges, rows, strict=True):
        before.append(counts[row])
        np.add.at(counts, row, one.counts)
    starts = np.cumsum(counts) - counts
    places = np.empty(int(counts.sum()), np.int64)
    numbers = np.empty(len(places), np.int64)
    for one, row, earlier in zip(ranges, rows, before, strict=True):
        first = np.cumsum(one.counts) - one.counts
        into = np.repeat(starts[row] + earlier - first, one.counts)
        into += np.arange(len(one.places))
        places[into] = one.places
        numbers[into] = one.numbers
    return Terms(terms, counts, places, numbers, widths)


@dataclass(slots=True)
class _Target:
    """The merged terms of a range, the first of them number `base`: what `_rename` fills in."""

    terms: list[bytes]
    base: int
    widths: Integers
    named: list[tuple[bytes, int, int]]


def _rename(
    ranges: Sequence[_Range], rows: Sequence[Integers], names: Sequence[_Names], target: _Target
) -> None:
    """Number the forms of merged terms anew, by their names; `numbers` of the ranges follow."""
    held: list[dict[int, dict[int, bytes]]] = []  # by source: merged term -> number -> form
    for one, row, known in zip(ranges, rows, names, strict=True):
        forms: dict[int, dict[int, bytes]] = {}
        for i in np.flatnonzero(one.counts).tolist():
            forms[int(row[i])] = {0: b""}
        for term, number, form in known.between(one.first, one.first + len(one.terms)):
            if one.counts[term - one.first]:
                forms[int(row[term - one.first])][number] = form
        held.append(forms)
    merged: dict[int, list[bytes]] = {}
    for i in range(len(target.terms)):
        every = {form for forms in held if i in forms for form in forms[i].values()}
        merged[i] = ordered = sorted(every)
        target.widths[i] = (len(ordered) - 1).bit_length()
        target.named += [
            (form, target.base + i, number) for number, form in enumerate(ordered) if form
        ]
    for one, row, forms in zip(ranges, rows, held, strict=True):
        ends = np.cumsum(one.counts)
        for i in np.flatnonzero(one.counts).tolist():
            ordered, own = merged[int(row[i])], forms[int(row[i])]
            if len(ordered) == 1:
                continue
            table = np.zeros(max(own) + 1, np.int64)
            for number, form in own.items():
                table[number] = ordered.index(form)
            part = slice(int(ends[i] - one.counts[i]), int(ends[i]))
            one.numbers[part] = table[one.numbers[part]]


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
