"""Any file of an index is damaged, and the index is used all the same, by every command.

Either nothing has changed, or one line says which file it is and what to do; never is anything else
found than before, without a word. `newssearch index --rebuild` is the way out, which loses nothing:
neither saved searches nor the days on which files came, but for what the damaged file itself held.

Trials are made in processes of their own, with a limit on memory and time, so that a signal ends
one trial and is counted:

    python corruption.py FIRST TRIALS SEED
"""

from __future__ import annotations

import datetime
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

from asked_desk import EVERYTHING, READS, Desk, Said, small_limits
from outcome import Outcome, Tally
from spoiling import spoil

from newssearch.engine.columnar.snapshot import ColumnarSnapshot

SUITE = "corruption"

_AT_A_TIME = 250  # trials in a process
_SECONDS = 300  # for a trial, on a machine that does other things too
_MEMORY = 3 << 30  # address space, most of which is libraries

_WAYS = (-1, 1 << 40)  # with arrays, and without

#: The clock on the day after, so that a day that is not known any more is another one.
_LATER = SimpleNamespace(
    date=SimpleNamespace(today=lambda: datetime.date.today() + datetime.timedelta(days=1))
)

_WAY_OUT = re.compile(
    "newssearch index --rebuild|newssearch saved add --force|mend it or remove it|; remove it|"
    "newssearch index FOLDER|to begin anew"
)

#: What an answer of an older generation has more than it had.
_NOTES = re.compile(rb'"notes": \[[^]]*\]')


def soak(trials: int, seed: int) -> Outcome:
    """So many damaged indexes, each used by several commands and mended."""
    outcome = Outcome(SUITE, 0)
    first = 0
    while first < trials:
        count = min(_AT_A_TIME, trials - first)
        command = [sys.executable, __file__, str(first), str(count), str(seed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=_alone())
        lines = done.stdout.splitlines()
        if done.returncode == 0:
            values = json.loads(lines[-1])
            outcome += Outcome(**{**values, "notes": tuple(values["notes"])})
            first += count
            continue
        assert lines, done.stderr  # nothing was tried
        at = int(lines[-1])
        note = f"seed {seed}, trial {at}: ended with {done.returncode}: {done.stderr[-300:]}"
        outcome += Outcome(SUITE, at - first + 1, crashes=1, notes=(note,))
        first = at + 1
    return outcome


def _alone() -> dict[str, str]:
    """One thread: where there are many processors, others' stacks would take the addresses."""
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


def _trials(first: int, count: int, seed: int) -> Outcome:
    tally = Tally(SUITE)
    with tempfile.TemporaryDirectory() as folder, small_limits():
        desk = Desk(Path(folder))
        for number in range(first, first + count):
            print(number, flush=True)
            _trial(desk, tally, random.Random(f"{seed} {number}"), f"seed {seed}, trial {number}")
    return tally.outcome()


def _trial(desk: Desk, tally: Tally, rng: random.Random, name: str) -> None:
    tally.trial()
    with_older = rng.random() < 0.25
    desk.fresh(with_older)
    spoilt = [spoil(desk.index, rng) for _ in range(rng.choice((1, 1, 1, 1, 2)))]
    name += ": " + ", ".join(f"{path.relative_to(desk.index)} {how}" for path, how in spoilt)
    name += " (an older generation beside it)" * with_older
    paths = [path for path, _ in spoilt]
    steps = [*rng.sample(READS, 3), rng.choice((("index",), ("index", "--verify"), ("saved",)))]
    _alarm()
    try:
        wrong = None
        for asked in steps:
            with patch.object(ColumnarSnapshot, "most_plain", rng.choice(_WAYS)):
                wrong = wrong or _used(desk, asked, paths)
        wrong = wrong or _mended(desk, paths)
    except Exception as error:  # noqa: BLE001  whatever it is: that is looked for
        wrong = "crashes", f"{type(error).__name__}: {error}"
    if wrong:
        tally.wrong(wrong[0], f"{name}: {wrong[1]}")


def _used(desk: Desk, asked: tuple[str, ...], paths: list[Path]) -> tuple[str, str] | None:
    """What is wrong with what a command answers: the kind, and what it is."""
    if asked[0] == "saved" and len(asked) == 1:
        said = desk.ask(("saved", "run", "--new", "--jsonl"))
        as_before = said.status in (0, 1)
    elif asked in READS:
        said = desk.ask(asked)
        if "--dry-run" in asked and not (desk.index / "newssearch.json").exists():
            return None  # without a descriptor all of it would be made again
        as_before = said[:2] == desk.expected[asked][:2] or _is_older(desk, asked, said, paths)
    else:
        (desk.news / "newest.md").write_text("# Newest ferry\n\nAt night, in the harbour.\n")
        said = desk.ask(asked)
        as_before = said.status == 0
    shown = f"{' '.join(asked)}: {said.status} {said.err[:300]!r}"
    if "this is a bug" in said.err or "Traceback" in said.err or "enough memory" in said.err:
        return "crashes", shown
    if as_before:
        return None
    if said.status != 2:
        return "silent", f"{shown} {said.out[:200]!r}"
    if not any(_is_named(line, paths) for line in said.err.splitlines()):
        return "silent", f"not named: {shown}"
    return None


def _is_older(desk: Desk, asked: tuple[str, ...], said: Said, paths: list[Path]) -> bool:
    """Is it what the generation before answers, and is that said?"""
    plain = said._replace(out=_NOTES.sub(b'"notes": []', said.out))
    same = plain[:2] == desk.older[asked][:2]
    if "--dry-run" in asked:
        return same  # the run would go on from there, and mend it
    if any(path.name == "generation-2.json" and not path.exists() for path in paths):
        return same  # as of a run that was killed before it published: nobody can tell
    return same and "answers meanwhile" in said.err and _is_named(said.err, paths)


def _is_named(line: str, paths: list[Path]) -> bool:
    """Does a line say which file it is, or what folder it is missing in, and what to do?"""
    names = [path.name for path in paths] + [str(path.parent) for path in paths]
    return any(name in line for name in names) and _WAY_OUT.search(line) is not None


def _mended(desk: Desk, paths: list[Path]) -> tuple[str, str] | None:
    """The next run, or a rebuild, has everything as it should be."""
    (desk.news / "newest.md").write_text("# Newest ferry\n\nAt night, in the harbour.\n")
    rebuild = ("index", "--rebuild", str(desk.news))
    with patch("newssearch.intake.datetime", _LATER):
        said = desk.ask(rebuild)
        if said.status == 2 and "roots.json" in said.err and _is_named(said.err, paths):
            (desk.index / "kept" / "roots.json").unlink()  # as it says
            said = desk.ask(rebuild)
    shown = f"{said.status} {said.err[:300]!r}"
    if said.status != 0:
        return "lost", f"index --rebuild: {shown}"
    for asked, expected in zip(EVERYTHING, desk.everything, strict=True):
        found = desk.ask(asked)
        # the notes are damaged, and so is the index that has the same days
        days_are_lost = len(paths) > 1 and desk.said_that_days_are_lost
        named = _is_named(found.err, paths) or (days_are_lost and asked[0] == "show")
        if found[:2] != expected[:2] and not named:
            return "lost", f"after index --rebuild ({shown}): {' '.join(asked)}: {found}"
    return None


def _alarm() -> None:
    signal.alarm(_SECONDS)


if __name__ == "__main__":
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    result = _trials(*map(int, sys.argv[1:]))
    print(json.dumps({name: getattr(result, name) for name in Outcome.__slots__}))
