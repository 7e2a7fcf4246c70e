"""What a message tells people to type is what helps them, as it stands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from newssearch.cli.main import main


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("NEWSSEARCH_INDEX", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        (["search", "x"], "did you mean query?"),
        (["serch", "x"], "did you mean query?"),
        (["update"], "did you mean index?"),
        (["minsk", '"mass rally"'], "to search: newssearch query minsk '\"mass rally\"' (see"),
    ],
)
def test_an_unknown_command_gets_the_one_that_was_meant(
    capsys: pytest.CaptureFixture[str], typed: list[str], advice: str
) -> None:
    assert main(typed) == 2
    assert advice in capsys.readouterr().err


@pytest.mark.parametrize(("index", "option"), [("else", "else"), ("a b", "'a b'")])
def test_a_command_to_type_is_for_the_index_that_was_named(
    capsys: pytest.CaptureFixture[str], index: str, option: str
) -> None:
    for command in (["query", "x"], ["stats"], ["check"], ["saved", "list"]):
        assert main(["--index", index, *command]) == 2
        said = f"there is no index here; type `newssearch index FOLDER --index {option}` to make"
        assert said in capsys.readouterr().err
    assert main(["stats"]) == 2
    assert "type `newssearch index FOLDER` to make" in capsys.readouterr().err


def test_without_memory_for_more_a_message_is_said_as_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "shlex", None)
    assert main(["--index", "else", "stats"]) == 2
    assert "type `newssearch index FOLDER` to make" in capsys.readouterr().err


def test_an_archive_that_is_gone_is_pruned_in_the_index_that_was_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    news = tmp_path / "news"
    news.mkdir()
    (news / "ferry.md").write_text("# Ferry late\n\nFog.\n")
    assert main(["--index", "else", "index", "news", "-j", "1"]) == 0
    news.rename(tmp_path / "away")
    assert main(["--index", "else", "index"]) == 2
    assert "type `newssearch index --prune --index else`" in capsys.readouterr().err


def test_a_run_that_finds_no_file_says_which_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "news").mkdir()
    said = "no file was found that is read: names end in .md or .markdown (see --ext)\n"
    assert main(["index", "news"]) == 0
    assert said in capsys.readouterr().err
    assert main(["query", "ferry lang:fr"]) == 1
    assert capsys.readouterr().err.splitlines()[0] == "note: the index holds no articles"
    assert main(["index", "-q"]) == 0
    assert capsys.readouterr().err == ""
    (tmp_path / "news" / "ferry.md").write_text("# Ferry late\n\nFog.\n")
    assert main(["index", "-j", "1"]) == 0
    assert said not in capsys.readouterr().err
