"""Stories that the columnar engine joins, against `engine.alike`, which compares sets."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from invented_documents import commit, document

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.batches import BatchAnalyzer
from newssearch.article.model import Kind
from newssearch.engine import choose
from newssearch.engine.alike import compared_as, joined, shingles
from newssearch.engine.base import Document, Engine
from newssearch.engine.columnar import joining
from newssearch.engine.columnar.comparison import FEW
from newssearch.engine.columnar.generation import open_generation
from newssearch.engine.columnar.sketching import body_shingles

WORDS = [f"{a}{b}" for a in ("port", "ship", "fog", "pilot", "tug") for b in "abcdefghijkl"]
HAN = "港口罢工引航员北方船只浓雾市长说议会昨天今年工人"


class Newsroom:
    """Bodies that are copies of one another, with more or less changed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.told: list[tuple[str, list[str]]] = []
        self.count = 0

    def words(self, lang: str, size: int) -> list[str]:
        return self.random.choices(HAN if lang == "zh" else WORDS, k=size)

    def document(self) -> Document:
        source = self.random
        self.count += 1
        if self.told and source.random() < 0.6:
            lang, body = source.choice(self.told[-12:])
            body = list(body)
            for _ in range(source.choice((0, 0, 1, 2, 4, 8))):
                body[source.randrange(len(body))] = self.words(lang, 1)[0]
        else:
            lang = source.choice(("en", "en", "zh", ""))
            body = self.words(lang, source.choice((30, 49, 50, 60, 99, 100, 150, 300)))
        self.told.append((lang, body))
        cut = source.randrange(len(body) + 1)
        gap = "" if lang == "zh" else " "
        return document(
            f"{self.count}.md",
            f"{gap.join(body[:cut])}\n{gap.join(body[cut:])}",
            story=f"s{source.randrange(self.count * 2)}",
            lang=lang,
            title=source.choice(
                ("Fog over the harbour", "Fog, part 1", "Fog, part 2", "A ship lost")
            ),
            date=f"2020-08-{source.randrange(1, 29):02}",
            source=source.choice(("example.org", "example.net", "")),
            url=source.choice(("", f"https://example.org/{self.count}")),
            kind=source.choice((Kind.ARTICLE, Kind.ARTICLE, Kind.ARTICLE, Kind.DIGEST, Kind.PAGE)),
        )


@pytest.fixture
def analyzer() -> Analyzer:
    return Analyzer()


@pytest.fixture
def engine(tmp_path: Path, analyzer: Analyzer) -> Engine:
    return choose.create("columnar", tmp_path / "build", analyzer)


@pytest.fixture
def seed() -> int:
    chosen = random.randrange(10**9)
    print(f"seed {chosen}")
    return chosen


def joined_in(folder: Path) -> list[list[str]]:
    generation = open_generation(folder / "build")
    try:
        return generation.joined()
    finally:
        generation.close()


def expected(documents: list[Document], analyzer: Analyzer) -> list[list[str]]:
    return joined([(one.story, one.article) for one in documents], analyzer)


def test_shingles_are_those_of_one_body_at_a_time(analyzer: Analyzer, seed: int):
    newsroom = Newsroom(seed)
    documents = [newsroom.document() for _ in range(200)]
    documents.append(
        document("odd.md", "U.S. go-ing covid-19 " * 40 + "\n\n港口 fog " * 30, lang="zh")
    )
    batch = BatchAnalyzer(analyzer)
    batch.analyse([["the port and the fog, before the forms of these"]])
    texts = [[p.text for p in one.article.body] for one in documents]
    found = batch.analyse([part for text in texts for part in (["A title"], [], text)])
    kinds = [compared_as(one.article) for one in documents]
    chosen, values, edges = body_shingles(found, batch.forms, kinds)
    naive = [shingles(one.article, analyzer) for one in documents]
    assert chosen.tolist() == [i for i, some in enumerate(naive) if some]
    for row, i in enumerate(chosen.tolist()):
        some = np.unique(values[edges[row] : edges[row + 1]])
        assert len(some) == len(naive[i])
        for other_row, j in enumerate(chosen.tolist()[:row]):
            other = values[edges[other_row] : edges[other_row + 1]]
            assert len(np.intersect1d(some, other)) == len(naive[i] & naive[j])


@pytest.mark.parametrize("few", [FEW, 2])
def test_stories_are_joined_as_sets_of_shingles_say_whenever_documents_come_and_go(
    tmp_path: Path,
    engine: Engine,
    analyzer: Analyzer,
    seed: int,
    few: int,
    monkeypatch: pytest.MonkeyPatch,
):
    """Sketches may miss a pair that is only just alike, once in 300: one such is forgiven."""
    monkeypatch.setattr(joining, "FEW", few)  # of three and more members are crowds, too
    newsroom = Newsroom(seed)
    live: dict[str, Document] = {}
    missed = 0
    for _ in range(12):
        gone = newsroom.random.sample(sorted(live), newsroom.random.randrange(len(live) // 4 + 1))
        added = [newsroom.document() for _ in range(newsroom.random.choice((0, 1, 5, 40)))]
        commit(engine, added, gone)
        live = {name: one for name, one in live.items() if name not in gone}
        live |= {one.id: one for one in added}
        missed += joined_in(tmp_path) != expected(list(live.values()), analyzer)
    assert missed <= 1
    again = tmp_path / "again"
    engine = choose.create("columnar", again / "build", analyzer)
    commit(engine, live.values())
    assert joined_in(again) == joined_in(tmp_path)


def test_what_was_joined_stays_joined_when_segments_are_merged(
    tmp_path: Path, engine: Engine, analyzer: Analyzer
):
    text = " ".join(WORDS)
    for i in range(14):  # more than are merged at once
        own = " ".join(random.Random(i).sample(WORDS, len(WORDS))) if i else text
        commit(engine, [document(f"{i}.md", own, story=f"s{i}", lang="en", title="Fog")])
    commit(engine, [document("x.md", text, story="s99", lang="en", title="Fog")])
    assert joined_in(tmp_path) == [["s0", "s99"]]
    commit(engine, [document("y.md", text, story="s98", lang="en", title="Fog")])
    assert joined_in(tmp_path) == [["s0", "s98", "s99"]]


def test_a_thousand_copies_of_one_text_are_one_story(
    tmp_path: Path, engine: Engine, analyzer: Analyzer
):
    text = " ".join(WORDS)
    copies = [
        document(f"{i}.md", text, story=f"s{i:03}", lang="en", title="Fog") for i in range(1000)
    ]
    commit(engine, copies[:700])
    commit(engine, copies[700:], [copies[0].id])
    assert joined_in(tmp_path) == [[f"s{i:03}" for i in range(1, 1000)]]
