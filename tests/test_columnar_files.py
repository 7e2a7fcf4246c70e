"""Damage in the folder of a columnar engine is found, named, and passed over where an older
generation can answer."""

from __future__ import annotations

import errno
import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from forged_folder import FLIPS, SEED, SPOILS, WAYS, News, exchanged, flipped, halfway
from invented_documents import commit, document, word

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Search
from newssearch.engine.columnar.disk import Reading
from newssearch.engine.columnar.engine import ColumnarEngine, create_engine, open_engine
from newssearch.errors import EngineError, IndexCorrupt

pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> News:
    return News(tmp_path / "good", monkeypatch)


# --- damage ---------------------------------------------------------------------------------------


def test_a_generation_has_these_files_and_no_others(news: News) -> None:
    segments = [name for name in news.files() if len(name) == 20 and name.endswith(".seg")]
    assert len(segments) == 2
    assert set(news.files()) == {*segments, "commit-2.seg", "generation-2.json", "dictionary"}


def damages(content: bytes, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """What may become of a file, each with its name."""
    place = rng.randrange(len(content))
    length = rng.randrange(1, len(content) - place + 1)
    yield "cut at its end", content[:-1]
    yield f"cut at {place}", content[:place]
    yield "empty", b""
    if any(content[place : place + length]):
        zeros = bytes(length)
        yield f"{length} zeros at {place}", content[:place] + zeros + content[place + length :]
    yield "longer", content + b"\0"
    yield "twice", content + content
    yield "random", rng.randbytes(len(content))


def assert_refused_or_as_before(news: News, name: str, what: str) -> None:
    """Whoever reads or writes gets the same answers, or is told which file it is and what to do."""
    for use in (news.answers, news.merge):
        said = f"{name}: type `newssearch index --rebuild`"
        try:
            assert use() in (None, news.expected), what
        except IndexCorrupt as error:
            said = str(error)
        assert "\n" not in said
        assert name in said, what
        assert "type `newssearch index --rebuild`" in said, what


def test_a_damaged_file_is_named_with_the_way_out(news: News) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    rng = random.Random(SEED)
    for name in news.files():
        content = (news.folder / name).read_bytes()
        for what, damaged in damages(content, rng):
            work = news.copy("work")
            (work.folder / name).write_bytes(damaged)
            with pytest.raises(IndexCorrupt, match="newssearch index --rebuild") as caught:
                work.answers()
            assert name in str(caught.value), what
            assert_refused_or_as_before(work, name, f"{name}: {what}")


def test_a_flipped_bit_is_found_or_harms_nothing(news: News) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    rng = random.Random(SEED)
    for _ in range(FLIPS):
        work, name, bit = flipped(news, rng)
        assert_refused_or_as_before(work, name, f"{name}: bit {bit}, seed {SEED}")


def test_a_file_that_is_missing_or_another_or_none_is_named(news: News) -> None:
    for name in news.files():
        for what in ("missing", "another", "folder", "pipe", "unreadable"):
            if what == "unreadable" and not os.geteuid():
                continue  # the superuser reads everything
            work = exchanged(news, name, what)
            with pytest.raises(IndexCorrupt, match="newssearch index --rebuild") as caught:
                work.answers()
            expected = "generation-" if (name, what) == ("generation-2.json", "missing") else name
            assert expected in str(caught.value), what


def test_a_manifest_under_another_number_is_damage(news: News) -> None:
    (news.folder / "generation-2.json").rename(news.folder / "generation-3.json")
    with pytest.raises(IndexCorrupt, match=r"generation-3\.json: is not the manifest"):
        news.answers()


def test_too_many_open_files_are_no_damage(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*arguments: Any) -> Any:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "open", none_left)
    with pytest.raises(EngineError, match="too many open files") as caught:
        news.answers()
    assert not isinstance(caught.value, IndexCorrupt)


def test_a_folder_without_a_generation_is_damage(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    for name in ("empty", "nowhere", "file"):
        for use in (ColumnarEngine.snapshot, ColumnarEngine.writer):
            with pytest.raises(IndexCorrupt, match=f"{name}: .*newssearch index --rebuild"):
                use(open_engine(tmp_path / name, Analyzer()))


def test_an_empty_generation_answers_nothing_in_both_ways(tmp_path: Path) -> None:
    made = create_engine(tmp_path / "engine", Analyzer())
    for way in WAYS:
        snapshot = made.snapshot()
        snapshot.most_plain = way
        assert snapshot.search(Search(word("fog"))).total == 0
        assert snapshot.totals().articles == 0
        snapshot.close()


# --- a newer generation that is damaged -----------------------------------------------------------


@pytest.mark.parametrize("spoil", SPOILS)
def test_the_generation_before_answers_where_the_newest_is_damaged(
    news: News, spoil: Callable[[Path], None]
) -> None:
    cut = halfway(news, spoil)
    assert cut.answers() == news.expected
    snapshot = open_engine(cut.folder, Analyzer()).snapshot()
    assert snapshot.generation == 2
    assert re.search(r"-3\.(json|seg): .*\(generation 2 answers meanwhile\)", snapshot.passed_over)
    snapshot.close()


@pytest.mark.parametrize("spoil", SPOILS)
def test_the_next_commit_goes_on_from_the_generation_that_answers(
    news: News, spoil: Callable[[Path], None]
) -> None:
    cut = halfway(news, spoil)
    engine = open_engine(cut.folder, Analyzer())
    before = cut.files()
    engine.writer().cancel()
    assert cut.files() == before  # nothing is swept as long as it is not clear what will do
    assert commit(engine, [document("other.md", "fog")]) == 4
    snapshot = engine.snapshot()
    assert (snapshot.generation, snapshot.passed_over) == (4, "")
    assert snapshot.find("other.md")
    assert not snapshot.find("new.md")
    snapshot.close()
    assert not [name for name in cut.files() if "-3." in name or "-2." in name]


def test_reading_translates_what_files_cause_and_nothing_else(tmp_path: Path) -> None:
    reading = Reading(tmp_path)
    for error in (IndexError("x"), TypeError(), RecursionError(), ValueError("two\nlines")):
        with (
            pytest.raises(IndexCorrupt, match=f"damaged .{type(error).__name__}") as caught,
            reading,
        ):
            raise error
        assert caught.value.__cause__ is error
        assert "\n" not in str(caught.value)
    with pytest.raises(EngineError, match="not enough memory"), reading:
        raise MemoryError
    for kept in (KeyboardInterrupt(), EngineError("too broad"), OSError(errno.ENOSPC, "full")):
        with pytest.raises(type(kept)) as raised, reading:
            raise kept
        assert raised.value is kept
