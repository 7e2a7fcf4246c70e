"""Queries made at random, asked of an index of the seeds: `answer_fuzzer`'s rules, the long form.

silent: a rule broken; crashes: any exception but a refusal, or no answer in time.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from answer_fuzzer import Slow, check, options, save, words_of
from outcome import Outcome, Tally
from query_fuzzer import Fuzzer

from newssearch.indexer import update_index
from newssearch.query import open_index

SUITE = "answers to made-up queries"
SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def soak(trials: int, seed: int) -> Outcome:
    tally = Tally(SUITE)
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        update_index(index, [SEEDS])
        save(index)
        with open_index(index) as news:
            fuzzer = Fuzzer(seed, words_of(news))
            for _ in range(trials):
                tally.trial()
                query, chosen = fuzzer.query(), options(fuzzer.chance)
                try:
                    check(news, query, chosen, fuzzer.chance)
                except Slow as error:
                    tally.wrong("crashes", f"{seed}: {error}")
                except AssertionError as error:
                    tally.wrong("silent", f"{seed}: {query!r}, {chosen}: {error}")
                except Exception as error:  # noqa: BLE001  any is what is looked for
                    tally.wrong("crashes", f"{seed}: {query!r}, {chosen}: {error!r}")
    return tally.outcome()
