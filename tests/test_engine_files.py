"""Damage, full disks, interrupted writers, other processes: what an engine's folder survives."""

from __future__ import annotations

import errno
import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from invented_documents import ask, commit, document, paths, phrase, word
from whoosh.writing import OPTIMIZE

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine import whoosh_files, whoosh_postings, whoosh_publish, whoosh_writer
from newssearch.engine.base import Search, Snapshot
from newssearch.engine.whoosh_engine import WhooshEngine, create_engine, open_engine
from newssearch.errors import EngineError, IndexCorrupt, IndexLocked
from newssearch.options import Sort
from newssearch.syntax.nodes import Everything, Filter, Form

NEWS = [
    document(
        f"2020/{n}.md", f"fog in harbour number{n}\n雾港 again and again", title=f"Fog {n}",
        keywords=("fog",), date="2020-08-27", lang="en", source="bay.org", story=f"s{n % 7}",
    )
    for n in range(20)
]  # fmt: skip


@pytest.fixture(autouse=True)
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody cuts the power here, and waiting for the disk would take most of the time."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    made = create_engine(tmp_path / "engine", Analyzer())
    writer = made.writer()
    for held in NEWS:
        writer.add(held)
    writer.commit({"inventory": b"all of it"})
    return made


def names(engine: WhooshEngine) -> set[str]:
    return set(os.listdir(engine.folder))


def ask_everything(snapshot: Snapshot) -> None:
    """Every kind of question, so that every file is read."""
    for tree in (
        word("fog"),
        word("f", form=Form.PREFIX),
        phrase("in harbour"),
        word("雾"),
        Everything(),
        Filter("source", "bay"),
        Filter("date", present=True),
        Filter("words", low=1),
        Filter("story", NEWS[0].id),
    ):
        for sort in Sort:
            snapshot.search(Search(tree, limit=None, sort=sort, foreign=("zh",)))
    assert len(snapshot.documents([held.id for held in NEWS])) <= len(NEWS)
    snapshot.members([held.story for held in NEWS])
    snapshot.find("5.md")
    snapshot.totals()


# --- damage ---------------------------------------------------------------------------------------


def test_a_generation_has_one_file_of_each_name_and_nothing_else(engine: WhooshEngine):
    expected = {"_MAIN_1.toc", "statistics.1", "inventory.1", "MAIN_WRITELOCK"}
    assert {name for name in names(engine) if not name.startswith("MAIN_") or "." not in name} == (
        expected
    )


def test_a_missing_file_is_named_with_the_way_out(engine: WhooshEngine):
    for name in sorted(names(engine) - {"MAIN_WRITELOCK", "inventory.1"}):
        content = (engine.folder / name).read_bytes()
        (engine.folder / name).unlink()
        with pytest.raises(IndexCorrupt, match="newssearch index --rebuild") as caught:
            engine.snapshot()
        assert name in str(caught.value) or name == "_MAIN_1.toc"
        (engine.folder / name).write_bytes(content)
    engine.snapshot().close()


def test_a_truncated_file_is_named_with_the_way_out(engine: WhooshEngine):
    for name in sorted(names(engine) - {"MAIN_WRITELOCK", "inventory.1"}):
        content = (engine.folder / name).read_bytes()
        for length in {0, len(content) // 2, len(content) - 1} - {len(content)}:
            (engine.folder / name).write_bytes(content[:length])
            with pytest.raises(IndexCorrupt, match="newssearch index --rebuild") as caught:
                engine.snapshot()
            assert name in str(caught.value)
        (engine.folder / name).write_bytes(content)
    engine.snapshot().close()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"documents": "x"}', b"\xff", b'{"files": [1]}']
)
def test_damaged_statistics_are_damage(engine: WhooshEngine, content: bytes):
    (engine.folder / "statistics.1").write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"statistics\.1.*newssearch index --rebuild"):
        engine.snapshot()


def test_flipped_bytes_raise_nothing_but_errors_of_ours(engine: WhooshEngine):
    """An answer may be wrong until checksums are kept; a foreign exception it may never be."""
    refused: list[str] = []
    for name in sorted(names(engine) - {"MAIN_WRITELOCK", "inventory.1"}):
        path = engine.folder / name
        content = path.read_bytes()
        for place in range(0, len(content), max(1, len(content) // 8)):
            flipped = bytearray(content)
            flipped[place] ^= 0x55
            path.write_bytes(flipped)
            try:
                snapshot = engine.snapshot()
                try:
                    ask_everything(snapshot)
                finally:
                    snapshot.close()
            except EngineError as error:
                refused.append(str(error))
        path.write_bytes(content)
    assert len(refused) > 15
    assert not [line for line in refused if "\n" in line]


def test_a_folder_without_a_generation_is_damage(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(IndexCorrupt, match="newssearch index --rebuild"):
            open_engine(folder, Analyzer()).snapshot()
        with pytest.raises(IndexCorrupt, match="newssearch index --rebuild"):
            open_engine(folder, Analyzer()).writer()


def test_a_writer_on_a_damaged_index_leaves_the_lock_free(engine: WhooshEngine):
    statistics = engine.folder / "statistics.1"
    content = statistics.read_bytes()
    statistics.write_bytes(b"{")
    with pytest.raises(IndexCorrupt):
        engine.writer()
    statistics.write_bytes(content)
    assert commit(engine) == 2


def test_a_writer_that_meets_damage_says_so_and_leaves_nothing(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(whoosh_writer, "MERGE_SMALL", OPTIMIZE)
    postings = next(engine.folder.glob("*.pst"))
    content = postings.read_bytes()
    postings.write_bytes(b"\xff" * len(content))
    before = names(engine)
    with pytest.raises(IndexCorrupt, match="newssearch index --rebuild"):
        commit(engine, [document("new.md", "fog")])
    assert names(engine) == before
    postings.write_bytes(content)
    assert commit(engine, [document("new.md", "fog")]) == 2


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


# --- what reading costs -------------------------------------------------------------------------

READS = """
import sys
from pathlib import Path
from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Search
from newssearch.engine.whoosh_engine import open_engine
from newssearch.syntax.nodes import Word
snapshot = open_engine(Path(sys.argv[1]), Analyzer()).snapshot()
assert snapshot.search(Search(Word("fog"))).total == 20
print(*sys.modules)
"""


def test_a_search_imports_neither_what_writes_nor_whooshs_own_search(engine: WhooshEngine):
    done = subprocess.run(
        [sys.executable, "-c", READS, str(engine.folder)],
        check=True,
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[1],
    )
    loaded = set(done.stdout.split())
    assert "whoosh.reading" in loaded
    assert loaded & {
        "whoosh.writing", "whoosh.searching", "whoosh.query", "whoosh.qparser", "whoosh.scoring",
        "newssearch.engine.whoosh_writer", "newssearch.engine.whoosh_publish",
        "newssearch.engine.whoosh_totals", "frontmatter", "yaml", "numpy",
    } == set()  # fmt: skip


# --- resources ------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors in /proc")
def test_close_gives_every_descriptor_back(engine: WhooshEngine):
    commit(engine, [document("new.md", "fog")], [NEWS[3].id])
    gc.collect()  # what other tests have left open is not counted
    before = len(os.listdir("/proc/self/fd"))
    for round_ in range(200):
        snapshot = engine.snapshot()
        if not round_ % 40:
            ask_everything(snapshot)
        snapshot.close()
        snapshot.close()
    engine.writer().cancel()
    (engine.folder / "statistics.2").rename(engine.folder / "aside")
    for _ in range(20):
        with pytest.raises(IndexCorrupt):
            engine.snapshot()
    assert len(os.listdir("/proc/self/fd")) == before


def test_more_stories_than_whoosh_keeps_apart_stay_apart(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
):
    """`RefBytesColumn` empties values after the 65,535th; stories are not in one."""
    snapshot = engine.snapshot()
    for reader in snapshot.postings.leaves:
        kept = type(reader.reader.schema["story_key"].column_type).__name__
        assert kept == "VarBytesColumn"
    snapshot.close()


def test_posting_lists_are_forgotten_when_too_many_are_kept(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(whoosh_postings, "CACHED_POSTINGS", 25)
    snapshot = engine.snapshot()
    first = snapshot.search(Search(word("fog")))
    for text in ("harbour", "number3", "again", "fog"):
        snapshot.search(Search(word(text)))
    assert snapshot.search(Search(word("fog"))) == first
    snapshot.close()


def test_long_posting_lists_are_read_over_many_blocks(tmp_path: Path):
    made = create_engine(tmp_path / "engine", Analyzer())
    commit(made, [document(f"{n}.md", "the fog" + " fog" * (n % 3)) for n in range(300)])
    rare = [document(f"rare/{n}.md", "a fog bell rings") for n in range(2)]
    commit(made, [*rare, *(document(f"more/{n}.md", "fog fog bell") for n in range(200))])
    assert ask(made, word("fog")).total == 502
    assert ask(made, phrase("fog bell")).total == 202
    assert sorted(paths(made, phrase("fog bell rings"))) == ["rare/0.md", "rare/1.md"]
    commit(made, deleted=[rare[0].id])
    assert paths(made, phrase("fog bell rings")) == ["rare/1.md"]


@pytest.mark.parametrize("make", [create_engine])
def test_an_engine_is_not_made_in_a_folder_that_exists(
    tmp_path: Path, make: Callable[[Path, Analyzer], WhooshEngine]
):
    with pytest.raises(FileExistsError):
        make(tmp_path, Analyzer())
