"""Arrays that grow at their ends.

In: values, some at a time. Out: one array of them all; used by the modules of batch analysis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

_Number = TypeVar("_Number", bound=np.generic)


class Growing(Generic[_Number]):
    """An array that grows at its end, by doubling."""

    def __init__(self, kind: type[_Number]) -> None:
        self._kind = kind
        self.clear()

    def clear(self) -> None:
        """Forget them all, and let go of the memory."""
        self._room: NDArray[_Number] = np.zeros(64, self._kind)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, places: NDArray[np.integer]) -> NDArray[_Number]:
        """The values at these places."""
        # NumPy takes five times as long where places are of another kind than its own
        return self._room.take(places.astype(np.intp, copy=False))

    @property
    def values(self) -> NDArray[_Number]:
        """All of them; not to be kept, since they are moved when more come."""
        return self._room[: self._size]

    @property
    def held(self) -> int:
        """Bytes of memory."""
        return self._room.nbytes

    def extend(self, values: Sequence[int] | NDArray[_Number]) -> None:
        end = self._size + len(values)
        if end > len(self._room):
            # a large block is moved by the system without being copied
            self._room.resize(max(end, 2 * len(self._room)), refcheck=False)
        self._room[self._size : end] = values
        self._size = end

    def cut(self, size: int) -> None:
        """Forget what came after the first `size`."""
        self._size = size
