"""Which documents repeat others, as arrays: against looking at each story."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from brute_stories import has_translation, repeats
from engines import create
from invented_documents import commit, document

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Kind
from newssearch.engine.base import Document
from newssearch.engine.columnar import compaction
from newssearch.engine.columnar.plain import PlainPostings
from newssearch.engine.columnar.repeated import Repeated
from newssearch.engine.columnar.snapshot import ColumnarSnapshot
from newssearch.engine.columnar.story_numbers import StoryNumbers

FOLDERS = ("2019/12/31", "2020", "2020/08", "ü", "港口", "\U0001f40e")


def generated(chance: random.Random, count: int, spread: int) -> list[Document]:
    """Documents of which many have the same path, story and day; `spread`: how many stories."""
    made: dict[str, Document] = {}
    for _ in range(count):
        one = document(
            f"{chance.choice(FOLDERS)}/{chance.randrange(count // 3)}.md",
            "short",
            root=chance.choice("pqr"),
            story=f"s{chance.randrange(spread)}",
            added=chance.choice(("2020-08-27", "2020-08-27", "2020-08-28", "")),
            lang=chance.choice(("en", "en", "zh", "")),
            kind=chance.choice((*[Kind.ARTICLE] * 4, Kind.DIGEST, Kind.DIGEST, Kind.PAGE)),
        )
        made[one.id] = one
    return list(made.values())


def holding(documents: list[Document], holds: Callable[..., bool]) -> set[str]:
    """The ids of those for which it holds."""
    stories: dict[str, list[Document]] = {}
    for one in documents:
        stories.setdefault(one.story, []).append(one)
    return {one.id for one in documents if holds(one, stories[one.story])}


@pytest.mark.parametrize(
    ("segments", "count", "spread"), [(1, 600, 40), (4, 600, 40), (3, 900, 1000), (2, 300, 1)]
)
def test_the_masks_are_what_looking_at_each_story_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, segments: int, count: int, spread: int
):
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    monkeypatch.setattr(compaction, "FAN_IN", 100)
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    made = generated(chance, count, spread)
    engine = create("columnar", tmp_path / "engine", Analyzer())
    for number in range(segments):
        commit(engine, made[number::segments])
    for gone in ([], chance.sample(made, len(made) // 5)):
        if gone:
            commit(engine, deleted=[one.id for one in gone])
        snapshot = engine.snapshot()
        assert isinstance(snapshot, ColumnarSnapshot)
        archive = snapshot.archive
        assert len(archive.segments) == segments
        live = np.ones(archive.documents, np.bool_)
        live[list(archive.deleted)] = False
        arrays = Repeated(archive, StoryNumbers(archive), live if gone else None)
        plain = PlainPostings(archive)
        held = [one for one in made if one not in gone]
        for holds, mask, found in (
            (repeats, arrays.duplicates(), plain.duplicates()),
            (has_translation, arrays.translated(), plain.translated()),
        ):
            expected = holding(held, holds)
            assert len(expected) > 5
            assert {archive.id(n) for n in np.flatnonzero(mask).tolist()} == expected
            assert set(map(archive.id, found)) == expected
        snapshot.close()


def test_an_archive_without_documents_has_none_that_repeat(tmp_path: Path):
    snapshot = create("columnar", tmp_path / "engine", Analyzer()).snapshot()
    assert isinstance(snapshot, ColumnarSnapshot)
    arrays = Repeated(snapshot.archive, StoryNumbers(snapshot.archive), None)
    assert arrays.duplicates().tolist() == arrays.translated().tolist() == []
    snapshot.close()
