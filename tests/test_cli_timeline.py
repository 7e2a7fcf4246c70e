"""`newssearch timeline`, `newssearch facets` and `query --facet`: forms, streams, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
from click.shell_completion import ShellComplete
from test_render_json import validate

from newssearch.cli import timeline_command
from newssearch.cli.main import group
from newssearch.cli.streams import Output
from newssearch.engine.facet_values import FACETS

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(call_on_seeds: Call) -> Call:
    return call_on_seeds


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output as a terminal of 80 columns."""
    monkeypatch.setattr(Output, "of", lambda session: Output(True, False, 80))


def rows(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


# --- timeline -------------------------------------------------------------------------------------


def test_in_a_pipe_each_period_is_a_line_and_totals_go_to_standard_error(call: Call) -> None:
    status, out, err = call("timeline", "belarus", "--by", "day")
    assert status == 0
    assert all(len(row) == 6 for row in rows(out))
    found = json.loads(call("timeline", "belarus", "--by", "day", "--json")[1])
    assert sum(int(row[2]) for row in rows(out)) + found["undated"]["articles"] == found["total"]
    assert f"{found['total']} articles of {found['total_stories']} stor" in err


def test_without_a_query_every_article_is_counted(call: Call) -> None:
    found = json.loads(call("timeline", "--by", "year", "--json")[1])
    validate(found, "timeline")
    stats = json.loads(call("stats", "--json")[1])
    assert found["total"] == stats["articles"] + stats["digest_entries"]
    assert found["undated"]["articles"] == stats["undated"]
    assert {period["share"] for period in found["periods"]} <= {0, 1}


def test_a_terminal_gets_bars(call: Call, terminal: None) -> None:
    status, out, _ = call("timeline", "belarus", "--by", "month")
    assert status == 0
    assert "█" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_a_terminal_that_cannot_write_blocks_gets_ascii(
    call: Call, terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline_command, "_encoding", lambda: "latin-1")
    _, out, _ = call("timeline", "belarus", "--by", "month")
    assert "#" in out
    assert out.isascii()


def test_csv_has_a_header(call: Call) -> None:
    _, out, _ = call("timeline", "--csv", "--by", "month")
    head, *lines = out.splitlines()
    assert head == "period,start,articles,stories,archive,share"
    assert lines


def test_nothing_found_is_exit_code_1_with_a_hint(call: Call) -> None:
    for form in ([], ["--csv"]):
        status, out, err = call("timeline", "nowhereatall", *form)
        assert status == 1
        assert "no article has nowhereatall" in err
        assert "nothing found for nowhereatall" in err
        assert out.count("\n") <= 1
    assert call("timeline", "-q", "nowhereatall") == (1, "", "")


def test_where_nothing_is_found_the_picture_says_so_instead_of_what_it_showed_before(
    call: Call, tmp_path: Path
) -> None:
    assert call("timeline", "belarus", "--svg", "picture.svg")[0] == 0
    assert call("timeline", "-q", "nowhereatall", "--svg", "picture.svg") == (1, "", "")
    picture = (tmp_path / "picture.svg").read_text("utf-8")
    assert "nowhereatall" in picture
    assert "Nothing was found." in picture
    assert call("timeline", "-q", "nowhereatall", "--svg", "-") == (1, picture, "")


def test_a_picture_is_written_whole_or_not_at_all(call: Call, tmp_path: Path) -> None:
    status, out, _ = call("timeline", "belarus", "--svg", "picture.svg")
    assert (status, out) == (0, "")
    picture = (tmp_path / "picture.svg").read_text("utf-8")
    assert picture.startswith("<svg ")
    ElementTree.fromstring(picture)  # noqa: S314 (our own picture)
    assert call("timeline", "belarus", "--svg", "-")[1] == picture
    assert sorted(path.name for path in tmp_path.glob("picture*")) == ["picture.svg"]
    status, out, err = call("timeline", "belarus", "--svg", "no-folder/picture.svg")
    assert (status, out) == (2, "")
    assert "no-folder/picture.svg: cannot be written" in err


def test_one_form_at_a_time(call: Call) -> None:
    status, _, err = call("timeline", "--csv", "--json")
    assert status == 2
    assert "only one form of output at a time: --csv or --json" in err


@pytest.mark.parametrize(
    "option", [["--lang", "zh"], ["--since", "2020-08-28"], ["--source", "nowhere.example"]]
)
def test_options_narrow_down_what_is_counted(call: Call, option: list[str]) -> None:
    every = json.loads(call("timeline", "--json", "--by", "year")[1])["total"]
    assert json.loads(call("timeline", *option, "--json", "--by", "year")[1])["total"] < every


def test_a_word_with_a_dash_is_text_after_the_first_word(call: Call) -> None:
    both = json.loads(call("facets", "kind", "belarus", "--json")[1])["total"]
    less = json.loads(call("facets", "kind", "belarus", "-lukashenko", "--json")[1])["total"]
    assert 0 <= less < both


def test_a_mistake_in_the_query_is_noted_and_strictly_an_error(call: Call) -> None:
    status, _, err = call("timeline", "belarus", "titel:minsk", "--any")
    assert status == 0
    assert "titel: is no field" in err
    assert call("timeline", "belarus", "titel:minsk", "--strict")[0] == 2
    assert call("timeline", "--since", "soon")[0] == 2


# --- facets ---------------------------------------------------------------------------------------


def test_in_a_pipe_each_value_is_a_line(call: Call) -> None:
    status, out, err = call("facets", "lang")
    assert status == 0
    found = json.loads(call("facets", "lang", "--json")[1])
    validate(found, "facet")
    expected = [[v["value"], str(v["articles"]), str(v["stories"])] for v in found["values"]]
    without = found["without"]
    if without["articles"]:
        expected.append(["", str(without["articles"]), str(without["stories"])])
    assert rows(out) == expected
    assert "stories" in err


def test_a_terminal_gets_a_table(call: Call, terminal: None) -> None:
    _, out, err = call("facets", "keyword", "-n", "3")
    head, *lines = out.splitlines()
    assert head.split() == ["keyword", "articles", "stories"]
    assert len(lines) in (3, 4)  # the last one may be for no keyword
    assert "--limit all lists every one" in err


def test_periods_are_all_listed_unasked(call: Call) -> None:
    every = json.loads(call("facets", "day", "--json", "-n", "all")[1])
    unasked = json.loads(call("facets", "day", "--json")[1])
    assert unasked == every
    assert len(unasked["values"]) == unasked["distinct"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["autor"], "did you mean author?"),
        ([], "missing argument 'FIELD'"),
        (["lang", "-n", "0"], "not a number from 1, nor 'all'"),
        (["lang", "--csv", "--json"], "only one form of output"),
    ],
)
def test_what_cannot_be_meant_is_one_line(call: Call, arguments: list[str], message: str) -> None:
    status, out, err = call("facets", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err


@pytest.mark.parametrize("command", ["facets", "query --facet"])
def test_a_shell_completes_the_field(command: str) -> None:
    name, *rest = command.split()
    context = click.Context(group)
    assert group.get_command(context, name) is not None
    asked = ShellComplete(group, {}, "newssearch", "_X").get_completions([name, *rest], "")
    assert [item.value for item in asked] == list(FACETS)
    asked = ShellComplete(group, {}, "newssearch", "_X").get_completions([name, *rest], "k")
    assert [item.value for item in asked] == ["kind", "keyword"]


# --- query --facet --------------------------------------------------------------------------------


def test_json_has_the_counts_of_each_facet(call: Call) -> None:
    found = json.loads(call("query", "belarus", "--facet", "lang", "--facet", "years", "--json")[1])
    validate(found)
    assert list(found["facets"]) == ["lang", "year"]
    listed = json.loads(call("facets", "lang", "belarus", "--json")[1])["values"]
    assert found["facets"]["lang"] == {one["value"]: one["articles"] for one in listed}


def test_a_terminal_has_the_counts_after_the_hits(call: Call, terminal: None) -> None:
    _, out, _ = call("query", "belarus", "--facet", "lang")
    assert out.splitlines()[-2] == ""
    assert out.splitlines()[-1].startswith("lang  en ")


@pytest.mark.parametrize("form", [[], ["--ids"], ["--format", "csv"], ["-l"], ["--count"]])
def test_a_program_s_hits_are_the_same_with_counts(call: Call, form: list[str]) -> None:
    _, without, _ = call("query", "belarus", *form)
    status, out, err = call("query", "belarus", "--facet", "lang", *form)
    assert (status, out) == (0, without)
    assert "lang  en " in err


def test_a_file_of_queries_has_no_facets(call: Call, tmp_path: Path) -> None:
    (tmp_path / "queries").write_text("belarus\n", "utf-8")
    status, _, err = call("query", "--query-file", "queries", "--jsonl", "--facet", "lang")
    assert status == 2
    assert "goes with no --query-file" in err


def test_an_unknown_facet_is_an_error_before_the_search(call: Call) -> None:
    status, out, err = call("query", "belarus", "--facet", "mood")
    assert (status, out) == (2, "")
    assert "nothing is counted by 'mood'" in err
