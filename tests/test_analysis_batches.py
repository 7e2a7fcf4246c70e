from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from newssearch.analysis.analyzer import PARAGRAPH_GAP, Analyzer, FieldTerms, exact
from newssearch.analysis.batches import BatchAnalyzer, Occurrences
from newssearch.analysis.folding import fold
from newssearch.analysis.interner import Interner, Keys
from newssearch.analysis.stems import Stemming
from newssearch.errors import UsageError

#: Each line a field's part, of one kind of text.
NEWS = """\
Protests spread, said the mayor's office; the miners' strike goes on.
re-election state-of-the-art by-election’s mother-in-law's x-1-y 're-election' _re-election_ a-
U.S. U.S.A. U.K.-based U.S.'s U.S.’s J.K. Rowling С.Ш.А. news.example.org ended.Begin a.b.c. 'U.S.'
1,234 1,250,000. 10,0000 1,000,00 ,1,000 1,000, 10:30 3.14 10,000km １０,０００ 1,000万 4,1,000
C++ C++20 C# F#. R&D AT&T's AT＆T Q&A rock&roll a + b +5 #1 # C++, C#-like &c R& x&y's ++ C+++
AT&T公司 公司AT&T 美国U.S.公司 美国C++语言 iPhone手机 G7集团 第5次 2020年美国 1,000万 'x'卢 卢's
在卢卡申科。卢 カタカナ、ひらがな 서울시 𠮷野家 〇〇 々 ㄅㄆ
ｶﾞｽ 美国ｶﾞ公司 か\u3099く 한글 \u1112\u1161\u11ab\u1100\u1173\u11af ヿ 豈 ㅋㅋㅋ AT&TｱﾊﾟAT ㄱ a ﾞ
Протесты в Москве, ЙЁ о́сень кое-кто «Известия» \u0456\u0308 полуостров-заповедник
احتجاجات، العربيّة می‌خواهم שָׁלוֹם ירושל״ם Αθήνα, Ἀθῆναι ς हिन्दी வணக்கம்
Erdoğan ERDOĞAN İstanbul Straße ŁÓDŹ cœur ﬁre e\u0301lan A\u030angstro\u0308m \u0301 x\u0301\u0302
cease\u00adfire zero\u200bwidth \ufeffmark a\u2060b \u200d _ __ a_b _a_ _1,000_ covid_19
Quotes “double” ‘single’ ʼʻ ʼU.S. U.S.ʼs „low“ dash–dash dash—dash re‐elect re‑elect re－elect x＇s
×.× a×b ÷.÷ a÷b ;.a ·.· °C ½ ⒈ ² ① Ⅷ ㎏ 5µm €5 £1,000 %
half \ud83d\ude00 \ud800 x\udfffy \ude00\ud83d 😀smile😀 👩‍👩‍👧 🇺🇸 𝐀𝐁 𐌰𐌱 end
nul\x00nul \x01\x7f tab\tline\nbreak\r\n `tick` x`s rock'n'roll4 'n' don't o'brien''s
word--word ...and... ,.'-`& --a-- a,.'b'., ".quoted." (brackets) [x]{y}|z~ <a@b.c> /path/to_x
"""

ODD_FIELDS: list[list[str]] = [
    [],
    [""],
    ["", ""],
    ["", "word", ""],
    ["?!", "... --- '''"],
    ["x" * 30, "y" * 24, "z" * 25, "w" * 8, "v" * 9, "u" * 16, "t" * 17, "s" * 32, "r" * 33],
    ["ж" * 4 + "ф" * 12, "ж" * 4 + "ф" * 13, "long" * 250, "ab1" * 400, "é" * 1000, "a-" * 500],
    ["卢" * 300, "ｶ" * 300, "卢a" * 300],
    ["." * 50 + "a" + "." * 50, "+" * 9 + "a" + "'" * 9],
    ["a", "b\n", "\nc"],
]


def forms_of(analyzer: BatchAnalyzer) -> list[tuple[str, str]]:
    """Each form: its term and, where it has one, its unstemmed form's term; else ""."""
    found = analyzer.forms.texts(np.arange(len(analyzer.forms)))
    text = found.text.tobytes()
    terms = zip(found.starts.tolist(), found.ends.tolist(), strict=True)
    unstemmed = zip(found.unstemmed_starts.tolist(), found.unstemmed_ends.tolist(), strict=True)
    return [
        (text[start:end].decode(), exact(text[begin:stop].decode()) if stop > begin else "")
        for (start, end), (begin, stop) in zip(terms, unstemmed, strict=True)
    ]


def rebuilt(analyzer: BatchAnalyzer, found: Occurrences, fields: int) -> list[FieldTerms]:
    """What `Analyzer.field` gives for each field, from the arrays."""
    assert len(found.starts) == fields + 1
    assert np.all(np.diff(found.places) >= 0)
    assert np.all(np.diff(found.starts) >= 0)
    assert found.starts[0] == 0
    terms: list[dict[str, list[int]]] = [{} for _ in range(fields)]
    known = dict(enumerate(forms_of(analyzer)))
    owners = np.searchsorted(found.starts, found.places, side="right") - 1
    for form, place, owner in zip(
        found.forms.tolist(), found.places.tolist(), owners.tolist(), strict=True
    ):
        for term in known[form]:
            if term:
                positions = terms[owner].setdefault(term, [])
                positions.append(place - int(found.starts[owner]))
    return [FieldTerms(*pair) for pair in zip(terms, found.lengths.tolist(), strict=True)]


def assert_equal_to_the_single_form(
    batches: BatchAnalyzer, fields: Sequence[Sequence[str]], single: Analyzer
) -> None:
    found = batches.analyse(fields)
    for field, terms in zip(fields, rebuilt(batches, found, len(fields)), strict=True):
        assert terms == single.field(field), ascii(field)
    spans = np.diff(found.starts) - found.lengths
    assert spans.tolist() == [PARAGRAPH_GAP * len(field) for field in fields]


@pytest.mark.parametrize("part", NEWS.splitlines())
def test_every_kind_of_text_is_as_in_the_single_form(part: str):
    single = Analyzer()
    assert single.field([part]).positions
    assert_equal_to_the_single_form(BatchAnalyzer(single), [[part]], single)
    words = part.split()
    assert_equal_to_the_single_form(BatchAnalyzer(single), [words, [part], words[::-1]], single)


def test_fields_of_all_shapes_are_as_in_the_single_form():
    single = Analyzer()
    batches = BatchAnalyzer(single)
    for _ in range(2):
        assert_equal_to_the_single_form(batches, ODD_FIELDS, single)
        assert_equal_to_the_single_form(batches, [*ODD_FIELDS, NEWS.splitlines(), [NEWS]], single)
    for field in ODD_FIELDS:
        assert_equal_to_the_single_form(batches, [field], single)


def test_words_that_differ_in_one_letter_are_told_apart_at_every_length():
    single = Analyzer()
    words = [
        "a" * place + letter + "a" * (length - place - 1)
        for length in range(1, 42)
        for place in range(length)
        for letter in "bc"
    ]
    assert_equal_to_the_single_form(BatchAnalyzer(single), [words, [" ".join(words)]], single)


@pytest.mark.parametrize("fields", [[], [[]], [[], []], [[""]]])
def test_no_text_has_no_occurrences(fields: list[list[str]]):
    batches = BatchAnalyzer(Analyzer())
    found = batches.analyse(fields)
    assert len(found.forms) == len(found.places) == 0
    assert found.lengths.tolist() == [0] * len(fields)
    assert forms_of(batches) == []


def test_the_arrays_have_the_types_that_they_promise():
    for fields in ([], [["protests in 卢卡申科", "re-election"]]):
        found = BatchAnalyzer(Analyzer()).analyse(fields)
        assert found.forms.dtype == np.uint32
        assert {found.places.dtype, found.starts.dtype, found.lengths.dtype} == {np.dtype(np.int64)}


def test_a_form_is_a_term_and_its_unstemmed_form():
    batches = BatchAnalyzer(Analyzer())
    found = batches.analyse([["Protests, protested 2020"], ["卢卡", "protests"]])
    forms = forms_of(batches)
    assert [forms[form] for form in found.forms.tolist()] == [
        ("protest", "=protests"),
        ("protest", "=protested"),
        ("2020", ""),
        ("卢卡", ""),
        ("卡", ""),
        ("protest", "=protests"),
    ]
    assert found.places.tolist() == [0, 1, 2, 4, 5, 7]
    assert found.starts.tolist() == [0, 4, 9]
    assert len(forms) == len(set(forms)) == 5


@pytest.mark.parametrize("latin", ["english", ""])
def test_a_word_with_and_without_its_s_is_as_in_the_single_form(latin: str):
    """Such words are analysed together, where there is a stemmer for them."""
    words = ["harbour", "s", "us", "x1", "café", "re-run", "u.s", "y" * 199, "y" * 300]
    tails = ["", "'s", "’s", "ʼS", "`s", "'s's", "'t", "'", "s'"]
    fields = [[" ".join(word + tail for tail in tails) for word in words]]
    analyzer = Analyzer(Stemming(latin=latin))
    assert_equal_to_the_single_form(BatchAnalyzer(analyzer), fields, analyzer)


def test_the_stemming_is_the_analyzers():
    german = Analyzer(Stemming(latin="german"))
    batches = BatchAnalyzer(german)
    assert_equal_to_the_single_form(batches, [["Zeitungen, Zeitung's re-elected"]], german)


@pytest.mark.parametrize("first", [*range(0, 0x38000, 0x8000), 0xE0000, 0x108000])
def test_every_character_is_read_as_in_the_single_form(first: int):
    single = Analyzer()
    batches = BatchAnalyzer(single)
    parts = [
        " ".join(f"{c} a{c}b {c}x U.{c}.S" for c in map(chr, range(code, code + 128)))
        for code in range(first, first + 0x8000, 128)
    ]
    assert_equal_to_the_single_form(batches, [parts], single)


def test_small_letters_change_no_folded_word():
    """The batch form reads ASCII letters as small ones before marks compose with them."""
    marks = [chr(code) for code in range(0x80, 0x20000) if unicodedata.combining(chr(code))]
    assert len(marks) > 500
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for mark in marks:
            word = f"{letter}{mark}\u0323Й{letter}{mark}"
            assert fold(word) == fold(word.replace(letter, letter.lower())), ascii(word)


def test_random_text_is_as_in_the_single_form():
    seed = random.randrange(2**32)
    print("seed", seed)
    draw = random.Random(seed)
    letters = "aUS1 .',-sc+#&_AbSeIxyzC09`/:\n\0éğıİßœ’‘ʼ‑－＆“—\u0301\u00ad\u200d½×÷ЙёП"
    others = "עاه卢卡、。ガｶﾞ한\u3099\u1100\u1161\ud800\udc00😀𠮷𝐀"
    single = Analyzer()
    batches = BatchAnalyzer(single, most_bytes=150_000)
    for trial in range(300):
        alphabet = letters[: draw.choice([9, 13, 30, 60])] + others * draw.choice([0, 0, 1])
        fields = [
            [
                "".join(draw.choices(alphabet, k=draw.choice([0, 3, 20, 60])))
                for _ in range(draw.randrange(4))
            ]
            for _ in range(draw.randrange(20))
        ]
        assert_equal_to_the_single_form(batches, fields, single)
        if trial % 20 == 19:
            batches.reset()
            assert batches.held <= 150_000


@pytest.mark.parametrize("most_bytes", [0, 80_000, 10_000_000])
def test_forgetting_strings_changes_no_result(most_bytes: int):
    single = Analyzer()
    batches = BatchAnalyzer(single, most_bytes)
    fields = [[line] for line in NEWS.splitlines()]
    for round_number in range(6):
        assert_equal_to_the_single_form(batches, fields[round_number:], single)
        forms = forms_of(batches)
        assert_equal_to_the_single_form(batches, fields, single)
        assert forms_of(batches)[: len(forms)] == forms  # numbers stay until `reset`
        if round_number % 2:
            batches.reset()


def test_what_takes_too_much_memory_is_forgotten():
    batches = BatchAnalyzer(Analyzer(), 200_000)
    batches.analyse([["harbour bridge 卢卡 x-ray"]])
    batches.reset()
    kept = len(batches.forms)
    assert kept
    words = " ".join(f"harbour{i}x" for i in range(5000))
    found = batches.analyse([[words, "卢" * 9]])
    assert forms_of(batches)[int(found.forms[-1])] == ("卢", "")
    assert batches.held > 200_000
    batches.reset()
    assert len(batches.forms) == 0
    assert batches.held < 200_000


def test_a_pair_of_characters_is_one_form_wherever_it_comes_from():
    """Half-width Kana become pairs one run at a time, others in whole arrays."""
    batches = BatchAnalyzer(Analyzer())
    found = batches.analyse([["ガス 卢卡 20 5 𠮷野", "ｶﾞｽ 卢卡 20 5 𠮷野"]])
    half = len(found.forms) // 2
    assert found.forms[:half].tolist() == found.forms[half:].tolist()
    assert [forms_of(batches)[form][0] for form in found.forms[:half].tolist()] == [
        "ガス", "ス", "卢卡", "卡", "20", "5", "𠮷野", "野"
    ]  # fmt: skip


def test_after_an_error_the_next_batch_is_right():
    analyzer = Analyzer(Stemming(cyrillic="klingon"))
    batches = BatchAnalyzer(analyzer)
    with pytest.raises(UsageError, match="klingon"):
        batches.analyse([["harbour мост bridge"]])
    assert_equal_to_the_single_form(batches, [["harbour bridge", "bridge"]], analyzer)


def test_very_long_strings_are_not_kept():
    batches = BatchAnalyzer(Analyzer())
    batches.analyse([["warm up"]])
    kept = batches._analyses.sizes()
    batches.analyse([["ab1" * 50_000, "ｶﾞ" * 50_000, "x"]])
    assert batches._analyses.sizes() == kept
    assert len(batches._long) == 0


class OneSlot(Interner):
    """All keys collide."""

    def _slots(self, keys: Keys) -> NDArray[np.int64]:
        return np.zeros(len(keys[0]), np.int64)


@pytest.mark.parametrize("kind", [Interner, OneSlot])
@pytest.mark.parametrize("width", [1, 3])
def test_keys_have_one_number_each_whatever_their_hashes(kind: type[Interner], width: int):
    draw = np.random.default_rng(width)
    interner, known = kind(width, bits=2), {}
    for _ in range(12):
        keys = tuple(draw.integers(1, 7, 60).astype(np.uint64) for _ in range(width))
        numbers, new = interner.numbers(keys)
        rows = list(zip(*(word.tolist() for word in keys), strict=True))
        fresh = [rows[place] for place in new.tolist()]
        assert not set(fresh) & set(known)
        known.update(zip(fresh, range(len(known) + 1, len(known) + len(fresh) + 1), strict=True))
        assert numbers.tolist() == [known[row] for row in rows]
    assert len(interner) == len(known) == (6 if width == 1 else len(known))


def test_chunks_that_collide_are_told_apart(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("newssearch.analysis.batches.Interner", OneSlot)
    single = Analyzer()
    assert_equal_to_the_single_form(BatchAnalyzer(single), [NEWS.splitlines()], single)


def test_many_distinct_words_make_the_tables_grow():
    single = Analyzer()
    batches = BatchAnalyzer(single)
    draw = random.Random(7)
    for _ in range(3):
        words = [f"w{draw.randrange(10**6):x}" for _ in range(6_000)]
        run = "".join(chr(draw.randrange(0x4E00, 0x9FFF)) for _ in range(6_000))
        assert_equal_to_the_single_form(batches, [[" ".join(words), run]], single)
