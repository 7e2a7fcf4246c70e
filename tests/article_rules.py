"""The rules that hold for every file, whatever stands in it: what `article_fuzzer` makes is held
against them.

In: a `Made` file. Out: the seconds that the parser took, and what became of it; Lost, Slow or
another AssertionError where a rule is broken.
"""

from __future__ import annotations

import datetime
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import NamedTuple

from newssearch.article.language import KNOWN_CODES
from newssearch.article.model import Article, Precision
from newssearch.article.read import read_articles
from newssearch.article.urls import canonical_url
from newssearch.engine.base import Document
from newssearch.engine.record import from_json, to_json
from newssearch.errors import ArticleError

#: An article takes no longer than this, in seconds of the processor's time, plus so much a byte.
SLOWEST, PER_BYTE = 0.25, 2e-6

_NO_TITLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_BETWEEN = re.compile(r"[\W_]+|[^\x00-\x7f]+")
_DAYS = {
    Precision.DAY: r"\d{4}-\d\d-\d\d",
    Precision.MONTH: r"\d{4}-\d\d",
    Precision.YEAR: r"\d{4}",
}


class Lost(AssertionError):
    """Text of an article that is in none of what was made of it, and no warning says so."""


class Slow(AssertionError):
    """A file that takes longer to read than its size explains."""


class Made(NamedTuple):
    """A file: `planted` are the words of its body that nothing may hide."""

    data: bytes
    path: str
    encodings: tuple[str, ...]
    planted: tuple[str, ...] = ()


def check(made: Made, twice: bool = False) -> tuple[float, str]:
    """Hold a file against the rules; the seconds that it took, and what became of it."""
    began = time.process_time()
    articles, refused = read(made)
    taken = time.process_time() - began
    allowed = SLOWEST + PER_BYTE * len(made.data)
    if taken > allowed and _quickest(made) > allowed:
        raise Slow(f"{taken:.2f} s for {len(made.data):,} bytes")
    if refused is not None:
        assert refused.path == made.path
        assert refused.reason, made
        assert refused.reason.isprintable(), refused.reason
        assert not made.planted or made.encodings != ("utf-8",) or "NUL" in refused.reason, refused
        return taken, "refused"
    assert articles
    lines = 1 + max(made.data.count(b"\n") + made.data.count(b"\r"), 0)
    paths = [article.path for article in articles]
    numbered = [f"{made.path}#{number}" for number in range(1, len(articles) + 1)]
    assert paths in ([made.path], numbered), paths
    for article in articles:
        check_article(article, lines)
    check_planted(made, articles)
    if twice:
        assert read_articles(made.data, made.path, made.encodings) == articles
        for article in articles:
            document = Document("0123456789ab", "news", "key", "2020-08-27", article)
            head, body = json.loads(json.dumps(to_json(document)))
            assert from_json(head, body).article == article
    warned = any(article.warnings for article in articles)
    return taken, "warned" if warned else "several" if len(articles) > 1 else "read"


def read(made: Made) -> tuple[list[Article], ArticleError | None]:
    """What the parser makes of a file, or why it refuses it."""
    try:
        return read_articles(made.data, made.path, made.encodings), None
    except ArticleError as error:
        return [], error


def check_article(article: Article, lines: int) -> None:
    for text in texts(article):
        text.encode("utf-8")  # an index cannot hold half a character
        assert _NO_TEXT.search(text) is None, text
    assert _NO_TITLE.search(article.title) is None, article.title
    assert _NO_TITLE.search(article.alternate_title) is None, article.alternate_title
    at = 1
    for paragraph in article.body:
        assert at <= paragraph.line <= lines, (at, paragraph)
        at = paragraph.line
        assert paragraph.text.strip()
        assert "\n" not in paragraph.text
    for warning in article.warnings:
        assert 1 <= warning.line <= lines, warning
        assert warning.message
        warning.message.encode("utf-8")
    assert article.lang in KNOWN_CODES or not article.lang
    assert not article.languages or article.languages[0] == article.lang, article.languages
    assert canonical_url(article.url) == article.url, article.url
    assert re.match("https?://[^ ]+$", article.url) or not article.url, article.url
    for link in article.translation_links + article.source_links:
        assert not link.startswith(("/", "..")), link
    if article.date is not None:
        assert re.match(_DAYS[article.date.precision] + "(?:T|$)", article.date.text), article.date
        if article.date.precision is Precision.DAY:
            datetime.datetime.fromisoformat(article.date.text)
        assert 0 < article.date.key < 10**14
    assert not article.folder_date or datetime.date.fromisoformat(article.folder_date)


def check_planted(made: Made, articles: Sequence[Article]) -> None:
    """Each planted word is in a body, in a title where it stood in a heading, or in a field where
    it stood between fences; or a warning says that what is between these was read otherwise."""
    if not made.planted:
        return
    if any("line by line" in warning.message for one in articles for warning in one.warnings):
        return
    found = [
        text
        for one in articles
        for text in (
            one.title,
            one.alternate_title,
            one.text,
            *(part for pair in one.extra for part in pair),
        )
    ]
    words = frozenset(_BETWEEN.split("\n".join(found)))
    for word in made.planted:
        if word not in words:
            raise Lost(f"lost without a word: {word}")


def texts(article: Article) -> Iterator[str]:
    """Every text in an article."""
    pending: list[object] = [getattr(article, field.name) for field in fields(article)]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield str(value)
        elif isinstance(value, tuple):
            pending += value


def _quickest(made: Made) -> float:
    """The seconds that it takes at best: another process may have had the caches."""
    times = []
    for _ in range(3):
        began = time.process_time()
        read(made)
        times.append(time.process_time() - began)
    return min(times)
