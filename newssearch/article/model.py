"""What one article is, whatever its file looked like.

`article.read` turns a file's bytes into these; the indexer, the engine and `show` use them.
Everything is text as it stood in the file, cleaned of markup; nothing here is analysed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple


class Kind(StrEnum):
    """What an article's file is: see SPEC §1 for the rules."""

    ARTICLE = "article"
    DIGEST = "digest"  # an entry of a digest: one of several articles in one file
    PAGE = "page"  # a generated page of links; out of results unless asked for


class DateSource(StrEnum):
    """Where an article's date was found, in the order of trust."""

    HEADER = "header"
    URL = "url"
    PATH = "path"  # the file's name, else its folders


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


# An article has dozens of these three: named tuples are made in two thirds of the time that frozen
# dataclasses take, and `json` writes them as they are.


class ArticleDate(NamedTuple):
    """A calendar date as written: never converted to another time zone.

    `text` is ISO 8601 cut to what is known: `2020`, `2020-08`, `2020-08-27`,
    `2020-08-27T13:05:00`, `2020-08-27T13:05:00+08:00`.
    """

    text: str
    source: DateSource
    precision: Precision

    @property
    def key(self) -> int:
        """The date as a number that sorts: YYYYMMDDhhmmss, unknown parts 0 (local time)."""
        digits = self.text[:19].replace("-", "").replace("T", "").replace(":", "")
        return int(digits.ljust(14, "0"))


class Paragraph(NamedTuple):
    """Clean text without line breaks, and the line of the file (from 1) that it starts on."""

    line: int
    text: str


class ParseWarning(NamedTuple):
    """Something in the file that was not as it should be, and how it was read all the same."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `path` is relative to its archive root, with `/`, percent-encoded where it is
    not UTF-8; a digest's entry has `#` and its number (from 1) at the end.

    `translation_links` and `source_links` are paths in the same form, as the file links to them,
    repaired for nothing: the first to the same article in another language, the second, in a
    digest's entry, to the full articles that it summarises.
    """

    path: str
    title: str
    body: tuple[Paragraph, ...] = ()
    alternate_title: str = ""
    keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    date: ArticleDate | None = None
    url: str = ""  # canonical, absolute; empty where the file has none
    source: str = ""  # the site, as `bbc.com`, or what the front matter says
    lang: str = ""  # ISO 639-1: declared, from the file's suffix, or from the script
    languages: tuple[str, ...] = ()  # all that the body is in, `lang` first; a digest's entry: two
    kind: Kind = Kind.ARTICLE
    image: str = ""
    translation_links: tuple[str, ...] = ()
    source_links: tuple[str, ...] = ()
    folder_date: str = ""  # YYYY-MM-DD of the folders, as a crawler's import folder; else empty
    extra: tuple[tuple[str, str], ...] = ()  # unknown header fields, in their order
    warnings: tuple[ParseWarning, ...] = ()

    @property
    def text(self) -> str:
        """The body, paragraphs parted by an empty line."""
        return "\n\n".join(paragraph.text for paragraph in self.body)


#: Kana, Han with its extensions and compatibility forms, Hangul
CJK = (
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)


def count_words(text: str) -> int:
    """Words parted by spaces, and one for each CJK character."""
    if text.isascii():
        return len(text.split())
    others, runs = _cjk_runs().subn(" ", text)
    characters = len(text) - len(others) + runs
    words = others.split()
    return characters + sum(1 for word in words if word[0].isalnum() or any(map(str.isalnum, word)))


@cache  # start-up: every command imports this module, few count words
def _cjk_runs() -> re.Pattern[str]:
    return re.compile(f"[{CJK}]+")
