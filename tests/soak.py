"""The attack suites of `tests/faults/` in their long form: `./dev soak`.

In: how many trials of which suites; without options all of `SUITES`, as many as stand there. Out: a
table of trials and outcomes, the seed that has the same again, and what went wrong; exit code 1 if
anything did. With `--write` the table goes into docs/reliability.md, too.

Every suite is cut into shares with a seed of their own, each of which is a process: as many at a
time as there are processors. Ctrl-C, or the end of `--minutes`, shows what there is by then.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Any, NamedTuple

TESTS = Path(__file__).resolve().parent
PAGE = TESTS.parent / "docs" / "reliability.md"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"

sys.path[:0] = [str(TESTS), str(TESTS / "faults")]

from outcome import Outcome  # noqa: E402  where it is comes from the line above


class Suite(NamedTuple):
    """A module of tests/faults/, its option, how many trials there are where nothing else is said
    (0: as many as there are faults), and what they are. What is given in `seconds` counts its
    trials itself, and is not cut up."""

    module: str
    option: str
    trials: int
    what: str
    seconds: bool = False


SUITES = (
    Suite("kills", "kills", 1000, "a run killed at any moment, or ended by Ctrl-C"),
    Suite("broken_runs", "faults", 0, "every call that changes files: every kind of fault"),
    Suite("little_memory", "memory", 900, "less and less memory"),
    Suite("power_cuts", "power-cuts", 1000, "images of a disk after a power cut"),
    Suite("corruption", "corruptions", 20_000, "damaged files"),
    Suite("pickles", "pickles", 200, "planted pickles"),
    Suite("readers", "readers", 200, "searches beside a writer"),
    Suite("articles", "articles", 200_000, "made-up files, well and badly formed"),
    Suite("queries", "queries", 200_000, "made-up queries, well and badly formed, parsed"),
    Suite("guided", "atheris", 300, "files and queries led by what they reach (atheris)", True),
    Suite("answers", "answers", 5000, "the same queries, answered"),
    Suite("outputs", "outputs", 2000, "hostile text in every form of output"),
    Suite("repairs", "repairs", 500, "damage that `check` finds and mends, killed meanwhile"),
)


@dataclass(slots=True)
class Share:
    """A part of a suite's trials, and the process that makes them."""

    suite: Suite
    number: int
    of: int
    trials: int
    seed: int
    process: subprocess.Popen[str] | None = None
    out: IO[str] | None = None
    err: IO[str] | None = None
    begun: float = 0.0

    def start(self, folder: str) -> None:
        """Begin; temporary files of it lie in the folder."""
        self.out = tempfile.TemporaryFile("w+", dir=folder)  # noqa: SIM115  read when it is done
        self.err = tempfile.TemporaryFile("w+", dir=folder)  # noqa: SIM115
        given = [self.suite.module, self.number, self.of, self.trials, self.seed]
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-B", __file__, "--share", *map(str, given)],
            stdout=self.out,
            stderr=self.err,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": folder, "OPENBLAS_NUM_THREADS": "1"},
            process_group=0,
            text=True,
        )

    def outcome(self) -> Outcome | None:
        """What came of it; None while it goes on. That it did not come to its end is a crash."""
        assert self.process is not None
        assert self.out is not None
        assert self.err is not None
        if self.process.poll() is None:
            return None
        with self.out as out, self.err as err:
            out.seek(0)
            err.seek(0)
            lines = out.read().splitlines()
            told = err.read()[-2000:].strip()
        try:
            found = json.loads(lines[-1])
            return Outcome(**{**found, "notes": tuple(found["notes"])})
        except (IndexError, ValueError, TypeError):
            note = f"seed {self.seed}: ended {self.process.returncode}: {told}"
            return Outcome(self.suite.module, 0, crashes=1, notes=(note,))

    def stop(self) -> None:
        """End it and what it has started."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass(slots=True)
class Soak:
    """All shares of a run, and what has come of those that are done."""

    shares: list[Share]
    jobs: int
    until: float
    done: dict[Suite, Outcome] = field(default_factory=dict)
    seconds: dict[Suite, float] = field(default_factory=dict)

    def run(self, folder: str) -> bool:
        """Make them; False: it was interrupted."""
        waiting, running = list(reversed(self.shares)), list[Share]()
        try:
            while running or waiting:
                while waiting and len(running) < self.jobs and time.monotonic() < self.until:
                    running.append(waiting.pop())
                    running[-1].start(folder)
                if not running:
                    return False
                time.sleep(0.05)
                running = [share for share in running if not self._take(share)]
        except KeyboardInterrupt:
            return False
        finally:
            for share in running:
                share.stop()
        return True

    def _take(self, share: Share) -> bool:
        """Take in what came of a share; False: it is not done yet."""
        outcome = share.outcome()
        if outcome is None:
            return False
        known = self.done.get(share.suite)
        self.done[share.suite] = known + outcome if known else outcome
        seconds = time.monotonic() - share.begun
        self.seconds[share.suite] = self.seconds.get(share.suite, 0.0) + seconds
        wrong = f": {outcome.notes}" if outcome.notes else ""
        told = f"{share.suite.option} {share.number + 1} of {share.of}: {outcome.trials:,} trials"
        print(f"{told}, {seconds:.0f} s{wrong}", file=sys.stderr, flush=True)
        return True

    def table(self) -> str:
        """Trials and outcomes, a suite a line, in Markdown."""
        rows = [
            "| suite | trials | lost | silent | crashes | seconds |",
            "|---|--:|--:|--:|--:|--:|",
        ]
        for suite in SUITES:
            if suite in self.done:
                one = self.done[suite]
                figures = (one.trials, one.lost, one.silent, one.crashes, self.seconds[suite])
                told = " | ".join(f"{figure:,.0f}" for figure in figures)
                rows.append(f"| {suite.what} | {told} |")
        return "\n".join(rows) + "\n"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev soak", description=__doc__.partition("\n")[0])
    for suite in SUITES:
        many = f"{suite.trials:,}" if suite.trials else "all of them"
        parser.add_argument(
            f"--{suite.option}",
            type=int,
            nargs="?",
            const=suite.trials,
            metavar="SECONDS" if suite.seconds else "N",
            help=f"{suite.what} [{many}]",
        )
    parser.add_argument("--seed", type=int, help="the seed of a run, to have it again")
    parser.add_argument("--minutes", type=float, default=1e6, help="begin nothing after so many")
    processors = len(os.sched_getaffinity(0))
    parser.add_argument("--jobs", type=int, default=processors, help=f"at a time [{processors}]")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    return parser.parse_args()


def shares(given: argparse.Namespace, seed: int) -> list[Share]:
    """What was asked for, cut up; the first of every suite first."""
    asked = {suite: getattr(given, suite.option.replace("-", "_")) for suite in SUITES}
    if all(trials is None for trials in asked.values()):
        asked = {suite: suite.trials for suite in SUITES}
    rng = random.Random(seed)
    cut: list[Share] = []
    for suite, trials in asked.items():
        if trials is None:
            continue
        cut_up = not suite.seconds and (trials == 0 or trials >= 4 * given.jobs)
        of = 4 * given.jobs if cut_up else 1
        for number in range(of):
            some = (trials + number) // of  # of 10 trials in 4 shares: 2, 2, 3, 3
            cut.append(Share(suite, number, of, some, rng.randrange(2**32)))
    return sorted(cut, key=lambda share: share.number / share.of)


def make_share(given: Sequence[str]) -> None:
    """What the process of a share does: the outcome is the last line of its output."""
    module, (number, of, trials, seed) = given[0], map(int, given[1:])
    suite: Any = importlib.import_module(module)
    outcome = suite.soak(trials, seed) if trials else suite.every(number, of)
    noted = tuple(f"seed {seed}: {note}" for note in outcome.notes)
    print(json.dumps(asdict(replace(outcome, notes=noted))), flush=True)


def write_page(command: str, table: str) -> None:
    """Put what was measured into the page."""
    head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    told = (
        f"Measured with `{command}`, Python {platform.python_version()} on {platform.system()}, "
        f"{len(os.sched_getaffinity(0))} processors; seconds are of all processes together:\n"
    )
    PAGE.write_text(f"{head}{BEGIN}{told}\n{table}{END}{rest.partition(END)[2]}", "utf-8")


def main() -> int:
    if sys.argv[1:2] == ["--share"]:
        make_share(sys.argv[2:])
        return 0
    given = arguments()
    seed = random.randrange(2**32) if given.seed is None else given.seed
    options = [one for one in sys.argv[1:] if one != "--write"]
    command = " ".join(
        ["./dev soak", *options, *([f"--seed {seed}"] if given.seed is None else [])]
    )
    print(f"{command}\n", flush=True)
    until = time.monotonic() + 60 * given.minutes
    soak = Soak(shares(given, seed), given.jobs, until)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        whole = soak.run(folder)
    print(soak.table(), flush=True)
    wrong = [one for one in soak.done.values() if not one.is_clean]
    for outcome in wrong:
        print("\n".join(f"{outcome.suite}: {note}" for note in outcome.notes))
    if not whole:
        print("not all of it was done", file=sys.stderr)
    if given.write and whole:
        write_page(command, soak.table())
    return 1 if wrong else 0 if whole else 130


if __name__ == "__main__":
    sys.exit(main())
