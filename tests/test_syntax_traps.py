"""Queries that other parsers read wrongly without a word: each finds what was meant, or says so."""

from __future__ import annotations

import datetime

import pytest
from query_text import spell

from newssearch.analysis.analyzer import Analyzer
from newssearch.syntax.nodes import And, Match, Or
from newssearch.syntax.parser import parse
from newssearch.syntax.terms import to_terms

TODAY = datetime.date(2026, 3, 5)


def understood(query: str) -> tuple[str, set[str]]:
    """The tree, and the codes of the notes."""
    parsed = parse(query, TODAY)
    return spell(parsed.tree), {note.code for note in parsed.notes}


@pytest.mark.parametrize(
    ("query", "tree", "codes"),
    [
        ("belarus -minsk", "(belarus & -minsk)", set()),
        ("-minsk", "-minsk", set()),
        ("foo:bar", "(foo & bar)", {"unknown-field"}),
        ("ferry date:garbage", "ferry", {"bad-date"}),
        ("date:garbage", "nothing", {"bad-date"}),
        ("date:>2020", "[date:20201232000000..]", set()),
        ("date:aug 2020", "[date:20200800000000..20200831999999]", set()),
        ("date:2020 aug", "([date:20200000000000..20201231999999] & aug)", set()),
        ("date:aug", "nothing", {"bad-date"}),
        ("date:{2020 TO 2022}", "[date:20201232000000..20219999999999]", set()),
        ("words:{10 TO 20}", "[words:11..19]", set()),
        ("ferry NEAR/5 harbour", "(ferry near[4] harbour)", set()),
        ('"ferry harbour"~5', '"ferry harbour"~5', set()),
        ('author:"Marta Lindqvist"', "[author:Marta Lindqvist]", set()),
        ('tag:"night ferry"', "[tag:night ferry]", set()),
        ('keywords:"night ferry"', 'keywords:"night ferry"', set()),
        ('"polic* reserves"', '"polic* reserves"', set()),
        ("10:30 ferry", "(10:30 & ferry)", set()),
        ("https://a.example/b?c=d", "https://a.example/b?c=d", set()),
        ("lukashenko~", "lukashenko~2", set()),
    ],
)
def test_nothing_is_silently_wrong(query: str, tree: str, codes: set[str]):
    assert understood(query) == (tree, codes)


def test_signs_that_belong_to_words_leave_no_empty_query():
    found = to_terms(parse("C++ R&D", TODAY).tree, Analyzer())
    assert isinstance(found, And)
    assert [child.sequences[0][0].text for child in found.children] == ["c++", "r&d"]


def test_characters_without_spaces_prefer_the_run_as_it_was_typed():
    short = to_terms(parse("白俄罗斯", TODAY).tree, Analyzer())
    assert isinstance(short, Match)
    assert [atom.offset for atom in short.sequences[0]] == [0, 1, 2]
    longer = to_terms(parse("白俄罗斯总统", TODAY).tree, Analyzer())
    assert isinstance(longer, Or)
    assert len(longer.children[0].sequences[0]) == 5


def test_words_in_any_order_with_others_among_them_are_no_phrase():
    found = to_terms(parse('"ferry harbour"~5', TODAY).tree, Analyzer())
    assert (found.slack, found.ordered) == (5, False)


def test_a_fuzzy_word_is_its_spelling_and_not_its_stem():
    (sequence,) = to_terms(parse("ferries~", TODAY).tree, Analyzer()).sequences
    assert sequence[0].text == "=ferries"
