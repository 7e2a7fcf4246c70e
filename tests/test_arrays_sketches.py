from __future__ import annotations

import random

import numpy as np
import pytest

from newssearch.arrays.fingerprints import of_strings, spread
from newssearch.arrays.sketches import BANDS, shingles, sketches

STEP, ALL = 0x9E3779B97F4A7C15, 2**64 - 1


def naive_spread(number: int) -> int:
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 & ALL
    number = (number ^ number >> 27) * 0x94D049BB133111EB & ALL
    return number ^ number >> 31


def naive_string(text: bytes) -> int:
    total, power = 0, 1
    for i, byte in enumerate(text):
        power = 1 if i % 1024 == 0 else power
        power = power * STEP & ALL
        total += (byte + 1) * power
    return naive_spread(total & ALL)


def prints(count: int, seed: int) -> np.ndarray:
    return spread(np.random.default_rng(seed).integers(0, 2**63, count).astype(np.uint64))


def test_fingerprints_are_those_of_one_string_at_a_time():
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    sizes = [0, 1, 2, 8, 1023, 1024, 1025, 3000, *(source.randrange(30) for _ in range(200))]
    strings = [source.randbytes(size) for size in sizes]
    text = b"|".join(strings)
    ends = np.cumsum([len(string) + 1 for string in strings]) - 1
    starts = ends - [len(string) for string in strings]
    found = of_strings(np.frombuffer(text, np.uint8), starts, ends).tolist()
    assert found == [naive_string(string) for string in strings]
    assert len(set(found)) == len(set(strings))


def test_fingerprints_stay_what_they_are_on_the_disk():
    text = np.frombuffer(b"harbour", np.uint8)
    assert of_strings(text, np.array([0]), np.array([7])).tolist() == [8657934915230920277]


def test_a_shingle_is_of_its_tokens_in_their_order():
    tokens = prints(20, 1)
    found = shingles(tokens, 5)
    assert len(found) == 16
    assert len(set(found.tolist())) == 16
    assert shingles(tokens[3:8], 5).tolist() == [found[3]]
    assert shingles(tokens[3:8][::-1], 5).tolist() != [found[3]]
    assert shingles(tokens[:4], 5).tolist() == []


def of(sets: list[np.ndarray], kinds: list[int]) -> np.ndarray:
    edges = np.concatenate(([0], np.cumsum([len(one) for one in sets])))
    return sketches(np.concatenate(sets), edges, np.array(kinds, np.uint32))


def test_equal_sets_have_equal_sketches_in_any_order_and_often_as_they_may_be_repeated():
    one, other = prints(300, 1), prints(40, 2)
    rows = of([one, other, np.concatenate((one[::-1], one[:50]))], [7, 7, 7])
    assert rows.shape == (3, BANDS)
    assert (rows[0] == rows[2]).all()
    assert not (rows[0] == rows[1]).any()
    assert rows.all()


def test_texts_of_different_kinds_have_no_band_in_common():
    one = prints(300, 1)
    rows = of([one, one], [7, 8])
    assert not (rows[0] == rows[1]).any()


def test_no_texts_have_no_sketches():
    none = np.zeros(0, np.uint64)
    assert sketches(none, np.zeros(1, np.int64), np.zeros(0, np.uint32)).shape == (0, BANDS)


@pytest.mark.parametrize(("alike", "least", "most"), [(0.1, 0, 0.04), (0.5, 0.5, 0.8), (0.9, 1, 1)])
def test_sets_have_a_band_in_common_as_often_as_their_likeness_says(
    alike: float, least: float, most: float
):
    """Of 300 pairs; the seed is fixed, since what is measured is a chance."""
    size, hits = 400, 0
    both = round(2 * size * alike / (1 + alike))
    for seed in range(300):
        values = prints(2 * size - both, seed)
        rows = of([values[:size], values[size - both :]], [0, 0])
        hits += bool((rows[0] == rows[1]).any())
    assert least <= hits / 300 <= most
