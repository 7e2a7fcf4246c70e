"""The power fails at any moment of a run, and the machine is started again.

Runs are made in a folder whose every sync is recorded (`recorded_disk`), and images of it are taken
at any moment. Then each image is put in the folder's place, and used: the index is as it was or as
it was going to be; what a run had reported as done is there; what cannot be made again from the
archive is there whatever the run came to; the next run ends well and leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cut_desk import Desk, State
from outcome import Outcome, Tally
from recorded_disk import Disk, Image

from newssearch.engine.columnar import compaction
from newssearch.lock import locked

SUITE = "power cuts"

_STEPS = 8  # in one folder, then in another one: as many files are held open as were ever made
FIRST = ("index", "index", "rebuild")  # then whatever comes
_OFTEN = 0.3  # of the moments at which something reaches the disk
_ACKNOWLEDGED = 2  # images after a step's end

_TITLE = re.compile('"title": "([^"]*)"')


class Moments:
    """Stands between a run and the system, and takes images of the disk at random."""

    def __init__(self, disk: Disk, rng: random.Random) -> None:
        self._disk, self._rng = disk, rng
        self.images: list[Image] = []

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        self.images = []
        with contextlib.ExitStack() as patched:
            patched.enter_context(patch.object(os, "fsync", self._around(self._disk.synced)))
            for name in ("replace", "unlink", "rmdir"):
                patched.enter_context(patch.object(os, name, self._around(getattr(os, name))))
            yield

    def _around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def around(*arguments: Any, **given: Any) -> Any:
            self._perhaps()
            result = call(*arguments, **given)
            self._perhaps()
            return result

        return around

    def _perhaps(self) -> None:
        self._disk.look()
        if self._rng.random() < _OFTEN:
            self.take()

    def take(self) -> None:
        self.images.append(self._disk.image(self._rng))


def soak(trials: int, seed: int) -> Outcome:
    """So many images, each of which is used."""
    return power_cuts(trials, seed)[0]


def power_cuts(
    trials: int, seed: int, first: Sequence[str] = FIRST
) -> tuple[Outcome, Counter[str]]:
    """The outcome, and how often an image was as before and as after each kind of step."""
    tally, found = Tally(SUITE), Counter[str]()
    for part in range(trials):
        with (
            tempfile.TemporaryDirectory() as folder,
            patch.object(compaction, "FAN_IN", 3),
        ):
            desk = Desk(Path(folder), random.Random(f"{seed} {part}"))
            _Trial(desk, tally, found, f"seed {seed}, part {part}").run(trials, first)
        if tally.trials >= trials:
            break
    return tally.outcome(), found


class _Trial:
    """What is done in one folder.

    What is done and when an image is taken are drawn apart: how many calls a run makes of the
    system, and so how many images there are, is not the same on every machine.
    """

    def __init__(self, desk: Desk, tally: Tally, found: Counter[str], name: str) -> None:
        self.desk, self.tally, self.found, self.name = desk, tally, found, name
        self.steps, self.rng = random.Random(f"{name}, steps"), random.Random(f"{name}, images")

    def run(self, trials: int, first: Sequence[str]) -> None:
        disk = Disk(self.desk.live)
        disk.settle()
        moments = Moments(disk, self.rng)
        try:
            for step in range(_STEPS):
                kind = first[step] if step < len(first) else self._kind()
                self._step(kind, moments, f"{self.name}, step {step} ({kind})", trials)
                if self.tally.trials >= trials:
                    break
        finally:
            disk.close()

    def _kind(self) -> str:
        """What is done next, where there is an index."""
        kinds = ["index", "index", "rebuild", "add"]
        if self.desk.saved:
            kinds += ["report", "report", "replace", "remove"]
        return self.steps.choice(kinds)

    def _do(self, kind: str) -> None:
        desk = self.desk
        match kind:
            case "index" | "rebuild":
                desk.update(kind == "rebuild")
            case "add":
                desk.saved += 1
                desk.run("add", f"saved{desk.saved}", "ferry", *(("--all-new",) * (desk.saved % 2)))
            case "replace":
                desk.run("add", "--force", "--all-new", f"saved{desk.saved}", "harbour")
            case "remove":
                desk.run("remove", f"saved{desk.saved}")
                desk.saved -= 1
            case "report":
                desk.report()

    def _step(self, kind: str, moments: Moments, name: str, trials: int) -> None:
        desk = self.desk
        if kind in ("index", "rebuild") and desk.index.exists():
            desk.change()
        before = desk.state()
        with moments.watching():
            self._do(kind)
        unfinished = len(moments.images)
        for _ in range(_ACKNOWLEDGED):
            moments.take()
        after = desk.state()
        for number, image in enumerate(moments.images):
            if self.tally.trials >= trials:
                return
            self.tally.trial()
            done = number >= unfinished
            with self._in_place(image):
                try:
                    self._look(kind, before, after, done)
                    self._go_on(kind, after)
                except AssertionError as error:
                    self.tally.wrong("lost", f"{name}, image {number}: {_first(error)}")
                except Exception as error:  # noqa: BLE001  whatever it is: that is looked for
                    said = f"{type(error).__name__}: {_first(error)}"
                    self.tally.wrong("crashes", f"{name}, image {number}: {said}")

    @contextlib.contextmanager
    def _in_place(self, image: Image) -> Iterator[None]:
        """The image where the folder was: there are absolute paths in it."""
        live, aside = self.desk.live, self.desk.folder / "aside"
        os.rename(live, aside)
        try:
            image.write(live)
            yield
        finally:
            shutil.rmtree(live)
            os.rename(aside, live)

    def _look(self, kind: str, before: State, after: State, done: bool) -> None:
        """What is there is as before or as after, and as after once that was reported."""
        now = self.desk.state()
        allowed = [after] if done else [before, after]
        assert now.answers in [one.answers for one in allowed], f"answers {now.answers}"
        is_after = done or now.answers != before.answers
        noted = (after if is_after else before).days
        assert noted.items() <= now.days.items(), f"days: {noted.items() - now.days.items()}"
        assert now[2:] in [one[2:] for one in allowed], _compared(now, before, after)
        self.found[
            f"{kind}, {'after' if now[0] == after[0] and now[2:] == after[2:] else 'before'}"
        ] += 1

    def _go_on(self, kind: str, after: State) -> None:
        """The next run makes good whatever was not finished."""
        desk = self.desk
        archive = _content(desk.news)
        if kind == "report":
            desk.report()
            titles = [Counter(_TITLE.findall(feed)) for feed in (desk.state().feed, after.feed)]
            assert titles[0] == titles[1], f"reported {titles}"
        else:
            desk.run("run", "--new", "--json")
        desk.update()
        with locked(desk.index / "lock"), locked(desk.index / "kept" / "saved.lock"):
            pass
        assert desk.answers() == after.answers, "after the next run"
        assert not desk.leftovers(), desk.leftovers()
        if self.rng.random() < 0.3:
            with patch.object(desk, "day", desk.day + datetime.timedelta(days=5)):
                desk.update(rebuild=True)
            assert desk.answers() == after.answers, "after a rebuild"
            assert not desk.leftovers(), desk.leftovers()
        assert _content(desk.news) == archive, "the archive was changed"


def _compared(now: State, before: State, after: State) -> str:
    """What of a state is as before, as after, as neither."""
    parts = []
    for name in State._fields:
        value = getattr(now, name)
        known = [value == getattr(one, name) for one in (before, after)]
        parts.append(f"{name} {('other', 'after', 'before', 'same')[known[0] * 2 + known[1]]}")
    return ", ".join(parts)


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _first(error: BaseException) -> str:
    return " ".join(str(error).split())[:400]
