"""Conditions and trees, answered with arrays as the plain way answers them a document at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from archive_of_segments import archive_of, close
from generated_archive import LANGUAGES, Generated
from invented_documents import document

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Kind
from newssearch.engine.base import Search
from newssearch.engine.columnar import matches
from newssearch.engine.columnar import search as array_search
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.conditions import Conditions
from newssearch.engine.columnar.matches import Matches
from newssearch.engine.columnar.plain import PlainPostings
from newssearch.engine.columnar.search import ArraySearch
from newssearch.engine.columnar.story_numbers import StoryNumbers
from newssearch.engine.evaluate import evaluate
from newssearch.syntax.nodes import And, Atom, Filter, Match, Or
from newssearch.syntax.terms import to_terms

# --- conditions -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Segments of generated documents, some deleted."""
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    made = Generated(seed)
    parts = [[made.document() for _ in range(size)] for size in (50, 1, 40, 30)]
    deleted = {0: [0, 7, 8, 49], 3: sorted(made.random.sample(range(30), 9))}
    archive = archive_of(tmp_path_factory.mktemp("archive"), parts, deleted)
    yield archive
    close(archive)


def some_filters(archive: Archive) -> list[Filter]:
    identifier, path = archive.id(20), archive.path(20).partition("\0")[0]
    dates = [(20200801000000, 20200827235959), (None, 20200826000000), (20200827000000, None)]
    return [
        *(Filter("lang", lang) for lang in LANGUAGES),
        *(Filter(field, kind.value) for kind in Kind for field in ("kind", "is")),
        *(Filter(field, low=low, high=high) for low, high in dates for field in ("date", "added")),
        *(Filter(field, "none") for field in ("date", "added")),
        *(Filter(field, present=True) for field in ("date", "added", "title", "body", "keywords")),
        *(Filter(field, present=True) for field in ("source", "author", "url", "lang")),
        *(Filter("words", low=low, high=high) for low, high in ((5, None), (None, 9), (3, 12))),
        *(Filter("source", text, prefix=prefix) for text in ("bay", "b") for prefix in (0, 1)),
        *(Filter("author", text, prefix=prefix) for text in ("ada", "ada q") for prefix in (0, 1)),
        *(Filter("path", path, prefix=prefix) for prefix in (False, True)),
        *(Filter("path", text) for text in ("2020/08", "2020", "nowhere", "")),
        *(Filter("story", identifier[:n]) for n in (12, 3)),
        *(Filter("has", text) for text in ("date", "author", "keywords", "image", "nothing")),
        *(Filter("has", "translation", present=present) for present in (False, True)),
        Filter("is", "duplicate"),
    ]


def test_conditions_hold_for_the_documents_that_the_plain_way_finds(filled: Archive):
    arrays = Conditions(filled, StoryNumbers(filled), Matches(filled).live)
    plain = PlainPostings(filled)
    assert set(np.flatnonzero(arrays.everything).tolist()) == plain.everything
    held = 0
    for _ in range(2):  # what is kept says the same
        for condition in some_filters(filled):
            expected = plain.filtered(condition)
            found = arrays.holding(condition)
            assert set(np.flatnonzero(found).tolist()) == expected, condition
            rest = set(np.flatnonzero(arrays.failing(condition)).tolist())
            assert rest == plain.everything - expected, condition
            held += len(expected)
    assert held > 500


# --- trees ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dense", "short"), [(1, 1), (1000, 1000), (16, 16), (4, 1000), (1, 1000), (1000, 1)]
)
def test_trees_match_and_score_as_they_do_one_document_at_a_time(
    dense: int, short: int, filled: Archive, monkeypatch: pytest.MonkeyPatch
):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    monkeypatch.setattr(matches, "DENSE", dense)
    monkeypatch.setattr(array_search, "_SHORT", short)
    monkeypatch.setattr(array_search, "_FEW", 0 if short > 1 else 100_000)
    arrays, plain = ArraySearch(filled), PlainPostings(filled)
    made = Generated(seed)
    held = 0
    trees = [made.tree() for _ in range(80)]
    for kind in (And, Or):
        trees += [kind(tuple(made.word("") for _ in range(3))) for _ in range(20)]
    for typed in trees:
        tree = to_terms(typed, Analyzer())
        if tree is None:
            continue
        expected = evaluate(tree, plain)
        everything = Search(tree, limit=None, collapse=False)
        ordered, scores = arrays.ordered(tree, everything)
        assert sorted(ordered.documents) == sorted(expected), (seed, tree)
        assert scores == pytest.approx(dict(expected), rel=1e-12), (seed, tree)
        assert ordered.total == len(expected)
        held += len(expected)
    assert held > 100


def test_a_sequence_with_a_hole_ends_in_the_field_in_which_it_begins(tmp_path: Path):
    """Two places on from a field's last word stands the next field's first."""
    documents = [
        document("a.md", "port", keywords=("fog",)),
        document("b.md", "fog"),
        document("c.md", "fog the port"),
        document("d.md", "fog port"),
    ]
    archive = archive_of(tmp_path, [documents], {})
    tree = Match(((Atom("fog"), Atom("port", offset=2)),), ("title", "keywords", "body"))
    ordered, _ = ArraySearch(archive).ordered(tree, Search(tree))
    assert ordered.documents == list(evaluate(tree, PlainPostings(archive))) == [2]
    close(archive)
