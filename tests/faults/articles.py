"""Files made at random, read by the parser: held against `article_rules`, in the long form.

lost: words of a body that are in nothing that was made of it, without a warning; silent: another
rule broken; crashes: any exception, or time out of proportion.
"""

from __future__ import annotations

from article_fuzzer import Fuzzer
from article_rules import Lost, Slow, check
from outcome import Outcome, Tally

SUITE = "made-up files"


def soak(trials: int, seed: int) -> Outcome:
    fuzzer, tally = Fuzzer(seed), Tally(SUITE)
    for number in range(trials):
        tally.trial()
        made = fuzzer.file()
        try:
            check(made, twice=number % 10 == 0)
        except Lost as error:
            tally.wrong("lost", f"{seed}, file {number}: {error} of {made.data[:2000]!r}")
        except Slow as error:
            tally.wrong("crashes", f"{seed}, file {number}: {error}: {made.data[:200]!r}")
        except AssertionError as error:
            tally.wrong("silent", f"{seed}, file {number}: {error} of {made.data[:2000]!r}")
        except Exception as error:  # noqa: BLE001  any is what is looked for
            tally.wrong("crashes", f"{seed}, file {number}: {error!r} of {made.data[:2000]!r}")
    return tally.outcome()
