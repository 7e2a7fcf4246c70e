"""The query tree. `parser` makes it, `terms` and the engines read it.

    Node = Word | Phrase | Match | Filter | And | Or | Not | Everything

Words are kept as typed (`Word`, `Phrase`); `terms.to_terms` replaces them, with the archive's
analyzer, by the terms they are indexed under (`Match`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How a word is to be matched."""

    STEM = "stem"
    EXACT = "exact"  # =word: the unstemmed form
    PREFIX = "prefix"  # wor*


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed; it may turn out to be several tokens. `field` empty: every text field."""

    text: str
    form: Form = Form.STEM
    field: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side, in this order."""

    words: tuple[Word, ...]
    field: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Atom:
    """A term, or every term that begins with `text`; `offset` is its place in its sequence."""

    text: str
    prefix: bool = False
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """What a word or phrase comes to: an occurrence of any of its sequences in any of `fields`.

    A sequence is atoms at fixed distances: a word is one sequence of one atom, a phrase one of
    several; `re-election` is two, its joined form and its parts. It is scored as one term: an
    article's frequency is the number of places where a sequence begins.
    """

    sequences: tuple[tuple[Atom, ...], ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition without a score. `low` and `high` are the ends of a range of keys, both in it;
    `text` is the value of a field of words; `prefix` that it is the beginning of one; `present`
    asks only that the field has a value (`author:*`)."""

    field: str
    text: str = ""
    prefix: bool = False
    present: bool = False
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class And:
    """Every child matches. Children that are `Not` exclude."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child matches."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    child: Node


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article."""


Node = Word | Phrase | Match | Filter | And | Or | Not | Everything


def conjunction(nodes: tuple[Node, ...]) -> Node:
    """All of these, without a level of its own for one."""
    return nodes[0] if len(nodes) == 1 else And(nodes) if nodes else Everything()


def disjunction(nodes: tuple[Node, ...]) -> Node:
    """Any of these, without a level of its own for one."""
    return nodes[0] if len(nodes) == 1 else Or(nodes) if nodes else Everything()


def has_words(node: Node) -> bool:
    """Does anything in the tree give a score?"""
    match node:
        case Word() | Phrase() | Match():
            return True
        case And(children) | Or(children):
            return any(has_words(child) for child in children)
        case _:
            return False


def names_field(node: Node, field: str) -> bool:
    """Does any filter of the tree ask about this field?"""
    match node:
        case Filter():
            return node.field == field
        case And(children) | Or(children):
            return any(names_field(child, field) for child in children)
        case Not(child):
            return names_field(child, field)
        case _:
            return False


def span(node: Node) -> tuple[int, int]:
    """Where the words of a tree stand in the query, from the first to the last; (0, 0): none."""
    match node:
        case Word() | Phrase():
            return node.start, node.end
        case And(children) | Or(children):
            places = [place for child in children for place in [span(child)] if place[1]]
            starts, ends = zip(*places, strict=True) if places else ((0,), (0,))
            return min(starts), max(ends)
        case Not(child):
            return span(child)
        case _:
            return 0, 0
