"""A run in which a call goes wrong that changes files ends well or says a line, and harms nothing.
`./dev soak --faults` tries every fault."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import broken_runs
import pytest
from broken_calls import KINDS, Fault
from outcome import Tally
from scenes import Judge, Scene, scenes
from warm import Ended, Warm

from newssearch.lock import locked

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="what a process holds open is seen in /proc"
)


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    with Warm() as process:
        yield process


@pytest.fixture(scope="module")
def made(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scene]:
    return {scene.name: scene for scene in scenes(tmp_path_factory.mktemp("scenes"), warm)}


def test_a_call_that_goes_wrong_harms_nothing() -> None:
    seed = random.randrange(2**32)
    outcome = broken_runs.soak(100, seed)
    assert outcome.is_clean, (seed, outcome.notes)
    assert outcome.trials == 100


def test_every_kind_of_fault_is_tried_in_every_process(warm: Warm, made: dict[str, Scene]) -> None:
    broken = [
        (victim, fault)
        for name in ("merge", "reindex-2")
        for victim, fault in broken_runs.faults_of(made[name], warm)
    ]
    assert {fault.kind for _, fault in broken} == set(KINDS)
    assert {victim for victim, _ in broken} == {0, 1, 2}
    assert {fault.sticky for _, fault in broken} == {True, False}


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_does_what_it_says(kind: str, warm: Warm, made: dict[str, Scene]) -> None:
    scene = made["reindex"]
    calls = warm.run(scene.run(scene.fresh())).calls
    assert {"open", "write", "fsync", "replace", "unlink", "mkdir", "ftruncate"} >= set(calls)
    manifest = len(calls) - calls[::-1].index("replace") - 2  # the write before its sync
    assert calls[manifest - 1] == "write"
    ended = warm.run(scene.run(scene.fresh(), fault=Fault(kind, manifest)))
    says = {"EIO": "input/output error", "ENOSPC": "no space left", "torn": "no space left"}
    assert ended.status == (-9 if "kill" in kind else 2 if kind in says else 0)
    assert says.get(kind, "") in ended.err
    assert (scene.folder / "trial" / "index" / "build-1").is_dir()


def not_done(desk: Path, scene: Scene) -> None:
    shutil.rmtree(desk)
    shutil.copytree(scene.folder / "before", desk)


def littered(desk: Path, scene: Scene) -> None:
    (desk / "index" / "stray").write_text("Nobody needs this.")


def damaged(desk: Path, scene: Scene) -> None:
    next(desk.glob("index/build-1/commit-*")).write_bytes(b"")


@pytest.mark.parametrize(
    ("tamper", "note"),
    [
        (not_done, "lost: reindex: tampered with: reported as done, but it is not there"),
        (littered, "lost: reindex: tampered with: files: ['index/stray']"),
        (damaged, "lost: reindex: tampered with: IndexCorrupt"),
    ],
)
def test_the_judge_notices_what_is_not_as_promised(
    tamper: Callable[[Path, Scene], None], note: str, warm: Warm, made: dict[str, Scene]
) -> None:
    scene = made["reindex"]
    desk = scene.fresh()
    ended = warm.run(scene.run(desk))
    tamper(desk, scene)
    assert judged(warm, scene, desk, ended).startswith(note)


def test_the_judge_notices_how_a_run_ends(warm: Warm, made: dict[str, Scene]) -> None:
    scene = made["reindex"]
    ended = warm.run(scene.run(scene.fresh()))
    for wrong in (
        replace(ended, err="Traceback (most recent call last):\n"),
        replace(ended, held=("5 /index/lock",)),
        replace(ended, status=2),
        replace(ended, status=-11),
        replace(ended, status=2, err="newssearch: one line\nanother\n"),
    ):
        assert judged(warm, scene, scene.fresh(), wrong).startswith("crashes: ")
    says = replace(ended, status=2, err="newssearch: it failed; the index is as it was\n")
    desk = scene.fresh()
    warm.run(scene.run(desk))
    assert judged(warm, scene, desk, says).startswith("lost: reindex: tampered with: says that")
    unchanged = replace(scene, files={})
    assert "the archive was changed" in judged(warm, unchanged, desk, ended)
    with locked(desk / "index" / "lock"):
        assert "the lock is held" in judged(warm, scene, desk, ended)


def judged(warm: Warm, scene: Scene, desk: Path, ended: Ended) -> str:
    tally = Tally("judged")
    Judge(warm, tally).ended(scene, desk, ended, "tampered with")
    return " ".join(tally.notes)
