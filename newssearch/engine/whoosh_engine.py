"""The engine on Whoosh with its stock codec: a folder, its writers, its snapshots.

In: documents and query trees. Out: answers; made by `open_engine` and `create_engine`, which the
indexer and `query` call through `engine.base` alone.

    <folder>/_MAIN_<generation>.toc      Whoosh's own files: the segment list,
    <folder>/MAIN_<segment>.seg …        the segments
    <folder>/statistics.<generation>     ours: what BM25F needs of the whole (JSON)
    <folder>/<attachment>.<generation>   ours: what `commit` was given

Our files of a generation are written before Whoosh publishes its own, and swept when a later one
is published: a generation that can be seen has all its files. Opening beside a writer is retried.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Kind
from newssearch.engine.base import Answer, Document, Found, Member, Search, Totals
from newssearch.engine.evaluate import evaluate
from newssearch.engine.order import order
from newssearch.engine.ranking import Statistics
from newssearch.engine.whoosh_postings import WhooshPostings
from newssearch.engine.whoosh_schema import unpack, whoosh_document, whoosh_schema
from newssearch.errors import EngineError, IndexCorrupt
from newssearch.schema import RANKED_FIELDS
from newssearch.syntax.terms import to_terms

#: Memory that Whoosh may use for postings before it sorts them on disk.
WRITER_MEGABYTES = 512

_OPEN_TRIES = 20
_STATISTICS = "statistics"
_LENGTHS = tuple(f"{field.name}_length" for field in RANKED_FIELDS)


class WhooshEngine:
    """Documents in a folder; see `engine.base.Engine`."""

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self.folder, self.analyzer = folder, analyzer

    def snapshot(self) -> WhooshSnapshot:
        for remaining in reversed(range(_OPEN_TRIES)):
            try:
                return WhooshSnapshot(self, self._open())
            except FileNotFoundError as error:  # swept between our looking and our opening
                if not remaining:
                    raise IndexCorrupt(
                        f"{self.folder}: {Path(error.filename or '').name} is missing; "
                        "type `newssearch index --rebuild`"
                    ) from error
        raise AssertionError("unreachable")

    def writer(self) -> WhooshWriter:
        return WhooshWriter(self, self._open())

    def size(self) -> int:
        return sum(entry.stat().st_size for entry in os.scandir(self.folder) if entry.is_file())

    def _open(self) -> Any:
        try:
            return whoosh_index.open_dir(self.folder)
        except FileNotFoundError:
            raise
        except Exception as error:  # Whoosh answers damage with over fifteen kinds of exception
            raise IndexCorrupt(
                f"{self.folder}: the index cannot be read ({error}); "
                "type `newssearch index --rebuild`"
            ) from error


def create_engine(folder: Path, analyzer: Analyzer) -> WhooshEngine:
    """An empty engine in a new folder."""
    folder.mkdir(parents=True)
    index = whoosh_index.create_in(folder, whoosh_schema())
    _write_own(folder, _STATISTICS, index.latest_generation(), _dump(Statistics(0, {})))
    return WhooshEngine(folder, analyzer)


def open_engine(folder: Path, analyzer: Analyzer) -> WhooshEngine:
    """The engine in a folder that `create_engine` made."""
    return WhooshEngine(folder, analyzer)


class WhooshWriter:
    """Makes the next generation; see `engine.base.Writer`."""

    def __init__(self, engine: WhooshEngine, index: Any) -> None:
        self._engine = engine
        self._snapshot = WhooshSnapshot(engine, index)
        # a compound segment is copied into memory at every opening
        self._writer = index.writer(limitmb=WRITER_MEGABYTES, compound=False)
        before = self._snapshot.postings.statistics
        self._documents, self._lengths = before.documents, Counter(before.lengths)

    def delete(self, ids: Iterable[str]) -> None:
        postings = self._snapshot.postings
        for identifier in ids:
            for document in postings.frequencies("id", identifier):
                if postings.column("kind_key", document) != Kind.PAGE.encode():
                    self._documents -= 1
                    for name, field in zip(_LENGTHS, RANKED_FIELDS, strict=True):
                        self._lengths[field.name] -= postings.column(name, document)
                self._writer.delete_document(document)

    def add(self, document: Document) -> None:
        values = whoosh_document(document, self._engine.analyzer)
        self._writer.add_document(**values)
        if document.article.kind is not Kind.PAGE:
            self._documents += 1
            for name, field in zip(_LENGTHS, RANKED_FIELDS, strict=True):
                self._lengths[field.name] += values[name]

    def commit(self, attachments: Mapping[str, bytes]) -> int:
        folder, generation = self._engine.folder, int(self._writer.generation)
        statistics = Statistics(self._documents, dict(self._lengths))
        own = {**attachments, _STATISTICS: _dump(statistics)}
        try:
            for name, content in own.items():
                _write_own(folder, name, generation, content)
            self._snapshot.close()
            self._writer.commit()
        except OSError as error:
            self.cancel()
            raise EngineError(f"{folder}: writing the index failed: {error}") from error
        _sweep(folder, generation)
        return generation

    def cancel(self) -> None:
        self._snapshot.close()
        if not self._writer.is_closed:
            self._writer.cancel()
        _sweep(self._engine.folder, int(self._writer.generation) - 1)


class WhooshSnapshot:
    """A view at one generation; see `engine.base.Snapshot`."""

    def __init__(self, engine: WhooshEngine, index: Any) -> None:
        self._folder, self._analyzer = engine.folder, engine.analyzer
        reader = index.reader()
        self.generation = int(index.latest_generation())
        content = _read_own(self._folder, _STATISTICS, self.generation)
        if content is None:
            raise FileNotFoundError(2, "no statistics", f"{_STATISTICS}.{self.generation}")
        stored = json.loads(content)
        self.postings = WhooshPostings(reader, Statistics(stored["documents"], stored["lengths"]))

    def search(self, search: Search) -> Answer:
        tree = to_terms(search.tree, self._analyzer)
        if tree is None:
            return Answer(0, 0, ())
        scores = evaluate(tree, self.postings)
        ordered = order(scores, search, self.postings)
        ids = self._ids(ordered.documents)
        return Answer(
            ordered.total,
            ordered.total_stories,
            tuple(
                Found(identifier, self.postings.story(document), scores[document])
                for identifier, document in zip(ids, ordered.documents, strict=True)
            ),
        )

    def documents(self, ids: Sequence[str]) -> list[Document]:
        return [
            unpack(self.postings.stored(document))
            for identifier in ids
            for document in self.postings.frequencies("id", identifier)
        ]

    def find(self, reference: str, limit: int = 10) -> list[str]:
        postings = self.postings
        if postings.frequencies("id", reference):
            return [reference]
        found = postings.expand("id", reference.lower(), limit) if reference else []
        by_path = postings.frequencies("path", reference)
        live = [term for term in found if postings.frequencies("id", term)]
        return live or self._ids(sorted(by_path)[:limit])

    def members(self, stories: Sequence[str]) -> Mapping[str, list[Member]]:
        return {
            story: sorted(
                (self._member(document) for document in self.postings.frequencies("story", story)),
                key=lambda member: (member.added, member.kind == Kind.DIGEST, member.path),
            )
            for story in dict.fromkeys(stories)
        }

    def totals(self) -> Totals:
        return _totals(self.postings)

    def attachment(self, name: str) -> bytes | None:
        return _read_own(self._folder, name, self.generation)

    def close(self) -> None:
        self.postings.reader.close()

    def _ids(self, documents: Sequence[int]) -> list[str]:
        return [self.postings.id(document) for document in documents]

    def _member(self, document: int) -> Member:
        held = unpack(self.postings.stored(document))
        article = held.article
        return Member(
            held.id,
            article.title,
            article.path,
            article.lang,
            article.languages,
            article.kind,
            held.added,
            article.translation_links,
        )


def _totals(postings: WhooshPostings) -> Totals:
    kinds: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    date_sources: Counter[str] = Counter()
    stories: set[str] = set()
    dates: list[int] = []
    words = 0
    counted = postings.everything() - postings.uncounted()
    for document in counted:
        kinds[postings.kind(document)] += 1
        languages[postings.lang(document)] += 1
        date_sources[postings.date_source(document)] += 1
        stories.add(postings.story(document))
        dates.append(postings.date_key(document))
        words += postings.column("words", document)
    dated = [date for date in dates if date]
    return Totals(
        articles=kinds[Kind.ARTICLE],
        digest_entries=kinds[Kind.DIGEST],
        pages=len(postings.uncounted()),
        stories=len(stories),
        words=words,
        undated=len(dates) - len(dated),
        first_date=_day(min(dated, default=0)),
        last_date=_day(max(dated, default=0)),
        languages=dict(languages.most_common()),
        sources=_sources(postings, counted),
        date_sources=dict(date_sources.most_common()),
    )


def _sources(postings: WhooshPostings, counted: Set[int]) -> dict[str, int]:
    """Sites and how many documents each has; a site's short name is not counted again."""
    counts = {
        term: len(postings.frequencies("source", term).keys() & counted)
        for term in postings.expand("source", "", 1_000_000)
        if "." in term or not postings.expand("source", term + ".", 1)
    }
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _day(key: int) -> str:
    """A date key as YYYY-MM-DD, cut to what is known; empty for none."""
    digits = f"{key // 1_000_000:08d}"
    parts = [part for part in (digits[:4], digits[4:6], digits[6:]) if int(part)]
    return "-".join(parts)


def _dump(statistics: Statistics) -> bytes:
    return json.dumps(
        {"documents": statistics.documents, "lengths": dict(statistics.lengths)}
    ).encode()


def _write_own(folder: Path, name: str, generation: int, content: bytes) -> None:
    """Write one of our files of a generation, to the disk."""
    with open(folder / f"{name}.{generation}", "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read_own(folder: Path, name: str, generation: int) -> bytes | None:
    try:
        return (folder / f"{name}.{generation}").read_bytes()
    except FileNotFoundError:
        return None


def _sweep(folder: Path, generation: int) -> None:
    """Remove our files of every other generation."""
    for entry in list(os.scandir(folder)):
        name, dot, number = entry.name.rpartition(".")
        if dot and number.isdigit() and int(number) != generation and not name.startswith("_"):
            with contextlib.suppress(OSError):  # open elsewhere on Windows: the next run's
                os.unlink(entry.path)
