"""What every test may ask for: the seeds, and the reference corpora where they are there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The project's own small archive. Tests read it and never write into it."""
    return PROJECT / "seeds"


@pytest.fixture
def corpus() -> Callable[[str], Path]:
    """A function that gives a reference corpus's folder by name, `corpus("seedrepo")`, and skips
    the test where it has not been unpacked. Its articles lie in `articles/`.
    """
    folder = os.environ.get("NEWSSEARCH_CORPORA") or Path.home() / ".cache/newssearch-corpora"

    def find(name: str) -> Path:
        path = Path(folder) / name
        if not path.is_dir():
            pytest.skip(f"corpus {name} is not in {folder} (set NEWSSEARCH_CORPORA)")
        return path

    return find
