"""The query tree. `parser` makes it, `terms` and the engines read it.

    as typed    Word | Phrase | Lead
    in terms    Match
    both        Filter | And | Or | Not | Everything | Near | AtLeast

Words are kept as typed; `terms.to_terms` replaces them, with the archive's analyzer, by the terms
they are indexed under. In a tree in terms the parts of `Near` and `AtLeast` are *span nodes*, which
occur at places of a field: Match, Near, or an Or of span nodes.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum

#: So many of the body's first positions are an article's lead.
LEAD_WORDS = 50


class Form(StrEnum):
    """How a word is to be matched."""

    STEM = "stem"
    EXACT = "exact"  # =word: the unstemmed form
    PREFIX = "prefix"  # wor*
    PATTERN = "pattern"  # wo?d, w*d
    FUZZY = "fuzzy"  # word~


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed; it may turn out to be several tokens. `field` empty: every text field.

    `edits` is how many letters may differ (FUZZY only); `boost` multiplies its score.
    """

    text: str
    form: Form = Form.STEM
    field: str = ""
    start: int = 0
    end: int = 0
    edits: int = 0
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side, in this order.

    With a `slop`: in any order, with at most so many other words among them.
    """

    words: tuple[Word, ...]
    field: str = ""
    start: int = 0
    end: int = 0
    slop: int = 0
    boost: float = 1.0


class Expand(StrEnum):
    """Which terms an atom stands for."""

    NONE = "none"  # the term that it spells
    PREFIX = "prefix"  # every term that begins with it
    PATTERN = "pattern"  # every term like it: ? is one character, * any number of them
    FUZZY = "fuzzy"  # every term at most `edits` letters away from it


@dataclass(frozen=True, slots=True)
class Atom:
    """A term, or every term that is like `text`; `offset` is its place in its sequence.

    What is expanded is spelt as unstemmed forms are, with the `=` before them where their script
    is stemmed.
    """

    text: str
    expand: Expand = Expand.NONE
    offset: int = 0
    edits: int = 0

    @property
    def prefix(self) -> bool:
        """Does it stand for every term that begins with `text`?"""
        return self.expand is Expand.PREFIX


@dataclass(frozen=True, slots=True)
class Match:
    """What a word or phrase comes to: an occurrence of any of its sequences in any of `fields`.

    A sequence is atoms at fixed distances: a word is one sequence of one atom, a phrase one of
    several; `re-election` is two, its joined form and its parts. It is scored as one term: an
    article's frequency is the number of places where a sequence begins.

    `boost` multiplies its score. With `lead` only what stands in the title, or begins in the first
    LEAD_WORDS positions of the body, is an occurrence.
    """

    sequences: tuple[tuple[Atom, ...], ...]
    fields: tuple[str, ...]
    boost: float = 1.0
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition without a score. `low` and `high` are the ends of a range of keys, both in it;
    `text` is the value of a field of words; `prefix` that it is the beginning of one; `present`
    asks only that the field has a value (`author:*`). Where it stands in the query is no part of
    what it is."""

    field: str
    text: str = ""
    prefix: bool = False
    present: bool = False
    low: int | None = None
    high: int | None = None
    start: int = dataclasses.field(default=0, compare=False)
    end: int = dataclasses.field(default=0, compare=False)


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


class Unit(StrEnum):
    """What the parts of a `Near` must have in common."""

    WORDS = "words"  # at most `slack` words between them
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Near:
    """Parts that stand near each other in one field, in any order unless `ordered`.

    Of two parts: at most `slack` positions lie between them. Of three or more (never ordered):
    a window holds them all, and at most `slack` positions beside them. In a SENTENCE or PARAGRAPH
    the parts lie whole in the same one, and `slack` counts for nothing. Scored as one term: the
    frequency is the number of places where what covers the parts begins.
    """

    parts: tuple[Node, ...]
    slack: int
    unit: Unit = Unit.WORDS
    ordered: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The parts occur at least `count` times, all of them together, in all fields."""

    count: int
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """The words of the child count only in an article's title and its first LEAD_WORDS words."""

    child: Node


Node = Word | Phrase | Match | Filter | And | Or | Not | Everything | Near | AtLeast | Lead


def conjunction(nodes: tuple[Node, ...]) -> Node:
    """All of these, without a level of its own for one."""
    return nodes[0] if len(nodes) == 1 else And(nodes) if nodes else Everything()


def disjunction(nodes: tuple[Node, ...]) -> Node:
    """Any of these, without a level of its own for one."""
    return nodes[0] if len(nodes) == 1 else Or(nodes) if nodes else Everything()


def below(node: Node) -> tuple[Node, ...]:
    """The nodes right under a node."""
    match node:
        case And(children) | Or(children):
            return children
        case Near(parts) | AtLeast(_, parts):
            return parts
        case Not(child) | Lead(child):
            return (child,)
        case _:
            return ()


def has_words(node: Node) -> bool:
    """Does anything in the tree give a score?"""
    match node:
        case Word() | Phrase() | Match():
            return True
        case Not():
            return False
        case _:
            return any(has_words(child) for child in below(node))


def names_field(node: Node, field: str) -> bool:
    """Does any filter of the tree ask about this field?"""
    if isinstance(node, Filter):
        return node.field == field
    return any(names_field(child, field) for child in below(node))


def span(node: Node) -> tuple[int, int]:
    """Where the words of a tree stand in the query, from the first to the last; (0, 0): none."""
    if isinstance(node, Word | Phrase):
        return node.start, node.end
    places = [place for child in below(node) for place in [span(child)] if place[1]]
    starts, ends = zip(*places, strict=True) if places else ((0,), (0,))
    return min(starts), max(ends)


def moved(node: Node, start: int, end: int) -> Node:
    """The tree with everything in it at one place of the query."""
    match node:
        case Word() | Filter():
            return dataclasses.replace(node, start=start, end=end)
        case Phrase(words):
            inner = tuple(dataclasses.replace(word, start=start, end=end) for word in words)
            return dataclasses.replace(node, words=inner, start=start, end=end)
        case And(children) | Or(children):
            return type(node)(tuple(moved(child, start, end) for child in children))
        case Near(parts):
            inside = tuple(moved(part, start, end) for part in parts)
            return dataclasses.replace(node, parts=inside, start=start, end=end)
        case AtLeast(count, parts):
            return AtLeast(count, tuple(moved(part, start, end) for part in parts))
        case Not(child) | Lead(child):
            return type(node)(moved(child, start, end))
        case _:
            return node
