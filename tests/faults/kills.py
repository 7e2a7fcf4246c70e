"""Runs that are killed at any moment, with one process and with several, once or several times
before anything is looked at; and runs that Ctrl-C ends at any moment.

In: how many kills. Out: an `Outcome`; used by the tests and by `./dev soak`.
"""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from pathlib import Path

from outcome import Outcome, Tally
from scenes import Judge, Scene, in_order, scenes, state
from warm import Warm

from newssearch.cli.main import INTERRUPTED

SUITE = "random kills"

#: So many runs may be killed one after another, each on what the one before has left.
_MOST_IN_A_ROW = 3

#: This part of the runs is ended by Ctrl-C.
_CTRL_C = 0.1


def soak(trials: int, seed: int) -> Outcome:
    """So many kills; a run that ended before it was killed is none. Every tenth is a Ctrl-C."""
    rng = random.Random(seed)
    tally = Tally(SUITE)
    kills = 0
    with tempfile.TemporaryDirectory() as folder, Warm() as warm:
        made = scenes(Path(folder), warm)
        lasts = {scene.name: _duration(scene, warm) for scene in made}
        while kills < trials:
            scene = rng.choice(made)
            moments = [
                rng.uniform(0, 1.1 * lasts[scene.name])
                for _ in range(rng.randint(1, _MOST_IN_A_ROW))
            ]
            kills += _killed(scene, moments, rng, warm, tally)
    return replace(tally.outcome(), trials=kills)


def _duration(scene: Scene, warm: Warm) -> float:
    """Seconds that a scene's run takes when nothing happens to it."""
    return max(warm.run(scene.run(scene.fresh())).seconds for _ in range(3))


def _killed(
    scene: Scene, moments: list[float], rng: random.Random, warm: Warm, tally: Tally
) -> int:
    """Kill runs on one desk at these moments; returns how many were."""
    desk, kills = scene.fresh(), 0
    for number, moment in enumerate(moments):  # noqa: B007  the last is judged
        thrown = "KeyboardInterrupt" if rng.random() < _CTRL_C else ""
        before, victim = state(desk), 0 if thrown else rng.randint(0, scene.workers)
        ended = warm.run(scene.run(desk, victim=victim, seconds=moment, thrown=thrown))
        kills += ended.status in (-9, -14, INTERRUPTED) or "ended by signal" in ended.err
        if ended.status == 0 or in_order(ended):
            break
    how = f"process {victim} {thrown or 'killed'} after {moment:.4f} s, run {number + 1}"
    Judge(warm, tally).ended(scene, desk, ended, how, before)
    return kills
