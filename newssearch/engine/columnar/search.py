"""Queries as arrays: a tree in terms to documents with scores, ordered and cut.

In: an `Archive`, a tree, a `Search`. Out: `Ordered` and the scores of what it holds; used by
`snapshot`. The oracle is `engine.evaluate` and `engine.order`, which do the same one document at a
time: results are equal, whichever answers.

    leaf      `matches`: documents and scores
    any of    `summed`: scores added up in rows over all documents; short lists are merged
    all of    the documents of the shortest, looked up in the others
    else      two rows over all documents: does it match, and its score
    order     `ranked`
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

import numpy as np

from newssearch.arrays.spans import each_once
from newssearch.engine.base import Count, Search
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.conditions import Conditions
from newssearch.engine.columnar.counting import Counting
from newssearch.engine.columnar.matched import Floats, Integers, Mask, Matched
from newssearch.engine.columnar.matches import Leaf, Matches
from newssearch.engine.columnar.ranked import Ranking
from newssearch.engine.columnar.story_numbers import StoryNumbers
from newssearch.engine.columnar.summed import Scored, Summed
from newssearch.engine.order import Ordered
from newssearch.syntax.nodes import And, AtLeast, Everything, Filter, Match, Near, Node, Not, Or

#: Lists that hold fewer than one in so many documents are merged; others are summed in a row, and
#: so are all where there are few documents: filling a row takes a fifth of a nanosecond for each.
_SHORT, _FEW = 16, 100_000

#: Where one in so many documents or more is looked for in a list, a row of the list is made first.
_SOUGHT = 500


class ArraySearch:
    """Searches one generation; keeps what it has decoded. Not for several threads at a time."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._matches = Matches(archive)
        self._stories = StoryNumbers(archive)
        self._conditions = Conditions(archive, self._stories, self._matches.live)
        self._ranking = Ranking(archive, self._stories)
        self._counting = Counting(archive, self._stories)
        for segment in archive.segments:
            for name in ("id", "story", "date", "path"):
                segment.column(name)  # whole: `value` is then an index, not a read

    def ordered(self, tree: Node, search: Search) -> tuple[Ordered, dict[int, float]]:
        """The asked-for documents in order, with their scores."""
        return self._ranking.ordered(self._evaluate(tree), search)

    def matching(self, tree: Node) -> Integers:
        """The documents that match a tree in terms, ascending."""
        return self._evaluate(tree).listed()

    def counts(self, tree: Node, fields: Sequence[str]) -> dict[str, dict[str, Count]]:
        """As `Snapshot.counts`, of a tree in terms."""
        return self._counting.counts(self.matching(tree), fields)

    def of_story(self, story: str) -> list[int]:
        """A story's documents."""
        return self._stories.of_story(story)

    def _evaluate(self, node: Node) -> Scored:
        """The documents that match a tree, with their scores."""
        match node:
            case Match() | Near() | AtLeast():
                return self._matches.matched(node)
            case Or(children) if _are_leaves(children):
                return self._any([self._matches.matched(child) for child in children])
            case And(children):
                return self._all(children)
            case _:
                return _listed(*self._rows(node))

    def _any(self, parts: Sequence[Matched]) -> Scored:
        """The union; scores are added in the query's order."""
        parts = [part for part in parts if part.size] or parts[:1]
        if len(parts) == 1:
            return parts[0]
        size = self._archive.documents
        if size > _FEW and sum(part.size for part in parts) * _SHORT < size:
            documents = each_once([part.listed() for part in parts])
            scores = np.zeros(len(documents))
            for part in parts:
                scores[documents.searchsorted(part.listed())] += part.values()
            return Matched(documents, scores)
        return Summed.of(parts, size)

    def _all(self, children: Sequence[Node]) -> Scored:
        """The intersection; scores are added in the query's order."""
        scored: list[Scored] = []
        masks: list[Mask] = []
        for child in children:
            match child:
                case Everything():
                    pass
                case Filter():
                    masks.append(self._conditions.holding(child))
                case Not(Filter() as condition):
                    masks.append(self._conditions.failing(condition))
                case Not():
                    masks.append(self._rows(child)[0])
                case _:
                    scored.append(self._evaluate(child))
        if not scored:
            return _listed(self._mask(masks), None)
        found = self._intersection(scored)
        for mask in masks:
            found = found.where(mask)
        return found

    def _intersection(self, parts: Sequence[Scored]) -> Scored:
        """Short lists narrow down the shortest; rows of scores are looked up once, at the end."""
        if len(parts) == 1:
            return parts[0]
        shortest, *others = sorted(parts, key=lambda part: part.size)
        documents = shortest.listed()
        for part in others:
            if isinstance(part, Summed) or part.row is None:
                documents = documents[self._held(part, documents)]
        total = np.zeros(len(documents))
        least: Floats | None = None  # score in the parts that have rows
        for part in parts:
            scores = part.at(documents)
            total += scores
            if isinstance(part, Matched) and part.row is not None:
                least = scores if least is None else np.minimum(least, scores, out=least)
        if least is not None:
            kept = least.nonzero()[0]
            if len(kept) < len(documents):
                documents, total = documents[kept], total[kept]
        return Matched(documents, total)

    def _held(self, part: Scored, documents: Integers) -> Mask:
        """Which of these documents are in a part without a row."""
        size = self._archive.documents
        if isinstance(part, Summed) or len(documents) * _SOUGHT < size:
            return part.holds(documents)
        row = np.zeros(size, np.bool_)
        row[part.listed()] = True
        return row[documents]

    def _mask(self, masks: Sequence[Mask]) -> Mask:
        if not masks:
            return self._conditions.everything
        found = masks[0]
        for mask in masks[1:]:
            found = found & mask
        return found

    def _rows(self, node: Node) -> tuple[Mask, Floats | None]:
        """Any tree: which documents match, and their scores; None where nothing scores."""
        match node:
            case Filter():
                return self._conditions.holding(node), None
            case Everything():
                return self._conditions.everything, None
            case Not(child):
                return self._conditions.everything & ~self._rows(child)[0], None
            case And(children):
                found = self._conditions.everything
                score = None
                for child in children:
                    mask, part = self._rows(child)
                    found = found & mask
                    score = _added(score, part)
                return found, None if score is None else score * found
            case Or(children):
                found, score = np.zeros(self._archive.documents, np.bool_), None
                for child in children:
                    mask, part = self._rows(child)
                    found |= mask
                    score = _added(score, part)
                return found, score
            case Match() | Near() | AtLeast():
                matched = self._matches.matched(node)
                row = np.zeros(self._archive.documents)
                row[matched.listed()] = matched.values()
                return row > 0, row
            case _:
                raise TypeError(f"{node} is not in terms")


def _are_leaves(nodes: Sequence[Node]) -> TypeGuard[Sequence[Leaf]]:
    return all(isinstance(node, Leaf) for node in nodes)


def _added(one: Floats | None, other: Floats | None) -> Floats | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _listed(mask: Mask, scores: Floats | None) -> Matched:
    documents = np.flatnonzero(mask)
    return Matched(documents, np.zeros(len(documents)) if scores is None else scores[documents])
