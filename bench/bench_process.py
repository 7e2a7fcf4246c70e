"""Whole processes, as people start them: queries, a run without changes, a hundred new articles.

    python -m bench.bench_process [--runs N] [--without newssearch|whoosh]

`newssearch query`, the `whoosh` command and ripgrep look for one word that one article in a hundred
has, in the reference archive and in the generated one; commands run in turn and medians are shown.
A run without changes is set against a Python process that lists the archive's folders and stats
its files. The `whoosh` command keeps its index among the files, so that it is given a copy; it is
left out of the generated archive, which takes it minutes to index.
"""

from __future__ import annotations

import argparse
import datetime
import shutil
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path

from bench import archives, ours
from bench.archives import Archive, copy, work
from bench.commands import BIN, Command, seconds
from bench.generate import Order, generate
from bench.queries import Language
from bench.tables import ratio, table

OURS, WHOOSH, RIPGREP = "newssearch query", "whoosh search", "rg -l"
SHARE = 0.01
NEW = 100

#: Lists folders and stats files, with as few imports as that takes.
STAT = """
import os, sys
pending = sys.argv[1:]
while pending:
    with os.scandir(pending.pop()) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            elif entry.name.endswith((".md", ".markdown")):
                entry.stat(follow_symlinks=False)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, help="of each command")
    parser.add_argument("--without", nargs="+", default=[], help="newssearch, whoosh")
    chosen = parser.parse_args()
    small, large = archives.seedrepo(), archives.generated()
    medians = [queries(archive, chosen) for archive in (small, large)]
    show(small, large, medians)
    if "newssearch" not in chosen.without:
        updates(large, chosen.runs)


def queries(archive: Archive, chosen: argparse.Namespace) -> dict[str, float]:
    """Each command's median time to find a word, in milliseconds."""
    word = Language.of(archive, seed=1).word_of_share(SHARE)
    commands: dict[str, Command] = {}
    if "newssearch" not in chosen.without:
        commands[OURS] = [BIN / "newssearch", "--index", index_of(archive), "query", word]
    if "whoosh" not in chosen.without and archive.name == "seedrepo":
        commands[WHOOSH] = [BIN / "whoosh", "search", word, whoosh_indexed(archive)]
    if shutil.which("rg"):
        commands[RIPGREP] = ["rg", "-l", "-i", "-w", word, *archive.roots]
    else:
        print("ripgrep is not installed and is left out\n")
    return {name: median * 1e3 for name, median in in_turn(commands, chosen.runs).items()}


def show(small: Archive, large: Archive, medians: list[dict[str, float]]) -> None:
    """Print the table of queries."""
    print("one word as a whole process, ms (medians)\n")
    first = next(iter(medians[0]))
    rows = []
    for name, time_there in medians[0].items():
        here = medians[1].get(name)
        rows.append(
            (
                name,
                f"{time_there:.0f}",
                "-" if here is None else f"{here:.0f}",
                "-" if here is None else f"{here - time_there:+.0f}",
                ratio(medians[0][first], time_there),
            )
        )
    head = ("command", small.title, large.title, "growth", "newssearch ÷ it, in the first")
    table(head, rows)


def updates(archive: Archive, runs: int) -> None:
    """Print what runs on an archive that is indexed already cost."""
    again: Command = [BIN / "newssearch", "--index", index_of(archive), "-q", "index"]
    listing: Command = [sys.executable, "-S", "-c", STAT, *archive.roots]
    found = in_turn({"again": again, "listing": listing}, min(runs, 5))
    rows = [
        (
            "index, nothing changed",
            f"{found['again']:.2f}",
            ratio(found["again"], found["listing"]),
        ),
        ("listing and stat alone", f"{found['listing']:.2f}", "1.00"),
        (f"index, {NEW} new articles", f"{statistics.median(added(archive, again)):.2f}", ""),
    ]
    table((archive.title, "s", "÷ listing"), rows)


def added(archive: Archive, command: Command) -> list[float]:
    """Seconds for new articles in three imports, which are then taken away again."""
    root = archive.roots[0]
    day = datetime.date(2025, 1, 1)
    folders = [root / f"{day + datetime.timedelta(days=number):%Y/%m/%d}" for number in range(3)]
    source = work() / "new-articles"
    times = []
    try:
        for number, folder in enumerate(folders):
            shutil.rmtree(source, ignore_errors=True)
            generate(Order(source, NEW, seed=100 + number), processes=1)
            folder.mkdir(parents=True)
            for place, file in enumerate(archives.files(source)):
                shutil.copyfile(file, folder / f"{place} {file.name}")
            times.append(seconds(command))
    finally:
        shutil.rmtree(root / f"{day:%Y}")
        seconds(command)
    return times


def index_of(archive: Archive) -> Path:
    """newssearch's index, made where it is not there yet."""
    folder = archive.place("newssearch")
    if not folder.exists():
        ours.build(archive)
    return folder


def whoosh_indexed(archive: Archive) -> Path:
    """A copy of an archive with the `whoosh` command's index, made once."""
    folder = work() / f"whoosh-command-{archive.name}"
    if not folder.exists():
        half = folder.with_name(folder.name + "-making")
        shutil.rmtree(half, ignore_errors=True)
        copy(archive.files(), archive.roots[0], half)
        seconds([BIN / "whoosh", "index", "--ext", ".md", half])
        half.rename(folder)
    return folder


def in_turn(commands: Mapping[str, Command], runs: int) -> dict[str, float]:
    """The commands' median seconds, run in turn after one run of each that does not count."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name, command in commands.items():
            taken = seconds(command)
            if number:
                times[name].append(taken)
    return {name: statistics.median(taken) for name, taken in times.items()}


if __name__ == "__main__":
    main()
