from __future__ import annotations

import random

import numpy as np
import pytest

from newssearch.arrays import topk
from newssearch.arrays.topk import kth_best

#: From so many scores on their slices' maxima are looked at, for k = 1 and for k >= 8.
SLICED, ALWAYS_SLICED = 16 * topk._SLICES, 8 * 16 * topk._SLICES


def naive(scores: np.ndarray, k: int) -> float:
    return sorted(scores.tolist(), reverse=True)[k - 1]


def some(source: np.random.Generator, size: int, kinds: int) -> np.ndarray:
    """Scores of which most are 0, as a row over an archive has them, with ties where kinds few."""
    scores = source.integers(1, kinds + 1, size) / kinds
    scores[source.random(size) < source.choice([0.0, 0.5, 0.99])] = 0
    return scores


@pytest.mark.parametrize("size", [1, 2, 100, SLICED - 1])
def test_of_few_scores_it_is_the_kth_best(size: int):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = np.random.default_rng(seed)
    for kinds in (3, 10**9):
        scores = some(source, size, kinds)
        for k in {1, 2, size // 2, size - 1} - {0}:
            if k < size:
                assert kth_best(scores, k) == naive(scores, k)


@pytest.mark.parametrize("size", [SLICED, SLICED + 1, ALWAYS_SLICED + 31, 40_000])
def test_of_many_scores_it_is_a_score_that_k_of_them_reach(size: int):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = np.random.default_rng(seed)
    for kinds in (3, 1000, 10**9):
        scores = some(source, size, kinds)
        for k in (1, 2, 7, 8, 10, 100, *range(size // 32 - 1, size // 32 + 2), size - 1):
            found = kth_best(scores, k)
            assert found <= naive(scores, k), (seed, kinds, k)
            assert np.count_nonzero(scores >= found) >= k
            assert found in scores


def test_the_best_of_many_is_the_best_wherever_it_stands():
    for size in (ALWAYS_SLICED, ALWAYS_SLICED + 32):
        for place in (0, 1, 31, 32, size // 2, size - 1):
            scores = np.zeros(size)
            scores[place] = 2.5
            assert kth_best(scores, 1) == 2.5


def test_the_best_behind_the_last_whole_slice_is_not_needed():
    over = topk._SLICES - 1
    scores = np.linspace(0, 1, ALWAYS_SLICED + over)
    scores[-over:] = 9
    found = kth_best(scores, 10)
    assert 0.9 < found <= 1.0


def test_of_many_scattered_scores_it_is_near_the_kth_best():
    scores = np.random.default_rng(3).random(100_000)
    assert np.count_nonzero(scores >= kth_best(scores, 10)) <= 20


def test_where_there_are_no_more_than_k_it_is_zero():
    scores = np.array([3.0, 2.0, 1.0])
    assert kth_best(scores, 3) == 0
    assert kth_best(scores, 9) == 0
    assert kth_best(scores, 0) == 0
    assert kth_best(scores, -1) == 0
    assert kth_best(np.zeros(0), 1) == 0


def test_the_scores_stay_as_they_are():
    for size in (10, 40_000):
        scores = np.random.default_rng(1).random(size)
        before = scores.copy()
        kth_best(scores, 5)
        assert np.array_equal(scores, before)
