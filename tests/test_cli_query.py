from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from invented_results import FERRY, RESULTS, STRIKE, InventedIndex

from newssearch.cli.main import main
from newssearch.cli.streams import Output
from newssearch.errors import IndexMissing, QuerySyntaxError
from newssearch.options import Sort
from newssearch.results import Note, Results


@dataclass
class Called:
    status: int
    out: str
    err: str


Call = Callable[..., Called]


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> InventedIndex:
    made = InventedIndex()
    monkeypatch.setattr("newssearch.cli.query_run.open_index", lambda folder: made)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "NEWSSEARCH_INDEX", "COLUMNS", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return made


@pytest.fixture
def query(index: InventedIndex, capsysbinary: pytest.CaptureFixture[bytes]) -> Call:
    def call(*arguments: str) -> Called:
        status = main(["query", *arguments])
        out, err = capsysbinary.readouterr()
        return Called(status, out.decode(), err.decode())

    return call


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Output, "of", lambda session: Output(True, session.uses_color(True), 80))


def test_in_a_pipe_hits_are_tab_separated_and_the_count_is_on_standard_error(query: Call) -> None:
    called = query("lukashenko")
    assert called.status == 0
    assert [line.split("\t")[0] for line in called.out.splitlines()] == [STRIKE.id, FERRY.id]
    assert called.err == "2 stories, 4 articles\n"


def test_on_a_terminal_hits_are_for_people(query: Call, terminal: None) -> None:
    called = query("lukashenko", "--color", "never")
    assert called.out.startswith(" 1  Lukashenko jeered by strikers")
    assert "\x1b" not in called.out
    assert "    4f21b7a0  news/2020/08/17/tractor-strike.md\n" in called.out


def test_words_are_joined_and_a_dash_word_is_text(query: Call, index: InventedIndex) -> None:
    assert query("belarus", "-lukashenko", "-n5", "--limit", "7").status == 0
    text, options = index.asked[0]
    assert text == "belarus -lukashenko -n5"
    assert options.limit == 7


def test_every_option_reaches_the_library(query: Call, index: InventedIndex) -> None:
    line = (
        "--any --no-collapse --strict --offset 1 -n all --sort oldest --since 2020 --until 2021 "
        "--lang en --source bbc.com --json --no-snippet x"
    )
    query(*line.split())
    _, options = index.asked[0]
    assert options == replace(
        options, any_word=True, collapse=False, strict=True, offset=1, limit=None,
        sort=Sort.OLDEST, since="2020", until="2021", lang="en", source="bbc.com", snippets=False,
        fall_back=False,
    )  # fmt: skip


def test_recent_is_an_order_of_its_own(query: Call, index: InventedIndex) -> None:
    assert query("x", "--recent").status == 0
    assert index.asked[0][1].sort is Sort.RECENT
    refused = query("x", "--recent", "--sort", "newest")
    assert refused.status == 2
    assert "--recent or --sort" in refused.err
    assert "'relevance', 'newest', 'oldest', 'title' (" in query("x", "--sort", "recent").err


def test_an_expanded_query_is_not_counted(query: Call, index: InventedIndex) -> None:
    assert query("x", "--expand").status == 0
    assert index.asked[0][1].expand
    refused = query("x", "--expand", "--count")
    assert (refused.status, refused.out) == (2, "")


def test_what_was_understood_is_said_on_standard_error(query: Call, index: InventedIndex) -> None:
    index.results = replace(RESULTS, explanation="all of\n  \x1b[31mbelarus\n")
    called = query("x", "--explain", "-q")
    assert called.err == "all of\n  \\x1b[31mbelarus\n"
    assert index.asked[0][1].explain
    assert len(called.out.splitlines()) == 2


def test_aliases_and_leading_wildcards_are_settings(
    query: Call, index: InventedIndex, tmp_path: Path
) -> None:
    query("x")
    assert (index.asked[0][1].aliases, index.asked[0][1].leading_wildcards) == ((), False)
    query("x", "--leading-wildcards")
    assert index.asked[1][1].leading_wildcards
    (tmp_path / "newssearch.toml").write_text('aliases = "n.txt"\nleading_wildcards = true\n')
    (tmp_path / "n.txt").write_text("Kyiv, Kiev\n")
    query("x")
    assert index.asked[2][1].aliases == (("Kyiv", "Kiev"),)
    assert index.asked[2][1].leading_wildcards
    (tmp_path / "n.txt").unlink()
    called = query("x")
    assert called.status == 2
    assert "the aliases cannot be read" in called.err


def test_unasked_the_order_is_left_to_the_library(query: Call, index: InventedIndex) -> None:
    query("x")
    assert index.asked[0][1].sort is None
    assert index.asked[0][1].limit == 10


@pytest.mark.parametrize(
    ("arguments", "fall_back"), [("x", True), ("x --json", False), ("x -l", False),
                                 ("x --count", False), ("x --format table", True)],
)  # fmt: skip
def test_partial_matches_are_asked_for_only_for_people(
    query: Call, index: InventedIndex, terminal: None, arguments: str, fall_back: bool
) -> None:
    query(*arguments.split())
    assert index.asked[0][1].fall_back is fall_back


def test_in_a_pipe_nothing_falls_back_whatever_the_form(query: Call, index: InventedIndex) -> None:
    query("x", "--format", "text")
    assert not index.asked[0][1].fall_back


def test_partial_matches_are_announced(query: Call, index: InventedIndex, terminal: None) -> None:
    index.results = replace(RESULTS, partial=True)
    assert query("x").err.startswith("no article has all these words; the best partial matches:\n")


@pytest.mark.parametrize(
    ("arguments", "snippets"),
    [("--json", True), ("--format tsv", False), ("-l", False), ("--format {title}", False),
     ("--format {snippet}", True), ("--format csv", True), ("--format text --no-snippet", False)],
)  # fmt: skip
def test_snippets_are_made_only_where_they_are_shown(
    query: Call, index: InventedIndex, arguments: str, snippets: bool
) -> None:
    query("x", *arguments.split())
    assert index.asked[0][1].snippets is snippets


def test_nothing_found_is_exit_1_with_the_notes(query: Call) -> None:
    called = query("nothing")
    assert called == Called(1, "", "note: nothing has this word\nnothing found for nothing\n")


def test_nothing_found_is_still_a_json_document(query: Call) -> None:
    called = query("nothing", "--json")
    assert called.status == 1
    assert json.loads(called.out)["notes"][0]["code"] == "absent"


def test_quiet_silences_counts_and_notes_but_not_errors(
    query: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert query("nothing", "-q").err == ""
    assert query("x", "-q", "--format", "{bad}").err.startswith("newssearch: unknown field")


def test_count_counts_what_the_list_would_show(query: Call, index: InventedIndex) -> None:
    assert query("x", "--count").out == "2\n"
    assert query("x", "--count", "--no-collapse").out == "4\n"
    assert query("x", "--count", "--offset", "50").out == "2\n"
    assert query("nothing", "--count").out == "0\n"
    assert index.asked[0][1].limit == 1


def test_files_open_from_the_working_folder_and_stand_once(
    query: Call, index: InventedIndex
) -> None:
    index.results = Results("x", 3, 3, (STRIKE, replace(FERRY, file=STRIKE.file), FERRY))
    assert query("x", "-l").out == f"{STRIKE.file}\n{FERRY.file}\n"
    assert query("x", "-0").out == f"{STRIKE.file}\0{FERRY.file}\0"
    assert query("x", "-l", "-0").out == f"{STRIKE.file}\0{FERRY.file}\0"


def test_the_other_forms(query: Call) -> None:
    assert query("x", "--ids").out == f"{STRIKE.id}\n{FERRY.id}\n"
    assert query("x", "--format", r"{rank}\t{source}").out.startswith("1\tharbour-post.example\n")
    assert query("x", "--format", "trec").out.startswith("1 Q0 2020/08/17/tractor-strike.md 1 ")
    assert query("x", "--format", "csv").out.startswith("rank,id,")
    assert query("x", "--format", "table").out.splitlines()[0].split()[0] == "#"
    assert json.loads(query("x", "--json").out)["total"] == 4
    assert len(query("x", "--jsonl").out.splitlines()) == 2


def test_ranks_go_on_after_the_offset(query: Call) -> None:
    called = query("x", "--format", "{rank}", "--offset", "1")
    assert called.out == "2\n"
    assert called.err == "2 of 2 stories, 4 articles\n"


def test_the_count_says_how_to_see_more(query: Call) -> None:
    assert query("x", "-n", "1").err == (
        "1 of 2 stories, 4 articles; go on with --offset 1\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--json --ids x", "only one form of output at a time: --ids or --json"),
        ("--count -l x", "only one form of output at a time: --count or -l/-0"),
        ("--format csv --jsonl x", "only one form"),
        ("--format tvs x", "unknown format 'tvs'"),
        ("--format= x", "unknown format ''"),
        ("--format= --json x", "unknown format ''"),
        ("-lukashenko", "there is no option '-lukashenko'"),
        ("--format {titel} x", "unknown field {titel}"),
        ("x -n", "option -n needs a value"),
        ("x -n 0", "'0' is not a number from 1"),
        ("x --sort up", "'up' is not one of"),
        ("x --limt 5", "there is no option '--limt'; did you mean --limit"),
        ("", "nothing to search for"),
        ("--query-file q x", "either a query or --query-file"),
        ("--query-file q", "--query-file writes --jsonl or --format trec"),
        ("--query-file none --jsonl", "none: cannot be read"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(query: Call, arguments: str, message: str) -> None:
    called = query(*arguments.split())
    assert called.status == 2
    assert called.out == ""
    assert called.err.startswith("newssearch: ")
    assert message in called.err
    assert called.err.count("\n") == 1


def test_only_filters_are_a_query_too(query: Call, index: InventedIndex) -> None:
    assert query("--since", "2020-08").status == 0
    assert index.asked[0][0] == ""


def test_a_query_file_is_answered_line_by_line(query: Call, tmp_path: Path) -> None:
    (tmp_path / "q.tsv").write_text("q1\tbelarus strike\n\nferry\nq9\tnothing\n", "utf-8")
    lines = [
        json.loads(line) for line in query("--query-file", "q.tsv", "--jsonl").out.splitlines()
    ]
    assert [line["query_id"] for line in lines] == ["q1", "q1", "3", "3"]
    called = query("--query-file", "q.tsv", "--format", "trec")
    assert called.err == "q.tsv:4: note: nothing has this word\n"
    assert [line.split()[0] for line in called.out.splitlines()] == ["q1", "q1", "3", "3"]
    assert called.status == 0


def test_a_query_file_may_be_standard_input(query: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("a\t罢工\n".encode())))
    assert query("--query-file", "-", "--format", "trec").out.startswith("a Q0 ")


def test_one_bad_query_of_a_file_does_not_stop_the_others(
    query: Call, index: InventedIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = index.query

    def refuse(text: str, options: Any) -> Results:
        if text == "bad":
            raise QuerySyntaxError("unbalanced bracket")
        return answer(text, options)

    monkeypatch.setattr(index, "query", refuse)
    (tmp_path / "q").write_text("bad\ngood\n", "utf-8")
    called = query("--query-file", "q", "--format", "trec")
    assert called.status == 2
    assert called.err == "newssearch: q:1: unbalanced bracket\n"
    assert called.out.startswith("2 Q0 ")


def test_a_query_file_in_which_nothing_is_found_is_exit_1(query: Call, tmp_path: Path) -> None:
    (tmp_path / "q").write_text("nothing\n", "utf-8")
    assert query("--query-file", "q", "--jsonl").status == 1


def test_notes_point_at_the_query(query: Call, index: InventedIndex) -> None:
    index.results = replace(
        RESULTS, notes=(Note("unknown-field", "no field titel", 0, 5, "title"),)
    )
    called = query("titel:x")
    assert called.err.startswith("note: no field titel (did you mean 'title'?) [at 1-5]\n")


@pytest.mark.parametrize(
    ("color", "no_color", "coloured"),
    [("auto", "", True), ("always", "", True), ("never", "", False), ("auto", "1", False),
     ("always", "1", False)],
)  # fmt: skip
def test_no_color_wins(
    query: Call, terminal: None, monkeypatch: pytest.MonkeyPatch, color: str, no_color: str,
    coloured: bool,
) -> None:  # fmt: skip
    monkeypatch.setenv("NO_COLOR", no_color)
    assert ("\x1b[" in query("x", "--color", color).out) is coloured


def test_colour_in_a_pipe_only_when_asked_and_never_links(query: Call) -> None:
    assert "\x1b" not in query("x", "--format", "text").out
    drawn = query("x", "--format", "text", "--color", "always").out
    assert "\x1b[1" in drawn
    assert "\x1b]8" not in drawn


def test_a_pager_gets_the_hits_on_a_terminal(
    query: Call, terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    paged: list[str] = []
    monkeypatch.setattr("click.echo_via_pager", lambda pieces, color: paged.extend(pieces))
    assert query("x", "--pager").out == ""
    assert "Night ferry" in "".join(paged)


def test_verbose_says_how_long_it_took(query: Call) -> None:
    assert "answered in 0." in query("x", "-v").err
    assert "answered" not in query("x").err


def test_a_missing_index_is_one_line(query: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(folder: Path) -> None:
        raise IndexMissing(f"no index in {folder.name}; type: newssearch index FOLDER")

    monkeypatch.setattr("newssearch.cli.query_run.open_index", missing)
    called = query("x")
    message = "newssearch: no index in index; type: newssearch index FOLDER\n"
    assert called == Called(2, "", message)


def test_a_mistake_in_the_query_is_pointed_at(
    query: Call, index: InventedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(text: str, options: Any) -> Results:
        raise QuerySyntaxError("a ( without its )", 3, 4)

    monkeypatch.setattr(index, "query", refuse)
    assert query("ab (", "--strict").err == "newssearch: a ( without its ) [at 4-4]\n"


def test_a_bug_is_one_line_and_more_is_shown_on_request(
    query: Call, index: InventedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str, options: Any) -> Results:
        raise KeyError("posting\nlist")

    monkeypatch.setattr(index, "query", broken)
    called = query("x")
    assert called.status == 2
    assert "bug in newssearch: KeyError" in called.err
    assert called.err.count("\n") == 1
    assert "Traceback" in query("x", "-vv").err


def test_an_interrupt_is_exit_130_without_a_traceback(
    query: Call, index: InventedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(text: str, options: Any) -> Results:
        raise KeyboardInterrupt

    monkeypatch.setattr(index, "query", interrupted)
    called = query("x")
    assert called.status == 130
    assert called.err.strip() == ""
