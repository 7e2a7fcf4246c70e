"""A view at one generation of the Whoosh engine.

In: query trees, ids, paths. Out: answers, documents, counts; see `engine.base.Snapshot`. Made by
`whoosh_engine`, and by `whoosh_writer`, which deletes from what it sees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import (
    Answer,
    Count,
    Document,
    Found,
    Member,
    Search,
    Totals,
    WordCount,
)
from newssearch.engine.evaluate import evaluate
from newssearch.engine.facet_values import counts
from newssearch.engine.members import in_front, member
from newssearch.engine.names import encode_name
from newssearch.engine.order import order
from newssearch.engine.whoosh_files import open_generation, reading
from newssearch.engine.whoosh_postings import WhooshPostings
from newssearch.engine.whoosh_schema import unpack
from newssearch.schema import RANKED_FIELDS
from newssearch.syntax.nodes import Atom, Expand, Node
from newssearch.syntax.patterns import bare
from newssearch.syntax.terms import to_terms


class WhooshSnapshot:
    """The newest generation of a folder; see `engine.base.Snapshot`."""

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self._folder, self._analyzer = folder, analyzer
        self._files = open_generation(folder)
        self.generation, self.passed_over = self._files.number, ""
        try:
            self.postings = WhooshPostings(self._files, analyzer)
        except BaseException:
            self.close()
            raise

    def search(self, search: Search) -> Answer:
        tree = to_terms(search.tree, self._analyzer)
        if tree is None:
            return Answer(0, 0, ())
        scores = evaluate(tree, self.postings)
        ordered = order(scores, search, self.postings)
        stories = self.postings.stories(ordered.documents)
        return Answer(
            ordered.total,
            ordered.total_stories,
            tuple(
                Found(self.postings.id(document), story, scores[document])
                for document, story in zip(ordered.documents, stories, strict=True)
            ),
        )

    def documents(self, ids: Sequence[str]) -> list[Document]:
        return [
            self._document(document)
            for identifier in ids
            for document in self.postings.numbered(identifier)
        ]

    def find(self, reference: str, limit: int = 10) -> list[str]:
        if not reference:
            return []
        return (
            self._with_id(reference.lower(), limit)
            or self._with_path(reference)[:limit]
            or self._with_path_end(reference)[:limit]
        )

    def members(self, stories: Sequence[str]) -> Mapping[str, list[Member]]:
        return {story: self._members(story) for story in dict.fromkeys(stories)}

    def words(self, atom: Atom, limit: int = 10) -> list[WordCount]:
        counts: Counter[str] = Counter()
        for field in RANKED_FIELDS:
            whole = atom.expand is Expand.NONE
            for term in [atom.text] if whole else self.postings.expanded(field.name, atom):
                counts[term] += int(sum(self.postings.frequencies(field.name, term).values()))
        found = [WordCount(bare(Atom(term)), count) for term, count in counts.items() if count]
        return sorted(found, key=lambda word: (-word.occurrences, encode_name(word.text)))[:limit]

    def totals(self) -> Totals:
        from newssearch.engine.whoosh_totals import totals

        return totals(self.postings)

    def counts(self, tree: Node, fields: Sequence[str]) -> Mapping[str, Mapping[str, Count]]:
        terms = to_terms(tree, self._analyzer)
        found = [] if terms is None else sorted(evaluate(terms, self.postings))
        return counts(map(self._document, found), fields)

    def attachment(self, name: str) -> bytes | None:
        return self._files.own(name)

    def close(self) -> None:
        self._files.close()

    def _document(self, document: int) -> Document:
        stored = self.postings.stored(document)
        with reading(self._folder, "the stored articles"):
            held = unpack(stored)
        return replace(held, story=self.postings.story_shown(held.story))

    def _with_id(self, reference: str, limit: int) -> list[str]:
        """The id itself, else the ids that begin so, of live documents."""
        if self.postings.numbered(reference):
            return [reference]
        found: list[str] = []
        for term in self.postings.expand("id", reference):
            if self.postings.numbered(term):
                found.append(term)
            if len(found) == limit:
                break
        return found

    def _with_path(self, path: str) -> list[str]:
        return sorted(map(self.postings.id, self.postings.frequencies("path", path)))

    def _with_path_end(self, end: str) -> list[str]:
        """The articles whose paths end in these whole folders and names."""
        paths = self.postings.expand("path", "")
        return [
            identifier
            for path in paths
            if path.endswith("/" + end)
            for identifier in self._with_path(path)
        ]

    def _members(self, story: str) -> list[Member]:
        found = map(self._document, sorted(self.postings.of_story(story)))
        return sorted(map(member, found), key=in_front)
