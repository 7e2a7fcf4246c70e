"""A fault at every call by which a run changes files, of every kind: `broken_calls` says which.

In: which share of the faults, or how many at random. Out: an `Outcome`; used by the tests and by
`./dev soak`.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from broken_calls import KINDS, Fault
from outcome import Outcome, Tally
from scenes import Judge, Scene, scenes
from warm import Warm

SUITE = "faults at system calls"


def soak(trials: int, seed: int) -> Outcome:
    """So many faults, at random."""
    rng = random.Random(seed)
    tally = Tally(SUITE)
    with tempfile.TemporaryDirectory() as folder, Warm() as warm:
        faults = [
            (scene, victim, fault)
            for scene in scenes(Path(folder), warm)
            for victim, fault in faults_of(scene, warm)
        ]
        for scene, victim, fault in rng.sample(faults, min(trials, len(faults))):
            one_trial(scene, victim, fault, warm, tally)
    return tally.outcome()


def every(share: int, shares: int) -> Outcome:
    """Every fault of which the number leaves the rest `share` when it is divided by `shares`."""
    tally = Tally(SUITE)
    number = 0
    with tempfile.TemporaryDirectory() as folder, Warm() as warm:
        for scene in scenes(Path(folder), warm):
            for victim, fault in faults_of(scene, warm):
                number += 1
                if number % shares == share:
                    one_trial(scene, victim, fault, warm, tally)
    return tally.outcome()


def faults_of(scene: Scene, warm: Warm) -> Iterator[tuple[int, Fault]]:
    """Every fault of a scene's run, and in which of its processes."""
    for victim in range(scene.workers + 1):
        calls = warm.run(scene.run(scene.fresh(), victim=victim)).calls
        for number, name in enumerate(calls, 1):
            for kind in KINDS:
                if kind.startswith("torn") and name != "write":
                    continue
                yield victim, Fault(kind, number)
                if "kill" not in kind:
                    yield victim, Fault(kind, number, sticky=True)


def one_trial(scene: Scene, victim: int, fault: Fault, warm: Warm, tally: Tally) -> None:
    """One run with one fault, and what the judge says."""
    desk = scene.fresh()
    ended = warm.run(scene.run(desk, victim=victim, fault=fault))
    name = ended.calls[fault.at - 1] if fault.at <= len(ended.calls) else "no"
    often = ", then always" if fault.sticky else ""
    how = f"{fault.kind} at call {fault.at} ({name}){often} in process {victim}"
    Judge(warm, tally).ended(scene, desk, ended, how)
