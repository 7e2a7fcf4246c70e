"""What documents say in the fields that filters ask for, and how many of them say what.

In: documents. Out: kinds, dates, names, whether a number is in a range, counts by value, articles
as members of stories; used by `brute_force`.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from newssearch.analysis.folding import fold
from newssearch.engine.base import Count, Document, Member
from newssearch.syntax.nodes import Filter


def kind_of(document: Document) -> str:
    return document.article.kind.value


def date_of(document: Document) -> int:
    return document.article.date.key if document.article.date else 0


def path_of(document: Document) -> tuple[str, str]:
    return document.article.path, document.root


def words_of(text: str) -> list[str]:
    return [fold(word) for word in re.findall(r"[^\W_]+", text)]


def any_is(values: Iterable[str], text: str, prefix: bool) -> bool:
    return any(value.startswith(text) if prefix and text else value == text for value in values)


def in_range(condition: Filter, field: str, document: Document, length: int) -> bool:
    if field == "words":
        number = length
    elif field == "date":
        number = date_of(document)
    else:
        number = int((document.added.replace("-", "") or "0").ljust(14, "0"))
    if condition.present:
        return number != 0
    if condition.text == "none":
        return number == 0
    if field != "words" and number == 0:
        return False
    above = condition.low is None or number >= condition.low
    return above and (condition.high is None or number <= condition.high)


def values_of(document: Document, field: str) -> list[str]:
    """What a field of names or words may be asked for."""
    article = document.article
    source = fold(article.source)
    present = {
        "date": article.date,
        "url": article.url,
        "author": article.authors,
        "tag": article.tags,
        "keywords": article.keywords,
        "image": article.image,
    }
    return {
        "kind": [article.kind.value],
        "lang": [fold(lang) for lang in article.languages or (article.lang,) if lang],
        "source": [source, source.split(".")[0]] if source else [],
        "author": words_of(" ".join(article.authors)),
        "tag": words_of(" ".join(article.tags)),
        "url": [article.url] if article.url else [],
        "path": [article.path],
        "story": [document.story],
        "has": [name for name, value in present.items() if value],
    }[field]


def counts_of(field: str, found: Sequence[tuple[Document, str]]) -> dict[str, Count]:
    """The values of a field of counts, each in its most usual spelling."""
    having: dict[str, list[tuple[str, Document, str]]] = {}
    for document, story in found:
        for value in {unicodedata.normalize("NFC", one) for one in _counted_by(field, document)}:
            having.setdefault(fold(value), []).append((value, document, story))
    counts = {}
    for held in having.values():
        spellings = Counter(value for value, _, _ in held)
        shown = min(spellings, key=lambda one: (-spellings[one], one))
        articles = len({document.id for _, document, _ in held})
        counts[shown] = Count(articles, len({story for _, _, story in held}))
    return counts


def _counted_by(field: str, document: Document) -> list[str]:
    article = document.article
    date = article.date.text[:10] if article.date else ""
    week = ""
    if len(date) == 10:
        year, number, _ = datetime.date.fromisoformat(date).isocalendar()
        week = f"{year:04}-W{number:02}"
    found = {
        "source": [fold(article.source)],
        "lang": [fold(lang) for lang in article.languages or (article.lang,)],
        "kind": [article.kind.value],
        "author": list(article.authors),
        "keyword": list(article.keywords),
        "tag": list(article.tags),
        "year": [date[:4]],
        "month": [date[:7] if len(date) > 4 else ""],
        "week": [week],
        "day": [date if week else ""],
    }[field]
    return [value for value in found if fold(value)] or [""]


def by_count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def member_of(document: Document) -> Member:
    article = document.article
    return Member(
        id=document.id,
        title=article.title,
        path=article.path,
        lang=article.lang,
        languages=article.languages,
        kind=article.kind,
        added=document.added,
        date=article.date.text if article.date else "",
        translation_links=article.translation_links,
    )
