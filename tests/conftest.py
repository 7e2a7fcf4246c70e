"""What every test may ask for: the seeds, and the reference corpora where they are there."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

# A shell that starts the tests in the background has SIGINT ignored, by all that they start too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

if TYPE_CHECKING:
    from newssearch.query import NewsIndex

PROJECT = Path(__file__).resolve().parent.parent

#: Random tests draw their seeds from `random`. It begins with this one, so that all runs draw the
#: same and what passes here passes elsewhere; `./dev soak` and other seeds look further.
SEED = os.environ.get("NEWSSEARCH_SEED")
random.seed(SEED or "20200827")

# Hypothesis makes the same examples in all runs, too, and times none: a machine may be slow.
settings.register_profile(
    "everywhere",
    deadline=None,
    derandomize=SEED is None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("everywhere")


@pytest.fixture(autouse=True)
def same_in_all_runs() -> None:
    """What a test draws does not hang on which tests came before it."""
    random.seed(SEED or "20200827")


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The project's own small archive. Tests read it and never write into it."""
    return PROJECT / "seeds"


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Path:
    """An index of the seeds. Tests read it and never write into it."""
    from newssearch.indexer import update_index

    folder = tmp_path_factory.mktemp("seeds") / "index"
    update_index(folder, [seeds])
    return folder


@pytest.fixture
def news(seeds_index: Path) -> Iterator[NewsIndex]:
    """The seeds, asked a few days after the newest of them."""
    import datetime

    from newssearch.index_folder import IndexFolder
    from newssearch.query import NewsIndex

    today = datetime.date(2020, 9, 1)
    with NewsIndex(IndexFolder.open(seeds_index), today=lambda: today) as index:
        yield index


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody cuts the power here, and waiting for the disk would take most of the time."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def corpus() -> Callable[[str], Path]:
    """A function that gives a reference corpus's folder by name, `corpus("seedrepo")`, and skips
    the test where it has not been unpacked. Its articles lie in `articles/`.
    """
    usual = os.path.expanduser("~/.cache/newssearch-corpora")  # where there is no home, nowhere
    folder = os.environ.get("NEWSSEARCH_CORPORA") or usual

    def find(name: str) -> Path:
        path = Path(folder) / name
        if not path.is_dir():
            pytest.skip(f"corpus {name} is not in {folder} (set NEWSSEARCH_CORPORA)")
        return path

    return find


@pytest.fixture
def program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., tuple[int, str, str]]:
    """The program, in an empty folder: arguments to exit code and output."""
    from newssearch.cli.main import main

    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "NEWSSEARCH_INDEX", "COLUMNS", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = capsysbinary.readouterr()
        return status, out.decode(), err.decode()

    return run


@pytest.fixture
def call_on_seeds(
    program: Callable[..., tuple[int, str, str]], seeds: Path
) -> Callable[..., tuple[int, str, str]]:
    """The program, in a folder whose index is of the seeds."""
    assert program("index", str(seeds))[0] == 0
    return program
