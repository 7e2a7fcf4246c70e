"""What a pattern or a misspelt word stands for, against the definitions written out."""

from __future__ import annotations

import random
import re
import time
from functools import cache

import pytest

from newssearch.syntax.nodes import Atom, Expand
from newssearch.syntax.patterns import (
    DEAD,
    START,
    Fuzzy,
    Glob,
    automaton,
    bare,
    edits_between,
    literal_prefix,
    meant,
    typed,
)


def distance(one: str, other: str) -> int:
    """Optimal string alignment distance, by its definition."""

    @cache
    def between(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        costs = [
            between(i - 1, j) + 1,
            between(i, j - 1) + 1,
            between(i - 1, j - 1) + (one[i - 1] != other[j - 1]),
        ]
        if i > 1 and j > 1 and one[i - 2 : i] == other[j - 1] + other[j - 2]:
            costs.append(between(i - 2, j - 2) + 1)
        return min(costs)

    return between(len(one), len(other))


def like(pattern: str, word: str) -> bool:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch("".join(parts), word, re.DOTALL) is not None


def pattern(text: str) -> Atom:
    return Atom("=" + text, Expand.PATTERN)


def fuzzy(text: str, edits: int) -> Atom:
    return Atom("=" + text, Expand.FUZZY, edits=edits)


@pytest.mark.parametrize(
    ("text", "meant", "others"),
    [
        ("wo?d", ["word", "wood", "woпd"], ["wod", "wooed", "world", "words", "sword"]),
        ("w*d", ["wd", "wed", "word", "world"], ["word's", "sword", "w"]),
        ("*ord", ["ord", "lord", "record"], ["lords", "or"]),
        ("m*i*a", ["mia", "militia", "media"], ["military", "ma"]),
        ("h?*", ["ha", "harbour"], ["h", "oh"]),
        ("w**d", ["wd", "weed"], ["we"]),
        ("к?ев", ["киев", "каев"], ["кев", "киева"]),
    ],
)
def test_a_pattern_means_whole_words_like_it(
    text: str, meant: list[str], others: list[str]
) -> None:
    glob = automaton(pattern(text))
    assert [word for word in meant + others if glob.matches(word)] == meant


@pytest.mark.parametrize(
    ("word", "edits", "meant", "others"),
    [
        (
            "harbour",
            1,
            ["harbour", "harbor", "harbuor", "harbours", "hardour"],
            ["harbr", "rabour"],
        ),
        ("lukashenko", 1, ["lukaschenko", "lukashenka"], ["lukaszenka"]),
        ("lukashenko", 2, ["lukaszenka", "lukahsenk", "ukashenk"], ["lukaszienka"]),
        ("ca", 2, ["ac", "c", "", "cab"], ["abc", "abcd"]),
        ("минск", 1, ["минск", "миснк", "минске"], ["минчанка"]),
    ],
)
def test_a_misspelt_word_means_what_is_within_its_edits(
    word: str, edits: int, meant: list[str], others: list[str]
) -> None:
    near = automaton(fuzzy(word, edits))
    assert [other for other in meant + others if near.matches(other)] == meant


def test_no_character_is_edited_twice() -> None:
    """`ca` to `abc`: a swap and then a letter between them would be two edits, but three are."""
    assert distance("ca", "abc") == 3
    assert not Fuzzy("ca", 2).matches("abc")
    assert Fuzzy("ca", 3).matches("abc")


@pytest.mark.parametrize("seed", range(20))
def test_random_words_are_within_as_many_edits_as_the_definition_says(seed: int) -> None:
    source = random.Random(seed)
    print("seed", seed)
    letters = "abcñ"[: source.randrange(2, 5)]

    def invented(most: int) -> str:
        return "".join(source.choices(letters, k=source.randrange(most)))

    for _ in range(40):
        word, edits = invented(9), source.randrange(4)
        near = Fuzzy(word, edits)
        for _ in range(40):
            other = invented(10)
            apart = distance(word, other)
            assert near.matches(other) == (apart <= edits), (word, other, edits)
            assert edits_between(word, other) == edits_between(other, word) == apart


@pytest.mark.parametrize("seed", range(20))
def test_random_patterns_mean_what_a_regular_expression_does(seed: int) -> None:
    source = random.Random(seed)
    print("seed", seed)
    for _ in range(60):
        text = "".join(source.choices("ab?*ж", k=source.randrange(1, 9)))
        glob = Glob(text)
        for _ in range(40):
            word = "".join(source.choices("abж", k=source.randrange(10)))
            assert glob.matches(word) == like(text, word), (text, word)


def test_what_cannot_become_a_word_that_is_meant_is_dead_at_once() -> None:
    for reader, start in ((Glob("wo?d*"), "wa"), (Fuzzy("harbour", 1), "xy")):
        state = START
        for character in start:
            assert state != DEAD
            state = reader.step(state, character)
        assert state == DEAD


def test_a_pattern_of_stars_takes_no_longer_on_a_word_of_one_letter() -> None:
    began = time.process_time()
    assert not Glob("*a" * 100 + "b").matches("a" * 200)
    assert not Fuzzy("a" * 200, 2).matches("a" * 197)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("atom", "text", "start", "as_typed"),
    [
        (pattern("wo?d*"), "wo?d*", "wo", "wo?d*"),
        (pattern("w*o?d"), "w*o?d", "w", "w*o?d"),
        (pattern("*ord"), "*ord", "", "*ord"),
        (fuzzy("harbor", 2), "harbor", "", "harbor~2"),
        (Atom("=har", Expand.PREFIX), "har", "har", "har*"),
        (Atom("20", Expand.PREFIX), "20", "20", "20*"),
        (Atom("=", Expand.PREFIX), "=", "=", "=*"),
    ],
)
def test_what_words_begin_with_and_how_they_are_typed(
    atom: Atom, text: str, start: str, as_typed: str
) -> None:
    assert (bare(atom), literal_prefix(atom), typed(atom)) == (text, start, as_typed)
    assert automaton(Atom("=har", Expand.PREFIX)).matches("harbour")


@pytest.mark.parametrize(
    ("atom", "terms", "others"),
    [
        (Atom("=word"), ["=word"], ["word", "=words"]),
        (Atom("word"), ["word"], ["=word"]),
        (Atom("=wor", Expand.PREFIX), ["=word", "=wor"], ["word", "=war"]),
        (Atom("20", Expand.PREFIX), ["2020"], ["=20"]),
        (pattern("w?rd"), ["=word", "=ward"], ["word", "=words", "="]),
        (Atom("20?0", Expand.PATTERN), ["2020"], ["=2020", "20"]),
        (fuzzy("word", 1), ["=word", "=words"], ["word", "words", "=wards"]),
    ],
)
def test_a_term_is_meant_with_its_mark(atom: Atom, terms: list[str], others: list[str]) -> None:
    stands_for = meant(atom)
    assert [term for term in terms + others if stands_for(term)] == terms
