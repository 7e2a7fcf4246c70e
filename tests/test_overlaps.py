"""What sets have in common, counted by blocks, against sets."""

from __future__ import annotations

import random

import numpy as np
import pytest

from newssearch.arrays.overlaps import Members, Overlaps

LEAST = 0.8


def in_parts(sets: list[set[int]], parts: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """All members, those that are equal in one part, beside whose they are."""
    found = []
    for part in range(parts):
        pairs = [(n, i) for i, one in enumerate(sets) for n in one if n % parts == part]
        values = np.array([n for n, _ in pairs], np.uint64)
        found.append((values, np.array([i for _, i in pairs], np.int32)))
    return found


def overlaps(sets: list[set[int]], parts: int = 1) -> Overlaps:
    return Overlaps(np.array([len(one) for one in sets]), in_parts(sets, parts), LEAST)


def invented(chance: random.Random) -> list[set[int]]:
    """Families of sets about one form each; members are left out, put in, and taken from others."""
    forms = [
        {chance.randrange(10**6) for _ in range(chance.choice((5, 30, 100)))} for _ in range(3)
    ]
    sets: list[set[int]] = []
    for _ in range(chance.choice((2, 20, 120))):
        members = sorted(chance.choice(sets if sets and chance.random() < 0.3 else forms))
        for _ in range(chance.choice((0, 0, 1, 2, 6, 20))):
            members[chance.randrange(len(members))] = chance.choice(
                (chance.randrange(10**6), chance.randrange(40))
            )
        sets.append(set(members) | {chance.randrange(10**6) for _ in range(chance.choice((0, 3)))})
    return sets


def test_those_that_are_alike_are_found_with_their_jaccard_similarity():
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    found = 0
    for _ in range(60):
        sets = invented(chance)
        counted = overlaps(sets, chance.choice((1, 3)))
        for i, one in enumerate(sets):
            shares = {j: len(one & two) / len(one | two) for j, two in enumerate(sets) if j != i}
            expected = {j: share for j, share in shares.items() if share >= LEAST}
            others, exact = counted.alike(i)
            assert dict(zip(others.tolist(), exact.tolist(), strict=True)) == expected
            found += len(expected)
    assert found > 1000


def looked_at(sets: list[set[int]]) -> int:
    counted = overlaps(sets)
    for i in range(len(sets)):
        counted.alike(i)
    return counted.looked_at


@pytest.mark.parametrize("own", [15, 30, 60])
def test_sets_of_one_form_are_looked_at_without_those_that_share_no_more(own: int):
    """Of 100 members some are each one's own; every tenth set is one that comes again."""
    form = set(range(100 - own))
    for count in (300, 1200):
        own_members = [
            range(1000 + own * (i - i % 10), 1000 + own * (i - i % 10) + own - i % 10 % 2)
            if i % 10 < 2
            else range(10**6 + own * i, 10**6 + own * (i + 1))
            for i in range(count)
        ]
        assert looked_at([form | set(members) for members in own_members]) < 4 * count


def test_sets_that_have_nothing_in_common_are_alike_to_none():
    counted = overlaps([{1, 2}, {3, 4}, {5}])
    assert [len(counted.alike(i)[0]) for i in range(3)] == [0, 0, 0]


def test_equal_sets_are_alike_wholly():
    counted = overlaps([{7, 8}] * 40)
    others, shares = counted.alike(3)
    assert others.tolist() == [i for i in range(40) if i != 3]
    assert shares.tolist() == [1.0] * 39


def test_members_are_counted_in_every_set():
    having = Members(np.array([0, 2, 2, 5]), np.array([0, 0, 1, 2]), 4)
    assert having.shared(np.array([2, 5])).tolist() == [1, 1, 1, 0]
    assert having.shared(np.array([], np.int64)).tolist() == [0, 0, 0, 0]
