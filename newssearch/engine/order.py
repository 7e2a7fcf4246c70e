"""Scored documents to an answer: collapsed to stories, sorted, cut.

In: {document: score}, and `Facts` about documents, which an engine provides. Out: documents in
their order, and counts; used by the Whoosh engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from typing import Any, Protocol

from newssearch.engine.base import Search
from newssearch.options import Sort

#: Scores closer than this are a tie: the order in which floats were summed must not show.
SCORE_DIGITS = 9


class Facts(Protocol):
    """What an engine knows of its documents, by document number."""

    def stories(self, documents: Sequence[int]) -> Sequence[str]:
        """The story keys of these documents, in their order."""

    def date_key(self, document: int) -> int:
        """YYYYMMDDhhmmss; 0 where undated."""

    def path(self, document: int) -> str: ...

    def title(self, document: int) -> str:
        """The title as it sorts: folded."""

    def lang(self, document: int) -> str: ...

    def is_digest(self, document: int) -> bool: ...


@dataclass(frozen=True, slots=True)
class Ordered:
    """The asked-for documents in order, and how many documents and stories there are in all."""

    documents: list[int]
    total: int
    total_stories: int


def order(scores: Mapping[int, float], search: Search, facts: Facts) -> Ordered:
    """Collapse, sort and cut."""
    found = list(scores)
    groups: dict[str, list[int]] = {}
    for document, story in zip(found, facts.stories(found), strict=True):
        groups.setdefault(story, []).append(document)
    if search.collapse:
        chosen = [
            members[0] if len(members) == 1 else _best(members, scores, search, facts)
            for members in groups.values()
        ]
    else:
        chosen = found
    key = _sort_key(scores, search.sort, facts)
    if search.limit is None:
        ranked = sorted(chosen, key=key)
    else:
        wanted = search.offset + search.limit
        if search.sort is Sort.RELEVANCE:
            chosen = _top(chosen, scores, wanted)
        ranked = nsmallest(wanted, chosen, key=key)
    return Ordered(ranked[search.offset :], len(scores), len(groups))


def _top(documents: list[int], scores: Mapping[int, float], wanted: int) -> list[int]:
    """Those with a score among the `wanted` best: only they need a date and a path to be sorted."""
    best = nlargest(wanted, (scores[document] for document in documents))
    if len(best) < wanted or not best:
        return documents
    floor = round(best[-1], SCORE_DIGITS)
    return [document for document in documents if round(scores[document], SCORE_DIGITS) >= floor]


def _best(members: list[int], scores: Mapping[int, float], search: Search, facts: Facts) -> int:
    """A story's member to show: full articles first, then the score, then the query's script."""
    full = [document for document in members if not facts.is_digest(document)] or members
    best = max(round(scores[document], SCORE_DIGITS) for document in full)
    tied = [document for document in full if round(scores[document], SCORE_DIGITS) == best]
    if len(tied) == 1:
        return tied[0]

    def key(document: int) -> tuple[Any, ...]:
        foreign = facts.lang(document) in search.foreign
        return foreign, -facts.date_key(document), facts.path(document)

    return min(tied, key=key)


def _sort_key(scores: Mapping[int, float], sort: Sort, facts: Facts) -> Any:
    """A function of a document to what it sorts by, the first in front."""

    def score(document: int) -> float:
        return -round(scores[document], SCORE_DIGITS)

    def relevance(document: int) -> tuple[Any, ...]:
        return score(document), -facts.date_key(document), facts.path(document)

    def newest(document: int) -> tuple[Any, ...]:
        return -facts.date_key(document), score(document), facts.path(document)

    def oldest(document: int) -> tuple[Any, ...]:
        date = facts.date_key(document)
        return date == 0, date, score(document), facts.path(document)

    def title(document: int) -> tuple[Any, ...]:
        return facts.title(document), -facts.date_key(document), facts.path(document)

    return {
        Sort.RELEVANCE: relevance,
        Sort.NEWEST: newest,
        Sort.OLDEST: oldest,
        Sort.TITLE: title,
    }[sort]
