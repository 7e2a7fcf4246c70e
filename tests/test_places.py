from __future__ import annotations

import os
from pathlib import Path

import pytest

from newssearch.places import Places, file_of


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    (tmp_path / "work/news").mkdir(parents=True)
    (tmp_path / "far").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return Places({"news": "../news", "far": str(tmp_path / "far")}, tmp_path / "work/index")


def test_a_file_below_the_working_folder_is_named_from_there(places: Places) -> None:
    assert places.file("news", "2020/a.md") == os.path.join("news", "2020/a.md")


def test_a_file_elsewhere_is_named_from_the_root_of_the_disk(
    places: Places, tmp_path: Path
) -> None:
    assert places.file("far", "a.md") == str(tmp_path / "far/a.md")


def test_a_digest_s_entry_is_in_the_digest_s_file(places: Places) -> None:
    assert places.file("news", "NEWS.md#12") == os.path.join("news", "NEWS.md")
    assert file_of("NEWS.md#12") == "NEWS.md"
    assert file_of("we are #1.md") == "we are #1.md"


def test_a_name_that_is_not_utf_8_opens(places: Places, tmp_path: Path) -> None:
    name = b"caf\xe9 100%25.md"
    Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), b"work/news", name))).write_text("x")
    assert places.archive_path(os.fsdecode(b"news/" + name)) == "caf%E9 100%2525.md"
    assert Path(places.file("news", "caf%E9 100%2525.md")).read_text() == "x"


def test_archive_paths_come_back(places: Places, tmp_path: Path) -> None:
    for path in ("a.md", "2020/08/b.md", "NEWS.md#3"):
        assert places.archive_path(places.file("news", file_of(path))) == file_of(path)
    assert places.archive_path("news/NEWS.md#3") == "NEWS.md#3"
    assert places.archive_path(str(tmp_path / "far/a.md")) == "a.md"
    assert places.archive_path("elsewhere.md") is None


def test_folders_are_counted_from_where_the_index_really_is(tmp_path: Path) -> None:
    (tmp_path / "data/index").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "data/index")
    places = Places({"news": "../news"}, tmp_path / "link")
    assert places.folders["news"] == tmp_path / "data/news"
