"""What the seeds' queries show, best first: `golden.txt`, so that a change of ranking is read in
its diff. `NEWSSEARCH_GOLDEN=write pytest tests/rank` writes the file anew.

A line is a story's score, cut to one decimal, and the path of the article that is shown for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from invented_documents import ask, commit, document, paths, phrase, word

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.ranking import idf, term_weight
from newssearch.engine.whoosh_engine import WhooshEngine, create_engine
from newssearch.indexer import update_index
from newssearch.query import NewsIndex, open_index
from newssearch.syntax.nodes import Or

GOLDEN = Path(__file__).parent / "golden.txt"
SHOWN = 6

HEAD = """\
# The seeds' ranking: a query, then the stories it shows, best first (the first six).
# Written by `NEWSSEARCH_GOLDEN=write pytest tests/rank`; read the diff before you keep it.
"""

QUERIES = (
    "lukashenko",
    "卢卡申科",
    "belarus protests",
    '"enter third week"',
    "лукашенко",
    "vaccine volunteers",
    "疫苗",
    "earthquake",
    "port",
    "harbour",
    "town",
    "library boat",
    "night",
    "water",
    "people said",
    "last week",
    "morning train",
    "train OR tram OR bus",
    "school children",
    "us chips",
    "price of bread OR price of books",
    "title:town",
    "count*",
    "year -covid",
    "说",
    "the old town at night",
)


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    folder = tmp_path_factory.mktemp("rank") / "index"
    update_index(folder, [Path(__file__).parents[2] / "seeds"])
    with open_index(folder) as opened:
        yield opened


def ranking(news: NewsIndex) -> str:
    blocks = []
    for query in QUERIES:
        results = news.query(query, limit=SHOWN, fall_back=True)
        how = " (not all words)" if results.partial else ""
        lines = [f"{query}    {results.total_stories} stories{how}"]
        lines += [f"    {hit.score:4.1f}  {hit.path}" for hit in results.hits]
        blocks.append("\n".join(lines) + "\n")
    return HEAD + "\n" + "\n".join(blocks)


def test_the_seeds_are_ranked_as_written_down(news: NewsIndex):
    found = ranking(news)
    if os.environ.get("NEWSSEARCH_GOLDEN") == "write":
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


# --- what the ranking must do whatever the figures are --------------------------------------------


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    return create_engine(tmp_path / "engine", Analyzer())


def test_a_word_weighs_most_in_the_title_then_in_the_keywords_then_in_the_body(
    engine: WhooshEngine,
):
    commit(
        engine,
        [
            document("body.md", "comet sky", title="Rain wind", keywords=("hill lake",)),
            document("title.md", "hill lake", title="Comet sky", keywords=("rain wind",)),
            document("keywords.md", "rain wind", title="Hill lake", keywords=("comet sky",)),
        ],
    )
    for tree in (word("comet"), phrase("comet sky"), word("sky")):
        assert paths(engine, tree) == ["title.md", "keywords.md", "body.md"]


def test_more_occurrences_rank_higher_and_less_and_less_so(engine: WhooshEngine):
    texts = {n: " ".join(["comet"] * n + ["rain"] * (8 - n)) for n in range(1, 8)}
    commit(engine, [document(f"{n}.md", text) for n, text in texts.items()])
    found = ask(engine, word("comet"), limit=None).found
    assert paths(engine, word("comet")) == [f"{n}.md" for n in range(7, 0, -1)]
    gains = [above.score - below.score for above, below in pairwise(found)]
    assert gains == sorted(gains)
    assert gains[0] > 0


def test_of_equal_counts_the_shorter_text_ranks_higher(engine: WhooshEngine):
    commit(engine, [document("long.md", "comet " + "rain " * 50), document("short.md", "comet")])
    assert paths(engine, word("comet")) == ["short.md", "long.md"]


def test_a_rare_word_weighs_more_than_a_common_one(engine: WhooshEngine):
    commit(engine, [document(f"{n}.md", "rain falls") for n in range(9)])
    commit(engine, [document("rare.md", "comet falls")])
    assert ask(engine, word("comet")).found[0].score > ask(engine, word("rain")).found[0].score
    assert ask(engine, word("falls")).found[0].score > 0


def test_of_equally_rare_words_the_one_that_its_articles_repeat_weighs_more(engine: WhooshEngine):
    commit(engine, [document(f"{n}.md", "rain falls") for n in range(9)])
    commit(engine, [document("comets.md", "comet " * 6), document("lanterns.md", "lantern rain")])
    commit(engine, [document("comet.md", "comet falls"), document("lantern.md", "lantern falls")])
    found = paths(engine, Or((word("comet"), word("lantern"))))
    assert found == ["comets.md", "comet.md", "lantern.md", "lanterns.md"]


def test_a_word_of_every_article_gains_nothing_from_being_repeated() -> None:
    assert term_weight(100, 100, 3_000) == idf(100, 100)
    assert term_weight(100, 50, 3_000) < 1.5 * idf(100, 50)


def test_a_word_that_is_never_repeated_weighs_as_rare_as_it_is() -> None:
    assert term_weight(100, 3, 3) == idf(100, 3)
    assert term_weight(100, 0, 0) == idf(100, 0)


def test_one_article_that_repeats_a_word_without_end_does_not_decide_its_weight() -> None:
    assert idf(100, 1) < term_weight(100, 1, 10) < term_weight(100, 1, 1_000)
    assert term_weight(100, 1, 1_000) == term_weight(100, 1, 10_000) < 4 * idf(100, 1)
