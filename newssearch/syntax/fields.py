"""The fields that a query may name.

In: a name as typed. Out: the field it means, or the nearest one; used by `lexer`, `parser`, the
engines (which must answer every one of them) and `docs/query.md` (a test keeps it complete).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto


class Holds(Enum):
    """What a field's values are, and so how a query asks for them."""

    TEXT = auto()  # analysed text: words, phrases, prefixes
    WORDS = auto()  # folded words: every word of the value must be there
    NAME = auto()  # one short value, compared whole
    DATE = auto()
    NUMBER = auto()
    FLAG = auto()  # one of a fixed set of values


@dataclass(frozen=True, slots=True)
class QueryField:
    """A field of queries: what it holds, and where only some values are possible, which."""

    name: str
    holds: Holds
    meaning: str
    values: tuple[str, ...] = ()

    @property
    def holds_text(self) -> bool:
        """Is the value lexed as words and phrases, not as one raw value?"""
        return self.holds in (Holds.TEXT, Holds.WORDS)


FIELDS = {
    field.name: field
    for field in (
        QueryField("title", Holds.TEXT, "words of the title"),
        QueryField("keywords", Holds.TEXT, "words of the keywords"),
        QueryField("body", Holds.TEXT, "words of the text"),
        QueryField("author", Holds.WORDS, "an author's name, or part of it"),
        QueryField("tag", Holds.WORDS, "a tag, or a word of it"),
        QueryField("source", Holds.NAME, "the site: bbc.com, or bbc"),
        QueryField("lang", Holds.NAME, "the language: en, zh"),
        QueryField("url", Holds.NAME, "the original address"),
        QueryField("path", Holds.NAME, "the file's path, or folders it begins with"),
        QueryField("story", Holds.NAME, "the id of an article: every article of its story"),
        QueryField("date", Holds.DATE, "when it was published; none: undated"),
        QueryField("added", Holds.DATE, "when the archive got it"),
        QueryField("words", Holds.NUMBER, "the length of the text in words"),
        QueryField("kind", Holds.FLAG, "what it is", ("article", "digest", "page")),
        QueryField(
            "is",
            Holds.FLAG,
            "what it is, as kind:, or that its story was there before",
            ("article", "digest", "page", "duplicate"),
        ),
        QueryField(
            "has",
            Holds.FLAG,
            "the article has this",
            ("date", "url", "author", "tag", "keywords", "image", "translation"),
        ),
    )
}

TEXT_FIELDS = tuple(name for name, field in FIELDS.items() if field.holds is Holds.TEXT)

ALIASES = {
    "intitle": "title",
    "hd": "title",
    "kw": "keywords",
    "keyword": "keywords",
    "site": "source",
    "authors": "author",
    "tags": "tag",
    "language": "lang",
}


#: Nothing longer is a misspelt name of something.
_LONGEST_NAME = 40


def resolve(name: str) -> str | None:
    """The field that a name or alias means, in any case; None where there is none."""
    lower = name.lower()
    return lower if lower in FIELDS else ALIASES.get(lower)


def nearest(name: str) -> str:
    """The field whose spelling is nearest; empty where none is near."""
    return nearest_of(name.lower(), (*FIELDS, *ALIASES), 0.6)


def nearest_of(word: str, known: Iterable[str], least: float = 0.65) -> str:
    """The word whose spelling is nearest; empty where none is at `least` so like it."""
    if len(word) > _LONGEST_NAME:
        return ""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), 1, least)), "")
