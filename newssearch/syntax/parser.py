"""Lexemes to a query tree, and notes on what could not be meant.

    query := or+     or := and ("OR" and)*      and := unary ("AND" unary)*
    unary := ("NOT" | "-" | "+")? atom
    atom  := "(" query ")" | field ":" value | word | =word | wor* | "a phrase"

In: what a person typed. Out: `ParsedQuery`; used by `query`. All words must match, unless
`any_word` says that one is enough: then what is required (`+word`), excluded or filtered still
holds. The implicit AND of words side by side binds looser than OR, an explicit AND tighter, as in
Whoosh.

Nothing is silently wrong: what cannot be meant is left out with a note that has its place.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from newssearch.errors import QuerySyntaxError
from newssearch.results import Note
from newssearch.syntax import values
from newssearch.syntax.fields import FIELDS, Holds, nearest, resolve
from newssearch.syntax.lexer import Lex, Lexeme, lex
from newssearch.syntax.nodes import (
    Everything,
    Filter,
    Form,
    Node,
    Not,
    Phrase,
    Word,
    conjunction,
    disjunction,
    has_words,
)

#: Limits that hold before any work starts (SPEC §3).
MOST_BYTES = 4096
MOST_TERMS = 256
DEEPEST = 20

#: Of a query that is nothing but mistakes, the first ones are enough.
MOST_NOTES = 20

_UNSUPPORTED = re.compile(r"(?:[~^]\d*(?:\.\d+)?)$")
_PROXIMITY = re.compile(r"(?:W|PRE|NEAR)/(?:\d+|[SP])$", re.IGNORECASE)
_UNKNOWN_FIELD = re.compile(r"([A-Za-z]{2,20}):(?=[^\s/:]|$)")
_ADDRESS = re.compile(r"[A-Za-z]+://|www\.", re.IGNORECASE)
_FUNCTION = re.compile(r"(?:atleast\d+|lead)$")
_INNER_PATTERN = re.compile(r"\w[*?]+\w|\*+\w")


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """`tree` is None where the query holds nothing to search for."""

    text: str
    tree: Node | None
    notes: tuple[Note, ...]


def parse(text: str, today: datetime.date, any_word: bool = False) -> ParsedQuery:
    """Parse a query; raises QuerySyntaxError only for one over the limits."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise QuerySyntaxError(f"the query is {size} bytes long; the limit is {MOST_BYTES}")
    lexemes, notes = lex(text)
    if len(text) > MOST_TERMS < sum(lexeme.words for lexeme in lexemes):
        raise QuerySyntaxError(f"the query has over {MOST_TERMS} words (or Chinese characters)")
    parser = _Parser(text, lexemes, notes, today, any_word)
    tree = parser.query(depth=0, field="")
    found = sorted(parser.notes, key=lambda note: (note.start, note.end))
    return ParsedQuery(text, tree, tuple(found[:MOST_NOTES]))


class _Parser:
    """Recursive descent over the lexemes; `place` is the next one."""

    def __init__(
        self,
        text: str,
        lexemes: list[Lexeme],
        notes: list[Note],
        today: datetime.date,
        any_word: bool,
    ) -> None:
        self.text, self.lexemes, self.notes = text, lexemes, notes
        self.today, self.any_word = today, any_word
        self.place = 0

    def query(self, depth: int, field: str) -> Node | None:
        """Parse up to the closing bracket or the end."""
        musts: list[Node] = []
        shoulds: list[Node] = []
        while (lexeme := self._peek()) is not None:
            if lexeme.kind is Lex.CLOSE:
                if depth:
                    break
                self._note("unbalanced-bracket", "a ) without its (", lexeme)
                self.place += 1
                continue
            required = lexeme.kind is Lex.PLUS
            node = self._alone(depth, field) or self._or(depth, field)
            if node is None:
                continue
            must = required or not self.any_word or not has_words(node)
            (musts if must else shoulds).append(node)
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
        if lexeme.text == "or" or (follower and follower.kind in _NOT_AFTER_ALONE):
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
            if lexeme is not None and lexeme.kind in (Lex.OR, Lex.AND):
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
        if depth > DEEPEST:
            message = f"the query is nested over {DEEPEST} levels deep"
            raise QuerySyntaxError(message, lexeme.start, lexeme.end)
        if lexeme.kind is Lex.PLUS:
            self.place += 1
            return self._unary(depth + 1, field)
        if lexeme.kind is Lex.NOT:
            self.place += 1
            follower = self._peek()
            if follower is None or follower.kind not in _STARTS_ATOM:
                self._note("lonely-operator", f"{lexeme.text} needs a word after it", lexeme)
                return None
            node = self._unary(depth + 1, field)
            if isinstance(node, Not):
                return node.child
            return None if node is None else Not(node)
        return self._atom(depth, field)

    def _atom(self, depth: int, field: str) -> Node | None:
        lexeme = self.lexemes[self.place]
        self.place += 1
        if lexeme.kind is Lex.OPEN:
            return self._bracket(lexeme, depth, field)
        if lexeme.kind is Lex.FIELD:
            return self._field(lexeme, depth)
        if lexeme.kind is Lex.PHRASE:
            return self._phrase(lexeme, field)
        return self._word(lexeme, field)

    def _bracket(self, opening: Lexeme, depth: int, field: str) -> Node | None:
        node = self.query(depth + 1, field)
        closing = self._peek()
        if closing is None:
            self._note("unbalanced-bracket", "a ( without its )", opening)
        else:
            self.place += 1
            if node is None:
                message = "brackets with nothing in them"
                self._note("empty-clause", message, opening, end=closing.end)
        return node

    def _field(self, lexeme: Lexeme, depth: int) -> Node | None:
        name = resolve(lexeme.text) or ""
        value = self._peek()
        if value is None or value.kind in (Lex.CLOSE, Lex.OR, Lex.AND, Lex.FIELD):
            self._note("empty-clause", f"{name}: has no value", lexeme)
            return self._unary(depth + 1, "") if value and value.kind is Lex.FIELD else None
        if value.kind is Lex.VALUE:
            self.place += 1
            return self._raw(name, lexeme, value)
        if value.kind is Lex.WORD and value.text == "*":
            self.place += 1
            return Filter(name, present=True)
        node = self._unary(depth + 1, name)
        if node is None or FIELDS[name].holds is Holds.TEXT:
            return node
        return values.conditions(node, lambda typed: self._condition(name, lexeme, typed))

    def _raw(self, name: str, lexeme: Lexeme, value: Lexeme) -> Node | None:
        read = values.raw_filter(name, value.text, self.today)
        return self._readable(read, lexeme.start, value.end)

    def _condition(self, name: str, lexeme: Lexeme, typed: Word | Phrase) -> Node | None:
        """What a word or phrase means as a value of a field that does not hold text."""
        if FIELDS[name].holds is Holds.WORDS:
            read = values.words_filter(typed, name)
        else:
            read = values.raw_filter(name, values.typed_value(typed), self.today)
        return self._readable(read, lexeme.start, typed.end)

    def _readable(self, read: Filter | values.Unreadable, start: int, end: int) -> Node | None:
        if isinstance(read, values.Unreadable):
            self.notes.append(Note(read.code, read.message, start, end, read.suggestion))
            return None
        return read

    def _phrase(self, lexeme: Lexeme, field: str) -> Node | None:
        words: list[Word] = []
        for part in re.finditer(r"\S+", lexeme.text):
            start = lexeme.start + 1 + part.start()
            words.append(_typed(part.group(), field, start, start + len(part.group())))
        if not words:
            self._note("empty-clause", "a phrase without words", lexeme)
            return None
        return Phrase(tuple(words), field, lexeme.start, lexeme.end)

    def _word(self, lexeme: Lexeme, field: str) -> Node | None:
        text = lexeme.text
        if text == "*":
            return Everything()
        if text == "or":
            self._note("lower-case-or", "or is a word here; the operator is OR", lexeme, "OR")
        if _PROXIMITY.match(text):
            message = f"{text} is not understood yet: the words are searched without it"
            self._note("not-supported", message, lexeme)
            return None
        if _FUNCTION.match(text) and self._touches(lexeme, Lex.OPEN):
            message = f"{text}( ) is not understood yet: what is in the brackets is searched"
            self._note("not-supported", message, lexeme)
            return None
        sign = _UNSUPPORTED.search(text)
        if sign:
            message = f"{sign.group()} is not understood yet: the word is searched as it stands"
            self._note("not-supported", message, lexeme)
            text = text[: sign.start()]
        if _ADDRESS.match(text):
            return Word(text, Form.STEM, field, lexeme.start, lexeme.end)
        if text.startswith("@") and len(text) > 1:
            message = f"{text}: there are no saved searches yet; it is searched as a word"
            self._note("not-supported", message, lexeme)
        if not field:
            name = self._unknown_field(lexeme)
            if name and len(text) > len(name) + 1:
                colon = lexeme.start + len(name)
                value = _typed(text[len(name) + 1 :], field, colon + 1, lexeme.end)
                return conjunction((Word(name, Form.STEM, field, lexeme.start, colon), value))
        if _INNER_PATTERN.search(text):
            self._note("not-supported", "only a * at a word's end is understood yet", lexeme)
            text = text.lstrip("*")
        return _typed(text, field, lexeme.start, lexeme.end)

    def _unknown_field(self, lexeme: Lexeme) -> str:
        """The name where a word looks like a field and its value but is none, with a note."""
        found = _UNKNOWN_FIELD.match(lexeme.text)
        if not found:
            return ""
        name, follower = found.group(1), self._peek()
        colon = self.text[lexeme.start + len(name)]
        if colon == "：" and not name.islower():
            return ""  # so begins a Chinese headline: `NATO：…`
        if found.end() < len(lexeme.text) or self._touches(lexeme, Lex.OPEN, Lex.PHRASE):
            near = nearest(name)
            message = f"{name}: is no field; it is searched as words"
            self._note("unknown-field", message, lexeme, near + ":" if near else "")
            return name
        if resolve(name) and name.islower():  # `Source:` begins a headline
            value = follower.text if follower and follower.kind is Lex.WORD else ""
            message = f"{name}: is searched as a word; a field's value stands right after its colon"
            self._note("empty-clause", message, lexeme, f"{name}:{value}" if value else "")
        return ""

    def _touches(self, lexeme: Lexeme, *kinds: Lex) -> bool:
        """Does a lexeme of one of these kinds follow without a space?"""
        follower = self._peek()
        return follower is not None and follower.kind in kinds and follower.start == lexeme.end

    def _peek(self, ahead: int = 0) -> Lexeme | None:
        place = self.place + ahead
        return self.lexemes[place] if place < len(self.lexemes) else None

    def _note(
        self, code: str, message: str, at: Lexeme, suggestion: str = "", end: int | None = None
    ) -> None:
        self.notes.append(Note(code, message, at.start, end or at.end, suggestion))


#: Operators, and what may make a word a function: `lead(`.
_NOT_AFTER_ALONE = (Lex.AND, Lex.OR, Lex.OPEN)

_STARTS_ATOM = (Lex.WORD, Lex.PHRASE, Lex.FIELD, Lex.OPEN, Lex.NOT, Lex.PLUS)


def _typed(text: str, field: str, start: int, end: int) -> Word:
    """A word with its marks taken off: `=word`, `wor*`; a `?` at its end is punctuation."""
    form = Form.STEM
    bare = text.rstrip("?")
    if bare.startswith("=") and len(bare) > 1:
        form, bare = Form.EXACT, bare[1:]
    if bare.endswith("*"):
        form, bare = Form.PREFIX, bare.rstrip("*")
    return Word(bare, form, field, start, end)
