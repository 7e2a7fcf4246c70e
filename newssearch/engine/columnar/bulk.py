"""Parts of a segment as arrays.

In: an open `Segment` or `Lists`. Out: NumPy arrays; used by what searches and what merges. What
single values mean is said where they are written: `lists`, `words_writer`, `columns`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays import monotone
from newssearch.arrays.bits import unpack
from newssearch.arrays.sketches import BANDS
from newssearch.engine.columnar.lists import GROUP, Dictionary, Lists, unfold
from newssearch.engine.columnar.segment import Common, Segment

Integers = NDArray[np.int64]


def counts_of(lists: Lists, first: int, end: int) -> Integers:
    """How long the lists of the terms [first, end) are."""
    counts = np.frombuffer(lists.file.read(f"{lists.name}.counts", first, end), np.uint8).astype(
        np.int64
    )
    large = np.frombuffer(lists.file.read(f"{lists.name}.large"), "<u4").reshape(-1, 2)
    begin, stop = np.searchsorted(large[:, 0], (first, end)).tolist()
    counts[large[begin:stop, 0].astype(np.int64) - first] = large[begin:stop, 1]
    return counts


def lists_of(lists: Lists, first: int, end: int) -> tuple[Integers, Integers]:
    """The lists of the terms [first, end): how long each is, and all numbers, one after another."""
    if first >= end:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    first_group, end_group = first // GROUP, -(-end // GROUP)
    begin = first_group * GROUP
    counts = counts_of(lists, begin, min(end_group * GROUP, lists.size))
    file, name = lists.file, lists.name
    numbers = monotone.decode(
        file.read(f"{name}.low", lists.offset(first_group, 1), lists.offset(end_group, 1)),
        file.read(f"{name}.high", lists.offset(first_group, 2), lists.offset(end_group, 2)),
        counts,
        lists.universe,
    )
    skipped = int(counts[: first - begin].sum())
    counts = counts[first - begin : end - begin]
    return counts, numbers[skipped : skipped + int(counts.sum())]


def terms_of(dictionary: Dictionary, first: int, end: int) -> list[bytes]:
    """The terms [first, end), which are not kept."""
    if first >= end:
        return []
    group, stop = first // GROUP, -(-end // GROUP)
    view = dictionary.file.read(
        f"{dictionary.name}.text", dictionary.offset(group, 0), dictionary.offset(stop, 0)
    )
    return unfold(view)[first - group * GROUP : end - group * GROUP]


def list_of(lists: Lists, term: int) -> Integers:
    """One term's list."""
    place = lists.place(term)
    low, high = lists.streams(place)
    return monotone.decode_one(low, high, place.low, place.high, place.length, lists.universe)


def places_of(segment: Segment, term: int, form: int | None = None) -> Integers:
    """The ascending places of a term, or of one form of it alone; each once."""
    places = list_of(segment.words, term)
    where = None if form is None else segment.forms_of(term)
    if where is not None:
        one: Integers = places[form_numbers(segment, term, len(places)) == form]
        return one
    if len(places) > 1:
        fresh = places[1:] != places[:-1]
        if not fresh.all():  # two forms of one stem at one place: `go-ing`
            return places[np.concatenate(([True], fresh))]
    return places


def form_numbers_of(segment: Segment, first: int, counts: Integers) -> Integers:
    """The number of the form at each place of the terms from `first` on, one after another;
    `counts`: how many places each has."""
    found = np.zeros(int(counts.sum()), np.int64)
    terms = np.asarray(segment.column_of("varied.terms"))
    begin, stop = np.searchsorted(terms, (first, first + len(counts))).tolist()
    if begin == stop:
        return found
    varied = terms[begin:stop].astype(np.int64) - first
    ends = np.cumsum(counts)
    widths = np.frombuffer(segment.file.read("varied.widths", begin, stop), np.uint8).astype(
        np.int64
    )
    starts = np.asarray(segment.column_of("varied.starts", "Q"))[begin:stop].astype(np.int64)
    some = counts[varied]
    size = int(starts[-1] - starts[0]) + (int(some[-1] * widths[-1]) + 7) // 8
    bits = segment.file.read("varied.bits", int(starts[0]), int(starts[0]) + size)
    each = np.repeat(widths, some)
    places = within(some, np.zeros(len(some), np.int64)) * each
    places += np.repeat((starts - starts[0]) * 8, some)
    found[within(some, ends[varied] - some)] = unpack(bits, places, each).view(np.int64)
    return found


def within(counts: Integers, starts: Integers) -> Integers:
    """Of spans of these lengths, which begin at `starts`, all numbers, one after another."""
    numbers: Integers = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    numbers += np.arange(len(numbers))
    return numbers


def form_numbers(segment: Segment, term: int, count: int) -> Integers:
    """The number of the form at each of a term's `count` places."""
    where = segment.forms_of(term)
    if where is None:
        return np.zeros(count, np.int64)
    size = (count * where.width + 7) // 8
    bits = segment.file.read("varied.bits", where.start, where.start + size)
    return unpack(bits, np.arange(count) * where.width, where.width).view(np.int64)


def common_slots(segment: Segment, where: Common) -> tuple[Integers, Integers]:
    """The slots that hold a common term, and in how many places each does."""
    read = segment.file.read
    slots = monotone.decode_one(
        read("common.low", where.begin[0], where.end[0]),
        read("common.high", where.begin[1], where.end[1]),
        0,
        0,
        where.slots,
        len(segment.column("starts")) - 1,
    )
    frequencies = np.frombuffer(
        read("common.frequencies", where.begin[2], where.end[2]), np.uint8
    ).astype(np.int64)
    if where.end[3] > where.begin[3]:
        more = read("common.more", 4 * where.begin[3], 4 * where.end[3])
        frequencies[frequencies == 255] = np.frombuffer(more, "<u4")
    return slots, frequencies


def column(segment: Segment, name: str) -> NDArray[np.int64]:
    """A column as 64-bit numbers."""
    found: NDArray[np.int64] = np.asarray(segment.column(name)).astype(np.int64)
    return found


def sketches_of(segment: Segment) -> NDArray[np.uint32]:
    """Its documents' sketches: a row of BANDS each."""
    return np.asarray(segment.column("sketches"), np.uint32).reshape(-1, BANDS)
