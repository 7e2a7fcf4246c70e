"""A small archive, its index, and the same with saved searches, a fixture each; ways to harm them,
and what a check or a repair then makes of them. Used by test_check.py and its parts, which take the
fixtures over by name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newssearch.check import CheckReport, check_index, repair_index
from newssearch.index_folder import IndexFolder
from newssearch.indexer import update_index
from newssearch.options import QueryOptions
from newssearch.query import open_index
from newssearch.saved import SavedSearch, Seen, changing

EVERYTHING = "ferry OR mill OR apples OR storm"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    os.utime(path, ns=(1_600_000_000_000_000_000,) * 2)
    return path


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("newssearch.inventory.SETTLED", -(10**12))  # as if written long ago
    folder = tmp_path / "news"
    write(folder / "2020/08/27/ferry.md", "# Ferry strands\n\nA grebe ferry ran aground.\n")
    write(folder / "2020/08/28/mill.md", "# Mill burns\n\nThe old paper mill burned.\n")
    write(folder / "orchard.md", "# Orchard opens\n\nApples for everyone.\n")
    write(folder / "storm.md", "# Storm passes\n\nThe storm took two roofs.\n")
    return folder


@pytest.fixture
def index(tmp_path: Path, archive: Path) -> Path:
    folder = tmp_path / "index"
    update_index(folder, [archive])
    return folder


@pytest.fixture
def saved(index: Path) -> Path:
    """An index with two saved searches."""
    with changing(index) as kept:
        for name in ("ferries", "roofs"):
            kept.add(SavedSearch(name, f'{name} OR "two words"', "2020-08-28"), Seen(at="now"))
    return index


def found(report: CheckReport) -> list[str]:
    """The findings in short: kind, name of the file, what."""
    return [f"{one.kind}: {Path(one.file).name}: {one.what}" for one in report.findings]


def answers(index: Path) -> list[object]:
    with open_index(index) as news:
        results = news.query(EVERYTHING, QueryOptions(limit=None))
        return [(hit.id, hit.title, round(hit.score, 6), hit.snippets) for hit in results.hits]


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def build(index: Path) -> Path:
    return IndexFolder.open(index).build_path


def segment(index: Path) -> Path:
    return next(path for path in build(index).glob("*.seg") if "commit" not in path.name)


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 255
    path.write_bytes(data)


def assert_mended(index: Path, archive: Path) -> CheckReport:
    """After a repair all is well, the index answers as a new one does, the archive is as it was."""
    before = content(archive)
    report = repair_index(index)
    assert report.repaired
    assert found(report) == []
    fresh = index.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    update_index(fresh, [archive])
    assert answers(index) == answers(fresh)
    assert content(archive) == before
    assert found(check_index(index)) == []
    return report


def halfway(index: Path, archive: Path, spoil: Callable[[Path], None]) -> None:
    """Generation 1, and of generation 2 a damaged part: the power was cut."""
    before = index.with_name("before")
    shutil.copytree(index, before)
    write(archive / "late.md", "# Late ferry\n\nThe ferry came late.\n")
    update_index(index)
    for path in build(before).iterdir():
        if not (build(index) / path.name).exists():
            shutil.copy(path, build(index))
    spoil(build(index))


SPOILS: list[Callable[[Path], Any]] = [
    lambda folder: (folder / "generation-2.json").write_bytes(b""),
    lambda folder: os.truncate(folder / "commit-2.seg", 100),
    lambda folder: (folder / "commit-2.seg").unlink(),
]
