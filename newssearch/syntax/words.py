"""Words as typed, with their marks taken off: `=word`, `wor*`, `wo?d`, `word~2`, `word^3`.

In: the text of a word or phrase and its place. Out: a `Word` or `Phrase`, and notes on marks that
mean nothing; used by `leaves`.

A `?` at a word's end is punctuation: it is a sign only before another character of the word. A
pattern begins with a letter or digit; with `leading` it may begin with a `*`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from newssearch.analysis.scripts import CJK_RUN
from newssearch.syntax.lexer import Lexeme
from newssearch.syntax.nodes import Form, Phrase, Word
from newssearch.syntax.notes import Notes
from newssearch.syntax.reading import Budget

#: More letters than this may not differ in a fuzzy word: most words would be near.
MOST_EDITS = 2
#: `word~` means two edits from this length on, else one; shorter words than the second are not
#: fuzzy: half of all short words are one letter away.
LONG_WORD, SHORT_WORD = 6, 3
MOST_BOOST = 100.0
MOST_SLOP = 255

_ADDRESS = re.compile(r"[A-Za-z]+://|www\.", re.IGNORECASE)
_MARK = re.compile(r"[~^][\d.]*$")
_SIGNED = re.compile(r"[*?]")
#: What may be a pattern: one word, hyphens and apostrophes in it; a path or an address is text.
_PATTERN = re.compile(r"[\w*?'’‐-]+")
#: A sign that something follows, or a star that is not at the end.
_INNER = re.compile(r"\*\??\w|\?[*?]*[\w*]|\*\?")


class _Marks(NamedTuple):
    """A text without the marks at its end, and their numbers as typed; None: no such mark."""

    bare: str
    tilde: str | None
    caret: str | None


class WordReader:
    """Reads words; `leading` allows patterns that begin with a star."""

    def __init__(self, notes: Notes, budget: Budget, leading: bool = False) -> None:
        self._notes, self._budget, self._leading = notes, budget, leading

    def word(self, text: str, field: str, start: int, in_phrase: bool = False) -> Word:
        """A word that stands at `start`, whole; empty where it is only signs."""
        end = start + len(text)
        if text.isalnum() or _ADDRESS.match(text):
            return Word(text, Form.STEM, field, start, end)
        marks = _marks(text.rstrip("?"))
        bare, form = marks.bare.rstrip("?"), Form.STEM
        if bare.startswith("=") and len(bare) > 1:
            form, bare = Form.EXACT, bare[1:]
        if _SIGNED.search(bare):
            if bare.lstrip("?").startswith("*") and not self._leading:
                bare = bare.lstrip("*?")
                message = "a * at a word's beginning is left out: it would match too many words"
                self._notes.add("leading-star", message, start, end, text.lstrip("=*?"))
            bare, form = self._pattern(bare.lstrip("?"), form, start, end)
        edits = 0
        if marks.tilde is not None:
            edits = self._edits(marks, form, bare, start, end)
            form = Form.FUZZY if edits else form
        self._budget.look_for(form)
        boost = 1.0
        if marks.caret is not None:
            if in_phrase:
                message = f"^{marks.caret} belongs after the phrase, not in it"
                self._notes.add("no-effect", message, start, end, marks.bare)
            else:
                boost = self._boost(marks.caret, start, end, _without(marks, "^"))
        return Word(bare, form, field, start, end, edits, boost)

    def phrase(self, lexeme: Lexeme, field: str) -> Phrase | None:
        """A phrase; None for one without words."""
        words: list[Word] = []
        for part in re.finditer(r"\S+", lexeme.text):
            start = lexeme.start + 1 + part.start()
            if set(part.group()) == {"*"}:
                message = '* alone in a phrase is left out; in "a b"~1 another word may stand'
                self._notes.add("no-effect", message, start, start + len(part.group()))
                continue
            words.append(self.word(part.group(), field, start, in_phrase=True))
        if not words:
            self._notes.add("empty-clause", "a phrase without words", lexeme.start, lexeme.end)
            return None
        slop, boost = self._phrase_marks(lexeme) if lexeme.marks else (0, 1.0)
        return Phrase(tuple(words), field, lexeme.start, lexeme.end, slop, boost)

    def _phrase_marks(self, lexeme: Lexeme) -> tuple[int, float]:
        """A phrase's slop and boost."""
        marks = _marks("x" + lexeme.marks)  # as if they stood after a word
        start, end = lexeme.end - len(lexeme.marks), lexeme.end
        slop, boost, kept = 0, 1.0, ""
        if marks.tilde is not None:
            slop = self._slop(marks.tilde, start, end)
            kept = f"~{slop}"
        if marks.caret is not None:
            boost = self._boost(marks.caret, start, end, kept)
        if slop and boost != 1.0:
            message = f"^{marks.caret} changes nothing for words that are only near each other"
            self._notes.add("no-effect", message, start, end, kept)
            boost = 1.0
        return slop, boost

    def _pattern(self, body: str, form: Form, start: int, end: int) -> tuple[str, Form]:
        """A word with `*` or `?` in it: what of it is a pattern, and its form."""
        if CJK_RUN.search(body):
            return self._in_characters(body, form, start, end)
        if not any(map(str.isalnum, body)):
            return "", form
        if not _PATTERN.fullmatch(body):
            if "*" in body.rstrip("*"):
                message = "a * in what is not one word is punctuation"
                self._notes.add("no-effect", message, start, end)
            return _ended(body, form)
        if body.startswith("*") or _INNER.search(body):
            return body, Form.PATTERN
        return _ended(body, form)

    def _in_characters(self, body: str, form: Form, start: int, end: int) -> tuple[str, Form]:
        """Characters written without spaces have no patterns; a ? among them is punctuation."""
        if "*" in body.rstrip("*"):
            message = "a * among Chinese, Japanese or Korean characters is punctuation"
            self._notes.add("no-effect", message, start, end)
        return _ended(body, form)

    def _edits(self, marks: _Marks, form: Form, bare: str, start: int, end: int) -> int:
        """How many letters may differ; 0, with a note, where the word cannot be fuzzy."""
        letters = sum(map(str.isalpha, bare))
        why = ""
        if form in (Form.PREFIX, Form.PATTERN):
            why = "a pattern is not fuzzy as well"
        elif CJK_RUN.search(bare):
            why = "Chinese, Japanese and Korean words are not fuzzy"
        elif letters < SHORT_WORD:
            why = f"a fuzzy word has {SHORT_WORD} letters or more"
        if why:
            message = f"{why}: ~{marks.tilde} is left out"
            self._notes.add("no-effect", message, start, end, _without(marks, "~"))
            return 0
        if not marks.tilde:
            return 2 if letters >= LONG_WORD else 1
        if marks.tilde in ("1", "2"):
            return int(marks.tilde)
        edits = 1 if marks.tilde.startswith(("0", ".")) else MOST_EDITS
        message = f"~{marks.tilde}: one or two letters may differ; it is read as ~{edits}"
        suggestion = _without(marks, "~", f"~{edits}")
        self._notes.add("bad-number", message, start, end, suggestion)
        return edits

    def _boost(self, caret: str, start: int, end: int, suggestion: str) -> float:
        number = _number(caret)
        if number is not None and 0 < number <= MOST_BOOST:
            return number
        message = f"^{caret} is left out: the number after ^ is over 0 and at most 100"
        self._notes.add("bad-number", message, start, end, suggestion)
        return 1.0

    def _slop(self, tilde: str, start: int, end: int) -> int:
        """How many other words may stand among those of a phrase."""
        if tilde.isdecimal() and int(tilde) <= MOST_SLOP:
            return int(tilde)
        slop = MOST_SLOP if tilde.isdecimal() else 1
        message = f"~{tilde} is read as ~{slop}: how many other words may stand among these"
        self._notes.add("bad-number", message, start, end, f"~{slop}")
        return slop


def _marks(text: str) -> _Marks:
    """A text's marks at its end: one `~`, one `^`, in any order, after a letter or digit."""
    bare, tilde, caret = text, None, None
    for _ in range(2):
        found = _MARK.search(bare)
        if not found or not any(map(str.isalnum, bare[: found.start()])):
            break
        number = found.group()[1:].rstrip(".")
        if found.group()[0] == "~" and number and not any(map(str.isalpha, bare)):
            break  # `50~60`
        if found.group()[0] == "~" and tilde is None:
            tilde = number
        elif found.group()[0] == "^" and caret is None:
            caret = number
        else:
            break
        bare = bare[: found.start()]
    return _Marks(bare, tilde, caret)


def _without(marks: _Marks, sign: str, instead: str = "") -> str:
    """A word as typed with another mark in place of one."""
    if sign == "~":
        return marks.bare + instead + (f"^{marks.caret}" if marks.caret is not None else "")
    return marks.bare + (f"~{marks.tilde}" if marks.tilde is not None else "") + instead


def _ended(body: str, form: Form) -> tuple[str, Form]:
    """A word that a star may end."""
    return (body.rstrip("*?"), Form.PREFIX) if body.endswith("*") else (body, form)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
