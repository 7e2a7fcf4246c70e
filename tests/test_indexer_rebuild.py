"""A rebuild reads everything anew, answers from the old index meanwhile, mends what is damaged and
loses no archive folder and no day."""

from __future__ import annotations

import shutil
from pathlib import Path

import indexed_archive
import pytest
from indexed_archive import REBUILD, counts, paths, write

from newssearch.errors import IndexCorrupt
from newssearch.indexer import update_index
from newssearch.options import IndexOptions
from newssearch.query import open_index

archive, index = indexed_archive.archive, indexed_archive.index


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
