"""An archive, beside it a folder with its index and a feed, in which things are done; and all of
that which may be lost.

In: a folder to work in, a random source. Out: `Desk` and `State`; used by `power_cuts`.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import random
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch

from newssearch.cli.main import main
from newssearch.errors import IndexMissing
from newssearch.indexer import update_index
from newssearch.inventory.days import read_days
from newssearch.options import IndexOptions
from newssearch.query import open_index
from newssearch.saved import changing, saved_searches

_OURS = re.compile(r"generation-\d+[.]json|commit-\d+[.]seg|[0-9a-f]{16}[.]seg|dictionary")


class State(NamedTuple):
    """All that may be lost: what the index answers (None where there is none), the days that are
    noted, the saved searches, what they have reported, and where."""

    answers: list[Any] | None
    days: dict[tuple[str, str], str]
    searches: dict[str, Any]
    seen: dict[str, Any]
    feed: str


class Desk:
    """An archive, and a folder with its index and a feed, in which things are done."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder, self.rng = folder, rng
        self.news, self.live = folder / "news", folder / "live"
        self.index, self.feed = self.live / "index", self.live / "out" / "feed"
        self.feed.parent.mkdir(parents=True)
        self.day = datetime.date(2021, 1, 1)
        self.count = 0
        self.saved = 0
        for n in range(6):
            self.article(f"2020/08/2{n}/{n}.md", f"Ferry {n}")

    def article(self, path: str, title: str) -> None:
        (self.news / path).parent.mkdir(parents=True, exist_ok=True)
        (self.news / path).write_text(f"# {title}\n\nA harbour, number {self.count}.\n")

    def change(self) -> None:
        """Something comes, something changes, something goes; a day later."""
        self.count += 1
        self.day += datetime.timedelta(days=1)
        for n in range(self.rng.randrange(1, 4)):
            self.article(f"late {self.count} {n}.md", f"Ferry of day {self.count}, number {n}")
        some = sorted(self.news.rglob("*.md"))
        self.rng.choice(some).write_text(f"# Ferry again\n\nAt night, {self.count}.\n")
        if len(some) > 9:
            self.rng.choice(some).unlink()

    @contextlib.contextmanager
    def today(self) -> Iterator[None]:
        """As if it were this desk's day."""
        clock = SimpleNamespace(date=SimpleNamespace(today=lambda: self.day))
        with patch("newssearch.intake.datetime", clock):
            yield

    def update(self, rebuild: bool = False) -> None:
        with self.today():
            report = update_index(
                self.index, [self.news], IndexOptions(rebuild=rebuild, jobs=1, prune=True)
            )
        assert not report.failed, report.failed

    def run(self, *arguments: str) -> int:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return main(["-q", "--index", str(self.index), "saved", *arguments])

    def report(self) -> None:
        assert self.run("run", "--new", "--jsonl", "--output", str(self.feed)) in (0, 1)

    def answers(self) -> list[Any] | None:
        """What is found, and the day each article came."""
        try:
            with open_index(self.index) as news:
                results = news.query("ferry", limit=None, collapse=False)
                return [(hit.id, hit.title, hit.score, *self._came(news, hit)) for hit in results]
        except IndexMissing:
            return None

    def _came(self, news: Any, hit: Any) -> tuple[str, str]:
        stored = news.article(hit.id)
        return stored.added, stored.article.text

    def state(self) -> State:
        searches = saved_searches(self.index)
        seen = {}
        if searches:
            with changing(self.index) as kept:
                seen = {name: kept.seen(name).marks for name in kept.searches}
                searches = kept.searches
        feed = self.feed.read_text() if self.feed.exists() else ""
        return State(self.answers(), read_days(self.index).known, searches, seen, feed)

    def leftovers(self) -> list[str]:
        """What is no part of the newest generation, the current build, the saved searches."""
        found = [str(path.relative_to(self.live)) for path in self.live.rglob("*")]
        left = [name for name in found if name.endswith((".new", ".next", ".journal"))]
        builds = sorted(self.index.glob("build-*"))
        manifests = sorted(builds[0].glob("generation-*.json"))
        listed = manifests[0].read_text()
        commit = manifests[0].name.replace("generation", "commit").replace("json", "seg")
        known = {manifests[0].name, commit, "dictionary"}
        names = {path.name for path in builds[0].iterdir()}
        strange = [
            name for name in names - known if not _OURS.fullmatch(name) or name not in listed
        ]
        return [*left, *map(str, builds[1:]), *map(str, manifests[1:]), *strange]
