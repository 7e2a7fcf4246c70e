"""Any file of an index is damaged, `newssearch check` looks for it, and `--repair`, killed at any
moment and then made again, mends it.

What is found well must be as it was, in all that can be asked; after the repair the index answers
as it did before, nothing of what could not be read is lost, and the archive is as it was.

In: how many trials. Out: an `Outcome`; used by the tests and by `./dev soak`.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
from pathlib import Path

from corruption import Desk, small_limits
from outcome import Outcome, Tally
from spoiling import spoil

from newssearch.check import CheckReport, Kind, check_index, repair_index
from newssearch.errors import NewsSearchError
from newssearch.index_folder import kept_roots
from newssearch.indexer import update_index
from newssearch.inventory.days import read_days
from newssearch.options import IndexOptions, QueryOptions
from newssearch.query import open_index
from newssearch.saved import Kept, saved_searches

SUITE = "damage found and repaired"

#: A repair is killed at one of its first so many calls that touch files; it has about as many.
_CALLS = 400

_ALONE = IndexOptions(jobs=1)
_EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.scandir", "os.listdir", "os.link"}

#: What nobody else knows: a repair sets it aside and says what to type.
_KEPT = ("roots.json", "added.tsv", "saved.json")


def soak(trials: int, seed: int) -> Outcome:
    """So many damaged files."""
    rng, tally = random.Random(seed), Tally(SUITE)
    with tempfile.TemporaryDirectory() as folder, small_limits():
        desk = Desk(Path(folder))
        desk.fresh()
        expected = _facts(desk.index)
        for number in range(trials):
            tally.trial()
            desk.fresh(with_older=rng.random() < 0.2)
            path, how = spoil(desk.index, rng)
            note = f"seed {seed}, trial {number}: {path.relative_to(desk.index)} {how}"
            try:
                _trial(desk, path, expected, rng, tally, note)
            except Exception as error:  # noqa: BLE001  whatever it is, it is counted
                tally.wrong("crashes", f"{note}: {type(error).__name__}: {error}")
    return tally.outcome()


def _trial(
    desk: Desk,
    path: Path,
    expected: tuple[object, ...],
    rng: random.Random,
    tally: Tally,
    note: str,
) -> None:
    archive, spoilt = _content(desk.news), path.read_bytes() if path.exists() else b""
    found = check_index(desk.index)
    if found.is_well:
        if _facts(desk.index) != expected:
            tally.wrong("silent", note)
        return
    killed = _killed_repair(desk.index, rng.randrange(1, _CALLS))
    report = repair_index(desk.index, _ALONE)
    if _still_damaged(report):
        tally.wrong("lost", f"{note}: not mended: {report.findings}")
        return
    update_index(desk.index, (), _ALONE)
    held = [one.read_bytes() for one in (desk.index / "kept").rglob("*") if one.is_file()]
    if path.parent.name in ("kept", "saved") and path.name in _KEPT and spoilt not in held:
        tally.wrong("lost", f"{note}: what could not be read is gone, killed: {killed}")
    elif _answers(desk.index) != expected[0]:
        tally.wrong("lost", f"{note}: answers are others, killed: {killed}")
    elif _content(desk.news) != archive:
        tally.wrong("lost", f"{note}: the archive was changed")
    elif [one for one in check_index(desk.index).findings if one.kind == Kind.LEFT_OVER]:
        tally.wrong("lost", f"{note}: something is left over, killed: {killed}")


def _still_damaged(report: CheckReport) -> bool:
    """Is there damage that a repair can mend? What a search has reported it cannot know."""
    return any("has reported" not in one.what for one in report.of_kind(Kind.DAMAGED))


def _killed_repair(index: Path, call: int) -> bool:
    """A repair in a process that is killed at its n-th call; did it get so far?"""
    child = os.fork()
    if not child:
        left = [call]

        def count(event: str, given: object) -> None:
            if event not in _EVENTS:
                return
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            repair_index(index, _ALONE)
        except NewsSearchError:
            os._exit(2)
        finally:
            os._exit(3)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _facts(index: Path) -> tuple[object, ...]:
    """All that an index knows, as far as it can be asked for."""
    searches = saved_searches(index)
    seen = {name: Kept(index).seen(name) for name in searches}
    return _answers(index), kept_roots(index), read_days(index).known, searches, seen


def _answers(index: Path) -> object:
    with open_index(index) as news:
        found = news.query("ferry OR harbour OR 渡轮 OR late", QueryOptions(limit=None))
        hits = [(one.id, one.title, round(one.score, 6), one.snippets) for one in found.hits]
        return hits, [news.article(one.id).article for one in found.hits]


def _content(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
