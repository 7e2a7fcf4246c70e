"""Whether an engine's folder is sound: nothing is found where all is well, and every kind of damage
is. What a machine lacks is no damage, and an examination gives back what it took."""

from __future__ import annotations

import gc
import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import examined_folder
import pytest
from examined_folder import faults, segments
from forged_folder import FLIPS, SEED, SPOILS, News, exchanged, flipped, halfway
from generated_archive import Generated
from invented_documents import commit, document

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.columnar import compaction, verify_words, words_writer
from newssearch.engine.columnar.engine import create_engine, open_engine
from newssearch.engine.columnar.verify import Examination
from newssearch.errors import EngineError, IndexCorrupt

pytestmark = pytest.mark.usefixtures("unsynced")

news = examined_folder.news

Spoil = Callable[[Path], None]


# --- all is well ----------------------------------------------------------------------------------


def test_what_a_writer_has_written_has_no_fault(news: News) -> None:
    assert faults(news.folder) == []
    news.merge()
    assert faults(news.folder) == []


def test_an_empty_generation_has_no_fault(tmp_path: Path) -> None:
    create_engine(tmp_path / "engine", Analyzer())
    assert faults(tmp_path / "engine") == []


def test_many_generations_have_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    monkeypatch.setattr(compaction, "FAN_IN", 3)
    monkeypatch.setattr(words_writer, "COMMON", 8)
    monkeypatch.setattr(verify_words, "COMMON", 8)
    made, engine = Generated(SEED), create_engine(tmp_path / "engine", Analyzer())
    ids: list[str] = []
    for _ in range(8):
        added = [made.document() for _ in range(made.random.randrange(1, 30))]
        gone = made.random.sample(ids, len(ids) // 5)
        commit(engine, added, gone)
        ids = [one for one in ids if one not in gone] + [one.id for one in added]
        assert faults(engine.folder) == []
    examination = Examination(engine.folder)
    assert examination.difference(ids) == ([], [])
    assert examination.difference([*ids[1:], "0" * 12]) == (["0" * 12], [ids[0]])
    examination.close()


def test_forms_and_long_texts_have_no_fault(tmp_path: Path) -> None:
    engine = create_engine(tmp_path / "engine", Analyzer())
    body = "protest protests protested protesting " * 80 + "\n" + "a\n" * 300 + "x" * 3000
    commit(engine, [document("a.md", body, authors=("A" * 5000,)), document("b.md")])
    assert faults(engine.folder) == []


# --- bytes that are not as they were written ------------------------------------------------------


def test_every_flipped_bit_is_found(news: News) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    rng = random.Random(SEED)
    for _ in range(FLIPS):
        work, name, bit = flipped(news, rng)
        assert [line for line in faults(work.folder) if line.startswith(f"{name}: ")], (
            f"{name}: bit {bit}, seed {SEED}"
        )


def test_all_damaged_files_are_named_not_the_first_alone(news: News) -> None:
    for name in news.files():
        if not name.startswith("generation"):
            os.truncate(news.folder / name, (news.folder / name).stat().st_size - 1)
    named = {line.partition(": ")[0] for line in faults(news.folder)}
    assert named == {name for name in news.files() if not name.startswith("generation")}


@pytest.mark.parametrize("what", ["missing", "another", "folder", "pipe", "empty"])
def test_a_file_that_is_missing_or_another_or_none_is_found(news: News, what: str) -> None:
    for name in news.files():
        found = faults(exchanged(news, name, what).folder)
        expected = "has no manifest" if (name, what) == ("generation-2.json", "missing") else name
        assert any(expected in line for line in found), (name, found)


def test_where_the_damage_is_is_said(news: News) -> None:
    name = segments(news)[0]
    content = bytearray((news.folder / name).read_bytes())
    content[5000] ^= 255
    (news.folder / name).write_bytes(content)
    assert faults(news.folder) == [f"{name}: is damaged (bytes 4,096 and following)"]


def test_a_file_that_cannot_be_read_to_its_end_is_found(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad sector: the disk says so when the bytes are read, not when the file is opened."""
    from newssearch.engine.columnar import verify

    opened, name = verify.open_file, segments(news)[0]

    class Bad:
        def __init__(self, file: Any) -> None:
            self._file = file

        def read(self, size: int) -> bytes:
            raise OSError(5, "Input/output error")

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

    def bad(path: Path) -> Any:
        file = opened(path)
        return Bad(file) if path.name == name else file

    monkeypatch.setattr(verify, "open_file", bad)
    assert faults(news.folder) == [f"{name}: cannot be read (input/output error)"]


@pytest.mark.parametrize("spoil", SPOILS)
def test_the_generation_before_is_looked_at_where_the_newest_is_damaged(
    news: News, spoil: Spoil
) -> None:
    name = segments(news)[0]
    cut = halfway(news, spoil)
    assert all(re.search(r"-3\.(json|seg): ", line) for line in faults(cut.folder))
    examination = Examination(cut.folder)
    assert examination.faults(lambda done, of: None)
    assert (examination.newest, examination.answers) == (3, 2)
    assert examination.is_whole
    assert examination.attachment("inventory") == b"all of it"
    assert examination.left_over() == []
    examination.close()
    os.truncate(cut.folder / name, 5000)
    assert any(line.startswith(name) for line in faults(cut.folder))


def test_what_no_generation_needs_is_left_over(news: News) -> None:
    left = ["0123456789abcdef.seg", "commit-3.seg", "dictionary.new", "generation-1.json", "tmpabc"]
    for name in left:
        (news.folder / name).write_bytes(b"left")
    (news.folder / "notes.txt").write_text("not ours")
    examination = Examination(news.folder)
    assert examination.faults(lambda done, of: None) == []
    assert sorted(path.name for path in examination.left_over()) == left
    examination.close()


def test_beside_a_writer_it_is_the_generation_that_was_the_newest(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    examination = Examination(news.folder)
    commit(open_engine(news.folder, Analyzer()), [document("new.md", "fog")])
    assert examination.newest == 2
    assert examination.faults(lambda done, of: None) == []
    examination.close()


def test_a_writer_that_sweeps_while_files_are_opened_is_met_again(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newssearch.engine.columnar import verify

    opened = verify.open_file

    def after_a_commit(path: Path) -> Any:
        monkeypatch.setattr(verify, "open_file", opened)
        commit(open_engine(news.folder, Analyzer()), [document("new.md", "fog")])
        return opened(path)

    monkeypatch.setattr(verify, "open_file", after_a_commit)
    examination = Examination(news.folder)
    assert examination.newest == 3
    assert examination.faults(lambda done, of: None) == []
    examination.close()


# --- what an examination takes --------------------------------------------------------------------


def test_too_little_memory_is_no_damage(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*arguments: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr("newssearch.engine.columnar.verify_words.lists_of", none_left)
    with pytest.raises(EngineError, match="not enough memory"):
        faults(news.folder)


def test_too_many_open_files_are_no_damage(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    from newssearch.engine.columnar import disk

    opened, left = os.open, [9]

    def none_left(path: Any, flags: int, *mode: Any, **options: Any) -> int:
        if flags == disk._FLAGS:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(24, "Too many open files")
        return opened(path, flags, *mode, **options)

    monkeypatch.setattr(os, "open", none_left)
    for count in range(9):
        left[0] = count
        with pytest.raises(EngineError, match="too many open files") as caught:
            faults(news.folder)
        assert not isinstance(caught.value, IndexCorrupt)


def test_an_examination_gives_everything_back(news: News) -> None:
    def held() -> int:
        return len(os.listdir("/proc/self/fd"))

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("counts in /proc")
    gc.collect()  # what earlier tests have left behind
    before = held()
    for _ in range(5):
        faults(news.folder)
    os.truncate(news.folder / segments(news)[0], 100)
    faults(news.folder)
    assert held() == before
