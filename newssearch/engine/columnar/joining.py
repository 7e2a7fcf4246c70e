"""Which stories are one, by nearly identical bodies: `engine.alike` with sketches instead of sets.

In: the segments of a generation that is being made, and the stories that were joined in the one
before. Out: the stories that are joined now; used by `writer`, before it merges.

    fresh documents      those that are new, and all of a joined story that has lost one
    buckets              documents that have a band of their sketches in common with a fresh one
    joined               members of a bucket that are of different stories, and whose shingles are
                         compared: of a small one by `comparison`, of a large one by `crowds`

So a commit costs what is new in it, but for one look at the column of sketches, which takes some
ten milliseconds for a million documents. Whatever was compared before is not compared again: the
stories are the same whether articles came one by one or all at once.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.batches import BatchAnalyzer
from newssearch.arrays.sketches import BANDS
from newssearch.arrays.spans import each_once
from newssearch.engine.alike import Groups, compared_as
from newssearch.engine.columnar.bulk import list_of, sketches_of, terms_of
from newssearch.engine.columnar.compaction import Live
from newssearch.engine.columnar.comparison import FEW, Candidates, Comparison, Head
from newssearch.engine.columnar.crowds import Crowds
from newssearch.engine.columnar.segment import decode
from newssearch.engine.columnar.sketching import body_shingles
from newssearch.engine.columnar.stored import Codec, Stored
from newssearch.engine.names import encode_name
from newssearch.engine.telling import telling

Integers = NDArray[np.int64]
Numbers = NDArray[np.uint64]

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

    @property
    def folder(self) -> Path:
        """Where the segments are."""
        return self._lives[0].segment.file.path.parent

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

    def heads(self, documents: Sequence[int]) -> list[Head]:
        """What is known of each without its body."""
        found: list[Head] = []
        for document in documents:
            stored, number = self._place(document)
            article = stored.head(number).article
            found.append(Head(compared_as(article), telling(article, self._analyzer)))
        return found

    def shingles(self, documents: Sequence[int], kinds: Sequence[str]) -> dict[int, Numbers]:
        """The different shingles, sorted, of those of these that are compared, `kinds` as what."""
        texts: list[Sequence[str]] = []
        for document in documents:
            stored, number = self._place(document)
            body = [text for _, text in json.loads(stored.line("bodies", number))]
            texts += ((), (), body)
        self._batches.reset()
        analysed = self._batches.analyse(texts)
        chosen, values, edges = body_shingles(analysed, self._batches.forms, kinds)
        return {
            documents[i]: _different(values[begin:end])
            for i, begin, end in zip(
                chosen.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True
            )
        }

    def _place(self, document: int) -> tuple[Stored, int]:
        """A document's segment, and its number there."""
        part = bisect_right(self.bases, document) - 1
        return self._stored[part], document - self.bases[part]


def _different(values: Numbers) -> Numbers:
    """The different ones, sorted; NumPy's `unique` hashes, which takes longer."""
    values = np.sort(values)
    fresh = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    return values[fresh]


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
    sketches = documents.sketches()
    buckets = _buckets(sketches, fresh)
    if not buckets:
        return
    story_of = documents.stories(each_once([np.sort(np.concatenate(buckets))]))
    candidates = Candidates(documents, sketches, fresh, story_of, stories)
    comparison, crowds = Comparison(candidates), Crowds(candidates, documents.folder)
    try:
        for members in (bucket.tolist() for bucket in buckets):
            if len({candidates.top(one) for one in members}) == 1:
                continue
            if len(members) > FEW:
                crowds.add(members)
            else:
                comparison.add(members)
        comparison.close()
        crowds.close()
    finally:
        crowds.abandon()


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
