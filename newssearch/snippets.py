"""The passages of an article that show why it matched.

In: an article's clean text, and the query's terms. Out: one or two passages of about 200 characters
in all, with the places to highlight; used by `hits`, for those that are shown.

Passages begin and end at sentences where they can, else at words. An article that matched in its
title or keywords alone shows its beginning.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.scripts import is_cjk
from newssearch.article.model import Paragraph
from newssearch.highlights import merged, without_parts
from newssearch.marks import Mark, Marker
from newssearch.results import Snippet
from newssearch.syntax.nodes import Match

#: Characters of all passages of one article together, about.
BUDGET = 200

#: A sentence that is longer than the budget by so much is still shown whole.
STRETCH = 1.3

#: More marks than these make a passage no better.
ENOUGH = 4

#: The lead is looked for in so many paragraphs: before it may stand the title, captions, labels.
LEADS = 8

#: The first character decides quickly that most places end no sentence.
_SENTENCE_END = re.compile(
    r"[!?….。！？](?:(?<=[。！？])[”’」』）]*|(?<![。！？])(?<!\b[A-Z]\.)"
    r"(?<!\b(?:Mr|Ms|Dr|St|Lt|No)\.)(?<!\b(?:Mrs|Gen|Sen|Rep|Gov|Sgt)\.)"
    r"[\"'”’)\]]*\s+(?![a-z]))"
)
_CLAUSE_END = re.compile(r"[,;:][\"'”’)\]]*\s+|\s[–—-]\s+|[，、；：][”’」』）]*")
_SPACES = re.compile(r"\s+")
_NOT_FIRST = frozenset(" ,;:.!?)]}”’»%–—-，。、；：！？）」』】》…\u3000")
_NOT_LAST = frozenset(" ,;:([{“‘«–—-，、；：（「『【《…\u3000")


class _Window(NamedTuple):
    """Marks of one paragraph that fit into a passage: from `start` to `end` stand the first of
    each of `matches`; `marks` of them are near."""

    paragraph: int
    start: int
    end: int
    matches: frozenset[int]
    marks: int


class _Span(NamedTuple):
    """Where a passage begins and ends in its paragraph."""

    paragraph: int
    start: int
    end: int


def snippets(
    body: Sequence[Paragraph], matches: Sequence[Match], analyzer: Analyzer
) -> tuple[Snippet, ...]:
    """The best passages, in the order of the text."""
    return passages(body, matches, Marker(matches, "body", analyzer))


def passages(
    body: Sequence[Paragraph], matches: Sequence[Match], marker: Marker
) -> tuple[Snippet, ...]:
    """The same, where there is a marker of bodies for these matches."""
    found = without_parts(marker.marks([paragraph.text for paragraph in body]), matches)
    best = _best(body, found, BUDGET, frozenset())
    if best is None:
        return _lead(body)
    spans = [_span(body, best, BUDGET)]
    shown = frozenset(mark.match for mark in _inside(found[best.paragraph], spans[0]))
    if len({mark.match for here in found for mark in here}) > len(shown):
        spans = _two_spans(body, found, best) or spans
    return tuple(_snippet(body[span.paragraph], span, found[span.paragraph]) for span in spans)


def _best(
    body: Sequence[Paragraph], found: Sequence[list[Mark]], size: int, shown: frozenset[int]
) -> _Window | None:
    """The window with the most matches not yet shown; then one in a sentence rather than in a
    caption or heading; then the one with the most marks; then the first."""
    best: _Window | None = None
    most = (-1, False, 0)
    for paragraph, here in enumerate(found):
        if not here:
            continue
        distinct = len({mark.match for mark in here} - shown)
        prose = _is_prose(body[paragraph].text)
        possible = (distinct, prose, min(len(here), ENOUGH))
        if possible <= most:
            continue
        for window in _windows(paragraph, here, size):
            worth = len(window.matches - shown), prose, min(window.marks, ENOUGH)
            if worth > most:
                best, most = window, worth
                if worth == possible:
                    break
    return best


def _windows(paragraph: int, here: list[Mark], size: int) -> Iterator[_Window]:
    """For each mark of a paragraph, the marks from there on that fit into a passage."""
    for i, first in enumerate(here):
        end, count = first.end, 0
        seen: set[int] = set()
        for j in range(i, len(here)):
            mark = here[j]
            if mark.end > first.start + size and j > i:
                break
            count += 1
            if mark.match not in seen:
                seen.add(mark.match)
                end = max(end, mark.end)
        yield _Window(paragraph, first.start, end, frozenset(seen), count)


def _is_prose(text: str) -> bool:
    return len(text) > BUDGET or text.rstrip("\"'”’)」』）")[-1:] in tuple(".!?…。！？")


def _two_spans(
    body: Sequence[Paragraph], found: Sequence[list[Mark]], best: _Window
) -> list[_Span] | None:
    """Two passages of half the length, if the second shows a match that the first does not."""
    if best.end - best.start > BUDGET // 2:
        return None
    first = _span(body, best, BUDGET // 2)
    shown = frozenset(mark.match for mark in _inside(found[first.paragraph], first))
    others = [
        [mark for mark in here if number != first.paragraph or not _overlaps(mark, first)]
        for number, here in enumerate(found)
    ]
    second = _best(body, others, BUDGET // 2, shown)
    if second is None or not second.matches - shown:
        return None
    low, high = 0, len(body[second.paragraph].text)
    if second.paragraph == first.paragraph:
        if second.start < first.start < second.end:
            return None
        low, high = (first.end, high) if second.start >= first.end else (low, first.start)
    other = _span(body, second, BUDGET // 2, low, high)
    return sorted((first, other))


def _overlaps(mark: Mark, span: _Span) -> bool:
    return mark.start < span.end and mark.end > span.start


def _inside(found: Iterable[Mark], span: _Span) -> list[Mark]:
    return [mark for mark in found if span.start <= mark.start and mark.end <= span.end]


def _span(
    body: Sequence[Paragraph], window: _Window, budget: int, low: int = 0, high: int | None = None
) -> _Span:
    """The window with the text around it: whole sentences where they fit, between two limits."""
    text = body[window.paragraph].text
    high = len(text) if high is None else high
    first, last = window.start, window.end
    near = max(low, first - 2 * budget), min(high, last + 2 * budget)
    bounds = [match.end() for match in _SENTENCE_END.finditer(text, *near)]
    bounds = [near[0], *(bound for bound in bounds if near[0] < bound < near[1]), near[1]]
    opening = bisect_right(bounds, first) - 1
    closing = max(bisect_left(bounds, last), opening + 1)
    if bounds[closing] - bounds[opening] <= budget * STRETCH:
        while closing + 1 < len(bounds) and bounds[closing + 1] - bounds[opening] <= budget:
            closing += 1
        while opening and bounds[closing] - bounds[opening - 1] <= budget:
            opening -= 1
        return _Span(window.paragraph, bounds[opening], bounds[closing])
    start, end = bounds[opening], bounds[closing]
    if last - start > budget:
        room = max(0, budget - (last - first))
        start = max(start, end - budget if end - first <= budget else first - room // 2)
        start = _cut_start(text, start, first)
    if end - start > budget:
        end = _cut_end(text, max(last, start + budget), last)
    return _Span(window.paragraph, start, end)


def _cut_start(text: str, place: int, latest: int) -> int:
    """The first place from `place` on, up to `latest`, at which a clause or else a word begins."""
    for pattern in (_CLAUSE_END, _SPACES):
        found = pattern.search(text, max(0, place - 1), latest)
        if found and found.end() <= latest:
            return found.end()
    return place if is_cjk(text[place]) else latest


def _cut_end(text: str, place: int, earliest: int) -> int:
    """The last place up to `place`, not before `earliest`, at which a clause or word ends."""
    if place >= len(text):
        return len(text)
    clauses = [match.end() for match in _CLAUSE_END.finditer(text, earliest, place)]
    if clauses and place - clauses[-1] < BUDGET // 5:
        return clauses[-1]
    spaces = [match.start() for match in _SPACES.finditer(text, earliest, place + 1)]
    if spaces and not is_cjk(text[place]):
        return spaces[-1]
    following = _SPACES.search(text, place, place + BUDGET // 4)
    return following.start() if following and not is_cjk(text[place]) else place


def _lead(body: Sequence[Paragraph]) -> tuple[Snippet, ...]:
    """The article's beginning: its first sentences rather than a heading before them."""
    worded = [number for number, here in enumerate(body) if any(map(str.isalnum, here.text))]
    if not worded:
        return ()
    number = next((n for n in worded[:LEADS] if _is_prose(body[n].text)), worded[0])
    start = _Window(number, 0, 0, frozenset(), 0)
    return (_snippet(body[number], _span(body, start, BUDGET), []),)


def _snippet(paragraph: Paragraph, span: _Span, found: list[Mark]) -> Snippet:
    """A passage as text, with ellipses where a sentence is cut, and its highlights."""
    text, start, end = paragraph.text, span.start, span.end
    inside = _inside(found, span)
    starts = start == 0 or _ends_sentence(text, start)
    ends = end == len(text) or _ends_sentence(text, end)
    first = inside[0].start if inside else end
    last = max((mark.end for mark in inside), default=start)
    while start < first and (text[start].isspace() or (not starts and text[start] in _NOT_FIRST)):
        start += 1
    while end > last and (text[end - 1].isspace() or (not ends and text[end - 1] in _NOT_LAST)):
        end -= 1
    front = "" if starts else "…"
    shift = len(front) - start
    return Snippet(
        front + text[start:end] + ("" if ends else "…"),
        tuple((begin + shift, stop + shift) for begin, stop in merged(inside)),
        paragraph.line,
    )


def _ends_sentence(text: str, place: int) -> bool:
    """Does a sentence end right before this place?"""
    near = _SENTENCE_END.finditer(text, max(0, place - 12), place + 1)
    return any(match.start() < place <= match.end() for match in near)
