from __future__ import annotations

import os
from pathlib import Path

import pytest

from newssearch.errors import UsageError
from newssearch.inventory import FileRecord, Files, Inventory, Root
from newssearch.roots import targets


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news" / "2020" / "08"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("# A\n")
    return tmp_path / "news"


@pytest.fixture
def inventory() -> Inventory:
    record = FileRecord("2019/old.md", 1, 1, 1, 1, "x", True, 0, "2020-08-27")
    return Inventory([Root("news", "../news", Files({record.path: record}))])


def looked_at(inventory: Inventory, index: Path, *paths: Path) -> list[tuple[str, str]]:
    return [(target.root.name, target.under) for target in targets(inventory, index, paths)]


def test_no_path_means_every_root(tmp_path: Path, inventory: Inventory) -> None:
    inventory.roots["blog"] = Root("blog", "../blog")
    assert looked_at(inventory, tmp_path / "ix") == [("news", ""), ("blog", "")]


def test_no_path_and_no_root_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="newssearch index FOLDER"):
        looked_at(Inventory(), tmp_path / "ix")


def test_a_new_folder_is_remembered_relative_to_the_index(tmp_path: Path, news: Path) -> None:
    inventory = Inventory()
    assert looked_at(inventory, tmp_path / "ix", news) == [("news", "")]
    assert inventory.folders() == {"news": os.path.join("..", "news")}
    assert inventory.roots["news"].path(tmp_path / "ix") == news


def test_roots_of_one_folder_name_are_numbered(tmp_path: Path, news: Path) -> None:
    inventory = Inventory()
    for parent in ("b", "c"):
        (tmp_path / parent / "news").mkdir(parents=True)
    paths = [news, tmp_path / "b/news", tmp_path / "c/news"]
    assert [name for name, _ in looked_at(inventory, tmp_path / "ix", *paths)] == [
        "news",
        "news-2",
        "news-3",
    ]


def test_a_name_that_is_not_utf_8_is_written_as_text(tmp_path: Path) -> None:
    folder = os.path.join(os.fsencode(tmp_path), b"n\xffw\ts")
    os.mkdir(folder)
    inventory = Inventory()
    assert looked_at(inventory, tmp_path / "ix", Path(os.fsdecode(folder))) == [("n%FFw%09s", "")]
    assert inventory.roots["n%FFw%09s"].path(tmp_path / "ix") == Path(os.fsdecode(folder))


def test_places_in_a_root_limit_the_run(tmp_path: Path, news: Path, inventory: Inventory) -> None:
    index = tmp_path / "ix"
    assert looked_at(inventory, index, news / "2020") == [("news", "2020")]
    assert looked_at(inventory, index, news / "2020/08/a.md") == [("news", "2020/08/a.md")]
    assert looked_at(inventory, index, news / "2019") == [("news", "2019")]  # gone, but known
    with pytest.raises(UsageError, match="no such file or folder"):
        looked_at(inventory, index, news / "201")


def test_a_place_is_known_through_links_to_it(
    tmp_path: Path, news: Path, inventory: Inventory
) -> None:
    (tmp_path / "link").symlink_to(news)
    (news / "latest").symlink_to(news / "2020")
    assert looked_at(inventory, tmp_path / "ix", tmp_path / "link/2020") == [("news", "2020")]
    assert looked_at(inventory, tmp_path / "ix", news / "latest") == [("news", "2020")]


def test_no_file_is_looked_at_twice(tmp_path: Path, news: Path, inventory: Inventory) -> None:
    index = tmp_path / "ix"
    inside = [news / "2020/08/a.md", news / "2020/08", news / "2020/08"]
    assert looked_at(inventory, index, *inside) == [("news", "2020/08")]
    assert looked_at(inventory, index, *reversed(inside)) == [("news", "2020/08")]
    assert looked_at(inventory, index, *inside, news) == [("news", "")]
    assert looked_at(inventory, index, news, *inside) == [("news", "")]


def test_a_target_holds_what_is_below_it_alone(
    tmp_path: Path, news: Path, inventory: Inventory
) -> None:
    (target,) = targets(inventory, tmp_path / "ix", [news / "2020"])
    assert target.holds("2020/08/a.md")
    assert not target.holds("2020-b.md")


@pytest.mark.parametrize(
    ("path", "reason"),
    [("typo", "no such folder"), ("file.md", "outside every archive"), (".", "already")],
)
def test_what_cannot_be_a_root_is_an_error(
    tmp_path: Path, news: Path, inventory: Inventory, path: str, reason: str
) -> None:
    (tmp_path / "file.md").write_text("# A\n")
    with pytest.raises(UsageError, match=reason):
        looked_at(inventory, tmp_path / "ix", tmp_path / path)
