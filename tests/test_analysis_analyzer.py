from __future__ import annotations

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newssearch.analysis.analyzer import LONGEST_WORD, Analyzer, Token
from newssearch.analysis.folding import fold
from newssearch.analysis.stems import Stemming
from newssearch.errors import UsageError

#: Letters of several scripts with marks, digits, joiners, signs, and what stands between words.
NEWS_TEXT = st.text(
    st.sampled_from(
        "aAbsSceUIxyz éğłøßİıœ0123456789  ..,,--''’‑&+#_/:½²①⒈\u0301\u0308\u00ad\u200d"
        "ЙйёПротест अहिन्दी ةعربيّ שָׁל 卢卡申科美国，。ガｶﾞﾊﾟか\u3099한글\u1100\u1161\u11a8ヿ"
        "\ud800\U0001f600"
    ),
    max_size=40,
)


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer()


def unstemmed(text: str) -> list[str]:
    """The terms of a text without stems, joined forms left out."""
    tokens = Analyzer().tokens(text)
    return [
        token.terms[-1].removeprefix("=")
        for token, after in zip(tokens, [*tokens[1:], None], strict=True)
        if after is None or after.position != token.position
    ]


def found_by(word: str, text: str) -> bool:
    """Does some term of the word, taken alone, stand in the text?"""
    analyzer = Analyzer()
    terms = {term for token in analyzer.tokens(text) for term in token.terms}
    return any(term in terms for token in analyzer.tokens(word) for term in token.terms)


@pytest.mark.parametrize("apostrophe", "'’ʼ‘‛ʻ＇`´")
def test_apostrophes_and_possessives_in_every_character(apostrophe: str):
    assert unstemmed(f"Lukashenko{apostrophe}s LUKASHENKO{apostrophe}S") == ["lukashenko"] * 2
    assert unstemmed(f"O{apostrophe}Brien obrien") == ["obrien", "obrien"]
    assert unstemmed(f"the miners{apostrophe} strike") == ["the", "miners", "strike"]
    assert unstemmed(f"don{apostrophe}t") == ["dont"]


def test_quotation_marks_around_a_word_are_no_part_of_it():
    assert unstemmed("‘fake’ 'news' “now”") == ["fake", "news", "now"]


@pytest.mark.parametrize("written", ["U.S.", "U.S", "US", "us", "u.s.", "U.S.'s", "US’s"])
def test_initials_with_and_without_stops_are_one_word(written: str):
    assert unstemmed(written) == ["us"]


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        ("U.S.A.", ["usa"]),
        ("U.S.-led", ["us", "led"]),
        ("U.K.-based", ["uk", "based"]),
        ("С.Ш.А.", ["сша"]),
        ("J.K. Rowling", ["jk", "rowling"]),
        ("It ended. A new", ["it", "ended", "a", "new"]),
        ("news.example.org", ["news", "example", "org"]),
    ],
)
def test_stops_between_single_letters_only_make_initials(written: str, terms: list[str]):
    assert unstemmed(written) == terms


@pytest.mark.parametrize(
    "written",
    ["covid19", "covid-19", "covid 19", "Covid‑19", "COVID–19", "Covid_19", "ＣＯＶＩＤ１９"],
)
def test_letters_and_digits_are_split_at_their_border(written: str):
    assert unstemmed(written) == ["covid", "19"]


def test_a_hyphenated_word_is_its_parts_and_joined(analyzer: Analyzer):
    assert [(token.terms[-1], token.position) for token in analyzer.tokens("re-election now")] == [
        ("=reelection", 0),
        ("=re", 0),
        ("=election", 1),
        ("=now", 2),
    ]
    joined, *_ = analyzer.tokens("reelection")
    assert joined.terms == analyzer.tokens("re‐election’s")[0].terms


def test_a_compound_of_many_parts_is_not_joined(analyzer: Analyzer):
    assert analyzer.tokens("mother-in-law")[0].terms[-1] == "=motherinlaw"
    assert [t.terms[-1] for t in analyzer.tokens("state-of-the-art")] == [
        "=state", "=of", "=the", "=art",
    ]  # fmt: skip


def test_the_joined_form_ends_where_its_last_part_does(analyzer: Analyzer):
    text = "the by-election's winner"
    joined = analyzer.tokens(text)[1]
    assert text[joined.start : joined.end] == "by-election"


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        ("C++", ["c++"]),
        ("C++20", ["c++", "20"]),
        ("C#, F#.", ["c#", "f#"]),
        ("R&D", ["r&d"]),
        ("AT&T's", ["at&t"]),
        ("AT＆T", ["at&t"]),
        ("Q&A", ["q&a"]),
        ("rock&roll", ["rock", "roll"]),
        ("a + b", ["a", "b"]),
    ],
)
def test_signs_that_make_a_word_are_kept(written: str, terms: list[str]):
    assert unstemmed(written) == terms


@pytest.mark.parametrize("sign", ["AT&T", "C++", "U.S."])
def test_signs_are_kept_between_chinese_characters(sign: str):
    alone = Analyzer().tokens(sign)[0].terms
    assert alone in [token.terms for token in Analyzer().tokens(f"美国{sign}公司")]


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        ("10,000", ["10000"]),
        ("1,250,000.", ["1250000"]),
        ("over 10,000, they said", ["over", "10000", "they", "said"]),
        ("10,000km", ["10000", "km"]),
        ("1,000万", ["1000", "万"]),
        ("１０,０００", ["10000"]),
        ("10,0000", ["10", "0000"]),
        ("1,00", ["1", "00"]),
        ("1,000,00", ["1", "000", "00"]),
        ("3.14", ["3", "14"]),
    ],
)
def test_thousands_are_one_number_and_other_commas_are_not(written: str, terms: list[str]):
    assert unstemmed(written) == terms


@pytest.mark.parametrize(
    ("one", "other"),
    [("protests", "protested"), ("election", "elections"), ("протесты", "протестов")],
)
def test_english_and_russian_forms_share_a_stem_but_not_an_exact_term(one: str, other: str):
    first, second = Analyzer().tokens(one)[0], Analyzer().tokens(other)[0]
    assert first.terms[0] == second.terms[0]
    assert first.terms[1] != second.terms[1]
    assert first.terms[1] == "=" + one


def test_stemming_can_be_another_languages_or_none():
    assert Analyzer(Stemming(latin="")).tokens("protests")[0].terms == ("protests",)
    german = Analyzer(Stemming(latin="german"))
    assert german.tokens("Zeitungen")[0].terms[0] == german.tokens("Zeitung")[0].terms[0]


def test_an_unknown_stemmer_is_named_in_the_error():
    with pytest.raises(UsageError, match="klingon"):
        Analyzer(Stemming(latin="klingon")).tokens("protests")


def test_han_kana_and_hangul_become_bigrams_and_the_last_stands_alone(analyzer: Analyzer):
    assert unstemmed("卢卡申科") == ["卢卡", "卡申", "申科", "科"]
    assert unstemmed("カタカナ") == ["カタ", "タカ", "カナ", "ナ"]
    assert unstemmed("서울시") == ["서울", "울시", "시"]
    tokens = analyzer.tokens("在卢卡申科。")
    assert [(t.start, t.end) for t in tokens] == [(0, 2), (1, 3), (2, 4), (3, 5), (4, 5)]


@pytest.mark.parametrize("character", "卢卡申科")
def test_every_single_character_begins_a_term(character: str):
    terms = [token.terms[0] for token in Analyzer().tokens("卢卡申科")]
    assert any(term.startswith(character) for term in terms)


def test_half_width_and_decomposed_kana_are_as_full_ones_in_their_own_places():
    text = "ｶﾞｽ"
    tokens = Analyzer().tokens(text)
    assert [token.terms for token in tokens] == [("ガス",), ("ス",)]
    assert [text[token.start : token.end] for token in tokens] == ["ｶﾞｽ", "ｽ"]
    assert unstemmed(unicodedata.normalize("NFD", "ガス")) == unstemmed("ガス")
    assert unstemmed(unicodedata.normalize("NFD", "한글이")) == unstemmed("한글이")


def test_mixed_runs_are_cut_where_the_script_changes():
    assert unstemmed("2020年美国") == ["2020", "年美", "美国", "国"]
    assert unstemmed("iPhone手机") == ["iphone", "手机", "机"]
    assert unstemmed("G7集团") == ["g", "7", "集团", "团"]
    assert unstemmed("第5次") == ["第", "5", "次"]


@pytest.mark.parametrize("word", ["हिन्दी", "বাংলা", "العربيّة", "שָׁלוֹם", "தமிழ்", "می‌خواهم"])
def test_words_are_not_cut_at_their_marks(word: str):
    assert len(Analyzer().tokens(word)) == 1


def test_a_soft_hyphen_does_not_cut_a_word():
    assert unstemmed("cease\u00adfire") == ["ceasefire"]


@pytest.mark.parametrize("text", ["", " ", "—", "!?…", "---", "\ud800", "😀", "\u0301", "_"])
def test_what_holds_no_word_has_no_tokens(text: str):
    assert Analyzer().tokens(text) == []


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("erdogan", "Erdoğan spoke"),
        ("Erdoğan", "ERDOGAN spoke"),
        ("re-election", "a reelection bid"),
        ("reelection", "a re-election bid"),
        ("us", "the U.S. Senate"),
        ("protest", "they protested"),
        ("10000", "some 10,000 people"),
    ],
)
def test_an_article_is_found_by_its_words_in_another_spelling(word: str, text: str):
    assert found_by(word, text)
    assert not found_by("ferry", text)


@given(NEWS_TEXT)
@example("Mu\u0308ller19 re-election’s AT&T公司 ½ ⒈ ｶﾞ")
def test_a_tokens_place_holds_what_its_term_was_made_of(text: str):
    for token in Analyzer().tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        place = text[token.start : token.end]
        term = token.terms[-1].removeprefix("=")
        folded = "".join(c for c in fold(place) if c.isalnum() or unicodedata.category(c)[0] == "M")
        kept = "".join(c for c in term if c.isalnum() or unicodedata.category(c)[0] == "M")
        assert kept in folded


@given(NEWS_TEXT)
def test_places_ascend_and_positions_are_dense(text: str):
    tokens = Analyzer().tokens(text)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)
    positions = [token.position for token in tokens]
    assert positions == sorted(positions)
    assert all(after - before in (0, 1) for before, after in pairwise(positions))
    assert not positions or positions[0] == 0


def terms_by_position(tokens: list[Token]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for token in tokens:
        for term in token.terms:
            found.setdefault(term, []).append(token.position)
    return found


@given(NEWS_TEXT)
def test_a_field_has_the_terms_and_positions_of_its_tokens(text: str):
    tokens = Analyzer().tokens(text)
    field = Analyzer().field([text])
    assert field.positions == terms_by_position(tokens)
    assert field.length == (tokens[-1].position + 1 if tokens else 0)
    assert all(places == sorted(places) for places in field.positions.values())


def test_no_phrase_runs_from_one_part_of_a_field_into_the_next(analyzer: Analyzer):
    positions = analyzer.field(["old harbour", "bridge"]).positions
    assert positions["=bridge"][0] - positions["=harbour"][0] > 1


@given(st.lists(NEWS_TEXT, max_size=6))
def test_the_cache_never_changes_a_result(texts: list[str]):
    kept, small = Analyzer(), Analyzer(cache_size=2)
    for text in [*texts, *texts]:
        fresh = Analyzer().tokens(text)
        assert kept.tokens(text) == fresh
        assert small.tokens(text) == fresh


def test_a_very_long_word_gives_a_short_term_and_is_not_kept():
    analyzer = Analyzer()
    (token,) = analyzer.tokens("x" * 100_000)
    assert all(len(term) <= LONGEST_WORD + 1 for term in token.terms)
    assert token.end == 100_000
    assert sum(map(len, analyzer._cache)) < 1_000


@pytest.mark.parametrize(
    "junk",
    [
        "x",
        "a1",
        "a-",
        "a'",
        "a.",
        "1,111",
        ",111",
        "'",
        "A&",
        "+",
        "é1",
        "\u0301",
        "卢",
        "卢a",
        "½",
    ],
)
def test_junk_takes_time_in_proportion_to_its_length(junk: str):
    def seconds(size: int) -> float:
        text = junk * (size // len(junk))
        began = time.process_time()
        Analyzer().tokens(text)
        return time.process_time() - began

    # 20 times as long where linear, 400 times where not; other processes may have the caches
    assert any(seconds(300_000) < max(80 * seconds(15_000), 2.0) for _ in range(3))
