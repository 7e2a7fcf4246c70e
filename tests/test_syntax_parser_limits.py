"""Whatever is typed, however long, deep or odd: it is answered at once or refused with the limit
that it is over, and every word that is read knows its place."""

from __future__ import annotations

import datetime
import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_text import spell

from newssearch.analysis.analyzer import Analyzer
from newssearch.errors import QuerySyntaxError
from newssearch.syntax import lexer, parser
from newssearch.syntax.nodes import Node, Phrase, Word, below
from newssearch.syntax.parser import parse
from newssearch.syntax.reading import MOST_BYTES, MOST_TERMS
from newssearch.syntax.terms import to_terms

TODAY = datetime.date(2020, 8, 27)


def tree(query: str) -> str:
    return spell(parse(query, TODAY).tree)


def words_of(node: Node | None) -> list[Word]:
    if isinstance(node, Word):
        return [node]
    if isinstance(node, Phrase):
        return list(node.words)
    return [word for child in below(node) for word in words_of(child)] if node else []


def test_words_know_their_places():
    query = 'minsk "mass rally*" title:(brest OR =Grodno) -ferry?'
    places = [query[word.start : word.end] for word in words_of(parse(query, TODAY).tree)]
    assert places == ["minsk", "mass", "rally*", "brest", "=Grodno", "ferry?"]


def test_a_query_over_the_limits_is_refused():
    with pytest.raises(QuerySyntaxError, match="bytes"):
        parse("x" * (MOST_BYTES + 1), TODAY)
    with pytest.raises(QuerySyntaxError, match="bytes"):
        parse("é" * (MOST_BYTES // 2 + 1), TODAY)
    assert parse("x" * MOST_BYTES, TODAY).tree is not None


@pytest.mark.parametrize(
    "query",
    ["a " * (MOST_TERMS + 1), '"' + "a " * (MOST_TERMS + 1) + '"', "a-" * (MOST_TERMS + 1),
     "渡" * (MOST_TERMS + 1), "a/" * (MOST_TERMS + 1)],
)  # fmt: skip
def test_words_are_counted_wherever_they_stand(query: str):
    with pytest.raises(QuerySyntaxError, match="256"):
        parse(query, TODAY)


def test_as_many_words_as_the_limit_are_fine():
    assert len(words_of(parse("a " * MOST_TERMS, TODAY).tree)) == MOST_TERMS


@pytest.mark.parametrize(
    "nested",
    ["(" * 25 + "a" + ")" * 25, "NOT " * 25 + "a", "title:" * 25 + "a", "-(" * 25 + "a",
     "title:(" * 25 + "a", "+(" * 25 + "a"],
)  # fmt: skip
def test_twenty_levels_are_enough(nested: str):
    with pytest.raises(QuerySyntaxError, match="20 levels"):
        parse(nested, TODAY)


def test_ten_levels_are_fine():
    assert tree("(" * 10 + "a" + ")" * 10) == "a"


@pytest.mark.parametrize(
    "piece",
    ["NOT ", "title:", "(", ")", "()", "-+", "+-", '"', '"a', "a:", "OR ", "a OR ", "-", "*", "?",
     "date:", "date:[", "lang:(", "：", "“", "\ud800", "=", "[a TO ", "..", "~", "x^", "title:(",
     "渡", "单-", "<", "date:>", "a'", "1,111"],
)  # fmt: skip
def test_four_kilobytes_of_anything_are_answered_at_once(piece: str):
    query = piece * (MOST_BYTES // len(piece.encode("utf-8", "surrogatepass")))
    began = time.process_time()
    try:
        parsed = parse(query, TODAY)
        if parsed.tree is not None:
            to_terms(parsed.tree, Analyzer())
    except QuerySyntaxError:
        pass
    assert time.process_time() - began < 1.0


ALPHABET = [
    "a", "Bc", "渡轮夜航恢复", "单", "É", "\ud800", " ", " ", "\u3000", "(", ")", '"', "“", "”",
    "-", "+", ":", "：", "*", "?", "=", "~2", "^", "W/3", " AND ", " OR ", " NOT ", "title:",
    "date:", "lang:", "words:", "author:", "kind:", "2020", "..", ">=", "[", "]", "{", "}", " TO ",
    "re-elect", "U.S.", "C++", "10,000", "lead(", "or", "'s", "https://", "\x00",
]  # fmt: skip


@given(st.lists(st.sampled_from(ALPHABET), max_size=40).map("".join), st.booleans())
def test_no_query_breaks_the_parser_and_every_place_is_in_the_query(query: str, any_word: bool):
    try:
        parsed = parse(query, TODAY, any_word)
    except QuerySyntaxError:
        return
    for note in parsed.notes:
        assert 0 <= note.start < note.end <= len(query)
    for word in words_of(parsed.tree):
        assert 0 <= word.start < word.end <= len(query)
    if parsed.tree is not None:
        to_terms(parsed.tree, Analyzer())


def test_plain_words_are_read_as_all_others_are(monkeypatch: pytest.MonkeyPatch):
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    pieces = [
        *("ferry", "bus", "渡轮", "é", "x1", "or", "OR", "AND", "NOT", "lead", "lead("),
        *("(", ")", '"', "-", "+", "=x", "x*", "a_b", "U.S.", "title:", "author:", "date:2020"),
        *("foo:", ",", "—", "…", "e\u0301", "1,000", "\u3000", "\t"),
    ]
    queries = [
        "".join(chance.choice(pieces) + chance.choice((" ", " ", "")) for _ in range(size))
        for size in range(1, 12)
        for _ in range(150)
    ]
    quickly = [parse(query, TODAY, any_word) for query in queries for any_word in (False, True)]
    monkeypatch.setattr(lexer, "_PLAIN", re.compile("(?!)"))
    monkeypatch.setattr(parser._Parser, "_alone", lambda *_: None)
    slowly = [parse(query, TODAY, any_word) for query in queries for any_word in (False, True)]
    assert quickly == slowly


def test_patterns_and_misspelt_words_are_at_most_so_many():
    assert parse("w?rd " * 16 + "ward~ " * 16, TODAY).tree is not None
    assert parse("wor* " * 33, TODAY).tree is not None
    with pytest.raises(QuerySyntaxError, match="32 patterns and misspelt words"):
        parse("w?rd " * 16 + '"ward~ ward" ' * 17, TODAY)
