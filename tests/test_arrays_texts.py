from __future__ import annotations

import random

import numpy as np
import pytest

from newssearch.arrays import texts
from newssearch.arrays.texts import Texts

#: Strings that begin alike, up to where numbers are not compared any more.
ALIKE = [b"", b"a", b"a" * 7, b"a" * 8, b"a" * 9, b"a" * 16, b"a" * 48, b"a" * 49, b"a" * 500]
ALIKE += [one + b"b" for one in ALIKE] + [one + b"\xff" for one in ALIKE]


def shuffled(source: random.Random, strings: list[bytes]) -> tuple[Texts, np.ndarray, list[bytes]]:
    """Strings in any order, some twice, with other bytes between them."""
    strings = strings + source.choices(strings, k=len(strings) // 2)
    source.shuffle(strings)
    whole = texts.of([part for string in strings for part in (string, b"zz")])
    text = np.concatenate((whole.content, np.full(8, ord("y"), np.uint8)))
    return Texts(text, whole.edges), np.arange(0, 2 * len(strings), 2), strings


def assert_sorted(source: random.Random, strings: list[bytes]) -> None:
    whole, at, strings = shuffled(source, strings)
    order, fresh = texts.order(whole.content, whole.edges[at], whole.edges[at + 1])
    found = [strings[i] for i in order.tolist()]
    assert sorted(order.tolist()) == list(range(len(strings)))
    assert found == sorted(strings)
    assert fresh.tolist() == [i == 0 or found[i] != found[i - 1] for i in range(len(found))]


def test_strings_that_begin_alike_are_sorted_by_what_follows():
    assert_sorted(random.Random(1), ALIKE)
    assert_sorted(random.Random(2), [string * 2 for string in ALIKE])


@pytest.mark.parametrize("longest", [3, 9, 20, 90])
def test_random_strings_are_sorted_as_python_does(longest: int):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    for alphabet in (b"ab", bytes(range(1, 256))):
        strings = [
            bytes(source.choices(alphabet, k=source.randrange(longest + 1))) for _ in range(400)
        ]
        strings += [source.choice(strings) + string for string in strings[:200]]
        assert_sorted(source, strings)


def test_no_strings_have_no_order():
    none = np.zeros(0, np.int64)
    order, fresh = texts.order(np.zeros(8, np.uint8), none, none)
    assert order.tolist() == fresh.tolist() == []
    assert texts.of([]).tolist() == []


def test_strings_are_chosen_and_parted():
    strings = [b"fog", b"", b"harbour", "港口".encode(), b"x"]
    held = texts.of(strings)
    assert len(held) == 5
    assert held.tolist() == strings
    assert held.part(1, 4).tolist() == strings[1:4]
    assert held.part(3, 9).tolist() == strings[3:]
    assert held.part(2, 2).tolist() == []
    assert texts.joined(held.part(0, 2), held.part(2, 5)).tolist() == strings
    assert texts.joined(texts.of([]), held).tolist() == strings
    at = np.array([4, 0, 0, 1])
    found = texts.chosen(held.content, held.edges[at], held.edges[at + 1])
    assert found.tolist() == [b"x", b"fog", b"fog", b""]
