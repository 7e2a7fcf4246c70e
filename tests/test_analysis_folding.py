from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newssearch.analysis.folding import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Erdoğan", "erdogan"),
        ("Łódź", "lodz"),
        ("Đoković", "dokovic"),
        ("Øresund", "oresund"),
        ("œuvre", "oeuvre"),
        ("Ærø", "aero"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Þingvellir", "thingvellir"),
        ("İstanbul", "istanbul"),
        ("ISTANBUL", "istanbul"),
        ("Iğdır", "igdir"),
        ("Αθήνα", "αθηνα"),
        ("ΟΔΟΣ", "οδοσ"),
        ("ﬁnance", "finance"),
        ("ＮＡＴＯ", "nato"),
        ("Nguyễn", "nguyen"),
    ],
)
def test_case_accents_and_compatibility_forms_make_no_difference(written: str, folded: str):
    assert fold(written) == folded
    assert fold(unicodedata.normalize("NFD", written)) == folded


def test_yo_is_ye_and_short_i_stays_a_letter_of_its_own():
    assert fold("Зелёный") == fold("зеленый")
    assert fold("й") != fold("и")
    assert fold(unicodedata.normalize("NFD", "йод")) == "йод"


def test_a_stress_mark_is_no_part_of_a_russian_word():
    assert fold("за\u0301мок") == "замок"


def test_points_of_hebrew_and_arabic_are_left_out():
    assert fold("שָׁלוֹם") == "שלום"
    assert fold("العربيّة") == "العربية"


def test_vowel_signs_of_hindi_stay():
    assert fold("हिन्दी") == "हिन्दी"


@pytest.mark.parametrize("unseen", ["\u00ad", "\u200c", "\u200d", "\u2060", "\ufeff", "\u0640"])
def test_what_nobody_sees_is_taken_out(unseen: str):
    assert fold(f"cease{unseen}fire") == "ceasefire"


@given(st.text())
def test_folding_twice_changes_nothing_for_letters(text: str):
    letters = "".join(c for c in text if c <= "\u024f" and c.isalpha())
    assert fold(fold(letters)) == fold(letters)
