"""What a check says of an index that is sound, of what was left behind in it, and of an archive
that has moved on. It writes nothing and is in no writer's way."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import checked_index
import pytest
from checked_index import answers, assert_mended, build, content, flip, found, segment, write

from newssearch.check import Kind, check_index, repair_index
from newssearch.engine.columnar import compaction
from newssearch.errors import IndexMissing
from newssearch.indexer import update_index
from newssearch.lock import locked
from newssearch.options import IndexOptions

pytestmark = pytest.mark.usefixtures("unsynced")

archive, index = checked_index.archive, checked_index.index


# --- all is well ----------------------------------------------------------------------------------


def test_a_sound_index_has_no_finding_and_is_not_touched(index: Path) -> None:
    before = content(index)
    report = check_index(index)
    assert report.findings == ()
    assert report.is_well
    assert (report.generation, report.articles, report.archive_files) == (1, 4, 4)
    assert report.files == 3
    assert report.bytes == sum(path.stat().st_size for path in build(index).iterdir())
    assert repair_index(index).repaired == ()
    assert {path for path, one in content(index).items() if one != before[path]} <= {
        str(index / "lock")
    }


def test_the_seeds_have_no_finding(seeds: Path, tmp_path: Path) -> None:
    update_index(tmp_path / "index", [seeds])
    assert check_index(tmp_path / "index").findings == ()


@pytest.mark.parametrize("name", ["seedrepo", "md-18f"])
def test_a_reference_corpus_has_no_finding(
    corpus: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    """A part of it, added to import by import, so that segments are merged."""
    folders = sorted(path for path in (corpus(name) / "articles").rglob("*") if path.is_dir())
    archive = tmp_path / "news"
    for step in range(3):
        for folder in folders[step * 4 : step * 4 + 4]:
            for file in sorted(folder.glob("*.md"))[:40]:
                place = archive / file.relative_to(corpus(name))
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, place)
        update_index(tmp_path / "index", [archive])
        report = check_index(tmp_path / "index", IndexOptions(verify=True))
        assert report.findings == ()
    assert report.articles > 20


def test_an_index_that_articles_came_to_and_went_from_has_no_finding(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "FAN_IN", 2)
    for n in range(6):
        write(archive / f"{n}.md", f"# Apples {n}\n\n{'The storm took two roofs. ' * n}\n")
        if n > 2:
            (archive / f"{n - 2}.md").unlink()
        update_index(index)
        assert found(check_index(index)) == []


def test_an_index_without_articles_has_no_finding(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    update_index(tmp_path / "index", [tmp_path / "empty"])
    assert check_index(tmp_path / "index").findings == ()


def test_no_index_is_an_error_and_no_finding(tmp_path: Path) -> None:
    for name in ("nowhere", "news"):
        (tmp_path / "news").mkdir(exist_ok=True)
        for use in (check_index, repair_index):
            with pytest.raises(IndexMissing, match="newssearch index FOLDER"):
                use(tmp_path / name)
    assert list((tmp_path / "news").iterdir()) == []


def test_it_is_told_how_far_it_is(index: Path) -> None:
    told: list[tuple[int, int]] = []
    report = check_index(index, progress=lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1] == (report.bytes, report.bytes)


# --- left over ------------------------------------------------------------------------------------


def test_what_interrupted_runs_left_behind_is_found_and_removed(index: Path, archive: Path) -> None:
    (index / "build-7").mkdir()
    left = ["build-7", "newssearch.json.new", "kept/roots.json.new"]
    left += [f"build-1/{name}" for name in ("0123456789abcdef.seg", "generation-0.json", "tmpx")]
    for name in left[1:]:
        (index / name).write_bytes(b"left")
    (index / "notes.txt").write_text("not ours")
    (build(index) / "notes.txt").write_text("not ours")
    report = check_index(index)
    assert not report.is_damaged
    assert not report.is_well
    assert sorted(one.file for one in report.findings) == sorted(str(index / one) for one in left)
    assert {one.kind for one in report.findings} == {Kind.LEFT_OVER}
    report = assert_mended(index, archive)
    assert len(report.repaired) == len(left)
    assert not [name for name in left if (index / name).exists()]
    assert (index / "notes.txt").exists()


def test_what_a_writer_has_just_begun_is_not_left_over(index: Path) -> None:
    (build(index) / "0123456789abcdef.seg").write_bytes(b"begun")
    with locked(index / "lock"):
        assert check_index(index).findings == ()
    assert len(check_index(index).findings) == 1
    killed = {"pid": 2**22 + 1, "host": os.uname().nodename, "since": "then"}
    (index / "lock").write_text(json.dumps(killed))
    assert len(check_index(index).findings) == 1
    for held in (killed | {"host": "elsewhere"}, {"pid": os.getpid()}, []):
        (index / "lock").write_text(json.dumps(held))
        assert check_index(index).findings == ()


def test_a_check_is_in_no_writers_way(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes no lock, not even for a moment."""
    (build(index) / "0123456789abcdef.seg").write_bytes(b"left")
    (index / "kept/saved.journal").write_text("[]")

    def taken(*arguments: Any) -> Any:
        pytest.fail("a lock was taken")

    monkeypatch.setattr("newssearch.lock._try_lock", taken)
    assert len(check_index(index).findings) == 2


def test_a_build_that_took_the_place_of_the_one_looked_at_is_not_left_over(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newssearch.check import look

    archive = look.Look._archive

    def after_a_rebuild(self: look.Look) -> Any:
        update_index(index, (), IndexOptions(rebuild=True))
        return archive(self)

    monkeypatch.setattr(look.Look, "_archive", after_a_rebuild)
    assert check_index(index).findings == ()


# --- the archive has moved on ---------------------------------------------------------------------


def test_what_has_changed_in_the_archive_is_counted(index: Path, archive: Path) -> None:
    write(archive / "new.md", "# New\n")
    write(archive / "newer.md", "# Newer\n")
    write(archive / "storm.md", "# Storm passes\n\nThe storm took three roofs.\n")
    (archive / "2020/08/28/mill.md").unlink()
    (archive / "orchard.md").rename(archive / "orchards.md")
    report = check_index(index)
    assert [one.what.split(" since")[0] for one in report.findings] == [
        "2 files are not indexed yet",
        "1 file has changed",
        "1 file was renamed",
        "1 file is gone",
    ]
    assert {(one.kind, one.advice) for one in report.findings} == {
        (Kind.BEHIND, "newssearch index")
    }
    assert not report.is_damaged
    assert not report.is_well
    before = content(build(index))
    assert repair_index(index).repaired == ()  # nothing is damaged: indexing is another command
    assert content(build(index)) == before
    update_index(index)
    assert check_index(index).is_well


def test_changes_that_times_do_not_show_are_found_by_verify(index: Path, archive: Path) -> None:
    path = archive / "storm.md"
    text = path.read_text("utf-8").replace("two", "six")
    before = os.stat(path)
    update_index(index)
    with open(path, "r+", encoding="utf-8") as file:
        file.write(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert found(check_index(index, IndexOptions(verify=True))) == [
        "behind: : 1 file has changed since the archive was indexed"
    ]


def test_an_archive_folder_that_is_missing_is_said_and_not_rebuilt_without(
    index: Path, archive: Path
) -> None:
    expected = answers(index)
    archive.rename(archive.with_name("elsewhere"))
    report = check_index(index)
    assert [one.kind for one in report.findings] == [Kind.BEHIND]
    assert "news: no such file or directory" in report.findings[0].what
    assert "newssearch index --prune" in report.findings[0].advice
    before = content(index)
    flip(segment(index), 5000)
    report = repair_index(index)
    assert report.is_damaged
    assert report.repaired[0].startswith("not rebuilt: ")
    flip(segment(index), 5000)
    assert set(content(index)) == set(before)
    assert answers(index) == expected


def test_an_archive_that_has_lost_most_of_its_files_is_said(index: Path, archive: Path) -> None:
    for name in ("orchard.md", "storm.md", "2020/08/28/mill.md"):
        (archive / name).unlink()
    (finding,) = check_index(index).findings
    assert "3 of 4 files are gone" in finding.what
    flip(segment(index), 5000)
    assert repair_index(index).repaired[0].startswith("not rebuilt: ")


def test_files_that_cannot_be_read_are_noted(index: Path, archive: Path) -> None:
    (archive / "broken.md").write_bytes(b"# \xff\xfe\xfa\n")
    update_index(index)
    report = check_index(index)
    assert report.is_well
    assert found(report) == ["note: : 1 file cannot be read, as when the archive was indexed"]
