"""Words that the archive has, for those that it has not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import create
from invented_documents import commit, document

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Snapshot
from newssearch.spelling import nearest, sounds

NEWS = [
    document("1.md", "Lukashenko speaks. " * 9 + "Lukashenka once.", title="Zelensky and Gaddafi"),
    document("2.md", "Protests, protest, protesting: the government receives them. " * 5),
    document(
        "3.md", "Yanukovych left; Tchaikovsky is played in Kharkiv. Harbour, harbor. Минск 2020"
    ),
    document("4.md", "harbour " * 40 + "harbors arbour"),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    folder: Path = tmp_path_factory.mktemp("spelling")
    engine = create("columnar", folder / "index", Analyzer())
    commit(engine, NEWS)
    held = engine.snapshot()
    yield held
    held.close()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("goverment", "government"),
        ("recieves", "receives"),
        ("protset", "protest"),
        ("harbuor", "harbour"),
        ("harborz", "harbors"),
        ("Минкс", "минск"),
        ("Lukaschenko's", "lukashenko"),
        ("Loukachenko", "lukashenko"),
        ("Łukaszenka", "lukashenka"),
        ("Selenskyj", "zelensky"),
        ("Zelenskiy", "zelensky"),
        ("Qaddafi", "gaddafi"),
        ("Janukowitsch", "yanukovych"),
        ("Tschaikowski", "tchaikovsky"),
        ("Charkiw", "kharkiv"),
    ],
)
def test_a_misspelt_word_and_a_name_in_another_spelling_are_known(
    typed: str, first: str, snapshot: Snapshot
) -> None:
    assert nearest(typed, Analyzer(), snapshot)[0].text == first


def test_words_come_with_their_frequencies_the_likeliest_first(snapshot: Snapshot) -> None:
    found = nearest("lukashenk", Analyzer(), snapshot)
    assert [tuple(word) for word in found] == [("lukashenko", 9), ("lukashenka", 1)]


def test_no_suggestion_is_a_stem(snapshot: Snapshot) -> None:
    found = {word.text for word in nearest("protestz", Analyzer(), snapshot, limit=100)}
    assert found == {"protest", "protests"}
    assert nearest("recieving", Analyzer(), snapshot) == []


def test_at_most_so_many_are_given(snapshot: Snapshot) -> None:
    assert len(nearest("harbou", Analyzer(), snapshot, limit=9)) == 4
    assert len(nearest("harbou", Analyzer(), snapshot, limit=2)) == 2


@pytest.mark.parametrize(
    "typed", ["", "—", "2021", "xq", "卢卡申科", "re-electoin", "zzzzzzzzz", "a" * 300]
)
def test_what_is_no_word_or_like_none_has_no_suggestion(typed: str, snapshot: Snapshot) -> None:
    assert nearest(typed, Analyzer(), snapshot) == []


@pytest.mark.parametrize(
    "names",
    [
        ("lukashenko", "lukaschenko", "loukachenko", "lukasjenko"),
        ("zelensky", "zelenskiy", "selenskyj", "zelenskyy"),
        ("tchaikovsky", "tschaikowski", "chaikovskiy"),
        ("yanukovych", "janukowitsch", "ianoukovitch"),
        ("gaddafi", "kadhafi", "qaddafi", "gadhafi"),
        ("navalny", "nawalny", "navalnyi"),
    ],
)
def test_spellings_of_a_name_sound_alike(names: tuple[str, ...]) -> None:
    assert len(set(map(sounds, names))) == 1


def test_other_names_and_scripts_do_not() -> None:
    assert len(set(map(sounds, ("lukashenko", "kolesnikova", "putin", "pompeo")))) == 4
    assert sounds("минск") == sounds("") == ""
