"""A view at one generation of the columnar engine.

In: query trees, ids, paths. Out: answers, documents, counts; see `engine.base.Snapshot`. Made by
`engine`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Kind
from newssearch.engine.base import (
    Answer,
    Count,
    Document,
    Member,
    Search,
    Totals,
    WordCount,
)
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.disk import Reading
from newssearch.engine.columnar.generation import open_generation
from newssearch.engine.columnar.plain import PlainPostings, find
from newssearch.engine.evaluate import evaluate
from newssearch.engine.members import in_front, member
from newssearch.engine.names import encode_name
from newssearch.engine.order import order
from newssearch.syntax.nodes import (
    And,
    AtLeast,
    Atom,
    Expand,
    Filter,
    Match,
    Near,
    Node,
    Not,
    Or,
    Unit,
    below,
)
from newssearch.syntax.terms import to_terms

if TYPE_CHECKING:
    from newssearch.engine.columnar.search import ArraySearch

#: A query that reads more places than this is answered sooner with NumPy, its import included.
#: `python -m bench.bench_paths` measures it.
PLAIN = 60_000

#: What a place costs the plain way that is looked for near others; of what is near something
#: itself, it makes every pair.
_NEAR = {Unit.WORDS: 1.5, Unit.SENTENCE: 3.0, Unit.PARAGRAPH: 3.0}


class ColumnarSnapshot:
    """The newest generation of a folder. Not for several threads at a time.

    `most_plain`: queries that read more places than this are answered with NumPy. None: all of
    them once NumPy has been imported, before that those over PLAIN.
    """

    most_plain: int | None = None

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._files = open_generation(folder)
        self.generation, self.passed_over = self._files.number, self._files.passed_over
        self._reading = Reading(folder)
        try:
            with self._reading:
                self.archive = Archive(self._files)
        except BaseException:
            self.close()
            raise
        self._arrays: ArraySearch | None = None

    def search(self, search: Search) -> Answer:
        with self._reading:
            return self._search(search)

    def _search(self, search: Search) -> Answer:
        tree = to_terms(search.tree, self._analyzer)
        if tree is None:
            return Answer(0, 0, ())
        if self._is_small(tree):
            postings = PlainPostings(self.archive)
            scores: Mapping[int, float] = evaluate(tree, postings)
            ordered = order(scores, search, self.archive)
        else:
            ordered, scores = self._array_search().ordered(tree, search)
        return Answer(
            ordered.total,
            ordered.total_stories,
            self.archive.found(ordered.documents, scores),
        )

    def _array_search(self) -> ArraySearch:
        if self._arrays is None:
            from newssearch.engine.columnar.search import ArraySearch

            self._arrays = ArraySearch(self.archive)
        return self._arrays

    def _is_small(self, tree: Node) -> bool:
        """Is the plain way the faster one?"""
        most = self.most_plain
        if most is None:
            most = -1 if "numpy" in sys.modules else PLAIN
        return most >= 0 and self._reads(tree) <= most

    def _reads(self, node: Node) -> int:
        """About how many places or documents a tree reads."""
        match node:
            case Match(sequences):
                return sum(self._held(atom) for way in sequences for atom in way)
            case And() | Or() | AtLeast():
                return sum(map(self._reads, below(node)))
            case Near(parts, unit=unit):
                pairs = sum(part.slack for part in parts if isinstance(part, Near))
                reads = min(sum(map(self._reads, parts)), PLAIN + 1)  # a chain's would overflow
                return int((_NEAR[unit] + pairs) * reads)
            case Not(Filter(field="kind")) | Filter(field="kind", text=Kind.PAGE.value):
                return 0  # pages are few
            case Not(child):
                return self._reads(child)
            case Filter(field="id" | "path" | "story" | "url"):
                return 0
            case Filter(field="is", text="duplicate") | Filter(field="has", text="translation"):
                return 3 * self.archive.documents  # and then each story's
            case _:
                return self.archive.documents

    def _held(self, atom: Atom) -> int:
        """How many places a term has in all segments; of a pattern, a guess."""
        if atom.expand is not Expand.NONE:
            return 100 * self.archive.vocabulary.size(atom)
        total = 0
        name = encode_name(atom.text)
        for segment in self.archive.segments:
            number, _ = find(segment, name)
            total += segment.words.count(number) if number >= 0 else 0
        return total

    def documents(self, ids: Sequence[str]) -> list[Document]:
        archive = self.archive
        with self._reading:
            return [
                archive.document(document)
                for identifier in ids
                for document in archive.numbered(identifier)
            ]

    def find(self, reference: str, limit: int = 10) -> list[str]:
        with self._reading:
            return self._find(reference, limit) if reference else []

    def _find(self, reference: str, limit: int) -> list[str]:
        archive = self.archive
        low = reference.lower()
        found = archive.numbered(low) or archive.with_id(low)
        if found:
            return [archive.id(document) for document in found[:limit]]
        found = sorted(archive.with_path(reference), key=archive.id)
        if not found:
            ending = sorted(
                (path, document)
                for path, document in archive.paths()
                if path.endswith("/" + reference)
            )
            found = [document for _, document in ending]
        return [archive.id(document) for document in found[:limit]]

    def members(self, stories: Sequence[str]) -> Mapping[str, list[Member]]:
        with self._reading:
            return {story: self._members(story) for story in dict.fromkeys(stories)}

    def words(self, atom: Atom, limit: int = 10) -> list[WordCount]:
        with self._reading:
            return self.archive.vocabulary.words(atom, limit)

    def totals(self) -> Totals:
        from newssearch.engine.columnar.totals import totals

        with self._reading:
            return totals(self.archive)

    def counts(self, tree: Node, fields: Sequence[str]) -> Mapping[str, Mapping[str, Count]]:
        with self._reading:
            terms = to_terms(tree, self._analyzer)
            if terms is None:
                return {field: {} for field in fields}
            return self._array_search().counts(terms, fields)

    def attachment(self, name: str) -> bytes | None:
        with self._reading:
            return self._files.attachment(name)

    def close(self) -> None:
        self._arrays = None
        self._files.close()

    def _members(self, story: str) -> list[Member]:
        documents = (self._arrays or self.archive).of_story(story)
        found = map(self.archive.head, documents)
        return sorted(map(member, found), key=in_front)
