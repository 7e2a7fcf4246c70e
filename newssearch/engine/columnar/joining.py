"""Which stories are one, by nearly identical bodies: `engine.alike` with sketches instead of sets.

In: the segments of a generation that is being made, and the stories that were joined in the one
before. Out: the stories that are joined now; used by `writer`, before it merges.

    fresh documents      those that are new, and all of a joined story that has lost one
    candidates           documents that have a band of their sketches in common with a fresh one
    joined               candidates of different stories whose shingles are compared

So a commit costs what is new in it, but for one look at the column of sketches, which takes some
ten milliseconds for a million documents. Whatever was compared before is not compared again: the
stories are the same whether articles came one by one or all at once.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.batches import BatchAnalyzer
from newssearch.analysis.growing import Growing
from newssearch.arrays.sketches import BANDS
from newssearch.engine.alike import ALIKE, Groups, compared_as
from newssearch.engine.columnar.bulk import list_of, sketches_of, terms_of
from newssearch.engine.columnar.compaction import Live
from newssearch.engine.columnar.segment import decode
from newssearch.engine.columnar.sketching import body_shingles
from newssearch.engine.columnar.stored import Codec, Stored
from newssearch.engine.names import encode_name
from newssearch.engine.telling import Telling, least_alike, telling

Integers = NDArray[np.int64]

#: So many bodies are read and analysed together.
_TOGETHER = 200

#: Few bands are looked up, by so many of their bits first. Where one in so many documents is fresh,
#: all are sorted instead.
_BITS, _MANY = 16, 16


@dataclass(frozen=True, slots=True)
class Joined:
    """What was joined before, and which stories have lost documents since."""

    groups: Sequence[Sequence[str]]
    lost: frozenset[str]


def join(
    held: Sequence[Live], made: Sequence[Live], before: Joined, codec: Codec, analyzer: Analyzer
) -> list[list[str]]:
    """The stories that are one, of each such the sorted keys; `made` are the new segments."""
    kept = [group for group in before.groups if before.lost.isdisjoint(group)]
    dissolved = [group for group in before.groups if not before.lost.isdisjoint(group)]
    documents = _Documents([*held, *made], codec, analyzer)
    fresh = np.zeros(documents.size, np.bool_)
    fresh[documents.bases[len(held)] :] = True
    for group in dissolved:
        for story in group:
            fresh[documents.of_story(story)] = True
    stories = Groups()
    for first, *others in kept:
        for story in others:
            stories.join(first, story)
    if fresh.any():
        _compare(documents, fresh, stories)
    return stories.of_several()


class _Body(NamedTuple):
    """As what a body is compared; what tells its article from others; its different shingles,
    sorted."""

    kind: str
    telling: Telling
    shingles: NDArray[np.uint64]


class _Documents:
    """The documents of several segments as one row."""

    def __init__(self, lives: Sequence[Live], codec: Codec, analyzer: Analyzer) -> None:
        self._lives = lives
        self.bases = [0]
        for one in lives:
            self.bases.append(self.bases[-1] + one.segment.documents)
        self._stored = [Stored(one.segment, codec) for one in lives]
        self._analyzer, self._batches = analyzer, BatchAnalyzer(analyzer)

    @property
    def size(self) -> int:
        return self.bases[-1]

    def sketches(self) -> NDArray[np.uint32]:
        """By document; all 0 of those that are compared with none."""
        rows = [np.zeros((0, BANDS), np.uint32)]
        for one in self._lives:
            found = sketches_of(one.segment)
            if one.deleted:
                found = found.copy()
                found[one.deleted] = 0
            rows.append(found)
        return np.concatenate(rows)

    def of_story(self, story: str) -> list[int]:
        """A story's documents; deleted ones too."""
        found: list[int] = []
        for base, one in zip(self.bases, self._lives, strict=False):
            lists = one.segment.stories
            term = lists.find(encode_name(story))
            if term >= 0:
                found += (list_of(lists, term) + base).tolist()
        return found

    def stories(self, documents: Integers) -> dict[int, str]:
        """Each one's story by address and links; `documents` ascend."""
        found: dict[int, str] = {}
        for base, one in zip(self.bases, self._lives, strict=False):
            end = base + one.segment.documents
            some = documents[slice(*np.searchsorted(documents, (base, end)).tolist())]
            if len(some):
                numbers = np.asarray(one.segment.column("story"))[some - base]
                terms = _terms(one, numbers)
                found.update(
                    zip(some.tolist(), map(terms.__getitem__, numbers.tolist()), strict=True)
                )
        return found

    def bodies(self, documents: Sequence[int]) -> dict[int, _Body]:
        """Those of these that are compared."""
        kinds: list[str] = []
        tellings: list[Telling] = []
        texts: list[Sequence[str]] = []
        for document in documents:
            part = bisect_right(self.bases, document) - 1
            stored, number = self._stored[part], document - self.bases[part]
            article = stored.head(number).article
            kinds.append(compared_as(article))
            tellings.append(telling(article, self._analyzer))
            body = [text for _, text in json.loads(stored.line("bodies", number))]
            texts += ((), (), body)
        self._batches.reset()
        analysed = self._batches.analyse(texts)
        chosen, values, edges = body_shingles(analysed, self._batches.forms, kinds)
        return {
            documents[i]: _Body(kinds[i], tellings[i], np.unique(values[begin:end]))
            for i, begin, end in zip(
                chosen.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True
            )
        }


def _terms(one: Live, numbers: Integers) -> dict[int, str]:
    """The story keys with these numbers in a segment's dictionary."""
    stories = one.segment.stories
    wanted = np.unique(numbers).tolist()
    if len(wanted) * 16 < stories.size:
        return {number: decode(stories.term(number)) for number in wanted}
    terms = terms_of(stories, 0, stories.size)
    return {number: decode(terms[number]) for number in wanted}


def _compare(documents: _Documents, fresh: NDArray[np.bool_], stories: Groups) -> None:
    """Join the stories of documents that are nearly the same, one of the two being fresh."""
    buckets = _buckets(documents.sketches(), fresh)
    if not buckets:
        return
    story_of = documents.stories(np.unique(np.concatenate(buckets)))
    _Comparison(documents, fresh, stories, story_of).compare(buckets)


def _buckets(rows: NDArray[np.uint32], fresh: NDArray[np.bool_]) -> list[Integers]:
    """Documents that have a band in common, one of them fresh; each is in as many as they have."""
    found: list[Integers] = []
    seen: set[bytes] = set()
    for band in range(BANDS):
        column = rows[:, band]
        some = _having(column, column[fresh])
        some = some[np.argsort(column[some], kind="stable")]
        values = column[some]
        edges = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1], [True])))
        for i in np.flatnonzero(np.diff(edges) > 1).tolist():
            bucket = some[edges[i] : edges[i + 1]]
            if fresh[bucket].any() and (name := bucket.tobytes()) not in seen:
                seen.add(name)
                found.append(bucket)
    return found


def _having(column: NDArray[np.uint32], wanted: NDArray[np.uint32]) -> Integers:
    """Where a column has one of these bands, 0 apart; perhaps more places, where they are many."""
    if len(wanted) * _MANY > len(column):
        return np.flatnonzero(column)
    wanted = np.unique(wanted[wanted > 0])
    likely = np.zeros(1 << _BITS, np.bool_)
    likely[wanted & (1 << _BITS) - 1] = True
    some = np.flatnonzero(likely[column & (1 << _BITS) - 1])
    return some[np.isin(column[some], wanted)]


class _Comparison:
    """Compares what may be alike."""

    def __init__(
        self,
        documents: _Documents,
        fresh: NDArray[np.bool_],
        stories: Groups,
        story_of: dict[int, str],
    ) -> None:
        self._documents, self._fresh = documents, fresh
        self._stories, self._story_of = stories, story_of

    def compare(self, buckets: Sequence[Integers]) -> None:
        """The members of each bucket with one another. Bodies are read for many buckets at once,
        those of a large one some at a time."""
        waiting: list[list[int]] = []
        held: set[int] = set()
        for members in (bucket.tolist() for bucket in buckets):
            if len({self._stories.top(self._story_of[one]) for one in members}) == 1:
                continue
            if len(members) > _TOGETHER:
                self._bucket(map(self._documents.bodies, _batched(members, _TOGETHER)))
                continue
            waiting.append(members)
            held.update(members)
            if len(held) > _TOGETHER:
                self._waiting(waiting, held)
        self._waiting(waiting, held)

    def _waiting(self, waiting: list[list[int]], held: set[int]) -> None:
        """Compare the members of buckets that waited, `held` in all."""
        bodies = self._documents.bodies(sorted(held)) if held else {}
        for members in waiting:
            self._bucket([{one: bodies[one] for one in members if one in bodies}])
        waiting.clear()
        held.clear()

    def _bucket(self, parts: Iterable[Mapping[int, _Body]]) -> None:
        """Each with those before it; one that is another in all that counts stands for it, too."""
        different = _Different()
        seen: set[tuple[str, Telling, bytes]] = set()
        for part in parts:
            for document, mine in part.items():
                for other in different.likely(mine.shingles):
                    self._join(document, mine, *other)
                name = mine.kind, mine.telling, mine.shingles.tobytes()
                if name not in seen:
                    seen.add(name)
                    different.add(document, mine)

    def _join(self, document: int, mine: _Body, other: int, theirs: _Body) -> None:
        one, two = self._story_of[document], self._story_of[other]
        if self._stories.top(one) == self._stories.top(two):
            return
        if not (self._fresh[document] or self._fresh[other]) or mine.kind != theirs.kind:
            return
        least = least_alike(mine.telling, theirs.telling, ALIKE)
        if least <= 1 and _jaccard(mine.shingles, theirs.shingles) >= least:
            self._stories.join(one, two)


class _Different:
    """Bodies that are all different, among which likely ones are found by a table of bits: where
    thousands begin with what their site says, nearly all pairs are not compared further."""

    def __init__(self) -> None:
        self._bodies: list[tuple[int, _Body]] = []
        self._starts: Growing[np.int64] = Growing(np.int64)
        self._low_bits: Growing[np.uint16] = Growing(np.uint16)

    def add(self, document: int, body: _Body) -> None:
        self._bodies.append((document, body))
        self._starts.extend([len(self._low_bits)])
        self._low_bits.extend(body.shingles.astype(np.uint16))

    def likely(self, shingles: NDArray[np.uint64]) -> list[tuple[int, _Body]]:
        """Those that may have enough in common with a sorted set, and all that have."""
        if not self._bodies:
            return []
        table = np.zeros(1 << _BITS, np.uint8)
        table[shingles.astype(np.uint16)] = 1
        starts = self._starts.values
        both = np.add.reduceat(table[self._low_bits.values], starts, dtype=np.int64)
        sizes = np.diff(starts, append=len(self._low_bits))
        enough = both >= ALIKE * (sizes + len(shingles) - both)  # `both` is never too small
        return [self._bodies[i] for i in np.flatnonzero(enough).tolist()]


def _jaccard(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    """How much two sorted sets have in common; 0 where their sizes say that it is too little."""
    if min(len(one), len(other)) < ALIKE * max(len(one), len(other)):
        return 0.0
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both)


def _batched(members: Sequence[int], size: int) -> Iterator[list[int]]:
    left = iter(members)
    while some := list(islice(left, size)):
        yield some
