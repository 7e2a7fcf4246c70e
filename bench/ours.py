"""newssearch as the benchmarks run it, through its library as a program would.

In: an archive. Out: an index with the default options; `Ours`, which asks the engine as it asks
the peers', and `Pages`, which asks as a person does, for ten hits with snippets.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from bench.archives import Archive
from bench.peers import LIMIT, Mode, fresh
from newssearch.engine.base import Search
from newssearch.index_folder import IndexFolder
from newssearch.indexer import update_index
from newssearch.query import open_index
from newssearch.results import IndexReport
from newssearch.syntax.parser import parse
from newssearch.syntax.terms import to_terms


def build(archive: Archive) -> IndexReport:
    """Index an archive from nothing."""
    return update_index(fresh(archive.place("newssearch")), archive.roots)


def typed(mode: Mode, words: Sequence[str]) -> str:
    """The words as a person would type them."""
    text = " ".join(words)
    return f'"{text}"' if mode is Mode.PHRASE else text


class Ours:
    """The engine asked directly; `collapse` returns a story once, as users have it."""

    def __init__(self, folder: Path, collapse: bool = False) -> None:
        home = IndexFolder.open(folder)
        self._snapshot, self._analyzer, self._collapse = home.snapshot(), home.analyzer, collapse
        self._today = datetime.date.today()
        self._paths: dict[str, str] = {}  # by id

    def ask(self, mode: Mode, words: Sequence[str]) -> tuple[list[object], int]:
        """The best ten articles, and how many there are."""
        tree = parse(typed(mode, words), self._today, any_word=mode is Mode.ANY).tree
        terms = None if tree is None else to_terms(tree, self._analyzer)
        if terms is None:
            return [], 0
        answer = self._snapshot.search(
            Search(terms, LIMIT, collapse=self._collapse, count_stories=self._collapse)
        )
        return [found.id for found in answer.found], answer.total

    def paths(self, words: Sequence[str], limit: int) -> list[str]:
        """The paths of the best articles that have any of the words."""
        tree = parse(typed(Mode.ANY, words), self._today, any_word=True).tree
        terms = None if tree is None else to_terms(tree, self._analyzer)
        if terms is None:
            return []
        found = self._snapshot.search(Search(terms, limit, collapse=False)).found
        unknown = [one.id for one in found if one.id not in self._paths]
        for document in self._snapshot.documents(unknown):
            self._paths[document.id] = document.article.path
        return [self._paths[one.id] for one in found]


class Expanded:
    """As `Ours.paths`, with words of the best hits added: `query --any --expand`."""

    def __init__(self, folder: Path) -> None:
        self._news = open_index(folder)

    def paths(self, words: Sequence[str], limit: int) -> list[str]:
        """The paths of the best articles."""
        results = self._news.query(
            typed(Mode.ANY, words),
            any_word=True,
            expand=True,
            collapse=False,
            snippets=False,
            limit=limit,
        )
        return [hit.path for hit in results.hits]


class Pages:
    """The first page of results, with snippets, stories and translations."""

    def __init__(self, folder: Path) -> None:
        self._news = open_index(folder)

    def ask(self, mode: Mode, words: Sequence[str]) -> tuple[list[object], int]:
        """The best ten stories, and how many articles there are."""
        results = self._news.query(typed(mode, words), any_word=mode is Mode.ANY, limit=LIMIT)
        return [hit.id for hit in results.hits], results.total
