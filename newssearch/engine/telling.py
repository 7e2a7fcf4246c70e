"""What tells articles apart whose bodies are alike: how much more alike they must be then.

In: two articles. Out: the least part of their shingles that must stand in both. Used by `alike`,
and by the columnar engine for the few pairs that share enough.

Much of what is written every week is a form to fill in: a central bank's operation, the second part
of a course, a committee's next meeting. And a crawler that misses an article takes what stands
around it: one gallery, one notice, under the headlines of several.
"""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Article, Kind, Precision

#: Of articles more days apart than this, so much must be alike.
DAYS_APART, ALIKE_APART = 3, 0.95

#: Of two addresses' titles at one site, the least part of the words that must stand in both.
TITLES_ALIKE = 1 / 3

#: More than there can be.
NEVER = 2.0

_NUMBER = re.compile(r"\d+|\b[IVX]+$")


class Telling(NamedTuple):
    """What tells an article from others: the site of its address, or of the article that an entry
    is of; the words of its title, and the numbers in it; its day, counted, if it is known."""

    site: str
    title: frozenset[str]
    numbers: frozenset[str]
    day: int


def telling(article: Article, analyzer: Analyzer) -> Telling:
    """What tells an article from others; `day` is 0 where it is not known.

    A title without a letter, such as the name of a file that has no headline, tells nothing.
    """
    title = article.title if any(map(str.isalpha, article.title)) else ""
    placed = title and (article.url or article.kind is Kind.DIGEST)
    day = 0
    if article.date and article.date.precision is Precision.DAY:
        day = datetime.date.fromisoformat(article.date.text[:10]).toordinal()
    return Telling(
        article.source if placed else "",
        frozenset(token.terms[0] for token in analyzer.tokens(title)),
        frozenset(_NUMBER.findall(title)),
        day,
    )


def least_alike(one: Telling, other: Telling, least: float) -> float:
    """The least Jaccard of two articles' shingles; `least` where nothing tells them apart."""
    if one.site and one.site == other.site:
        shared = len(one.title & other.title)
        if shared < TITLES_ALIKE * (len(one.title) + len(other.title) - shared):
            return NEVER  # two addresses, two headlines: the site says that it is two articles
    if one.numbers - other.numbers and other.numbers - one.numbers:
        return 1.0  # `Part 1`, `Part 2`
    if one.day and other.day and abs(one.day - other.day) > DAYS_APART:
        return ALIKE_APART
    return least
