from __future__ import annotations

import datetime
import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Paragraph
from newssearch.highlights import highlights
from newssearch.results import Snippet
from newssearch.snippets import BUDGET, snippets
from newssearch.syntax.nodes import Match
from newssearch.syntax.parser import parse
from newssearch.syntax.terms import matches, to_terms

ANALYZER = Analyzer()


def asked(query: str) -> list[Match]:
    tree = parse(query, datetime.date(2020, 8, 27)).tree
    return matches(to_terms(tree, ANALYZER)) if tree else []


def show(query: str, *paragraphs: str) -> tuple[Snippet, ...]:
    """The snippets of a body whose paragraphs stand on lines 10, 20, 30 …"""
    body = [Paragraph(10 * n, text) for n, text in enumerate(paragraphs, 1)]
    return snippets(body, asked(query), ANALYZER)


def marked(snippet: Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.highlights]


def title(query: str, text: str) -> list[str]:
    return [text[a:b] for a, b in highlights(text, asked(query), "title", ANALYZER)]


FILLER = "The council met again and talked at length about the drains of the lower town. "


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("protest", "They protested; the Protests grew.", ["protested", "Protests"]),
        ("=protest", "A protest, two protests.", ["protest"]),
        ("luka*", "Lukashenko and Lukas, but no luck.", ["Lukashenko", "Lukas"]),
        ('"mass rally"', "A mass rally. The mass left the rally.", ["mass rally"]),
        ('"polic* reserve"', "Police reserves, policy.", ["Police reserves"]),
        ("erdogan", "Erdoğan’s speech", ["Erdoğan"]),
        ("us", "The U.S. and us", ["U.S.", "us"]),
        ("covid19", "Covid-19 and covid 19 but not 19", ["Covid-19", "covid 19"]),
        ("reelection", "her re-election bid", ["re-election"]),
        ("re-election", "reelection, re-election, re election", [
            "reelection", "re-election", "re election",
        ]),
        ("卢卡申科", "亚历山大·卢卡申科总统", ["卢卡申科"]),
        ("科", "卢卡申科的科学", ["科", "科"]),
        ("a OR ferry", "No bus, a ferry.", ["a", "ferry"]),
        ("bus -ferry", "No bus, a ferry.", ["bus"]),
        ("title:bus ferry", "No bus, a ferry.", ["ferry"]),
        ("渡轮夜航恢复", "渡轮夜航恢复，夜航很多", ["渡轮夜航恢复"]),
        ("渡轮夜航恢复", "夜航的渡轮，航恢复，轮夜", ["夜航", "渡轮", "航恢复", "轮夜"]),
    ],
)  # fmt: skip
def test_every_form_that_matched_is_marked_and_nothing_else(
    query: str, text: str, expected: list[str]
):
    (snippet,) = show(query, text)
    assert marked(snippet) == expected


def test_a_title_is_marked_by_what_was_asked_of_titles():
    assert title("title:ferry bus", "The ferry and the bus") == ["ferry", "bus"]
    assert title("body:ferry bus", "The ferry and the bus") == ["bus"]
    assert title("tram", "The ferry and the bus") == []


def test_a_short_paragraph_is_shown_whole_with_its_line():
    assert show("ferry", "Nothing here.", "The night ferry is back.") == (
        Snippet("The night ferry is back.", ((10, 15),), 20),
    )


def test_a_passage_is_whole_sentences_where_they_fit():
    (snippet,) = show("ferry", FILLER * 5 + "The night ferry is back. " + FILLER * 5)
    assert snippet.text == f"The night ferry is back. {FILLER}{FILLER}".strip()
    assert len(snippet.text) <= BUDGET


def test_a_stop_in_an_abbreviation_does_not_end_a_sentence():
    text = (
        FILLER * 3 + "On Monday the U.S. Navy and Mr. Olsen met J. Park on a ferry. " + FILLER * 3
    )
    (snippet,) = show("ferry", text)
    assert "On Monday the U.S. Navy and Mr. Olsen met J. Park on a ferry." in snippet.text
    assert not snippet.text.startswith("…")


def test_a_long_sentence_is_cut_at_words_with_ellipses():
    words = "harbour market bridge river council " * 20
    (snippet,) = show("ferry", f"{words}ferry {words}".strip())
    assert snippet.text.startswith("…")
    assert snippet.text.endswith("…")
    assert set(snippet.text.strip("…").split()) <= {*words.split(), "ferry"}
    assert BUDGET // 2 < len(snippet.text) <= BUDGET * 1.2


def test_a_cut_prefers_the_end_of_a_clause_and_leaves_no_comma_at_an_end():
    clause = "the council met again about the drains, "
    (snippet,) = show("ferry", clause * 10 + "and the ferry came, " + clause * 10)
    assert snippet.text.startswith("…the council met")
    assert snippet.text.endswith("the drains…")


def test_chinese_is_cut_at_its_own_punctuation():
    sentence = "市议会再次开会讨论了下城区的排水问题。"
    (snippet,) = show("渡轮", sentence * 20 + "夜间渡轮恢复了。" + sentence * 20)
    assert snippet.text.startswith("夜间渡轮恢复了。市议会")
    assert snippet.text.endswith("。")
    assert len(snippet.text) <= BUDGET
    clause = "市议会再次开会讨论了下城区的排水问题，"
    (snippet,) = show("渡轮", clause * 20 + "夜间渡轮恢复了，" + clause * 20)
    assert snippet.text.startswith("…市议会")
    assert snippet.text.endswith("问题…")


def test_the_passage_with_the_most_different_words_wins():
    (snippet,) = show(
        "ferry night bus",
        "A ferry, a ferry, a ferry and a ferry again.",
        "No night bus in winter. " + FILLER * 3,
        "The night bus meets the ferry.",
    )
    assert snippet.line == 30


def test_a_sentence_is_shown_rather_than_a_heading():
    (snippet,) = show("ferry", "The ferry", "It took an hour to board the ferry.")
    assert snippet.line == 20


def test_two_passages_show_words_that_stand_far_apart():
    first, second = show("ferry bus", "A ferry came. " + FILLER * 5, FILLER * 5 + "No bus left.")
    assert (first.line, second.line) == (10, 20)
    assert marked(first) == ["ferry"]
    assert marked(second) == ["bus"]
    assert len(first.text) + len(second.text) <= BUDGET * 1.3


def test_two_passages_can_be_of_one_paragraph():
    first, second = show("ferry bus", "A ferry came. " + FILLER * 9 + "No bus left. " + FILLER * 9)
    assert first.text.startswith("A ferry came.")
    assert "No bus left." in second.text
    assert first.line == second.line == 10


def test_one_passage_is_enough_where_the_second_would_show_nothing_new():
    assert len(show("ferry", "A ferry came. " + FILLER * 5, "Another ferry. " + FILLER * 5)) == 1


def test_a_match_in_the_title_alone_shows_the_lead():
    assert show("title:ferry", "…", "The council met.", "A ferry.") == (
        Snippet("The council met.", (), 20),
    )
    (lead,) = show("tram", FILLER * 9)
    assert lead.text == (FILLER * 2).strip()


def test_the_lead_is_a_sentence_rather_than_the_title_before_it():
    (lead,) = show("tram", "Ferry returns", "The ferry is back.", "It rained.")
    assert lead.line == 20
    (lead,) = show("tram", "Ferry returns", "Bus stays")
    assert lead.line == 10


def test_a_lead_of_one_long_sentence_is_cut_at_a_word():
    (lead,) = show("tram", "council " * 100)
    assert lead.text.endswith("council…")
    assert BUDGET // 2 < len(lead.text) <= BUDGET + 1


@pytest.mark.parametrize("body", [(), ("",), ("—", "…")])
def test_a_body_without_words_has_no_snippet(body: tuple[str, ...]):
    assert show("ferry", *body) == ()


def test_a_word_longer_than_the_budget_is_shown_whole():
    (snippet,) = show("ferry", "ferry" + "x" * 500 + " ferry " + "y" * 500)
    assert marked(snippet) == ["ferry"]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ferry", "ferry bus " * 10_000),
        ("ferry", "x" * 50_000 + " ferry " + "x" * 50_000),
        ("渡轮", "渡轮夜航" * 25_000),
        ("f* b*", "ferry bus " * 10_000),
        ("a b c d e f g h i j", "a b c d e f g h i j " * 5_000),
        ("ferry", "," * 50_000 + "ferry" + "." * 50_000),
    ],
)
def test_a_paragraph_of_a_hundred_thousand_characters_takes_no_long_time(query: str, text: str):
    began = time.process_time()
    assert show(query, text)
    assert time.process_time() - began < 3.0


WORDS = [
    "ferry", "Ferries", "ferry’s", "night-bus", "nightbus", "U.S.", "covid-19", "Erdoğan", "mass",
    "rally", "渡轮", "夜航恢复", "，", "。", ". ", ", ", "!", "“", "”", "(", ")", " – ", " ", " ",
    " ", "x", "protested", "é\u0301", "\u00ad", "ｶﾞｽ", "\U0001f600", "\ud800", "  ", "…",
]  # fmt: skip
QUERIES = [
    "ferry", "ferry bus", '"mass rally"', "us", "covid19", "erdogan", "渡轮", "渡轮夜航恢复", "航",
    "nightbus", "night-bus", "fer*", "=ferries", "ferry OR protest -mass", "ガス", "title:ferry",
]  # fmt: skip
BODIES = st.lists(st.lists(st.sampled_from(WORDS), max_size=120).map("".join), max_size=4)


@given(BODIES, st.sampled_from(QUERIES))
def test_snippets_are_pieces_of_the_text_with_every_match_in_them_marked(
    body: list[str], query: str
):
    paragraphs = [Paragraph(n, text) for n, text in enumerate(body)]
    wanted = asked(query)
    found = snippets(paragraphs, wanted, ANALYZER)
    assert len(found) <= 2
    for snippet in found:
        text = body[snippet.line]
        bare = snippet.text
        start = next(
            place - cut
            for cut, place in (
                (0, text.find(bare)),
                (1, text.find(bare[1:])),
                (0, text.find(bare[:-1])),
                (1, text.find(bare[1:-1])),
            )
            if place >= 0
        )
        assert start >= -1
        assert all(0 <= a < b <= len(bare) for a, b in snippet.highlights)
        assert all(before[1] < after[0] for before, after in pairwise(snippet.highlights))
    shown = [text for snippet in found for text in marked(snippet)]
    terms = {
        atom.text for match in wanted for way in match.sequences for atom in way if not atom.prefix
    }
    starts = tuple(
        atom.text for match in wanted for way in match.sequences for atom in way if atom.prefix
    )
    for text in shown:
        own = {term for token in ANALYZER.tokens(text) for term in token.terms}
        assert own & terms or any(term.startswith(starts) for term in own if starts)


@given(BODIES, st.sampled_from(["ferry", "us", "mass rally", "nightbus"]))
def test_every_token_in_a_snippet_that_matches_is_marked(body: list[str], query: str):
    wanted = asked(query)
    terms = {atom.text for match in wanted for way in match.sequences for atom in way}
    paragraphs = [Paragraph(n, text) for n, text in enumerate(body)]
    for snippet in snippets(paragraphs, wanted, ANALYZER):
        inner = snippet.text.strip("…")
        shift = snippet.text.find(inner)
        for token in ANALYZER.tokens(inner):
            if terms & set(token.terms):
                start, end = token.start + shift, token.end + shift
                assert any(a <= start and end <= b for a, b in snippet.highlights)


def test_passages_of_invented_news_never_overlap_and_stay_near_the_budget():
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    vocabulary = ["ferry", "bus", "council", "harbour", "bridge", "night", "winter", "said"]
    for _ in range(200):
        sentences = [
            " ".join(chance.choices(vocabulary, k=chance.randint(3, 60))).capitalize() + "."
            for _ in range(chance.randint(1, 30))
        ]
        text = " ".join(sentences)
        found = show("ferry bus bridge", text)
        assert sum(len(snippet.text) for snippet in found) <= BUDGET * 1.3 + 4
        places = [text.find(snippet.text.strip("…")) for snippet in found]
        assert all(place >= 0 for place in places)
