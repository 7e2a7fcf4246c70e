"""Each engine against brute force, and against Whoosh's own searcher on the same index.

See `generated_archive` for how to ask more, or the same again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from brute_force import BruteForceEngine
from engines import create
from generated_archive import SEED, TREES, Generated, fill
from whoosh import index, query
from whoosh.writing import NO_MERGE

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine import whoosh_writer
from newssearch.engine.base import Engine, Search, Snapshot
from newssearch.engine.columnar import compaction
from newssearch.engine.columnar.snapshot import ColumnarSnapshot
from newssearch.engine.whoosh_index import open_index
from newssearch.syntax.nodes import And, Form, Node, Or, Phrase, Word

ENGINES = ("columnar", "columnar, plain", "whoosh")


pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture(params=ENGINES)
def name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """An engine's name; the columnar one answers every query in the one way or in the other."""
    engine, _, plain = request.param.partition(", ")
    monkeypatch.setattr(ColumnarSnapshot, "most_plain", 1 << 40 if plain else -1)
    return str(engine)


@pytest.fixture(params=["segments", "merged"])
def engines(
    request: pytest.FixtureRequest, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[Engine]:
    """The engine and brute force, with the same generations."""
    print(f"NEWSSEARCH_SEED={SEED}")
    if request.param == "segments":
        monkeypatch.setattr(whoosh_writer, "MERGE_SMALL", NO_MERGE)
    monkeypatch.setattr(compaction, "FAN_IN", 2 if request.param == "merged" else 100)
    made: list[Engine] = [
        create(name, tmp_path / name, Analyzer()),
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


def whooshs_own(name: str, folder: Path) -> Any:
    """The same index, opened by Whoosh."""
    return open_index(folder) if name == "columnar" else index.open_dir(folder)


def test_the_engine_finds_what_whooshs_own_searcher_finds(
    name: str, snapshots: list[Snapshot], tmp_path: Path
):
    made = Generated(SEED + 2)
    ours = snapshots[0]
    found = 0
    with whooshs_own(name, tmp_path / name).searcher() as searcher:
        for _ in range(TREES // 2):
            tree, theirs = pair(made)
            mine = ours.search(Search(tree, limit=None, collapse=False))
            hits = searcher.search(theirs, limit=None)
            expected = {hit.docnum for hit in hits}
            numbers = {searcher.document_number(id=one.id) for one in mine.found}
            assert numbers == expected, f"seed {SEED}: {theirs}"
            found += mine.total
    assert found > TREES
