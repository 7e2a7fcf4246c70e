from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter

import numpy as np
import pytest

from newssearch.arrays.inverted import Inverted, slots_of

Row = tuple[int, int, int]


def inverted(rows: list[Row], pieces: int = 1, room: int = 0) -> tuple[Inverted, list[int]]:
    """Rows of (term, place, number), added in so many pieces; and how many each term has."""
    terms = max((term for term, _, _ in rows), default=0) + 1
    widths = np.zeros(terms, np.int64)
    widths[0] = max((number for _, _, number in rows), default=0).bit_length()
    forms = sorted({(number, term) for term, _, number in rows})
    found = Inverted(room)
    for piece in range(pieces):
        some = rows[piece::pieces]
        found.add(
            np.array([forms.index((number, term)) for term, _, number in some], np.uint32),
            np.array([place for _, place, _ in some], np.int64),
        )
    assert len(found) == len(rows)
    assert found.forms(len(forms) + 3).tolist() == list(range(len(forms)))
    counts = found.sort(
        np.array([term for _, term in forms], np.uint32),
        np.array([number for number, _ in forms], np.uint16),
        max((place for _, place, _ in rows), default=-1) + 1,
        widths,
    )
    return found, counts.tolist()


def naive_slots(places: list[int], starts: list[int]) -> list[tuple[int, int]]:
    """(slot, different places in it), one place at a time."""
    found = Counter(bisect_right(starts, place) - 1 for place in set(places))
    return sorted(found.items())


def slots(places: list[int], starts: list[int]) -> list[tuple[int, int]]:
    found = slots_of(np.array(places, np.int64), np.array(starts, np.int64))
    return list(zip(*(array.tolist() for array in found), strict=True))


@pytest.mark.parametrize("most", [1, 2, 50, 2**16])
def test_occurrences_are_sorted_by_term_place_and_number(most: int):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    for count in (1, 2, 500):
        rows = [
            (source.randrange(most), source.randrange(most * 30), source.randrange(min(most, 99)))
            for _ in range(count)
        ]
        expected = sorted(rows)
        found, counts = inverted(rows, source.randrange(1, 4), source.randrange(600))
        of = Counter(term for term, _, _ in rows)
        assert counts == [of[term] for term in range(len(counts))]
        assert found.places(0, count).tolist() == [place for _, place, _ in expected]
        assert found.numbers(0, count).tolist() == [number for _, _, number in expected]
        begin, stop = count // 3, count // 2 + 1
        assert found.places(begin, stop).tolist() == [p for _, p, _ in expected[begin:stop]]
        assert found.numbers(begin, stop).tolist() == [n for _, _, n in expected[begin:stop]]


def test_the_largest_numbers_that_fit_are_kept():
    rows = [(2**16 - 1, 2**32 - 1, 2**16 - 1), (0, 2**32 - 1, 0), (2**16 - 1, 0, 2**16 - 1)]
    found, _ = inverted(rows)
    assert found.places(0, 3).tolist() == [2**32 - 1, 0, 2**32 - 1]
    assert found.numbers(0, 3).tolist() == [0, 2**16 - 1, 2**16 - 1]


def test_what_does_not_fit_into_a_key_is_an_error():
    none = np.zeros(0, np.uint32), np.zeros(0, np.uint16)
    found = Inverted(1)
    for terms, places, fits in (
        (2**16, 2**32, True),
        (2**16 + 1, 2**32, False),
        (2**16, 2**32 + 1, False),
    ):
        widths = np.full(terms, 16)
        if fits:
            assert found.sort(*none, places, widths).tolist() == [0] * terms
        else:
            with pytest.raises(OverflowError, match="too many"):
                found.sort(*none, places, widths)


def test_one_serves_after_another():
    found = Inverted(2)
    for rows in ([(0, 3), (1, 2), (0, 1)], [(1, 0)], []):
        found.clear() if rows else found.release()
        assert len(found) == 0
        found.add(
            np.array([term for term, _ in rows], np.uint32),
            np.array([p for _, p in rows], np.int64),
        )
        used = found.forms(2).tolist()
        assert used == sorted({term for term, _ in rows})
        numbers = np.zeros(2, np.uint16)
        found.sort(np.arange(2, dtype=np.uint32), numbers, 4, np.zeros(2, np.int64))
        assert found.places(0, len(rows)).tolist() == [place for _, place in sorted(rows)]


def test_no_occurrences_are_no_places():
    found, _ = inverted([])
    assert found.places(0, 0).tolist() == []
    assert found.numbers(0, 0).tolist() == []


def test_slots_hold_places_from_their_start_up_to_the_next():
    assert slots([0, 2, 3, 9], [0, 3, 6, 10]) == [(0, 2), (1, 1), (2, 1)]


def test_an_empty_slot_holds_nothing():
    starts = [0, 0, 3, 3, 3, 5, 5]
    assert slots([0, 2, 4], starts) == [(1, 2), (4, 1)]  # fewer places than slots
    assert slots([0, 1, 2, 3, 4], [0, 0, 3, 3, 5]) == [(1, 3), (3, 2)]  # more


def test_a_place_that_comes_twice_counts_once():
    assert slots([1, 1, 1, 2], [0, 2, 9, 9, 9, 9]) == [(0, 1), (1, 1)]
    assert slots([1, 1, 1, 2, 2, 3], [0, 2, 9]) == [(0, 1), (1, 2)]
    assert slots([4, 4], [0, 9]) == [(0, 1)]


def test_no_places_are_in_no_slots():
    assert slots([], [0, 5, 9]) == []
    assert slots([], [0]) == []


@pytest.mark.parametrize("share", [0.01, 0.3, 1, 5])
def test_slots_are_those_of_the_naive_search(share: float):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    for _ in range(100):
        spans = [source.choice((0, 0, 1, 3, 30)) for _ in range(source.randrange(1, 60))]
        starts = [0]
        for span in spans:
            starts.append(starts[-1] + span)
        if not starts[-1]:
            continue
        count = int(share * len(starts)) + 1
        places = sorted(source.randrange(starts[-1]) for _ in range(count))
        assert slots(places, starts) == naive_slots(places, starts), (seed, places, starts)
