"""What is left of a text for a pattern to look at."""

from __future__ import annotations

from newssearch.article.sparse import left_of

_LETTERS = bytes(range(0x20, 0x7F))


def test_what_is_passed_over_is_gone_and_the_rest_keeps_its_order() -> None:
    assert left_of("The ferry \u201cOrm\u201d\tsank.\n" + "It rained. " * 60, _LETTERS) == "“”\t\n"


def test_a_short_text_is_left_as_it_is() -> None:
    assert left_of("The ferry sank.", _LETTERS) == "The ferry sank."


def test_a_text_of_mostly_other_characters_is_left_as_it_is() -> None:
    assert left_of("渡轮 sank " * 100, _LETTERS) == "渡轮 sank " * 100


def test_half_a_surrogate_pair_is_left() -> None:
    assert left_of("a" * 600 + "\ud800", _LETTERS) == "\ud800"
