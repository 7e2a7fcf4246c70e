"""What articles are counted by: the fields, and a document's values of each.

In: documents. Out: values, and counts of them; used by the engines. The columnar engine counts the
same on arrays (`columnar.counting`); this is also what it is compared with.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from newssearch.analysis.folding import fold
from newssearch.engine.base import Count, Document
from newssearch.engine.names import written

#: Periods, the finest first: a date that is known less exactly has none.
UNITS = ("day", "week", "month", "year")

#: Values that are spelt in several ways and count as one.
NAMES = ("author", "keyword", "tag")

#: Every field that can be counted by.
FACETS = ("source", "lang", "kind", *NAMES, *reversed(UNITS))


def values(document: Document, field: str) -> Sequence[str]:
    """A document's values of a field; names as they are written, which may be twice in other
    letters."""
    article = document.article
    match field:
        case "source":
            return [fold(article.source)] if article.source else []
        case "lang":
            return [fold(lang) for lang in article.languages or (article.lang,) if lang]
        case "kind":
            return [article.kind.value]
        case "author":
            return written(article.authors)
        case "keyword":
            return written(article.keywords)
        case "tag":
            return written(article.tags)
        case _:
            day = article.date.text[:10] if article.date else ""
            period = period_of(day, field)
            return [period] if period else []


def period_of(day: str, unit: str) -> str:
    """The year, month, ISO week or day of a date as far as it is known; "" where that is unknown.

    A week belongs to the year in which its Thursday is (ISO 8601): `2020-W53` ends in 2021.
    """
    match unit:
        case "year":
            return day[:4]
        case "month":
            return day[:7] if len(day) >= 7 else ""
        case "week" if len(day) == 10:
            year, week, _ = datetime.date.fromisoformat(day).isocalendar()
            return f"{year:04}-W{week:02}"
        case _:
            return day if len(day) == 10 else ""


def spelling(counts: Mapping[str, int]) -> str:
    """Of the spellings of a name the most frequent one; of equal ones the first by its letters."""
    return min(counts, key=lambda text: (-counts[text], text))


def counts(found: Iterable[Document], fields: Sequence[str]) -> dict[str, dict[str, Count]]:
    """As `Snapshot.counts`, of documents with the stories that are shown, one after the other."""
    tallies = {field: _Tally() for field in fields}
    for document in found:
        for field, tally in tallies.items():
            tally.add(values(document, field), document.story)
    return {field: tally.counts(field in NAMES) for field, tally in tallies.items()}


class _Tally:
    """Counts one field's values under their folded forms."""

    def __init__(self) -> None:
        self._articles: Counter[str] = Counter()
        self._stories: dict[str, set[str]] = defaultdict(set)
        self._spelt: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, found: Sequence[str], story: str) -> None:
        texts = set(found) or {""}
        for text in texts:
            self._spelt[fold(text)][text] += 1
        for key in set(map(fold, texts)):
            self._articles[key] += 1
            self._stories[key].add(story)

    def counts(self, names: bool) -> dict[str, Count]:
        return {
            spelling(self._spelt[key]) if names else next(iter(self._spelt[key])): Count(
                articles, len(self._stories[key])
            )
            for key, articles in self._articles.items()
        }
