"""The power fails at any moment: see `power_cuts`. `NEWSSEARCH_TRIALS=1000` is a long run."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import pytest
from power_cuts import FIRST, power_cuts
from recorded_disk import Disk, torn

TRIALS = int(os.environ.get("NEWSSEARCH_TRIALS", "250"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))


def test_a_power_cut_loses_nothing_that_was_reported_as_done() -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    outcome, found = power_cuts(TRIALS, SEED)
    assert outcome.is_clean, outcome
    assert outcome.trials == TRIALS
    for kind in ("index", "rebuild"):
        assert min(found[f"{kind}, before"], found[f"{kind}, after"]) > 0, found


@pytest.mark.parametrize(
    ("module", "first"),
    [("durable", FIRST), ("journal", ("index", "add", "replace", "report", "replace", "remove"))],
)
def test_without_one_folder_synced_something_is_lost(module: str, first: Sequence[str]) -> None:
    """So that it is known to be seen: a tenth of the images shows it, where it is needed."""
    with patch(f"newssearch.{module}.sync_folder", lambda path: None):
        outcome, _ = power_cuts(150, SEED, first)
    assert outcome.lost > 0


def test_without_files_synced_something_is_lost() -> None:
    with patch("newssearch.engine.columnar.generation.sync", lambda path: None):
        outcome, _ = power_cuts(200, SEED)
    assert outcome.lost + outcome.crashes > 0


def test_an_image_has_what_was_synced_and_perhaps_the_rest(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    disk = Disk(root)
    try:
        disk.settle()
        with open(root / "kept", "w+b") as file:
            file.write(b"kept")
            file.flush()
            disk.synced(file.fileno())
        folder = os.open(root, os.O_RDONLY)
        disk.synced(folder)
        os.close(folder)
        (root / "kept").rename(root / "renamed")
        disk.look()
        (root / "lost").write_bytes(b"lost")
        images = [disk.image(random.Random(seed)).entries for seed in range(60)]
    finally:
        disk.close()
    assert {tuple(sorted(image)) for image in images} == {
        *(("kept",), ("renamed",), ("kept", "lost"), ("lost", "renamed")),
    }
    assert {image.get("kept", image.get("renamed")) for image in images} == {b"kept"}
    assert {b"lost", b""} <= {image["lost"] for image in images if "lost" in image}


def test_what_was_synced_of_a_file_that_grew_is_not_torn() -> None:
    before, now = b"synced\n" * 100, b"synced\n" * 100 + b"more\n" * 300
    rng = random.Random(SEED)
    left = [torn(before, now, rng) for _ in range(200)]
    assert all(content.startswith(before) for content in left)
    assert now in left
    assert min(map(len, left)) < len(before) + 50
