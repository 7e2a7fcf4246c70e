"""Queries made at random, parsed: `query_fuzzer`'s rules, in the long form.

silent: a rule broken; crashes: any exception but a refusal, or too long a time.
"""

from __future__ import annotations

from outcome import Outcome, Tally
from query_fuzzer import SLOWEST, Fuzzer, check

from newssearch.analysis.analyzer import Analyzer

SUITE = "made-up queries"


def soak(trials: int, seed: int) -> Outcome:
    fuzzer, analyzer, tally = Fuzzer(seed), Analyzer(), Tally(SUITE)
    for _ in range(trials):
        tally.trial()
        query, any_word = fuzzer.query(), fuzzer.chance.random() < 0.3
        try:
            taken, _ = check(query, analyzer, any_word)
            if taken > SLOWEST:  # unless another process had the processor's caches
                taken = min(check(query, analyzer, any_word)[0] for _ in range(3))
            if taken > SLOWEST:
                tally.wrong("crashes", f"{seed}: {taken:.2f} s for {query!r}")
        except AssertionError as error:
            tally.wrong("silent", f"{seed}: {query!r}: {error}")
        except Exception as error:  # noqa: BLE001  any is what is looked for
            tally.wrong("crashes", f"{seed}: {query!r}: {error!r}")
    return tally.outcome()
