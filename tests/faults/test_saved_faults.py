"""A run of saved searches that is killed: nothing is lost, and with --output nothing repeated."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from newssearch.cli.main import main
from newssearch.indexer import update_index
from newssearch.lock import locked
from newssearch.saved import changing, saved_searches

# Runs `newssearch saved …` and is killed at the Nth time that it opens, renames or removes
# something that saved searches write, or writes to standard output; 0: never. Prints how many
# times there were, on standard error.
RUNNER = """
import os, signal, sys
when, *arguments = sys.argv[1:]
from newssearch.cli.main import main
from newssearch.cli.streams import Output
calls = 0
def count():
    global calls
    calls += 1
    if calls == int(when):
        os.kill(os.getpid(), signal.SIGKILL)
def look(event, given):
    if event in ("open", "os.rename", "os.remove", "os.mkdir"):
        if "kept/saved" in str(given[0]) or "feed" in str(given[0]):
            count()
whole = Output.write_bytes
def write(output, pieces):
    whole(output, pieces)
    count()
Output.write_bytes = write
sys.dont_write_bytecode = True
sys.addaudithook(look)
status = main(["-q", *arguments])
print(calls, file=sys.stderr)
sys.exit(status)
"""
Run = Callable[..., tuple[int, str]]
TITLES = ("Ferry late", "Night ferry", "Pier closed")


class Desk:
    """An archive whose two saved searches, `ferry` and `pier`, have three new hits to report."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.index = folder, folder / "index"
        self.feed = folder / "feed"
        news = folder / "news"
        news.mkdir(parents=True)
        (news / "old.md").write_text("# Old ferry, old pier\n\nGone.\n")
        update_index(self.index, [news])
        for name in ("ferry", "pier"):
            assert main(["-q", "--index", str(self.index), "saved", "add", name, name]) == 0
        for title in TITLES:
            text = f"---\ntitle: {title}\nurl: https://p.example/{title}\n---\n\nBy the sea.\n"
            (news / f"{title}.md").write_text(text)
        update_index(self.index)

    def killed(self, when: int, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it in a process of its own."""
        return subprocess.run(
            [sys.executable, "-c", RUNNER, str(when), "--index", str(self.index), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
            cwd=self.folder,
        )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))


def copied(desk: Desk, folder: Path) -> Desk:
    """The same desk in another folder, where it may be damaged."""
    shutil.copytree(desk.folder, folder)
    copy = object.__new__(Desk)
    copy.folder, copy.index, copy.feed = folder, folder / "index", folder / "feed"
    return copy


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """The program in this process: exit code and output."""

    def on(desk: Desk, *arguments: str) -> tuple[int, str]:
        status = main(["-q", "--index", str(desk.index), *arguments])
        return status, capsysbinary.readouterr().out.decode()

    return on


def leftovers(desk: Desk) -> list[str]:
    found = [str(path.relative_to(desk.folder)) for path in desk.folder.rglob("*")]
    return [name for name in found if name.endswith((".next", ".new", ".journal"))]


@pytest.mark.parametrize("form", ["--atom", "--jsonl"])
def test_a_killed_run_with_a_file_loses_nothing_and_repeats_nothing(
    prepared: Desk, tmp_path: Path, run: Run, form: str
) -> None:
    asked = ("saved", "run", "--new", form, "--output")
    done = copied(prepared, tmp_path / "whole").killed(0, *asked, "feed")
    assert done.returncode == 0, done.stderr
    times = int(done.stderr)
    assert times > 10
    pattern = "<title[^>]*>([^<:]*)</title>" if form == "--atom" else '"title": "([^"]*)"'
    wanted = Counter(TITLES)
    outcomes = set()
    for when in range(1, times + 1):
        desk = copied(prepared, tmp_path / str(when))
        assert desk.killed(when, *asked, "feed").returncode == -signal.SIGKILL
        with locked(desk.index / "kept" / "saved.lock"):
            pass
        before = desk.feed.read_text() if desk.feed.exists() else ""
        outcomes.add(Counter(re.findall(pattern, before)) == wanted)
        run(desk, *asked, str(desk.feed))
        assert Counter(re.findall(pattern, desk.feed.read_text())) == wanted, when
        assert run(desk, *asked, str(desk.feed))[0] == 1
        assert Counter(re.findall(pattern, desk.feed.read_text())) == wanted
        assert leftovers(desk) == []
        shutil.rmtree(desk.folder)
    assert outcomes == {True, False}  # it was killed both before and after the feed was there


def test_a_killed_run_on_standard_output_loses_nothing(
    prepared: Desk, tmp_path: Path, run: Run
) -> None:
    asked = ("saved", "run", "--new", "--format", "tsv")
    done = copied(prepared, tmp_path / "whole").killed(0, *asked)
    wanted = Counter(line.split("\t")[0] for line in done.stdout.splitlines())
    assert wanted == {"ferry": 2, "pier": 1}
    repeated = 0
    for when in range(1, int(done.stderr) + 1):
        desk = copied(prepared, tmp_path / str(when))
        first = desk.killed(when, *asked)
        assert first.returncode == -signal.SIGKILL
        lines = first.stdout.splitlines() + run(desk, *asked)[1].splitlines()
        assert set(lines) == set(done.stdout.splitlines()), when
        again = Counter(lines) - Counter(set(lines))
        assert len({line.split("\t")[0] for line in again}) <= 1  # the search that it was killed in
        repeated += bool(again)
        assert run(desk, *asked)[0] == 1
        shutil.rmtree(desk.folder)
    assert repeated > 0


@pytest.mark.parametrize("change", ["add", "replace", "remove"])
def test_a_killed_change_is_made_or_not(
    prepared: Desk, tmp_path: Path, run: Run, change: str
) -> None:
    command = {
        "add": ("saved", "add", "sea", "sea"),
        "replace": ("saved", "add", "--force", "pier", "closed", "--all-new"),
        "remove": ("saved", "remove", "pier"),
    }[change]
    whole = copied(prepared, tmp_path / "whole")
    done = whole.killed(0, *command)
    assert done.returncode == 0, done.stderr
    before, after = saved_searches(prepared.index), saved_searches(whole.index)
    assert before != after
    found = []
    for when in range(1, int(done.stderr) + 1):
        desk = copied(prepared, tmp_path / str(when))
        assert desk.killed(when, *command).returncode == -signal.SIGKILL
        with changing(desk.index) as kept:
            assert kept.searches in (before, after)
            found.append(kept.searches == after)
            for name in kept.searches:
                assert kept.seen(name)
            seen = kept.seen("pier").marks if "pier" in kept.searches else None
        if change == "replace":  # what was reported is that of the query
            assert (seen == frozenset()) == found[-1]
        assert run(desk, "saved", "run", "--new")[0] == 0
        shutil.rmtree(desk.folder)
    assert True in found
    assert False in found


def test_two_runs_at_once_are_kept_apart(prepared: Desk, tmp_path: Path) -> None:
    desk = copied(prepared, tmp_path / "two")
    arguments = [sys.executable, "-m", "newssearch", "--index", str(desk.index), "saved", "run"]
    arguments += ["--new", "--format", "tsv", "--wait", "300"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    both = [
        subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]
    out = "".join(process.communicate(timeout=600)[0] for process in both)
    assert sorted(process.returncode for process in both) == [0, 1]
    assert Counter(line.split("\t")[0] for line in out.splitlines()) == {"ferry": 2, "pier": 1}
