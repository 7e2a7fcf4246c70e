"""Keys of whole words of 64 bits to numbers, whole arrays at a time.

In: arrays of keys. Out: their numbers; used by `batches` for chunks and by `form_table` for pairs
of characters.

An open-addressing table with linear probing, which holds numbers alone: the keys stand in the order
in which they came, so that the frequent ones, which come first, stay in the processor's cache. The
keys themselves are compared, so a collision of hashes costs time and never changes a result. The
hash is seeded anew in each process: no text can be written so that all its words collide.
"""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.growing import Growing

Keys = tuple[NDArray[np.uint64], ...]

#: So many unknown keys are settled at once: the table must have room for all of them, and most of
#: a large batch's turn out to be repeated.
_AT_ONCE = 1 << 14


class Interner:
    """Keys of `width` words of 64 bits, numbered from 1 on; a key's first word is never 0."""

    def __init__(self, width: int, bits: int = 12) -> None:
        seeds = np.frombuffer(os.urandom(8 * (width + 1)), np.uint64) | np.uint64(1)
        self._factors = list(seeds)
        self._width, self._least_bits = width, bits
        self.clear()

    def clear(self) -> None:
        """Forget all keys."""
        self._bits = self._least_bits
        self._keys = [Growing(np.uint64) for _ in range(self._width)]
        for stored in self._keys:
            stored.extend([0])  # a free slot has the number 0, and no key is 0
        self._numbers = np.zeros(1 << self._bits, np.uint32)

    def __len__(self) -> int:
        return len(self._keys[0]) - 1

    @property
    def held(self) -> int:
        """Bytes of memory in use, about."""
        return self._numbers.nbytes + sum(stored.held for stored in self._keys)

    def numbers(self, keys: Keys) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Each key's number, and where in `keys` the new ones stand, by ascending number."""
        numbers = self._numbers.take(self._slots(keys))
        unknown = np.flatnonzero(~self._are(numbers, keys))
        new = [np.zeros(0, np.int64)]
        for begin in range(0, len(unknown), _AT_ONCE):
            some = unknown[begin : begin + _AT_ONCE]
            self._make_room(len(some))
            numbers[some], fresh = self._settle(tuple(word[some] for word in keys))
            new.append(some[fresh])
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

    def _are(self, numbers: NDArray[np.uint32], keys: Keys) -> NDArray[np.bool_]:
        """Is each key the one with this number?"""
        same: NDArray[np.bool_] = self._keys[0][numbers] == keys[0]
        for stored, word in zip(self._keys[1:], keys[1:], strict=True):
            same &= stored[numbers] == word
        return same

    def _settle(self, keys: Keys) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """`numbers` slot by slot; there must be room."""
        slots = self._slots(keys)
        numbers = np.empty(len(slots), np.uint32)
        new = [np.zeros(0, np.int64)]
        left = np.arange(len(slots))
        while len(left):
            at = slots[left]
            found = self._numbers[at]
            same = self._are(found, tuple(word[left] for word in keys))
            numbers[left[same]] = found[same]
            left, at, free = left[~same], at[~same], found[~same] == 0
            new.append(self._claim(at[free], left[free], keys))
            passed = left[~free]
            slots[passed] = slots[passed] + 1 & (1 << self._bits) - 1
        return numbers, np.concatenate(new)

    def _claim(
        self, slots: NDArray[np.int64], places: NDArray[np.int64], keys: Keys
    ) -> NDArray[np.int64]:
        """Puts the keys at these places into free slots, where they are found from now on.

        Of several that want the same slot one gets it; the places of those that did.
        """
        self._numbers[slots] = places
        got = self._numbers[slots] == places
        slots, places = slots[got], places[got]
        following = len(self._keys[0])
        self._numbers[slots] = np.arange(following, following + len(slots))
        for stored, word in zip(self._keys, keys, strict=True):
            stored.extend(word[places])
        return places

    def _make_room(self, more: int) -> None:
        """At most a third of the slots is taken when so many more keys have come."""
        if 3 * (len(self) + more) <= 1 << self._bits:
            return
        while 3 * (len(self) + more) > 1 << self._bits:
            self._bits += 1
        self._numbers = np.zeros(1 << self._bits, np.uint32)
        slots = self._slots(tuple(stored.values[1:] for stored in self._keys))[::-1]
        left = np.arange(len(self), 0, -1)
        while len(left):
            free = self._numbers[slots] == 0
            # the last written gets a slot: the oldest keys are the most frequent, so they come last
            self._numbers[slots[free]] = left[free]
            waiting = self._numbers[slots] != left
            left, slots = left[waiting], slots[waiting] + 1 & (1 << self._bits) - 1
