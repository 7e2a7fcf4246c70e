"""How much each of many sets has in common with each other one.

In: sets of numbers, some of the numbers at a time. Out: for any of the sets those that may be like
it, and how many members it shares with each; used by the engine that joins stories.

Thousands of articles that fill in one form share hundreds of shingles: to look all of them up would
be to compare all with all. Three things are done about it, none of which loses a count:

    alone     a number that only one set has is counted in that set's size alone
    block     numbers that are in the very same sets are looked up as one: a whole form is
    turned    a block that more than half of the sets have is kept as the list of the others

What two sets share is known from the sizes, then, but for those that are in a list together. And of
two that are in none together only such can be alike as have next to nothing outside of the turned
blocks: the sets are in order of how much that is. (After the prefix filter of Chaudhuri, Ganti and
Kaushik 2006, whose rarest members are the lists here; "the very same sets" by sums of random
numbers, as Zobrist hashed positions, 1970.)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays.fingerprints import spread

Integers = NDArray[np.int64]
Numbers = NDArray[np.uint64]
Places = NDArray[np.int32]

#: Where more than one in so many sets is looked at, all are: an array of them all is faster then.
_FEW = 8

#: Shares are compared with so much to spare where a float decides what is looked at.
_ROUNDING = 1e-6


class _Blocks(NamedTuple):
    """Numbers that are in the same sets: a fingerprint of these, how many numbers and how many sets
    there are; the sets of each block, one block's after another's."""

    names: Numbers
    weights: Integers
    counts: Integers
    owners: Places


class Overlaps:
    """What sets have in common. `sizes` are theirs; `parts` have their members in any order, each
    once, beside the number of the set, with all that are equal in one part."""

    def __init__(self, sizes: Integers, parts: Iterable[tuple[Numbers, Places]], least: float):
        self._sizes, self._least = sizes, least
        #: So many others were looked at.
        self.looked_at = 0
        self._arrange(_merged([_blocks(*part, len(sizes)) for part in parts]))

    def _arrange(self, blocks: _Blocks) -> None:
        count = len(self._sizes)
        turned = blocks.counts * 2 > count
        lists = [blocks.owners[np.repeat(~turned, blocks.counts)]]
        starts = np.cumsum(blocks.counts) - blocks.counts
        for block in np.flatnonzero(turned).tolist():
            lacking = np.ones(count, np.bool_)
            lacking[blocks.owners[starts[block] : starts[block] + blocks.counts[block]]] = False
            lists.append(np.flatnonzero(lacking).astype(np.int32))
        lengths = np.concatenate(
            (blocks.counts[~turned], np.array([len(some) for some in lists[1:]], np.int64))
        )
        self._lists = np.concatenate(lists)
        self._weights = np.concatenate((blocks.weights[~turned], blocks.weights[turned]))
        self._starts, self._lengths = np.cumsum(lengths) - lengths, lengths
        every = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        self._blocks = every[np.argsort(self._lists, kind="stable")]
        self._edges = _edges(self._lists, count)
        self._turned = int(blocks.weights[turned].sum())
        lacked = np.repeat(self._weights * (np.arange(len(lengths)) >= (~turned).sum()), lengths)
        lacks = np.bincount(self._lists, lacked.astype(np.float64), minlength=count)
        #: How many members of turned blocks each has, and of others.
        self._common = self._turned - lacks.astype(np.int64)
        self._own = self._sizes - self._common
        self._by_own = np.argsort(self._own, kind="stable")
        self._ascending = self._own[self._by_own]

    def alike(self, one: int) -> tuple[Integers, NDArray[np.float64]]:
        """The sets that have the least share in common with this one, ascending; and their Jaccard
        similarity."""
        blocks = self._blocks[self._edges[one] : self._edges[one + 1]]
        lengths = self._lengths[blocks]
        found = self._lists[_within(lengths, self._starts[blocks])]
        weights = np.repeat(self._weights[blocks], lengths)
        most = (1 / self._least - 1) * self._common[one] - self._own[one] + _ROUNDING
        near = self._by_own[: np.searchsorted(self._ascending, most, side="right")]
        others: Integers
        if (len(found) + len(near)) * _FEW > len(self._sizes):
            others = np.arange(len(self._sizes))
            both = np.bincount(found, weights, minlength=len(others)).astype(np.int64)
        else:
            others, at = np.unique(np.concatenate((found, near)), return_inverse=True)
            both = np.bincount(at[: len(found)], weights, minlength=len(others)).astype(np.int64)
        self.looked_at += len(others)
        both += self._common[others] + (self._common[one] - self._turned)
        shares = both / (self._sizes[one] + self._sizes[others] - both)
        enough = (shares >= self._least) & (others != one)
        return others[enough], shares[enough]


def _blocks(values: Numbers, owners: Places, sets: int) -> _Blocks:
    """The blocks of a part's members but those that are in one set alone."""
    order = np.argsort(values)
    values, owners = values[order], owners[order]
    fresh = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    starts = np.flatnonzero(fresh)
    counts = np.diff(starts, append=len(values))
    several = counts > 1
    if not several.any():
        none = np.zeros(0, np.int64)
        return _Blocks(none.view(np.uint64), none, none, none.astype(np.int32))
    marks = spread(np.arange(1, sets + 1, dtype=np.uint64))
    names = np.add.reduceat(marks[owners], starts)[several]
    names, first, weights = np.unique(names, return_index=True, return_counts=True)
    starts, counts = starts[several][first], counts[several][first]
    return _Blocks(names, weights, counts, owners[_within(counts, starts)])


def _merged(parts: list[_Blocks]) -> _Blocks:
    """The blocks of all parts."""
    names, weights, counts = (np.concatenate([part[i] for part in parts]) for i in range(3))
    owners = np.concatenate([part.owners for part in parts])
    starts = np.cumsum(counts) - counts
    names, first, at = np.unique(names, return_index=True, return_inverse=True)
    sums = np.bincount(at, weights, minlength=len(names)).astype(np.int64)
    return _Blocks(names, sums, counts[first], owners[_within(counts[first], starts[first])])


class Members:
    """Which of some sets have each of some small numbers."""

    def __init__(self, members: Integers, owners: Integers, sets: int) -> None:
        self._owners = owners[np.argsort(members, kind="stable")]
        self._edges = _edges(members, int(members.max(initial=-1)) + 1)
        self._sets = sets

    def shared(self, members: Integers) -> Integers:
        """How many of these members each set has."""
        spans = [self._owners[self._edges[one] : self._edges[one + 1]] for one in members.tolist()]
        found = np.concatenate([np.zeros(0, np.int64), *spans])
        counts: Integers = np.bincount(found, minlength=self._sets)
        return counts


def _edges(numbers: NDArray[np.integer], count: int) -> Integers:
    """Where each number's begin in their order, and the end."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(np.bincount(numbers, minlength=count))))


def _within(counts: Integers, starts: Integers) -> Integers:
    """Of spans of these lengths, which begin at `starts`, all numbers, one after another."""
    numbers: Integers = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    numbers += np.arange(len(numbers))
    return numbers
