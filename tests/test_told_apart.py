"""What tells many articles apart, against `engine.telling`."""

from __future__ import annotations

import random

import numpy as np

from newssearch.engine.alike import ALIKE
from newssearch.engine.columnar.told_apart import Tellings
from newssearch.engine.telling import NEVER, Telling, least_alike

WORDS = ("fog", "port", "pilot", "strike", "tug")


def invented(chance: random.Random) -> tuple[str, Telling]:
    return chance.choice(("en", "en", "zh")), Telling(
        chance.choice(("", "example.org", "example.org", "example.net")),
        frozenset(chance.sample(WORDS, chance.randrange(len(WORDS) + 1))),
        frozenset(chance.sample("1234", chance.choice((0, 0, 1, 2)))),
        chance.choice((0, 730000, 730002, 730003, 730004, 730100)),
    )


def test_it_is_as_each_pair_alone():
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    found: set[float] = set()
    for _ in range(30):
        every = [invented(chance) for _ in range(chance.choice((2, 5, 60)))]
        tellings = Tellings()
        for number, (kind, one) in enumerate(every):
            tellings.add(10 * number, kind, one)
        chosen = sorted(chance.sample(range(len(every)), chance.randrange(2, len(every) + 1)))
        told = tellings.of([10 * number for number in chosen])
        for i, number in enumerate(chosen):
            kind, one = every[number]
            others = [j for j in range(len(chosen)) if j != i]
            expected = [
                least_alike(one, every[chosen[j]][1], ALIKE)
                if every[chosen[j]][0] == kind
                else NEVER
                for j in others
            ]
            assert told.least(i, np.array(others)).tolist() == expected
            found.update(expected)
        assert [tellings.kind(10 * n) for n in chosen] == [every[n][0] for n in chosen]
    assert len(found) == 4


def test_it_knows_which_documents_have_been_added():
    tellings = Tellings()
    tellings.add(7, "en", Telling("", frozenset(), frozenset(), 0))
    assert 7 in tellings
    assert 8 not in tellings
