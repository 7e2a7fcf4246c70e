"""The other engines, each set up as somebody would who knows it well.

In: `Text`s, words. Out: an index on disk, hits and counts; for the benchmarks. All of them store
the text, keep positions, stem English, index every word and search title, keywords and body.

SQLite FTS5  one transaction, synced; `porter unicode61`; `bm25()` with a weight for each column
tantivy      a writer thread a core; `en_stem`; committed (which syncs) and merged by its policy
stock Whoosh `StemmingAnalyzer` without stop words, phrases, one commit, no sync; BM25F
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from weakref import finalize

from bench.feed import Text

FIELDS = ("title", "keywords", "body")
WEIGHTS = {"title": 3.0, "keywords": 2.0, "body": 1.0}
LIMIT = 10
CORES = os.cpu_count() or 1


class Mode(StrEnum):
    """What of the words an article must have."""

    ANY = "or"
    ALL = "and"
    PHRASE = "phrase"


class Searcher(Protocol):
    """An open index."""

    def ask(self, mode: Mode, words: Sequence[str]) -> tuple[list[object], int]:
        """The best ten documents, as the engine names them, and how many there are."""

    def dates(self, words: Sequence[str], limit: int) -> list[str]:
        """The stored dates of the best documents that have any of the words."""


class Peer(Protocol):
    """An engine that indexes texts."""

    name: str
    ways: tuple[int, ...]  # processes that may parse for it, 0: its own; the fastest way counts

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Index the texts in `folder`, which is empty, and publish."""

    def open(self, folder: Path) -> Searcher:
        """Open what was built."""


def fresh(folder: Path) -> Path:
    """The folder, emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def versions() -> dict[str, str]:
    """The engines' versions."""
    import sqlite3
    from importlib.metadata import version

    return {
        "SQLite": sqlite3.sqlite_version,
        "tantivy": version("tantivy"),
        "whoosh3": version("whoosh3"),
        "NumPy": version("numpy"),
    }


class Fts5:
    """SQLite's full-text index."""

    name = "SQLite FTS5"
    ways = (0, CORES)

    def __init__(self, weights: Mapping[str, float] = WEIGHTS) -> None:
        self._weights = weights

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        import sqlite3

        base = sqlite3.connect(folder / "fts5.sqlite", isolation_level=None)
        # A new file needs no journal to be safe: until the commit there is nothing to go back to.
        base.executescript("PRAGMA page_size = 8192; PRAGMA cache_size = -262144;")
        columns = ", ".join((*FIELDS, "date UNINDEXED"))
        base.execute(
            f"CREATE VIRTUAL TABLE news USING fts5({columns}, tokenize = 'porter unicode61')"
        )
        # The terms that are held in memory before they are written: 1 MB if not told.
        base.execute("INSERT INTO news (news, rank) VALUES ('hashsize', 67108864)")
        base.execute("BEGIN")
        base.executemany(
            "INSERT INTO news VALUES (?, ?, ?, ?)",
            ((text[0], text[1], text[2], text[3]) for text in texts),
        )
        base.execute("COMMIT")
        base.close()

    def open(self, folder: Path) -> Searcher:
        return _Fts5Searcher(folder / "fts5.sqlite", self._weights)


class _Fts5Searcher:
    def __init__(self, file: Path, of: Mapping[str, float]) -> None:
        import sqlite3

        self._base = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
        finalize(self, self._base.close)  # from Python 3.13 on one left open is a warning
        self._base.executescript("PRAGMA cache_size = -262144; PRAGMA mmap_size = 1073741824;")
        weights = ", ".join(str(of[field]) for field in FIELDS)
        order = f"FROM news WHERE news MATCH ? ORDER BY bm25(news, {weights}) LIMIT"
        self._best, self._dates = f"SELECT rowid {order} {LIMIT}", f"SELECT date {order} ?"
        self._count = "SELECT count(*) FROM news WHERE news MATCH ?"

    def ask(self, mode: Mode, words: Sequence[str]) -> tuple[list[object], int]:
        if mode is Mode.PHRASE:
            query = '"{}"'.format(" ".join(words))
        else:
            query = f" {mode.upper()} ".join(f'"{word}"' for word in words)
        best = [row[0] for row in self._base.execute(self._best, (query,))]
        return best, self._base.execute(self._count, (query,)).fetchone()[0]

    def dates(self, words: Sequence[str], limit: int) -> list[str]:
        query = " OR ".join(f'"{word}"' for word in words)
        return [row[0] for row in self._base.execute(self._dates, (query, limit))]


class Tantivy:
    """Rust's engine, from Python."""

    name = "tantivy"
    ways = (0, CORES)

    def __init__(self, weights: Mapping[str, float] = WEIGHTS) -> None:
        self._weights = weights

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        import tantivy

        schema = tantivy.SchemaBuilder()
        for field in FIELDS:
            schema.add_text_field(field, stored=True, tokenizer_name="en_stem")
        schema.add_text_field("date", stored=True, tokenizer_name="raw", index_option="basic")
        index = tantivy.Index(schema.build(), str(folder))
        writer = index.writer(heap_size=512_000_000, num_threads=CORES)
        add, document = writer.add_document, tantivy.Document
        for title, keywords, body, date, _ in texts:
            add(document(title=title, keywords=keywords, body=body, date=date))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> Searcher:
        return _TantivySearcher(folder, self._weights)


class _TantivySearcher:
    def __init__(self, folder: Path, weights: Mapping[str, float]) -> None:
        import tantivy

        self._weights = dict(weights)
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()
        self._fields = list(FIELDS)

    def ask(self, mode: Mode, words: Sequence[str]) -> tuple[list[object], int]:
        text = " ".join(words)
        query = self._index.parse_query(
            f'"{text}"' if mode is Mode.PHRASE else text,
            self._fields,
            field_boosts=self._weights,
            conjunction_by_default=mode is Mode.ALL,
        )
        found = self._searcher.search(query, LIMIT, count=True)
        return [address for _, address in found.hits], found.count

    def dates(self, words: Sequence[str], limit: int) -> list[str]:
        query = self._index.parse_query(" ".join(words), self._fields, field_boosts=self._weights)
        found = self._searcher.search(query, limit, count=False)
        documents = (self._searcher.doc(address) for _, address in found.hits)
        return [str(document.get_first("date")) for document in documents]


class StockWhoosh:
    """Whoosh as it comes, from Python; its command is measured by `bench_process`."""

    name = "stock Whoosh"
    ways = (0,)

    def __init__(self, weights: Mapping[str, float] = WEIGHTS, stop_words: bool = False) -> None:
        self._weights, self._stop_words = weights, stop_words

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        from whoosh import index
        from whoosh.analysis import StemmingAnalyzer
        from whoosh.fields import STORED, TEXT, Schema

        kept = {} if self._stop_words else {"stoplist": None, "minsize": 1}
        analyzer = StemmingAnalyzer(**kept)
        fields = {field: TEXT(analyzer, phrase=True, stored=True) for field in FIELDS}
        writer = index.create_in(folder, Schema(date=STORED, **fields)).writer(limitmb=512)
        for title, keywords, body, date, _ in texts:
            writer.add_document(title=title, keywords=keywords, body=body, date=date)
        writer.commit()

    def open(self, folder: Path) -> Searcher:
        return _WhooshSearcher(folder, self._weights)


class _WhooshSearcher:
    def __init__(self, folder: Path, weights: Mapping[str, float]) -> None:
        from whoosh import index, qparser

        opened = index.open_dir(folder)
        self._searcher = opened.searcher()
        groups = {Mode.ANY: qparser.OrGroup, Mode.ALL: qparser.AndGroup}
        self._parsers = {
            mode: qparser.MultifieldParser(FIELDS, opened.schema, dict(weights), group=group)
            for mode, group in (groups | {Mode.PHRASE: qparser.AndGroup}).items()
        }

    def ask(self, mode: Mode, words: Sequence[str]) -> tuple[list[object], int]:
        text = " ".join(words)
        query = self._parsers[mode].parse(f'"{text}"' if mode is Mode.PHRASE else text)
        found = self._searcher.search(query, limit=LIMIT)
        return [hit.docnum for hit in found], len(found)

    def dates(self, words: Sequence[str], limit: int) -> list[str]:
        query = self._parsers[Mode.ANY].parse(" ".join(words))
        return [hit["date"] for hit in self._searcher.search(query, limit=limit)]


#: Those that can take on a whole archive, and the one that cannot.
FAST: tuple[Callable[[], Peer], ...] = (Tantivy, Fts5)
SLOW: tuple[Callable[[], Peer], ...] = (StockWhoosh,)
