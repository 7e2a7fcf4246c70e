"""A query's characters to lexemes, each with its place in the query.

In: what a person typed. Out: lexemes, and notes on stray quotes; used by `parser`.

Typographic and full-width quotes, brackets, colons and spaces count as the ASCII ones; what only
separates words in a headline (`,`, `;`, `!`, dashes and `--`, CJK punctuation) separates here.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from newssearch.article.model import count_words
from newssearch.results import Note
from newssearch.syntax.fields import FIELDS, resolve


class Lex(Enum):
    WORD = auto()
    PHRASE = auto()
    FIELD = auto()  # `name:`; the value is the next lexeme
    VALUE = auto()  # the raw value of a field that does not hold text: 2020..2021, >=7d
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()  # NOT, or - before a word
    PLUS = auto()


class Lexeme(NamedTuple):
    kind: Lex
    text: str
    start: int
    end: int

    @property
    def words(self) -> int:
        """How many words it holds, about: what is parted in any way, and CJK characters."""
        if self.kind is Lex.VALUE:
            return 1
        if self.kind not in (Lex.WORD, Lex.PHRASE):
            return 0
        return max(1, count_words(_BETWEEN_WORDS.sub(" ", self.text)))


#: One character for one character, so that places stay true.
_ASCII = str.maketrans("“”„‟«»＂（）：＊－＋\u3000\u00a0", '"""""""():*-+  ')
_SPACE = re.compile(r"[\s,;!，。、！？；「」『』【】《》〈〉…—–|]+")
_FIELD = re.compile(r"([A-Za-z]+):(?!\s|//|$)")
#: a range in brackets, a quoted value, two words for a date, or what is typed without spaces, with
#: brackets in pairs (an address)
_RAW_VALUE = re.compile(
    r'\[[^\]}]*[\]}]|\{[^\]}]*[\]}]|"[^"]*"|(?:this|last)\s+(?:week|month|year)\b'
    r"|(?:[<>]=?\s*)?[^\s()](?:[^\s()]|\([^\s()]*\))*",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?:[^\s()\",;!，。、！？；「」『』【】《》〈〉…—–|]|(?<=\d),(?=\d{3}))+")
#: What most lexemes are: only letters and digits, up to a space or the end.
_PLAIN = re.compile(r"[^\W_]+(?!\S)")
#: After these a - or + without a space before it is a sign too.
_BEFORE_SIGN = (Lex.FIELD, Lex.OPEN, Lex.NOT, Lex.PLUS)
#: A sign that belongs to a number; before four digits it is an operator (`-2020`)
_SIGNED_NUMBER = re.compile(r"[-+]\d{1,3}(?:[.,]\d+)?%?(?=[\s,;!?)]|$)")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_OPERATORS = {"AND": Lex.AND, "OR": Lex.OR, "NOT": Lex.NOT}


def lex(query: str) -> tuple[list[Lexeme], list[Note]]:
    """The lexemes of a query in their order, and notes on what was left out."""
    text = query if query.isascii() else query.translate(_ASCII)
    lexemes: list[Lexeme] = []
    notes: list[Note] = []
    place = 0
    while place < len(text):
        space = _SPACE.match(text, place)
        if space:
            place = space.end()
            continue
        plain = _PLAIN.match(text, place)
        if plain:
            word = plain.group()
            place = plain.end()
            lexemes.append(Lexeme(_OPERATORS.get(word, Lex.WORD), word, plain.start(), place))
            continue
        starts = not lexemes or lexemes[-1].end < place or lexemes[-1].kind in _BEFORE_SIGN
        lexeme = _next(text, place, starts, notes)
        if lexeme is None:
            place += 1
            continue
        lexemes.append(lexeme)
        place = lexeme.end
        if lexeme.kind is Lex.FIELD and not FIELDS[resolve(lexeme.text) or ""].holds_text:
            value = _RAW_VALUE.match(text, place)
            if value:
                lexemes.append(Lexeme(Lex.VALUE, value.group(), place, value.end()))
                place = value.end()
    return lexemes, notes


def _next(text: str, place: int, starts: bool, notes: list[Note]) -> Lexeme | None:
    """The lexeme at `place`, where a word `starts` or not; None for what is only punctuation."""
    character = text[place]
    if character in "()":
        kind = Lex.OPEN if character == "(" else Lex.CLOSE
        return Lexeme(kind, character, place, place + 1)
    if character == '"':
        return _quoted(text, place, notes)
    if character in "-+":
        follower = text[place + 1 : place + 2]
        if not starts or text[place - 1 : place + 1] == "--":
            return None  # in the middle of text, `(live)-scores`, or a dash
        if not follower or follower in "-+)" or _SPACE.match(follower):
            return None
        if _SIGNED_NUMBER.match(text, place):
            return None  # a headline's: `between -7 and -4%`
        kind = Lex.NOT if character == "-" else Lex.PLUS
        return Lexeme(kind, character, place, place + 1)
    field = _FIELD.match(text, place)
    if field and resolve(field.group(1)):
        return Lexeme(Lex.FIELD, field.group(1), place, field.end())
    word = _WORD.match(text, place)
    if word is None:
        return None
    kind = _OPERATORS.get(word.group(), Lex.WORD)
    return Lexeme(kind, word.group(), place, word.end())


def _quoted(text: str, place: int, notes: list[Note]) -> Lexeme | None:
    end = text.find('"', place + 1)
    if end < 0:
        notes.append(
            Note(
                "unbalanced-quote",
                "a quotation mark without its other half: the words after it are searched singly",
                place,
                place + 1,
                suggestion=text + '"' if text[place + 1 :].strip() else "",
            )
        )
        return None
    return Lexeme(Lex.PHRASE, text[place + 1 : end], place, end + 1)
