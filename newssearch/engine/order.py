"""Scored documents to an answer: collapsed to stories, sorted, cut.

In: {document: score}, and `Facts` about documents, which an engine provides. Out: documents in
their order, and counts; used by the engines, by `columnar.ranked` for the few that can be on the
page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest, nsmallest
from typing import Any, NamedTuple, Protocol

from newssearch.engine.base import Search
from newssearch.options import Sort

#: Scores closer than this are a tie: the order in which floats were summed must not show.
SCORE_DIGITS = 9

#: Sort.RECENT takes scores for equal that are in the same one of so many parts of the best score.
BANDS = 10


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


class Ordered(NamedTuple):
    """The asked-for documents in order, and how many documents and stories there are in all."""

    documents: list[int]
    total: int
    total_stories: int


def order(scores: Mapping[int, float], search: Search, facts: Facts) -> Ordered:
    """Collapse, sort, cut and count."""
    groups = _stories(list(scores), facts)
    chosen = list(scores)
    if search.collapse:
        chosen = _shown(groups.values(), scores, search, facts)
    return Ordered(_arranged(chosen, scores, search, facts), len(scores), len(groups))


def arrange(scores: Mapping[int, float], search: Search, facts: Facts) -> list[int]:
    """The same without the counts, for an engine that has them, and knows which documents can be
    among those asked for."""
    chosen = list(scores)
    if search.collapse:
        chosen = _shown(_stories(chosen, facts).values(), scores, search, facts)
    return _arranged(chosen, scores, search, facts)


def _stories(documents: list[int], facts: Facts) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for document, story in zip(documents, facts.stories(documents), strict=True):
        groups.setdefault(story, []).append(document)
    return groups


def _shown(
    groups: Iterable[list[int]], scores: Mapping[int, float], search: Search, facts: Facts
) -> list[int]:
    """Of each story the member to show."""
    return [
        members[0] if len(members) == 1 else _best(members, scores, search, facts)
        for members in groups
    ]


def _arranged(
    chosen: list[int], scores: Mapping[int, float], search: Search, facts: Facts
) -> list[int]:
    """Sorted and cut."""
    wanted = None if search.limit is None else search.offset + search.limit
    if search.sort is Sort.RELEVANCE:
        ranked = _by_score(chosen, scores, wanted, facts)
    else:
        key = _sort_key({document: scores[document] for document in chosen}, search.sort, facts)
        ranked = sorted(chosen, key=key) if wanted is None else nsmallest(wanted, chosen, key=key)
    return ranked[search.offset :]


def _by_score(
    chosen: list[int], scores: Mapping[int, float], wanted: int | None, facts: Facts
) -> list[int]:
    """The best in front. Only ties are asked for their dates and paths."""
    rounded = {document: round(scores[document], SCORE_DIGITS) for document in chosen}
    if wanted is not None and len(chosen) > 4 * wanted:
        best = nlargest(wanted, rounded.values())
        floor = best[-1] if best else 0.0
        chosen = [document for document in chosen if rounded[document] >= floor]
    ranked: list[int] = []
    ties: list[int] = []
    for document in sorted(chosen, key=rounded.__getitem__, reverse=True):
        if ties and rounded[document] != rounded[ties[0]]:
            ranked += _untied(ties, facts)
            ties = []
            if wanted is not None and len(ranked) >= wanted:
                break
        ties.append(document)
    return (ranked + _untied(ties, facts))[:wanted]


def _untied(ties: list[int], facts: Facts) -> list[int]:
    """Documents of one score: the newest in front, then by path."""
    if len(ties) > 1:
        ties.sort(key=lambda document: (-facts.date_key(document), facts.path(document)))
    return ties


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

    def newest(document: int) -> tuple[Any, ...]:
        return -facts.date_key(document), score(document), facts.path(document)

    def oldest(document: int) -> tuple[Any, ...]:
        date = facts.date_key(document)
        return date == 0, date, score(document), facts.path(document)

    def title(document: int) -> tuple[Any, ...]:
        return facts.title(document), -facts.date_key(document), facts.path(document)

    def recent(document: int) -> tuple[Any, ...]:
        return -band(-score(document), best), *newest(document)

    best = max(-score(document) for document in scores) if sort is Sort.RECENT and scores else 0.0
    return {
        Sort.NEWEST: newest,
        Sort.OLDEST: oldest,
        Sort.TITLE: title,
        Sort.RECENT: recent,
    }[sort]


def band(score: float, best: float) -> int:
    """Which part of the best score a score is in, from 0; the best is in the last with others."""
    return min(int(BANDS * score / best), BANDS - 1) if best > 0 else 0
