"""The Whoosh engine against brute force, and against Whoosh's own searcher, on generated archives.

A run's seed is printed; `NEWSSEARCH_TREES=20000 pytest tests/test_engine_differential.py` asks
more, `NEWSSEARCH_SEED=7` asks the same again.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from brute_force import BruteForceEngine
from invented_documents import document
from whoosh import index, query
from whoosh.writing import NO_MERGE

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Kind
from newssearch.engine import whoosh_writer
from newssearch.engine.base import Document, Engine, Search, Snapshot
from newssearch.engine.whoosh_engine import create_engine
from newssearch.options import Sort
from newssearch.syntax.nodes import (
    And,
    Everything,
    Filter,
    Form,
    Node,
    Not,
    Or,
    Phrase,
    Word,
)

TREES = int(os.environ.get("NEWSSEARCH_TREES", "400"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "0")) or random.randrange(1, 10**9)

WORDS = (
    "fog harbour pilot pilots strike striking re-elect reelect covid19 covid U.S. 10:30 port ports "
    "O’Brien the of C++ 港口 罢工 港 引航员 北方港口罢工 口罢 порт порта"
).split()
FIELDS = ("", "", "", "title", "keywords", "body")
LANGUAGES = ("en", "zh", "ru", "")


class Generated:
    """Documents and query trees from one random source."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def text(self, most: int) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randrange(most)))

    def document(self) -> Document:
        pick = self.random.choice
        self.count += 1
        languages = tuple(self.random.sample(LANGUAGES[:3], 2)) if pick((0, 0, 1)) else ()
        return document(
            f"{pick(('2020/08', '2020/09', 'old'))}/{self.count}.md{pick(('', '', '#1'))}",
            "\n".join(self.text(12) for _ in range(self.random.randrange(4))),
            title=self.text(4),
            keywords=tuple(self.text(3) for _ in range(self.random.randrange(3))),
            story=f"s{self.random.randrange(40)}",
            added=pick(("", "2020-08-27", "2020-08-28")),
            date=pick(("", "2020", "2020-08", "2020-08-27", "2020-08-27T10:00:00", "2019-12-31")),
            lang=languages[0] if languages else pick(LANGUAGES),
            languages=languages,
            kind=pick((*[Kind.ARTICLE] * 5, Kind.DIGEST, Kind.PAGE)),
            source=pick(("", "bay.org", "bay.net", "Cape Post")),
            authors=pick(((), ("Ada Quill",), ("Adam Örn", "Ada Bay"))),
        )

    def word(self, field: str) -> Word:
        text, form = self.random.choice(WORDS), self.random.choice(list(Form))
        if form is Form.PREFIX and text[0] < "\u0400":
            text = text[: self.random.randrange(1, 5)]
        return Word(text, form, field)

    def leaf(self) -> Node:
        field = self.random.choice(FIELDS)
        chosen = self.random.random()
        if chosen < 0.5:
            return self.word(field)
        if chosen < 0.75:
            count = self.random.randrange(2, 4)
            return Phrase(tuple(self.word(field) for _ in range(count)), field)
        return self.random.choice(
            [
                Everything(),
                Filter("lang", self.random.choice(LANGUAGES[:3])),
                Filter("kind", self.random.choice(("article", "page"))),
                Filter("date", low=20200801000000, high=20200827235959),
                Filter("date", "none"),
                Filter("source", "bay"),
                Filter("author", "ada", prefix=self.random.random() < 0.5),
                Filter("path", "2020/08"),
                Filter("words", high=self.random.randrange(20)),
                Filter("body", present=True),
            ]
        )

    def tree(self, depth: int = 0) -> Node:
        if depth == 3 or self.random.random() < 0.4:
            return self.leaf()
        children = tuple(self.tree(depth + 1) for _ in range(self.random.randrange(1, 4)))
        return self.random.choice([And(children), And(children), Or(children), Not(children[0])])

    def search(self) -> Search:
        return Search(
            self.tree(),
            limit=self.random.choice((None, None, 3, 10)),
            offset=self.random.choice((0, 0, 2)),
            sort=self.random.choice((Sort.RELEVANCE, *Sort)),
            collapse=self.random.random() < 0.5,
            foreign=self.random.choice(((), ("zh",), ("en", "ru"))),
        )


def fill(engines: list[Engine], seed: int) -> None:
    """The same generations in each engine: additions and deletions."""
    made = Generated(seed)
    live: list[str] = []
    for _ in range(5):
        deleted = made.random.sample(live, len(live) // 4)
        added = [made.document() for _ in range(25)]
        for engine in engines:
            writer = engine.writer()
            writer.delete(deleted)
            for held in added:
                writer.add(held)
            writer.commit({})
        live = [i for i in live if i not in deleted] + [held.id for held in added]


@pytest.fixture(autouse=True)
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody cuts the power here, and waiting for the disk would take most of the time."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture(params=["segments", "merged"])
def engines(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[Engine]:
    print(f"NEWSSEARCH_SEED={SEED}")
    if request.param == "segments":
        monkeypatch.setattr(whoosh_writer, "MERGE_SMALL", NO_MERGE)
    made: list[Engine] = [
        create_engine(tmp_path / "whoosh", Analyzer()),
        BruteForceEngine(Analyzer()),
    ]
    fill(made, SEED)
    return made


@pytest.fixture
def snapshots(engines: list[Engine]) -> Iterator[list[Snapshot]]:
    opened = [engine.snapshot() for engine in engines]
    yield opened
    for snapshot in opened:
        snapshot.close()


def test_the_engine_answers_as_brute_force_does(snapshots: list[Snapshot]):
    ours, theirs = snapshots
    made = Generated(SEED + 1)
    found = 0
    for _ in range(TREES // 2):
        search = made.search()
        mine, expected = ours.search(search), theirs.search(search)
        context = f"seed {SEED}: {search}"
        assert (mine.total, mine.total_stories) == (expected.total, expected.total_stories), context
        assert [one.id for one in mine.found] == [one.id for one in expected.found], context
        assert [one.story for one in mine.found] == [one.story for one in expected.found], context
        assert [one.score for one in mine.found] == pytest.approx(
            [one.score for one in expected.found], rel=1e-9, abs=1e-9
        ), context
        found += mine.total
    assert found > TREES
    assert ours.totals() == theirs.totals()


# --- Whoosh's own searcher, without the queries that it gets wrong --------------------------------

TERMS = "fog harbour pilot =pilots strike port =port reelect covid 19 us the 港口 罢工 порт".split()


def pair(made: Generated, depth: int = 0) -> tuple[Node, query.Query]:
    """A tree, and the same as a query of Whoosh's."""
    kind = made.random.randrange(3 if depth == 2 else 5)
    field = made.random.choice(("title", "keywords", "body"))
    if kind == 0:
        term = made.random.choice(TERMS)
        form = Form.EXACT if term[0] == "=" else Form.STEM
        return Word(term.lstrip("="), form, field), query.Term(field, term)
    if kind == 1:
        terms = made.random.choices([term for term in TERMS if term.isascii()], k=2)
        words = (
            Word(term.lstrip("="), Form.EXACT if term[0] == "=" else Form.STEM, field)
            for term in terms
        )
        return Phrase(tuple(words), field), query.Phrase(field, terms)
    if kind == 2:
        start = made.random.choice(("p", "st", "f", "po", "re"))
        return Word(start, Form.PREFIX, field), query.Prefix(field, "=" + start)
    first, second = pair(made, depth + 1), pair(made, depth + 1)
    if kind == 3:
        return And((first[0], second[0])), query.And([first[1], second[1]])
    return Or((first[0], second[0])), query.Or([first[1], second[1]])


def test_the_engine_finds_what_whooshs_own_searcher_finds(
    engines: list[Engine], snapshots: list[Snapshot], tmp_path: Path
):
    made = Generated(SEED + 2)
    ours = snapshots[0]
    found = 0
    with index.open_dir(tmp_path / "whoosh").searcher() as searcher:
        for _ in range(TREES // 2):
            tree, theirs = pair(made)
            mine = ours.search(Search(tree, limit=None, collapse=False))
            hits = searcher.search(theirs, limit=None)
            expected = {hit.docnum for hit in hits}
            numbers = {searcher.document_number(id=one.id) for one in mine.found}
            assert numbers == expected, f"seed {SEED}: {theirs}"
            found += mine.total
    assert found > TREES
