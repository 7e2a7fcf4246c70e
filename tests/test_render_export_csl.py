from __future__ import annotations

import io
import json
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from invented_exports import (
    BOTH,
    HOSTILE,
    ORIGIN,
    dated,
    exported,
    hostile_article,
    numbered,
    texts,
)
from jsonschema import Draft7Validator

from newssearch.export import ExportedArticle
from newssearch.render.citation import citation
from newssearch.render.export_csl import render_csl
from newssearch.render.safe import visible

with warnings.catch_warnings():  # its own imports warn on some versions of Python
    warnings.simplefilter("ignore")
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON

_TEXT = {"type": "string"}
_NAME = {
    "type": "object",
    "properties": {"family": _TEXT, "given": _TEXT, "literal": _TEXT},
    "additionalProperties": False,
}
#: What the published schema of CSL-JSON says of the fields that are written here: no package that
#: could be asked ships it.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            **dict.fromkeys(
                ("id", "title", "translated-title", "container-title", "URL", "language",
                 "keyword", "abstract"), _TEXT
            ),
            "type": {"enum": ["article-newspaper"]},
            "author": {"type": "array", "items": _NAME},
            "custom": {"type": "object"},
            "issued": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "date-parts": {
                        "type": "array", "minItems": 1, "maxItems": 2,
                        "items": {"type": "array", "minItems": 1, "maxItems": 3,
                                  "items": {"type": ["string", "number"]}},
                    },
                },
            },
        },
    },
}  # fmt: skip

#: A small style that sets a newspaper's articles apart.
STYLE = b"""<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
  <info><title>Press</title><id>press</id><updated>2020-09-01T00:00:00+00:00</updated></info>
  <citation><layout><text variable="title"/></layout></citation>
  <bibliography><layout>
    <choose><if type="article-newspaper"><text value="Newspaper: "/></if></choose>
    <names variable="author"><name name-as-sort-order="all" delimiter="; "/></names>
    <date variable="issued" prefix=" (" suffix=") ">
      <date-part name="year"/><date-part name="month" form="numeric" prefix="-"/>
      <date-part name="day" prefix="-"/>
    </date>
    <text variable="title"/><text variable="container-title" prefix=", "/>
  </layout></bibliography>
</style>"""


def read(*articles: ExportedArticle) -> list[dict[str, Any]]:
    """The items; they are as the schema says."""
    items: list[dict[str, Any]] = json.loads("".join(render_csl(articles, ORIGIN)))
    Draft7Validator(SCHEMA).validate(items)
    return items


def test_an_article_is_a_newspapers_and_reads_back_whole() -> None:
    strike, ferry = read(*BOTH)
    assert strike == {
        "id": "news4f21b7a0c3d9",
        "type": "article-newspaper",
        "title": "Lukashenko jeered by strikers at a tractor works",
        "translated-title": "A day in Minsk",
        "author": [
            {"family": "Verne", "given": "Ada"},
            {"family": "Okoye", "given": "Tom"},
        ],
        "issued": {"date-parts": [[2020, 8, 17]]},
        "container-title": "harbour-post.example",
        "URL": "https://harbour-post.example/europe/1207",
        "language": "en",
        "keyword": "belarus, strike",
        "abstract": " ".join(["Workers whistled."] * 12),
        "custom": {
            "id": "4f21b7a0c3d9",
            "file": "news/2020/08/17/tractor-strike.md",
            "story": "4f21b7a0c3d9",
            "query": "tractor strike --since 2020-08",
            "generation": 7,
            "exported": "2020-09-01",
            "count": 2,
            "total": 4,
            "total_stories": 2,
        },
    }
    assert set(ferry) == {"id", "type", "title", "custom"}


@pytest.mark.filterwarnings("ignore:The following arguments for Reference:UserWarning")
def test_a_citation_processor_sets_it_as_a_newspapers() -> None:
    source = CiteProcJSON(read(exported(authors=("Ada Verne", "BBC News"))))
    style = CitationStylesStyle(io.BytesIO(STYLE), validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem("news4f21b7a0c3d9")]))
    (entry,) = map(str, bibliography.bibliography())
    assert entry == (
        "Newspaper: Verne, Ada; BBC News (2020-8-17) Lukashenko jeered by strikers at a tractor "
        "works, harbour-post.example"
    )


def test_a_date_says_no_more_than_is_known() -> None:
    issued = [item["issued"]["date-parts"] for item in read(dated("2020"), dated("2020-08"))]
    assert issued == [[[2020]], [[2020, 8]]]


def test_an_item_stands_on_a_line() -> None:
    lines = "".join(render_csl(BOTH, ORIGIN)).splitlines()
    assert [line[:1] for line in lines] == ["[", "{", "{", "]"]


@given(texts)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_an_article_reads_back_as_it_was(text: str) -> None:
    article = hostile_article(text)
    raw = "".join(render_csl([article, BOTH[1]], ORIGIN))
    assert visible(raw.replace("\n", "")) == raw.replace("\n", "")
    item, _ = read(article, BOTH[1])
    cited = citation(article)
    assert item.get("title", "") == cited.title
    assert item.get("container-title", "") == cited.source
    assert item["keyword"] == ", ".join(cited.keywords)


def test_there_are_as_many_items_as_articles() -> None:
    articles = [*numbered(250), *map(hostile_article, HOSTILE)]
    assert [item["title"] for item in read(*articles)] == [citation(one).title for one in articles]
    assert read() == []
