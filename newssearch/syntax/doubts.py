"""What was perhaps meant otherwise: a field that is none, `or`, operators that bind unlike.

In: the lexemes of a query. Out: notes; used by `parser` as it reads them.
"""

from __future__ import annotations

import re

from newssearch.syntax.fields import nearest, resolve
from newssearch.syntax.lexer import Lex, Lexeme
from newssearch.syntax.notes import Notes

_UNKNOWN_FIELD = re.compile(r"([A-Za-z]{2,20}):(?=[^\s/:]|$)")
_STRAY_MARKS = re.compile(r"[~^][\d.]*")
_COUNTED = re.compile(r"(?:atleast|ATLEAST)\d+$|lead$|LEAD$")
_NEARNESS = re.compile(r"(?:W|PRE|NEAR)/\S*$|PRE$|NEAR$")
#: Words that may be meant for operators: all others made of letters alone are words.
DOUBTFUL = frozenset(("or", "not", "NEAR", "PRE"))
#: In a query of more words a `not` is part of a headline.
_HEADLINE = 5
_STARTS_OPERAND = (Lex.WORD, Lex.PHRASE, Lex.FIELD, Lex.OPEN)


class Doubts:
    """Looks at lexemes and what stands beside them; `place` is a lexeme's number."""

    def __init__(self, text: str, lexemes: list[Lexeme], notes: Notes) -> None:
        self._text, self._lexemes, self._notes = text, lexemes, notes

    def touches(self, place: int, *kinds: Lex) -> bool:
        """Does a lexeme of one of these kinds follow without a space?"""
        if place + 1 >= len(self._lexemes):
            return False
        lexeme, follower = self._lexemes[place : place + 2]
        return follower.kind in kinds and follower.start == lexeme.end

    def stray_marks(self, place: int) -> bool:
        """Marks right after a bracket, where they mean nothing."""
        if not self.touches(place, Lex.WORD):
            return False
        marks = self._lexemes[place + 1]
        if not _STRAY_MARKS.fullmatch(marks.text):
            return False
        message = f"{marks.text} stands after a word or a phrase; brackets take none"
        self._notes.add("no-effect", message, marks.start, marks.end)
        return True

    def word(self, place: int) -> None:
        """A word that is an operator in another spelling."""
        lexeme = self._lexemes[place]
        if lexeme.text == "or":
            message = "or is a word here; the operator is OR"
            self._notes.add("lower-case-or", message, lexeme.start, lexeme.end, "OR")
        elif lexeme.text == "not" and 0 < place < len(self._lexemes) - 1 < _HEADLINE:
            message = "not is a word here; the operator is NOT"
            self._notes.add("lower-case-or", message, lexeme.start, lexeme.end, "NOT")
        elif _NEARNESS.match(lexeme.text) and 0 < place < len(self._lexemes) - 1:
            start, meant = lexeme.start, lexeme.text.partition("/")[0] + "/5"
            message = f"{lexeme.text} is a word here; the operator is {meant}"
            if self._text[:start].endswith("+"):
                start, meant = start - 1, lexeme.text
                message = f"{meant} is a word after +; the operator stands alone"
            self._notes.add("not-an-operator", message, start, lexeme.end, meant)
        elif lexeme.text == "=" and self.touches(place, Lex.PHRASE):
            phrase = self._lexemes[place + 1]
            words = " ".join("=" + word.lstrip("=") for word in phrase.text.split())
            message = "= stands before each word of a phrase; before the phrase it is punctuation"
            suggestion = f'"{words}"{phrase.marks}' if words else ""
            self._notes.add("no-effect", message, lexeme.start, phrase.end, suggestion)
        elif _COUNTED.match(lexeme.text) and place + 1 < len(self._lexemes):
            follower = self._lexemes[place + 1]
            if follower.kind is Lex.OPEN and follower.start > lexeme.end:
                message = f"{lexeme.text} is a word here; its bracket stands right after it"
                suggestion = lexeme.text + "("
                self._notes.add("not-an-operator", message, lexeme.start, follower.end, suggestion)

    def unknown_field(self, place: int) -> str:
        """The name where a word looks like a field and its value but is none, with a note."""
        lexeme = self._lexemes[place]
        found = _UNKNOWN_FIELD.match(lexeme.text)
        if not found:
            return ""
        name = found.group(1)
        end = lexeme.start + len(name)
        if self._text[end] == "：" and not name.islower():
            return ""  # so begins a Chinese headline: `NATO：…`
        if found.end() < len(lexeme.text) or self.touches(place, Lex.OPEN, Lex.PHRASE):
            message = f"{name}: is no field; it is searched as words"
            self._notes.add("unknown-field", message, lexeme.start, end, nearest(name))
            return name
        if resolve(name) and name.islower():  # `Source:` begins a headline
            self._parted_field(place, name)
        return ""

    def _parted_field(self, place: int, name: str) -> None:
        """A field whose value does not stand right after its colon."""
        lexeme, end, suggestion = self._lexemes[place], self._lexemes[place].end, ""
        if place + 1 < len(self._lexemes) and self._lexemes[place + 1].kind in _STARTS_OPERAND:
            follower = self._lexemes[place + 1]
            if follower.kind in (Lex.WORD, Lex.PHRASE):
                end = follower.end
                suggestion = f"{name}:{self._text[follower.start : end]}"
        message = f"{name}: is searched as a word; a field's value stands right after its colon"
        self._notes.add("empty-clause", message, lexeme.start, end, suggestion)

    def mixed(self, first: int, last: int) -> bool:
        """Does the clause from one lexeme up to another have OR or AND in it, beside others?"""
        depth = 0
        for place in range(first, last):
            lexeme = self._lexemes[place]
            if lexeme.kind is Lex.OPEN:
                depth += 1
            elif lexeme.kind is Lex.CLOSE:
                depth -= 1
            elif lexeme.kind in (Lex.OR, Lex.AND) and depth == 0 and first < place < last - 1:
                start, end = self._lexemes[first].start, self._lexemes[last - 1].end
                clause = self._text[start:end]
                message = (
                    "OR and AND bind tighter than words side by side: "
                    f"this is read as ({clause}); brackets make it plain"
                )
                self._notes.add("mixed-operators", message, start, end, f"({clause})")
                return True
        return False
