"""The commands on the project's own small archive, with the real library behind them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parent.parent / "docs" / "results.schema.json"

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(call_on_seeds: Call) -> Call:
    return call_on_seeds


def valid(content: object, part: str) -> bool:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    if part:
        schema = {"$ref": f"#/$defs/{part}", "$defs": schema["$defs"]}
    Draft202012Validator(schema).validate(content)
    return True


def test_everything_that_is_written_as_json_is_valid(call: Call) -> None:
    status, out, _ = call("query", "--since", "1900", "-n", "all", "--no-collapse", "--json")
    hits = json.loads(out)["hits"]
    assert status == 0
    assert len(hits) > 10
    assert valid(json.loads(out), "")
    _, out, _ = call("query", "lukashenko", "--json")
    assert valid(json.loads(out), "")
    assert json.loads(out)["hits"][0]["snippets"][0]["highlights"]
    _, out, _ = call("show", *(hit["id"] for hit in hits), "--json")
    assert all(valid(json.loads(line), "article") for line in out.splitlines())
    assert valid(json.loads(call("stats", "--json")[1]), "stats")


def test_a_short_id_and_a_file_lead_to_the_article(call: Call) -> None:
    _, out, _ = call("query", "lukashenko", "--format", "{id}\t{file}\t{title}")
    whole, file, title = out.splitlines()[0].split("\t")
    assert Path(file).is_file()
    assert call("show", whole[:8])[1].startswith(title)
    assert call("show", whole, "--raw")[1] == Path(file).read_text("utf-8")


def test_the_count_is_the_number_of_lines_without_a_limit(call: Call) -> None:
    for more in ((), ("--no-collapse",)):
        _, counted, _ = call("query", "belarus", "--count", *more)
        _, listed, _ = call("query", "belarus", "-n", "all", *more)
        assert int(counted) == len(listed.splitlines()) > 0


def test_nothing_found_is_exit_1_and_a_missing_index_exit_2(call: Call) -> None:
    status, out, err = call("query", "zxqvw")
    assert (status, out) == (1, "")
    assert "nothing found for zxqvw" in err
    status, out, err = call("query", "lukashenko", "--index", "elsewhere")
    assert (status, out) == (2, "")
    assert "newssearch index" in err


def test_a_second_run_has_nothing_to_do(call: Call) -> None:
    status, _, err = call("index")
    assert status == 0
    assert err.startswith("added 0, changed 0, renamed 0, removed 0, unchanged ")
