from __future__ import annotations

import csv
import errno
import io
import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rispy

from newssearch.cli.export_command import FORMATS
from newssearch.cli.progress import ProgressLine
from newssearch.cli.whole_file import check_place, write_whole
from newssearch.errors import UsageError

Call = Callable[..., tuple[int, str, str]]

EVERYTHING = ("kind:article", "OR", "kind:digest")


def titles(text: str) -> list[str]:
    return [row["title"] for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)]


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_has_every_hit(call_on_seeds: Call, form: str) -> None:
    status, out, err = call_on_seeds("export", "--no-collapse", *EVERYTHING, "--format", form)
    assert status == 0
    count = int(err.split()[1].rstrip(";"))
    assert count > 10
    assert err.startswith(f"exported {count}; found {count} articles of ")
    counted = {
        "csv": lambda: len(titles(out)),
        "jsonl": lambda: len(out.splitlines()),
        "ris": lambda: len(rispy.loads(out)),
        "bibtex": lambda: out.count("\n@article{"),
        "csl-json": lambda: len(json.loads(out)),
        "md": lambda: out.count("\n## "),
    }
    assert counted[form]() == count
    status, hits, _ = call_on_seeds("query", "--no-collapse", "-n", "all", *EVERYTHING)
    assert (status, len(hits.splitlines())) == (0, count)


@pytest.mark.parametrize(("form", "ending"), FORMATS.items())
def test_the_name_of_the_file_says_in_which_form(
    call_on_seeds: Call, tmp_path: Path, form: str, ending: str
) -> None:
    file = tmp_path / f"hits{ending.upper()}"
    status, out, err = call_on_seeds("export", "belarus", "--output", str(file))
    assert (status, out) == (0, "")
    assert err.startswith("exported ")
    assert file.read_bytes().decode() == call_on_seeds("export", "belarus", "--format", form)[1]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [file.name]


def test_the_limit_may_be_all_as_for_a_query(call_on_seeds: Call) -> None:
    everything = call_on_seeds("export", "--format", "csv", "belarus")
    assert call_on_seeds("export", "--format", "csv", "--limit", "all", "belarus") == everything
    status, _, err = call_on_seeds("export", "--format", "csv", "--limit", "most", "belarus")
    assert (status, "'most' is not a number from 1, nor 'all'" in err) == (2, True)


def test_a_form_that_is_asked_for_wins_over_the_name(call_on_seeds: Call, tmp_path: Path) -> None:
    call_on_seeds("export", "belarus", "--output", "hits.txt", "--format", "ris")
    assert (tmp_path / "hits.txt").read_text().startswith("TY  - NEWS")


@pytest.mark.parametrize("output", [[], ["--output", "-"], ["--output", "hits.txt"]])
def test_an_unsaid_form_is_an_error(call_on_seeds: Call, output: list[str]) -> None:
    status, out, err = call_on_seeds("export", "belarus", *output)
    assert (status, out) == (2, "")
    assert "--format" in err
    assert "csl-json" in err


def test_a_dash_is_standard_output(call_on_seeds: Call) -> None:
    one = call_on_seeds("export", "belarus", "--format", "csv", "--output", "-")
    assert one == call_on_seeds("export", "belarus", "--format", "csv")


def test_what_is_cut_is_said(call_on_seeds: Call) -> None:
    status, out, err = call_on_seeds("export", *EVERYTHING, "-n", "2", "--format", "csv")
    assert (status, len(titles(out))) == (0, 2)
    assert err.startswith("exported 2 of ")
    (first, *_) = csv.DictReader(io.StringIO(out, newline=""))
    assert first["query"].endswith("--limit 2")


def test_stories_are_exported_once_and_articles_where_asked(call_on_seeds: Call) -> None:
    form = ("--format", "csv")
    assert call_on_seeds("export", "lukashenko moscow", *form)[2] == (
        "exported 1; found 5 articles of 1 story\n"
    )
    assert call_on_seeds("export", "lukashenko moscow", "--no-collapse", *form)[2] == (
        "exported 5; found 5 articles of 1 story\n"
    )


def test_dash_words_and_options_are_those_of_query(call_on_seeds: Call) -> None:
    form = ("--format", "csv", "--no-collapse")
    _, every, _ = call_on_seeds("export", "lang:en", *form)
    _, fewer, _ = call_on_seeds("export", "lang:en", "-lukashenko", *form)
    assert 0 < len(titles(fewer)) < len(titles(every))
    _, oldest, _ = call_on_seeds("export", "belarus", "--sort", "oldest", "--lang", "en", *form)
    rows = [*csv.DictReader(io.StringIO(oldest, newline=""))]
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert {row["lang"] for row in rows} == {"en"}


def test_nothing_found_is_an_empty_file_a_hint_and_1(call_on_seeds: Call, tmp_path: Path) -> None:
    (tmp_path / "hits.json").write_text("what was there before")
    status, out, err = call_on_seeds("export", "xylophone", "--output", "hits.json")
    assert (status, out) == (1, "")
    assert "nothing found for xylophone" in err
    assert json.loads((tmp_path / "hits.json").read_text()) == []


def test_a_query_is_needed(call_on_seeds: Call) -> None:
    assert call_on_seeds("export", "--format", "csv")[0] == 2
    assert call_on_seeds("export", "--format", "csv", "--lang", "zh")[0] == 0


def test_mistakes_leave_the_file_as_it_was(call_on_seeds: Call, tmp_path: Path) -> None:
    (tmp_path / "hits.csv").write_text("before")
    status, _, err = call_on_seeds("export", "titel:x", "--strict", "--output", "hits.csv")
    assert (status, (tmp_path / "hits.csv").read_text()) == (2, "before")
    assert "titel" in err


def test_a_folder_is_no_file_to_write(call_on_seeds: Call, tmp_path: Path) -> None:
    (tmp_path / "hits.csv").mkdir()
    status, _, err = call_on_seeds("export", "belarus", "--output", "hits.csv")
    assert (status, "is a folder" in err) == (2, True)
    status, _, err = call_on_seeds("export", "belarus", "--output", "missing/hits.csv")
    assert (status, "there is no folder" in err) == (2, True)


def test_quiet_says_nothing(call_on_seeds: Call) -> None:
    assert call_on_seeds("export", "belarus", "-q", "--format", "ris")[2] == ""


def test_a_note_on_the_query_is_said(call_on_seeds: Call) -> None:
    _, _, err = call_on_seeds("export", "titel:belarus", "--format", "ris")
    assert err.startswith("note: titel: is no field")


def test_an_interrupted_export_leaves_the_file_before_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "hits.csv"
    file.write_bytes(b"before")

    def pieces() -> Iterator[bytes]:
        yield b"half"
        assert len(list(tmp_path.iterdir())) == 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(str(file), pieces())
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("hits.csv", b"before")
    ]


def test_a_file_is_written_with_the_usual_rights_and_keeps_its_own(tmp_path: Path) -> None:
    (tmp_path / "usual").write_bytes(b"")
    write_whole(str(tmp_path / "new"), [b"a", b"b"])
    assert (tmp_path / "new").read_bytes() == b"ab"
    assert os.stat(tmp_path / "new").st_mode == os.stat(tmp_path / "usual").st_mode
    os.chmod(tmp_path / "new", 0o600)
    write_whole(str(tmp_path / "new"), [b"c"])
    assert stat.S_IMODE(os.stat(tmp_path / "new").st_mode) == 0o600


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder/hits.csv")
    write_whole(str(tmp_path / "link"), [b"new"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "hits.csv").read_bytes() == b"new"


def test_what_is_no_file_is_written_to_as_it_is() -> None:
    check_place(os.devnull)
    write_whole(os.devnull, [b"gone"])
    assert not os.path.isfile(os.devnull)
    reader, writer = os.pipe()
    check_place(f"/dev/fd/{writer}")
    write_whole(f"/dev/fd/{writer}", [b"through ", b"a pipe"])
    os.close(writer)
    with open(reader, "rb") as stream:
        assert stream.read() == b"through a pipe"


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        check_place(str(tmp_path / "missing" / "hits.csv"))
    with pytest.raises(FileNotFoundError):
        write_whole(str(tmp_path / "missing" / "hits.csv"), [b"x"])


def test_progress_counts_articles(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine("articles") as progress:
        progress(1234, 6608)
    assert "1,234 of 6,608 articles" in capsys.readouterr().err


def test_what_a_full_disk_says_is_said_with_the_file_s_name(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"some"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left") as caught:
        write_whole(str(tmp_path / "hits.csv"), pieces())
    assert caught.value.filename == str(tmp_path / "hits.csv")
    assert not list(tmp_path.iterdir())
