"""Names that are the same name: what was typed under one of them is searched under all.

In: groups of names, an analyzer; a tree in terms. Out: the tree with the other names added; used
by `question`. `newssearch.aliases` reads the groups from a file.

A group is scored as one term, so that a rare spelling does not outweigh the usual one. Only what
is searched by its stem has aliases: `=lukashenko`, `lukash*` and `lukashenko~` mean themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from newssearch.analysis.analyzer import Analyzer
from newssearch.syntax.nodes import (
    And,
    AtLeast,
    Atom,
    Match,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Word,
    conjunction,
)
from newssearch.syntax.terms import to_terms

#: A name, as it stands in articles.
Name = tuple[Atom, ...]


class Aliases:
    """The names of an archive's people and places, by how they are indexed."""

    def __init__(self, groups: Iterable[Sequence[str]], analyzer: Analyzer) -> None:
        self._same: dict[Name, dict[Name, None]] = {}
        for names in groups:
            group: dict[Name, None] = {}
            for name in names:
                group |= dict.fromkeys(_sequences(name, analyzer))
            for sequence in list(group):  # a name of two groups joins them
                group |= self._same.get(sequence, {})
            for sequence in group:
                self._same[sequence] = group
        self._longest = max((len(sequence) for sequence in self._same), default=0)

    def __bool__(self) -> bool:
        return bool(self._same)

    def added(self, node: Node) -> Node:
        """The tree, with the other names of each name in it."""
        match node:
            case Match():
                return self._match(node)
            case And(children):
                return conjunction(tuple(self._conjoined(children)))
            case Or(children):
                return Or(tuple(map(self.added, children)))
            case Not(child):
                return Not(self.added(child))
            case Near(parts) | AtLeast(_, parts):
                return replace(node, parts=tuple(map(self.added, parts)))
            case _:
                return node

    def _match(self, node: Match) -> Match:
        others: dict[Name, None] = {}
        for sequence in node.sequences:
            others |= self._same.get(sequence, {})
        return replace(node, sequences=tuple({**dict.fromkeys(node.sequences), **others}))

    def _conjoined(self, children: tuple[Node, ...]) -> list[Node]:
        """The children; several words side by side that are a name may be its aliases too."""
        found: list[Node] = []
        place = 0
        while place < len(children):
            run, name = self._name(children[place:])
            if name is None:
                found.append(self.added(children[place]))
                place += 1
                continue
            whole = children[place : place + run]
            found.append(Or((conjunction(tuple(map(self.added, whole))), name)))
            place += run
        return found

    def _name(self, children: tuple[Node, ...]) -> tuple[int, Match | None]:
        """How many of the first children are a name of several words, and all its names."""
        words: list[Match] = []
        for child in children[: self._longest]:
            if not isinstance(child, Match) or (words and not _alike(child, words[0])):
                break
            words.append(child)
        for run in range(len(words), 1, -1):
            sequence = _side_by_side(words[:run])
            if sequence in self._same:
                return run, replace(words[0], sequences=tuple(self._same[sequence]))
        return 0, None


def _alike(one: Match, other: Match) -> bool:
    return (one.fields, one.boost, one.lead) == (other.fields, other.boost, other.lead)


def _side_by_side(words: Sequence[Match]) -> Name:
    """The sequence that words make, each being one term; else what is no name's sequence."""
    if any(len(word.sequences) != 1 or len(word.sequences[0]) != 1 for word in words):
        return ()
    return tuple(replace(word.sequences[0][0], offset=place) for place, word in enumerate(words))


def _sequences(name: str, analyzer: Analyzer) -> tuple[Name, ...]:
    """How a name stands in articles; nothing for one without letters."""
    words = tuple(Word(word) for word in name.split())
    tree = to_terms(Phrase(words), analyzer) if words else None
    return tree.sequences if isinstance(tree, Match) else ()
