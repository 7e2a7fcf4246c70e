from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from invented_exports import BOTH, HOSTILE, ORIGIN, hostile_article, numbered, texts

from newssearch.export import ExportedArticle
from newssearch.render.export_csv import COLUMNS, render_csv_export
from newssearch.render.safe import visible

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def read(*articles: ExportedArticle) -> list[dict[str, str]]:
    text = "".join(render_csv_export(articles, ORIGIN))
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in rows)
    return rows


def test_an_article_reads_back_whole() -> None:
    strike, ferry = read(*BOTH)
    assert tuple(strike) == COLUMNS
    assert strike == {
        "rank": "1",
        "id": "4f21b7a0c3d9",
        "score": "7.2500",
        "date": "2020-08-17T09:30:00",
        "date_source": "header",
        "added": "2020-08-18",
        "lang": "en",
        "source": "harbour-post.example",
        "title": "Lukashenko jeered by strikers at a tractor works",
        "alternate_title": "A day in Minsk",
        "authors": "Ada Verne; Tom Okoye",
        "url": "https://harbour-post.example/europe/1207",
        "keywords": "belarus; strike",
        "tags": "",
        "kind": "article",
        "words": "28",
        "abstract": " ".join(["Workers whistled."] * 12),
        "story": "4f21b7a0c3d9",
        "copies": "3",
        "languages": "en, zh",
        "translations": "9c01d2e3f405",
        "image": "",
        "archive": "news",
        "path": "2020/08/17/tractor-strike.md",
        "file": "news/2020/08/17/tractor-strike.md",
        "query": "tractor strike --since 2020-08",
        "generation": "7",
        "exported": "2020-09-01",
    }
    assert (ferry["rank"], ferry["title"], ferry["date"]) == ("2", "Night ferry returns", "")


def test_no_cell_is_a_formula_or_ends_its_line() -> None:
    rows = read(*map(hostile_article, HOSTILE))
    assert len(rows) == len(HOSTILE)
    for row in rows:
        for name, cell in row.items():
            assert not cell.lstrip().startswith(FORMULA), name
            assert visible(cell) == cell


@given(texts)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_an_article_reads_back_as_it_was(text: str) -> None:
    row, after = read(hostile_article(text), BOTH[1])
    guard = "'" if text.lstrip().startswith(FORMULA) or text.startswith(("\t", "\r")) else ""
    assert row["title"] == visible(guard + text)
    assert row["keywords"] == visible(guard + f"{text}; belarus")
    assert after["title"] == "Night ferry returns"


def test_there_are_as_many_rows_as_articles() -> None:
    articles = numbered(250)
    rows = read(*articles)
    assert [row["title"] for row in rows] == [one.article.title for one in articles]
    assert [int(row["rank"]) for row in rows] == list(range(1, 251))
    assert read() == []
