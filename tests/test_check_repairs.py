"""A repair that fails loses nothing and can be made again. Beside a writer there is none; and a
rebuild that takes place during a check is met."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import checked_index
import pytest
from checked_index import EVERYTHING, SPOILS, build, content, flip, found, halfway, segment

from newssearch.check import check_index, repair_index
from newssearch.engine.columnar import generation
from newssearch.errors import EngineError, IndexLocked
from newssearch.indexer import update_index
from newssearch.lock import locked
from newssearch.options import IndexOptions
from newssearch.query import open_index

pytestmark = pytest.mark.usefixtures("unsynced")

archive, index, saved = checked_index.archive, checked_index.index, checked_index.saved


@pytest.mark.parametrize("newest", [True, False])
def test_a_repair_that_fails_at_any_step_can_be_made_again(
    saved: Path, archive: Path, monkeypatch: pytest.MonkeyPatch, newest: bool
) -> None:
    """Nothing is lost on the way, not even what could not be read."""
    if newest:
        segment(saved).write_bytes(b"damaged segment")
    else:
        halfway(saved, archive, SPOILS[1])
    harmed = {"roots.json": b"{damaged", "added.tsv": b"damaged", "saved.json": b"[damaged"}
    for name, harm in harmed.items():
        (saved / "kept" / name).write_bytes(harm)
    work, steps = saved.with_name("work"), 0
    while True:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(saved, work)
        left = [steps]

        def failing(call: Callable[..., Any], left: list[int] = left) -> Callable[..., Any]:
            def made(*arguments: Any, **options: Any) -> Any:
                left[0] -= 1
                if left[0] < 0:
                    raise OSError(5, "Input/output error", str(arguments[0]))
                return call(*arguments, **options)

            return made

        with monkeypatch.context() as patched:
            for name in ("replace", "rename", "link"):
                patched.setattr(os, name, failing(getattr(os, name)))
            with contextlib.suppress(EngineError, OSError):
                repair_index(work)
        held = [path.read_bytes() for path in (work / "kept").iterdir() if path.is_file()]
        assert set(harmed.values()) <= set(held), steps
        assert_mended_again(work, archive)
        held = [path.read_bytes() for path in (work / "kept").iterdir() if path.is_file()]
        assert set(harmed.values()) <= set(held), steps
        if left[0] >= 0:
            break
        steps += 1
    assert steps > 9


def assert_mended_again(index: Path, archive: Path) -> None:
    assert not repair_index(index).is_damaged
    update_index(index)
    assert found(check_index(index)) == []
    with open_index(index) as news:
        assert news.query(EVERYTHING).total == len(list(archive.rglob("*.md")))


def test_beside_a_writer_nothing_is_repaired(index: Path) -> None:
    flip(segment(index), 5000)
    before = content(index)
    with locked(index / "lock"), pytest.raises(IndexLocked, match="is being written by"):
        repair_index(index)
    assert {path: one for path, one in content(index).items() if not path.endswith("lock")} == {
        path: one for path, one in before.items() if not path.endswith("lock")
    }


def test_a_repair_that_fails_leaves_the_index_as_it_was(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip(segment(index), 5000)
    before = content(build(index))

    def full(*arguments: Any, **options: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generation, "replace_file", full)
    with pytest.raises(EngineError, match="no space left"):
        repair_index(index)
    monkeypatch.undo()
    assert content(build(index)) == before
    assert [path.name for path in index.glob("build-*")] == ["build-1"]


def test_a_rebuild_meanwhile_is_met(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The build that was opened is gone when it is looked at: another took its place."""
    from newssearch.engine import choose

    examine = choose.examine

    def after_a_rebuild(name: str, folder: Path) -> Any:
        monkeypatch.setattr(choose, "examine", examine)
        update_index(index, (), IndexOptions(rebuild=True))
        return examine(name, folder)

    monkeypatch.setattr(choose, "examine", after_a_rebuild)
    report = check_index(index)
    assert report.findings == ()
    assert report.articles == 4
