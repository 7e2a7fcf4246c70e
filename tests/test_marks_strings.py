"""Which strings of a text may hold a query's words: all that do, however they stand there."""

from __future__ import annotations

import itertools
import random

import pytest

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.stems import Stemming, stem
from newssearch.marks import Mark, Marker
from newssearch.marks.strings import _MOST_FOUND, Likely, _beginning, places_of
from newssearch.syntax.nodes import Atom, Expand, Match

ANALYZER = Analyzer()
FILLER = " ".join(["council"] * 60)

ENDINGS = [
    "", "s", "es", "ies", "ied", "ed", "eed", "edly", "eedly", "ing", "ingly", "ying", "yings",
    "y", "ly", "e", "ational", "tional", "enci", "ency", "anci", "ancy", "abli", "ably", "able",
    "ible", "ibly", "entli", "ently", "izer", "ization", "ation", "ator", "alism", "aliti",
    "ality", "alli", "ally", "fulness", "ousli", "ously", "ousness", "iveness", "iviti", "ivity",
    "biliti", "bility", "abilities", "bli", "bly", "ogi", "ogy", "ogist", "ologies", "fulli",
    "fully", "lessli", "lessly", "icate", "iciti", "icity", "ical", "ful", "ness", "ative", "ance",
    "ence", "er", "ic", "ant", "ement", "ment", "ent", "ism", "ate", "iti", "ous", "ive", "ize",
    "ion", "ll", "le", "us", "ss", "sses",
]  # fmt: skip


def test_every_english_word_begins_as_its_stem_says():
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    short = (
        "".join(word) for size in (1, 2, 3) for word in itertools.product(letters, repeat=size)
    )
    bases = ["".join(chance.choices(letters, k=chance.randint(0, 6))) for _ in range(1_000)]
    long = (base + end for base in bases for end in ENDINGS)
    for word in itertools.chain(short, long, ("skies", "dying", "gently", "news", "evening")):
        stemmed = stem(word, Stemming()) if word else ""
        assert stemmed is not None
        assert word.startswith(_beginning(stemmed)), (word, stemmed)
        assert _beginning(stemmed) or not stemmed


def strings(atom: Atom, text: str) -> list[str]:
    found = Likely([atom], Stemming()).strings(f"\n{FILLER} {text} {FILLER}\n")
    assert found is not None
    return [found[place] for place in sorted(found)]


@pytest.mark.parametrize(
    ("atom", "text", "expected"),
    [
        (Atom("ferri"), "A (Ferry), ferries/buses, far.", ["(Ferry),", "ferries/buses,"]),
        (Atom("=ferry"), "A ferry, ferries", ["ferry,"]),
        (Atom("=luka", Expand.PREFIX), "LUKAS, lukashenko, uluka", ["LUKAS,", "lukashenko,"]),
        (Atom("us"), "The U.S. and us, bus", ["U.S.", "us,"]),
        (Atom("1000"), "1,000 and 1000x, 100", ["1,000", "1000x,"]),
        (Atom("th"), "on the 19th, bath", ["the", "19th,"]),
        (Atom("c++"), "C++, C", ["C++,"]),
        (Atom("reelect"), "a re-election, an election", ["re-election,"]),
        (Atom("erdogan"), "Erdoğan’s speech", ["Erdoğan’s"]),
        (Atom("паром"), "Паром, ferry", ["Паром,"]),
    ],
)
def test_strings_that_may_hold_an_atom_are_found_and_few_others(
    atom: Atom, text: str, expected: list[str]
):
    assert strings(atom, text) == expected


@pytest.mark.parametrize("atom", [Atom("f?rry", Expand.PATTERN), Atom("ferry", Expand.FUZZY)])
def test_what_may_begin_in_any_way_is_looked_for_in_all_strings(atom: Atom):
    assert Likely([Atom("bus"), atom], Stemming()).strings(f"\n{FILLER}\n") is None


@pytest.mark.parametrize(
    "text", ["ferry\tbus", "ferry\u2003bus", "渡轮 ferry", "ferry\u200b", "паром " * 60, ""]
)
def test_texts_that_are_not_parted_by_plain_spaces_are_left_to_others(text: str):
    whole = f"\n{text} {FILLER if text else ''}\n"
    assert Likely([Atom("ferri")], Stemming()).strings(whole) is None


def test_another_stemmer_is_left_to_others():
    likely = Likely([Atom("fahr")], Stemming(latin="german"))
    assert likely.strings(f"\n{FILLER}\n") is None


def test_a_hard_space_parts_strings():
    assert strings(Atom("ferri"), "a\u00a0ferry\u00a0again") == ["ferry"]


def test_more_strings_than_are_soon_looked_at_one_by_one_are_left_to_others():
    likely = Likely([Atom("ferri")], Stemming())
    found = likely.strings("\n" + "ferry " * _MOST_FOUND + "\n")
    assert found is not None
    assert len(found) == _MOST_FOUND
    assert likely.strings("\n" + "ferry " * (_MOST_FOUND + 1) + "\n") is None


@pytest.mark.parametrize(
    ("atom", "before", "word"),
    [
        (Atom("us"), "1.5 " * (_MOST_FOUND + 1), "U.S."),
        (Atom("ai"), "at a " * _MOST_FOUND, "AI"),
        (Atom("ferri"), " ".join(f"{n}.25" for n in range(14_000)), "ferries"),
        (Atom("ferri"), "a-" * 300 + FILLER * 120, "ferry"),
    ],
    ids=["a table", "a short stem", "different numbers", "a long string"],
)
def test_a_word_at_the_end_of_a_long_text_is_marked(atom: Atom, before: str, word: str):
    text = f"{before} {word}"
    (marks,) = Marker([Match(((atom,),), ("body",))], "body", ANALYZER).marks([text])
    last = text.rindex(word)
    assert marks == [Mark(last, len(text), 0)]


def test_places_are_those_of_what_is_wanted_and_ascend():
    found = {1: "ferry", 7: "far", 11: "ferry"}
    assert dict(places_of({"ferry", "bus"}, found)) == {"ferry": [1, 11]}
