"""The union of several words, whose scores are added up only for those who may be among the best.

In: `Matched`. Out: `Summed`, which answers as a `Matched` does; used by `search` and `ranked`.

Adding rows of 8-byte scores and looking for the best is mostly a matter of memory. So the words'
scores are first added as small whole numbers, rounded up: who is far from the best by these sums is
far from them by the scores too, and for the few that are left the scores are added in full. Two
bytes a document make this three times as fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import frexp

import numpy as np

from newssearch.arrays.topk import kth_best
from newssearch.engine.columnar.matched import Bounds, Floats, Integers, Mask, Matched

#: Exponents are multiples of it, so that a word has few different `bounds`.
_STEP = 3


class Summed:
    """The documents of which each is in one of the parts at least, of under 30,000 parts. Scores
    are added in the parts' order."""

    def __init__(self, parts: Sequence[Matched], bounds: Bounds) -> None:
        self._parts, self._bounds = parts, bounds

    @classmethod
    def of(cls, parts: Sequence[Matched], documents: int) -> Summed:
        """The union of parts in an archive of so many documents."""
        exponent = _exponent(sum([part.most() for part in parts]))
        total: Bounds | None = None
        for part in parts:
            if part.row is not None:
                bounds = part.bounds(exponent)
                total = bounds.copy() if total is None else np.add(total, bounds, out=total)
        if total is None:
            total = np.zeros(documents, np.uint16)
        for part in parts:
            if part.row is None:
                np.add.at(total, part.listed(), part.bounds(exponent))
        return cls(parts, total)

    @property
    def size(self) -> int:
        """How many documents there may be."""
        return len(self._bounds)

    def count(self) -> int:
        """How many documents match."""
        return int(np.count_nonzero(self._bounds))

    def listed(self) -> Integers:
        """The documents."""
        return self._listed

    @cached_property
    def _listed(self) -> Integers:
        return np.flatnonzero(self._bounds)

    def values(self) -> Floats:
        """The score of each of `listed`."""
        return self._values

    @cached_property
    def _values(self) -> Floats:
        row = np.zeros(len(self._bounds))
        for part in self._parts:
            if part.row is not None:
                row += part.row
            else:
                row[part.listed()] += part.values()
        return row[self._listed]

    def holds(self, documents: Integers) -> Mask:
        """Which of these documents match."""
        return self._bounds[documents] > 0

    def at(self, documents: Integers) -> Floats:
        """The scores of these documents; 0 for those that do not match."""
        return self._added(documents) * self.holds(documents)

    def where(self, mask: Mask) -> Summed:
        """Those of them for which a mask over all documents holds."""
        return self if mask.all() else Summed(self._parts, self._bounds * mask)

    def near_best(self, wanted: int) -> tuple[Integers, Floats]:
        """The `wanted` best documents, and some that are near, in ascending order."""
        # a sum is above the score by less than the number of parts; one more for ties
        floor = int(kth_best(self._bounds, wanted)) - len(self._parts) - 1
        documents = (self._bounds >= max(floor, 1)).nonzero()[0]
        return documents, self._added(documents)

    def _added(self, documents: Integers) -> Floats:
        scores = self._parts[0].at(documents)
        for part in self._parts[1:]:
            scores += part.at(documents)
        return scores


def _exponent(most: float) -> int:
    """What numbers of up to `most` can be multiplied with, as a power of 2, for half of 16 bits."""
    return (15 - frexp(most)[1]) // _STEP * _STEP


#: What a tree comes to.
Scored = Matched | Summed
