"""Which words every engine says that a pattern stands for, and what it finds by them."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from brute_force import BruteForceEngine
from invented_documents import commit, document, paths

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Engine
from newssearch.syntax.nodes import Atom, Expand, Match, Node, Or

NEWS = [
    document("a.md", "The harbour is closed. Harbours wait; 20 ships, 2020 men.", title="Harbor"),
    document(
        "b.md", "A harbor, harbored. Hardware, words. 港口关闭 λιμάνι 2021", keywords=("ward",)
    ),
    document(
        "c.md", "The word is the word, ward by ward. λιμανι 1,020", title="Re-election, words"
    ),
]

WORDS: list[tuple[Atom, list[tuple[str, int]], str]] = [
    (Atom("=w?rd", Expand.PATTERN), [("ward", 3), ("word", 2)], "bc"),
    (Atom("=harb*s", Expand.PATTERN), [("harbours", 1)], "a"),
    (Atom("=*ware", Expand.PATTERN), [("hardware", 1)], "b"),
    (Atom("=harb", Expand.PREFIX), [("harbor", 2), ("harbored", 1), ("harbour", 1)], "ab"),
    (Atom("=harbuor", Expand.FUZZY, edits=1), [("harbor", 2), ("harbour", 1)], "ab"),
    (Atom("=hrbor", Expand.FUZZY, edits=2), [("harbor", 2), ("harbour", 1)], "ab"),
    (Atom("=election", Expand.FUZZY, edits=2), [("election", 1), ("reelection", 1)], "c"),
    (Atom("=wordz", Expand.FUZZY, edits=1), [("word", 2), ("words", 2)], "bc"),
    (Atom("20?0", Expand.PATTERN), [("2020", 1)], "a"),
    (Atom("*20", Expand.PATTERN), [("1020", 1), ("20", 1), ("2020", 1)], "ac"),
    (Atom("λιμανη", Expand.FUZZY, edits=1), [("λιμανι", 2)], "bc"),
    (Atom("να", Expand.FUZZY, edits=2), [("20", 1)], "a"),  # no stem, no pair of characters
    (Atom("=word"), [("word", 2)], "c"),
    (Atom("2021"), [("2021", 1)], "b"),
    (Atom("=nowhere"), [], ""),
    (Atom("=no?here", Expand.PATTERN), [], ""),
]


def match(*atoms: Atom) -> Match:
    return Match((atoms,), ("title", "keywords", "body"))


@pytest.fixture
def held(new_engine: Callable[[], Engine]) -> Engine:
    engine = new_engine()
    commit(engine, NEWS[:2])
    commit(engine, NEWS[2:])
    return engine


def test_words_are_unstemmed_and_counted_the_most_frequent_first(held: Engine) -> None:
    snapshot = held.snapshot()
    for atom, words, _ in WORDS:
        found = snapshot.words(atom, 3)
        assert [tuple(word) for word in found] == words, atom
        assert snapshot.words(atom, 1) == found[:1]
    snapshot.close()


def test_articles_are_found_by_every_word_that_a_pattern_stands_for(held: Engine) -> None:
    for atom, _, expected in WORDS:
        assert sorted(paths(held, match(atom))) == [f"{name}.md" for name in expected], atom


def test_a_pattern_may_stand_in_a_phrase(held: Engine) -> None:
    by = Atom("=by", offset=1)
    assert paths(held, match(Atom("=w?rd", Expand.PATTERN), by)) == ["c.md"]
    assert paths(held, match(Atom("=wird", Expand.FUZZY, edits=1), by)) == ["c.md"]
    assert paths(held, match(Atom("=w?rds", Expand.PATTERN), by)) == []


@pytest.mark.parametrize("seed", range(3))
def test_random_patterns_find_what_brute_force_finds(
    seed: int, new_engine: Callable[[], Engine]
) -> None:
    source = random.Random(seed)
    print("seed", seed)
    spelt = [f"{a}{b}{c}" for a in ("har", "stri", "b") for b in "aeou" for c in ("d", "kes", "ж")]
    spelt += ["2020", "2021", "港口", "λιμάνι", "the", "re-strike"]
    news = [
        document(f"{n}.md", " ".join(source.choices(spelt, k=source.randrange(60))))
        for n in range(12)
    ]
    engine, oracle = new_engine(), BruteForceEngine(Analyzer())
    commit(oracle, news)
    commit(engine, news[:7])
    commit(engine, news[7:])
    mine, expected = engine.snapshot(), oracle.snapshot()
    for _ in range(15):
        atom = random_atom(source, spelt)
        assert mine.words(atom, 5) == expected.words(atom, 5), atom
        tree: Node = match(atom)
        if source.random() < 0.4:
            tree = Or((tree, match(random_atom(source, spelt), Atom("the", offset=1))))
        assert paths(engine, tree, limit=None) == paths(oracle, tree, limit=None), tree
    mine.close()


def random_atom(source: random.Random, spelt: list[str]) -> Atom:
    tokens = Analyzer().tokens(source.choice(spelt))
    text = tokens[0].terms[-1]
    mark, word = text[: text.startswith("=")], text.removeprefix("=")
    letters = [source.choice((letter, letter, "?", "*", "a")) for letter in word]
    if source.random() < 0.5 or not {"?", "*"} & set(letters):
        return Atom(mark + word, Expand.FUZZY, edits=source.randrange(3))
    return Atom(mark + "".join(letters), Expand.PATTERN)
