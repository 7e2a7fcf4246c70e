"""Full disks, interrupted and killed writers, readers beside them: what the folder of a columnar
engine survives; and what a snapshot that is closed gives back."""

from __future__ import annotations

import errno
import gc
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from forged_folder import WAYS, News
from invented_documents import commit, document, word

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Search
from newssearch.engine.columnar import compaction, generation, segment_file, stored, writer
from newssearch.engine.columnar.engine import ColumnarEngine, create_engine, open_engine
from newssearch.errors import EngineError, IndexCorrupt
from newssearch.indexer import update_index
from newssearch.options import IndexOptions
from newssearch.query import open_index
from newssearch.syntax.nodes import Form

pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> News:
    return News(tmp_path / "good", monkeypatch)


@pytest.fixture
def engine(tmp_path: Path) -> ColumnarEngine:
    made = create_engine(tmp_path / "engine", Analyzer())
    commit(made, [document(f"{n}.md", f"fog in harbour {n}", title=f"Fog {n}") for n in range(20)])
    return made


# --- writers that fail ----------------------------------------------------------------------------


def no_space(*arguments: Any, **options: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_an_article_too_large_to_be_read_again_is_not_written(
    engine: ColumnarEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "LARGEST", 1000)
    with pytest.raises(EngineError, match="too large for the index"):
        commit(engine, [document("large.md", "fog " * 300)])


def test_everything_is_synced_before_the_rename_and_nothing_goes_before(
    engine: ColumnarEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc to name what is synced")
    done: list[tuple[str, str]] = []
    replace, unlink = os.replace, os.unlink

    def syncing(handle: int) -> None:
        done.append(("sync", os.path.basename(os.readlink(f"/proc/self/fd/{handle}"))))

    def replacing(old: Path, new: Path) -> None:
        done.append(("rename", new.name))
        replace(old, new)

    def unlinking(path: str, **options: Any) -> None:
        done.append(("remove", os.path.basename(path)))
        unlink(path, **options)

    before = set(os.listdir(engine.folder))
    part = engine.part(1 << 20)
    part.add(document("part.md", "fog of another process"))
    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(os, "replace", replacing)
    monkeypatch.setattr(os, "unlink", unlinking)
    monkeypatch.setattr(compaction, "FAN_IN", 2)
    begun = engine.writer()
    begun.add(document("new.md", "fog"))
    begun.adopt(part.finish())
    begun.commit({"inventory": b"next"})
    published = done.index(("rename", "generation-2.json"))
    synced = {name for what, name in done[:published] if what == "sync"}
    fresh = set(os.listdir(engine.folder)) - before
    assert fresh - {"generation-2.json"} <= synced
    assert len([name for name in synced if len(name) == 20]) == 4  # two parts, merged one by one
    folder = engine.folder.name
    assert done[published - 2 : published + 2] == [
        ("sync", folder),
        ("sync", "generation-2.json.new"),
        ("rename", "generation-2.json"),
        ("sync", folder),
    ]
    removed = [place for place, (what, _) in enumerate(done) if what == "remove"]
    assert len(removed) >= 4
    assert min(removed) > published + 1


def test_what_is_removed_after_a_kill_waits_for_the_manifest(
    engine: ColumnarEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer was killed right after its rename: the next one makes that durable first."""
    done: list[str] = []
    (engine.folder / "generation-0.json").write_bytes(b"left")
    monkeypatch.setattr(generation, "sync_folder", lambda folder: done.append("sync"))
    unlink = os.unlink
    monkeypatch.setattr(os, "unlink", lambda path: (done.append("remove"), unlink(path)))
    engine.writer().cancel()
    assert done == ["sync", "remove"]


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (generation, "sync"),
        (generation, "replace_file"),
        (os, "replace"),
        (os, "fsync"),
    ],
)
def test_a_full_disk_cancels_the_commit(
    engine: ColumnarEngine, monkeypatch: pytest.MonkeyPatch, where: Any, what: str
) -> None:
    before = set(os.listdir(engine.folder))
    begun = engine.writer()
    begun.add(document("new.md", "fog"))
    monkeypatch.setattr(where, what, no_space)
    with pytest.raises(EngineError, match=r"engine: the index could not be written: no space left"):
        begun.commit({"inventory": b"next"})
    monkeypatch.undo()
    if what == "fsync":  # not even the folder, without which nothing is removed: the next one does
        engine.writer().cancel()
    assert set(os.listdir(engine.folder)) == before
    assert commit(engine, [document("new.md", "fog")]) == 2


def test_a_disk_that_fills_up_at_any_write_cancels_the_commit(
    engine: ColumnarEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(os.listdir(engine.folder))
    monkeypatch.setattr(compaction, "FAN_IN", 2)
    failures = after = 0
    while True:
        left = [after]

        class Full:
            def __init__(self, path: Path, mode: str) -> None:
                self._file = open(path, mode)  # noqa: SIM115

            def write(self, content: Any, left: list[int] = left) -> int:
                left[0] -= 1
                return no_space() if left[0] < 0 else self._file.write(content)

            def close(self) -> None:
                self._file.close()

        def opened(path: Path, mode: str, full: type[Full] = Full) -> Any:
            return full(path, mode) if mode == "wb" else open(path, mode)

        monkeypatch.setattr(segment_file, "open", opened, raising=False)
        try:
            commit(engine, [document(f"{n}.md", f"fog {n}") for n in range(30, 35)])
        except EngineError:
            failures += 1
            assert set(os.listdir(engine.folder)) == before
        else:
            break
        after += 7
    monkeypatch.undo()
    assert failures > 20
    snapshot = engine.snapshot()
    assert snapshot.search(Search(word("fog"))).total == 25
    snapshot.close()


def test_a_cancelled_writer_leaves_no_file(news: News) -> None:
    before = news.files()
    begun = open_engine(news.folder, Analyzer()).writer(memory=1)  # each document on the disk
    begun.add(news.late)
    assert news.files() != before
    begun.cancel()
    begun.cancel()
    assert news.files() == before


def test_what_killed_writers_left_is_swept_before_the_next_writes(news: News) -> None:
    left = [
        *("0123456789abcdef.seg", "commit-3.seg", "generation-3.json.new", "generation-1.json"),
        *("dictionary.new", "tmpabc123"),
    ]
    for name in left:
        (news.folder / name).write_bytes(b"left")
    (news.folder / "notes.txt").write_text("not ours")
    begun = open_engine(news.folder, Analyzer()).writer()
    assert set(news.files()) & set(left) == set()
    begun.cancel()
    assert news.answers() == news.expected
    assert (news.folder / "notes.txt").exists()


def test_a_dictionary_that_a_killed_run_left_is_not_another_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first run was killed after it had sampled; the second has too little to sample."""
    monkeypatch.setattr(writer, "SAMPLE", 300)
    made = create_engine(tmp_path / "engine", Analyzer())
    made.writer().sample([f"a text of dictionary {n} " * 9 for n in range(9)])
    assert (made.folder / "dictionary").exists()
    begun, part = made.writer(), made.part(1 << 20)
    texts = [document(f"{n}.md", f"a text of dictionary {n} " * 9) for n in range(5)]
    for text in texts:
        part.add(text)
    begun.adopt(part.finish())
    begun.commit({})
    snapshot = made.snapshot()
    assert snapshot.documents([text.id for text in texts]) == texts
    snapshot.close()


# --- beside a writer ------------------------------------------------------------------------------


def test_a_snapshot_answers_after_later_commits_and_a_rebuild(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files are gone by name then, the dictionary among them, which is read late."""
    monkeypatch.setattr("newssearch.batch.SAMPLED", 300)
    monkeypatch.setattr(writer, "SAMPLE", 300)
    archive, index = tmp_path / "news", tmp_path / "index"
    archive.mkdir()
    for n in range(40):
        (archive / f"{n}.md").write_text(f"# Fog {n}\n\nA ferry in the harbour, number {n}.\n")
    update_index(index, [archive])
    (build,) = index.glob("build-*")
    assert (build / "dictionary").stat().st_size == 300
    with open_index(index) as first, open_index(index) as second:
        before = [(hit.id, hit.snippets) for hit in first.query("ferry", limit=None)]
        for n in range(10):
            (archive / "late.md").write_text(f"# Late {n}\n\nA ferry.\n")
            update_index(index)
        update_index(index, options=IndexOptions(rebuild=True))
        assert not build.exists()
        for news in (first, second):
            assert [(hit.id, hit.snippets) for hit in news.query("ferry", limit=None)] == before
    with open_index(index) as news:
        assert news.query("ferry").total == 41


def test_a_snapshot_that_meets_a_commit_is_opened_again(
    engine: ColumnarEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A generation is published between the look for the newest one and its opening."""
    looked = generation.latest
    commits: list[int] = []

    def latest(folder: Path) -> int:
        number = looked(folder)
        if len(commits) < 5:
            monkeypatch.setattr(generation, "latest", looked)
            commits.append(commit(engine, [document(f"late/{number}.md", "late fog")]))
            monkeypatch.setattr(generation, "latest", latest)
        return number

    monkeypatch.setattr(generation, "latest", latest)
    snapshot = engine.snapshot()
    assert commits == [2, 3, 4, 5, 6]
    assert snapshot.generation == 6
    assert snapshot.search(Search(word("fog"))).total == 25
    snapshot.close()


# --- resources ------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="counts in /proc")
def test_close_gives_everything_back(news: News) -> None:
    def held() -> tuple[int, int]:
        maps = Path("/proc/self/maps").read_text().count(news.folder.name)
        return len(os.listdir("/proc/self/fd")), maps

    gc.collect()  # what earlier tests have left behind
    before = held()
    for _ in range(20):
        news.answers()
        open_engine(news.folder, Analyzer()).writer().cancel()
    (news.folder / "commit-2.seg").unlink()
    for use in (ColumnarEngine.snapshot, ColumnarEngine.writer):
        with pytest.raises(IndexCorrupt):
            use(open_engine(news.folder, Analyzer()))
    assert held() == before


@pytest.mark.parametrize("way", WAYS)
def test_a_snapshot_is_closed_although_a_search_failed_in_the_middle(
    engine: ColumnarEngine, monkeypatch: pytest.MonkeyPatch, way: int
) -> None:
    """What the search had in its hands is held by the error's traceback."""
    monkeypatch.setattr("newssearch.engine.evaluate.BROADEST", 0)
    snapshot = engine.snapshot()
    snapshot.most_plain = way
    with pytest.raises(EngineError, match="too broad") as caught:
        snapshot.search(Search(word("fo", form=Form.PREFIX)))
    columns = [np.asarray(segment.column("starts")) for segment in snapshot.archive.segments]
    snapshot.close()
    snapshot.close()
    assert columns[0][0] == 0
    assert caught.value.__traceback__ is not None
