from __future__ import annotations

import datetime
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newssearch.analysis import forms as analysis_forms
from newssearch.analysis.analyzer import Analyzer, Token
from newssearch.analysis.forms import Forms
from newssearch.analysis.scripts import is_cjk
from newssearch.marks import MOST_PLACES, Mark, Marker
from newssearch.marks.strings import Likely, has_cjk
from newssearch.marks.tokens import ways
from newssearch.syntax.nodes import Atom, Match
from newssearch.syntax.parser import parse
from newssearch.syntax.terms import matches, to_terms

ANALYZER = Analyzer()

#: With every other test that uses them, so that most of what is asked is known already.
FORMS = Forms(ANALYZER)


def asked(query: str) -> list[Match]:
    tree = parse(query, datetime.date(2020, 8, 27)).tree
    return matches(to_terms(tree, ANALYZER)) if tree else []


def naive(text: str, wanted: list[Match], field: str) -> list[Mark]:
    """The same by the definition: every sequence tried at every token."""
    tokens = ANALYZER.tokens(text)
    found = set()
    for number, match in enumerate(wanted):
        for sequence in match.sequences if field in match.fields else ():
            for first in (token for token in tokens if fits(sequence[0], token)):
                start = first.position - sequence[0].offset
                whole = [there(atom, start + atom.offset, tokens) for atom in sequence]
                ends = [end for _, end in filter(None, whole)]
                if len(ends) == len(sequence) and whole[0]:
                    found.add(Mark(whole[0][0], max(ends), number))
    return sorted(found)


def fits(atom: Atom, token: Token) -> bool:
    return any(
        term.startswith(atom.text) if atom.prefix else term == atom.text for term in token.terms
    )


def there(atom: Atom, position: int, tokens: list[Token]) -> tuple[int, int] | None:
    """The place of the first token at this position that is the atom."""
    for token in tokens:
        if token.position == position and fits(atom, token):
            if atom.prefix and is_cjk(atom.text[0]):
                return token.start, min(token.end, token.start + len(atom.text))
            return token.start, token.end
    return None


def found(query: str, *texts: str, field: str = "body") -> list[list[Mark]]:
    return Marker(asked(query), field, ANALYZER, FORMS).marks(texts)


PIECES = [
    "ferry", "Ferries", "ferry’s", "night-bus", "nightbus", "night", "bus", "U.S.", "us",
    "covid-19", "Erdoğan", "mass", "rally", "渡轮", "夜航恢复", "轮", "，", "。", ". ", ", ",
    ".", "-", "!", "“", "”", "(", ")", " – ", " ", " ", " ", " ", " ", "\u3000", "\xa0", "\n",
    "x", "protested", "/", "_", "é\u0301", "\u00ad", "\u200b", "ｶﾞｽ", "ガス", "〸", "十",
    "\U0001f600", "\ud800", "…", "1,000", "19", "re-election", "reelection", "elect", "C++",
    "R&D", "'s", "'", "3", "부산", "항구",
]  # fmt: skip
QUERIES = [
    "ferry", "ferry bus", '"mass rally"', '"mass rally ferry"', "us", "covid19", "covid-19",
    "渡轮", "渡轮夜航恢复", "航", "nightbus", "night-bus", '"night bus"', "fer*", "f*",
    "=ferries", "ガス", '"渡轮 夜航"', '"渡轮 ferry"', '"ferry 渡轮"', "十", "re-election",
    '"re-election ferry"', "1000", '"ferry*"', '"mass fer*"', "ferry OR protest -mass",
    "title:ferry bus", "c++ r&d", "부산항", '"us us"', "渡*", '"轮 轮"',
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@given(st.lists(TEXTS, max_size=4), st.sampled_from(QUERIES), st.sampled_from(["body", "title"]))
def test_marks_are_those_of_every_token_looked_at(texts: list[str], query: str, field: str):
    assert found(query, *texts, field=field) == [naive(t, asked(query), field) for t in texts]


def test_marks_of_long_invented_texts_are_those_of_every_token_looked_at():
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(15):
        some = chance.sample(PIECES, 8)
        texts = ["".join(chance.choices(some, k=chance.randint(0, 400))) for _ in range(3)]
        for query in QUERIES:
            wanted = asked(query)
            assert found(query, *texts) == [naive(text, wanted, "body") for text in texts]


def test_marks_of_plain_texts_are_those_of_every_token_looked_at():
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    plain = [piece for piece in PIECES if piece.isprintable() and not has_cjk(piece)]
    plain += ["o’brien", "O'Brien", "die", "dying", "table", "tabular", "19th", "a", "\u00a0"]
    narrowed = 0
    for _ in range(10):
        some = [*chance.sample(plain, 9), " ", " "]
        texts = ["".join(chance.choices(some, k=chance.randint(0, 300))) for _ in range(3)]
        for query in [*QUERIES, "die table", "obrien a", "us 19 th*"]:
            wanted = asked(query)
            assert found(query, *texts) == [naive(text, wanted, "body") for text in texts]
            likely = Likely((way.atoms[0] for way in ways(wanted, "body")), ANALYZER.stemming)
            narrowed += likely.strings("\n".join(("", *texts, ""))) is not None
    assert narrowed  # most of these texts were not cut into all their strings


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ('"night bus"', "/".join(["a"] * 500) + "/night bus"),  # deep in one string
        ('"mass rally"', "a mass" + "—" * 5_000 + " rally"),  # far beyond the first piece
        ('"mass rally"', "mass ferry rally mass"),
        ('"渡轮 夜航"', "渡轮，夜航" * 50),
    ],
)
def test_a_phrase_is_found_wherever_it_begins(query: str, text: str):
    (marked,) = found(query, text)
    assert marked == naive(text, asked(query), "body")
    assert bool(marked) == ("ferry" not in text)


def test_a_phrase_does_not_run_from_one_text_into_the_next():
    assert found('"mass rally"', "the mass", "rally") == [[], []]


@pytest.mark.parametrize("space", [" ", "  ", "\t", "\u00a0", "\u3000", "\u2028", "\x1c", "\r\n"])
def test_words_are_found_whatever_space_parts_them(space: str):
    text = space.join(["a", "ferry", "ferry", "and", "ferryman", "ferry"])
    wanted = asked("ferry")
    (marked,) = Marker(wanted, "body", ANALYZER, FORMS).marks([text])
    assert marked == naive(text, wanted, "body")
    assert [text[mark.start : mark.end] for mark in marked] == ["ferry"] * 3


def test_forms_start_anew_when_there_are_many(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(analysis_forms, "MOST_FORMS", 50)
    forms = Forms(ANALYZER)
    marker = Marker(asked("ferry fer*"), "body", ANALYZER, forms)
    for n in range(300):
        text = f"word{n} and ferries{n} ferries, ferry{n}"
        assert marker.marks([text]) == [naive(text, asked("ferry fer*"), "body")]
    assert len(forms.known) < 60


def test_a_second_query_finds_what_the_first_one_learned():
    forms = Forms(ANALYZER)
    text = "Ferries, buses and a ferry."
    for query in ("ferry", "bus*", "=ferries"):
        marker = Marker(asked(query), "body", ANALYZER, forms)
        assert marker.marks([text]) == [naive(text, asked(query), "body")] != [[]]


@pytest.mark.parametrize(
    "strings",
    [
        '{"a":' * 30_000,
        "".join(f"a{n}-" for n in range(30_000)),
        " ".join(f"a-{n}" for n in range(90_000)),
    ],
    ids=["one term", "many terms", "many strings"],
)
def test_text_that_no_one_wrote_for_reading_is_marked_soon(strings: str):
    wanted = asked("ferry a")
    forms = Forms(ANALYZER)
    began = time.process_time()
    (marked,) = Marker(wanted, "body", ANALYZER, forms).marks([f"The ferry: {strings}"])
    assert time.process_time() - began < 5  # text that grew by each of its words took minutes
    assert marked[:1] == naive("The ferry:", wanted, "body")
    assert forms.known == set()


@pytest.mark.parametrize("query", ["a", "a*", "ferry a*"])
@pytest.mark.parametrize("between", ["", "渡轮"])
def test_many_forms_are_looked_for_at_once(
    query: str, between: str, monkeypatch: pytest.MonkeyPatch
):
    wanted = asked(query)
    texts = [f"a-{n} ferry,{between}a{n}\nb" for n in range(40)]
    one_by_one = Marker(wanted, "body", ANALYZER, FORMS).marks(texts)
    monkeypatch.setattr("newssearch.marks.strings._SHORT", 1_000_000)
    assert Marker(wanted, "body", ANALYZER, FORMS).marks(texts) == one_by_one
    monkeypatch.setattr("newssearch.marks.strings.MOST_PASSED", 1)
    assert Marker(wanted, "body", ANALYZER, FORMS).marks(texts) == one_by_one
    assert one_by_one == [naive(text, wanted, "body") for text in texts]


@pytest.mark.parametrize(
    ("query", "text"), [("ferry", "ferry " * 500_000), ("渡轮", "渡轮" * 500_000)]
)
def test_a_word_without_end_is_marked_soon(query: str, text: str):
    wanted = asked(query)
    began = time.process_time()
    (marked,) = Marker(wanted, "body", ANALYZER, Forms(ANALYZER)).marks([text])
    assert time.process_time() - began < 2
    assert marked[:9] == naive(text[:60], wanted, "body")[:9]
    assert len(marked) == MOST_PLACES


def test_what_is_remembered_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(analysis_forms, "MOST_KEPT", 1000)
    forms = Forms(ANALYZER)
    forms.learn(["ferry", "a-b-c"])
    assert not forms.full
    forms.learn(["-".join(map(str, range(100)))])
    assert forms.full
