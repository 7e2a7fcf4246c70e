"""Whoever made these files gave them the right checksums: what they say is refused, or answered
within bounds, and nothing of it is ever executed."""

from __future__ import annotations

import os
import pickle
import random
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from forged_folder import FLIPS, LIES, SEED, News, forge, forge_manifest, forged_at_random

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.columnar.engine import open_engine
from newssearch.errors import EngineError, IndexCorrupt

pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> News:
    return News(tmp_path / "good", monkeypatch)


def assert_bounded(news: News) -> int:
    """Every question is answered, or refused with an error of ours; how many were refused."""
    said: list[str] = []
    try:
        snapshot = open_engine(news.folder, Analyzer()).snapshot()
    except IndexCorrupt as error:
        said.append(str(error))
    else:
        for ask in news.questions(snapshot):
            try:
                ask()
            except EngineError as error:
                said.append(str(error))
        snapshot.close()
    try:
        news.merge()
    except EngineError as error:
        said.append(str(error))
    assert not [line for line in said if "--rebuild" not in line and "too broad" not in line]
    return len(said)


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_lie_is_refused_or_answered_within_bounds(news: News, lie: str) -> None:
    forge(news, sorted(name for name in news.files() if len(name) == 20)[0], LIES[lie])
    assert assert_bounded(news) > 0


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_lies_end_in_errors_of_ours(news: News) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    rng = random.Random(SEED)
    refused = 0
    for _ in range(FLIPS):
        refused += assert_bounded(forged_at_random(news, rng)) > 0
    assert refused > FLIPS // 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("generation", 7),
        ("generation", float("nan")),
        ("documents", float("inf")),
        ("documents", "many"),
        ("segments", {"../../../etc/passwd": [1, 1]}),
        ("segments", {"/dev/zero": [1, 1]}),
        ("segments", {"0123456789abcdef.seg": "x"}),
        ("segments", []),
        ("commit", []),
        ("lengths", 3),
        ("dictionary", "0" * 64),
    ],
)
def test_a_manifest_that_lies_is_refused(news: News, name: str, value: Any) -> None:
    forge_manifest(news, lambda values: values.update({name: value}))
    with pytest.raises(IndexCorrupt, match="newssearch index --rebuild"):
        news.answers()


@pytest.mark.parametrize(
    "deleted", [b"\xff\xff\xff\xff", b"\0\0\0\0" * 99, b"\1", struct.pack("<2I", 39, 41)]
)
def test_tombstones_that_lie_end_in_errors_of_ours(news: News, deleted: bytes) -> None:
    segment = next(name for name in news.files() if len(name) == 20)
    forge(
        news,
        "commit-2.seg",
        lambda sections, meta: sections.update({f"deleted.{segment}": deleted}),
    )
    assert_bounded(news)


def test_nothing_of_an_index_is_executed(
    news: News, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Planted:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "executed"),)

    planted = pickle.dumps(Planted())
    for name in news.files():
        work = news.copy("work")
        (work.folder / name).write_bytes(planted)
        with pytest.raises(IndexCorrupt):
            work.answers()
    for name in ("_MAIN_1.toc", "MAIN_WRITELOCK", "generation-1.json", "x.seg", "tmp.pickle"):
        (news.folder / name).write_bytes(planted)

    def plant(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
        sections["attachment.inventory"] = planted
        meta["attachments"]["inventory"] = len(planted)

    forge(news, "commit-2.seg", plant)

    def forbidden(*arguments: Any, **options: Any) -> Any:
        pytest.fail("a pickle was loaded")

    for name in ("load", "loads", "Unpickler", "_loads", "_Unpickler"):
        monkeypatch.setattr(pickle, name, forbidden)
    monkeypatch.setattr(np, "load", forbidden)
    assert news.answers()[:-1] == news.expected[:-1]
    news.merge()
    assert not (tmp_path / "executed").exists()
