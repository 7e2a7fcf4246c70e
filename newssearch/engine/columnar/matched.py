"""Documents with scores, in one of two forms or both.

In: arrays. Out: `Matched`; used by `matches`, `search` and `ranked`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Matched:
    """Ascending documents and the score of each; or `row`: the score of every document of the
    archive, 0 for those that do not match (then every match has a score above 0); or both."""

    documents: Integers | None
    scores: Floats | None
    row: Floats | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        arrays = (self.documents, self.scores, self.row)
        return sum(array.nbytes for array in arrays if array is not None)

    @property
    def size(self) -> int:
        """How many documents there are; of a row alone, how many there may be."""
        if self.documents is not None:
            return len(self.documents)
        assert self.row is not None
        return len(self.row)

    def count(self) -> int:
        """How many documents match."""
        if self.documents is not None:
            return len(self.documents)
        assert self.row is not None
        return int(np.count_nonzero(self.row > 0))

    def listed(self) -> Integers:
        """The documents."""
        if self.documents is None:
            assert self.row is not None
            self.documents = np.flatnonzero(self.row > 0)
        return self.documents

    def values(self) -> Floats:
        """The score of each of `listed`."""
        if self.scores is None:
            assert self.row is not None
            self.scores = self.row[self.listed()]
        return self.scores

    def holds(self, documents: Integers) -> Mask:
        """Which of these documents match."""
        if self.row is not None:
            return self.row[documents] > 0
        return self._find(documents)[1]

    def at(self, documents: Integers) -> Floats:
        """The scores of these documents; 0 for those that do not match."""
        if self.row is not None:
            return self.row[documents]
        places, held = self._find(documents)
        return self.values()[places] * held if len(self.values()) else np.zeros(len(documents))

    def _find(self, documents: Integers) -> tuple[Integers, Mask]:
        """Where these documents stand among the listed, and whether they do."""
        mine = self.listed()
        if not len(mine):
            return np.zeros(len(documents), np.int64), np.zeros(len(documents), np.bool_)
        places = np.searchsorted(mine, documents)
        places[places == len(mine)] = 0
        return places, mine[places] == documents

    def where(self, mask: Mask) -> Matched:
        """Those of them for which a mask over all documents holds."""
        if self.documents is None:
            assert self.row is not None
            return Matched(None, None, self.row * mask)
        kept = mask[self.documents]
        if kept.all():
            return self
        return Matched(self.documents[kept], self.values()[kept])
