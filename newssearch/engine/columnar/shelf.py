"""Bodies that are set aside while they are compared, as sets of shingles.

In: documents' shingles, sorted. Out: the same, whole or in ranges; used by `comparison`. As many as
MOST bytes are in memory, and in a temporary file where there are more.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays.overlaps import Places

Integers = NDArray[np.int64]
Numbers = NDArray[np.uint64]

#: So many bytes are held in memory.
MOST = 1 << 25

#: Members of many sets are gathered in ranges that hold about so many.
_RANGE = 1 << 21


class Shelf:
    """Sets of shingles by document. To be closed."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.SpooledTemporaryFile(MOST, dir=str(folder))  # noqa: SIM115
        self._places: dict[int, tuple[int, int]] = {}
        self._end = 0

    def __contains__(self, document: int) -> bool:
        return document in self._places

    def put(self, document: int, shingles: Numbers) -> None:
        """Set a document's aside; none where it is not compared."""
        self._places[document] = self._end, len(shingles)
        self._file.seek(self._end)
        self._file.write(shingles.tobytes())
        self._end += shingles.nbytes

    def size(self, document: int) -> int:
        """How many shingles it has."""
        return self._places[document][1]

    def sizes(self, documents: Sequence[int]) -> Integers:
        """How many shingles each has."""
        return np.array([self.size(document) for document in documents], np.int64)

    def ranges(self, documents: Sequence[int]) -> Iterator[tuple[Numbers, Places]]:
        """All shingles of some documents, those that are equal in one part, beside which of the
        documents each is of."""
        count = -(-int(self.sizes(documents).sum()) // _RANGE)
        edges = np.array([(part << 64) // count for part in range(1, count)], np.uint64)
        for part in range(count):
            found: list[Numbers] = []
            for document in documents:
                shingles = self._of(document)
                cuts = [0, *np.searchsorted(shingles, edges).tolist(), len(shingles)]
                found.append(shingles[cuts[part] : cuts[part + 1]].copy())  # lets go of the rest
            owners = np.repeat(np.arange(len(found), dtype=np.int32), [len(some) for some in found])
            yield np.concatenate(found), owners

    def _of(self, document: int) -> Numbers:
        start, size = self._places[document]
        self._file.seek(start)
        return np.frombuffer(self._file.read(8 * size), np.uint64)

    def close(self) -> None:
        self._file.close()
