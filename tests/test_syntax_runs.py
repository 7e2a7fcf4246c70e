"""Runs of Chinese characters typed without spaces."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.stems import Stemming
from newssearch.syntax.nodes import And, Atom, Match, Node, Or, Word
from newssearch.syntax.runs import LONGEST_PAIR, SHORT_RUN
from newssearch.syntax.terms import to_terms

ANALYZER = Analyzer(Stemming())
CHARACTERS = "渡轮夜航恢复港口开放市民欢迎新船"


def terms(text: str, loose: bool = False) -> Node:
    found = to_terms(Word(text), ANALYZER, loose)
    assert found is not None
    return found


def phrase(text: str) -> Match:
    """A run as the phrase that it is."""
    found = to_terms(Word(text), ANALYZER)
    while isinstance(found, Or):
        found = found.children[0]
    assert isinstance(found, Match)
    return found


def pairs(text: str) -> tuple[Match, ...]:
    whole = phrase(text)
    first = dict.fromkeys(replace(atom, offset=0) for atom in whole.sequences[0])
    return tuple(replace(whole, sequences=((atom,),)) for atom in first)


@pytest.mark.parametrize("length", range(2, SHORT_RUN + 1))
def test_a_short_run_is_a_phrase(length: int) -> None:
    found = terms(CHARACTERS[:length])
    assert isinstance(found, Match)
    assert found.sequences == (
        tuple(Atom(CHARACTERS[i : i + 2], offset=i) for i in range(length - 1)),
    )


@pytest.mark.parametrize("length", range(SHORT_RUN + 1, LONGEST_PAIR + 1))
def test_a_longer_run_is_a_phrase_or_two_terms_or_all_its_pairs(length: int) -> None:
    run = CHARACTERS[:length]
    cuts = [And((phrase(run[:cut]), phrase(run[cut:]))) for cut in range(2, length - 1)]
    assert terms(run) == Or((phrase(run), *cuts, And(pairs(run))))


def test_a_sentence_is_not_cut_in_two() -> None:
    run = CHARACTERS[: LONGEST_PAIR + 1]
    assert terms(run) == Or((phrase(run), And(pairs(run))))


def test_where_one_word_is_enough_one_pair_is() -> None:
    run = CHARACTERS[:5]
    cuts = [And((phrase(run[:cut]), phrase(run[cut:]))) for cut in (2, 3)]
    assert terms(run, loose=True) == Or((phrase(run), *cuts, *pairs(run)))
    assert terms(CHARACTERS[:3], loose=True) == phrase(CHARACTERS[:3])


def test_letters_beside_characters_are_not_cut_off() -> None:
    found = terms("covid疫苗接种")
    assert isinstance(found, Or)
    assert len(found.children) == 2
