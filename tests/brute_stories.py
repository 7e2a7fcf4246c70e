"""Which stories are one, which articles repeat others: every pair is looked at.

In: documents. Out: story keys, yes or no; used by `brute_force` and `test_alike`. The definitions
are those of `engine.alike` and `engine.repeated`, written out again; only the analysis is shared.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Article
from newssearch.engine.base import Document


def one_story(documents: Iterable[Document], analyzer: Analyzer) -> dict[str, str]:
    """For each story key the smallest one of the stories that are one with it."""
    documents = list(documents)
    shown = {document.story: document.story for document in documents}
    bodies = [(document, body) for document in documents if (body := _body(document, analyzer))]
    for (one, first), (other, second) in combinations(bodies, 2):
        if _languages(one.article) != _languages(other.article):
            continue
        share = Fraction(len(first & second), len(first | second))
        if share >= _least(one.article, other.article, analyzer):
            names = {shown[one.story], shown[other.story]}
            shown = {story: min(names) if now in names else now for story, now in shown.items()}
    return shown


def _languages(article: Article) -> set[str]:
    return set(article.languages or (article.lang,))


def _least(one: Article, other: Article, analyzer: Analyzer) -> Fraction:
    """How much of two bodies must be the same; `engine.telling` written out again."""
    said = [a.title if re.search(r"[^\W\d_]", a.title) else "" for a in (one, other)]
    titles = [{token.terms[0] for token in analyzer.tokens(title)} for title in said]
    placed = all(said) and all(a.url or a.kind == "digest" for a in (one, other))
    if placed and one.source and one.source == other.source:
        if 3 * len(titles[0] & titles[1]) < len(titles[0] | titles[1]):
            return Fraction(2)
    numbers = [set(re.findall(r"\d+|\b[IVX]+$", title)) for title in said]
    if all(numbers[i] - numbers[1 - i] for i in (0, 1)):
        return Fraction(1)
    days = [a.date.text[:10] for a in (one, other) if a.date and len(a.date.text) >= 10]
    if len(days) == 2:
        first, last = sorted(map(datetime.date.fromisoformat, days))
        if (last - first).days > 3:
            return Fraction(95, 100)
    return Fraction(4, 5)


def _body(document: Document, analyzer: Analyzer) -> set[tuple[str, ...]]:
    """The shingles of a body; none of one that is not compared."""
    article = document.article
    length = analyzer.field([paragraph.text for paragraph in article.body]).length
    languages = _languages(article)
    in_cjk = languages in ({"zh"}, {"ja"}, {"ko"})
    least = 100 if languages & {"zh", "ja", "ko"} else 0
    least += 0 if in_cjk else 50
    if article.kind == "page" or length < least:
        return set()
    size = 7 if in_cjk else 5
    words = [
        next((term for term in token.terms if term[0] == "="), token.terms[0])
        for paragraph in article.body
        for token in analyzer.tokens(paragraph.text)
    ]
    return {tuple(words[start : start + size]) for start in range(len(words) - size + 1)}


def repeats(document: Document, story: Iterable[Document]) -> bool:
    """Is it a duplicate among its story's documents, itself among them?"""
    kind = document.article.kind
    earlier = [one for one in story if _front(one) < _front(document)]
    if kind == "digest":
        kinds = {one.article.kind for one in earlier}
        return "digest" in kinds or any(one.article.kind == "article" for one in story)
    return kind == "article" and any(
        one.article.kind == "article" and one.article.lang == document.article.lang
        for one in earlier
    )


def _front(document: Document) -> tuple[str, bool, str, str]:
    article = document.article
    return document.added, article.kind == "digest", article.path, document.id


def has_translation(document: Document, story: Iterable[Document]) -> bool:
    """Has its story an article in another language?"""
    return any(
        one.article.kind == "article" and one.article.lang not in ("", document.article.lang)
        for one in story
    )
