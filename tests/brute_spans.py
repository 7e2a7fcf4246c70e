"""Where words occur in one field of one article, and what is near what: every pair is looked at.

In: a field's texts, a tree in terms. Out: spans, (start, end) in positions, the end not in them;
used by `brute_force`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import product

from newssearch.analysis.analyzer import PARAGRAPH_GAP, Analyzer
from newssearch.analysis.scripts import is_cjk
from newssearch.analysis.sentences import sentence_starts
from newssearch.syntax.nodes import (
    LEAD_WORDS,
    Atom,
    Expand,
    Match,
    Near,
    Node,
    Or,
    Unit,
)

Span = tuple[int, int]


class Field:
    """One field of one article: at each position its terms, its sentence and its paragraph (none
    between paragraphs)."""

    def __init__(self, name: str, parts: Iterable[str], analyzer: Analyzer) -> None:
        self.name = name
        self.terms: list[set[str]] = []
        self.formless: list[set[str]] = []  # those that no unstemmed form goes with, CJK apart
        self.sentences: list[tuple[int, int] | None] = []
        self.paragraphs: list[int | None] = []
        self.length = 0
        for number, part in enumerate(parts):
            tokens = analyzer.tokens(part)
            size = max((token.position for token in tokens), default=-1) + 1
            here: list[set[str]] = [set() for _ in range(size)]
            formless: list[set[str]] = [set() for _ in range(size)]
            place = [0] * size
            for token in tokens:
                if len(token.terms) == 1 and not is_cjk(token.terms[0][0]):
                    formless[token.position].add(token.terms[0])
                here[token.position] |= set(token.terms)
                place[token.position] = token.start
            begins = sentence_starts(part)
            self.terms += here + [set() for _ in range(PARAGRAPH_GAP)]
            self.formless += formless + [set() for _ in range(PARAGRAPH_GAP)]
            self.sentences += [(number, sum(b <= at for b in begins)) for at in place]
            self.sentences += [None] * PARAGRAPH_GAP
            self.paragraphs += [number] * size + [None] * PARAGRAPH_GAP
            self.length += size

    def has(self, atom: Atom, position: int) -> bool:
        if not 0 <= position < len(self.terms):
            return False
        return any(means(atom, term) for term in self.possible(atom)[position])

    def possible(self, atom: Atom) -> list[set[str]]:
        """At each position the terms that an atom may stand for: a pattern or a misspelt word for
        unstemmed forms, and for what has none."""
        spelt = atom.expand in (Expand.NONE, Expand.PREFIX) or atom.text[:1] == "="
        return self.terms if spelt else self.formless

    def begins(self, sequence: tuple[Atom, ...]) -> set[int]:
        return {
            start
            for start in range(len(self.terms))
            if all(self.has(atom, start + atom.offset) for atom in sequence)
        }

    def shares(self, unit: Unit, one: Span, other: Span) -> bool:
        """Are both whole in the same sentence, or paragraph?"""
        of = self.sentences if unit is Unit.SENTENCE else self.paragraphs
        return len({of[place] for start, end in (one, other) for place in range(start, end)}) == 1


def starts(node: Node, field: Field) -> set[int]:
    """The different places at which a span node begins in a field."""
    return {start for start, _ in spans(node, field)}


def spans(node: Node, field: Field) -> set[Span]:
    """Where a span node occurs in a field."""
    match node:
        case Match():
            return _match(node, field)
        case Or(children):
            return set().union(*(spans(child, field) for child in children))
        case Near(parts) if len(parts) == 2:
            return _pairs(node, field)
        case Near(parts, slack, Unit.WORDS, False):
            return _windows([spans(part, field) for part in parts], list(parts), slack)
        case _:
            raise AssertionError(node)


def _match(node: Match, field: Field) -> set[Span]:
    if field.name not in node.fields or (node.lead and field.name == "keywords"):
        return set()
    return {
        (start, start + max(atom.offset for atom in way) + 1)
        for way in node.sequences
        for start in field.begins(way)
        if not node.lead or field.name == "title" or start < LEAD_WORDS
    }


def _pairs(node: Near, field: Field) -> set[Span]:
    found = set()
    first, second = (spans(part, field) for part in node.parts)
    for one, other in product(first, second):
        for earlier, later in [(one, other)] if node.ordered else [(one, other), (other, one)]:
            gap = later[0] - earlier[1]
            if gap < 0:
                continue
            if node.unit is Unit.WORDS:
                if gap <= node.slack:
                    found.add((earlier[0], later[1]))
            elif field.shares(node.unit, earlier, later):
                found.add((earlier[0], later[1]))
    return found


def _windows(found: list[set[Span]], parts: list[Node], slack: int) -> set[Span]:
    """A window from each start of a part: each part's first span from there on, and of equal parts
    the first ones. Of spans that begin together the shortest counts."""
    windows = set()
    for begin in {start for part in found for start, _ in part}:
        taken: list[Span] = []
        for part in dict.fromkeys(parts):
            of = found[parts.index(part)]
            ends = {start: min(e for s, e in of if s == start) for start, _ in of if start >= begin}
            taken += sorted(ends.items())[: parts.count(part)]
        if len(taken) == len(parts):
            end = max(end for _, end in taken)
            if end - begin - sum(end - start for start, end in taken) <= slack:
                windows.add((begin, end))
    return windows


@cache
def means(atom: Atom, term: str) -> bool:
    """Does an atom stand for a term?"""
    if (atom.text[:1] == "=") != (term[:1] == "="):
        return False
    match atom.expand:
        case Expand.PREFIX:
            return term.startswith(atom.text)
        case Expand.PATTERN:
            pattern = re.escape(atom.text).replace(r"\*", ".*").replace(r"\?", ".")
            return re.fullmatch(pattern, term, re.DOTALL) is not None
        case Expand.FUZZY:
            return _edits(atom.text, term) <= atom.edits
        case _:
            return atom.text == term


@cache
def _edits(one: str, other: str) -> int:
    """The letters to add, drop, replace, or swap with the next, each at most once."""
    if not one or not other:
        return len(one) + len(other)
    costs = [
        _edits(one[:-1], other) + 1,
        _edits(one, other[:-1]) + 1,
        _edits(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    ]
    if one[-2:] == other[:-3:-1] and len(other) > 1:
        costs.append(_edits(one[:-2], other[:-2]) + 1)
    return min(costs)
