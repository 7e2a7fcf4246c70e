"""Planted pickles: see `pickles`. `NEWSSEARCH_TRIALS=500` is a long run."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import pytest
from pickles import Planted, soak

import newssearch
from newssearch.errors import IndexCorrupt
from newssearch.index_folder import DESCRIPTOR, _checksum
from newssearch.query import open_index

TRIALS = int(os.environ.get("NEWSSEARCH_TRIALS", "12"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))


def test_no_command_runs_a_pickle() -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    outcome = soak(TRIALS, SEED)
    assert outcome.is_clean, outcome
    assert outcome.trials == TRIALS


def test_what_is_planted_does_run_where_it_is_loaded(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Planted(tmp_path / "executed")))
    assert (tmp_path / "executed").is_dir()


def test_an_index_that_says_that_it_is_whooshs_is_refused(tmp_path: Path, seeds: Path) -> None:
    """Its checksum holds, and the build holds what Whoosh would load."""
    index = tmp_path / "index"
    newssearch.update_index(index, [seeds])
    planted = pickle.dumps(Planted(tmp_path / "executed"))
    for name in ("_MAIN_1.toc", "MAIN_0123456789abcdef.seg"):
        (index / "build-1" / name).write_bytes(planted)
    values = json.loads((index / DESCRIPTOR).read_bytes())
    values["engine"] = "whoosh"
    values["checksum"] = _checksum({k: v for k, v in values.items() if k != "checksum"})
    (index / DESCRIPTOR).write_text(json.dumps(values))
    for use in (open_index, newssearch.whoosh_index, newssearch.update_index):
        with pytest.raises(IndexCorrupt, match="newssearch index --rebuild"):
            use(index)
    assert not (tmp_path / "executed").exists()
