"""A query's characters to lexemes, each with its place in the query.

In: what a person typed. Out: lexemes, and notes on stray quotes; used by `parser`.

Typographic and full-width quotes, brackets, colons and spaces count as the ASCII ones; what only
separates words in a headline (`,`, `;`, `!`, dashes and `--`, CJK punctuation) separates here.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import cache
from typing import NamedTuple

from newssearch.article.model import count_words
from newssearch.syntax.dates import DATE_VALUE
from newssearch.syntax.fields import FIELDS, Holds, resolve
from newssearch.syntax.notes import Notes


class Lex(Enum):
    WORD = auto()
    PHRASE = auto()
    FIELD = auto()  # `name:`; the value is the next lexeme
    VALUE = auto()  # the raw value of a field that does not hold text: 2020..2021, >=7d
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NEAR = auto()  # W/5, PRE/5, NEAR/5, W/S, W/P
    NOT = auto()  # NOT, or - before a word
    PLUS = auto()


class Lexeme(NamedTuple):
    kind: Lex
    text: str
    start: int
    end: int
    marks: str = ""  # what stands right after a phrase: ~5, ^2

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
#: a range in brackets, a quoted value, or what is typed without spaces, with brackets in pairs (an
#: address)
_BRACKETED = r"\[[^\]}]*[\]}]|\{[^\]}]*[\]}]"
_RAW_VALUE = re.compile(
    rf'{_BRACKETED}|"[^"]*"|(?:[<>]=?\s*)?[^\s()](?:[^\s()]|\([^\s()]*\))*', re.IGNORECASE
)
#: A range asked of a field of text, which has none.
_RANGE_OF_WORDS = re.compile(r"[\[{][^\]}]*\sTO\s[^\]}]*[\]}]|[<>]=?\s*[^\s()]+")
_WORD = re.compile(r"(?:[^\s()\",;!，。、！？；「」『』【】《》〈〉…—–|]|(?<=\d),(?=\d{3}))+")
#: What most lexemes are: only letters and digits, up to a space or the end.
_PLAIN = re.compile(r"[^\W_]+(?!\S)")
_MARKS = re.compile(r"(?:[~^][\d.]*)+(?![^\s()])")
_NEAR = re.compile(r"(?:W|PRE|NEAR)/(?:\d+|[SP])", re.IGNORECASE)
#: After these a - or + without a space before it is a sign too.
_BEFORE_SIGN = (Lex.FIELD, Lex.OPEN, Lex.NOT, Lex.PLUS)
#: A sign that belongs to a number; before four digits it is an operator (`-2020`)
_SIGNED_NUMBER = re.compile(r"[-+]\d{1,3}(?:[.,]\d+)?%?(?=[\s,;!?)]|$)")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_OPERATORS = {"AND": Lex.AND, "OR": Lex.OR, "NOT": Lex.NOT}
_OPERATOR = re.compile(r"(?:AND|OR|NOT)(?![^\s()])")
_FOREIGN = re.compile(r"\|\||&&")


def lex(query: str, notes: Notes) -> list[Lexeme]:
    """The lexemes of a query in their order; what was left out is noted."""
    text = query if query.isascii() else query.translate(_ASCII)
    _note_foreign(text, notes)
    lexemes: list[Lexeme] = []
    after_field = False
    groups: list[str] = []  # of each open bracket, the field without text that it is asked of
    place = 0
    while place < len(text):
        space = _SPACE.match(text, place)
        if space:
            place = space.end()
            continue
        plain = _PLAIN.match(text, place)
        if plain and not after_field and not (groups and groups[-1]):
            word = plain.group()
            place = plain.end()
            lexemes.append(Lexeme(_OPERATORS.get(word, Lex.WORD), word, plain.start(), place))
            continue
        lexeme = _raw(text, place, lexemes, groups) or _next(text, place, lexemes, notes)
        if lexeme is None:
            place += 1
            continue
        if lexeme.kind is Lex.OPEN:
            groups.append(_asked(place, lexemes, groups))
        elif lexeme.kind is Lex.CLOSE and groups:
            groups.pop()
        lexemes.append(lexeme)
        place, after_field = lexeme.end, lexeme.kind is Lex.FIELD
    return lexemes


def _asked(place: int, lexemes: list[Lexeme], groups: list[str]) -> str:
    """The field without text that what stands at `place` is a value of; empty for none."""
    before = lexemes[-1] if lexemes else None
    if before and before.kind is Lex.FIELD and before.end == place:
        field = resolve(before.text) or ""
        return "" if FIELDS[field].holds_text else field
    return groups[-1] if groups else ""


def _raw(text: str, place: int, lexemes: list[Lexeme], groups: list[str]) -> Lexeme | None:
    """The raw value at `place`, where one is asked for, or a range that a field of text has not."""
    before = lexemes[-1] if lexemes else None
    follows = before is not None and before.kind is Lex.FIELD and before.end == place
    field = _asked(place, lexemes, groups)
    if not field:
        found = _RANGE_OF_WORDS.match(text, place) if follows else None
    elif text[place] in "()" or _OPERATOR.match(text, place):
        return None
    elif not follows and (text[place] in "-+" or _names_field(text, place)):
        return None
    else:
        dates = FIELDS[field].holds is Holds.DATE
        found = (_date_value().match(text, place) if dates else None) or _RAW_VALUE.match(
            text, place
        )
    if found is None:
        return None
    value = found.group().rstrip(",;!") or found.group()
    return Lexeme(Lex.VALUE, value, place, place + len(value))


@cache
def _date_value() -> re.Pattern[str]:
    """A date or range, with spaces in it perhaps; compiled when first asked for: it takes 1 ms."""
    return re.compile(rf"(?:{_BRACKETED}|{DATE_VALUE})(?![^\s(),;!])", re.IGNORECASE)


def _names_field(text: str, place: int) -> str | None:
    """The field named at `place`."""
    field = _FIELD.match(text, place)
    return field.group(1) if field and resolve(field.group(1)) else None


def _next(text: str, place: int, lexemes: list[Lexeme], notes: Notes) -> Lexeme | None:
    """The lexeme at `place`; None for what is only punctuation."""
    character = text[place]
    if character in "()":
        kind = Lex.OPEN if character == "(" else Lex.CLOSE
        return Lexeme(kind, character, place, place + 1)
    if character == '"':
        return _quoted(text, place, notes)
    if character in "-+":
        starts = not lexemes or lexemes[-1].end < place or lexemes[-1].kind in _BEFORE_SIGN
        return _sign(text, place, starts)
    name = _names_field(text, place)
    if name:
        return Lexeme(Lex.FIELD, name, place, place + len(name) + 1)
    word = _WORD.match(text, place)
    if word is None:
        return None
    kind = _OPERATORS.get(word.group(), Lex.WORD)
    if "/" in word.group() and _NEAR.fullmatch(word.group()):
        kind = Lex.NEAR
    return Lexeme(kind, word.group(), place, word.end())


def _sign(text: str, place: int, starts: bool) -> Lexeme | None:
    """A - or + where a word `starts`; None in text: `(live)-scores`, a dash, a number's sign."""
    follower = text[place + 1 : place + 2]
    if not starts or text[place - 1 : place + 1] == "--":
        return None
    if not follower or follower in "-+)" or _SPACE.match(follower):
        return None
    if _SIGNED_NUMBER.match(text, place):
        return None  # a headline's: `between -7 and -4%`
    return Lexeme(Lex.NOT if text[place] == "-" else Lex.PLUS, text[place], place, place + 1)


def _quoted(text: str, place: int, notes: Notes) -> Lexeme | None:
    end = text.find('"', place + 1)
    if end < 0:
        rest = text[place:].rstrip()
        notes.add(
            "unbalanced-quote",
            "a quotation mark without its other half: the words after it are searched singly",
            place,
            place + len(rest),
            rest + '"' if rest[1:].strip() else "",
        )
        return None
    marks = _MARKS.match(text, end + 1)
    after = marks.group() if marks else ""
    return Lexeme(Lex.PHRASE, text[place + 1 : end], place, end + 1 + len(after), after)


def _note_foreign(text: str, notes: Notes) -> None:
    """Note the operators of other languages, which are punctuation in this one."""
    if "||" in text or "&&" in text:
        for found in _FOREIGN.finditer(text):
            operator = "OR" if found.group() == "||" else "AND"
            message = f"{found.group()} is punctuation here; the operator is {operator}"
            notes.add("not-an-operator", message, *found.span(), suggestion=f" {operator} ")
