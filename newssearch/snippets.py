"""The passages of an article that show why it matched.

In: an article's clean text, and the query's terms. Out: one or two passages of about 200
characters in all, with the places to highlight; used by `query`, for the hits that are shown.

What is marked is what matched: words in every form that shares the term, phrases whole, and
nothing else. Passages begin and end at sentences where they can, else at words. An article that
matched in its title or keywords alone shows its beginning.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from newssearch.analysis.analyzer import Analyzer, Token
from newssearch.analysis.scripts import is_cjk
from newssearch.article.model import Paragraph
from newssearch.results import Snippet
from newssearch.syntax.nodes import Atom, Match

#: Characters of all passages of one article together, about.
BUDGET = 200

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+|[。！？；…][”’」』）]*")
_SPACES = re.compile(r"\s+")


class Mark(NamedTuple):
    """A place that matched; `match` is the number of the query's match that it belongs to."""

    start: int
    end: int
    match: int


class _Window(NamedTuple):
    """Marks of one paragraph that fit into a passage, and how many matches they show."""

    paragraph: int
    marks: tuple[Mark, ...]
    matches: frozenset[int]


def highlights(
    text: str, matches: Sequence[Match], field: str, analyzer: Analyzer
) -> tuple[tuple[int, int], ...]:
    """What matched in a text of this field, as ascending [start, end) offsets."""
    return _merged(marks(text, matches, field, analyzer))


def snippets(
    body: Sequence[Paragraph], matches: Sequence[Match], analyzer: Analyzer
) -> tuple[Snippet, ...]:
    """The best passages, in the order of the text."""
    found = [marks(paragraph.text, matches, "body", analyzer) for paragraph in body]
    windows = [
        window for number, here in enumerate(found) for window in _windows(number, here, BUDGET)
    ]
    if not windows:
        return _lead(body)
    first = _best(windows, frozenset())
    second = _second(windows, first, found)
    if second is None:
        return (_passage(body[first.paragraph], first, found[first.paragraph], BUDGET),)
    ordered = sorted((first, second), key=lambda window: (window.paragraph, window.marks[0].start))
    return tuple(
        _passage(body[window.paragraph], window, found[window.paragraph], BUDGET // 2)
        for window in ordered
    )


def marks(text: str, matches: Sequence[Match], field: str, analyzer: Analyzer) -> list[Mark]:
    """Every place of a text that matched, in order."""
    wanted = [(number, match) for number, match in enumerate(matches) if field in match.fields]
    if not wanted:
        return []
    places: dict[int, list[Token]] = {}
    for token in analyzer.tokens(text):
        places.setdefault(token.position, []).append(token)
    found: set[Mark] = set()
    for number, match in wanted:
        for sequence in match.sequences:
            for position in places:
                found.update(_sequence_marks(sequence, position, places, number))
    return sorted(found)


def _sequence_marks(
    sequence: tuple[Atom, ...], position: int, places: dict[int, list[Token]], number: int
) -> Iterable[Mark]:
    """The marks of a sequence that begins at this position; none where it does not."""
    found: list[Mark] = []
    for atom in sequence:
        for token in places.get(position + atom.offset, ()):
            if _is(atom, token):
                short = atom.prefix and is_cjk(atom.text[0])
                end = token.start + len(atom.text) if short else token.end
                found.append(Mark(token.start, end, number))
                break
        else:
            return ()
    if len(found) > 1:  # a phrase is marked whole
        return (Mark(found[0].start, max(mark.end for mark in found), number),)
    return found


def _is(atom: Atom, token: Token) -> bool:
    if atom.prefix:
        return any(term.startswith(atom.text) for term in token.terms)
    return atom.text in token.terms


def _windows(paragraph: int, found: list[Mark], size: int) -> Iterable[_Window]:
    """For each mark, the marks from there on that fit into a passage."""
    for i, first in enumerate(found):
        inside = [first]
        for mark in found[i + 1 :]:
            if mark.start >= first.start + size:
                break
            if mark.end <= first.start + size:
                inside.append(mark)
        yield _Window(paragraph, tuple(inside), frozenset(mark.match for mark in inside))


def _best(windows: Iterable[_Window], shown: frozenset[int]) -> _Window:
    """The window with the most matches not yet shown; then the most marks; then the first."""
    return max(
        windows,
        key=lambda w: (
            len(w.matches - shown),
            min(len(w.marks), 4),
            -w.paragraph,
            -w.marks[0].start,
        ),
    )


def _second(
    windows: Sequence[_Window], first: _Window, found: Sequence[list[Mark]]
) -> _Window | None:
    """Another window, if it shows a match that the first does not."""
    everything = frozenset(mark.match for here in found for mark in here)
    if everything <= first.matches or first.marks[-1].end - first.marks[0].start > BUDGET // 2:
        return None
    others = [
        window
        for number, here in enumerate(found)
        for window in _windows(number, here, BUDGET // 2)
        if window.paragraph != first.paragraph
    ]
    if not others:
        return None
    second = _best(others, first.matches)
    return second if second.matches - first.matches else None


def _passage(paragraph: Paragraph, window: _Window, found: list[Mark], budget: int) -> Snippet:
    """The window's marks with the text around them."""
    text = paragraph.text
    first, last = window.marks[0].start, max(mark.end for mark in window.marks)
    bounds = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    slack = max(0, budget - (last - first))
    start = bounds[bisect_right(bounds, first) - 1] if first < len(text) else 0
    if first - start > slack * 2 // 3:
        start = _word_start(text, first - slack // 2, first)
    end = max((bound for bound in bounds if last <= bound <= start + budget), default=0)
    if not end or end - start < budget // 2:
        end = _word_end(text, max(last, start + budget), last)
    return _cut(paragraph, start, end, found, whole=end in bounds and start in bounds)


def _lead(body: Sequence[Paragraph]) -> tuple[Snippet, ...]:
    """The article's beginning."""
    for paragraph in body:
        if any(character.isalnum() for character in paragraph.text):
            bounds = [m.end() for m in _SENTENCE_END.finditer(paragraph.text, 0, BUDGET)]
            end = len(paragraph.text)
            if end > BUDGET:
                end = bounds[-1] if bounds and bounds[-1] > BUDGET // 2 else 0
                end = end or _word_end(paragraph.text, BUDGET, 1)
            return (_cut(paragraph, 0, end, [], whole=False),)
    return ()


def _cut(paragraph: Paragraph, start: int, end: int, found: list[Mark], whole: bool) -> Snippet:
    """The text from start to end, with ellipses where a sentence is cut, and its highlights."""
    text = paragraph.text
    while end > start and text[end - 1].isspace():
        end -= 1
    starts = start == 0 or _SENTENCE_END.search(text, max(0, start - 8), start) is not None
    ends = end == len(text) or _SENTENCE_END.match(text[end - 1 : end] + " ") is not None
    front = "" if starts or whole else "…"
    back = "" if ends or whole else "…"
    shift = len(front) - start
    inside = [mark for mark in found if start <= mark.start and mark.end <= end]
    return Snippet(
        front + text[start:end] + back,
        tuple((begin + shift, stop + shift) for begin, stop in _merged(inside)),
        paragraph.line,
    )


def _word_start(text: str, place: int, latest: int) -> int:
    """The first place from `place` on, up to `latest`, at which a word begins."""
    place = max(0, place)
    if place == 0 or is_cjk(text[place]):
        return place
    space = _SPACES.search(text, place - 1, latest)
    return space.end() if space else latest


def _word_end(text: str, place: int, earliest: int) -> int:
    """The last place up to `place`, not before `earliest`, at which a word ends."""
    if place >= len(text):
        return len(text)
    if is_cjk(text[place]):
        return place
    space = max(text.rfind(" ", earliest, place + 1), text.rfind("\u3000", earliest, place + 1))
    if space > 0:
        return space
    following = _SPACES.search(text, earliest)
    near = following is not None and following.start() < earliest + 60
    return following.start() if following and near else max(place, earliest)


def _merged(found: Iterable[Mark]) -> tuple[tuple[int, int], ...]:
    """Places as ascending intervals, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end, _ in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
