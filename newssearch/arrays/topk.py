"""The best of many without sorting them.

In: scores. Out: a threshold, or the places of the best; used by the engine's search.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Scores are looked at in so many interleaved slices.
_SLICES = 64


def kth_best(scores: Floats, k: int) -> float:
    """A score that at least k of these reach; 0 where there are no k of them.

    It is the k-th best of the maxima of interleaved slices: not above the k-th best score, and
    most often it is that. Finding the k-th best itself takes five times as long.
    """
    if k <= 0 or len(scores) <= k:
        return 0.0
    whole = len(scores) - len(scores) % _SLICES
    if whole < 16 * _SLICES * min(k, 8):
        return float(np.partition(scores, len(scores) - k)[len(scores) - k])
    best = np.maximum.reduce(scores[:whole].reshape(_SLICES, -1))
    if len(best) <= k:
        return float(np.partition(scores, len(scores) - k)[len(scores) - k])
    return float(np.partition(best, len(best) - k)[len(best) - k])
