"""The leaves of a query tree: words, phrases and conditions.

In: lexemes, the field that they are asked of. Out: nodes, and notes on values that cannot be read;
used by `parser`.
"""

from __future__ import annotations

from dataclasses import replace

from newssearch.syntax import values
from newssearch.syntax.fields import FIELDS, Holds
from newssearch.syntax.lexer import Lexeme
from newssearch.syntax.nodes import Everything, Filter, Node, Phrase, Word, conjunction
from newssearch.syntax.notes import Notes
from newssearch.syntax.reading import Budget, Reading
from newssearch.syntax.words import WordReader


class Leaves:
    """Makes leaves; None stands for one that is left out, with a note."""

    def __init__(self, notes: Notes, reading: Reading, budget: Budget) -> None:
        self._notes, self._today = notes, reading.today
        self._reader = WordReader(notes, budget, reading.leading)

    def word(self, lexeme: Lexeme, field: str) -> Node | None:
        """A word, or a field's `*`; with no field that is every article."""
        if set(lexeme.text) == {"*"}:
            return present(field, lexeme) if field else Everything()
        return self._asked(self._reader.word(lexeme.text, field, lexeme.start))

    def phrase(self, lexeme: Lexeme, field: str) -> Node | None:
        phrase = self._reader.phrase(lexeme, field)
        return None if phrase is None else self._asked(phrase)

    def unknown(self, lexeme: Lexeme, name: str) -> Node:
        """`name:value` where there is no such field: both as words."""
        colon = lexeme.start + len(name)
        value = self._reader.word(lexeme.text[len(name) + 1 :], "", colon + 1)
        return conjunction((Word(name, start=lexeme.start, end=colon), value))

    def raw(self, field: str, value: Lexeme, name: Lexeme | None = None) -> Node | None:
        """The condition that a raw value means; `name` is its field's, where it follows it."""
        read = values.raw_filter(field, value.text, self._today)
        start, before = (name.start, name.text + ":") if name else (value.start, "")
        return self._readable(read, start, value.end, before)

    def _asked(self, typed: Word | Phrase) -> Node | None:
        """A word or phrase, as a condition where its field does not hold text."""
        if not typed.field or FIELDS[typed.field].holds is Holds.TEXT:
            return typed
        read = values.words_filter(typed, typed.field)
        return self._readable(read, typed.start, typed.end)

    def _readable(
        self, read: Filter | values.Unreadable, start: int, end: int, before: str = ""
    ) -> Node | None:
        if isinstance(read, values.Unreadable):
            suggestion = before + read.suggestion if read.suggestion else ""
            self._notes.add(read.code, read.message, start, end, suggestion)
            return None
        return replace(read, start=start, end=end)


def present(field: str, first: Lexeme, last: Lexeme | None = None) -> Filter:
    """That a field has a value, as asked from one lexeme to another."""
    return Filter(field, present=True, start=first.start, end=(last or first).end)
