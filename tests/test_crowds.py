"""Forms that hundreds of articles fill in: their stories, and what it takes to find them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from invented_documents import commit, document

from newssearch.analysis.analyzer import Analyzer
from newssearch.arrays.overlaps import Overlaps
from newssearch.engine import choose
from newssearch.engine.alike import joined
from newssearch.engine.base import Document
from newssearch.engine.columnar import joining
from newssearch.engine.columnar.generation import open_generation
from newssearch.engine.columnar.joining import _Documents

VOCABULARY = [f"{a}{b}{c}" for a in ("fog", "tug", "pil") for b in "aeiou" for c in "bdfgklmnprst"]

Told = Callable[[random.Random, int], dict[str, str]]


def headline(chance: random.Random, number: int) -> dict[str, str]:
    """A headline of its own at the same site."""
    url = f"https://example.org/{number}"
    words = f"w{number}a w{number}b w{number}c"
    return {"title": words, "source": "example.org", "url": url}


def part(chance: random.Random, number: int) -> dict[str, str]:
    return {"title": f"Tides, part {number}"}


def week(chance: random.Random, number: int) -> dict[str, str]:
    return {"title": "Tides", "date": f"{1000 + number}-03-04"}


def any_of_these(chance: random.Random, number: int) -> dict[str, str]:
    return chance.choice((headline, part, week, lambda *_: {"title": "Tides"}))(
        chance, chance.randrange(number + 1)
    )


def filled_in(
    chance: random.Random, numbers: Sequence[int], told: Told, changed: int, own: int
) -> list[Document]:
    """Articles of one form, with some of its words changed, and with some words of their own."""
    form = random.Random(1).choices(VOCABULARY, k=100)
    found = []
    for number in numbers:
        words = list(form)
        for _ in range(changed):
            words[chance.randrange(len(words))] = chance.choice(VOCABULARY)
        words += chance.choices(VOCABULARY, k=own)
        found.append(
            document(
                f"{number}.md",
                " ".join(words),
                story=f"s{number:04}",
                lang="en",
                **told(chance, number),
            )
        )
    return found


def stories(folder: Path) -> list[list[str]]:
    generation = open_generation(folder)
    try:
        return generation.joined()
    finally:
        generation.close()


def together(groups: Sequence[Sequence[str]], of: Sequence[Sequence[str]]) -> bool:
    """Is each group inside of one of the others?"""
    return all(any(set(group) <= set(whole) for whole in of) for group in groups)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bodies that are read."""
    found: list[int] = []
    whole = _Documents.shingles

    def shingles(documents: _Documents, some: Sequence[int], kinds: Sequence[str]) -> object:
        found.extend(some)
        return whole(documents, some, kinds)

    monkeypatch.setattr(_Documents, "shingles", shingles)
    return found


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many others were looked at, for each body that was compared with all."""
    found: list[int] = []
    whole = Overlaps.alike

    def alike(overlaps: Overlaps, one: int) -> object:
        before = overlaps.looked_at
        result = whole(overlaps, one)
        found.append(overlaps.looked_at - before)
        return result

    monkeypatch.setattr(Overlaps, "alike", alike)
    return found


@pytest.mark.parametrize(("changed", "own"), [(1, 0), (2, 3), (0, 12), (0, 40)])
def test_stories_of_a_form_are_joined_as_pairs_say(tmp_path: Path, changed: int, own: int):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    analyzer = Analyzer()
    every = filled_in(chance, range(260), any_of_these, changed, own)
    every += filled_in(chance, range(260, 300), any_of_these, 0, 0)
    engine = choose.create("columnar", tmp_path / "build", analyzer)
    commit(engine, every)
    found = stories(tmp_path / "build")
    expected = joined([(one.story, one.article) for one in every], analyzer)
    # a pair that is just alike is missed once in 300: nothing else may be, and nothing be wrong
    assert together(found, expected)
    assert sum(map(len, expected)) - sum(map(len, found)) <= 2
    assert abs(len(found) - len(expected)) <= 2
    assert expected
    again = choose.create("columnar", tmp_path / "again", analyzer)
    commit(again, every[:290])
    commit(again, every[290:])
    assert stories(tmp_path / "again") == found


@pytest.mark.parametrize("own", [20, 60])
def test_each_article_of_a_form_costs_as_much_as_the_one_before(
    tmp_path: Path, counted: list[int], own: int
):
    sums = []
    for count in (300, 900):
        counted.clear()
        documents = filled_in(
            random.Random(count), range(count), lambda *_: {"title": "Tides"}, 0, own
        )
        commit(choose.create("columnar", tmp_path / str(count), Analyzer()), documents)
        assert len(counted) >= count / 2
        sums.append(sum(counted) / len(counted))
    assert sums[1] < 1.5 * sums[0] + 2


@pytest.mark.parametrize("told", [headline, part])
def test_what_is_told_apart_is_not_read(
    tmp_path: Path, read: list[int], told: Told, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(joining, "FEW", 1)
    engine = choose.create("columnar", tmp_path / "build", Analyzer())
    chance = random.Random(1)
    commit(engine, filled_in(chance, range(400), told, 1, 0))
    assert len(read) < 100  # pairs of equal sketches alone
    read.clear()
    commit(engine, filled_in(chance, [400], told, 1, 0))
    assert len(read) < 20
    same = lambda *_: {"title": "w7a w7b w7c", "source": "example.org"}  # noqa: E731
    commit(engine, filled_in(chance, [401], same, 0, 0))
    assert read


def test_no_body_is_read_twice(tmp_path: Path, read: list[int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(joining, "FEW", 1)
    engine = choose.create("columnar", tmp_path / "build", Analyzer())
    commit(engine, filled_in(random.Random(1), range(600), week, 1, 5))
    assert len(read) > 590
    assert len(set(read)) == len(read)
