"""Documents with scores, in one of two forms or both.

In: arrays. Out: `Matched`; used by `matches`, `search`, `summed` and `ranked`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Bounds = NDArray[np.uint16]


@dataclass(slots=True)
class Matched:
    """Ascending documents and the score of each; or `row`: the score of every document of the
    archive, 0 for those that do not match (then every match has a score above 0); or both.

    `best`: documents in their order and the scores of these, for so many asked for; `ranked` keeps
    it here, as a word is asked for again in other queries. So does `bounds` with what it returns.
    """

    documents: Integers | None
    scores: Floats | None
    row: Floats | None = None
    best: tuple[int, list[int], dict[int, float]] | None = None
    _most: float | None = None
    _bounds: dict[int, Bounds] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """Bytes of memory, with what will be for the `bounds` of two exponents."""
        arrays = (self.documents, self.scores, self.row)
        return sum(array.nbytes * 3 // 2 for array in arrays if array is not None)

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
        mine = self.listed()
        if not len(mine):
            return np.zeros(len(documents), np.bool_)
        held: Mask = mine.take(mine.searchsorted(documents), mode="clip") == documents
        return held

    def at(self, documents: Integers) -> Floats:
        """The scores of these documents; 0 for those that do not match."""
        if self.row is not None:
            return self.row[documents]
        mine, values = self.listed(), self.values()
        if not len(mine):
            return np.zeros(len(documents))
        places = mine.searchsorted(documents)
        scores: Floats = values.take(places, mode="clip")
        scores *= mine.take(places, mode="clip") == documents
        return scores

    def where(self, mask: Mask) -> Matched:
        """Those of them for which a mask over all documents holds."""
        if self.documents is None:
            assert self.row is not None
            return Matched(None, None, self.row * mask)
        kept = mask[self.documents]
        if kept.all():
            return self
        return Matched(self.documents[kept], self.values()[kept])

    def most(self) -> float:
        """The highest score; 0 where nothing matches."""
        if self._most is None:
            values = self.values()
            self._most = float(values.max()) if len(values) else 0.0
        return self._most

    def bounds(self, exponent: int) -> Bounds:
        """Each score times 2 ** exponent, rounded up, but at least 1, of the documents of `listed`;
        where there is a row, of all documents, 0 for those that do not match."""
        known = self._bounds.get(exponent)
        if known is None:
            rounded = np.maximum(np.ceil(np.ldexp(self.values(), exponent)), 1)
            known = rounded.astype(np.uint16)
            if self.row is not None:
                listed, known = known, np.zeros(len(self.row), np.uint16)
                known[self.listed()] = listed
            self._bounds[exponent] = known
        return known
