"""The seam between newssearch and what holds its documents.

An `Engine` is a folder (or a service) that holds documents in generations. A `Writer` makes the
next generation; `commit` publishes it whole, or it never was. A `Snapshot` answers queries on one
generation and never changes. Legal calls: any number of snapshots at any time; one writer at a
time, seen to by the caller's lock; after `commit` or `cancel` a writer is spent, after `close` a
snapshot is.

Documents are named by article ids. No caller sees an engine's own document numbers, query classes
or arrays, so that an archive beyond one machine can be held by a distributed engine. How text
becomes terms on disk is the engine's affair, through `analysis`.

`tests/contract/` states all of this as tests, which every engine runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from newssearch.article.model import Article
from newssearch.options import Sort
from newssearch.syntax.nodes import Atom, Node


@dataclass(frozen=True, slots=True)
class Document:
    """What an engine holds of one article.

    `root` is the name of its archive root; `story` the key of its story by address and links, equal
    for the articles that are the same story; `added` the day the archive got it, YYYY-MM-DD.

    An engine joins stories of which two documents have nearly identical bodies (`engine.alike`)
    when it commits. What it returns names a joined story by the smallest of its keys; any of them
    may be asked for.
    """

    id: str
    root: str
    story: str
    added: str
    article: Article


@dataclass(frozen=True, slots=True)
class Search:
    """A query tree (words as typed) and which of its documents to return, in which order.

    `collapse` returns a story once; `foreign` are languages that the query is not written in, which
    come last where a story's members tie. `limit` None returns all. Without `count_stories` an
    engine may leave `Answer.total_stories` at 0, which saves it looking at every document.
    """

    tree: Node
    limit: int | None = 10
    offset: int = 0
    sort: Sort = Sort.RELEVANCE
    collapse: bool = True
    foreign: tuple[str, ...] = ()
    count_stories: bool = True


class Found(NamedTuple):
    """One document that a search returns."""

    id: str
    story: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found: `total` documents of `total_stories` stories, and the asked-for part.

    Sorted by score (or as asked), then date with the newest first, then path, then archive root:
    the same query on the same generation has the same answer, to the bit.
    """

    total: int
    total_stories: int
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One document of a story, in short."""

    id: str
    title: str
    path: str
    lang: str
    languages: tuple[str, ...]
    kind: str
    added: str
    date: str
    translation_links: tuple[str, ...]


class Count(NamedTuple):
    """How many documents, and how many stories they are of."""

    articles: int
    stories: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over the live documents of a generation; each mapping is value -> documents.

    Sources are named as they are compared: in lower case, without accents.
    """

    articles: int
    digest_entries: int
    pages: int
    stories: int
    words: int
    undated: int
    first_date: str
    last_date: str
    languages: Mapping[str, int]
    sources: Mapping[str, int]
    date_sources: Mapping[str, int]


class WordCount(NamedTuple):
    """A word as it is spelt in the archive, without case and accents, and how often."""

    text: str
    occurrences: int


@dataclass(frozen=True, slots=True)
class Pieces:
    """An attachment that is too long to be in memory twice: its pieces, made one after another, and
    how many bytes they are together."""

    size: int
    pieces: Iterable[bytes]


#: What is published with a generation; it comes back as bytes.
Attachment = bytes | Pieces


class Snapshot(Protocol):
    """A view at one generation. `passed_over` says what is wrong with a newer one, which could not
    be opened; empty where there is none."""

    generation: int
    passed_over: str

    def search(self, search: Search) -> Answer:
        """Run a query tree. Raises EngineError where a pattern is too broad."""

    def documents(self, ids: Sequence[str]) -> list[Document]:
        """The documents with these ids, in this order; ids that are not held are left out."""

    def find(self, reference: str, limit: int = 10) -> list[str]:
        """The id that is `reference`; else ids that begin so; else by path; else by a path's end.

        In the order of ids, or of paths; at most `limit`. A path's end is whole folders and names.
        """

    def members(self, stories: Sequence[str]) -> Mapping[str, list[Member]]:
        """For each of these story keys its documents, the one added first in front."""

    def words(self, atom: Atom, limit: int = 10) -> list[WordCount]:
        """The words that an atom stands for, unstemmed: of those that occur most often `limit`,
        equal ones in the order of UTF-8. What stands in pages and in documents that were deleted
        may be counted in. Raises EngineError where a pattern takes too long to look for."""

    def totals(self) -> Totals:
        """Counts over all documents; pages are counted in `pages` alone."""

    def counts(self, tree: Node, fields: Sequence[str]) -> Mapping[str, Mapping[str, Count]]:
        """For each of these fields of `engine.facet_values` its values among the documents that
        match a query tree (words as typed), "" for those that have none.

        A document counts under each of its values, a story once under each value that one of its
        matching documents has. Raises EngineError where a pattern is too broad.
        """

    def attachment(self, name: str) -> bytes | None:
        """What was given to `commit` under this name with this generation."""

    def close(self) -> None:
        """Close what is open; a second time does nothing."""


class Part(Protocol):
    """Documents that another process adds to the next generation; see `Writer.adopt`."""

    def add(self, document: Document) -> None:
        """Add a document; as `Writer.add`."""

    def finish(self) -> Sequence[str]:
        """Put all of them on the disk; what to give to the writer's `adopt`."""


class Writer(Protocol):
    """Makes the next generation."""

    def sample(self, texts: Sequence[str]) -> None:
        """Paragraphs of articles that are going to be added to an empty engine, from all over the
        archive: how they are packed may depend on them. Legal before anything else."""

    def delete(self, ids: Iterable[str]) -> None:
        """Delete documents of the generation before; ids that are not held are ignored."""

    def add(self, document: Document) -> None:
        """Add a document. One with the same id must have been deleted before."""

    def adopt(self, finished: Sequence[str]) -> None:
        """Add the documents of a finished part of this engine."""

    def commit(self, attachments: Mapping[str, Attachment]) -> int:
        """Publish; returns the generation's number. `attachments` are published with it.

        Raises EngineError where it cannot be written (`add` too): then it was cancelled.
        """

    def cancel(self) -> None:
        """Forget everything; the generation before stays the newest. Legal after a failure too."""


class Engine(Protocol):
    """Documents in generations. `has_parts`: other processes can add to the next one, too."""

    has_parts: bool

    def snapshot(self) -> Snapshot:
        """Open the newest generation."""

    def writer(self, memory: int = ...) -> Writer:
        """Begin the next generation; `memory` is for what is not on the disk yet, in bytes."""

    def part(self, memory: int) -> Part:
        """Documents to add in this process to the generation that a writer in another one makes;
        only where `has_parts`."""

    def size(self) -> int:
        """Bytes on disk."""
