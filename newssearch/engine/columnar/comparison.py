"""Which of the documents that may be alike are: their bodies are compared as sets of shingles.

In: buckets of documents that have part of a sketch in common. Out: stories joined; used by
`joining`. Nearly all buckets are of a few documents, and each is compared with each; those of many
are `crowds`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from newssearch.engine.alike import ALIKE, Groups
from newssearch.engine.telling import Telling, least_alike

Integers = NDArray[np.int64]
Numbers = NDArray[np.uint64]

#: So many bodies are read and analysed together.
TOGETHER = 200

#: A bucket of more documents is a crowd: each pair that is compared alone takes some 40 µs.
FEW = 16


class Head(NamedTuple):
    """As what a document's body is compared (`alike.compared_as`); what tells its article from
    others."""

    kind: str
    telling: Telling


class Reader(Protocol):
    """Reads documents by number."""

    def heads(self, documents: Sequence[int]) -> list[Head]:
        """What is known of each without its body."""

    def shingles(self, documents: Sequence[int], kinds: Sequence[str]) -> dict[int, Numbers]:
        """The different shingles, sorted, of those of these that are compared, `kinds` as what."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Documents that may be alike: all documents' `sketches`; which are `fresh`, and compared with
    all, the others not with one another; the stories of those in buckets, by address and links
    (`story_of`), and as they have been joined (`stories`)."""

    reader: Reader
    sketches: NDArray[np.uint32]
    fresh: NDArray[np.bool_]
    story_of: Mapping[int, str]
    stories: Groups

    def top(self, document: int) -> str:
        """The same key for all documents whose stories are joined."""
        return self.stories.top(self.story_of[document])

    def join(self, one: int, other: int) -> None:
        self.stories.join(self.story_of[one], self.story_of[other])


class _Body(NamedTuple):
    head: Head
    shingles: Numbers


class Comparison:
    """Compares the members of buckets with one another. Bodies are read for many buckets at
    once: `close` reads those that are waited for."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._waiting: list[list[int]] = []
        self._held: set[int] = set()

    def add(self, members: list[int]) -> None:
        """A bucket's members: no more than FEW."""
        self._waiting.append(members)
        self._held.update(members)
        if len(self._held) > TOGETHER:
            self.close()

    def close(self) -> None:
        """Compare all that has been added."""
        bodies = self._bodies(sorted(self._held)) if self._held else {}
        for members in self._waiting:
            self._bucket({one: bodies[one] for one in members if one in bodies})
        self._waiting.clear()
        self._held.clear()

    def _bodies(self, documents: Sequence[int]) -> dict[int, _Body]:
        reader = self._candidates.reader
        heads = reader.heads(documents)
        found = reader.shingles(documents, [head.kind for head in heads])
        pairs = zip(documents, heads, strict=True)
        return {one: _Body(head, found[one]) for one, head in pairs if one in found}

    def _bucket(self, bodies: Mapping[int, _Body]) -> None:
        """Each with those before it; one that is another in all that counts stands for it, too."""
        different: list[tuple[int, _Body]] = []
        seen: set[tuple[Head, bytes]] = set()
        for document, mine in bodies.items():
            for other, theirs in different:
                self._pair(document, mine, other, theirs)
            name = mine.head, mine.shingles.tobytes()
            if name not in seen:
                seen.add(name)
                different.append((document, mine))

    def _pair(self, document: int, mine: _Body, other: int, theirs: _Body) -> None:
        candidates = self._candidates
        if not (candidates.fresh[document] or candidates.fresh[other]):
            return
        if mine.head.kind != theirs.head.kind or candidates.top(document) == candidates.top(other):
            return
        least = least_alike(mine.head.telling, theirs.head.telling, ALIKE)
        if least <= 1 and _jaccard(mine.shingles, theirs.shingles) >= least:
            candidates.join(document, other)


def _jaccard(one: Numbers, other: Numbers) -> float:
    """How much two sorted sets have in common; 0 where their sizes say that it is too little."""
    if min(len(one), len(other)) < ALIKE * max(len(one), len(other)):
        return 0.0
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both)
