"""A small archive and its index, a fixture each, and short ways to change the one and look at the
other. Used by test_indexer.py and its parts, which take the fixtures over by name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newssearch.indexer import update_index
from newssearch.options import IndexOptions
from newssearch.query import open_index
from newssearch.results import IndexReport

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
