"""The places of a text that matched a query.

In: a text, the query's matches. Out: marks, and intervals to highlight; used by `snippets` (for the
text) and `hits` (for titles).

What is marked is what matched: words in every form that shares the term, phrases whole, and
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from newssearch.analysis.analyzer import Analyzer, Token
from newssearch.analysis.scripts import is_cjk
from newssearch.syntax.nodes import Atom, Match


class Mark(NamedTuple):
    """A place that matched; `match` is the number of the query's match that it belongs to."""

    start: int
    end: int
    match: int


def highlights(
    text: str, matches: Sequence[Match], field: str, analyzer: Analyzer
) -> tuple[tuple[int, int], ...]:
    """What matched in a text of this field, as ascending [start, end) offsets."""
    (found,) = without_parts([marks(text, matches, field, analyzer)], matches)
    return merged(found)


def marks(text: str, matches: Sequence[Match], field: str, analyzer: Analyzer) -> list[Mark]:
    """Every place of a text that matched, in order."""
    wanted = [(number, match) for number, match in enumerate(matches) if field in match.fields]
    if not wanted:
        return []
    places: dict[int, list[Token]] = {}
    by_term: dict[str, list[int]] = {}
    for token in analyzer.tokens(text):
        places.setdefault(token.position, []).append(token)
        for term in token.terms:
            by_term.setdefault(term, []).append(token.position)
    found: set[Mark] = set()
    for number, match in wanted:
        for sequence in match.sequences:
            for position in _positions(sequence[0], by_term):
                found.update(
                    _sequence_marks(sequence, position - sequence[0].offset, places, number)
                )
    return sorted(found)


def _positions(atom: Atom, by_term: dict[str, list[int]]) -> Iterable[int]:
    """Where an atom stands."""
    if not atom.prefix:
        return by_term.get(atom.text, ())
    return {
        position
        for term, positions in by_term.items()
        if term.startswith(atom.text)
        for position in positions
    }


def _sequence_marks(
    sequence: tuple[Atom, ...], position: int, places: dict[int, list[Token]], number: int
) -> Iterable[Mark]:
    """The marks of a sequence that begins at this position; none where it does not."""
    found: list[Mark] = []
    for atom in sequence:
        for token in places.get(position + atom.offset, ()):
            if _is(atom, token):
                short = atom.prefix and is_cjk(atom.text[0])
                end = min(token.end, token.start + len(atom.text)) if short else token.end
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


def without_parts(found: list[list[Mark]], matches: Sequence[Match]) -> list[list[Mark]]:
    """Where a long CJK run stands whole, its single pairs of characters elsewhere are no match.

    `terms.to_terms` puts the pairs right after the run.
    """
    present = {mark.match for here in found for mark in here}
    dropped: set[int] = set()
    for number in present:
        whole = {atom.text for atom in matches[number].sequences[-1]}
        part = number + 1
        while len(whole) > 1 and part < len(matches) and _is_part(matches[part], whole):
            dropped.add(part)
            part += 1
    return [[mark for mark in here if mark.match not in dropped] for here in found]


def _is_part(match: Match, whole: set[str]) -> bool:
    ((atom, *others), *ways) = match.sequences
    return not others and not ways and atom.text in whole and is_cjk(atom.text[0])


def merged(found: Iterable[Mark]) -> tuple[tuple[int, int], ...]:
    """Places as ascending intervals, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end, _ in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
