"""`newssearch similar`: its forms of output and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from invented_results import FERRY, STRIKE, InventedIndex
from test_render_json import validate

from newssearch.cli.main import main
from newssearch.cli.streams import Output
from newssearch.query import open_index
from newssearch.render.json_form import render_similar_json
from newssearch.render.look import Look
from newssearch.render.similar import render_similar, render_similar_tsv
from newssearch.similar import SimilarHit

FOUND = (
    SimilarHit(STRIKE, ("Lukashenko", "罢工", "tab\there")),
    SimilarHit(FERRY, ("ferry", "night")),
)

Call = Callable[..., tuple[int, str, str]]


class IndexWithSimilar(InventedIndex):
    """Remembers what it is asked; nothing is like what has the id of the ferry."""

    def similar(self, reference: str, limit: int = 10) -> tuple[SimilarHit, ...]:
        self.asked_for = reference, limit
        return FOUND[:limit] if reference == STRIKE.id else ()


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> IndexWithSimilar:
    made = IndexWithSimilar()
    monkeypatch.setattr("newssearch.query.open_index", lambda folder: made)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "NEWSSEARCH_INDEX", "COLUMNS", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    return made


@pytest.fixture
def call(index: IndexWithSimilar, capsysbinary: pytest.CaptureFixture[bytes]) -> Call:
    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["similar", *arguments])
        out, err = capsysbinary.readouterr()
        return status, out.decode(), err.decode()

    return run


def test_in_a_pipe_each_hit_is_a_line_that_ends_in_the_shared_words(call: Call) -> None:
    status, out, err = call("4f21b7a0")
    assert (status, err) == (0, "")
    first, second = (line.split("\t") for line in out.splitlines())
    assert first == [
        STRIKE.id,
        "7.2500",
        STRIKE.date,
        STRIKE.path,
        STRIKE.title,
        "Lukashenko,罢工,tab\\there",
    ]
    assert second[0] == FERRY.id


def test_the_limit_is_passed_on_and_the_id_made_whole(call: Call, index: IndexWithSimilar) -> None:
    assert call("4f21b7a0", "-n", "1")[1].count("\n") == 1
    assert index.asked_for == (STRIKE.id, 1)


def test_json_is_the_documented_form_with_the_shared_words(call: Call) -> None:
    status, out, _ = call("4f21b7a0", "--json")
    content = json.loads(out)
    validate(content)
    assert status == 0
    assert (content["query"], content["total"], content["total_stories"]) == (STRIKE.id, 2, 2)
    assert [hit["shared"] for hit in content["hits"]] == [list(one.shared) for one in FOUND]


def test_a_terminal_shows_the_words_where_snippets_stand(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Output, "of", lambda session: Output(True, False, 80))
    out = call("4f21b7a0")[1]
    lines = [line.strip() for line in out.splitlines()]
    assert lines[0] == f"1  {STRIKE.title}"
    assert lines[2] == "Lukashenko, 罢工, tab\\there"
    assert "4f21b7a0" in lines[4]


def test_nothing_like_it_is_said_and_exit_code_1(call: Call) -> None:
    assert call("9c01") == (1, "", "no article is like 9c01\n")
    status, out, _ = call("9c01", "--json")
    validate(json.loads(out))
    assert (status, json.loads(out)["hits"]) == (1, [])
    assert call("9c01", "-q") == (1, "", "")


def test_an_unknown_id_is_said_and_exit_code_1(call: Call) -> None:
    status, out, err = call("zzz")
    assert (status, out) == (1, "")
    assert err.startswith("newssearch: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("-n", "0", "4f21b7a0"), ("4f21b7a0", "9c01")])
def test_one_id_and_a_limit_from_one_on_are_asked_for(
    arguments: tuple[str, ...], call: Call
) -> None:
    status, out, err = call(*arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1


def test_what_is_written_cannot_steer_a_terminal() -> None:
    hostile = [SimilarHit(FERRY, ("\x1b[2J", "a\u202eb"))]
    for text in (
        "".join(render_similar(hostile, Look(80), {})),
        "".join(render_similar_tsv(hostile)),
        render_similar_json(FERRY.id, hostile),
    ):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_on_a_real_index_no_copy_or_translation_of_the_article_is_listed(
    seeds: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSSEARCH_INDEX", raising=False)
    assert main(["index", "-q", str(seeds)]) == 0
    path = "2020/08/27/Belarus_ Lukashenko looks to Moscow as protests enter third week.md"
    with open_index("index") as news:
        wanted = news.article(path)
        found = news.similar(path)
        assert found == news.similar(wanted.id)
        assert found[:1] == news.similar(path, limit=1)
    assert found
    assert wanted.story.id not in {one.hit.story.id for one in found}
    capsysbinary.readouterr()
    assert main(["similar", path]) == 0
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert [line.split("\t")[0] for line in lines] == [one.hit.id for one in found]
