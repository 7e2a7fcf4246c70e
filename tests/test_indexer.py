from __future__ import annotations

import builtins
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from newssearch.cli.main import main
from newssearch.errors import ArticleError, EngineError, IndexCorrupt, IndexLocked, UsageError
from newssearch.indexer import update_index
from newssearch.lock import locked
from newssearch.options import IndexOptions
from newssearch.query import open_index
from newssearch.results import IndexReport
from newssearch.walk import SourceFile, read_file

REBUILD = IndexOptions(rebuild=True)
PRUNE = IndexOptions(prune=True)
OLD = 1_600_000_000_000_000_000  # times long settled, in ns


def write(file: Path, text: str, times: int | None = OLD) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    if times is not None:
        os.utime(file, ns=(times, times))
    return file


def settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every file count as written long ago: ctime cannot be set back."""
    monkeypatch.setattr("newssearch.inventory.SETTLED", -(10**12))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    write(folder / "2020/08/27/ferry.md", "# Ferry strands\n\nA grebe ferry ran aground.\n")
    write(folder / "2020/08/28/mill.md", "# Mill burns\n\nThe old paper mill burned.\n")
    write(folder / "orchard.md", "# Orchard opens\n\nApples for everyone.\n")
    return folder


@pytest.fixture
def index(tmp_path: Path, archive: Path) -> Path:
    folder = tmp_path / "index"
    assert counts(update_index(folder, [archive])) == "+3"
    return folder


def counts(report: IndexReport) -> str:
    """A report in short: `+added ~changed >renamed -removed =unchanged !failed`."""
    files = (report.added, report.changed, report.renamed, report.removed, report.unchanged)
    parts = zip("+~>-=!", (*files, len(report.failed)), strict=True)
    return " ".join(f"{mark}{count}" for mark, count in parts if count)


def paths(index: Path, query: str) -> list[str]:
    with open_index(index) as news:
        return sorted(hit.path for hit in news.query(query, limit=None, collapse=False))


def listing(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


# -- what has changed in the archive ------------------------------------------------------------


def test_a_second_run_finds_nothing_to_do_and_makes_no_generation(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    update_index(index)
    before = listing(index)
    assert counts(update_index(index)) == "=3"
    assert listing(index) == before


def test_added_changed_and_removed_files_are_brought_up_to_date(index: Path, archive: Path) -> None:
    write(archive / "swan.md", "# Swan returns\n\nTo the ferry.\n")
    write(archive / "orchard.md", "# Orchard opens\n\nPears for everyone.\n")
    (archive / "2020/08/28/mill.md").unlink()
    assert counts(update_index(index)) == "+1 ~1 -1 =1"
    assert paths(index, "ferry") == ["2020/08/27/ferry.md", "swan.md"]
    assert paths(index, "pears") == ["orchard.md"]
    assert paths(index, "apples") == paths(index, "mill") == []


def test_a_renamed_file_is_one_rename_and_keeps_its_day(index: Path, archive: Path) -> None:
    (archive / "orchard.md").rename(archive / "garden.md")
    assert counts(update_index(index)) == ">1 =2"
    assert paths(index, "apples") == ["garden.md"]


def test_two_files_with_one_content_are_renamed_each(index: Path, archive: Path) -> None:
    for name in "ab":
        write(archive / f"{name}.md", "# Twins\n\nThe same words.\n")
    assert counts(update_index(index)) == "+2 =3"
    for name in "ab":
        (archive / f"{name}.md").rename(archive / f"{name}{name}.md")
    assert counts(update_index(index)) == ">2 =3"
    assert paths(index, "twins") == ["aa.md", "bb.md"]


def test_a_moved_folder_is_renamed_files(index: Path, archive: Path) -> None:
    (archive / "2020").rename(archive / "2021")
    assert counts(update_index(index)) == ">2 =1"
    assert paths(index, "ferry") == ["2021/08/27/ferry.md"]


def test_touched_files_are_unchanged(index: Path, archive: Path) -> None:
    os.utime(archive / "orchard.md")
    assert counts(update_index(index)) == "=3"


def test_an_edit_with_its_time_set_back_is_noticed(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    update_index(index)
    write(archive / "orchard.md", "# Orchard opens\n\nPlums. for everyone.\n")
    assert counts(update_index(index)) == "~1 =2"
    assert paths(index, "plums") == ["orchard.md"]


def test_a_file_replaced_by_another_of_its_size_and_time_is_noticed(
    index: Path, archive: Path, tmp_path: Path
) -> None:
    other = write(tmp_path / "other", "# Orchard opens\n\nQuince for everyone.\n")
    same = (archive / "orchard.md").stat()
    assert other.stat().st_size == same.st_size
    other.replace(archive / "orchard.md")
    os.utime(archive / "orchard.md", ns=(same.st_atime_ns, same.st_mtime_ns))
    assert counts(update_index(index)) == "~1 =2"
    assert paths(index, "quince") == ["orchard.md"]


def test_a_file_written_while_it_was_indexed_is_compared_by_content(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Times are coarse: an edit of the same size within their grain shows in none of them."""
    monkeypatch.setattr("newssearch.inventory.SETTLED", 10**19)  # however long the run takes
    index = tmp_path / "index"
    update_index(index, [archive])
    file = archive / "orchard.md"
    before = file.stat()
    write(file, "# Orchard opens\n\nQuince for everyone.\n")
    monkeypatch.setattr("newssearch.inventory.FileRecord.looks_like", lambda self, file: True)
    assert file.stat().st_size == before.st_size
    assert counts(update_index(index)) == "~1 =2"
    assert paths(index, "quince") == ["orchard.md"]


def test_verify_compares_what_the_times_vouch_for(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    update_index(index)
    monkeypatch.setattr("newssearch.inventory.FileRecord.looks_like", lambda self, file: True)
    write(archive / "orchard.md", "# Orchard opens\n\nQuince for everyone.\n")
    assert counts(update_index(index)) == "=3"
    assert counts(update_index(index, options=IndexOptions(verify=True))) == "~1 =2"
    assert paths(index, "quince") == ["orchard.md"]


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(
    tmp_path: Path, index: Path, archive: Path
) -> None:
    write(archive / "swan.md", "# Swan\n\nReturns.\n")
    (archive / "orchard.md").unlink()
    write(tmp_path / "more/heron.md", "# Heron\n\nStays.\n")
    before = listing(tmp_path)
    report = update_index(index, options=IndexOptions(dry_run=True))
    assert (counts(report), report.dry_run) == ("+1 -1 =2", True)
    assert counts(update_index(index, [tmp_path / "more"], IndexOptions(dry_run=True))) == "+1"
    assert counts(update_index(index, options=IndexOptions(dry_run=True, rebuild=True))) == "+3"
    assert listing(tmp_path) == before


def test_a_dry_run_makes_no_folder(tmp_path: Path, archive: Path) -> None:
    assert counts(update_index(tmp_path / "none", [archive], IndexOptions(dry_run=True))) == "+3"
    assert not (tmp_path / "none").exists()


def test_a_run_with_nothing_changed_imports_nothing_that_reads_articles(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    update_index(index)
    code = (
        "import sys; before = {*sys.modules}; from newssearch.indexer import update_index;"
        f"assert update_index({str(index)!r}).unchanged == 3;"
        "heavy = {'yaml', 'frontmatter', 'Stemmer', 'newssearch.article.read', 'tabulate',"
        "'newssearch.batch', 'newssearch.article.layout'};"
        "print(sorted(heavy & {*sys.modules} - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


# -- roots --------------------------------------------------------------------------------------


def test_a_path_inside_a_root_limits_the_run(index: Path, archive: Path) -> None:
    write(archive / "2020/08/27/ferry.md", "# Ferry floats\n\nAgain, says the captain.\n")
    write(archive / "orchard.md", "# Orchard closes\n\nNo fruit.\n")
    assert counts(update_index(index, [archive / "2020"])) == "~1 =1"
    assert paths(index, "captain")
    assert not paths(index, "fruit")
    assert counts(update_index(index, [archive / "orchard.md"])) == "~1"
    assert paths(index, "fruit")


def test_a_folder_that_is_gone_can_be_named(index: Path, archive: Path) -> None:
    shutil.rmtree(archive / "2020/08/27")
    (archive / "orchard.md").unlink()
    assert counts(update_index(index, [archive / "2020/08/27"])) == "-1"
    assert paths(index, "apples")
    assert not paths(index, "grebe")


def test_a_place_in_a_root_that_never_was_is_an_error(index: Path, archive: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        update_index(index, [archive / "2O20"])


def test_overlapping_paths_read_a_file_once(index: Path, archive: Path) -> None:
    write(archive / "2020/08/27/ferry.md", "# Ferry floats\n\nAgain, says the captain.\n")
    report = update_index(index, [archive / "2020/08", archive / "2020/08/27", archive / "2020"])
    assert (counts(report), report.articles) == ("~1 =1", 1)
    assert paths(index, "captain") == ["2020/08/27/ferry.md"]


def test_several_roots_of_one_name_are_kept_apart(tmp_path: Path, index: Path) -> None:
    other = write(tmp_path / "elsewhere/news/orchard.md", "# Orchard sold\n\nTo a bank.\n").parent
    assert counts(update_index(index, [other])) == "+1"
    assert counts(update_index(index)) == "=4"
    assert paths(index, "orchard") == ["orchard.md", "orchard.md"]
    with open_index(index) as news:
        assert set(news.stats().roots) == {"news", "news-2"}
        assert len({hit.id for hit in news.query("orchard", collapse=False)}) == 2


def test_a_root_without_any_file_is_remembered(tmp_path: Path, index: Path) -> None:
    later = tmp_path / "later"
    later.mkdir()
    assert counts(update_index(index, [later])) == ""
    write(later / "heron.md", "# Heron\n\nStays.\n")
    assert counts(update_index(index)) == "+1 =3"


def test_a_missing_root_is_not_removed_from(index: Path, archive: Path) -> None:
    archive.rename(archive.with_name("unmounted"))
    report = update_index(index)
    assert counts(report) == ""
    assert len(report.refused_roots) == 1
    assert "no such file or directory" in report.refused_roots[0]
    assert "--prune" in report.refused_roots[0]
    assert paths(index, "apples") == ["orchard.md"]


def test_prune_forgets_a_root_that_is_really_gone(tmp_path: Path, index: Path) -> None:
    other = write(tmp_path / "more/heron.md", "# Heron\n\nStays.\n").parent
    update_index(index, [other])
    shutil.rmtree(other)
    report = update_index(index, options=PRUNE)
    assert (counts(report), report.refused_roots) == ("-1 =3", ())
    assert counts(update_index(index)) == "=3"  # and it is not asked for again
    assert paths(index, "heron") == []


def test_prune_of_a_place_in_a_missing_root_is_of_that_place_alone(
    index: Path, archive: Path
) -> None:
    shutil.rmtree(archive)
    assert counts(update_index(index, [archive / "2020"], PRUNE)) == "-2"
    assert paths(index, "apples") == ["orchard.md"]
    assert update_index(index).refused_roots


def test_a_root_that_lost_over_half_its_files_is_not_removed_from(
    index: Path, archive: Path
) -> None:
    shutil.rmtree(archive / "2020")
    write(archive / "swan.md", "# Swan\n\nReturns.\n")
    report = update_index(index)
    assert counts(report) == "+1 =1"
    assert "2 of 3 files are gone" in report.refused_roots[0]
    assert paths(index, "ferry")
    assert paths(index, "swan")
    report = update_index(index, options=PRUNE)
    assert (counts(report), report.refused_roots) == ("-2 =2", ())
    assert paths(index, "ferry") == []


def test_an_archive_folder_above_a_known_one_is_refused(
    tmp_path: Path, index: Path, archive: Path
) -> None:
    with pytest.raises(UsageError, match="an archive folder already"):
        update_index(index, [tmp_path])


def test_relative_roots_move_with_the_index(tmp_path: Path, index: Path) -> None:
    moved = tmp_path / "other" / "place"
    moved.mkdir(parents=True)
    for name in ("news", "index"):
        (tmp_path / name).rename(moved / name)
    assert counts(update_index(moved / "index")) == "=3"


def test_an_index_is_the_same_through_a_link_to_it(tmp_path: Path, index: Path) -> None:
    far = tmp_path / "far" / "away"
    far.mkdir(parents=True)
    (far / "link").symlink_to(index)
    assert counts(update_index(far / "link")) == "=3"
    with open_index(far / "link") as news:
        assert Path(news.query("apples").hits[0].file).is_file()


def test_a_root_may_be_a_link(tmp_path: Path, archive: Path) -> None:
    (tmp_path / "link").symlink_to(archive)
    assert counts(update_index(tmp_path / "ix", [tmp_path / "link"])) == "+3"
    assert counts(update_index(tmp_path / "ix", [archive / "2020"])) == "=2"


def test_index_folders_and_hidden_folders_are_not_walked(archive: Path) -> None:
    write(archive / ".trash/old.md", "# Old\n\nNews.\n")
    index = archive / "index"
    assert counts(update_index(index, [archive])) == "+3"
    write(index / "README.md", "# This is the index\n")
    assert counts(update_index(index)) == "=3"


# -- failing files ------------------------------------------------------------------------------


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


# -- rebuild ------------------------------------------------------------------------------------


def test_a_rebuild_needs_no_path_and_reads_everything(index: Path, archive: Path) -> None:
    assert counts(update_index(index, options=REBUILD)) == "+3"
    assert paths(index, "ferry") == ["2020/08/27/ferry.md"]
    assert [p.name for p in index.glob("build-*")] == ["build-2"]


def test_the_old_index_answers_until_the_new_one_is_published(index: Path, archive: Path) -> None:
    (archive / "orchard.md").unlink()
    write(archive / "swan.md", "# Swan\n\nReturns.\n")
    seen = []
    update_index(
        index, options=REBUILD, progress=lambda done, of: seen.append(paths(index, "apples"))
    )
    assert seen[-1] == ["orchard.md"]
    assert paths(index, "apples") == []


def flip(path: Path, byte: int) -> None:
    """Change one bit."""
    content = bytearray(path.read_bytes())
    content[byte] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage", ["descriptor", "descriptor bytes", "version", "no descriptor", "inventory", "engine"]
)
def test_roots_and_days_survive_what_a_rebuild_repairs(index: Path, damage: str) -> None:
    noted = index / "kept" / "added.tsv"
    noted.write_text(noted.read_text().replace(noted.read_text()[:10], "2019-03-04"))
    noted.with_suffix(".sum").unlink(missing_ok=True)  # edited by hand
    descriptor = index / "newssearch.json"
    content = descriptor.read_text()
    if damage == "descriptor":
        descriptor.write_text("{")
    elif damage == "descriptor bytes":
        descriptor.write_bytes(b"\xff\xfe\xff")
    elif damage == "version":
        descriptor.write_text(content.replace('"schema": ', '"schema": 9'))
    elif damage == "no descriptor":
        descriptor.unlink()
    elif damage == "inventory":
        flip(next(index.glob("build-*/commit-*.seg")), 70)
    else:
        for file in index.glob("build-*/*"):
            file.write_bytes(b"\0" * 100)
    if damage not in ("engine", "no descriptor"):
        with pytest.raises(IndexCorrupt, match="--rebuild"):
            update_index(index)
    assert counts(update_index(index, options=REBUILD)) == "+3"
    with open_index(index) as news:
        assert news.article("orchard.md").added == "2019-03-04"
        assert set(news.stats().roots) == {"news"}


def test_a_rebuild_of_one_root_leaves_no_other_out(tmp_path: Path, index: Path) -> None:
    other = write(tmp_path / "more/heron.md", "# Heron\n\nStays.\n").parent
    assert counts(update_index(index, [other], REBUILD)) == "+4"
    assert counts(update_index(index, [tmp_path / "news/2020"], REBUILD)) == "+4"


@pytest.mark.parametrize("lost", ["missing", "emptied"])
def test_a_rebuild_does_not_drop_a_root_that_is_not_there(
    tmp_path: Path, index: Path, archive: Path, lost: str
) -> None:
    other = write(tmp_path / "more/heron.md", "# Heron\n\nStays.\n").parent
    update_index(index, [other])
    shutil.rmtree(archive)
    if lost == "emptied":
        archive.mkdir()
    report = update_index(index, options=REBUILD)
    assert report.refused_roots
    assert counts(report) == ""
    assert paths(index, "apples")
    assert paths(index, "heron")
    assert counts(update_index(index, options=IndexOptions(rebuild=True, prune=True))) == "+1"
    assert not paths(index, "apples")
    assert paths(index, "heron")


# -- folders that are no index ------------------------------------------------------------------


def test_no_index_and_no_path_is_an_error_that_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="newssearch index FOLDER"):
        update_index(tmp_path / "ix")
    assert not (tmp_path / "ix").exists()


def test_a_path_that_is_not_there_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        update_index(tmp_path / "ix", [tmp_path / "typo"])
    assert not (tmp_path / "ix").exists()


def test_a_folder_with_other_things_is_not_made_an_index(tmp_path: Path, archive: Path) -> None:
    before = listing(tmp_path)
    for options in (None, IndexOptions(dry_run=True), REBUILD):
        with pytest.raises(UsageError, match="name another folder"):
            update_index(archive, [archive], options)
    assert listing(tmp_path) == before


def test_a_folder_with_only_our_readme_becomes_an_index(tmp_path: Path, archive: Path) -> None:
    write(tmp_path / "ix/README.md", "# The index\n\nWhere newssearch keeps it.\n")
    write(tmp_path / "ix/.gitignore", "*\n")
    assert counts(update_index(tmp_path / "ix", [archive])) == "+3"
    assert (tmp_path / "ix/.gitignore").read_text() == "*\n"


# -- interrupted runs ---------------------------------------------------------------------------


@pytest.mark.parametrize("options", [IndexOptions(), REBUILD])
def test_an_interrupt_leaves_the_index_as_it_was(
    index: Path,
    archive: Path,
    options: IndexOptions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*given: object) -> None:
        raise KeyboardInterrupt

    before = listing(index)
    write(archive / "swan.md", "# Swan\n\nReturns.\n")
    with monkeypatch.context() as patch:
        patch.setattr("newssearch.batch.Batch.settle_stories", interrupt)
        patch.setattr("newssearch.batch.Batch.apply", interrupt)
        flags = ["--rebuild"] if options.rebuild else []
        assert main(["--index", str(index), "index", *flags]) == 130
    assert listing(index) == before
    assert counts(update_index(index)) == "+1 =3"


@pytest.mark.parametrize("fails", ["open", "fsync", "rename"])
@pytest.mark.parametrize("options", [IndexOptions(), REBUILD])
def test_a_full_disk_is_one_line_and_loses_nothing(
    index: Path,
    archive: Path,
    fails: str,
    options: IndexOptions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every point of a run at which the disk can be full, one after the other."""
    names = ["replace", "rename"] if fails == "rename" else [fails]
    module = builtins if fails == "open" else os
    calls = 0

    def full(real: Callable[..., Any], *given: Any, **named: Any) -> Any:
        nonlocal calls
        if fails != "open" or ("r" not in [*given, "r"][1] and "LOCK" not in str(given[0])):
            calls += 1
            if calls > point:
                raise OSError(errno.ENOSPC, "No space left on device", str(given[0]))
        return real(*given, **named)

    answer = paths(index, "swan")
    for point in range(200):
        calls = 0
        write(archive / "swan.md", f"# Swan\n\nReturns, the attempt{point} one.\n")
        with monkeypatch.context() as patch:
            for name in names:
                patch.setattr(module, name, partial(full, getattr(module, name)))
            message = ""
            try:
                update_index(index, options=options)
            except EngineError as error:
                message = str(error)
        if message:
            assert "no space left" in message.lower()
            assert "\n" not in message
            if "fsync" not in names:  # it may be in its place, and the disk not promise to keep it
                assert paths(index, f"attempt{point}") == []
        else:
            assert paths(index, f"attempt{point}") == ["swan.md"]
        answer = paths(index, f"attempt{point}") or answer
        assert paths(index, "swan") == answer
        if calls <= point:
            break
    else:
        pytest.fail("the run never succeeded")
    assert point > 0
    assert len(list(index.glob("build-*"))) == 1


def test_a_run_that_the_disk_has_no_room_for_does_not_begin(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(index.rglob("*"))
    write(archive / "new.md", "# Bridge closed\n\n" + "The bridge was closed.\n" * 1000)
    full = shutil.disk_usage(index)._replace(free=4_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: full)
    with pytest.raises(EngineError, match=r"about 4 MB are needed on this disk and 4 MB are free"):
        update_index(index)
    assert sorted(index.rglob("*")) == before
    monkeypatch.undo()
    assert update_index(index).added == 1


def test_a_second_writer_is_refused_and_nothing_is_touched(index: Path, archive: Path) -> None:
    write(archive / "swan.md", "# Swan\n\nReturns.\n")
    with locked(index / "lock"):
        before = listing(index)
        with pytest.raises(IndexLocked, match=f"process {os.getpid()} on .* since .*--wait"):
            update_index(index)
        assert listing(index) == before
        assert counts(update_index(index, options=IndexOptions(dry_run=True))) == "+1 =3"
        assert paths(index, "apples") == ["orchard.md"]
    assert counts(update_index(index)) == "+1 =3"


def test_a_writer_that_fails_is_cancelled_and_the_lock_is_free(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise RuntimeError("as planned")

    write(archive / "swan.md", "# Swan\n\nReturns.\n")
    with monkeypatch.context() as patch:
        patch.setattr("newssearch.batch.Batch._take_in", fail)
        with pytest.raises(RuntimeError, match="as planned"):
            update_index(index)
    assert paths(index, "swan") == []
    assert counts(update_index(index)) == "+1 =3"


def test_a_root_is_read_with_the_extensions_that_it_was_last_given(tmp_path: Path) -> None:
    archive, index = tmp_path / "archive", tmp_path / "index"
    archive.mkdir()
    (archive / "a.md").write_text("# Ferry\n\nThe ferry sails again.\n")
    (archive / "b.txt").write_text("# Bridge\n\nThe bridge is shut.\n")
    update_index(index, [archive], IndexOptions(extensions=(".md", ".txt")))
    assert update_index(index).unchanged == 2
    assert update_index(index, (), IndexOptions(rebuild=True)).added == 2
    assert update_index(index, (), IndexOptions(extensions=(".md",))).removed == 1
    assert update_index(index).unchanged == 1


# Prints what a run imports that begins with no more than the command line has imported by then.
IMPORTS = """
import sys
before = {*sys.modules}
sys.path.insert(0, sys.argv[1])
from newssearch.indexer import update_index
report = update_index(sys.argv[2])
print(report.unchanged, *{*sys.modules} - before)
"""


def test_a_run_that_finds_nothing_changed_imports_only_what_that_takes(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    update_index(tmp_path / "index", [archive])
    project = str(Path(__file__).parents[1])
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTS, project, str(tmp_path / "index")],
        capture_output=True,
        text=True,
        check=True,
    )
    unchanged, *modules = ended.stdout.split()
    assert unchanged == "3"
    ours = {name for name in modules if name.startswith("newssearch.")}
    assert "newssearch.plan" in ours
    for unneeded in ("analysis.analyzer", "engine.base", "engine.columnar.snapshot", "syntax"):
        assert f"newssearch.{unneeded}" not in ours
    assert {"numpy", "subprocess", "threading", "queue", "email"}.isdisjoint(modules)


def test_what_a_killed_writer_left_goes_with_a_run_that_finds_nothing_to_do(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    update_index(index)
    build = next(index.glob("build-*"))
    clean = {path.name for path in build.iterdir()}
    for name in ("0123456789abcdef.seg", "tmpabc", "generation-9.json.new", "commit-9.seg"):
        (build / name).write_bytes(b"left over")
    (build / "notes.txt").write_bytes(b"somebody's own")
    assert counts(update_index(index)) == "=3"
    assert {path.name for path in build.iterdir()} == clean | {"notes.txt"}


def test_a_run_that_cannot_tidy_up_has_succeeded(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*path: object, **given: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    write(archive / "late.md", "# Late\n\nA late ferry.\n")
    (index / "newssearch.json.new").write_bytes(b"left over")
    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", refuse)
        assert counts(update_index(index)).startswith("+1")
    with open_index(index) as news:
        assert news.query("late").total == 1
    update_index(index)
    assert not (index / "newssearch.json.new").exists()


def test_too_little_memory_is_said_in_a_line_and_changes_nothing(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object) -> None:
        raise MemoryError("Unable to allocate 407. MiB for an array")

    write(archive / "late.md", "# Late\n\nA late ferry.\n")
    with monkeypatch.context() as patched:
        patched.setattr("newssearch.batch.Batch.settle_stories", refuse)
        with pytest.raises(EngineError, match="there is not enough memory; the index answers as"):
            update_index(index)
    with open_index(index) as news:
        assert news.query("late").total == 0
    assert counts(update_index(index)).startswith("+1")


def test_a_first_run_that_cannot_write_leaves_no_empty_gitignore(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        with pytest.raises(EngineError, match="no space left on device"):
            update_index(tmp_path / "new", [archive])
    assert list((tmp_path / "new").iterdir()) == []
    update_index(tmp_path / "new", [archive])
    assert (tmp_path / "new" / ".gitignore").read_text().endswith("!README.md\n")
