from __future__ import annotations

import random
from collections.abc import Sequence
from math import log2
from pathlib import Path

import pytest

from bench import quality, quality_report
from bench.peers import Fts5
from bench.quality_collections import MOST_WORDS, Collection, read, words
from bench.quality_engines import our_ranker, peer_ranker
from bench.quality_measures import MEASURES, figures, means

STORIES = {
    "ferry": "The ferry to the island sank in a storm. The ferry was old.",
    "storm": "A storm closed the harbour, and no ferry left it.",
    "bread": "Bakers say that bread will cost more after the harvest.",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEWSSEARCH_BENCH", str(tmp_path / "work"))
    articles = tmp_path / "harbours" / "articles"
    articles.mkdir(parents=True)
    for name, text in STORIES.items():
        (articles / f"{name}.md").write_text(f"## News of the {name}\n\n{text}\n", "utf-8")
    (tmp_path / "harbours" / "queries.tsv").write_text(
        "1\tWhich FERRY sank?\n2\tprice of bread (or OR not?)\n3\tNobody judged this one\n", "utf-8"
    )
    (tmp_path / "harbours" / "qrels.txt").write_text(
        "1 0 ferry 2\n1 0 storm 1\n2 0 bread 1\n4 0 bread 0\n", "utf-8"
    )
    return tmp_path / "harbours"


@pytest.fixture
def collection(folder: Path) -> Collection:
    return read("harbours", folder)


def test_a_collection_has_the_judged_queries_as_words(collection: Collection) -> None:
    assert collection.queries == {
        "1": ("which", "ferry", "sank"),
        "2": ("price", "of", "bread", "or", "or", "not"),
    }
    assert collection.grades == {"1": {"ferry": 2, "storm": 1}, "2": {"bread": 1}}
    assert [text.date for text in collection.texts()] == sorted(STORIES)


def test_words_are_letters_and_digits_in_lower_case_up_to_the_limit() -> None:
    assert words('"Two-tier" (2020): foo_bar?') == ("two", "tier", "2020", "foo", "bar")
    assert words("ferry " * 300) == ("ferry",) * MOST_WORDS


def test_newssearch_and_a_peer_name_the_documents_best_first(collection: Collection) -> None:
    for rank in (our_ranker(collection), peer_ranker(Fts5(), collection)):
        assert rank(("ferry", "sank", "or", "nowhere")) == ["ferry", "storm"]
        assert rank(("nowhere",)) == []


# --- figures --------------------------------------------------------------------------------------


def naive(ranking: Sequence[str], grades: dict[str, int]) -> dict[str, float]:
    """The measures from their definitions."""
    good = {document for document, grade in grades.items() if grade > 0}
    ideal = sorted(grades.values(), reverse=True)[:10]
    gains = [grades.get(document, 0) for document in ranking[:10]]
    hits = [place for place, document in enumerate(ranking, 1) if document in good]
    return {
        "nDCG@10": sum(g / log2(i + 2) for i, g in enumerate(gains))
        / sum(g / log2(i + 2) for i, g in enumerate(ideal)),
        "AP": sum((i + 1) / place for i, place in enumerate(hits)) / len(good),
        "RR": 1 / hits[0] if hits else 0.0,
        "R@100": len(good & set(ranking[:100])) / len(good),
    }


def test_figures_are_those_of_the_definitions() -> None:
    pytest.importorskip("ir_measures", reason="comes with the extra `bench`")
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    documents = [f"d{number}" for number in range(200)]
    for _ in range(30):
        grades = {d: chance.choice((0, 1, 1, 2, 4)) for d in chance.sample(documents, 20)}
        grades["d0"] = 1
        ranking = chance.sample(documents, chance.choice((1, 5, 12, 150)))
        found = figures({"q": ranking}, {"q": grades})["q"]
        assert found == pytest.approx(naive(ranking, grades), abs=1e-9)


def test_a_query_without_hits_counts_as_nothing() -> None:
    pytest.importorskip("ir_measures", reason="comes with the extra `bench`")
    found = figures({"1": ["a"], "2": []}, {"1": {"a": 1}, "2": {"a": 1}})
    assert found["2"] == dict.fromkeys(MEASURES, 0.0)
    assert means(found) == dict.fromkeys(MEASURES, 0.5)


# --- what is printed ------------------------------------------------------------------------------


def same(value: float) -> dict[str, float]:
    return dict.fromkeys(MEASURES, value)


def test_the_tables_mark_the_best_of_each_collection() -> None:
    printed = quality_report.tables(
        {
            "one": {"newssearch": same(0.5), "peer": same(0.25)},
            "two": {"newssearch": same(0.5), "peer": same(0.75)},
        }
    )
    first, table = printed.split("\n\n")[:2]
    assert first == "nDCG@10"
    assert "| newssearch | **0.500** |     0.500 | 0.500 |" in table
    assert "| peer       |     0.250 | **0.750** | 0.500 |" in table


def test_a_peer_that_is_ahead_is_named_and_so_is_a_mean_below_the_goal() -> None:
    good = {"one": {"newssearch": same(0.9), "peer": same(0.9)}}
    assert quality_report.ahead(good) == []
    (line,) = quality_report.ahead({**good, "two": {"newssearch": same(0.4), "peer": same(0.41)}})
    assert line == "peer is ahead on two: 0.4100 against 0.4000"
    (line,) = quality_report.ahead({"one": {"newssearch": same(0.3), "peer": same(0.2)}})
    assert line == "the mean nDCG@10 is 0.3000; the goal is 0.485"


def test_changes_are_counted_against_the_accepted_run(tmp_path: Path) -> None:
    file = tmp_path / "accepted.json"
    assert quality.accepted(file) == {}
    quality.accept({"one": {"1": 0.5, "2": 0.5, "3": 0.0}}, file)
    quality.accept({"two": {"1": 0.1}}, file)
    before = quality.accepted(file)
    assert set(before) == {"one", "two"}
    now = {"one": {"1": 0.75, "2": 0.4, "3": 0.0}, "three": {"1": 1.0}}
    assert quality_report.changes(now, before) == [
        "one: +0.0500; 1 better, 1 worse; most: 1 +0.25, 2 -0.10",
        "three: not in the accepted run",
    ]
    unchanged = quality_report.changes({"one": before["one"]}, before)
    assert unchanged == ["one: +0.0000; 0 better, 0 worse"]
