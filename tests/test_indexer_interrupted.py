"""A run that is interrupted, has no room, no memory or no lock, or fails, leaves the index as it
was; what it leaves behind goes with the next run."""

from __future__ import annotations

import builtins
import errno
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import indexed_archive
import pytest
from indexed_archive import REBUILD, counts, listing, paths, settle, write

from newssearch.cli.main import main
from newssearch.errors import EngineError, IndexLocked
from newssearch.indexer import update_index
from newssearch.lock import locked
from newssearch.options import IndexOptions
from newssearch.query import open_index

archive, index = indexed_archive.archive, indexed_archive.index


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
