"""Lexemes to a query tree, and notes on what could not be meant.

    query := or+     or := and ("OR" and)*      and := unary ("AND" unary)*
    unary := ("NOT" | "-" | "+")? near          near := atom (("W/n" | "PRE/n" | "W/S" …) atom)*
    atom  := "(" query ")" | field ":" atom | atleastN "(" query ")" | lead "(" query ")" | @saved
           | word | =word | wor* | wo?d | word~ | "a phrase" | "a phrase"~n, each with ^number

In: what a person typed. Out: `ParsedQuery`; used by `question`. All words must match, unless
`any_word` says that one is enough: then what is required (`+word`), excluded or filtered still
holds. The implicit AND of words side by side binds looser than OR, an explicit AND tighter, as in
Whoosh.

Nothing is silently wrong: what cannot be meant is left out with a note that has its place.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from newssearch.errors import QuerySyntaxError
from newssearch.results import Note
from newssearch.syntax.doubts import DOUBTFUL, Doubts
from newssearch.syntax.fields import FIELDS, Holds, nearest_of, resolve
from newssearch.syntax.leaves import Leaves, present
from newssearch.syntax.lexer import Lex, Lexeme, lex
from newssearch.syntax.nodes import (
    Everything,
    Form,
    Node,
    Not,
    Word,
    conjunction,
    disjunction,
    has_words,
    moved,
)
from newssearch.syntax.notes import Notes
from newssearch.syntax.positions import Positions
from newssearch.syntax.reading import DEEPEST, MOST_BYTES, MOST_TERMS, Budget, Reading


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """`tree` is None where the query holds nothing to search for."""

    text: str
    tree: Node | None
    notes: tuple[Note, ...]


def parse(
    text: str,
    today: datetime.date,
    any_word: bool = False,
    *,
    allow_leading: bool = False,
    saved: Mapping[str, str] | None = None,
) -> ParsedQuery:
    """Parse a query; raises QuerySyntaxError only for one over the limits."""
    notes = Notes()
    reading = Reading(today, any_word, allow_leading, saved or {})
    parser = _Parser(text, notes, reading, Budget())
    tree = parser.query()
    if tree is not None and (parser.positions.used or reading.saved):
        parser.positions.check(tree)
    return ParsedQuery(text, tree, notes.in_order())


class _Parser:
    """Recursive descent over the lexemes; `place` is the next one.

    `within` names the saved searches that the text is read for.
    """

    def __init__(
        self,
        text: str,
        notes: Notes,
        reading: Reading,
        budget: Budget,
        within: tuple[str, ...] = (),
    ) -> None:
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > MOST_BYTES:
            raise QuerySyntaxError(f"the query is {size} bytes long; the limit is {MOST_BYTES}")
        self.text, self.notes, self.reading = text, notes, reading
        self.budget, self.within = budget, within
        self.lexemes = lex(text, notes)
        if len(text) > MOST_TERMS or within or reading.saved:
            budget.spend(sum(lexeme.words for lexeme in self.lexemes))
        self.leaves = Leaves(notes, reading, budget)
        self.doubts = Doubts(text, self.lexemes, notes)
        self.positions = Positions(notes, DEEPEST, MOST_TERMS)
        self.place = 0

    def query(self, depth: int = 0, field: str = "") -> Node | None:
        """Parse up to the closing bracket or the end."""
        musts: list[Node] = []
        shoulds: list[Node] = []
        joined: list[tuple[int, int]] = []  # clauses that may have operators in them
        clauses = 0
        while (lexeme := self._peek()) is not None:
            if lexeme.kind is Lex.CLOSE:
                if depth:
                    break
                self._note("unbalanced-bracket", "a ) without its (", lexeme)
                self.place += 1
                continue
            required, first = lexeme.kind is Lex.PLUS, self.place
            node = self._alone(depth, field) or self._or(depth, field)
            if node is None:
                continue
            clauses += 1
            if self.place - first > 2:  # `a OR b` is three
                joined.append((first, self.place))
            must = required or not self.reading.any_word or not has_words(node)
            (musts if must else shoulds).append(node)
        if clauses > 1 and joined:
            any(self.doubts.mixed(*clause) for clause in joined)  # noted once
        if shoulds:
            enough = any(has_words(node) for node in musts)  # a required word is one: others may be
            musts.append(disjunction((*shoulds, Everything()) if enough else tuple(shoulds)))
        return conjunction(tuple(musts)) if musts else None

    def _alone(self, depth: int, field: str) -> Node | None:
        """The next lexeme where it is a word of letters and digits that no operator follows.

        Most are; for the others, None. What `_or` would come to, in a fifth of the time.
        """
        lexeme, follower = self.lexemes[self.place], self._peek(1)
        if lexeme.kind is not Lex.WORD or not lexeme.text.isalnum() or depth > DEEPEST:
            return None
        if lexeme.text in DOUBTFUL or (follower and follower.kind in _NOT_AFTER_ALONE):
            return None
        if field and FIELDS[field].holds is not Holds.TEXT:
            return None
        self.place += 1
        return Word(lexeme.text, Form.STEM, field, lexeme.start, lexeme.end)

    def _or(self, depth: int, field: str) -> Node | None:
        return self._joined(Lex.OR, lambda: self._and(depth, field), disjunction)

    def _and(self, depth: int, field: str) -> Node | None:
        return self._joined(Lex.AND, lambda: self._unary(depth, field), conjunction)

    def _joined(
        self,
        operator: Lex,
        operand: Callable[[], Node | None],
        combine: Callable[[tuple[Node, ...]], Node],
    ) -> Node | None:
        """`operand (operator operand)*`; an operator without both operands is left out, noted."""
        nodes: list[Node] = []
        while True:
            lexeme = self._peek()
            if lexeme is not None and lexeme.kind in (Lex.OR, Lex.AND, Lex.NEAR):
                self._lonely(lexeme)
                continue
            node = operand()
            if node is not None:
                nodes.append(node)
            lexeme = self._peek()
            if lexeme is None or lexeme.kind is not operator:
                break
            self.place += 1
            follower = self._peek()
            if follower is None or follower.kind is Lex.CLOSE:
                self.place -= 1
                self._lonely(lexeme)
                break
        return combine(tuple(nodes)) if nodes else None

    def _lonely(self, lexeme: Lexeme) -> None:
        self._note("lonely-operator", f"{lexeme.text} needs a word on both sides", lexeme)
        self.place += 1

    def _unary(self, depth: int, field: str) -> Node | None:
        lexeme = self._peek()
        if lexeme is None or lexeme.kind is Lex.CLOSE:
            return None
        if lexeme.kind in (Lex.PLUS, Lex.NOT):
            return self._signed(lexeme, depth, field, self._unary)
        return self._near(depth, field)

    def _value(self, depth: int, field: str) -> Node | None:
        """What a field is asked for; no `W/5` is part of it."""
        lexeme = self.lexemes[self.place]
        if lexeme.kind in (Lex.PLUS, Lex.NOT):
            return self._signed(lexeme, depth, field, self._value)
        return self._atom(depth, field)

    def _signed(
        self,
        sign: Lexeme,
        depth: int,
        field: str,
        operand: Callable[[int, str], Node | None],
    ) -> Node | None:
        """What a + or - stands before, or NOT."""
        self._check_depth(depth, sign)
        self.place += 1
        follower = self._peek()
        if sign.kind is Lex.PLUS:
            return operand(depth + 1, field) if follower else None
        if follower is None or follower.kind not in _STARTS_ATOM:
            self._note("lonely-operator", f"{sign.text} needs a word after it", sign)
            return None
        node = operand(depth + 1, field)
        if isinstance(node, Not):
            return node.child
        return None if node is None else Not(node)

    def _near(self, depth: int, field: str) -> Node | None:
        """`atom (operator atom)*`, each operator between all before it and the atom after it."""
        node = self._atom(depth, field)
        while (lexeme := self._peek()) is not None and lexeme.kind is Lex.NEAR:
            follower = self._peek(1)
            if node is None or follower is None or follower.kind not in _STARTS_NEAR:
                self._lonely(lexeme)
                continue
            self.place += 1
            second = self._atom(depth, field)
            if second is None:
                self._note("lonely-operator", f"{lexeme.text} needs a word on both sides", lexeme)
            elif field and FIELDS[field].holds is not Holds.TEXT:
                self._note("no-place", f"{field}: has no text for {lexeme.text}", lexeme)
                node = conjunction((node, second))
            else:
                node = self.positions.near(lexeme, node, second)
        return node

    def _atom(self, depth: int, field: str) -> Node | None:
        lexeme = self.lexemes[self.place]
        self._check_depth(depth, lexeme)
        self.place += 1
        if lexeme.kind is Lex.OPEN:
            return self._bracket(lexeme, depth, field)
        if lexeme.kind is Lex.FIELD:
            return self._field(lexeme, depth)
        if lexeme.kind is Lex.VALUE or (field and not FIELDS[field].holds_text):
            return self.leaves.raw(field, lexeme)
        if lexeme.kind is Lex.PHRASE:
            return self.leaves.phrase(lexeme, field)
        return self._word(lexeme, depth, field)

    def _bracket(self, opening: Lexeme, depth: int, field: str) -> Node | None:
        node = self.query(depth + 1, field)
        closing = self._peek()
        if closing is None:
            self._note("unbalanced-bracket", "a ( without its )", opening)
            return node
        if self.doubts.stray_marks(self.place):
            self.place += 1
        self.place += 1
        if node is None:
            message = "brackets with nothing in them"
            self._note("empty-clause", message, opening, end=closing.end)
        return node

    def _field(self, lexeme: Lexeme, depth: int) -> Node | None:
        name = resolve(lexeme.text) or ""
        value = self._peek()
        if value is None or value.kind not in _STARTS_VALUE:
            self._note("empty-clause", f"{name}: has no value", lexeme)
            return self._atom(depth + 1, "") if value and value.kind is Lex.FIELD else None
        if value.kind is Lex.VALUE:
            self.place += 1
            return self.leaves.raw(name, value, lexeme)
        if value.kind is Lex.WORD and value.text == "*":
            self.place += 1
            return present(name, lexeme, value)
        return self._value(depth + 1, name)

    def _word(self, lexeme: Lexeme, depth: int, field: str) -> Node | None:
        text, place = lexeme.text, self.place - 1
        self.doubts.word(place)
        if _FUNCTION.match(text) and self.doubts.touches(place, Lex.OPEN):
            return self._function(lexeme, depth, field)
        if text.startswith("@") and len(text) > 1 and not field:
            return self._saved(lexeme, depth)
        if not field:
            name = self.doubts.unknown_field(place)
            if name and len(text) > len(name) + 1:
                return self.leaves.unknown(lexeme, name)
        return self.leaves.word(lexeme, field)

    def _function(self, lexeme: Lexeme, depth: int, field: str) -> Node | None:
        """`lead( )` or `atleast3( )`."""
        opening = self.lexemes[self.place]
        self.place += 1
        child = self._bracket(opening, depth, field)
        if field and FIELDS[field].holds is not Holds.TEXT:
            self._note("no-place", f"{field}: has no text for {lexeme.text}( )", lexeme)
            return child
        if lexeme.text.lower() == "lead":
            return self.positions.lead(lexeme, child)
        return self.positions.at_least(lexeme, child)

    def _saved(self, lexeme: Lexeme, depth: int) -> Node | None:
        """What a saved search asks, in the place of its name."""
        name = lexeme.text[1:]
        query = self.reading.saved.get(name)
        if query is None:
            message = f"no saved search is called {name}; it is searched as a word"
            near = "" if self.notes.full else nearest_of(name, self.reading.saved)
            self._note("unknown-saved", message, lexeme, f"@{near}" if near else "")
            return self.leaves.word(lexeme, "")
        if name in self.within or depth + len(self.within) >= DEEPEST:
            self._note("saved-in-itself", f"the saved search {name} asks for itself", lexeme)
            return None
        inside = Notes()
        within = (*self.within, name)
        try:
            tree = _Parser(query, inside, self.reading, self.budget, within).query(depth + 1)
        except QuerySyntaxError as error:
            message = f"in {lexeme.text}: {error}"
            raise QuerySyntaxError(message, lexeme.start, lexeme.end) from None
        for note in inside.in_order():
            self._note(note.code, f"in {lexeme.text}: {note.message}", lexeme)
        return None if tree is None else moved(tree, lexeme.start, lexeme.end)

    def _check_depth(self, depth: int, at: Lexeme) -> None:
        if depth > DEEPEST:
            message = f"the query is nested over {DEEPEST} levels deep"
            raise QuerySyntaxError(message, at.start, at.end)

    def _peek(self, ahead: int = 0) -> Lexeme | None:
        place = self.place + ahead
        return self.lexemes[place] if place < len(self.lexemes) else None

    def _note(
        self, code: str, message: str, at: Lexeme, suggestion: str = "", end: int | None = None
    ) -> None:
        self.notes.add(code, message, at.start, end or at.end, suggestion)


_FUNCTION = re.compile(r"(?:atleast\d*|ATLEAST\d*|lead|LEAD)$")

#: Operators, and what may make a word a function: `lead(`.
_NOT_AFTER_ALONE = (Lex.AND, Lex.OR, Lex.NEAR, Lex.OPEN)

_STARTS_NEAR = (Lex.WORD, Lex.PHRASE, Lex.FIELD, Lex.OPEN, Lex.VALUE)
_STARTS_ATOM = (*_STARTS_NEAR, Lex.NOT, Lex.PLUS)
_STARTS_VALUE = (Lex.WORD, Lex.PHRASE, Lex.OPEN, Lex.VALUE, Lex.NOT, Lex.PLUS)
