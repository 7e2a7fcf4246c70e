"""The engine as its contract reads: slow, in memory, from the articles alone.

It implements `engine.base` by looking at every article for every question, and shares no code with
the engines that it is compared with: only the analysis and the meaning of typed words, which have
tests of their own. BM25F is written out from Robertson, Zaragoza and Taylor (2004). Where words
occur, and what is near what, is in `brute_spans`, what is one story in `brute_stories`, what
filters and counts are about in `brute_values`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import log
from typing import Any

from brute_spans import Field, means, starts
from brute_stories import has_translation, one_story, repeats
from brute_values import (
    any_is,
    by_count,
    counts_of,
    date_of,
    in_range,
    kind_of,
    member_of,
    path_of,
    values_of,
    words_of,
)

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.folding import fold
from newssearch.article.model import Article
from newssearch.engine import evaluate
from newssearch.engine.base import (
    Answer,
    Attachment,
    Count,
    Document,
    Found,
    Member,
    Search,
    Totals,
    WordCount,
)
from newssearch.errors import EngineError
from newssearch.options import Sort
from newssearch.schema import K1, RANKED_FIELDS
from newssearch.syntax.nodes import (
    And,
    AtLeast,
    Atom,
    Everything,
    Filter,
    Match,
    Near,
    Node,
    Not,
    Or,
)
from newssearch.syntax.terms import matches, to_terms


class BruteForceEngine:
    has_parts = False

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer
        self.generation = 0
        self.held: dict[str, Document] = {}
        self.shown: dict[str, str] = {}  # for each story key that of its joined story
        self.attached: dict[str, bytes] = {}

    def snapshot(self) -> BruteForceSnapshot:
        return BruteForceSnapshot(self)

    def writer(self, memory: int = 0) -> BruteForceWriter:
        return BruteForceWriter(self)

    def size(self) -> int:
        return sum(len(held.article.text.encode()) for held in self.held.values())


class BruteForceWriter:
    def __init__(self, engine: BruteForceEngine) -> None:
        self.engine, self.held = engine, dict(engine.held)

    def sample(self, texts: Sequence[str]) -> None:
        pass

    def delete(self, ids: Iterable[str]) -> None:
        for identifier in ids:
            self.held.pop(identifier, None)

    def add(self, document: Document) -> None:
        assert document.id not in self.held
        self.held[document.id] = document

    def commit(self, attachments: Mapping[str, Attachment]) -> int:
        self.engine.held = self.held
        self.engine.shown = one_story(self.held.values(), self.engine.analyzer)
        self.engine.attached = {
            name: content if isinstance(content, bytes) else b"".join(content.pieces)
            for name, content in attachments.items()
        }
        self.engine.generation += 1
        return self.engine.generation

    def cancel(self) -> None:
        pass


class BruteForceSnapshot:
    def __init__(self, engine: BruteForceEngine) -> None:
        self.generation, self.passed_over = engine.generation, ""
        self.shown, self.attached = engine.shown, dict(engine.attached)
        self.held = {
            identifier: replace(document, story=self.shown[document.story])
            for identifier, document in engine.held.items()
        }
        self.analyzer = engine.analyzer
        self.fields = {
            identifier: _fields(document.article, engine.analyzer)
            for identifier, document in self.held.items()
        }
        self.counted = {i for i, document in self.held.items() if kind_of(document) != "page"}
        self.matching: dict[Node, dict[str, float]] = {}
        self.weights: dict[Node, float] = {}

    # -- searching

    def search(self, search: Search) -> Answer:
        tree = to_terms(search.tree, self.analyzer)
        if tree is None:
            return Answer(0, 0, ())
        found = [
            Found(document.id, document.story, self.score(tree, document))
            for document in self.held.values()
            if self.matches(tree, document)
        ]
        stories: dict[str, list[Found]] = {}
        for one in found:
            stories.setdefault(one.story, []).append(one)
        shown = found
        if search.collapse:
            shown = [
                min(members, key=lambda one: self.in_front(one, search))
                for members in stories.values()
            ]
        best = max((round(one.score, 9) for one in shown), default=0.0)
        shown = sorted(shown, key=lambda one: self.place(one, search.sort, best))
        end = None if search.limit is None else search.offset + search.limit
        return Answer(len(found), len(stories), tuple(shown[search.offset : end]))

    def in_front(self, one: Found, search: Search) -> tuple[Any, ...]:
        held = self.held[one.id]
        return (
            kind_of(held) == "digest",
            -round(one.score, 9),
            held.article.lang in search.foreign,
            -date_of(held),
            *path_of(held),
        )

    def place(self, one: Found, sort: Sort, best: float) -> tuple[Any, ...]:
        held = self.held[one.id]
        score, date, path = -round(one.score, 9), date_of(held), path_of(held)
        if sort is Sort.RELEVANCE:
            return score, -date, *path
        if sort is Sort.NEWEST:
            return -date, score, *path
        if sort is Sort.OLDEST:
            return date == 0, date, score, *path
        if sort is Sort.RECENT:  # tenths of the best score
            tenth = min(int(-score * 10 / best), 9) if best else 0
            return -tenth, -date, score, *path
        title = fold(held.article.title)
        while title and not title[0].isalnum():
            title = title[1:]
        return title, -date, *path

    def matches(self, node: Node, document: Document) -> bool:
        match node:
            case And(children):
                return all(self.matches(child, document) for child in children)
            case Or(children):
                return any(self.matches(child, document) for child in children)
            case Not(child):
                return not self.matches(child, document)
            case Filter():
                return self.holds(node, document)
            case Everything():
                return True
            case Match() | Near():
                return document.id in self.frequencies(node)
            case AtLeast(count, parts):
                return sum(self.occurrences(part, document.id) for part in parts) >= count
            case _:
                raise AssertionError(node)

    def score(self, node: Node, document: Document) -> float:
        match node:
            case And(children):
                return sum(self.score(child, document) for child in children)
            case Or(children):
                return sum(
                    self.score(child, document)
                    for child in children
                    if self.matches(child, document)
                )
            case AtLeast(_, parts):
                return self.score(Or(parts), document)
            case Match(boost=boost):
                return boost * self.bm25f(node, document)
            case Near():
                return self.bm25f(node, document)
            case _:
                return 0.0

    def bm25f(self, node: Node, document: Document) -> float:
        tf = self.frequencies(node)[document.id]
        return self.weight(node) * tf * (K1 + 1) / (tf + K1)

    def weight(self, node: Node) -> float:
        if node not in self.weights:
            matching = self.frequencies(node).keys() & self.counted
            n, every = len(matching), len(self.counted)
            often = sum(self.occurrences(node, one) for one in matching)
            repeated = min((often + 5) / (n + 5), 4)
            idf = log(1 + (every - n + 0.5) / (n + 0.5))
            self.weights[node] = idf * (1 + (repeated - 1) * (1 - n / every) ** 3) if n else idf
        return self.weights[node]

    def frequencies(self, node: Node) -> dict[str, float]:
        """The documents that match, with their weighted and normalised frequencies."""
        if node not in self.matching:
            self.check_breadth(node)
            found = {}
            for identifier, fields in self.fields.items():
                tf = 0.0
                for ranked in RANKED_FIELDS:
                    field = fields[ranked.name]
                    average = self.average(ranked.name)
                    normal = 1 - ranked.b + ranked.b * field.length / average
                    tf += ranked.weight * len(starts(node, field)) / normal
                if tf:
                    found[identifier] = tf
            self.matching[node] = found
        return self.matching[node]

    def occurrences(self, node: Node, identifier: str) -> int:
        """In all fields of a document."""
        self.check_breadth(node)
        return sum(len(starts(node, field)) for field in self.fields[identifier].values())

    def average(self, name: str) -> float:
        total = sum(self.fields[identifier][name].length for identifier in self.counted)
        return total / len(self.counted) if total else 1.0

    def check_breadth(self, node: Node) -> None:
        for match in matches(node):
            for name in match.fields:
                for atom in (atom for way in match.sequences for atom in way):
                    every = {
                        term
                        for fields in self.fields.values()
                        for here in fields[name].possible(atom)
                        for term in here
                    }
                    if sum(means(atom, term) for term in every) > evaluate.BROADEST:
                        typed = atom.text.removeprefix("=")
                        raise EngineError(f"{typed}{'*' * atom.prefix} is too broad")

    # -- filters

    def holds(self, condition: Filter, document: Document) -> bool:
        field = "kind" if condition.field == "is" else condition.field
        if condition.field == "is" and condition.text == "duplicate":
            return repeats(document, self.story(document.story))
        if field == "has" and (condition.present or condition.text == "translation"):
            anything = condition.present and bool(values_of(document, "has"))
            return anything or has_translation(document, self.story(document.story))
        if field in ("date", "added", "words"):
            length = self.fields[document.id]["body"].length
            return in_range(condition, field, document, length)
        if field in ("title", "keywords", "body"):
            return self.fields[document.id][field].length > 0
        if condition.present:
            return bool(values_of(document, field))
        if field in ("author", "tag"):
            *whole, last = words_of(condition.text) or ["", ""]
            having = values_of(document, field)
            return all(word in having for word in whole) and any_is(having, last, condition.prefix)
        if field == "story":
            start = condition.text.lower()
            named = [held.story for held in self.held.values() if held.id.startswith(start)]
            return document.story in named
        if field == "path":
            path, text = document.article.path, condition.text
            if condition.prefix:
                return path.startswith(text)
            folder = text.rstrip("/")
            return path == folder or path.startswith((folder + "/", folder + "#"))
        text = condition.text if field == "url" else fold(condition.text)
        return any_is(values_of(document, field), text, condition.prefix)

    def story(self, key: str) -> list[Document]:
        shown = self.shown.get(key, key)
        return [document for document in self.held.values() if document.story == shown]

    # -- reading

    def documents(self, ids: Sequence[str]) -> list[Document]:
        return [self.held[identifier] for identifier in ids if identifier in self.held]

    def find(self, reference: str, limit: int = 10) -> list[str]:
        if not reference:
            return []
        low = reference.lower()
        by_path = sorted((d.article.path, d.id) for d in self.held.values())
        return next(
            (
                found[:limit]
                for found in (
                    [low] if low in self.held else [],
                    sorted(i for i in self.held if i.startswith(low)),
                    [i for path, i in by_path if path == reference],
                    [i for path, i in by_path if path.endswith("/" + reference)],
                )
                if found
            ),
            [],
        )

    def members(self, stories: Sequence[str]) -> Mapping[str, list[Member]]:
        found = {}
        for story in stories:
            members = self.story(story)
            members.sort(key=lambda d: (d.added, kind_of(d) == "digest", d.article.path, d.id))
            found[story] = [member_of(document) for document in members]
        return found

    def words(self, atom: Atom, limit: int = 10) -> list[WordCount]:
        counts = Counter(
            term
            for fields in self.fields.values()
            for field in fields.values()
            for here in field.possible(atom)
            for term in here
            if means(atom, term)
        )
        found = sorted((-count, term.encode()) for term, count in counts.items())
        words = [(term.decode().removeprefix("="), -count) for count, term in found]
        return [WordCount(word, count) for word, count in words[:limit]]

    def totals(self) -> Totals:
        counted = [self.held[identifier] for identifier in self.counted]
        dates = sorted(d.article.date.text[:10] for d in counted if d.article.date)
        return Totals(
            articles=sum(kind_of(d) == "article" for d in counted),
            digest_entries=sum(kind_of(d) == "digest" for d in counted),
            pages=len(self.held) - len(counted),
            stories=len({d.story for d in counted}),
            words=sum(self.fields[d.id]["body"].length for d in counted),
            undated=len(counted) - len(dates),
            first_date=dates[0] if dates else "",
            last_date=dates[-1] if dates else "",
            languages=by_count(d.article.lang for d in counted),
            sources=by_count(fold(d.article.source) for d in counted if d.article.source),
            date_sources=by_count(
                d.article.date.source.value if d.article.date else "" for d in counted
            ),
        )

    def counts(self, tree: Node, fields: Sequence[str]) -> Mapping[str, Mapping[str, Count]]:
        found = self.search(Search(tree, limit=None, collapse=False)).found
        return {
            field: counts_of(field, [(self.held[f.id], f.story) for f in found]) for field in fields
        }

    def attachment(self, name: str) -> bytes | None:
        return self.attached.get(name)

    def close(self) -> None:
        pass


def _fields(article: Article, analyzer: Analyzer) -> dict[str, Field]:
    parts = {
        "title": (article.title, article.alternate_title),
        "keywords": article.keywords,
        "body": tuple(paragraph.text for paragraph in article.body),
    }
    return {name: Field(name, texts, analyzer) for name, texts in parts.items()}
