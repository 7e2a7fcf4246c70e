"""What came of a suite's trials. Every suite of `tests/faults/` has

    def soak(trials: int, seed: int) -> Outcome

which pytest calls with few trials and `./dev soak` with many, in several processes with a seed
each, whose outcomes it adds up. A suite goes on after a trial that went wrong, and says in a note
how to have it again: its seed, what was done, what happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

#: No more notes than these are kept of one suite.
MOST_NOTES = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """So many trials of a suite, and how many of them went wrong, by the worst that happened.

    lost      what was there or had been reported as done is not, or only in part; the archive was
              changed; the index cannot be used, or stays locked or littered
    silent    a wrong answer, or damage, without a word
    crashes   a traceback, a signal, no answer in time
    """

    suite: str
    trials: int
    lost: int = 0
    silent: int = 0
    crashes: int = 0
    notes: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        return self.lost == self.silent == self.crashes == 0

    def __add__(self, other: Outcome) -> Outcome:
        return replace(
            self,
            trials=self.trials + other.trials,
            lost=self.lost + other.lost,
            silent=self.silent + other.silent,
            crashes=self.crashes + other.crashes,
            notes=(self.notes + other.notes)[:MOST_NOTES],
        )


@dataclass(slots=True)
class Tally:
    """Counts trials as they are made: `trial()` once for each, then what went wrong in it."""

    suite: str
    trials: int = 0
    lost: int = 0
    silent: int = 0
    crashes: int = 0
    notes: list[str] = field(default_factory=list)

    def trial(self) -> None:
        self.trials += 1

    def wrong(self, kind: str, note: str) -> None:
        """Count what went wrong, once a trial: `kind` is "lost", "silent" or "crashes"."""
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.notes) < MOST_NOTES:
            self.notes.append(f"{kind}: {note}")

    def outcome(self) -> Outcome:
        return Outcome(
            self.suite, self.trials, self.lost, self.silent, self.crashes, tuple(self.notes)
        )
