"""Occurrences to one list for each term, and places to the slots that they are in.

In: term numbers and places of occurrences. Out: sorted arrays; used by the engine's writers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Inverted:
    """Occurrences, sorted by term, place and number: all three are in one 64-bit key.

    NumPy sorts whole numbers with SIMD instructions; sorting by several arrays takes ten times as
    long, and twice the memory. `places` is how many places there are, `widths` the bits that the
    numbers of each term need. Raises OverflowError over 64 bits in all.
    """

    def __init__(self, size: int, terms: int, places: int, widths: Integers) -> None:
        self._keys = np.empty(size, np.uint64)
        self._place_bits = max(places - 1, 0).bit_length()
        self._number_bits = int(widths.max()) if len(widths) else 0
        self._counts = np.zeros(terms, np.int64)
        self._filled = 0
        if max(terms - 1, 0).bit_length() + self._place_bits + self._number_bits > 64:
            raise OverflowError("too many occurrences to sort at once")

    def add(
        self, terms: NDArray[np.uint32], numbers: NDArray[np.uint16], places: NDArray[np.uint32]
    ) -> None:
        """More occurrences, in any order."""
        key = self._keys[self._filled : self._filled + len(terms)]
        self._filled += len(terms)
        key[:] = terms
        key <<= np.uint64(self._place_bits)
        key |= places
        key <<= np.uint64(self._number_bits)
        key |= numbers
        self._counts += np.bincount(terms, minlength=len(self._counts))

    def sort(self) -> Integers:
        """Sort them, once all have been added; returns how many each term has."""
        self._keys.sort()
        return self._counts

    def places(self, begin: int, stop: int) -> Integers:
        """The places of the sorted occurrences [begin, stop)."""
        place = self._keys[begin:stop] >> np.uint64(self._number_bits)
        place &= np.uint64((1 << self._place_bits) - 1)
        return place.view(np.int64)

    def numbers(self, begin: int, stop: int) -> Integers:
        """Their numbers."""
        mask = np.uint64((1 << self._number_bits) - 1)
        return (self._keys[begin:stop] & mask).view(np.int64)


def slots_of(places: Integers, starts: Integers) -> tuple[Integers, Integers]:
    """The slots that ascending places are in, each once, and how many different places of each.

    Slot s has the places [starts[s], starts[s + 1]); one search for the shorter side.
    """
    if len(places) > 1:
        fresh = places[1:] != places[:-1]
        if not fresh.all():  # `go-ing`: the whole and its first part have one stem
            places = places[np.concatenate(([True], fresh))]
    if len(places) > len(starts):
        frequencies = np.diff(np.searchsorted(places, starts))
        slots = np.flatnonzero(frequencies)
        return slots, frequencies[slots]
    every = np.searchsorted(starts, places, "right") - 1
    first = np.flatnonzero(np.diff(every, prepend=-1))
    return every[first], np.diff(first, append=len(every))
