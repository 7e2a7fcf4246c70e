"""Keys of whole words of 64 bits to numbers, whole arrays at a time.

In: arrays of keys. Out: their numbers; used by `batches` for chunks and CJK bigrams.

An open-addressing table with linear probing. The stored keys themselves are compared, so a
collision of hashes costs time and never changes a result. The hash is seeded anew in each process:
no text can be written so that all its words collide.
"""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

Keys = tuple[NDArray[np.uint64], ...]

#: So many unknown keys are settled at once: the table must have room for all of them, and most of
#: a large batch's turn out to be repeated.
_AT_ONCE = 1 << 14


class Interner:
    """Keys of `width` words of 64 bits; a key's first word is never 0."""

    def __init__(self, width: int, bits: int = 12) -> None:
        self._width = width
        seeds = np.frombuffer(os.urandom(8 * (width + 1)), np.uint64) | np.uint64(1)
        self._factors = list(seeds)
        self._bits = bits
        self.clear()

    def clear(self) -> None:
        self._count = 0
        self._keys = [np.zeros(1 << self._bits, np.uint64) for _ in range(self._width)]
        self._numbers = np.zeros(1 << self._bits, np.uint32)

    def __len__(self) -> int:
        return self._count

    def numbers(self, keys: Keys, following: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Each key's number, and where in `keys` the new ones stand.

        New keys get the numbers from `following` on, in the order of the second array.
        """
        slots = self._slots(keys)
        numbers = self._numbers[slots]
        unknown = np.flatnonzero(~self._holds(slots, keys))
        new = [np.zeros(0, np.int64)]
        for begin in range(0, len(unknown), _AT_ONCE):
            some = unknown[begin : begin + _AT_ONCE]
            self._make_room(len(some))
            numbers[some], fresh = self._settle(tuple(word[some] for word in keys), following)
            new.append(some[fresh])
            following += len(fresh)
        return numbers, np.concatenate(new)

    def _slots(self, keys: Keys) -> NDArray[np.int64]:
        mixed = keys[0] * self._factors[0]
        mixed ^= mixed >> np.uint64(32)
        for word, factor in zip(keys[1:], self._factors[1:-1], strict=True):
            mixed = (mixed ^ word) * factor
            mixed ^= mixed >> np.uint64(32)
        mixed *= self._factors[-1]
        mixed >>= np.uint64(64 - self._bits)
        slots: NDArray[np.int64] = mixed.view(np.int64)
        return slots

    def _holds(self, slots: NDArray[np.int64], keys: Keys) -> NDArray[np.bool_]:
        """Does each slot hold the key?"""
        same: NDArray[np.bool_] = self._keys[0][slots] == keys[0]
        for stored, word in zip(self._keys[1:], keys[1:], strict=True):
            same &= stored[slots] == word
        return same

    def _settle(self, keys: Keys, following: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """`numbers` slot by slot; there must be room."""
        slots = self._slots(keys)
        numbers = np.empty(len(slots), np.uint32)
        new = [np.zeros(0, np.int64)]
        left = np.arange(len(slots))
        while len(left):
            at = slots[left]
            held = self._holds(at, tuple(word[left] for word in keys))
            numbers[left[held]] = self._numbers[at[held]]
            left, at = left[~held], at[~held]
            free = self._keys[0][at] == 0
            new.append(self._claim(at[free], left[free], keys, following))
            following += len(new[-1])
            passed = left[~free]
            slots[passed] = slots[passed] + 1 & (1 << self._bits) - 1
        return numbers, np.concatenate(new)

    def _claim(
        self, slots: NDArray[np.int64], places: NDArray[np.int64], keys: Keys, following: int
    ) -> NDArray[np.int64]:
        """Puts the keys at these places into free slots, where they are found from now on.

        Of several that want the same slot one gets it; the places of those that did.
        """
        self._numbers[slots] = places
        got = self._numbers[slots] == places
        slots, places = slots[got], places[got]
        self._numbers[slots] = np.arange(following, following + len(slots))
        for stored, word in zip(self._keys, keys, strict=True):
            stored[slots] = word[places]
        self._count += len(slots)
        return places

    def _make_room(self, more: int) -> None:
        """At most a third of the slots is taken when so many more keys have come."""
        if 3 * (self._count + more) <= 1 << self._bits:
            return
        taken = np.flatnonzero(self._keys[0])
        # the last written gets a slot: the oldest keys are the most frequent, so they come last
        taken = taken[np.argsort(self._numbers[taken])[::-1]]
        keys = tuple(stored[taken] for stored in self._keys)
        numbers = self._numbers[taken]
        while 3 * (len(taken) + more) > 1 << self._bits:
            self._bits += 1
        self.clear()
        if len(taken):
            _, order = self._settle(keys, 0)
            self._numbers = numbers[order][self._numbers]
