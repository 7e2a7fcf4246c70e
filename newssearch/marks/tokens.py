"""A query's matches among the tokens of a text, by the definition.

In: matches, tokens. Out: `Way`s to say them, `Mark`s; used by `Marker`, which has only pieces of
a text analysed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from newssearch.analysis.analyzer import Token
from newssearch.analysis.scripts import CJK_RUN, is_cjk
from newssearch.syntax.nodes import Atom, Expand, Match
from newssearch.syntax.patterns import meant


class Mark(NamedTuple):
    """A place that matched; `match` is the number of the query's match that it belongs to."""

    start: int
    end: int
    match: int


class Way(NamedTuple):
    """One way to say a match; `glued` is it as it stands in a CJK run, empty for all others;
    `meant` says of each atom which terms it stands for."""

    atoms: tuple[Atom, ...]
    match: int
    glued: str
    meant: tuple[Callable[[str], bool], ...]


def ways(matches: Sequence[Match], field: str) -> list[Way]:
    """Every way to say what is asked of a field."""
    return [
        Way(atoms, number, _glued(atoms), tuple(map(meant, atoms)))
        for number, match in enumerate(matches)
        if field in match.fields
        for atoms in match.sequences
    ]


def _glued(atoms: tuple[Atom, ...]) -> str:
    """What a sequence of CJK atoms stands as in a run; empty where that is not one string."""
    first = atoms[0]
    if not all(CJK_RUN.fullmatch(atom.text) for atom in atoms):
        return ""
    if len(atoms) == 1:
        return first.text if len(first.text) == 2 or (first.prefix and len(first.text) == 1) else ""
    glued = first.text
    for atom in atoms[1:]:
        if atom.text[0] != glued[-1] or atom.offset - first.offset != len(glued) - 1:
            return ""
        glued += atom.text[1:]
    pairs = all(len(atom.text) == 2 and not atom.prefix for atom in atoms)
    return glued if pairs else ""


def all_marks(tokens: Iterable[Token], wanted: Sequence[Way]) -> list[Mark]:
    """Every place among tokens that matched, in order."""
    places: dict[int, list[Token]] = {}
    by_term: dict[str, list[int]] = {}
    for token in tokens:
        places.setdefault(token.position, []).append(token)
        for term in token.terms:
            by_term.setdefault(term, []).append(token.position)
    found: set[Mark] = set()
    for way in wanted:
        first = way.atoms[0]
        for position in _positions(first, way.meant[0], by_term):
            found.update(_way_marks(way, position - first.offset, places))
    return sorted(found)


def _positions(
    atom: Atom, stands_for: Callable[[str], bool], by_term: dict[str, list[int]]
) -> Iterable[int]:
    """Where an atom stands."""
    if atom.expand is Expand.NONE:
        return by_term.get(atom.text, ())
    return {
        position
        for term, positions in by_term.items()
        if stands_for(term)
        for position in positions
    }


def _way_marks(way: Way, position: int, places: dict[int, list[Token]]) -> Iterable[Mark]:
    """The marks of what is said in this way, if it begins at this position."""
    found: list[Mark] = []
    number = way.match
    for atom, stands_for in zip(way.atoms, way.meant, strict=True):
        for token in places.get(position + atom.offset, ()):
            if any(map(stands_for, token.terms)):
                short = atom.prefix and is_cjk(atom.text[0])
                end = min(token.end, token.start + len(atom.text)) if short else token.end
                found.append(Mark(token.start, end, number))
                break
        else:
            return ()
    if len(found) > 1:  # a phrase is marked whole
        return (Mark(found[0].start, max(mark.end for mark in found), number),)
    return found
