"""Are a segment's lists sound: of words, names, stories; forms, common words, breaks?

In: a segment whose bytes are as they were written. Out: nothing, or ValueError with what is wrong;
used by `verify_segment`. What is looked at together are some hundred thousand numbers, or a group
of terms, as in a merge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays import monotone
from newssearch.arrays.inverted import slots_of
from newssearch.engine.columnar.breaks import BLOCK, FAR
from newssearch.engine.columnar.breaks_writer import blocks_of
from newssearch.engine.columnar.bulk import column, common_slots, form_numbers_of, lists_of
from newssearch.engine.columnar.lists import GROUP, LARGE, Lists
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.words_writer import COMMON

Integers = NDArray[np.int64]
Meter = Callable[[int], None]

#: Numbers that are decoded together, unless one group of terms has more.
_AT_ONCE = 500_000

#: Blocks of breaks that are looked at together.
_BLOCKS = 8192


class Numbers(NamedTuple):
    """Lists: the length of each, and all numbers, one list after another."""

    counts: Integers
    values: Integers


def require(condition: bool, what: str) -> None:
    """Raises ValueError unless the condition holds."""
    if not condition:
        raise ValueError(what)


def check_lists(lists: Lists, meter: Meter) -> Numbers:
    """Lists of documents: each ascends strictly and stays below the universe. Returns them all."""
    found = [Numbers(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for _, numbers in _each(lists, meter, 1):
        found.append(numbers)
    return Numbers(
        np.concatenate([one.counts for one in found]), np.concatenate([one.values for one in found])
    )


def check_words(segment: Segment, meter: Meter) -> None:
    """Words' places ascend, with the forms that there are; common words' slots are theirs."""
    counts = list_lengths(segment.words)
    last_forms = check_forms(segment, counts)
    common = check_common(segment, counts)
    starts = column(segment, "starts")
    # two forms of one stem may stand at one place: `go-ing`
    for first, numbers in _each(segment.words, meter, 0):
        end = first + len(numbers.counts)
        forms = form_numbers_of(segment, first, numbers.counts)
        most = np.repeat(last_forms[first:end], numbers.counts)
        require(bool((forms <= most).all()), "a word has a form from nowhere")
        edges = np.cumsum(numbers.counts)
        begin, stop = np.searchsorted(common, (first, end)).tolist()
        for term in common[begin:stop].tolist():
            edge = int(edges[term - first])
            places = numbers.values[edge - int(numbers.counts[term - first]) : edge]
            where = segment.common(term)
            require(where is not None, "a common word without its slots")
            assert where is not None
            for said, right in zip(
                common_slots(segment, where), slots_of(places, starts), strict=True
            ):
                require(np.array_equal(said, right), "a common word's slots are not its places'")
        segment.file.release()


def list_lengths(lists: Lists) -> Integers:
    """How long each list is; those of LARGE and more stand in their table, and no others."""
    file, name = lists.file, lists.name
    counts = np.frombuffer(file.read(f"{name}.counts"), np.uint8).astype(np.int64)
    rows = np.frombuffer(file.read(f"{name}.large"), "<u4").reshape(-1, 2).astype(np.int64)
    large = np.flatnonzero(counts == LARGE)
    require(
        np.array_equal(rows[:, 0], large), f"{name} have long lists that are not in their table"
    )
    require(bool((rows[:, 1] >= LARGE).all()), f"{name} have a long list that is short")
    counts[large] = rows[:, 1]
    require(bool((counts > 0).all()), f"{name} have an empty list")
    return counts


def _each(lists: Lists, meter: Meter, least: int) -> Iterator[tuple[int, Numbers]]:
    """Some lists at a time, with the number of the first term; each ascends by `least` or more."""
    file, name, size = lists.file, lists.name, lists.size
    counts = list_lengths(lists)
    groups = np.frombuffer(file.read(f"{name}.groups"), "<u8").reshape(-1, 3).astype(np.int64)
    for bits, at, stream in zip(
        monotone.sizes(counts, lists.universe), (1, 2), ("low", "high"), strict=True
    ):
        _, starts = monotone.starts(bits)
        require(np.array_equal(groups[:, at], starts), f"{name} have lists of another length")
        require(file.length(f"{name}.{stream}") == starts[-1], f"{name}.{stream} ends elsewhere")
    ends = np.cumsum(counts)
    first = 0
    while first < size:
        begun = int(ends[first - 1]) if first else 0
        end = int(np.searchsorted(ends, begun + _AT_ONCE)) // GROUP * GROUP
        end = min(max(end, first + GROUP), size)
        numbers = Numbers(*lists_of(lists, first, end))
        _check_ascending(numbers, lists.universe, name, least)
        group, stop = first // GROUP, -(-end // GROUP)
        meter(int((groups[stop, 1:] - groups[group, 1:]).sum()))
        yield first, numbers
        first = end


def _check_ascending(numbers: Numbers, universe: int, name: str, least: int) -> None:
    counts, values = numbers
    within = bool(((values >= 0) & (values < universe)).all())
    require(within, f"a list of {name} leads out of its range")
    rises = np.diff(values) >= least
    rises[np.cumsum(counts)[:-1] - 1] = True  # where the next list begins
    require(bool(rises.all()), f"a list of {name} does not ascend")


def check_forms(segment: Segment, counts: Integers) -> Integers:
    """Forms are of words that are there, each with a number of its own, and the words of several
    have room for these. Returns the highest number of each word's forms."""
    terms = np.asarray(segment.column_of("forms.terms")).astype(np.int64)
    numbers = np.asarray(segment.column_of("forms.numbers", "H")).astype(np.int64)
    require(not len(terms) or int(terms.max()) < segment.words.size, "a form of no word")
    keys = np.sort(terms << 16 | numbers)
    require(bool((np.diff(keys) > 0).all()), "two forms of a word have one number")
    highest = np.zeros(segment.words.size, np.int64)
    np.maximum.at(highest, terms, numbers)
    varied = np.asarray(segment.column_of("varied.terms")).astype(np.int64)
    widths = np.frombuffer(segment.file.read("varied.widths"), np.uint8).astype(np.int64)
    require(bool((np.diff(varied) > 0).all()), "words of several forms do not ascend")
    require(not len(varied) or int(varied[-1]) < segment.words.size, "forms of no word")
    require(len(widths) == len(varied) and bool((widths <= 16).all()), "forms of no width")
    room = np.zeros(segment.words.size, np.int64)
    room[varied] = widths
    require(bool((highest >> room == 0).all()), "a word has more forms than there is room for")
    sizes = -(-counts[varied] * widths // 8)
    starts = np.asarray(segment.column_of("varied.starts", "Q")).astype(np.int64)
    require(np.array_equal(starts, np.cumsum(sizes) - sizes), "forms begin elsewhere")
    require(segment.file.length("varied.bits") == sizes.sum(), "forms end elsewhere")
    return highest


def check_common(segment: Segment, counts: Integers) -> Integers:
    """Which words are common: all that have places enough, and their streams fill the sections."""
    terms = np.asarray(segment.column_of("common.terms")).astype(np.int64)
    require(np.array_equal(terms, np.flatnonzero(counts >= COMMON)), "common words are others")
    slots = np.asarray(segment.column_of("common.counts")).astype(np.int64)
    starts = np.asarray(segment.column_of("common.starts", "Q")).astype(np.int64).reshape(-1, 4)
    require(len(slots) == len(terms) == len(starts) - 1, "common words are more or fewer")
    ends = [segment.file.length(f"common.{name}") for name in ("low", "high", "frequencies")]
    ends.append(segment.file.length("common.more") // 4)
    require(bool((np.diff(starts, axis=0) >= 0).all()), "common words do not ascend")
    whole = starts[0].tolist() == [0, 0, 0, 0] and starts[-1].tolist() == ends
    require(whole, "common words do not fill their sections")
    require(np.array_equal(np.diff(starts[:, 2]), slots), "common words have other slots")
    return terms


def check_breaks(segment: Segment, meter: Meter) -> None:
    """Sentences begin at places that are there, in their order."""
    read, name = segment.file.read, "breaks.distances"
    distances = np.frombuffer(read(name), np.uint8)
    far = np.frombuffer(read("breaks.far"), "<u4").reshape(-1, 2).astype(np.int64)
    right = np.array_equal(far[:, 0], np.flatnonzero(distances == FAR))
    require(right and bool((far[:, 1] >= FAR).all()), "breaks far apart are not in their table")
    require(not distances[::BLOCK].any(), "a block of breaks does not begin with its first")
    blocks, before = -(-len(distances) // BLOCK), -1
    for begin in range(0, blocks, _BLOCKS):
        places, _ = blocks_of(segment, np.arange(begin, min(begin + _BLOCKS, blocks)))
        rises = bool((np.diff(places, prepend=before) > 0).all())
        require(rises and int(places[-1]) < segment.places, "breaks do not ascend")
        before = int(places[-1])
    meter(len(distances))
