"""Damaged files: see `corruption`. `NEWSSEARCH_TRIALS=20000` is a long run."""

from __future__ import annotations

import os
import random
from pathlib import Path

from asked_desk import READS, Desk, small_limits
from corruption import soak
from spoiling import SPOILS, spoil

TRIALS = int(os.environ.get("NEWSSEARCH_TRIALS", "120"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))


def test_damage_is_found_or_harms_nothing() -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    outcome = soak(TRIALS, SEED)
    assert outcome.is_clean, outcome
    assert outcome.trials == TRIALS


def test_the_index_that_is_damaged_has_everything_that_can_be(tmp_path: Path) -> None:
    with small_limits():
        desk = Desk(tmp_path)
    files = {path.name for path in (desk.good / "index").rglob("*") if path.is_file()}
    assert {"dictionary", "newssearch.json", "lock", "added.tsv", "saved.json"} < files
    assert len([name for name in files if len(name) == 20 and name.endswith(".seg")]) == 2
    assert len([name for name in files if name.endswith(".seen")]) == 3
    assert all(desk.expected[asked].out for asked in READS if asked[-1] != "nothingofthekind")


def test_spoiling_changes_a_file_and_every_way_is_tried(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    tried = set()
    for _ in range(300):
        path = tmp_path / "file"
        path.write_bytes(bytes(range(256)) * 40)
        tried.add(spoil(tmp_path, rng)[1])
    assert tried == {*(one.__name__ for one in SPOILS), "missing", "another file"}
