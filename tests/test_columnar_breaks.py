"""Where sentences begin, on the disk: against a list."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from newssearch.engine.columnar.breaks import BLOCK, Breaks
from newssearch.engine.columnar.breaks_writer import BreaksWriter, add_breaks, blocks_of
from newssearch.engine.columnar.segment_file import SectionsWriter, SegmentFile


def made(seed: int, count: int, most: int) -> tuple[list[int], list[bool]]:
    chosen = random.Random(seed)
    places = [chosen.randrange(3)]
    while len(places) < count:
        places.append(
            places[-1] + chosen.choice((1, 5, 30, 254, 255, 256, chosen.randrange(1, most)))
        )
    return places[:count], [chosen.random() < 0.4 for _ in range(count)]


def written(path: Path, places: list[int], parts: list[bool], step: int) -> Any:
    """A segment that holds nothing else."""
    writer = BreaksWriter()
    for i in range(0, len(places), step):
        writer.add(np.array(places[i : i + step]), np.array(parts[i : i + step]))
    return finished(path, writer)


def finished(path: Path, writer: BreaksWriter) -> Any:
    file = SectionsWriter(path)
    writer.write(file)
    file.finish({})
    return SimpleNamespace(file=SegmentFile(path))


SIZES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK, 1000]


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("step", [1, 50, 10_000])
def test_what_was_written_is_read_both_ways(tmp_path: Path, count: int, step: int) -> None:
    seed = random.randrange(10**9)
    print(f"{seed=}")
    places, parts = made(seed, count, 5000)
    places, parts = places[:count], parts[:count]
    segment = written(tmp_path / "s", places, parts, step)
    every = np.arange(-(-count // BLOCK))
    found, is_part = blocks_of(segment, every)
    assert (found.tolist(), is_part.tolist()) == (places, parts)
    some = np.array(sorted(random.Random(seed).sample(every.tolist(), len(every) // 2)), np.int64)
    found, is_part = blocks_of(segment, some)
    chosen = [i for block in some.tolist() for i in range(block * BLOCK, (block + 1) * BLOCK)]
    assert found.tolist() == [places[i] for i in chosen if i < count]
    assert is_part.tolist() == [parts[i] for i in chosen if i < count]
    breaks = Breaks(segment.file)
    end = places[-1] + 1 if places else 5
    assert breaks.between(0, end, parts_only=False) == places
    for _ in range(50):
        low, high = sorted(random.choices(range(end + 1), k=2))
        inside = [(p, part) for p, part in zip(places, parts, strict=True) if low <= p < high]
        assert breaks.between(low, high, parts_only=False) == [p for p, _ in inside]
        assert breaks.between(low, high, parts_only=True) == [p for p, part in inside if part]
    segment.file.close()


def test_breaks_move_with_their_documents(tmp_path: Path) -> None:
    places, parts = made(7, 1500, 300)
    old = written(tmp_path / "old", places, parts, 10_000)
    gone = 40_000

    def moved(at: np.ndarray[Any, Any]) -> tuple[Any, Any]:
        return at - gone, at >= gone

    writer = BreaksWriter()
    writer.add(np.array([3]), np.array([True]))
    add_breaks(writer, old, lambda at: (at + 10, None))
    add_breaks(writer, old, lambda at: (moved(at)[0] + 10**6, moved(at)[1]))
    new = finished(tmp_path / "new", writer)
    kept = [p - gone + 10**6 for p in places if p >= gone]
    assert kept
    expected = [3, *(place + 10 for place in places), *kept]
    assert Breaks(new.file).between(0, 10**9, parts_only=False) == expected
    count = len(parts) - len(kept)
    expected_parts = [True, *parts, *parts[count:]]
    assert blocks_of(new, np.arange(-(-len(expected) // BLOCK)))[1].tolist() == expected_parts


@pytest.mark.parametrize("section", ["first", "distances", "parts", "far"])
def test_sections_that_do_not_fit_are_noticed(tmp_path: Path, section: str) -> None:
    sections = {"first": bytes(4), "distances": bytes(3), "parts": b"\1", "far": b""}
    sections[section] += bytes(BLOCK + 1)
    file = SectionsWriter(tmp_path / "s")
    for name, content in sections.items():
        file.add(f"breaks.{name}", [content])
    file.finish({})
    with pytest.raises(ValueError, match=r"breaks\.\w+ has another length"):
        Breaks(SegmentFile(tmp_path / "s"))
