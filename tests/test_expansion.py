"""Queries expanded by words of their best hits."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from invented_documents import document

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.stems import Stemming
from newssearch.engine.base import Document
from newssearch.expansion import WORDS, Added, added_words, expanded
from newssearch.syntax.fields import TEXT_FIELDS
from newssearch.syntax.nodes import And, Atom, Filter, Match, Node, Not, Or
from newssearch.syntax.terms import matches

ANALYZER = Analyzer(Stemming())


def match(term: str) -> Match:
    return Match(((Atom(term),),), TEXT_FIELDS)


def term(node: Node) -> str:
    assert isinstance(node, Match)
    return node.sequences[0][0].text


def added(
    tree: Node, hits: Sequence[tuple[Document, float]], having: dict[str, int] | None = None
) -> list[Added]:
    """The words added where `having` says how many of 1,000 articles have a term, else 20."""
    return added_words(tree, hits, ANALYZER, 1000, lambda node: (having or {}).get(term(node), 20))


FERRY = match("ferri")
HITS = [
    (document("a.md", "The ferry left the harbour in fog. Fog again."), 3.0),
    (document("b.md", "A ferry in the harbour; the fog was thick."), 2.0),
    (document("c.md", "A ferry with a band on deck."), 1.0),
]


def test_words_that_several_hits_have_are_added() -> None:
    words = {one.word.lower() for one in added(FERRY, HITS)}
    assert {"ferry", "fog", "harbour", "the", "in"} <= words
    assert not words & {"band", "deck", "thick"}


def test_words_of_the_better_hits_and_rarer_words_weigh_more() -> None:
    found = added(FERRY, HITS, {"the": 900, "in": 700, "ferri": 600, "fog": 5, "harbour": 40})
    assert [one.word.lower() for one in found[:2]] == ["fog", "harbour"]
    assert [one.word.lower() for one in found[-2:]] == ["in", "the"]


def test_words_that_no_other_article_has_are_left_out() -> None:
    words = {one.word.lower() for one in added(FERRY, HITS, {"fog": 1, "harbour": 2})}
    assert "harbour" in words
    assert "fog" not in words


def test_together_they_weigh_less_than_the_query() -> None:
    for tree in (FERRY, And((FERRY, match("harbour")))):
        total = sum(one.match.boost for one in added(tree, HITS))
        assert total == pytest.approx(0.6 * len(matches(tree)))


def test_there_are_at_most_so_many() -> None:
    body = " ".join(f"port{i}" for i in range(300)).translate(
        str.maketrans("0123456789", "abcdefghij")
    )
    hits = [(document(f"{name}.md", f"ferry {body}"), 1.0) for name in "abc"]
    assert len(added(FERRY, hits)) == WORDS


def test_added_words_may_do_instead_of_the_query_s_but_conditions_hold() -> None:
    lang, excluded = Filter("lang", "en"), Not(match("band"))
    tree = And((FERRY, match("night"), lang, excluded))
    words = added(tree, HITS)
    assert expanded(tree, words) == And(
        (Or((And((FERRY, match("night"))), *(one.match for one in words))), lang, excluded)
    )


def test_without_words_there_is_nothing_to_expand() -> None:
    only = And((Filter("lang", "en"), Not(match("band"))))
    assert expanded(only, added(FERRY, HITS)) == only
    assert expanded(FERRY, []) == FERRY
    assert added(FERRY, []) == []
