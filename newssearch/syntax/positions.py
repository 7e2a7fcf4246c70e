"""The parts of a query that say where words stand: `W/5`, `atleast3( )`, `lead( )`.

In: an operator's lexeme and the trees beside or below it. Out: `Near`, `AtLeast` and `Lead` nodes,
and notes on what has no place in a text; used by `parser`.
"""

from __future__ import annotations

from newssearch.errors import QuerySyntaxError
from newssearch.syntax.lexer import Lexeme
from newssearch.syntax.near import only, span_nodes, stacked
from newssearch.syntax.nodes import (
    And,
    AtLeast,
    Everything,
    Filter,
    Lead,
    Near,
    Node,
    Not,
    Or,
    Unit,
    conjunction,
    disjunction,
)
from newssearch.syntax.notes import Notes

#: The largest n of `W/n` and `atleastN`.
MOST_APART = 255

_UNITS = {"S": Unit.SENTENCE, "P": Unit.PARAGRAPH}


class Positions:
    """Makes the nodes, within the limits that the query has; `used` once it has made one."""

    def __init__(self, notes: Notes, deepest: int, most_terms: int) -> None:
        self._notes, self._deepest, self._most_terms = notes, deepest, most_terms
        self.used = False

    def near(self, operator: Lexeme, first: Node, second: Node) -> Node | None:
        """Two trees near each other, as the operator between them says."""
        kept = [self._placed(node, operator) for node in (first, second)]
        parts = tuple(node for node in kept if node is not None)
        if len(parts) < 2:
            return parts[0] if parts else None
        name, _, reach = operator.text.upper().partition("/")
        ordered = name == "PRE"
        places = operator.start, operator.end
        unit = _UNITS.get(reach, Unit.WORDS)
        slack = 0
        if unit is Unit.WORDS:
            slack = self._within(reach, f"{name}/", operator.start, operator.end) - 1
        return self._checked(Near(parts, slack, unit, ordered, *places), operator)

    def at_least(self, name: Lexeme, child: Node | None) -> Node | None:
        """A tree that must occur so many times."""
        typed = name.text[len("atleast") :]
        kept = None if child is None else self._placed(child, name)
        if kept is None:
            return None
        if not typed:
            message = f"{name.text}( ) needs a number: atleast3( )"
            self._notes.add("bad-number", message, name.start, name.end, name.text + "2")
            return kept
        count = self._within(typed, name.text[: len("atleast")], name.start, name.end)
        return self._checked(AtLeast(count, (kept,)), name)

    def lead(self, name: Lexeme, child: Node | None) -> Node | None:
        """A tree whose words count only where an article begins."""
        if child is None:
            return None
        kept = only(child, lambda node: getattr(node, "field", "") != "keywords")
        if kept != child:
            message = "keywords have no lead: they are left out"
            self._notes.add("no-effect", message, name.start, name.end)
        return None if kept is None else self._checked(Lead(kept), name)

    def check(self, tree: Node) -> None:
        """Refuse a query whose near words make too many pairs."""
        if span_nodes(tree) > self._most_terms:
            message = f"the query has over {self._most_terms} words once near ones are paired"
            raise QuerySyntaxError(message)

    def _placed(self, node: Node, operator: Lexeme) -> Node | None:
        """A tree without what is at no place in a text."""
        kept = only(node, lambda one: not isinstance(one, Not | Filter | Everything))
        counted = None if kept is None else _uncounted(kept)
        if counted != node:
            message = (
                f"{operator.text}: only words are at places of a text; conditions, what is "
                "excluded and atleast( ) are left out of it"
            )
            self._notes.add("no-place", message, operator.start, operator.end)
        return counted

    def _checked(self, node: Node, at: Lexeme) -> Node:
        self.used = True
        if stacked(node) > self._deepest:
            message = f"the query is nested over {self._deepest} levels deep"
            raise QuerySyntaxError(message, at.start, at.end)
        return node

    def _within(self, typed: str, name: str, start: int, end: int) -> int:
        """A number from 1 to MOST_APART, as typed or the nearest."""
        number = int(typed)
        clipped = max(1, min(number, MOST_APART))
        if clipped != number:
            message = f"the number after {name} is from 1 to {MOST_APART}; it is read as {clipped}"
            self._notes.add("bad-number", message, start, end, f"{name}{clipped}")
        return clipped


def _uncounted(node: Node) -> Node:
    """The tree with what an `AtLeast` counts in its place."""
    match node:
        case AtLeast(_, parts):
            return disjunction(tuple(map(_uncounted, parts)))
        case And(children):
            return conjunction(tuple(map(_uncounted, children)))
        case Or(children):
            return disjunction(tuple(map(_uncounted, children)))
        case Lead(child):
            return Lead(_uncounted(child))
        case _:
            return node
