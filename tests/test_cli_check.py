"""`newssearch check`: what it says, on which stream, with which exit code."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from newssearch.check.findings import CheckReport, Finding, Kind, counted
from newssearch.cli.main import main
from newssearch.render.check import render_check_json, render_findings, render_summary
from newssearch.render.look import Look

Call = Callable[..., tuple[int, str, str]]

SCHEMA = json.loads((Path(__file__).parent.parent / "docs/results.schema.json").read_text("utf-8"))


def validate(text: str) -> dict[str, object]:
    content: dict[str, object] = json.loads(text)
    jsonschema.validate(content, {"$ref": "#/$defs/check", "$defs": SCHEMA["$defs"]})
    return content


def spoil(index: Path) -> Path:
    """One byte of the segment is another."""
    path = next(one for one in index.glob("build-*/*.seg") if "commit" not in one.name)
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)
    return path


def test_a_sound_index_is_one_line_on_standard_error(call_on_seeds: Call) -> None:
    status, out, err = call_on_seeds("check")
    assert (status, out) == (0, "")
    assert re.fullmatch(r"all is well — 3 files, [\d.]+ kB, \d+ articles, \d\.\d\d s\n", err)
    assert call_on_seeds("check", "-q") == (0, "", "")
    assert call_on_seeds("check", "--repair")[0] == 0


def test_damage_is_exit_2_until_it_is_repaired(call_on_seeds: Call, tmp_path: Path) -> None:
    before = call_on_seeds("query", "kind:article", "-n", "all")
    path = spoil(tmp_path / "index")
    status, out, err = call_on_seeds("check")
    assert status == 2
    assert out == (
        f"damaged: {path}: is damaged (bytes 4,096 and following); newssearch check --repair\n"
    )
    assert err.startswith("1 damaged — ")
    status, out, err = call_on_seeds("check", "--repair")
    assert (status, out) == (0, "")
    repaired, summary = err.splitlines()
    assert repaired.startswith(f"{tmp_path / 'index'}: rebuilt from the archive, ")
    assert summary.startswith("all is well — ")
    assert call_on_seeds("query", "kind:article", "-n", "all") == before


def test_an_archive_that_has_moved_on_is_exit_1(
    call_on_seeds: Call, tmp_path: Path, seeds: Path
) -> None:
    (tmp_path / "more").mkdir()
    assert call_on_seeds("index", "more")[0] == 0
    (tmp_path / "more/new.md").write_text("# New\n")
    status, out, err = call_on_seeds("check")
    assert status == 1
    assert out == (
        "behind: 1 file is not indexed yet since the archive was indexed; newssearch index\n"
    )
    assert err.startswith("1 behind — ")
    (tmp_path / "more/new.md").unlink()
    (tmp_path / "more").rmdir()
    status, out, err = call_on_seeds("check")
    assert status == 1
    assert out.startswith(f"behind: {tmp_path / 'more'}: no such file or directory; if the ")


def test_json_is_one_object_as_the_schema_says(call_on_seeds: Call, tmp_path: Path) -> None:
    status, out, _ = call_on_seeds("check", "--json")
    assert status == 0
    assert validate(out)["findings"] == []
    spoil(tmp_path / "index")
    (tmp_path / "index/build-1/tmpx").touch()
    status, out, _ = call_on_seeds("check", "--json")
    assert status == 2
    content = validate(out)
    assert call_on_seeds("check", "--json")[1] == out  # byte for byte
    (finding,) = content["findings"]  # type: ignore[misc]
    assert finding["kind"] == "damaged"  # type: ignore[index]
    status, out, err = call_on_seeds("check", "--repair", "--json")
    assert status == 0
    assert validate(out)["repaired"] == err.splitlines()[:-1]


def test_no_index_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSSEARCH_INDEX", raising=False)
    for options in ([], ["--repair"]):
        assert main(["check", *options]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert "there is no index here; type `newssearch index FOLDER`" in err
    assert os.listdir(tmp_path) == []


def test_names_cannot_steer_the_terminal() -> None:
    finding = Finding(Kind.DAMAGED, "/a\x1b[2J/\u202eb", "is\nmissing", "newssearch index")
    report = CheckReport("/a\x1b[2J", findings=(finding,), repaired=("\x1b]8;;",))
    (line,) = render_findings(report, Look())
    assert line == "damaged: /a\\x1b[2J/\\u202eb: is\\nmissing; newssearch index\n"
    assert "\x1b" not in render_check_json(report)
    assert validate(render_check_json(report))["index"] == "/a\x1b[2J"


def test_the_summary_counts_by_what_is_to_do() -> None:
    findings = [Finding(kind, "", "x") for kind in (*Kind, Kind.BEHIND)]
    report = CheckReport("index", 3, 7, 41_200_000, 6640, 6624, 1.913, tuple(findings))
    assert render_summary(report) == (
        "1 damaged, 1 left over, 2 behind — 7 files, 41.2 MB, 6,640 articles, 1.91 s\n"
    )
    noted = CheckReport("index", findings=(findings[3],))
    assert noted.is_well
    assert render_summary(noted).startswith("all is well — 0 files")


def test_kinds_have_colours_where_there_are_any() -> None:
    report = CheckReport("index", findings=(Finding(Kind.NOTE, "", "so many", "look"),))
    assert list(render_findings(report, Look(color=True))) == [
        "\x1b[2mnote\x1b[0m: so many; look\n"
    ]


def test_one_file_is_and_several_are() -> None:
    assert counted(1, "file is new", "files are new") == "1 file is new"
    assert counted(1234, "file is new", "files are new") == "1,234 files are new"


def test_a_person_sees_how_far_it_is(
    call_on_seeds: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Megabytes of the index, then files of the rebuild: each drawn and wiped."""
    from newssearch.cli import check_command

    drawn: list[tuple[str, int, int]] = []

    class Line:
        def __init__(self, counted: str) -> None:
            self._counted = counted

        def __call__(self, done: int, total: int) -> None:
            drawn.append((self._counted, done, total))

        def __exit__(self, *error: object) -> None:
            drawn.append((self._counted, 0, 0))

    monkeypatch.setattr("newssearch.cli.progress.ProgressLine", Line)
    monkeypatch.setattr(check_command.sys, "stderr", Terminal())
    spoil(tmp_path / "index")
    assert call_on_seeds("check", "--repair")[0] == 0
    assert {counted for counted, _, _ in drawn} == {"MB", "files"}
    assert drawn[-2:] == [("MB", 0, 0), ("files", 0, 0)]
    assert ("files", 24, 24) in drawn
    drawn.clear()
    assert call_on_seeds("check", "-q")[0] == 0
    assert drawn == []


class Terminal:
    """Standard error, of somebody who watches."""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        pass

    def flush(self) -> None:
        pass
