"""Everything that a query finds, asked of the seeds and read back from the files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import bibtexparser
import pytest
import rispy

from newssearch.engine.base import Document, Found, Member
from newssearch.errors import QuerySyntaxError, UsageError
from newssearch.export import ExportedArticle, read_articles
from newssearch.hits import HitMaker
from newssearch.options import QueryOptions, Sort
from newssearch.query import NewsIndex
from newssearch.render.citation import citation, one_line, provenance
from newssearch.render.export_bibtex import render_bibtex
from newssearch.render.export_csl import render_csl
from newssearch.render.export_csv import render_csv_export
from newssearch.render.export_jsonl import render_jsonl_export
from newssearch.render.export_ris import render_ris

EVERYTHING = "kind:article OR kind:digest OR kind:page"


@pytest.mark.parametrize("collapse", [True, False])
@pytest.mark.parametrize("query", ["lukashenko", EVERYTHING, "date:2020-08", "白俄罗斯"])
def test_every_hit_is_exported_once_in_the_order_of_hits(
    news: NewsIndex, query: str, collapse: bool
) -> None:
    results = news.query(query, limit=None, collapse=collapse)
    export = news.export(query, QueryOptions(collapse=collapse))
    assert [one.hit for one in export.articles] == [*results.hits]
    assert export.count == (results.total_stories if collapse else results.total) > 0
    assert (export.results.total, export.results.total_stories) == (
        results.total,
        results.total_stories,
    )


def test_an_article_is_whole_and_has_what_show_has(news: NewsIndex) -> None:
    for one in news.export(EVERYTHING, QueryOptions(collapse=False)).articles:
        stored = news.article(one.hit.id)
        assert one.article == stored.article
        assert (one.root, one.added, one.hit.file) == (stored.root, stored.added, stored.file)
        assert (one.hit.story, one.hit.translations) == (stored.story, stored.translations)
        assert one.copies == stored.copies


def test_an_export_says_where_it_is_from(news: NewsIndex) -> None:
    export = news.export("lukashenko", QueryOptions(lang="en"))
    assert (export.generation, export.day) == (news.generation, "2020-09-01")
    assert export.results.query == "lukashenko"
    assert provenance(export).query == "lukashenko --lang en"


def test_only_a_limit_of_its_own_cuts_an_export(news: NewsIndex) -> None:
    everything = QueryOptions(limit=1, offset=0, collapse=False)
    assert news.export(EVERYTHING, everything).count > 10
    export = news.export(EVERYTHING, everything, limit=3)
    assert export.count == len(list(export.articles)) == 3
    assert export.results.total > 10


def test_options_are_those_of_a_query(news: NewsIndex) -> None:
    options = QueryOptions(sort=Sort.OLDEST, since="2020-08-28", source="bbc.com", collapse=False)
    dates = [one.hit.date for one in news.export("belarus", options).articles]
    assert dates == sorted(dates)
    assert all(date >= "2020-08-28" for date in dates)
    assert [one.hit.source for one in news.export("belarus", options).articles] == (
        ["bbc.com"] * len(dates)
    )


def test_passages_come_where_they_are_asked_for(news: NewsIndex) -> None:
    (with_them,) = news.export("lukashenko moscow", QueryOptions(snippets=True)).articles
    (without,) = news.export("lukashenko moscow", QueryOptions(snippets=False)).articles
    assert any("Lukashenko" in snippet.text for snippet in with_them.hit.snippets)
    assert without.hit.snippets == ()


def test_partial_matches_are_never_exported(news: NewsIndex) -> None:
    export = news.export("lukashenko xylophone", QueryOptions(fall_back=True))
    assert (export.count, export.results.total, list(export.articles)) == (0, 0, [])
    assert [note.code for note in export.results.notes]


def test_mistakes_are_raised_before_anything_is_read(news: NewsIndex) -> None:
    with pytest.raises(QuerySyntaxError):
        news.export("titel:minsk", QueryOptions(strict=True))
    with pytest.raises(UsageError):
        news.export("minsk", QueryOptions(since="2021", until="2020"))


class CountingSnapshot:
    """Stands in for an engine's snapshot: remembers how many documents are asked for at once."""

    def __init__(self, document: Document) -> None:
        self.document, self.asked = document, list[int]()

    def members(self, stories: Iterable[str]) -> dict[str, list[Member]]:
        return {story: [self.member] for story in stories}

    @property
    def member(self) -> Member:
        article = self.document.article
        return Member(
            self.document.id, article.title, article.path, "en", (), "article", "", "", ()
        )

    def documents(self, ids: list[str]) -> list[Document]:
        self.asked.append(len(ids))
        return [self.document] * len(ids)


def test_articles_are_read_as_they_are_asked_for(news: NewsIndex) -> None:
    (one,) = news.export("lukashenko moscow").articles
    snapshot = CountingSnapshot(Document(one.hit.id, one.root, "s", one.added, one.article))
    found = [Found(one.hit.id, "s", 1.0)] * 10_000
    makers: list[HitMaker] = []

    def new_maker() -> HitMaker:
        makers.append(HitMaker(news._forms, news.places, (), False, False))
        return makers[-1]

    articles = read_articles(snapshot, found, new_maker)  # type: ignore[arg-type]
    assert snapshot.asked == []
    assert len(list(islice(articles, 150))) == 150
    assert snapshot.asked == [100, 100]
    assert len(makers) == 2
    assert len(list(articles)) == 9_850
    assert max(snapshot.asked) == 100


def read_csv(text: str) -> list[tuple[Any, ...]]:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return [(row["title"], row["url"], row["source"], row["date"][:10]) for row in rows]


def read_jsonl(text: str) -> list[tuple[Any, ...]]:
    rows = map(json.loads, text.splitlines())
    return [(row["title"], row["url"], row["source"], row["date"][:10]) for row in rows]


def read_ris(text: str) -> list[tuple[Any, ...]]:
    return [
        (row["title"], "".join(row.get("urls", [])), row.get("secondary_title", ""),
         row.get("date", "").replace("/", "-").rstrip("-"))
        for row in rispy.loads(text)
    ]  # fmt: skip


def read_csl(text: str) -> list[tuple[Any, ...]]:
    found = []
    for row in json.loads(text):
        parts = row["issued"]["date-parts"][0] if "issued" in row else ()
        date = "-".join(f"{part:02}" for part in parts)
        found.append((row["title"], row.get("URL", ""), row.get("container-title", ""), date))
    return found


def read_bibtex(text: str) -> list[tuple[Any, ...]]:
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    fields = [entry.fields_dict for entry in library.entries]
    return [
        (str(row["title"].value)[1:-1], *(
            str(row[name].value) if name in row else "" for name in ("url", "journal", "date")
        ))
        for row in fields
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("render", "read"),
    [
        (render_csv_export, read_csv),
        (render_jsonl_export, read_jsonl),
        (render_ris, read_ris),
        (render_csl, read_csl),
        (render_bibtex, read_bibtex),
    ],
    ids=["csv", "jsonl", "ris", "csl-json", "bibtex"],
)
def test_what_is_exported_is_read_back(
    news: NewsIndex, render: Callable[..., Iterator[str]], read: Callable[[str], list[Any]]
) -> None:
    export = news.export(EVERYTHING, QueryOptions(collapse=False))
    articles: list[ExportedArticle] = list(export.articles)
    expected = [
        (
            one_line(one.article.title),
            one.article.url,
            citation(one).source,
            "-".join(f"{part:02}" for part in citation(one).date),
        )
        for one in articles
    ]
    found = read("".join(render(articles, provenance(export))))
    assert len(found) == export.count
    # what TeX's escapes are for is tests/test_render_export_bibtex.py's affair
    plain = [tuple(text.replace("\\", "") for text in row) for row in found]
    assert plain == [tuple(text.replace("\\", "") for text in row) for row in expected]
