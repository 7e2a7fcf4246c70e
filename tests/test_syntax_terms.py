from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newssearch.analysis.analyzer import Analyzer
from newssearch.syntax.fields import TEXT_FIELDS
from newssearch.syntax.nodes import (
    And,
    AtLeast,
    Atom,
    Everything,
    Expand,
    Filter,
    Form,
    Lead,
    Match,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Unit,
    Word,
)
from newssearch.syntax.parser import parse
from newssearch.syntax.terms import MOST_WAYS, matches, to_terms

ANALYZER = Analyzer()


def terms(query: str, any_word: bool = False) -> Node | None:
    tree = parse(query, datetime.date(2020, 8, 27), any_word).tree
    return to_terms(tree, ANALYZER) if tree else None


def holds(node: Node | None, text: str) -> bool:
    """Does a text of one field match? The plain meaning of a tree, with no index."""
    match node:
        case Match(sequences):
            return any(_stands(sequence, text) for sequence in sequences)
        case And(children):
            return all(holds(child, text) for child in children)
        case Or(children):
            return any(holds(child, text) for child in children)
        case Not(child):
            return not holds(child, text)
        case Everything():
            return True
    raise AssertionError(node)


def is_like(term: str, pattern: str) -> bool:
    signs = {"?": ".", "*": ".*"}
    return re.fullmatch("".join(signs.get(c, re.escape(c)) for c in pattern), term) is not None


def _stands(sequence: tuple[Atom, ...], text: str) -> bool:
    places = ANALYZER.field([text]).positions

    def at(atom: Atom) -> set[int]:
        return {
            position - atom.offset
            for term, positions in places.items()
            if term == atom.text
            or (atom.prefix and term.startswith(atom.text))
            or (atom.expand is Expand.PATTERN and is_like(term, atom.text))
            for position in positions
        }

    return bool(set.intersection(*(at(atom) for atom in sequence)))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("protest", "They protested."),
        ("=protests", "Two Protests."),
        ("luka*", "Lukashenko spoke"),
        ("protes*", "They protested"),
        ('"polic* reserves"', "the police reserves"),
        ('"mass rally"', "a mass rally"),
        ('"mass-rally"', "a mass rally"),
        ("covid19", "Covid-19"),
        ("covid-19", "covid 19"),
        ('"covid 19"', "Covid‑19"),
        ("re-election", "reelection"),
        ("reelection", "re-election"),
        ("re-election", "re election"),
        ("re-elect*", "the reelections"),
        ("=re-election", "Re-Election"),
        ("re-election’s", "reelection"),
        ('"a re-election bid"', "a reelection bid"),
        ('"a re-election bid"', "a re-election bid"),
        ("us", "the U.S. Navy"),
        ("U.S.-led", "the US-led force"),
        ("AT&T", "美国AT&T公司"),
        ("10,000", "10000"),
        ("10000", "over 10,000, at least"),
        ("卢卡申科", "白俄罗斯卢卡申科总统"),
        ("科", "卢卡申科"),
        ("卢", "卢卡申科"),
        ("卢卡*", "卢卡申科"),
        ("prot?st", "Their protest"),
        ("p*test*", "They protested"),
        ("re-el*tion", "the re-election"),
        ("covid*19", "Covid-19"),
        ("Erdo?an", "Erdoğan"),
        ("o’bri?n's", "O'Brien spoke"),
        ("2?20", "in 2020"),
        ('"polic* res?rve"', "the police reserve"),
        ("2020年美国", "在2020年美国大选"),
        ("第5次", "第5次会议"),
        ("渡轮夜航恢复", "渡轮夜航恢复了"),
        ("渡轮夜航", "渡轮夜航恢复了"),
        ("渡轮夜航恢复", "夜航恢复，渡轮夜，轮夜航，航恢"),
        ("ガス", "ｶﾞｽ"),
        ("minsk -brest", "minsk"),
        ("«渡轮» OR tram", "渡轮"),
    ],
)
def test_a_query_finds(query: str, text: str):
    assert holds(terms(query), text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("=protests", "They protested"),
        ('"mass rally"', "a rally of the mass"),
        ("covid19", "19 cases of covid"),
        ("卢卡申科", "卢卡，申科"),
        ("渡轮夜航", "渡轮，轮夜航"),
        ("渡轮夜航恢复", "渡轮夜航"),
        ("minsk -brest", "minsk brest"),
        ('"a re-election bid"', "a bid for reelection"),
        ("us*", "bus"),
        ("prot?st", "They protested"),
        ("w?d", "the wood"),
    ],
)
def test_a_query_does_not_find(query: str, text: str):
    assert not holds(terms(query), text)


def test_a_quoted_long_run_is_the_phrase_alone():
    assert isinstance(terms('"渡轮夜航恢复"'), Match)


def test_a_field_is_kept():
    assert terms("title:minsk") == Match(((Atom("minsk"),),), ("title",))


def test_what_is_no_word_asks_nothing():
    assert terms("—") is None
    assert terms("?") is None
    assert terms("minsk ?") == terms("minsk")
    assert terms("minsk -&") == terms("minsk")
    assert terms('"& &"') is None


@pytest.mark.parametrize("query", ["单-单-单-单-单", "单'单'单'单'单'单"])
def test_single_characters_in_a_row_do_not_match_everything(query: str):
    assert not holds(terms(query), "no such text")


def test_matches_leaves_out_what_is_excluded_and_filters():
    found = matches(terms('minsk (brest OR "mass rally") -ferry lang:en'))
    assert [way[0].text for match in found for way in match.sequences] == ["minsk", "brest", "mass"]


def test_a_phrase_of_many_compounds_keeps_the_way_it_was_typed():
    phrase = "re-election vice-president by-election co-author ex-mayor"
    tree = terms(f'"{phrase}"')
    assert isinstance(tree, Match)
    assert len(tree.sequences) == MOST_WAYS
    assert holds(tree, f"the {phrase} spoke")
    assert holds(tree, "reelection vicepresident byelection coauthor exmayor")


def test_with_any_word_a_required_word_is_required_and_others_are_not():
    tree = terms("+minsk rally", any_word=True)
    assert holds(tree, "minsk")
    assert holds(tree, "minsk rally")
    assert not holds(tree, "rally")


TEXTS = st.lists(
    st.sampled_from(
        ["Lukashenko's", "re-election", "covid-19", "Covid‑19", "U.S.", "U.S.-led", "O’Brien",
         "C++", "R&D", "AT&T's", "10,000", "10,000,", "Erdoğan", "naïve", "Straße", "İzmir",
         "протестов", "ёлка", "卢卡申科", "科", "白俄罗斯总统选举", "2020年美国", "第5次",
         "iPhone手机", "ｶﾞｽ", "한국어", "हिन्दी", "العربيّة", "שָׁלוֹם", "½", "x²", "G7",
         "mother-in-law’s", "state-of-the-art", "snake_case", "3.14", "’tis",
         "a.b.c", "soft\u00adhyphen", "Ph.D.", "1,00", "rock'n'roll", "e-mail", "x-1-y", "単",
         "H1N1", "and", "Ⅳ", "⒈", "＂ＮＡＴＯ＂"]
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@given(TEXTS)
def test_any_word_of_a_text_finds_the_text(words: list[str]):
    text = " ".join(words)
    for word in words:
        for form in Form:
            tree = to_terms(Word(word, form, edits=1 if form is Form.FUZZY else 0), ANALYZER)
            assert holds(tree, text), (word, form)


@given(TEXTS, st.data())
def test_any_stretch_of_a_text_finds_it_as_a_phrase_and_as_words(words: list[str], data):
    first = data.draw(st.integers(0, len(words) - 1))
    part = words[first : data.draw(st.integers(first + 1, len(words)))]
    text = " ".join(words)
    assert holds(to_terms(Phrase(tuple(Word(word) for word in part)), ANALYZER), text)
    assert holds(to_terms(And(tuple(Word(word) for word in part)), ANALYZER), text)


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_a_word_of_any_text_finds_it(word: str, before: str, after: str):
    tree = to_terms(Word(word), ANALYZER)
    assume(tree is not None)
    assert holds(tree, f"{before} {word} {after}")


@given(st.text("卢卡申科年", min_size=1, max_size=9), st.data())
def test_any_piece_of_a_chinese_run_finds_it(run: str, data):
    first = data.draw(st.integers(0, len(run) - 1))
    piece = run[first : data.draw(st.integers(first + 1, len(run)))]
    assert holds(to_terms(Word(piece), ANALYZER), run)


def test_filters_pass_through():
    condition = Filter("lang", "en")
    assert to_terms(condition, ANALYZER) is condition
    assert to_terms(Everything(), ANALYZER) == Everything()
    assert to_terms(Not(Word("?")), ANALYZER) is None


def word(text: str, fields: tuple[str, ...] = TEXT_FIELDS, **more: object) -> Match:
    return Match(((Atom(text),),), fields, **more)


A, B, C, D = map(word, "abcd")


@pytest.mark.parametrize(
    ("query", "atom"),
    [
        ("wor*", Atom("=wor", Expand.PREFIX)),
        ("Wo?d", Atom("=wo?d", Expand.PATTERN)),
        ("w**d", Atom("=w*d", Expand.PATTERN)),
        ("20*", Atom("20", Expand.PREFIX)),
        ("2?20", Atom("2?20", Expand.PATTERN)),
        ("Minsk~", Atom("=minsk", Expand.FUZZY, edits=1)),
        ("Łukaszenka~", Atom("=lukaszenka", Expand.FUZZY, edits=2)),
        ("卢", Atom("卢", Expand.PREFIX)),
    ],
)
def test_what_is_expanded_is_spelt_as_unstemmed_forms_are(query: str, atom: Atom):
    assert terms(query) == Match(((atom,),), TEXT_FIELDS)


def test_a_fuzzy_compound_is_fuzzy_joined_and_in_its_parts():
    assert terms("re-election~") == Match(
        (
            (Atom("=reelection", Expand.FUZZY, edits=2),),
            (Atom("=re", Expand.FUZZY, edits=2), Atom("=election", Expand.FUZZY, 1, 2)),
        ),
        TEXT_FIELDS,
    )


def test_numbers_beside_fuzzy_letters_are_as_typed():
    (sequence,) = terms("covid-19~").sequences
    assert sequence == (Atom("=covid", Expand.FUZZY, edits=1), Atom("19", offset=1))


def test_a_boost_is_that_of_every_match_of_its_word():
    assert terms("a^3") == word("a", boost=3.0)
    assert terms('"a b"^2').boost == 2.0
    assert {match.boost for match in matches(terms("渡轮夜航恢复^2"))} == {2.0}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a W/5 b", Near((A, B), 4)),
        ("a PRE/5 b", Near((A, B), 4, ordered=True)),
        ("a W/S b", Near((A, B), 0, Unit.SENTENCE)),
        ("a W/P b", Near((A, B), 0, Unit.PARAGRAPH)),
        ("a W/5 b PRE/2 c", Near((Near((A, B), 4), C), 1, ordered=True)),
        ("(a OR b) W/5 c", Near((Or((A, B)), C), 4)),
        ("(a b) W/5 c", And((Near((A, C), 4), Near((B, C), 4)))),
        ("c W/5 (a b)", And((Near((C, A), 4), Near((C, B), 4)))),
        ("(a OR (b c)) W/5 d",
         Or((Near((A, D), 4), And((Near((B, D), 4), Near((C, D), 4)))))),
        ("(a b) W/5 c W/2 d",
         And((Near((Near((A, C), 4), D), 1), Near((Near((B, C), 4), D), 1)))),
        ('"a b"~3', Near((A, B), 3)),
        ('"a b c"~3', Near((A, B, C), 3)),
        ('"a a b"~3', Near((A, A, B), 3)),
        ('"a &"~3', A),
        ('"& &"~3', None),
        ("a W/5 &", A),
        ('"a b"~3 W/5 c', Near((Near((A, B), 3), C), 4)),
        ("atleast3(a)", AtLeast(3, (A,))),
        ("atleast3(a OR b)", AtLeast(3, (A, B))),
        ("atleast3(a OR b OR a)", AtLeast(3, (A, B))),
        ("atleast3(a OR (b OR c))", AtLeast(3, (A, B, C))),
        ("atleast3(a b)", And((AtLeast(3, (A,)), AtLeast(3, (B,))))),
        ("atleast3(a OR (b c))",
         Or((AtLeast(3, (A,)), And((AtLeast(3, (B,)), AtLeast(3, (C,))))))),
        ("atleast3(a W/5 b)", AtLeast(3, (Near((A, B), 4),))),
        ("atleast1(a OR b)", Or((A, B))),
        ("atleast2(&)", None),
    ],
)  # fmt: skip
def test_what_says_where_words_stand_comes_down_to_words(query: str, expected: Node | None):
    assert terms(query) == expected


def test_a_lead_is_that_of_every_word_below_and_keywords_have_none():
    lead = ("title", "body")
    assert terms("lead(a)") == word("a", lead, lead=True)
    assert terms("title:lead(a)") == word("a", ("title",), lead=True)
    assert terms("lead(a -b)") == And((word("a", lead, lead=True), Not(word("b", lead, lead=True))))
    assert terms("lead(a W/5 b) c") == And(
        (Near((word("a", lead, lead=True), word("b", lead, lead=True)), 4), C)
    )
    assert terms("lead(lang:en a)") == And((Filter("lang", "en"), word("a", lead, lead=True)))
    assert to_terms(Lead(Word("a", field="keywords")), ANALYZER) is None


def test_a_long_run_near_a_word_or_counted_is_the_whole_phrase():
    whole = terms('"渡轮夜航恢复"')
    assert terms("渡轮夜航恢复 W/5 a") == Near((whole, A), 4)
    assert terms("atleast2(渡轮夜航恢复)") == AtLeast(2, (whole,))


def test_the_words_of_near_and_at_least_can_be_marked():
    found = matches(terms("a W/5 (b OR c) atleast2(d) -(e W/2 f)"))
    assert [match.sequences[0][0].text for match in found] == ["a", "b", "c", "d"]
