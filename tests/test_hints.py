"""What is said where nothing was found, and what is offered in its place."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from newssearch.engine.base import WordCount
from newssearch.hints import why_nothing
from newssearch.results import Note
from newssearch.syntax.nodes import AtLeast, Filter, Lead, Near, Node, Phrase, Word
from newssearch.syntax.parser import parse

#: Words that some article has, and what others are near to.
HELD = {"harbour", "harbours", "strike", "the", "over", "in"}
NEAREST = {
    "harbuor": [WordCount("harbour", 1200), WordCount("harbours", 1)],
    "stirke": [WordCount("strike", 7)],
}


def count(node: Node) -> int | None:
    match node:
        case Word():
            return int(node.text.lower() in HELD)
        case Phrase():
            return int(all(map(count, node.words)))
        case Filter():
            return int(node.text in ("en", "bbc"))
    raise AssertionError(node)


def nearest(text: str) -> list[WordCount]:
    return NEAREST.get(text.lower(), [])


def notes(query: str) -> list[Note]:
    parsed = parse(query, datetime.date(2020, 9, 1))
    return why_nothing(parsed, (), count, nearest)


def test_the_nearest_words_of_the_archive_are_named_with_their_frequencies() -> None:
    (note,) = notes("harbuor strike")
    assert note.code == "no-article-has"
    assert note.message == (
        "no article has harbuor; nearest in the archive: harbour (1,200 times), harbours (once)"
    )
    assert (note.start, note.end) == (0, 7)


def test_what_the_query_says_is_no_field_is_no_misspelt_word_too() -> None:
    (note,) = notes("harbuor:strike")
    assert (note.message, note.suggestion) == ("no article has harbuor", "")


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("harbuor", "harbour"),
        ("Harbuor STIRKE", "Harbour STRIKE"),
        ("strike title:harbuor", "strike title:harbour"),
        ("=harbuor", "=harbour"),
        ('the "stirke over" (harbuor OR stirke)', 'the "strike over" (harbour OR strike)'),
        ("stirke in stirke", "strike in strike"),
        ("stirke zzz", "strike zzz"),
    ],
)
def test_the_suggestion_is_the_query_with_the_likeliest_words_in_it(
    query: str, suggestion: str
) -> None:
    (note,) = notes(query)
    assert note.suggestion == suggestion


@pytest.mark.parametrize("query", ["zzz", "stirk*", '"in zzz"'])
def test_without_a_word_that_is_near_nothing_is_suggested(query: str) -> None:
    (note,) = notes(query)
    assert note == Note("no-article-has", f"no article has {query}", 0, len(query))


def test_of_words_that_are_only_never_together_none_is_misspelt() -> None:
    (note,) = notes("harbour strike")
    assert (note.code, note.suggestion) == ("not-together", "--any")


@pytest.mark.parametrize(
    ("tree", "missing"),
    [
        (Near((Word("strike", start=0, end=6), Word("zzz", start=9, end=12)), 3), ["zzz"]),
        (Lead(Word("zzz", start=9, end=12)), ["zzz"]),
        (AtLeast(3, (Word("zzz", start=9, end=12),)), ["zzz"]),
        (AtLeast(3, (Word("strike", start=0, end=6), Word("zzz", start=9, end=12))), []),
        (Near((Word("strike", start=0, end=6), Word("over", start=0, end=6)), 3), []),
    ],
)
def test_what_is_near_or_in_the_lead_or_counted_is_looked_at_too(
    tree: Node, missing: list[str]
) -> None:
    parsed = replace(parse("strike W/3 zzz", datetime.date(2020, 9, 1)), tree=tree)
    parsed = replace(parsed, text="strike   zzz")
    said = why_nothing(parsed, (), count, nearest)
    named = [note.message for note in said if note.code == "no-article-has"]
    assert named == [f"no article has {word}" for word in missing]


def test_words_that_are_never_so_near_are_said_to_be_apart() -> None:
    near = Near((Word("strike"), Word("over")), 3)
    parsed = replace(parse("strike", datetime.date(2020, 9, 1)), tree=near)
    (note,) = why_nothing(parsed, (), count, nearest)
    assert (note.code, note.suggestion) == ("not-together", "")


def test_who_knows_no_spellings_hears_which_word_it_was() -> None:
    parsed = parse("harbuor", datetime.date(2020, 9, 1))
    assert why_nothing(parsed, (), count) == [
        Note("no-article-has", "no article has harbuor", 0, 7)
    ]


@pytest.mark.parametrize("query", ["lang:fr", "harbour lang:fr", "lang:en lang:fr source:bbc"])
def test_a_condition_that_holds_for_nothing_is_named(query: str) -> None:
    (note,) = notes(query)
    place = query.index("lang:fr")
    assert note == Note("no-article-has", "no article has lang:fr", place, place + 7)


def test_a_condition_of_the_options_is_named_too() -> None:
    parsed = parse("harbour", datetime.date(2020, 9, 1))
    (note,) = why_nothing(parsed, (Filter("lang", "fr"),), count, nearest)
    assert note == Note("no-article-has", "no article has lang:fr")


def test_conditions_that_hold_only_apart_are_said_to() -> None:
    (note,) = notes("lang:en source:bbc")
    assert note.code == "not-together"
