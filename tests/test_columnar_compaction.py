"""Which segments a commit merges: those with many deleted documents, and many of one size; they
stay few, and no commit is busy for long."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from invented_documents import commit, document

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.columnar.compaction import FAN_IN, MOST_PLACES, Live, compact, due
from newssearch.engine.columnar.engine import ColumnarEngine, create_engine

pytestmark = pytest.mark.usefixtures("unsynced")


# --- through the engine ---------------------------------------------------------------------------


def segments_of(engine: ColumnarEngine) -> list[tuple[int, int]]:
    """(documents, deleted ones) of each segment."""
    snapshot = engine.snapshot()
    archive = snapshot.archive
    found = [
        (segment.documents, len(archive.generation.deleted(segment.name)))
        for segment in archive.segments
    ]
    snapshot.close()
    return found


def test_a_segment_with_a_third_deleted_is_written_anew(tmp_path: Path):
    engine = create_engine(tmp_path / "index", Analyzer())
    held = [document(f"{i}.md", "fog") for i in range(30)]
    commit(engine, held)
    commit(engine, deleted=[one.id for one in held[:10]])
    assert segments_of(engine) == [(30, 10)]
    commit(engine, deleted=[held[10].id])
    assert segments_of(engine) == [(19, 0)]
    commit(engine, deleted=[one.id for one in held])
    assert segments_of(engine) == []


def test_small_commits_are_merged(tmp_path: Path):
    engine = create_engine(tmp_path / "index", Analyzer())
    for i in range(20):
        commit(engine, [document(f"{i}.md", "fog")])
        assert len(segments_of(engine)) < FAN_IN
    assert sum(documents for documents, _ in segments_of(engine)) == 20


# --- which segments are merged: sizes alone -------------------------------------------------------


def sized(places: int, documents: int = 0, deleted: int = 0) -> Any:
    """A segment of which only its size is known."""
    documents = documents or max(places // 500, 1)
    segment = SimpleNamespace(places=places, documents=documents)
    return Live(segment, range(deleted))  # type: ignore[arg-type]


def settled(segments: list[Any]) -> tuple[list[Any], int]:
    """What a commit makes of segments, and how many places were written."""
    written: list[int] = []

    def merge(chosen: list[Live]) -> Any:
        assert len(written) < 100, "merging does not come to an end"
        places = sum(one.segment.places * one.documents // one.segment.documents for one in chosen)
        written.append(places)
        return sized(places, sum(one.documents for one in chosen))

    return compact(segments, merge), sum(written)


@pytest.mark.parametrize("largest", [1_000, 200_000, 3_000_000])
def test_segments_stay_few_over_thousands_of_commits(largest: int):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    segments: list[Any] = []
    added = written = 0
    for number in range(2000):
        places = int(largest ** source.random())
        added += places
        segments, moved = settled([*segments, sized(places)])
        written += moved
        levels = 1
        while 100_000 * FAN_IN ** (levels - 1) < min(added, MOST_PLACES):
            levels += 1
        large = added // (2 * MOST_PLACES // FAN_IN)
        assert len(segments) <= (FAN_IN - 1) * levels + large, number
    assert sum(one.segment.places for one in segments) == added
    # small commits are merged with all others of a day's size, again and again
    assert written <= 2000 * 100_000 + added * levels


def test_many_deletions_never_keep_a_commit_busy():
    source = random.Random(8)
    segments: list[Any] = []
    for _ in range(2000):
        some = []
        for one in segments:
            deleted = min(len(one.deleted) + source.randrange(3), one.segment.documents)
            some.append(sized(one.segment.places, one.segment.documents, deleted))
        some.append(sized(source.randrange(1, 100_000)))
        segments, _ = settled(some)
        assert all(one.documents > 0 for one in segments)
        assert all(3 * len(one.deleted) <= one.segment.documents for one in segments)
        assert len(segments) < 60


def test_one_with_more_than_a_third_deleted_is_due_alone():
    large = sized(1000 * MOST_PLACES, 300, 101)
    others = [sized(10) for _ in range(FAN_IN)]
    assert due([*others, large]) == [large]
    assert due([sized(10, 300, 100)]) == []


def test_segments_of_about_one_size_are_due_together():
    small = [sized(900 + i) for i in range(FAN_IN)]
    large = [sized(900_000 + i) for i in range(FAN_IN - 1)]
    assert due([*large, *small[1:]]) == []
    assert due([*large, *small, sized(5)]) == small
    last = sized(900_000)
    assert due([*large, last, *small[1:]]) == [*large, last]


def test_what_is_merged_stands_where_its_first_part_stood():
    first, last, emptied = sized(900_000), sized(900_000), sized(900_000, 5, 5)
    small = [sized(900 + i) for i in range(FAN_IN)]
    found, _ = settled([first, emptied, *small, last])
    assert found == [first, found[1], last]
    assert found[1].segment.places == sum(one.segment.places for one in small)


def test_the_size_is_that_of_live_documents():
    assert sized(0).level == sized(1).level == sized(100_000).level == 0
    assert sized(100_001).level == sized(100_000 * FAN_IN).level == 1
    assert sized(100_001 * FAN_IN).level == 2
    assert sized(100_001 * FAN_IN, 1000).level == 2
    assert sized(100_001 * FAN_IN, 1000, 1).level == 1


def test_segments_of_the_largest_size_are_left_alone():
    assert due([sized(MOST_PLACES) for _ in range(50)]) == []
    many = [sized(MOST_PLACES * 2 // FAN_IN + 1) for _ in range(50)]
    assert due(many) == []
    few = [sized(MOST_PLACES * 2 // FAN_IN - 1) for _ in range(50)]
    assert due(few) == few[:FAN_IN]
