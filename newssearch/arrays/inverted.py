"""Occurrences to one list for each term, and places to the slots that they are in.

In: term numbers and places of occurrences. Out: sorted arrays; used by the engine's writers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Inverted:
    """Occurrences sorted by term, place and number, all three in one 64-bit key.

    NumPy sorts whole numbers with SIMD instructions; sorting by several arrays takes ten times as
    long, and twice the memory.
    """

    keys: NDArray[np.uint64]
    place_bits: int
    number_bits: int

    def places(self, begin: int, stop: int) -> Integers:
        """The places of the occurrences [begin, stop)."""
        place = self.keys[begin:stop] >> np.uint64(self.number_bits)
        place &= np.uint64((1 << self.place_bits) - 1)
        return place.view(np.int64)

    def numbers(self, begin: int, stop: int) -> Integers:
        """Their numbers."""
        return (self.keys[begin:stop] & np.uint64((1 << self.number_bits) - 1)).view(np.int64)


def invert(
    terms: NDArray[np.uint32], numbers: NDArray[np.uint16], places: NDArray[np.uint32]
) -> Inverted:
    """Sort occurrences by term, place and number. Raises OverflowError over 64 bits in all."""
    place_bits, number_bits, term_bits = (
        int(some.max()).bit_length() if len(some) else 0 for some in (places, numbers, terms)
    )
    if term_bits + place_bits + number_bits > 64:
        raise OverflowError("too many occurrences to sort at once")
    keys = terms.astype(np.uint64)
    keys <<= np.uint64(place_bits)
    keys |= places
    keys <<= np.uint64(number_bits)
    keys |= numbers
    keys.sort()
    return Inverted(keys, place_bits, number_bits)


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
