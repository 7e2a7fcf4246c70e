"""The engines as the quality benchmark asks them: words to documents, the best first.

In: a `Collection`. Out: `Ranker`s, on indexes that are made anew; used by `quality`. Any of the
words may match, duplicates are not collapsed, and everyone searches title, keywords and body with
English stems.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from bench import ours
from bench.peers import FIELDS, Fts5, Peer, StockWhoosh, Tantivy, fresh
from bench.quality_collections import Collection

#: How far down a ranking is looked at.
DEPTH = 1000

OURS = "newssearch"
EXPANDED = "newssearch --expand"

#: Words to the names of the documents that answer them.
Ranker = Callable[[Sequence[str]], list[str]]

#: Fields that weigh the same.
EVEN = dict.fromkeys(FIELDS, 1.0)


def peers() -> tuple[Peer, ...]:
    """Each with what it ranks best with on these collections, of what was tried: the weights of
    `bench.peers`, even ones, all text in one field; for Whoosh, with and without stop words."""
    return Fts5(), Tantivy(EVEN), StockWhoosh(EVEN, stop_words=True)


def rankers(collection: Collection) -> dict[str, Ranker]:
    """Every engine by its name, newssearch first, with the collection indexed."""
    return {OURS: our_ranker(collection), EXPANDED: expanded_ranker(collection)} | {
        peer.name: peer_ranker(peer, collection) for peer in peers()
    }


def our_ranker(collection: Collection) -> Ranker:
    """newssearch, as `query --any` ranks articles."""
    ours.build(collection.archive)
    engine = ours.Ours(collection.archive.place(OURS))
    return lambda words: [PurePosixPath(path).stem for path in engine.paths(words, DEPTH)]


def expanded_ranker(collection: Collection) -> Ranker:
    """newssearch, as `query --any --expand` ranks the articles that `our_ranker` has indexed."""
    engine = ours.Expanded(collection.archive.place(OURS))
    return lambda words: [PurePosixPath(path).stem for path in engine.paths(words, DEPTH)]


def peer_ranker(peer: Peer, collection: Collection) -> Ranker:
    """One of the peers."""
    folder = fresh(collection.archive.place(peer.name))
    peer.build(collection.texts(), folder)
    searcher = peer.open(folder)
    return lambda words: searcher.dates(words, DEPTH)
