from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from invented_results import FERRY, RESULTS, STATS, STORED, STRIKE, TRANSLATED
from jsonschema import Draft202012Validator, ValidationError

from newssearch.render.json_form import (
    render_article_json,
    render_json,
    render_jsonl,
    render_stats_json,
)
from newssearch.results import Note, Results

DOCS = Path(__file__).parent.parent / "docs"
HIT_FIELDS = (
    "id path file title date date_source lang source url authors keywords kind score story "
    "translations snippets"
).split()


@cache
def schema() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DOCS / "results.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(content)
    return content


def validate(value: object, part: str = "") -> None:
    definitions = schema()
    if part:
        definitions = {"$ref": f"#/$defs/{part}", "$defs": definitions["$defs"]}
    Draft202012Validator(definitions).validate(value)


def test_results_are_what_the_schema_says_in_its_order() -> None:
    note = Note("unknown-field", "there is no field titel", 0, 5, "title")
    facets = {"lang": {"en": 2}}
    content = json.loads(render_json(replace(RESULTS, notes=(note,), facets=facets)))
    validate(content)
    assert list(content) == ["version", "query", "total", "total_stories", "notes", "hits",
                             "facets"]  # fmt: skip
    assert list(content["hits"][0]) == HIT_FIELDS
    assert content["hits"][0]["snippets"][0]["highlights"] == [[22, 32]]
    assert content["facets"] == facets
    assert content["notes"][0] == {
        "code": "unknown-field", "message": "there is no field titel", "start": 0, "end": 5,
        "suggestion": "title",
    }  # fmt: skip


def test_an_empty_answer_is_a_whole_document() -> None:
    content = json.loads(render_json(Results("none", 0, 0)))
    validate(content)
    assert content["hits"] == []
    assert content["facets"] == {}


def test_the_schema_refuses_what_is_not_documented() -> None:
    content = json.loads(render_json(RESULTS))
    content["hits"][0]["mood"] = "grim"
    with pytest.raises(ValidationError):
        validate(content)


def test_jsonl_is_a_hit_a_line_with_the_querys_id_first() -> None:
    first, second = (json.loads(line) for line in render_jsonl(RESULTS))
    validate(first, "hit")
    validate(second, "hit")
    numbered = [json.loads(line) for line in render_jsonl(RESULTS, "q7")]
    validate(numbered[0], "hit")
    assert list(numbered[0]) == ["query_id", *HIT_FIELDS]
    assert numbered[1]["query_id"] == "q7"


def test_odd_text_stays_valid_utf_8_and_harmless() -> None:
    title = 'a\x1b]0;x\x07 "q" \u202e\udce9\ud800\u2028 中'
    text = render_json(Results("x", 1, 1, (replace(STRIKE, title=title),)))
    text.encode("utf-8")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]", text)
    assert json.loads(text)["hits"][0]["title"] == title
    assert "中" in text


def test_an_article_has_all_that_the_index_knows() -> None:
    content = json.loads(render_article_json(STORED))
    validate(content, "article")
    assert content["body"][1] == {"line": 14, "text": "It began at dawn."}
    assert content["extra"] == [{"name": "desk", "value": "europe"}]
    undated = replace(TRANSLATED, article=replace(TRANSLATED.article, date=None))
    validate(json.loads(render_article_json(undated)), "article")


def test_statistics_are_what_the_schema_says() -> None:
    content = json.loads(render_stats_json(STATS))
    validate(content, "stats")
    assert content["languages"] == {"en": 3211, "zh": 3211}


def test_what_is_not_known_is_counted_under_a_name() -> None:
    counts = {"": 2, "path": 1}
    stats = replace(STATS, date_sources=counts, languages={"en": 1, "": 2})
    content = json.loads(render_stats_json(stats))
    validate(content, "stats")
    assert content["date_sources"] == {"none": 2, "path": 1}
    assert content["languages"] == {"en": 1, "none": 2}
    content["languages"] = {"": 2}
    with pytest.raises(ValidationError):
        validate(content, "stats")


def test_the_documented_example_is_valid_and_every_field_is_explained() -> None:
    text = (DOCS / "json.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    validate(json.loads(example))
    explained = set(re.findall(r"`([a-z_]+)`", text))
    for part in (schema(), *schema()["$defs"].values()):
        assert set(part.get("properties", ())) <= explained


def test_scores_do_not_show_the_noise_of_floats() -> None:
    hits = (replace(FERRY, score=0.1 + 0.2),)
    assert json.loads(render_json(Results("x", 1, 1, hits)))["hits"][0]["score"] == 0.3
