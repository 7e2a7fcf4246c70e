"""The harness of the long runs: it shares out what is asked for, and says what came of it."""

from __future__ import annotations

import importlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import soak

TESTS = Path(__file__).resolve().parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TESTS / "soak.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


@pytest.mark.parametrize("suite", soak.SUITES, ids=lambda suite: suite.module)
def test_every_suite_is_there(suite: soak.Suite) -> None:
    module = importlib.import_module(suite.module)
    assert callable(module.soak)
    assert suite.trials or callable(module.every)


def test_the_trials_asked_for_are_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["soak", "--pickles", "11", "--faults", "--jobs", "2"])
    shares = soak.shares(soak.arguments(), 7)
    pickles = [share for share in shares if share.suite.module == "pickles"]
    faults = [share for share in shares if share.suite.module == "broken_runs"]
    assert len(pickles) + len(faults) == len(shares)
    assert sum(share.trials for share in pickles) == 11
    assert [(share.number, share.of, share.trials) for share in faults] == [
        (number, 8, 0) for number in range(8)
    ]
    assert len({share.seed for share in shares}) == len(shares)
    assert [share.seed for share in soak.shares(soak.arguments(), 7)] == [
        share.seed for share in shares
    ]


def test_without_options_all_suites_are_run_as_often_as_stands_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["soak"])
    shares = soak.shares(soak.arguments(), 7)
    for suite in soak.SUITES:
        trials = sum(share.trials for share in shares if share.suite == suite)
        assert trials == suite.trials


def test_the_table_says_what_came_of_it() -> None:
    seed = random.randrange(2**32)
    done = run("--pickles", "3", "--jobs", "1", "--seed", str(seed))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"./dev soak --pickles 3 --jobs 1 --seed {seed}\n")
    assert "| planted pickles | 3 | 0 | 0 | 0 | " in done.stdout


def test_a_suite_that_dies_is_a_crash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = soak.Suite("no_such_suite", "none", 5, "nothing")
    share = soak.Share(gone, 0, 1, 5, 99)
    whole = soak.Soak([share], 1, time.monotonic() + 60)
    assert whole.run(str(tmp_path))
    outcome = whole.done[gone]
    assert (outcome.trials, outcome.crashes) == (0, 1)
    assert "seed 99" in outcome.notes[0]
    assert "no_such_suite" in outcome.notes[0]
    assert "ModuleNotFoundError" in capsys.readouterr().err


def test_nothing_is_begun_after_the_time_is_over(tmp_path: Path) -> None:
    share = soak.Share(soak.SUITES[0], 0, 1, 5, 99)
    whole = soak.Soak([share], 1, time.monotonic() - 1)
    assert not whole.run(str(tmp_path))
    assert whole.done == {}
    assert whole.table().count("\n") == 2


def test_the_table_is_put_into_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert soak.PAGE.read_text("utf-8").count(soak.BEGIN) == 1
    page = tmp_path / "page.md"
    page.write_text(f"Before.\n\n{soak.BEGIN}old\n{soak.END}\nAfter.\n")
    monkeypatch.setattr(soak, "PAGE", page)
    soak.write_page("./dev soak --seed 1", "| a |\n")
    text = page.read_text()
    assert text.startswith(f"Before.\n\n{soak.BEGIN}Measured with `./dev soak --seed 1`, ")
    assert text.endswith(f":\n\n| a |\n{soak.END}\nAfter.\n")
