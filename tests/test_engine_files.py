"""Damage in the folder of a Whoosh engine is named and never a foreign exception; what reading it
costs, and gives back."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filled_whoosh import NEWS, filled, names
from invented_documents import ask, commit, document, paths, phrase, word
from whoosh.writing import OPTIMIZE

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine import whoosh_postings, whoosh_writer
from newssearch.engine.base import Search, Snapshot
from newssearch.engine.whoosh_engine import WhooshEngine, create_engine, open_engine
from newssearch.errors import EngineError, IndexCorrupt
from newssearch.options import Sort
from newssearch.syntax.nodes import Everything, Filter, Form

pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    return filled(tmp_path / "engine")


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
