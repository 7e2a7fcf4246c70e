"""The engines that the contract is run on: each new and empty, for each test."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from brute_force import BruteForceEngine

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Engine
from newssearch.engine.choose import DEFAULT, create

ENGINES = ("whoosh", "brute force")


@pytest.fixture(autouse=True)
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody cuts the power here, and waiting for the disk would take most of the time."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture(params=ENGINES)
def new_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Engine]:
    """A function that makes an empty engine, another one at each call."""
    made: list[Engine] = []

    def make() -> Engine:
        analyzer = Analyzer()
        if request.param == "brute force":
            made.append(BruteForceEngine(analyzer))
        else:
            made.append(create(DEFAULT, tmp_path / f"engine-{len(made)}", analyzer))
        return made[-1]

    return make


@pytest.fixture
def engine(new_engine: Callable[[], Engine]) -> Engine:
    return new_engine()
