from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from invented_exports import BOTH, HOSTILE, ORIGIN, hostile_article, numbered, texts
from invented_results import STORED
from jsonschema import Draft202012Validator

from newssearch.export import ExportedArticle
from newssearch.render.export_jsonl import render_jsonl_export
from newssearch.render.json_form import render_article_json
from newssearch.render.safe import visible
from newssearch.results import Copy

SCHEMA = json.loads((Path(__file__).parent.parent / "docs/results.schema.json").read_text("utf-8"))
ARTICLE = Draft202012Validator({"$ref": "#/$defs/article", "$defs": SCHEMA["$defs"]})


def read(*articles: ExportedArticle) -> list[dict[str, Any]]:
    return [json.loads(line) for line in render_jsonl_export(articles, ORIGIN)]


def test_a_line_is_what_show_writes_and_where_it_is_from() -> None:
    strike, ferry = read(*BOTH)
    asked = strike.pop("export")
    assert strike == json.loads(render_article_json(STORED))
    assert asked == {
        "rank": 1,
        "score": 7.25,
        "query": "tractor strike --since 2020-08",
        "generation": 7,
        "exported": "2020-09-01",
        "count": 2,
        "total": 4,
        "total_stories": 2,
    }
    assert ferry["export"] == asked | {"rank": 2, "score": 1.5}


def test_the_other_articles_of_the_story_are_in_it() -> None:
    copy = Copy("9c01d2e3f406", "2020/08/18/s.md", "Strikers", "", "en", "article", "2020-08-18")
    line, _ = read(replace(BOTH[0], copies=(copy,)), BOTH[1])
    del line["export"]
    assert line == json.loads(render_article_json(replace(STORED, copies=(copy,))))
    assert [other["id"] for other in line["copies"]] == ["9c01d2e3f406"]


def test_a_line_is_as_the_schema_of_articles_says() -> None:
    for line in read(*BOTH, *map(hostile_article, HOSTILE)):
        del line["export"]
        ARTICLE.validate(line)


@given(texts)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_an_article_is_one_line_and_reads_back_the_same(text: str) -> None:
    (line,) = render_jsonl_export([hostile_article(text)], ORIGIN)
    assert line.splitlines() == [line[:-1]]
    assert visible(line[:-1]) == line[:-1]
    found = json.loads(line)
    assert found["title"] == text
    assert found["keywords"] == [text, "belarus"]
    assert found["body"] == [{"line": 1, "text": text}]


def test_there_are_as_many_lines_as_articles() -> None:
    articles = numbered(250)
    assert [line["title"] for line in read(*articles)] == [one.article.title for one in articles]
    assert read() == []
