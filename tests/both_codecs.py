"""Whoosh's own searcher on columnar segments, and the same searcher on Whoosh's own codec, of the
same generated documents; and what to ask both. See `generated_archive` for how to ask more, or the
same again. Used by test_whoosh_codec.py and its parts, which take the fixtures over by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from engines import create
from generated_archive import SEED, Generated, fill
from whoosh import index, query
from whoosh.columns import NumericColumn
from whoosh.query import spans
from whoosh.writing import NO_MERGE, OPTIMIZE

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine import whoosh_words, whoosh_writer
from newssearch.engine.columnar import compaction, words_writer
from newssearch.engine.whoosh_index import open_index

TEXTS = ("title", "keywords", "body")
NAMES = ("author", "has", "id", "kind", "lang", "path", "source", "story", "tag", "url")
ENGINES = ("columnar", "whoosh")
TERMS = (
    "fog harbour pilot =pilots strike =striking port =port reelect covid 19 us the 港口 порт"
).split()


class Opened(NamedTuple):
    """The two as Whoosh opens them."""

    ours: Any
    theirs: Any


class WordLengths:
    """The documents of Whoosh's own codec with fields' lengths in words, exactly, as we count them.

    Whoosh's are counted in terms, of which an inflected word has two, and rounded to one byte.
    """

    def __init__(self, documents: Any) -> None:
        self._documents = documents
        self._known: dict[str, list[int]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)

    def _lengths(self, field: str) -> list[int]:
        if field not in self._known:
            column = self._documents.column_reader(f"{field}_length", NumericColumn("i"))
            self._known[field] = list(column)
        return self._known[field]

    def doc_field_length(self, docnum: int, field: str, default: int = 0) -> int:
        return self._lengths(field)[docnum] or default

    def field_length(self, field: str) -> int:
        return sum(self._lengths(field))


@pytest.fixture(params=["segments", "merged"])
def layout(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every generation its own segment, or one segment: in both of them, because some scores and
    suggestions of Whoosh's depend on it."""
    merging = NO_MERGE if request.param == "segments" else OPTIMIZE
    monkeypatch.setattr(whoosh_writer, "MERGE_SMALL", merging)
    monkeypatch.setattr(compaction, "FAN_IN", 2 if request.param == "merged" else 100)
    # so that some terms are read as what is common, as what is rare, and as what is neither
    monkeypatch.setattr(words_writer, "COMMON", 12)
    monkeypatch.setattr(whoosh_words, "FEW", 4)
    monkeypatch.setattr(whoosh_words, "CHUNK", 16)
    return str(request.param)


@pytest.fixture
def make(layout: str, tmp_path: Path) -> Iterator[Callable[[bool], Opened]]:
    """A function that makes both of the same generations, with deletions or without."""
    print(f"NEWSSEARCH_SEED={SEED}")
    closing: list[Any] = []

    def both(deleting: bool) -> Opened:
        mine, expected = (create(name, tmp_path / name, Analyzer()) for name in ENGINES)
        fill([mine], SEED, deleting=deleting)
        if layout == "merged" and not deleting:  # Whoosh merges the newest ones to the front
            fill([expected], SEED, generations=1, documents=125, deleting=False)
        else:
            fill([expected], SEED, deleting=deleting)
        ours = open_index(tmp_path / "columnar")
        opened = Opened(ours.searcher(), index.open_dir(tmp_path / "whoosh").searcher())
        for one in opened:
            assert one.is_atomic() == (layout == "merged")
        for reader, _ in opened.theirs.reader().leaf_readers():
            reader._perdoc = WordLengths(reader._perdoc)
        closing.extend((*opened, ours))
        return opened

    yield both
    for one in closing:
        one.close()


def ids(searcher: Any) -> list[str]:
    """The id of each document number."""
    return [value.decode() for value in searcher.reader().column_reader("id_key")]


def scores(searcher: Any, asked: query.Query, **options: Any) -> dict[str, float]:
    """Every hit's score, by id."""
    names = ids(searcher)
    found = searcher.search(asked, limit=None, **options)
    return {names[hit.docnum]: hit.score for hit in found}


def dump(searcher: Any) -> dict[tuple[str, bytes], dict[str, Any]]:
    """Every term with its postings: id -> frequency and positions."""
    found: dict[tuple[str, bytes], dict[str, Any]] = {}
    names, reader = ids(searcher), searcher.reader()
    for field, term in reader.all_terms():
        matcher = reader.postings(field, term)
        held: dict[str, Any] = {}
        while matcher.is_active():
            places = matcher.value_as("positions") if field in TEXTS else []
            held[names[matcher.id()]] = matcher.weight(), list(places)
            matcher.next()
        if held:
            found[field, term] = held
    return found


class Asked:
    """Queries of Whoosh's, of every kind that it answers rightly."""

    def __init__(self, seed: int) -> None:
        self.random = Generated(seed).random

    def term(self, field: str) -> query.Query:
        boost = self.random.choice((1.0, 1.0, 2.5))
        return query.Term(field, self.random.choice(TERMS), boost=boost)

    def name(self) -> query.Query:
        pick = self.random.choice
        return pick(
            [
                query.Term("lang", pick(("en", "zh"))),
                query.Term("kind", pick(("article", "page"))),
                query.Term("author", "ada"),
                query.Prefix("source", "bay"),
                query.Prefix("path", pick(("2020/08", "old/1"))),
                query.Wildcard("path", pick(("*/1?.md", "2020*#1"))),
                query.TermRange("path", "2020/08/3", pick(("2020/09/2", "old/4"))),
                query.TermRange("id", "4", pick(("9", None)), startexcl=True),
                query.Every("has"),
                query.Every(),
            ]
        )

    def leaf(self, field: str) -> query.Query:
        pick = self.random.choice
        start = pick(("p", "st", "=p", "=st", "c", "1", "п", "港"))
        return pick(
            [
                self.term(field),
                self.term(field),
                self.term(field),
                self.name(),
                query.Phrase(field, self.random.choices(TERMS, k=2), slop=pick((1, 1, 2, 4))),
                query.Prefix(field, start, constantscore=pick((True, False))),
                query.Wildcard(field, pick((f"{start}*t", f"{start}?o*", "*r*", "=*s"))),
                query.Regex(field, pick(("p.*t", "=?str[a-z]+", "[0-9]+"))),
                query.FuzzyTerm(field, pick(("harbuor", "=pilot", "strke")), maxdist=pick((1, 2))),
                query.TermRange(field, pick(("=p", "f", "10")), pick(("port", "strike", None))),
                query.Every(field),
            ]
        )

    def spans(self, field: str) -> query.Query:
        pick = self.random.choice
        one, two = self.term(field), self.term(field)
        slop, ordered = pick((1, 2, 5)), pick((True, False))
        return pick(
            [
                spans.SpanNear(one, two, slop=slop, ordered=ordered),
                spans.SpanNear2([one, two, self.term(field)], slop=slop, ordered=ordered),
                spans.SpanFirst(one, limit=pick((0, 3))),
                spans.SpanOr([one, two]),
                spans.SpanNot(one, two),
                spans.SpanBefore(one, two),
                query.Ordered([one, two]),
            ]
        )

    def query(self, depth: int = 0) -> query.Query:
        if depth == 0 and self.random.random() < 0.2:
            return self.spans(self.random.choice(TEXTS))  # in And, Or they raise
        if depth == 3 or self.random.random() < 0.4:
            return self.leaf(self.random.choice(TEXTS))
        parts = [self.query(depth + 1) for _ in range(self.random.randrange(2, 4))]
        return self.random.choice(
            [
                query.And(parts),
                query.Or(parts),
                query.Require(parts[0], parts[1]),
                query.ConstantScoreQuery(parts[0], 2.0),
                query.And([parts[0], query.Not(parts[1])]),
            ]
        )
