"""Numbers of 64 bits for byte strings and numbers, equal in every process.

In: strings that lie in one array, or numbers. Out: a fingerprint of each; used by batch analysis,
for what is on the disk and compared with what other processes made. Not for keeping anybody out:
who wants two strings with one fingerprint finds them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Numbers = NDArray[np.uint64]

#: The multipliers of SplitMix64 (Steele, Lea and Flood 2014), which spreads every bit over all.
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)

#: What the powers in a string's sum are of; odd, so that none is zero.
_BASE = 0x9E3779B97F4A7C15

#: Strings are this long at most; of a longer one the rest repeats the powers.
_POWERS_OF = 1024


def spread(numbers: Numbers) -> Numbers:
    """Numbers with every bit spread over all: a permutation of 64 bits."""
    mixed = (numbers ^ numbers >> np.uint64(30)) * _FIRST
    mixed = (mixed ^ mixed >> np.uint64(27)) * _SECOND
    return mixed ^ mixed >> np.uint64(31)


def of_strings(text: NDArray[np.uint8], starts: Integers, ends: Integers) -> Numbers:
    """The fingerprints of `text[starts[i]:ends[i]]`, which ascend without overlapping."""
    sizes = ends - starts
    edges = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    within = np.arange(edges[-1]) - np.repeat(edges[:-1], sizes)
    weighed = (text[within + np.repeat(starts, sizes)] + np.uint64(1)) * _POWERS[
        within % _POWERS_OF
    ]
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(weighed, dtype=np.uint64)))
    return spread(sums[edges[1:]] - sums[edges[:-1]])


def _powers() -> Numbers:
    powers, power = [], 1
    for _ in range(_POWERS_OF):
        power = power * _BASE % 2**64
        powers.append(power)
    return np.array(powers, np.uint64)


_POWERS = _powers()
