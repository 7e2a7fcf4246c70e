"""Files that cannot be read, decoded or parsed are listed, each with its reason; what was indexed
of them stays; and they are read as soon as they can be."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import indexed_archive
import pytest
from indexed_archive import counts, paths, settle, write

from newssearch.cli.main import main
from newssearch.errors import ArticleError
from newssearch.indexer import update_index
from newssearch.options import IndexOptions
from newssearch.walk import SourceFile, read_file

archive, index = indexed_archive.archive, indexed_archive.index


def test_a_failing_file_is_listed_and_its_previous_version_stays(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    (archive / "orchard.md").write_bytes("# Orchard\n\nÄpfel für alle".encode("latin-1"))
    write(archive / "swan.md", "# Swan\n\nReturns.\n")
    report = update_index(index)
    assert counts(report) == "+1 =2 !1"
    assert [(f.path, f.new) for f in report.failed] == [("orchard.md", True)]
    assert "not utf-8: byte 0xC4" in report.failed[0].reason
    assert paths(index, "apples") == ["orchard.md"]
    report = update_index(index)
    assert [(f.path, f.new) for f in report.failed] == [("orchard.md", False)]
    assert counts(report) == "=3 !1"
    write(archive / "orchard.md", "# Orchard\n\nPears.\n")
    assert counts(update_index(index)) == "~1 =3"
    assert paths(index, "pears") == ["orchard.md"]
    assert paths(index, "apples") == []


def test_a_failing_file_is_still_known_before_its_times_vouch_for_it(
    index: Path, archive: Path
) -> None:
    (archive / "swan.md").write_bytes(b"# Swan\n\nA \0 byte.\n")
    assert [f.new for f in update_index(index).failed] == [True]
    assert [f.new for f in update_index(index).failed] == [False]
    (archive / "swan.md").write_bytes(b"# Swan\n\nAnother \0 byte.\n")
    assert [f.new for f in update_index(index).failed] == [True]


def test_the_exit_code_is_3_only_while_a_failure_is_new(
    index: Path, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (archive / "swan.md").write_bytes(b"\xff\xfe\x00")
    command = ["--index", str(index), "index"]
    assert main(command) == 3
    assert "swan.md: " in capsys.readouterr().err
    assert main(command) == 0
    assert "failed 1" in capsys.readouterr().err


def test_a_file_over_the_limit_is_reported_and_read_under_a_higher_one(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    write(archive / "long.md", "# Long\n\n" + "endless " * 50)
    report = update_index(index, options=IndexOptions(max_file_bytes=200))
    assert "over 200 bytes" in report.failed[0].reason
    report = update_index(index, options=IndexOptions(max_file_bytes=200))
    assert counts(report) == "=3 !1"
    assert not report.failed[0].new
    assert counts(update_index(index)) == "~1 =3"
    assert paths(index, "endless") == ["long.md"]


def test_other_encodings_are_tried_on_what_failed(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    (archive / "moor.md").write_bytes("# Moor\n\nGrün und träge".encode("latin-1"))
    assert counts(update_index(index)) == "=3 !1"
    both = IndexOptions(encodings=("utf-8", "latin-1"))
    assert counts(update_index(index, options=both)) == "~1 =3"
    assert paths(index, "träge") == ["moor.md"]


def test_a_file_that_cannot_be_opened_recovers_without_a_change_of_its_own(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)

    def refuse(root: Path, file: SourceFile, limit: int) -> bytes:
        if file.path == "swan.md":
            raise ArticleError(file.path, "cannot be opened: permission denied")
        return read_file(root, file, limit)

    write(archive / "swan.md", "# Swan\n\nReturns.\n")
    with monkeypatch.context() as patch:
        patch.setattr("newssearch.intake.read_file", refuse)
        patch.setattr("newssearch.indexer.read_file", refuse)
        assert [f.new for f in update_index(index).failed] == [True]
        assert [f.new for f in update_index(index).failed] == [False]
    assert counts(update_index(index)) == "~1 =3"
    assert paths(index, "swan") == ["swan.md"]


def test_an_empty_file_is_no_unreadable_one(index: Path, archive: Path) -> None:
    (archive / "swan.md").write_bytes(b"#" * 300)
    small = IndexOptions(max_file_bytes=200)
    assert counts(update_index(index, options=small)) == "=3 !1"
    (archive / "swan.md").write_bytes(b"")
    assert counts(update_index(index, options=small)) == "~1 =3"


def test_a_file_that_vanishes_before_it_is_read_stays_until_the_next_run(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanish(root: str, file: SourceFile, limit: int) -> bytes:
        Path(root, file.path).unlink()
        return read_file(root, file, limit)

    write(archive / "orchard.md", "# Orchard\n\nPears.\n")
    with monkeypatch.context() as patch:
        patch.setattr("newssearch.intake.read_file", vanish)
        report = update_index(index)
    assert "cannot be opened: no such file" in report.failed[0].reason
    assert paths(index, "apples") == ["orchard.md"]
    assert counts(update_index(index)) == "-1 =2"
    assert paths(index, "apples") == []


def test_a_bug_in_a_parser_is_one_file_s_failure(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> None:
        raise KeyError("title")

    write(archive / "swan.md", "# Swan\n\nReturns.\n")
    with monkeypatch.context() as patch:
        patch.setattr("newssearch.intake.read_articles", broken)
        report = update_index(index)
    assert report.failed[0].reason == "a bug in newssearch: KeyError: 'title'"
    assert counts(update_index(index, options=IndexOptions(verify=True))) == "~1 =3"


def test_articles_below_an_unreadable_folder_stay(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    update_index(index)
    scandir = os.scandir

    def refuse(path: object) -> object:
        if os.fsencode(path).endswith(b"2020/08/27"):  # type: ignore[arg-type]
            raise PermissionError(errno.EACCES, "Permission denied")
        return scandir(path)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr("newssearch.walk.os.scandir", refuse)
        report = update_index(index)
        assert [(f.path, f.new) for f in report.failed] == [("2020/08/27", True)]
        report = update_index(index)
        assert [(f.path, f.new) for f in report.failed] == [("2020/08/27", False)]
    assert paths(index, "grebe") == ["2020/08/27/ferry.md"]
    assert counts(update_index(index)) == "=3"
