from __future__ import annotations

import random

import numpy as np
import pytest

from newssearch.arrays import monotone

#: Universes, as places or documents of a segment may be.
UNIVERSES = (1, 2, 3, 7, 8, 9, 63, 64, 65, 1000, 1 << 20, 3_000_000_000)


def naive_width(count: int, universe: int) -> int:
    """The largest l of which 2^l numbers a list's number are not more than there are."""
    width = 0
    while max(count, 1) << (width + 1) <= universe:
        width += 1
    return width


Encoded = tuple[bytes, bytes, list[int], list[int]]


def naive_encode(lists: list[list[int]], universe: int) -> Encoded:
    """Elias-Fano, a bit at a time, in strings of `0` and `1`; each group from a byte on."""
    low = high = ""
    lows, highs = [], []
    for number, values in enumerate(lists):
        if number % monotone.GROUP == 0:
            low += "0" * (-len(low) % 8)
            high += "0" * (-len(high) % 8)
            lows.append(len(low) // 8)
            highs.append(len(high) // 8)
        width = naive_width(len(values), universe)
        top = 0
        for value in values:
            low += "".join(str(value >> bit & 1) for bit in range(width))
            high += "0" * ((value >> width) - top) + "1"
            top = value >> width
        high += "0" * ((max(universe - 1, 0) >> width) - top + 1)
    streams = []
    for bits, starts in ((low, lows), (high, highs)):
        padded = bits + "0" * (-len(bits) % 8)
        streams.append(bytes(int(padded[i : i + 8][::-1], 2) for i in range(0, len(padded), 8)))
        starts.append(len(padded) // 8)
    return streams[0], streams[1], lows, highs


def encoded(lists: list[list[int]], universe: int) -> Encoded:
    counts, values = flat(lists)
    low, high, lows, highs = monotone.encode(values, counts, universe)
    return low.tobytes(), high.tobytes(), lows.tolist(), highs.tolist()


def flat(lists: list[list[int]]) -> tuple[monotone.Integers, monotone.Integers]:
    counts = np.array([len(values) for values in lists], np.int64)
    return counts, np.array([value for values in lists for value in values], np.int64)


def some_lists(source: random.Random, universe: int, number: int) -> list[list[int]]:
    """Ascending lists, some with equal neighbours, few of them longer than the universe."""
    lists = []
    for _ in range(number):
        count = source.choice((0, 1, 1, 1, 2, 3, 10, min(universe, 40)))
        values = sorted(source.randrange(universe) for _ in range(count))
        if source.random() < 0.2:
            values = sorted(values + values)
        lists.append(values)
    return lists


def assert_round_trip(lists: list[list[int]], universe: int) -> None:
    low, high, lows, highs = encoded(lists, universe)
    counts, values = flat(lists)
    for group, begin in enumerate(range(0, len(lists), monotone.GROUP)):
        for end_group in (group + 1, len(lows) - 1):
            end = min(end_group * monotone.GROUP, len(lists))
            found = monotone.decode(
                low[lows[group] : lows[end_group]],
                high[highs[group] : highs[end_group]],
                counts[begin:end],
                universe,
            )
            first = int(counts[:begin].sum())
            stop = first + int(counts[begin:end].sum())
            assert found.tolist() == values[first:stop].tolist()
    low_starts, _ = monotone.starts(monotone.sizes(counts, universe)[0])
    high_starts, _ = monotone.starts(monotone.sizes(counts, universe)[1])
    for i, expected in enumerate(lists):
        bits = (int(low_starts[i]), int(high_starts[i]))
        one = monotone.decode_one(low, high, *bits, len(expected), universe)
        assert one.tolist() == expected


@pytest.mark.parametrize("universe", UNIVERSES)
def test_streams_are_those_of_the_naive_coding(universe: int):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    for number in (1, 2, 63, 64, 65, 130):
        lists = some_lists(source, universe, number)
        assert encoded(lists, universe) == naive_encode(lists, universe)


@pytest.mark.parametrize("universe", UNIVERSES)
def test_what_is_encoded_is_decoded(universe: int):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    for number in (1, 2, 63, 64, 65, 200):
        assert_round_trip(some_lists(source, universe, number), universe)


@pytest.mark.parametrize("universe", UNIVERSES)
def test_the_width_is_that_of_the_definition(universe: int):
    counts = np.array([*range(70), universe // 2, universe, universe + 1, 2 * universe], np.int64)
    expected = [naive_width(count, universe) for count in counts.tolist()]
    assert monotone.low_widths(counts, universe).tolist() == expected


def test_a_list_of_one_is_found_at_either_end():
    for universe in UNIVERSES:
        for value in {0, universe // 2, universe - 1}:
            assert_round_trip([[value]], universe)
            assert_round_trip([[value]] * 65, universe)


def test_a_universe_of_one_holds_zeros_alone():
    assert_round_trip([[0], [], [0, 0, 0], [0] * 300], 1)


def test_a_universe_of_none_has_empty_lists():
    assert_round_trip([[], [], []], 0)


def test_a_list_may_hold_the_whole_universe():
    for universe in (1, 2, 64, 65, 1000):
        every = list(range(universe))
        assert_round_trip([every, [], every, sorted(every + every), [universe - 1]], universe)


def test_equal_neighbours_are_kept():
    assert_round_trip([[5, 5, 5, 6, 6, 999], [0, 0], [999, 999]], 1000)


def test_no_lists_at_all_are_no_bytes():
    assert encoded([], 1000) == (b"", b"", [0], [0])
    none = np.zeros(0, np.int64)
    assert monotone.decode(b"", b"", none, 1000).tolist() == []


def test_each_group_begins_at_a_byte():
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    lists = some_lists(random.Random(seed), 1000, 3 * monotone.GROUP)
    _, _, lows, highs = encoded(lists, 1000)
    alone = [encoded(lists[i : i + monotone.GROUP], 1000) for i in range(0, len(lists), 64)]
    assert np.diff(lows).tolist() == [len(low) for low, _, _, _ in alone]
    assert np.diff(highs).tolist() == [len(high) for _, high, _, _ in alone]


def test_a_list_costs_about_two_bits_a_number_above_the_low_ones():
    values = list(range(0, 1 << 20, 100))
    low, high, _, _ = encoded([values], 1 << 20)
    assert 8 * (len(low) + len(high)) <= len(values) * (6 + 3) + 16


def test_millions_of_numbers_are_decoded_as_they_were():
    source = np.random.default_rng(7)
    universe = 50_000_000
    counts = np.array([2_000_000, *[0] * 70, 1, 300_000, *[3] * 200], np.int64)
    values = source.integers(0, universe, int(counts.sum()))
    for begin, end in zip(np.cumsum(counts) - counts, np.cumsum(counts), strict=True):
        values[begin:end].sort()
    low, high, _, _ = monotone.encode(values, counts, universe)
    assert np.array_equal(monotone.decode(low, high, counts, universe), values)
    first = monotone.decode_one(low, high, 0, 0, 2_000_000, universe)
    assert np.array_equal(first, values[:2_000_000])
