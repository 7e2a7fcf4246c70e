"""What every test may ask for: the seeds, and the reference corpora where they are there."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

# A shell that starts the tests in the background has SIGINT ignored, by all that they start too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

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


@pytest.fixture
def call_on_seeds(
    seeds: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Callable[..., tuple[int, str, str]]:
    """The program, in a folder whose index is of the seeds: arguments to exit code and output."""
    from newssearch.cli.main import main

    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "NEWSSEARCH_INDEX", "COLUMNS", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = capsysbinary.readouterr()
        return status, out.decode(), err.decode()

    assert run("index", str(seeds))[0] == 0
    return run
