"""Spans as arrays, against spans as tuples."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from newssearch.arrays.spans import (
    Spans,
    each_once,
    following,
    inside,
    shortest,
    slots_with,
    union,
    windows,
)

Tuples = list[tuple[int, int]]


@pytest.fixture
def made() -> random.Random:
    seed = random.randrange(10**9)
    print(f"{seed=}")
    return random.Random(seed)


def some(made: random.Random, count: int, places: int = 60) -> Tuples:
    starts = (made.randrange(places) for _ in range(count))
    return sorted({(start, start + made.randrange(1, 4)) for start in starts})


def arrays(spans: Tuples) -> Spans:
    found = np.array(spans, np.int64).reshape(-1, 2)
    return found[:, 0].copy(), found[:, 1].copy()


def tuples(spans: Spans) -> Tuples:
    return list(zip(spans[0].tolist(), spans[1].tolist(), strict=True))


def test_ascending_arrays_are_merged(made: random.Random) -> None:
    for _ in range(100):
        parts = [sorted(made.choices(range(30), k=made.randrange(9))) for _ in range(1 + _ % 4)]
        found = each_once([np.array(part, np.int64) for part in parts])
        assert found.tolist() == sorted({one for part in parts for one in part})


def test_the_next_start_is_found(made: random.Random) -> None:
    for _ in range(100):
        ends = [made.randrange(70) for _ in range(20)]
        starts = sorted({made.randrange(60) for _ in range(made.randrange(9))})
        following_, found = following(np.array(ends), np.array(starts, np.int64))
        expected = [next((s for s in starts if s >= end), None) for end in ends]
        assert found.tolist() == [one is not None for one in expected]
        assert following_[found].tolist() == [one for one in expected if one is not None]


def test_spans_are_united_and_thinned(made: random.Random) -> None:
    for _ in range(100):
        parts = [some(made, made.randrange(12)) for _ in range(made.randrange(1, 4))]
        every = sorted({span for part in parts for span in part})
        assert tuples(union([arrays(part) for part in parts])) == every
        least = {start: min(e for s, e in every if s == start) for start, _ in every}
        assert tuples(shortest(arrays(every))) == sorted(least.items())


def test_slots_are_found_from_either_side(made: random.Random) -> None:
    for _ in range(100):
        edges = [0, *sorted(made.sample(range(1, 60), made.randrange(1, 30))), 60]
        starts = sorted(made.randrange(60) for _ in range(made.choice((0, 3, 50))))
        slots = [any(a <= s < b for s in starts) for a, b in pairwise(edges)]
        assert slots_with(np.array(starts, np.int64), np.array(edges)).tolist() == slots
        chosen = sorted(made.sample(range(len(slots)), made.randrange(len(slots))))
        numbers = inside(np.array(starts, np.int64), np.array(chosen, np.int64), np.array(edges))
        assert numbers.tolist() == [
            i
            for i, start in enumerate(starts)
            if any(edges[slot] <= start < edges[slot + 1] for slot in chosen)
        ]


def windows_twin(parts: list[Tuples], counts: list[int], slack: int, edges: list[int]) -> Tuples:
    found = []
    for slot in pairwise(edges):
        here = [[span for span in part if slot[0] <= span[0] < slot[1]] for part in parts]
        for begin in sorted({start for part in here for start, _ in part}):
            taken = [
                [span for span in part if span[0] >= begin][:count]
                for part, count in zip(here, counts, strict=True)
            ]
            if [len(of) for of in taken] == counts:
                every = [span for of in taken for span in of]
                end = max(end for _, end in every)
                if end - begin - sum(end - start for start, end in every) <= slack:
                    found.append((begin, end))
    return found


def test_windows_hold_every_part(made: random.Random) -> None:
    total = 0
    for _ in range(400):
        parts = [tuples(shortest(arrays(some(made, made.randrange(25))))) for _ in range(3)]
        counts = [made.randrange(1, 3) for _ in parts]
        edges = [0, *sorted(made.sample(range(1, 60), made.randrange(3))), 60]
        slack = made.randrange(12)
        found = windows([arrays(part) for part in parts], counts, slack, np.array(edges))
        expected = windows_twin(parts, counts, slack, edges)
        assert tuples(found) == expected
        total += len(expected)
    assert total > 100
