"""Questions to answers: what a snapshot says, and what is to be said where it finds nothing.

In: `Question`s. Out: the engine's `Answer`s, counts, notes; used by `query`, which shows them, and
by `references`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Answer, Search, Snapshot, WordCount
from newssearch.hints import why_nothing
from newssearch.options import QueryOptions, Sort
from newssearch.question import Question, Questions, expanded, without_pages
from newssearch.results import Note
from newssearch.syntax.nodes import Everything, Node, has_words

if TYPE_CHECKING:
    from newssearch.expansion import Added

_NO_OPTIONS = QueryOptions()


class Answers:
    """Asks one snapshot."""

    def __init__(self, snapshot: Snapshot, questions: Questions, analyzer: Analyzer) -> None:
        self._snapshot, self._questions, self._analyzer = snapshot, questions, analyzer

    def search(self, question: Question, added: Sequence[Added] = ()) -> Answer:
        """What a question finds, with words of its best hits `added`."""
        search = expanded(question, added)
        return self._snapshot.search(search) if search else Answer(0, 0, ())

    def facets(
        self, question: Question, added: Sequence[Added], options: QueryOptions
    ) -> dict[str, dict[str, int]]:
        """The counts of the fields that are asked for."""
        if not options.facets:
            return {}
        from newssearch.facets import facets

        return facets(self._snapshot, expanded(question, added), options.facets)

    def notes(self, question: Question, total: int, options: QueryOptions) -> tuple[Note, ...]:
        """What is to be said about a query that finds so much; where that is nothing, why."""
        return *self._damage(), *self._about(question, total, options)

    def _damage(self) -> tuple[Note, ...]:
        passed_over = self._snapshot.passed_over
        return (Note("older-generation", passed_over),) if passed_over else ()

    def _about(self, question: Question, total: int, options: QueryOptions) -> tuple[Note, ...]:
        parsed = question.parsed
        if question.tree is None and parsed.text.strip() and not parsed.notes:
            return (Note("nothing-to-search", "the query has no word to search for"),)
        if total or question.tree is None:
            return parsed.notes
        if not self.count(Everything()):
            return *parsed.notes, Note("empty-index", "the index holds no articles")
        return *parsed.notes, *why_nothing(
            parsed, question.conditions, lambda part: self.count(part, options), self._nearest
        )

    def added(self, question: Question) -> list[Added]:
        """Words of the query's best hits."""
        from newssearch.expansion import HITS, added_words  # only where somebody asks

        if question.search is None or question.tree is None or not has_words(question.tree):
            return []
        search = replace(question.search, limit=HITS, offset=0, sort=Sort.RELEVANCE)
        found = {one.id: one.score for one in self._snapshot.search(search).found}
        hits = [(document, found[document.id]) for document in self._snapshot.documents([*found])]
        if not hits:
            return []
        articles = self._total(without_pages(Everything()))
        return added_words(question.tree, hits, self._analyzer, articles, self._total)

    def count(self, typed: Node, options: QueryOptions = _NO_OPTIONS) -> int | None:
        """How many articles match a part of a query; None where it holds no word."""
        tree = self._questions.in_terms(typed, options)
        return None if tree is None else self._total(without_pages(tree))

    def explained(self, question: Question, added: Sequence[Added], options: QueryOptions) -> str:
        """The tree that was understood, drawn, with the articles of each word."""
        from newssearch.syntax.drawing import drawn  # only where somebody asks

        tree = drawn(question.parsed.tree, lambda leaf: self.count(leaf, options))
        if not added:
            return tree
        words = " ".join(f"{one.word}^{one.match.boost:.2f}" for one in added)
        return f"{tree}words of the best hits: {words}\n"

    def _total(self, tree: Node) -> int:
        search = Search(tree, limit=0, collapse=False, count_stories=False)
        return self._snapshot.search(search).total

    def _nearest(self, word: str) -> list[WordCount]:
        """The words of the archive that a word may be meant for."""
        from newssearch.spelling import nearest

        return nearest(word, self._analyzer, self._snapshot)
