"""Readers beside a writer: see `readers`. `NEWSSEARCH_TRIALS=2000` is a long run."""

from __future__ import annotations

import os
import random
from pathlib import Path

from readers import FERRIES, Desk, Reader, soak
from whoosh.query import Term

import newssearch

TRIALS = int(os.environ.get("NEWSSEARCH_TRIALS", "40"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))


def test_readers_beside_a_writer_see_one_state_or_the_next() -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    outcome = soak(TRIALS, SEED)
    assert outcome.is_clean, outcome
    assert outcome.trials > TRIALS


def test_whoosh_goes_on_in_an_index_that_was_rebuilt_meanwhile(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with newssearch.whoosh_index(desk.index) as index:
        desk._run("index", "--rebuild")
        for removed in (True, False):  # the folder, or so far what is in it
            with index.searcher() as searcher:
                assert len(searcher.search(Term("body", "ferri"), limit=None)) == FERRIES
            assert index.up_to_date()
            assert index.last_modified() == -1
            if removed:
                index.folder.mkdir()


def test_an_index_of_two_states_would_be_seen(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (desk.news / "0.md").write_text("# Ferry 0\n\nThe ferry is in state 9 of the harbour.\n")
    desk._run("index")
    reader = Reader(desk.index, SEED)
    reader.read()
    assert reader.tally.silent > 0
    assert any(f"{FERRIES} ferries" in note for note in reader.tally.notes)


def test_a_state_that_comes_again_would_be_seen(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    reader = Reader(desk.index, SEED)
    desk.write(5, random.Random(SEED))
    reader.read()
    assert reader.tally.outcome().is_clean
    reader.newest += 1
    reader.read()
    assert "state" in reader.tally.notes[0]
