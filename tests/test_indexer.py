"""A run brings the index up to date with what was added, changed, renamed and removed, however it
shows; says what it would do; and takes nothing that it does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import indexed_archive
import pytest
from indexed_archive import counts, listing, paths, settle, write

from newssearch.indexer import update_index
from newssearch.options import IndexOptions

archive, index = indexed_archive.archive, indexed_archive.index


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
