"""Occurrences to one list for each term, and places to the slots that they are in.

In: occurrences by form and place. Out: sorted arrays; used by the engine's writers and, for slots,
its search.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

#: A key is, until it is sorted, the form and the place, 32 bits each.
_PLACE, _IN_PLACE = np.uint64(32), np.uint64((1 << 32) - 1)

#: Occurrences that are looked at together.
_AT_ONCE = 1 << 17


class Inverted:
    """Occurrences: collected, then sorted by term, place and number, in 8 bytes each throughout.

    All three are in one 64-bit key. NumPy sorts whole numbers with SIMD instructions; sorting by
    several arrays takes ten times as long, and twice the memory. There is room for so many at
    first, which costs no memory before it is used, and stays after `clear` until `release`.
    """

    def __init__(self, room: int) -> None:
        self._least_room = room
        self.release()

    def release(self) -> None:
        """Begin anew, and let go of the memory."""
        self._room = np.empty(self._least_room, np.uint64)
        self.clear()

    def clear(self) -> None:
        """Begin anew, without any occurrence."""
        self._size = self._place_bits = self._number_bits = 0

    def __len__(self) -> int:
        return self._size

    def add(self, forms: NDArray[np.uint32], places: Integers) -> None:
        """More occurrences: of what, by any number, and where (in 32 bits)."""
        end = self._size + len(forms)
        if end > len(self._room):
            room = np.empty(max(end, 2 * self._size), np.uint64)
            room[: self._size] = self._room[: self._size]
            self._room = room
        keys = self._room[self._size : end]
        keys[:] = forms
        keys <<= _PLACE
        keys |= places.view(np.uint64)
        self._size = end

    def forms(self, most: int) -> Integers:
        """Which forms, of so many, there are occurrences of."""
        found = np.zeros(most, np.bool_)
        for begin in range(0, self._size, _AT_ONCE):
            found[self._keys(begin) >> _PLACE] = True
        return np.flatnonzero(found)

    def sort(
        self,
        terms_of: NDArray[np.uint32],
        numbers_of: NDArray[np.uint16],
        places: int,
        widths: Integers,
    ) -> Integers:
        """Sort them by their forms' terms, places and numbers; returns how many each term has.

        `places` is how many places there are, `widths` the bits that the numbers of each term
        need. Raises OverflowError over 64 bits in all.
        """
        self._place_bits = max(places - 1, 0).bit_length()
        self._number_bits = int(widths.max()) if len(widths) else 0
        if max(len(widths) - 1, 0).bit_length() + self._place_bits + self._number_bits > 64:
            raise OverflowError("too many occurrences to sort at once")
        counts = np.zeros(len(widths), np.int64)
        for begin in range(0, self._size, _AT_ONCE):
            keys = self._keys(begin)
            forms = (keys >> _PLACE).view(np.int64)
            terms = terms_of[forms]
            counts += np.bincount(terms, minlength=len(counts))
            keys &= _IN_PLACE
            keys |= terms.astype(np.uint64) << np.uint64(self._place_bits)
            keys <<= np.uint64(self._number_bits)
            keys |= numbers_of[forms]
        self._room[: self._size].sort()
        return counts

    def _keys(self, begin: int) -> NDArray[np.uint64]:
        """Some keys, from this one on."""
        return self._room[begin : min(begin + _AT_ONCE, self._size)]

    def places(self, begin: int, stop: int) -> Integers:
        """The places of the sorted occurrences [begin, stop)."""
        place = self._room[begin:stop] >> np.uint64(self._number_bits)
        place &= np.uint64((1 << self._place_bits) - 1)
        return place.view(np.int64)

    def numbers(self, begin: int, stop: int) -> Integers:
        """Their numbers."""
        mask = np.uint64((1 << self._number_bits) - 1)
        return (self._room[begin:stop] & mask).view(np.int64)


def slots_of(places: NDArray[np.integer[Any]], starts: Integers) -> tuple[Integers, Integers]:
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
