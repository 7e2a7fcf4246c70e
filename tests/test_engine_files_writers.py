"""Full disks, interrupted and killed writers, commits beside readers: what the folder of a Whoosh
engine survives."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from filled_whoosh import NEWS, filled, names
from invented_documents import ask, commit, document, word

from newssearch.engine import whoosh_files, whoosh_publish, whoosh_writer
from newssearch.engine.base import Search
from newssearch.engine.whoosh_engine import WhooshEngine
from newssearch.errors import EngineError, IndexLocked

pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    return filled(tmp_path / "engine")


# --- writers that fail ----------------------------------------------------------------------------


def no_space(*arguments: Any, **options: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_second_writer_is_told_that_it_is_locked(engine: WhooshEngine):
    first = engine.writer()
    with pytest.raises(IndexLocked):
        engine.writer()
    first.cancel()
    engine.writer().cancel()


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (whoosh_writer, "write_own"),
        (whoosh_writer, "sync"),
        (whoosh_publish, "sync"),
        (whoosh_writer, "sync_folder"),
        (os, "rename"),
        (os, "fsync"),
    ],
)
def test_a_full_disk_cancels_the_commit(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, where: Any, what: str
):
    before = names(engine)
    writer = engine.writer()
    writer.add(document("new.md", "fog"))
    writer.delete([NEWS[0].id])
    monkeypatch.setattr(where, what, no_space)
    with pytest.raises(EngineError, match="no space left"):
        writer.commit({"inventory": b"next"})
    monkeypatch.undo()
    assert names(engine) == before
    assert ask(engine, word("fog")).total == len(NEWS)
    assert commit(engine, [document("new.md", "fog")]) == 2
    assert ask(engine, word("fog")).total == len(NEWS) + 1


def test_a_disk_that_fills_up_at_any_write_cancels_the_commit(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
):
    before, create = names(engine), whoosh_publish.WriteStorage.create_file
    failures = 0
    for after in range(0, 60, 3):
        left = [after]

        def failing(storage: Any, name: str, left: list[int] = left, **options: Any) -> Any:
            file = create(storage, name, **options)
            write = file.file.write

            class Full:
                def __getattr__(self, attribute: str) -> Any:
                    return getattr(real, attribute)

                def write(self, content: bytes) -> int:
                    left[0] -= 1
                    return no_space() if left[0] < 0 else write(content)

            real, file.file = file.file, Full()
            return file

        monkeypatch.setattr(whoosh_publish.WriteStorage, "create_file", failing)
        try:
            commit(engine, [document(f"{n}.md", f"fog {n}") for n in range(5)])
        except EngineError:
            failures += 1
            monkeypatch.undo()
            assert names(engine) == before
            assert ask(engine, word("fog")).total == len(NEWS)
    assert failures == 20


def test_what_cannot_be_tidied_up_after_publishing_does_not_undo_it(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
):
    writer = engine.writer()
    writer.add(document("new.md", "fog"))
    monkeypatch.setattr("whoosh.writing.SegmentWriter._finish", no_space)
    assert writer.commit({"inventory": b"next"}) == 2
    monkeypatch.undo()
    snapshot = engine.snapshot()
    assert (snapshot.generation, snapshot.attachment("inventory")) == (2, b"next")
    snapshot.close()
    assert commit(engine) == 3


@pytest.mark.parametrize("failing", ["add_document", "commit", "delete_document"])
def test_a_writer_cancelled_after_any_exception_leaves_nothing(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, failing: str
):
    before = names(engine)
    writer = engine.writer()
    writer.add(document("first.md", "fog " * 50))

    def broken(*arguments: Any, **options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(f"whoosh.writing.SegmentWriter.{failing}", broken)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 -- whichever of them fails
        writer.add(document("second.md", "fog"))
        writer.delete([NEWS[0].id])
        writer.commit({})
    writer.cancel()
    writer.cancel()
    monkeypatch.undo()
    assert names(engine) == before
    assert commit(engine) == 2


def test_a_cancelled_writer_leaves_no_file(engine: WhooshEngine):
    before = names(engine)
    writer = engine.writer()
    writer.add(document("new.md", "fog"))
    writer.cancel()
    assert names(engine) == before


def test_what_killed_writers_left_is_swept_by_the_next(engine: WhooshEngine):
    left = ["_MAIN_9.toc.1600000000.5", "MAIN_abcdef0123456789.trm", "inventory.2", "statistics.0"]
    for name in left:
        (engine.folder / name).write_bytes(b"left")
    (engine.folder / "MAIN.tmp").mkdir()
    (engine.folder / "MAIN.tmp" / "x.ctmp").write_bytes(b"left")
    kept = engine.folder / "notes.txt"
    kept.write_text("not ours")
    commit(engine)
    assert names(engine) & {*left, "MAIN.tmp"} == set()
    assert kept.exists()
    assert {"statistics.2", "_MAIN_2.toc"} < names(engine)


def test_everything_is_synced_before_the_rename_that_publishes(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
):
    synced: list[str] = []
    fsync, rename = os.fsync, os.rename

    def noting(handle: int) -> None:
        synced.append(os.path.basename(os.readlink(f"/proc/self/fd/{handle}")))
        fsync(handle)

    def publishing(old: str, new: str) -> None:
        synced.append("PUBLISHED")
        rename(old, new)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc to name what is synced")
    before = names(engine)
    monkeypatch.setattr(os, "fsync", noting)
    monkeypatch.setattr(os, "rename", publishing)
    writer = engine.writer()
    writer.add(document("new.md", "fog"))
    writer.commit({"inventory": b"next"})
    monkeypatch.undo()
    first = synced[: synced.index("PUBLISHED")]
    fresh = names(engine) - before - {"_MAIN_2.toc"}
    assert fresh <= set(first)
    assert any(name.startswith("_MAIN_2.toc.") for name in first)
    assert synced[-1] == engine.folder.name == first[-2]


# --- beside a writer ------------------------------------------------------------------------------


def test_a_snapshot_that_meets_a_commit_is_opened_again(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
):
    """A generation is published between the look for the newest one and its opening."""
    looked = whoosh_files.latest
    commits: list[int] = []

    def latest(folder: Path) -> int:
        number = looked(folder)
        if len(commits) < 5:
            monkeypatch.undo()
            commits.append(commit(engine, [document(f"{number}.md", "late fog")]))
            monkeypatch.setattr(whoosh_files, "latest", latest)
        return number

    monkeypatch.setattr(whoosh_files, "latest", latest)
    snapshot = engine.snapshot()
    monkeypatch.undo()
    assert commits == [2, 3, 4, 5, 6]
    assert snapshot.generation == 6
    assert snapshot.search(Search(word("fog"))).total == len(NEWS) + 5
    snapshot.close()


def test_opening_beside_a_committing_thread_always_gives_a_whole_generation(engine: WhooshEngine):
    done = threading.Event()
    errors: list[BaseException] = []

    def write() -> None:
        try:
            for n in range(12):
                writer = engine.writer()
                writer.add(document(f"late/{n}.md", "late fog"))
                writer.commit({"count": str(n + 1).encode()})
        except BaseException as error:
            errors.append(error)
            raise
        finally:
            done.set()

    thread = threading.Thread(target=write)
    thread.start()
    opened = 0
    while not done.is_set():
        snapshot = engine.snapshot()
        late = snapshot.search(Search(word("late"), limit=None)).total
        assert late == int(snapshot.attachment("count") or b"0") == snapshot.generation - 1
        snapshot.close()
        opened += 1
    thread.join()
    assert not errors
    assert opened > 2
