"""The engines that the contract is run on: each new and empty, for each test."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from brute_force import BruteForceEngine
from engines import create

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Engine
from newssearch.engine.columnar.snapshot import ColumnarSnapshot

ENGINES = ("columnar", "columnar, plain", "whoosh", "brute force")


@pytest.fixture(autouse=True)
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody cuts the power here, and waiting for the disk would take most of the time."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture(params=ENGINES)
def new_engine(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Engine]:
    """A function that makes an empty engine, another one at each call."""
    made: list[Engine] = []
    name, _, way = request.param.partition(", ")
    monkeypatch.setattr(ColumnarSnapshot, "most_plain", 1 << 40 if way else -1)

    def make() -> Engine:
        analyzer = Analyzer()
        if name == "brute force":
            made.append(BruteForceEngine(analyzer))
        else:
            made.append(create(name, tmp_path / f"engine-{len(made)}", analyzer))
        return made[-1]

    return make


@pytest.fixture
def engine(new_engine: Callable[[], Engine]) -> Engine:
    return new_engine()
