"""Which folders a run reads and which it makes an index: archive folders and places inside them,
those that are missing or emptied, links, and folders that hold other things."""

from __future__ import annotations

import shutil
from pathlib import Path

import indexed_archive
import pytest
from indexed_archive import PRUNE, REBUILD, counts, listing, paths, write

from newssearch.errors import UsageError
from newssearch.indexer import update_index
from newssearch.options import IndexOptions
from newssearch.query import open_index

archive, index = indexed_archive.archive, indexed_archive.index


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
