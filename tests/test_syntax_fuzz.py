from __future__ import annotations

import contextlib
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_fuzzer import SLOWEST, TODAY, Fuzzer, check
from query_text import spell, written

from newssearch.analysis.analyzer import Analyzer
from newssearch.errors import QuerySyntaxError
from newssearch.syntax.nodes import (
    And,
    AtLeast,
    Filter,
    Form,
    Lead,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Unit,
    Word,
)
from newssearch.syntax.parser import parse
from newssearch.syntax.reading import MOST_BYTES

ANALYZER = Analyzer()


def test_queries_made_at_random_keep_the_rules():
    seed = random.randrange(2**32)
    print("seed", seed)
    fuzzer = Fuzzer(seed)
    for _ in range(3000):
        check(fuzzer.query(), ANALYZER, fuzzer.chance.random() < 0.3)


@given(st.text(max_size=200), st.booleans())
def test_any_text_keeps_the_rules(text: str, any_word: bool):
    check(text, ANALYZER, any_word)


@given(st.text(alphabet='ab*?~^"()-+:=/ WNEAR5.卢', max_size=60))
def test_any_row_of_signs_keeps_the_rules(text: str):
    check(text, ANALYZER)


@pytest.mark.parametrize(
    "piece",
    ["NOT ", "title:", "(", ")", "()", "-+", "+-", '"', '"a', "a:", "OR ", "a OR ", "-", "*", "?",
     "date:", "date:[", "lang:(", "：", "“", "\ud800", "=", "[a TO ", "..", "~", "x^", "title:(",
     "渡", "单-", "<", "date:>", "a'", "1,111", "~1", "^1", "*?", "?a", "a*", "a?", "W/5 ",
     "a W/5 ", "lead(", "atleast2(", "@a ", "(a W/5 ", "a W/5 (", '"~5', '""~5^2', "&&", "||", "{",
     "date:aug ", "date:1 aug ", "aug 2020..", "title:[", "a b OR ", "||a", "foo:", "'", "a.", "（",
     "date:(",
     "url:(a", "url:a(b)"],
)  # fmt: skip
def test_four_kilobytes_of_anything_are_read_at_once(piece: str):
    query = piece * (MOST_BYTES // len(piece.encode("utf-8", "surrogatepass")))
    times = []
    for _ in range(3):
        began = time.process_time()
        with contextlib.suppress(QuerySyntaxError):
            parse(query, TODAY)
        times.append(time.process_time() - began)
    assert min(times) < SLOWEST
    check(query, ANALYZER)


def texts() -> st.SearchStrategy[str]:
    return st.text("abcdefg", min_size=3, max_size=8)


FIELDS = st.sampled_from(["", "", "title", "body", "keywords"])
BOOSTS = st.sampled_from([1.0, 1.0, 2.0, 0.5])


@st.composite
def words(draw: st.DrawFn, field: str | None = None, boosted: bool = True) -> Word:
    form, text = draw(st.sampled_from(Form)), draw(texts())
    if form is Form.PATTERN:
        text = text[0] + draw(st.sampled_from("*?")) + text[1:]
    edits = draw(st.integers(1, 2)) if form is Form.FUZZY else 0
    asked = draw(FIELDS) if field is None else field
    return Word(text, form, asked, edits=edits, boost=draw(BOOSTS) if boosted else 1.0)


@st.composite
def phrases(draw: st.DrawFn) -> Phrase:
    field, slop = draw(FIELDS), draw(st.sampled_from([0, 0, 3]))
    inside = draw(st.lists(words(field, boosted=False), min_size=1, max_size=3))
    return Phrase(tuple(inside), field, slop=slop, boost=1.0 if slop else draw(BOOSTS))


SPANS = st.recursive(
    words() | phrases(),
    lambda inner: (
        st.builds(
            lambda parts, slack, unit, ordered: Near(
                parts, slack if unit is Unit.WORDS else 0, unit, ordered
            ),
            st.tuples(inner, inner),
            st.integers(0, 254),
            st.sampled_from(Unit),
            st.booleans(),
        )
        | st.lists(inner, min_size=2, max_size=3).map(lambda nodes: Or(tuple(nodes)))
    ),
    max_leaves=4,
)
CONDITIONS = st.sampled_from(
    [
        Filter("lang", "en"),
        Filter("author", "marta", prefix=True),
        Filter("url", present=True),
        Filter("words", low=5, high=9),
        Filter("words", low=5),
    ]
)
TREES = st.recursive(
    SPANS | CONDITIONS,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: And(tuple(nodes)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda nodes: Or(tuple(nodes)))
        | inner.filter(lambda node: not isinstance(node, Not)).map(Not)
        | SPANS.map(lambda node: AtLeast(3, (node,)))
    ),
    max_leaves=6,
)


def without_keywords(node: Node) -> bool:
    return "keywords:" not in spell(node)


@given(TREES | SPANS.filter(without_keywords).map(Lead))
def test_a_tree_written_out_is_read_as_it_was(tree: Node):
    parsed = parse(written(tree), TODAY)
    assert spell(parsed.tree) == spell(tree)
    assert {note.code for note in parsed.notes} <= {"not-an-operator"}
