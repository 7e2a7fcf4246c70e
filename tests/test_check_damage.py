"""Damage to what is made from the archive is found, and mended: by a rebuild, or by going on from
the generation before. The index then answers as a new one does."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import checked_index
import pytest
from checked_index import (
    SPOILS,
    answers,
    assert_mended,
    build,
    content,
    flip,
    found,
    halfway,
    segment,
)
from invented_documents import document

from newssearch.analysis.stems import Stemming
from newssearch.check import Kind, check_index, repair_index
from newssearch.index_folder import IndexFolder
from newssearch.indexer import update_index
from newssearch.inventory import ATTACHMENT, ROOTS_ATTACHMENT, Inventory
from newssearch.options import IndexOptions
from newssearch.query import open_index
from newssearch.saved import saved_searches

pytestmark = pytest.mark.usefixtures("unsynced")

archive, index, saved = checked_index.archive, checked_index.index, checked_index.saved


# --- damage ---------------------------------------------------------------------------------------


def test_every_file_of_the_index_is_damaged_found_and_mended(index: Path, archive: Path) -> None:
    names = [path.relative_to(index) for path in sorted(build(index).iterdir())]
    names.append(Path("newssearch.json"))
    for name in names:
        path = index.with_name("work") / name
        for harm in (
            lambda path: flip(path, path.stat().st_size // 2),
            lambda path: os.truncate(path, path.stat().st_size // 2),
            lambda path: path.write_bytes(b""),
            Path.unlink,
        ):
            shutil.rmtree(index.with_name("work"), ignore_errors=True)
            shutil.copytree(index, index.with_name("work"))
            harm(path)
            report = check_index(index.with_name("work"))
            assert report.is_damaged
            damaged = [one for one in report.findings if one.kind == Kind.DAMAGED]
            if path.exists() or not name.name.startswith("generation"):
                assert any(Path(one.file).name == name.name for one in damaged), found(report)
            assert all(one.advice for one in damaged)
            assert all("--rebuild" not in one.what for one in damaged)
            assert_mended(index.with_name("work"), archive)


def test_what_the_index_had_of_its_own_outlives_the_rebuild(saved: Path, archive: Path) -> None:
    notes = (saved / "kept/added.tsv").read_bytes()
    flip(segment(saved), 5000)
    repair_index(saved)
    assert (saved / "kept/added.tsv").read_bytes() == notes
    assert list(saved_searches(saved)) == ["ferries", "roofs"]
    assert found(check_index(saved)) == []


def test_a_rebuild_keeps_the_stemmers_as_long_as_the_index_says_them(
    index: Path, archive: Path
) -> None:
    german, dutch = Stemming("german", "russian"), Stemming("dutch", "russian")
    update_index(index, (), IndexOptions(rebuild=True), stemming=german)
    flip(segment(index), 5000)
    repair_index(index, stemming=dutch)
    assert IndexFolder.open(index).descriptor.stemming == german
    (index / "newssearch.json").write_bytes(b"{")
    repair_index(index, stemming=dutch)
    assert IndexFolder.open(index).descriptor.stemming == dutch


def test_an_index_of_another_version_is_rebuilt(index: Path, archive: Path) -> None:
    values = json.loads((index / "newssearch.json").read_bytes())
    (index / "newssearch.json").write_text(json.dumps(values | {"format": 1}))
    assert found(check_index(index)) == [
        "damaged: newssearch.json: the index is of another version"
    ]
    assert_mended(index, archive)


def test_an_index_whose_descriptor_is_gone_is_rebuilt(index: Path, archive: Path) -> None:
    (index / "newssearch.json").unlink()
    assert found(check_index(index)) == ["damaged: newssearch.json: is missing"]
    assert_mended(index, archive)


def test_a_build_that_is_gone_is_rebuilt(index: Path, archive: Path) -> None:
    shutil.rmtree(build(index))
    assert any("build-1" in line for line in found(check_index(index)))
    assert_mended(index, archive)


def publish(index: Path, change: Callable[[Inventory], Any], *documents: Any) -> None:
    """A generation with another inventory, and with more documents."""
    home = IndexFolder.open(index)
    inventory = Inventory.load(home.attachment(ATTACHMENT))
    attachments = inventory.attachments()
    changed = change(inventory)
    writer = home.engine().writer()
    for one in documents:
        writer.add(one)
    writer.commit(attachments if changed is None else changed)


def test_an_article_that_the_index_lacks_is_found(index: Path, archive: Path) -> None:
    home = IndexFolder.open(index)
    with open_index(index) as news:
        gone = news.query("storm").hits[0].id
    attached = {name: home.attachment(name) or b"" for name in (ATTACHMENT, ROOTS_ATTACHMENT)}
    writer = home.engine().writer()
    writer.delete([gone])
    writer.commit(attached)
    assert found(check_index(index)) == ["damaged: build-1: 1 article is missing: storm.md"]
    assert_mended(index, archive)


def test_articles_of_no_file_are_found(index: Path, archive: Path) -> None:
    more = [document(f"{n}.md", "nobody wrote this") for n in range(5)]
    publish(index, lambda inventory: None, *more)
    (line,) = found(check_index(index))
    assert line.startswith("damaged: build-1: 5 articles are of no file of the archive: ")
    assert line.endswith(" …")
    assert_mended(index, archive)


@pytest.mark.parametrize("attached", [b"{}", b"[1]\n", b"", b'{"roots": {"news": {}}}\n'])
def test_an_inventory_that_cannot_be_read_is_found(
    index: Path, archive: Path, attached: bytes
) -> None:
    publish(index, lambda inventory: {ATTACHMENT: attached, ROOTS_ATTACHMENT: b"{}"})
    (line,) = found(check_index(index))
    assert line.startswith("damaged: build-1: the inventory cannot be read (")
    assert_mended(index, archive)


# --- a newer generation that is damaged -----------------------------------------------------------


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("moved_on", [True, False])
def test_the_generation_before_is_gone_on_from(
    index: Path, archive: Path, spoil: Callable[[Path], Any], moved_on: bool
) -> None:
    halfway(index, archive, spoil)
    if not moved_on:  # the archive is again as generation 1 has it: nothing to index
        (archive / "late.md").unlink()
    report = check_index(index)
    assert report.is_damaged
    assert report.generation == 1
    assert [one.what for one in report.of_kind(Kind.NOTE)] == [
        "searches are answered from generation 1 meanwhile"
    ]
    assert len(report.of_kind(Kind.BEHIND)) == moved_on
    report = assert_mended(index, archive)
    assert build(index).name == "build-1"
    assert report.generation > 2
    assert len(list(build(index).glob("generation-*.json"))) == 1


def test_a_newest_manifest_that_is_gone_is_told_by_what_it_was_published_with(
    index: Path, archive: Path
) -> None:
    halfway(index, archive, lambda folder: (folder / "generation-2.json").unlink())
    report = check_index(index)
    assert report.generation == 1
    assert [one.what for one in report.of_kind(Kind.LEFT_OVER) if "commit-2" in one.file] == [
        "is of generation 2, which an interrupted run never published or whose manifest is gone; "
        "searches are answered from generation 1"
    ]
    assert report.of_kind(Kind.BEHIND)
    assert repair_index(index).repaired
    assert update_index(index).added == 1
    assert found(check_index(index)) == []


def test_a_generation_before_that_is_damaged_too_is_rebuilt(index: Path, archive: Path) -> None:
    halfway(index, archive, SPOILS[0])
    shared = build(index) / segment(index.with_name("before")).name
    flip(shared, shared.stat().st_size // 2)
    assert not check_index(index).is_well
    assert_mended(index, archive)
    assert build(index).name == "build-2"


# --- what survives of a damaged index -------------------------------------------------------------


@pytest.mark.parametrize("harmed", ["newssearch.json", "segment", "generation-1.json"])
def test_a_rebuild_knows_what_the_inventory_knew(
    tmp_path: Path, archive: Path, harmed: str
) -> None:
    """Which extensions are read, when files came, how many there were: the inventory is a file of
    its own, and may be whole where the index cannot be opened."""
    (archive / "storm.md").rename(archive / "storm.txt")
    index = tmp_path / "index"
    update_index(index, [archive], IndexOptions(extensions=(".md", ".txt")))
    (index / "kept/added.tsv").unlink()
    names = {"newssearch.json": index / "newssearch.json", "segment": segment(index)}
    (names.get(harmed) or build(index) / harmed).write_bytes(b"{")
    assert check_index(index).is_damaged
    report = repair_index(index)
    assert found(report) == []
    assert report.articles == 4
    assert [hit[1] for hit in answers(index)].count("Storm passes") == 1


def test_a_damaged_index_is_not_rebuilt_from_what_is_left_of_an_archive(
    index: Path, archive: Path
) -> None:
    for name in ("orchard.md", "storm.md", "2020/08/28/mill.md"):
        (archive / name).unlink()
    segment(index).write_bytes(b"{")
    before = content(build(index))
    report = repair_index(index)
    assert report.is_damaged
    assert report.repaired[0].startswith("not rebuilt: ")
    assert "3 of 4 files are gone" in report.repaired[0]
    assert content(build(index)) == before
