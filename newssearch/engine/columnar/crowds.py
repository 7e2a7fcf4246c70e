"""Many documents that have part of a sketch in common: which of them are nearly identical.

In: the members of large buckets. Out: stories joined; used by `joining`. A crowd
is of one form that thousands of articles fill in, or of what stands around them all at their site.

    told apart    a member that can be nearly identical to none, whatever its body, is not read: it
                  has a headline of its own at its site, or a number in it and another sketch
    overlaps      what two bodies have in common is counted by `arrays.overlaps`, for one with all
                  that may be alike at once

What is read is read once for all buckets, and set aside (`shelf`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays.fingerprints import spread
from newssearch.arrays.overlaps import Overlaps
from newssearch.engine.alike import ALIKE
from newssearch.engine.columnar.comparison import TOGETHER, Candidates
from newssearch.engine.columnar.shelf import Shelf
from newssearch.engine.columnar.told_apart import Tellings
from newssearch.engine.telling import ALIKE_APART

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Crowds:
    """Compares the members of large buckets, all when it is closed. To be abandoned."""

    def __init__(self, candidates: Candidates, folder: Path) -> None:
        self._candidates = candidates
        self._tellings, self._shelf = Tellings(), Shelf(folder)
        self._crowds: list[set[int]] = []
        self._last: dict[int, int] = {}  # the last crowd that each document is in

    def add(self, members: list[int]) -> None:
        """A bucket's members. Those of buckets that are nearly the same are one crowd: of bodies
        that are alike, most have most bands in common."""
        number, count = Counter(self._last.get(one, -1) for one in members).most_common(1)[0]
        if number < 0 or count * 2 <= len(members):
            number = len(self._crowds)
            self._crowds.append(set())
        self._crowds[number].update(members)
        self._last.update(dict.fromkeys(members, number))

    def close(self) -> None:
        """Compare all that has been added. Bodies are read for several crowds at once."""
        waiting: list[list[int]] = []
        for crowd in self._crowds:
            waiting.append(sorted(crowd))
            if sum(map(len, waiting)) >= TOGETHER:
                self._compare(waiting)
                waiting = []
        self._compare(waiting)
        self.abandon()

    def abandon(self) -> None:
        """Let go of what has been set aside."""
        self._shelf.close()

    def _compare(self, crowds: Sequence[Sequence[int]]) -> None:
        self._read_heads(_each_once(crowds))
        every = [_Crowd(self._candidates, members, self._tellings) for members in crowds]
        read = [crowd.not_told_apart() for crowd in every]
        self._read_bodies(_each_once(read))
        for crowd, some in zip(every, read, strict=True):
            crowd.compare([one for one in some if self._shelf.size(one)], self._shelf)

    def _read_heads(self, members: Sequence[int]) -> None:
        unknown = [one for one in members if one not in self._tellings]
        for some in _batches(unknown):
            for document, head in zip(some, self._candidates.reader.heads(some), strict=True):
                self._tellings.add(document, head.kind, head.telling)

    def _read_bodies(self, members: Sequence[int]) -> None:
        unknown = [one for one in members if one not in self._shelf]
        nothing = np.zeros(0, np.uint64)
        for some in _batches(unknown):
            kinds = [self._tellings.kind(document) for document in some]
            found = self._candidates.reader.shingles(some, kinds)
            for document in some:
                self._shelf.put(document, found.get(document, nothing))


class _Crowd:
    """The members of a crowd, numbered from 0."""

    def __init__(self, candidates: Candidates, members: Sequence[int], tellings: Tellings) -> None:
        self._candidates, self._members = candidates, members
        self._told = tellings.of(members)
        self._fresh: Mask = candidates.fresh[members]
        self._sketches = candidates.sketches[members]
        tops: dict[str, int] = {}
        found = (candidates.top(document) for document in members)
        self._stories = np.array([tops.setdefault(top, len(tops)) for top in found], np.int32)

    def not_told_apart(self) -> list[int]:
        """The documents that may be nearly identical to another one, whatever their bodies are."""
        found = np.zeros(len(self._members), np.bool_)
        every = np.arange(len(self._members))
        mixed = np.zeros(len(self._members), np.uint64)
        for band in self._sketches.T:
            mixed = spread(mixed + band)
        for one in np.flatnonzero(self._fresh).tolist():
            if found.all():
                break
            others = every[self._open(one, every)]
            least = self._told.least(one, others)
            same = mixed[others] == mixed[one]  # as the sketches of equal bodies are
            may = (least <= ALIKE_APART) | ((least <= 1) & same)
            found[others[may]] = True
            found[one] |= may.any()
        return [self._members[i] for i in np.flatnonzero(found).tolist()]

    def compare(self, chosen: Sequence[int], shelf: Shelf) -> None:
        """Some of the documents with one another; they ascend."""
        if len(chosen) < 2:
            return
        numbers = np.searchsorted(self._members, chosen)
        overlaps = Overlaps(shelf.sizes(chosen), shelf.ranges(chosen), ALIKE)
        for row in np.flatnonzero(self._fresh[numbers]).tolist():
            rows, shares = overlaps.alike(row)
            one, others = int(numbers[row]), numbers[rows]
            still = self._open(one, others)
            others, shares = others[still], shares[still]
            if len(others):
                others = others[shares >= self._told.least(one, others)]
                self._join(one, others[self._share_a_band(one, others)])

    def _open(self, one: int, others: Integers) -> Mask:
        """Those whose stories may be joined with that of a fresh one, as this one is to find out:
        of two fresh ones the later."""
        found: Mask = self._stories[others] != self._stories[one]
        found &= ~self._fresh[others] | (others < one)
        return found

    def _share_a_band(self, one: int, others: Integers) -> Mask:
        """As all did that were members of one bucket."""
        found: Mask = (self._sketches[others] == self._sketches[one]).any(axis=1)
        return found

    def _join(self, one: int, others: Integers) -> None:
        stories = self._stories
        while len(others := others[stories[others] != stories[one]]):
            self._candidates.join(self._members[one], self._members[int(others[0])])
            stories[stories == stories[others[0]]] = stories[one]


def _each_once(parts: Iterable[Sequence[int]]) -> list[int]:
    return sorted({document for part in parts for document in part})


def _batches(documents: Sequence[int]) -> list[Sequence[int]]:
    return [documents[i : i + TOGETHER] for i in range(0, len(documents), TOGETHER)]
