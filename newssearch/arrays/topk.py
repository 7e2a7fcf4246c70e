"""The best of many without sorting them.

In: scores. Out: a threshold, or the places of the best; used by the engine's search.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Scores are looked at in so many interleaved slices.
_SLICES = 32


def kth_best(scores: NDArray[Any], k: int) -> float:
    """A score that at least k of these reach; 0 where there are no k of them.

    It is the k-th best of the maxima of interleaved slices: not above the k-th best score, and
    most often it is that. Finding the k-th best itself takes five times as long.
    """
    if k <= 0 or len(scores) <= k:
        return 0.0
    whole = len(scores) - len(scores) % _SLICES
    if whole < 16 * _SLICES * min(k, 8) or whole <= k * _SLICES:
        best = scores.copy()
    else:
        best = np.maximum.reduce(scores[:whole].reshape(_SLICES, -1))
    place = len(best) - k
    best.partition(place)
    return float(best[place])
