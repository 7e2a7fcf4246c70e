"""What tells articles apart whose bodies are alike."""

from __future__ import annotations

import pytest

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Article, ArticleDate, DateSource, Kind, Precision
from newssearch.engine.telling import NEVER, least_alike, telling

LEAST = 0.8


def article(title: str, day: str = "", url: str = "", kind: Kind = Kind.ARTICLE) -> Article:
    date = ArticleDate(day, DateSource.HEADER, Precision.DAY) if day else None
    source = "example-news.org" if url or kind is Kind.DIGEST else ""
    return Article("a.md", title, date=date, url=url, kind=kind, source=source)


def least(one: Article, other: Article) -> float:
    analyzer = Analyzer()
    marks = telling(one, analyzer), telling(other, analyzer)
    found = least_alike(*marks, LEAST)
    assert found == least_alike(*reversed(marks), LEAST)
    return found


def test_nothing_tells_apart_what_has_one_title_and_one_day() -> None:
    assert least(article("Ferry aground", "2020-08-27"), article("Ferry aground")) == LEAST


def test_other_headlines_at_two_addresses_of_one_site_are_two_articles() -> None:
    ferry = article("Ferry aground off the mole", url="https://example-news.org/1")
    owls = article("Owls counted in the park", url="https://example-news.org/2")
    again = article("Ferry aground off the old mole", url="https://example-news.org/3")
    assert least(ferry, owls) == NEVER
    assert least(ferry, again) == LEAST
    assert least(ferry, article("Owls counted in the park")) == LEAST
    assert least(ferry, article("Owls counted", kind=Kind.DIGEST)) == NEVER


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("Knots, part 1", "Knots, part 2", 1.0),
        ("Knots, Part I", "Knots, Part II", 1.0),
        ("Knots 2020", "Knots", LEAST),
        ("I need knots", "19 need knots", LEAST),
    ],
)
def test_numbers_in_titles_tell_the_parts_of_a_series(one: str, other: str, wanted: float) -> None:
    assert least(article(one), article(other)) == wanted


def test_a_title_without_a_letter_tells_nothing() -> None:
    ferry = article("Ferry aground off the mole, 3 hurt", url="https://example-news.org/1")
    for name in ("13369", "2020-08-27", "9/11", "…"):
        assert least(article(name), article("13338")) == LEAST
        assert least(ferry, article(name, url="https://example-news.org/2")) == LEAST


def test_articles_days_apart_must_be_more_alike() -> None:
    days = [article("Ferry aground", f"2020-08-{day}") for day in (24, 27, 28)]
    assert least(days[0], days[1]) == LEAST
    assert least(days[0], days[2]) == 0.95
