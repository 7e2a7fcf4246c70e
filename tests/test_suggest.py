"""What may come after what has been typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import create
from invented_documents import commit, document

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Kind
from newssearch.engine.base import Snapshot
from newssearch.suggest import LONGEST, Completion, Source, suggest

NEWS = [
    document("1.md", "Harbour harbour harbour harbours. Hardly.", title="The harbour is closed"),
    document("2.md", "Strike, strikes in Oslo. Striking. " * 3, title="Strike at the Harbour"),
    document("3.md", "Oslo strikes back; an Østfold strike.", title="Oslo: “Strikes” go on"),
    document("4.md", "Mayor: no strike. Mayor Striker " + "stringent " * 30, title="A mayor's day"),
    document("5.md", "港口关闭", title="港口关闭三天", lang="zh"),
    document("6.md", "Harbour list", title="Harbour pages", kind=Kind.PAGE),
    document("7.md", "Covid-19 in 2020 and 2021; 2020", title="A story", story="one"),
    document("8.md", "Covid-19 in 2020", title="A story", story="one"),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    folder: Path = tmp_path_factory.mktemp("suggest")
    engine = create("columnar", folder / "index", Analyzer())
    commit(engine, NEWS[:4])
    commit(engine, NEWS[4:])
    held = engine.snapshot()
    yield held
    held.close()


def words(snapshot: Snapshot, prefix: str, limit: int = 10) -> list[str]:
    found = suggest(prefix, Analyzer(), snapshot, limit)
    return [one.text for one in found if one.source is Source.WORD]


def titles(snapshot: Snapshot, prefix: str, limit: int = 10) -> list[str]:
    found = suggest(prefix, Analyzer(), snapshot, limit)
    return [one.text for one in found if one.source is Source.TITLE]


@pytest.mark.parametrize(
    ("prefix", "completed"),
    [
        ("har", ["harbour", "harbours", "hardly"]),
        ("s", ["stringent", "strike", "strikes", "striking", "story", "striker"]),
        ("strik", ["strike", "strikes", "striking", "striker"]),
        ("Str", ["Stringent", "Strike", "Strikes", "Striking", "Striker"]),
        ("  oslo", ["oslo"]),
        ("ost", ["ostfold"]),
        ("Øst", ["ostfold"]),
        ("20", ["2020", "2021"]),
        ("covid-1", ["covid-19"]),
        ("xyz", []),
        ("港", []),
        ("", []),
        ("— ", []),
    ],
)
def test_a_word_becomes_the_most_frequent_words_that_begin_so(
    prefix: str, completed: list[str], snapshot: Snapshot
) -> None:
    assert words(snapshot, prefix) == completed


@pytest.mark.parametrize(
    ("prefix", "completed"),
    [
        ("oslo str", ["oslo strikes", "oslo strike", "oslo striking"]),
        ("mayor str", ["mayor striker", "mayor strike", "mayor stringent"]),
        ("title:harbour har", ["title:harbour harbour", "title:harbour harbours"]),
        ("title: har", ["title: harbour", "title: harbours", "title: hardly"]),
        ("oslo OR str", ["oslo OR strikes", "oslo OR strike", "oslo OR striking"]),
        ('"in O', ['"in Oslo']),
        ("oslo -closed str", ["oslo -closed strikes"]),
        ("source:nowhere oslo str", ["source:nowhere oslo strikes"]),
        ("nowhere str", []),
        ("oslo ", []),
    ],
)
def test_after_other_words_come_those_that_articles_have_beside_them(
    prefix: str, completed: list[str], snapshot: Snapshot
) -> None:
    found = words(snapshot, prefix)
    assert found[: len(completed)] == completed
    assert bool(found) == bool(completed)


def test_the_word_that_follows_the_one_before_comes_first(tmp_path: Path) -> None:
    held = [
        document(f"{n}.md", "The harbour train was late. Terns, the tower, the trees and tides.")
        for n in range(3)
    ]
    engine = create("columnar", tmp_path / "engine", Analyzer())
    commit(engine, held)
    found = suggest("harbour t", Analyzer(), engine.snapshot())
    assert found[0].text == "harbour train"
    assert "harbour t" not in [one.text for one in found]


def test_what_is_hardly_ever_there_is_left_out_beside_what_mostly_is(tmp_path: Path) -> None:
    held = [document("a.md", "harbour " * 201 + "harbourmist"), document("b.md", "harbours")]
    engine = create("columnar", tmp_path / "engine", Analyzer())
    commit(engine, held)
    assert [one.text for one in suggest("har", Analyzer(), engine.snapshot())] == ["harbour"]
    assert suggest("harbourm", Analyzer(), engine.snapshot())[0].text == "harbourmist"


@pytest.mark.parametrize(
    ("prefix", "entitled"),
    [
        ("str", ["Strike at the Harbour", "Oslo: “Strikes” go on"]),
        ("har", ["The harbour is closed", "Strike at the Harbour"]),
        ("strike har", ["Strike at the Harbour"]),
        ("Oslo: “str", ["Oslo: “Strikes” go on"]),
        ("the harbour ", ["The harbour is closed", "Strike at the Harbour"]),
        ("港口", ["港口关闭三天"]),
        ("港", ["港口关闭三天"]),
        ("mayor", ["A mayor's day"]),
        ("a st", ["A story"]),
        ("st", []),
    ],
)
def test_titles_with_the_words_follow_those_in_front_that_begin_so(
    prefix: str, entitled: list[str], snapshot: Snapshot
) -> None:
    found = titles(snapshot, prefix)
    assert sorted(found) == sorted(entitled)
    assert found[:1] == entitled[:1]


def test_words_and_titles_share_what_is_asked_for(snapshot: Snapshot) -> None:
    found = suggest("str", Analyzer(), snapshot, 4)
    assert found == [
        Completion("stringent", Source.WORD),
        Completion("strike", Source.WORD),
        *(Completion(title, Source.TITLE) for title in titles(snapshot, "str")),
    ]
    assert len(suggest("str", Analyzer(), snapshot, 1)) == 1
    assert len(suggest("str", Analyzer(), snapshot, 5)) == 5


def test_what_nobody_types_is_cut_off(snapshot: Snapshot) -> None:
    assert suggest("harbour " * 5000 + "har", Analyzer(), snapshot) == suggest(
        ("harbour " * 5000)[:LONGEST], Analyzer(), snapshot
    )
