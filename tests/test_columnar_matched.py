"""Documents with scores, whatever their form; sums of several words' documents; and which of them
are kept for the next question."""

from __future__ import annotations

import random
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from archive_of_segments import both_forms

from newssearch.engine.columnar.matched import Matched
from newssearch.engine.columnar.matches import Kept
from newssearch.engine.columnar.summed import Summed

# --- documents with scores, in two forms ----------------------------------------------------------


@pytest.mark.parametrize("share", [0, 0.1, 0.9, 1])
def test_both_forms_say_the_same(share: float):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    size = 50
    scores = {i: source.random() + 0.1 for i in range(size) if source.random() < share}
    documents = sorted(source.sample(range(size), 20))
    mask = np.array([source.random() < 0.5 for _ in range(size)])
    for found in both_forms(scores, size):
        assert found.count() == len(scores)
        assert found.size >= len(scores)
        asked = np.array(documents, np.int64)
        assert found.holds(asked).tolist() == [d in scores for d in documents]
        assert found.at(asked).tolist() == [scores.get(d, 0.0) for d in documents]
        for some, expected in (
            (found, scores),
            (found.where(mask), {d: s for d, s in scores.items() if mask[d]}),
            (found.where(np.ones(size, np.bool_)), scores),
            (found.where(np.zeros(size, np.bool_)), {}),
        ):
            assert some.listed().tolist() == sorted(expected)
            assert some.values().tolist() == [expected[d] for d in sorted(expected)]
            assert some.count() == len(expected)


def test_a_list_may_hold_documents_that_score_nothing():
    found = Matched(np.array([1, 3]), np.array([0.0, 2.0]))
    assert found.holds(np.array([0, 1, 2, 3, 4])).tolist() == [False, True, False, True, False]
    assert found.where(np.array([0, 1, 0, 1, 0], np.bool_)).listed().tolist() == [1, 3]


def test_memory_is_that_of_all_arrays_and_their_bounds():
    for found in both_forms({1: 2.0, 5: 1.0}, 100):
        bounds = [found.bounds(exponent) for exponent in (3, 6)]
        arrays = [found.documents, found.scores, found.row, *bounds]
        assert sum(array.nbytes for array in arrays if array is not None) <= found.nbytes <= 1248


def test_bounds_are_scores_rounded_up_and_never_zero_for_a_match():
    scores = {0: 1e-9, 3: 0.125, 4: 0.126, 9: 7.9}
    listed, row, both = both_forms(scores, 10)
    assert listed.bounds(3).tolist() == [1, 1, 2, 64]
    assert listed.bounds(3).dtype == np.uint16
    assert row.bounds(3).tolist() == [1, 0, 0, 1, 2, 0, 0, 0, 0, 64]
    assert np.array_equal(both.bounds(3), row.bounds(3))
    assert [found.most() for found in (listed, row, both)] == [7.9] * 3


# --- sums of several words ------------------------------------------------------------------------


def parts_and_sums(source: random.Random, size: int) -> tuple[list[Matched], dict[int, float]]:
    """Some words' matches in any form, and the scores of their union, added in order."""
    parts, sums = [], dict[int, float]()
    for _ in range(source.randint(1, 6)):
        share, height = source.choice((0.01, 0.3, 1)), source.choice((0.001, 1, 20))
        few = source.random() < 0.5  # scores of few kinds: ties
        scores = {
            number: height * (float(source.randint(1, 3)) if few else source.random() + 1e-9)
            for number in range(size)
            if source.random() < share
        }
        listed, row, both = both_forms(scores, size)
        parts.append(source.choice((listed, both) if scores else (row, both)))
        for number, score in scores.items():
            sums[number] = sums.get(number, 0.0) + score
    return parts, sums


def sums_at_random() -> Iterator[tuple[random.Random, int, dict[int, float], Summed]]:
    """A source of chance, how many documents there are, the scores of a union, and its `Summed`."""
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    for _ in range(60):
        parts, sums = parts_and_sums(source, size := source.choice((3, 100, 5000)))
        yield source, size, sums, Summed.of(parts, size)


def test_a_sum_holds_the_union_with_scores_added_in_order():
    for source, size, sums, found in sums_at_random():
        assert found.count() == len(sums)
        assert dict(zip(found.listed().tolist(), found.values().tolist(), strict=True)) == sums
        some = np.array(source.sample(range(size), min(size, 40)), np.int64)
        assert found.at(some).tolist() == [sums.get(document, 0.0) for document in some.tolist()]
        assert found.holds(some).tolist() == [document in sums for document in some.tolist()]


def test_the_best_of_a_sum_are_among_those_near_the_best():
    for _, _, sums, found in sums_at_random():
        for wanted in (1, 10, 40, 6000):
            documents, scores = found.near_best(wanted)
            near = dict(zip(documents.tolist(), scores.tolist(), strict=True))
            assert near.items() <= sums.items()
            least = sorted(sums.values(), reverse=True)[:wanted][-1] if sums else 0.0
            assert near.keys() >= {d for d, score in sums.items() if score >= least - 1e-9}


def test_of_a_sum_what_a_mask_leaves_out_neither_counts_nor_is_among_the_best():
    parts = [both_forms({1: 2.0, 5: 1.0, 7: 3.0}, 9)[2], both_forms({5: 1.5, 8: 0.5}, 9)[0]]
    found = Summed.of(parts, 9)
    assert found.where(np.ones(9, np.bool_)) is found
    mask = np.ones(9, np.bool_)
    mask[[5, 7]] = False
    left = found.where(mask)
    assert (left.count(), left.listed().tolist(), left.values().tolist()) == (2, [1, 8], [2, 0.5])
    assert left.at(np.array([1, 5, 7, 0])).tolist() == [2.0, 0.0, 0.0, 0.0]
    assert left.near_best(1)[0].tolist() == [1]


# --- what is kept ---------------------------------------------------------------------------------


def test_what_was_asked_last_is_kept_up_to_a_number_of_bytes():
    made: list[tuple[str, int]] = []
    kept: Kept[Any] = Kept(100)

    def get(key: str, size: int) -> None:
        def make() -> Any:
            made.append((key, size))
            return SimpleNamespace(nbytes=size, key=key)

        assert kept.get(key, make).key == key

    for key in "aabab":
        get(key, 50)
    assert made == [("a", 50), ("b", 50)]
    get("a", 50)
    get("c", 50)  # b was not asked for as long as a was not
    get("a", 50)
    assert made[2:] == [("c", 50)]
    get("b", 50)  # c goes
    assert made[3:] == [("b", 50)]
    get("a", 50)
    assert made[4:] == []
    get("large", 1000)  # all others go, and it stays: it is the newest
    get("large", 1000)
    assert made[4:] == [("large", 1000)]
    get("a", 50)
    get("b", 50)
    get("a", 50)
    assert made[5:] == [("a", 50), ("b", 50)]


def test_small_ones_stay_together():
    kept: Kept[Any] = Kept(100)
    made = []
    for round_ in range(3):
        for key in range(100):
            kept.get(key, lambda key=key: made.append(key) or SimpleNamespace(nbytes=1))  # type: ignore[misc]
        assert len(made) == 100, round_
