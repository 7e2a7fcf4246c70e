"""Patterns and misspelt words in texts: the words that they stand for are marked, and no others."""

from __future__ import annotations

import pytest

from newssearch.analysis.analyzer import Analyzer
from newssearch.highlights import highlights
from newssearch.syntax.nodes import Form, Match, Phrase, Word
from newssearch.syntax.terms import to_terms


def marked(word: Word | Phrase, text: str) -> list[str]:
    node = to_terms(word, Analyzer())
    assert isinstance(node, Match)
    return [text[start:end] for start, end in highlights(text, [node], "body", Analyzer())]


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        (Word("w?rd", Form.PATTERN), "Words: a word, the Ward’s swords", ["word", "Ward"]),
        (Word("h*r", Form.PATTERN), "The harbour, her harbours", ["harbour", "her"]),
        (Word("*ord", Form.PATTERN), "Oxford word, words", ["Oxford", "word"]),
        (Word("20?0", Form.PATTERN), "In 2020, 20 of 2010 (2021)", ["2020", "2010"]),
        (Word("harbuor", Form.FUZZY, edits=1), "Harbour, harbor, harbours", ["Harbour", "harbor"]),
        (
            Word("лукашенка", Form.FUZZY, edits=1),
            "Лукашенко и Лукашенкой",
            ["Лукашенко"],
        ),
        (
            Phrase((Word("w?rd", Form.PATTERN), Word("by"), Word("wordz", Form.FUZZY, edits=1))),
            "Word by word; by ward by wards",
            ["Word by word"],
        ),
    ],
)
def test_what_is_marked_is_what_matched(
    word: Word | Phrase, text: str, expected: list[str]
) -> None:
    assert marked(word, text) == expected
