"""Matched documents to an answer: collapsed to stories, sorted, cut.

In: `Matched`, a `Search`. Out: `Ordered` and the scores of what it holds; used by `search`. Arrays
find the few documents that can be on the page; `engine.order`, which says what the order is, then
orders these.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays.topk import kth_best
from newssearch.article.model import Kind
from newssearch.engine.base import Search
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.matched import Floats, Integers, Matched
from newssearch.engine.columnar.story_numbers import StoryNumbers
from newssearch.engine.columnar.summed import Scored, Summed
from newssearch.engine.order import BANDS, SCORE_DIGITS, Ordered, arrange
from newssearch.options import Sort

#: Scores that are as near as this may be a tie.
_NEAR = 10.0**-SCORE_DIGITS

#: So many documents are sorted as they are, however few are wanted.
_FEW = 64

#: With a page's stories, so many times as many documents are looked at first.
_MEMBERS = 4


class Ranking:
    """Orders what was found in one generation."""

    def __init__(self, archive: Archive, stories: StoryNumbers) -> None:
        self._archive, self._stories = archive, stories

    def ordered(self, found: Scored, search: Search) -> tuple[Ordered, dict[int, float]]:
        """The asked-for documents in order, and the scores of these at least."""
        total = found.count()
        wanted = None if search.limit is None else search.offset + search.limit
        total_stories = self._count_stories(found) if search.count_stories else 0
        if wanted == 0:
            return Ordered([], total, total_stories), {}
        if search.sort is Sort.RELEVANCE and wanted is not None:
            if search.collapse:
                scores = self._best_stories(found, wanted)
            else:
                untied, scores = _ranked(found, wanted)
                if untied is not None:
                    return Ordered(untied[search.offset :], total, total_stories), scores
        else:
            scores = self._all(found, search, wanted)
        return Ordered(arrange(scores, search, self._archive), total, total_stories), scores

    # -- stories --------------------------------------------------------------------------

    @cached_property
    def _digests(self) -> NDArray[np.bool_] | None:
        """Which documents are digests' entries; None where there are none."""
        entries = self._archive.named("kind", Kind.DIGEST.value)
        if not entries:
            return None
        mask = np.zeros(self._archive.documents, np.bool_)
        mask[entries] = True
        return mask

    def _count_stories(self, found: Scored) -> int:
        stories, count = self._stories.of_document, self._stories.count
        seen = np.zeros(count, np.bool_)
        seen[stories[found.listed()]] = True
        return int(np.count_nonzero(seen))

    def _shown(self, found: Scored) -> Scored:
        """Without digests' entries whose story has a full article among the found."""
        if self._digests is None:
            return found
        documents = found.listed()
        entry = self._digests[documents]
        if not entry.any():
            return found
        stories, count = self._stories.of_document, self._stories.count
        full = np.zeros(count, np.bool_)
        full[stories[documents[~entry]]] = True
        kept = ~(entry & full[stories[documents]])
        return Matched(documents[kept], found.values()[kept])

    def _best_stories(self, found: Scored, wanted: int) -> dict[int, float]:
        """All documents of which one can be the shown member of one of the best stories."""
        shown = self._shown(found)
        stories = self._stories.of_document
        look = _MEMBERS * wanted
        while True:
            documents, scores = _best(shown, look)
            if len(documents) == shown.count():
                return _scored(documents, scores)
            by = scores.argsort()[::-1]
            seen: set[int] = set()
            for story, score in zip(
                stories[documents[by]].tolist(), scores[by].tolist(), strict=True
            ):
                seen.add(story)
                if len(seen) == wanted:  # whatever is as good as its best may be on the page
                    kept = scores >= score - 2 * _NEAR
                    return _scored(documents[kept], scores[kept])
            look *= _MEMBERS

    # -- other orders ---------------------------------------------------------------------

    def _all(self, found: Scored, search: Search, wanted: int | None) -> dict[int, float]:
        """What can be on the page where it is not the best scores that decide."""
        documents, scores = found.listed(), found.values()
        if search.collapse:
            documents, scores = self._members(found, search)
        if wanted is not None and search.sort is not Sort.TITLE:
            keys = self._sorted_by(documents, scores, search.sort)
            one_each = keys
            if search.collapse:  # members that tie have one date and one score
                _, first = np.unique(self._stories.of_document[documents], return_index=True)
                one_each = keys[first]
            if len(one_each) > wanted:
                place = len(one_each) - wanted
                kept = keys >= np.partition(one_each, place)[place]
                documents, scores = documents[kept], scores[kept]
        return _scored(documents, scores)

    def _sorted_by(self, documents: Integers, scores: Floats, sort: Sort) -> Integers | Floats:
        """What an order begins with, for each document: the greatest in front."""
        if sort is Sort.RELEVANCE:
            return np.round(scores, SCORE_DIGITS)
        if sort is Sort.RECENT:
            return _bands(np.round(scores, SCORE_DIGITS))
        dates = self._dates[documents]
        if sort is Sort.OLDEST:
            return -np.where(dates == 0, np.iinfo(np.int64).max, dates)
        return dates

    @cached_property
    def _dates(self) -> Integers:
        parts = [np.asarray(segment.column("date")) for segment in self._archive.segments]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def _members(self, found: Scored, search: Search) -> tuple[Integers, Floats]:
        """Of each story the members that can be the one to show: one, or those that tie."""
        shown = self._shown(found)
        documents, scores = shown.listed(), np.round(shown.values(), SCORE_DIGITS)
        stories = self._stories.of_document[documents]
        foreign = np.zeros(len(documents), np.bool_)
        if search.foreign:
            foreign = self._in_languages(search.foreign)[documents]
        dates = self._dates[documents]
        by = np.lexsort((-dates, foreign, -scores, stories))
        keys = (stories[by], scores[by], foreign[by], dates[by])
        same_story = np.concatenate(([False], keys[0][1:] == keys[0][:-1]))
        first = np.maximum.accumulate(np.where(same_story, 0, np.arange(len(by))))
        kept = np.logical_and.reduce([key == key[first] for key in keys])
        chosen = np.sort(by[kept])
        return documents[chosen], shown.values()[chosen]

    def _in_languages(self, languages: tuple[str, ...]) -> NDArray[np.bool_]:
        parts = [np.zeros(0, np.bool_)]
        for segment in self._archive.segments:
            table = np.array([lang in languages for lang in segment.tables["lang"]], np.bool_)
            parts.append(table[np.asarray(segment.column("lang"))])
        return np.concatenate(parts)


def _bands(scores: Floats) -> Integers:
    """`order.band` of each score."""
    best = scores.max(initial=0.0)
    bands = BANDS * scores / best if best > 0 else np.zeros(len(scores))
    return np.minimum(bands.astype(np.int64), BANDS - 1)


def _best(found: Scored, wanted: int) -> tuple[Integers, Floats]:
    """The documents with a score among the `wanted` best, ties and near ties too."""
    if isinstance(found, Summed):
        documents, scores = found.near_best(wanted)
    elif found.documents is None:
        assert found.row is not None
        floor = kth_best(found.row, wanted)
        documents = np.flatnonzero(found.row >= max(floor - _NEAR, 5e-324))
        scores = found.row[documents]
    else:
        documents, scores = found.documents, found.values()
    if len(documents) > max(wanted, _FEW):
        floor = kth_best(scores, wanted) - _NEAR
        kept = scores >= floor
        documents, scores = documents[kept], scores[kept]
    return documents, scores


def _ranked(found: Scored, wanted: int) -> tuple[list[int] | None, dict[int, float]]:
    """The `wanted` best in their order, None where some are so near that more must be asked; and
    the scores of all that are among the best."""
    if isinstance(found, Matched) and found.best is not None and found.best[0] == wanted:
        return found.best[1:]
    documents, scores = _best(found, wanted)
    pairs = sorted(zip(scores.tolist(), documents.tolist(), strict=True), reverse=True)
    last = math.inf
    for score, _ in pairs[: wanted + 1]:
        if last - score <= _NEAR:
            return None, {document: score for score, document in pairs}
        last = score
    best = {document: score for score, document in pairs[:wanted]}
    if isinstance(found, Matched):
        found.best = wanted, list(best), best
    return list(best), best


def _scored(documents: Integers, scores: Floats) -> dict[int, float]:
    return dict(zip(documents.tolist(), scores.tolist(), strict=True))
