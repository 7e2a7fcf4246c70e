"""Words near each other, as arrays: in pieces as at once, and the same as a document at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from generated_archive import SEED, Generated, fill
from invented_documents import commit, document, word

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Answer, Engine, Search
from newssearch.engine.choose import create
from newssearch.engine.columnar import near
from newssearch.engine.columnar.snapshot import ColumnarSnapshot
from newssearch.errors import EngineError
from newssearch.options import Sort
from newssearch.syntax.nodes import AtLeast, Form, Lead, Near, Node


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    return create("columnar", tmp_path / "engine", Analyzer())


def answer(engine: Engine, tree: Node, plain: bool) -> Answer:
    snapshot = engine.snapshot()
    assert isinstance(snapshot, ColumnarSnapshot)
    snapshot.most_plain = 1 << 40 if plain else -1
    try:
        return snapshot.search(Search(tree, None, sort=Sort.OLDEST, collapse=False))
    finally:
        snapshot.close()


@pytest.mark.parametrize("together", [1, 50, 1_000_000])
def test_both_ways_are_equal_to_the_bit(
    engine: Engine, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    monkeypatch.setattr(near, "_TOGETHER", together)
    fill([engine], SEED, generations=3, documents=30)
    made = Generated(SEED + 3)
    found = 0
    for _ in range(60):
        tree = made.limited()
        arrays = answer(engine, tree, plain=False)
        assert arrays == answer(engine, tree, plain=True), tree
        found += arrays.total
    assert found > 60


def chain(words: int, ordered: bool = False) -> Node:
    tree: Node = word("fog")
    for _ in range(words - 1):
        tree = Near((tree, word("fog")), 3, ordered=ordered)
    return tree


@pytest.mark.parametrize("wrap", [lambda tree: tree, lambda tree: AtLeast(2, (tree,)), Lead])
def test_a_chain_that_is_too_long_is_refused_at_once(engine: Engine, wrap: type[Lead]) -> None:
    commit(engine, [document("a.md", "fog " * 90)])
    with pytest.raises(EngineError, match="too many words near each other"):
        answer(engine, wrap(chain(40)), plain=False)
    assert answer(engine, wrap(chain(10)), plain=False).total == 1
    assert answer(engine, wrap(chain(40, ordered=True)), plain=False).total == 1


def test_many_common_words_near_each_other_are_refused(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(engine, [document(f"{n}.md", "fog harbour " * 20) for n in range(30)])
    tree = Near((word("fo", form=Form.PREFIX), word("harbour")), 3)
    steps = 2 * (2 * 30 * 20 + 2 * near._OVERHEAD)
    monkeypatch.setattr(near, "MOST_STEPS", steps)
    assert answer(engine, tree, plain=False).total == 30
    monkeypatch.setattr(near, "MOST_STEPS", steps - 1)
    with pytest.raises(EngineError, match="too common"):
        answer(engine, tree, plain=False)
