"""Runs that get less and less memory, from more than they need to none; and runs that have none
left at some moment.

In: how many runs. Out: an `Outcome`; used by the tests and by `./dev soak`. The limit is on the
addresses that a process may use, which the system keeps to the page. Few of a run's allocations are
so large that they meet it: for the others, a MemoryError is raised by a timer.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

from outcome import Outcome, Tally
from scenes import Judge, Scene, scenes
from warm import Warm

SUITE = "memory limits"

#: Bytes above what the warm process takes with which every scene's run succeeds.
_PLENTY = 250_000_000


def soak(trials: int, seed: int) -> Outcome:
    """So many runs, each scene's with limits stepped down to nothing, all at a little random."""
    rng = random.Random(seed)
    tally = Tally(SUITE)
    with tempfile.TemporaryDirectory() as folder, Warm() as warm:
        made = scenes(Path(folder), warm)
        for scene in made:
            needed = _needed(scene, warm)
            steps = max(trials // len(made) // 2, 1)
            lasts = warm.run(scene.run(scene.fresh())).seconds
            for step in range(steps, 0, -1):
                memory = int(needed * (step - rng.random()) / steps)
                _trial(scene, warm, tally, memory=memory)
                _trial(scene, warm, tally, thrown="MemoryError", seconds=rng.uniform(0, lasts))
    return tally.outcome()


def _trial(scene: Scene, warm: Warm, tally: Tally, **how: Any) -> None:
    desk = scene.fresh()
    ended = warm.run(scene.run(desk, **how))
    Judge(warm, tally).ended(scene, desk, ended, f"{how}")


def _needed(scene: Scene, warm: Warm) -> int:
    """About as many bytes as the run succeeds with, hardly more."""
    low, high = 0, _PLENTY
    assert warm.run(scene.run(scene.fresh(), memory=high)).status == 0, scene.name
    while high - low > 3_000_000:
        middle = (low + high) // 2
        if warm.run(scene.run(scene.fresh(), memory=middle)).status == 0:
            high = middle
        else:
            low = middle
    return high
