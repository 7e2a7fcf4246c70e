"""Texts to sketches, which texts that are nearly the same have in common.

In: the tokens of texts as fingerprints. Out: the sets of their shingles; a sketch of each. Used by
the engine that joins stories, and by its builder.

A shingle is some successive tokens. The least of a set's numbers under a permutation of all numbers
is the same for two sets as often as their Jaccard similarity says (Broder 1997). A sketch has BANDS
bands of ROWS such minima each, as one number: two texts are looked at where they have a band in
common, which at a similarity of 0.8 is missed once in 300 times, at 0.9 once in 30,000, and at 0.1
happens once in 125 (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3.4).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays.fingerprints import spread

Integers = NDArray[np.int64]
Numbers = NDArray[np.uint64]
Sketches = NDArray[np.uint32]

BANDS, ROWS = 8, 3

#: What the fingerprints of a shingle's tokens are multiplied with, one after another.
_STEP = np.uint64(0x9E3779B97F4A7C15)

_HIGH = np.uint64(32)


def shingles(tokens: Numbers, width: int) -> Numbers:
    """The shingles of `width` tokens that begin at each token but the last few."""
    count = max(len(tokens) - width + 1, 0)
    found = tokens[:count].copy()
    for i in range(1, width):
        found *= _STEP
        found += tokens[i : count + i]
    return spread(found)


def sketches(values: Numbers, edges: Integers, kinds: Sketches) -> Sketches:
    """A row of BANDS for each text: the shingles of text i are `values[edges[i]:edges[i + 1]]`, one
    or more; texts of different `kinds` have no band in common, but by chance. No band is 0."""
    rows: Sketches = np.zeros((len(edges) - 1, BANDS), np.uint32)
    if not len(rows):
        return rows
    heads = (values >> _HIGH).astype(np.uint32)
    moved = np.empty_like(heads)
    for band in range(BANDS):
        mixed = kinds.astype(np.uint64)
        for row in range(ROWS):
            np.multiply(heads, _PERMUTATIONS[band, row], out=moved)
            least = np.minimum.reduceat(moved, edges[:-1])
            mixed = spread(mixed + least)
        rows[:, band] = np.maximum(mixed >> _HIGH, np.uint64(1))
    return rows


def _permutations() -> NDArray[np.uint32]:
    """Odd numbers: to multiply with one permutes the numbers of 32 bits."""
    numbers = spread(np.arange(1, BANDS * ROWS + 1, dtype=np.uint64))
    return (numbers >> _HIGH).astype(np.uint32).reshape(BANDS, ROWS) | np.uint32(1)


_PERMUTATIONS = _permutations()
