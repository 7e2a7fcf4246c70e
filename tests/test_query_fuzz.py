"""Queries made at random are answered, or refused in a line, and soon (`answer_fuzzer.py`)."""

from __future__ import annotations

import random
from pathlib import Path

from answer_fuzzer import check, options, save, words_of
from query_fuzzer import Fuzzer

from newssearch.indexer import update_index
from newssearch.query import open_index


def test_queries_made_at_random_are_answered_or_refused_in_time(
    tmp_path: Path, seeds: Path
) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    update_index(tmp_path / "index", [seeds])
    save(tmp_path / "index")
    outcomes = set()
    with open_index(tmp_path / "index") as news:
        fuzzer = Fuzzer(seed, words_of(news))
        for _ in range(500):
            query, chosen = fuzzer.query(), options(fuzzer.chance)
            outcomes.add(check(news, query, chosen, fuzzer.chance)[1])
    assert outcomes == {"found", "nothing", "refused"}
