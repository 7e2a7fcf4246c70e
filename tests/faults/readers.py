"""Readers in a loop beside a writer in a loop.

The writer changes all of the archive's ferries from one state to the next and indexes them (with
merges), rebuilds, saves searches and runs them. Readers, in processes and threads of their own,
open the index again and again, and search it both ways and with Whoosh: each answer is of one
state, whole; a state is never older than one that was seen before; nobody waits for the writer, and
nobody fails.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

from outcome import Outcome, Tally

import newssearch
from newssearch.cli.main import main
from newssearch.engine.columnar import compaction
from newssearch.indexer import update_index
from newssearch.options import IndexOptions
from newssearch.query import NewsIndex, open_index

SUITE = "readers beside a writer"

FERRIES = 4
_PROCESSES, _THREADS = 2, 2
_LONGEST = 100.0  # seconds that one reading may take, on a machine that does other things too
_WAYS = (None, -1, 1 << 40)


def soak(trials: int, seed: int) -> Outcome:
    """So many runs of the writer; what is counted is how often readers have looked meanwhile."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, patch.object(compaction, "FAN_IN", 3):
        desk = Desk(Path(folder))
        readers = [_started(desk, seed + number) for number in range(_PROCESSES)]
        try:
            desk.write(trials, rng)
        finally:
            tallies = [_ended(reader, seed) for reader in readers]
    return sum(tallies, Outcome(SUITE, 0))


class Desk:
    """An archive whose ferries are all in the same state, and its index."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.news, self.index = folder, folder / "news", folder / "index"
        self.news.mkdir()
        self.state = 0
        self._change()
        update_index(self.index, [self.news])
        self._run("saved", "add", "ferries", "ferry")

    def _change(self) -> None:
        """The next state; a file more or less that nobody asks for."""
        self.state += 1
        for number in range(FERRIES):
            text = f"# Ferry {number}\n\nThe ferry is in state {self.state} of the harbour.\n"
            (self.news / f"{number}.md").write_text(text)
        other = self.news / f"other {self.state % 7}.md"
        if other.exists():
            other.unlink()
        else:
            other.write_text(f"# Bridge {self.state}\n\nNews of it.\n")

    def write(self, rounds: int, rng: random.Random) -> None:
        """So many runs, each of which changes something on the disk."""
        kinds = ("index", "index", "index", "rebuild", "saved add", "saved run")
        for _ in range(rounds):
            match rng.choice(kinds):
                case "saved add":
                    self._run("saved", "add", "--force", "bridges", "bridge")
                case "saved run":
                    self._run("saved", "run", "--new", "--jsonl", "--output", self.folder / "feed")
                case kind:
                    self._change()
                    update_index(self.index, options=IndexOptions(rebuild=kind == "rebuild"))

    def _run(self, *arguments: object) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            status = main(["-q", "--index", str(self.index), *map(str, arguments)])
        assert status in (0, 1), arguments


def _started(desk: Desk, seed: int) -> subprocess.Popen[str]:
    """A process that reads until it is sent a line; it has begun when this returns."""
    reader = subprocess.Popen(
        [sys.executable, __file__, str(desk.index), str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    reader.stdout.readline()
    return reader


def _ended(reader: subprocess.Popen[str], seed: int) -> Outcome:
    """What a process has seen."""
    out, err = reader.communicate("stop\n", timeout=_LONGEST * 3)
    if reader.returncode:
        note = f"seed {seed}: a reader ended with {reader.returncode}: {err[-300:]}"
        return Outcome(SUITE, 1, crashes=1, notes=(note,))
    values = json.loads(out)
    return Outcome(**{**values, "notes": tuple(values["notes"])})


class Reader:
    """Reads in a loop, in a thread of its own."""

    def __init__(self, index: Path, seed: int) -> None:
        self.tally, self.newest = Tally(SUITE), 0
        self._index, self._seed, self._rng = index, seed, random.Random(seed)

    def read(self) -> None:
        """Open the index, ask it a few times, close it; note what is wrong."""
        begin = time.monotonic()
        try:
            if self._rng.random() < 0.1:
                self.tally.trial()
                if wrong := self._wrong_by_whoosh():
                    self.tally.wrong("silent", f"seed {self._seed}: {wrong}")
            with open_index(self._index) as news:
                for _ in range(self._rng.randrange(1, 4)):
                    self.tally.trial()
                    if wrong := self._wrong(news):
                        self.tally.wrong("silent", f"seed {self._seed}: {wrong}")
        except Exception as error:  # noqa: BLE001  whatever it is: that is looked for
            self.tally.trial()
            self.tally.wrong("crashes", f"seed {self._seed}: {type(error).__name__}: {error}")
        if (seconds := time.monotonic() - begin) > _LONGEST:
            self.tally.wrong("crashes", f"seed {self._seed}: took {seconds:.0f} seconds")

    def _wrong_by_whoosh(self) -> str:
        """The same, of what Whoosh's own searcher finds."""
        from whoosh.query import Term

        with newssearch.whoosh_index(self._index) as index, index.searcher() as searcher:
            found = searcher.search(Term("body", "ferri"), limit=None)
            states = [_state(hit["record"]) for hit in found]
        if len(states) != FERRIES or len({*states}) != 1 or states[0] < self.newest:
            return f"Whoosh finds the states {states} after {self.newest}"
        self.newest = states[0]
        return ""

    def _wrong(self, news: NewsIndex) -> str:
        """What is not as in one state of the archive, no older than the last."""
        news._snapshot.most_plain = self._rng.choice(_WAYS)  # type: ignore[attr-defined]
        results = news.query("ferry state", collapse=False)
        states = {_state(hit.snippets[0].text) for hit in results}
        if results.total != FERRIES or len(results.hits) != FERRIES or len(states) != 1:
            return f"{results.total} ferries, {len(results.hits)} hits, states {states}"
        (state,) = states
        if state < self.newest:
            return f"state {state} after {self.newest}"
        self.newest = state
        shown = _state(news.article(results.hits[0].id).article.text)
        counted = news.query(f'"state {state}"', collapse=False, limit=0).total
        if (shown, counted) != (state, FERRIES):
            return f"state {state}: shown {shown}, counted {counted}"
        return ""


def _state(text: str) -> int:
    return int(text.partition("state ")[2].split()[0])


def _read_until_told(index: Path, seed: int) -> Outcome:
    readers = [Reader(index, 1000 * seed + number) for number in range(_THREADS)]
    told = threading.Event()

    def loop(read: Callable[[], Any]) -> None:
        while not told.is_set():
            read()

    readers[0].read()
    threads = [threading.Thread(target=loop, args=(reader.read,)) for reader in readers]
    for thread in threads:
        thread.start()
    print("begun", flush=True)
    sys.stdin.readline()
    told.set()
    for thread in threads:
        thread.join()
    return sum((reader.tally.outcome() for reader in readers), Outcome(SUITE, 0))


if __name__ == "__main__":
    seen = _read_until_told(Path(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps({name: getattr(seen, name) for name in Outcome.__slots__}))
