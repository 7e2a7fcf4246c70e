"""Aliases in a query tree."""

from __future__ import annotations

import datetime

import pytest

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.stems import Stemming
from newssearch.syntax.aliases import Aliases
from newssearch.syntax.nodes import And, Match, Node, Not, Or, below
from newssearch.syntax.parser import parse
from newssearch.syntax.terms import matches, to_terms

ANALYZER = Analyzer(Stemming())
GROUPS = (
    ("Lukashenko", "Łukaszenka", "Лукашенко", "卢卡申科"),
    ("White House", "Weißes Haus", "白宫"),
    ("Kyiv", "Kiev"),
)
ALIASES = Aliases(GROUPS, ANALYZER)


def tree(text: str, aliases: Aliases | None = None) -> Node:
    parsed = parse(text, datetime.date(2020, 8, 27)).tree
    assert parsed is not None
    found = to_terms(parsed, ANALYZER)
    assert found is not None
    return found if aliases is None else aliases.added(found)


def sequences(node: Node) -> set[tuple[str, ...]]:
    """The terms of every sequence of a tree."""
    return {tuple(a.text for a in one) for match in matches(node) for one in match.sequences}


@pytest.mark.parametrize(
    "typed", ["Lukashenko", "lukashenko's", "Łukaszenka", "лукашенко", "卢卡申科"]
)
def test_each_name_of_a_group_is_searched_as_all_of_them(typed: str) -> None:
    found = tree(typed, ALIASES)
    assert isinstance(found, Match)
    assert sequences(found) == set().union(*(sequences(tree(name)) for name in GROUPS[0]))


@pytest.mark.parametrize(
    "typed", ["=lukashenko", "lukashenk*", "minsk", "lukashenko~", "whitehouse"]
)
def test_what_is_no_name_or_not_meant_as_one_stays_as_it_was(typed: str) -> None:
    assert tree(typed, ALIASES) == tree(typed)


def test_a_name_of_several_words_has_aliases_as_a_phrase() -> None:
    found = tree('"white house"', ALIASES)
    assert isinstance(found, Match)
    assert sequences(found) == set().union(*(sequences(tree(f'"{name}"')) for name in GROUPS[1]))


def test_words_side_by_side_that_are_a_name_may_be_its_aliases_instead() -> None:
    found = tree("kyiv white house talks", ALIASES)
    assert isinstance(found, And)
    kyiv, house, talks = found.children
    assert sequences(kyiv) == {("kyiv",), ("kiev",)}
    assert isinstance(house, Or)
    words, name = house.children
    assert words == tree("white house")
    assert sequences(name) == sequences(tree('"white house"', ALIASES))
    assert talks == tree("talks")


def test_words_in_another_order_are_no_name() -> None:
    assert tree("house white", ALIASES) == tree("house white")


def test_words_of_different_fields_are_no_name() -> None:
    assert tree("title:white house", ALIASES) == tree("title:white house")


def test_aliases_hold_within_brackets_exclusions_and_nearness() -> None:
    found = tree("minsk -kyiv (kyiv OR minsk)", ALIASES)
    excluded = [child.child for child in below(found) if isinstance(child, Not)]
    assert [sequences(node) for node in excluded] == [{("kyiv",), ("kiev",)}]
    assert ("kiev",) in sequences(found)


def test_a_name_in_two_groups_joins_them() -> None:
    aliases = Aliases((("Kyiv", "Kiev"), ("Kiev", "Kiew"), ("Minsk", "Mensk")), ANALYZER)
    for name in ("kyiv", "kiev", "kiew"):
        assert sequences(tree(name, aliases)) == {("kyiv",), ("kiev",), ("kiew",)}


def test_names_without_letters_are_left_out() -> None:
    assert not Aliases((("—", "?"), ()), ANALYZER)
