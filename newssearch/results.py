"""What a search gives back: frozen values that the library returns and `render/` shows.

The shape of `Results` is the shape of the JSON output (docs/json.md), field for field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader of the results should know: a diagnostic, a hint, a fallback.

    `start` and `end` are character offsets into the query, both 0 where it is about none of it.
    """

    code: str
    message: str
    start: int = 0
    end: int = 0
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of clean text; `highlights` are [start, end) character offsets into `text`.

    `line` is the line of the file (from 1) on which the passage's paragraph starts.
    """

    text: str
    highlights: tuple[tuple[int, int], ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Translation:
    """The same article in another language."""

    id: str
    lang: str
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Story:
    """The group of articles that are the same story; `id` is that of the member added first.

    `first_date` and `last_date` are days as far as known, YYYY-MM-DD; empty where all are undated.
    """

    id: str
    size: int
    languages: tuple[str, ...]
    first_date: str = ""
    last_date: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `path` is relative to its archive root, `file` opens from the working folder."""

    id: str
    path: str
    file: str
    title: str
    date: str  # ISO 8601 as far as known; empty where the article has none
    date_source: str
    lang: str
    source: str
    url: str
    authors: tuple[str, ...]
    keywords: tuple[str, ...]
    kind: str
    score: float
    story: Story
    translations: tuple[Translation, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    title_highlights: tuple[tuple[int, int], ...] = ()  # for display; not in the JSON


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to one query. `total` counts articles, `total_stories` stories."""

    query: str
    total: int
    total_stories: int
    hits: tuple[Hit, ...] = ()
    notes: tuple[Note, ...] = ()
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    partial: bool = False  # no article had all words; these are the best partial matches
    explanation: str = ""  # with `explain`: the tree that was understood, drawn

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be read; its previous version, if any, stays findable."""

    path: str
    reason: str
    new: bool  # it was not failing in the same way before


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run of the indexer did, counted in files."""

    added: int = 0
    changed: int = 0
    renamed: int = 0
    removed: int = 0
    unchanged: int = 0
    articles: int = 0  # articles read in this run: a digest's file holds many
    seconds: float = 0.0
    failed: tuple[FailedFile, ...] = ()
    warnings: tuple[str, ...] = ()  # `path:line: message`
    refused_roots: tuple[str, ...] = ()  # why a root was not removed from
    mended: str = ""  # what was damaged of what only the index's folder has, and written anew
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveStats:
    """What the index holds."""

    articles: int
    digest_entries: int
    pages: int
    stories: int
    files: int
    first_date: str
    last_date: str
    undated: int
    words: int
    index_bytes: int
    archive_bytes: int
    languages: dict[str, int]
    sources: dict[str, int]
    date_sources: dict[str, int]
    roots: dict[str, str]  # name -> folder
    last_indexed: str  # when the newest generation was committed, ISO 8601 with offset


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many articles that match have a value, and how many stories they are."""

    value: str
    articles: int
    stories: int


@dataclass(frozen=True, slots=True)
class Facet:
    """What matches a query, counted by the values of a field.

    The most frequent values come first; years, months, weeks and days in the order of time. Of
    `distinct` values those asked for are listed; articles with several count under each of them,
    those `without` any under none.
    """

    field: str
    query: str
    total: int
    total_stories: int
    distinct: int
    values: tuple[FacetCount, ...] = ()
    without: FacetCount = FacetCount("", 0, 0)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """A day, week, month or year: `2020-08-27`, `2020-W35`, `2020-08`, `2020`; `start` is its first
    day. `archive` counts the articles that the archive has of it, `share` is the part that
    matches."""

    label: str
    start: str
    articles: int
    stories: int
    archive: int
    share: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """What matches a query, counted by time: every period from the first to the last one that has
    something. `undated` counts articles whose date is unknown, or known less exactly than that."""

    by: str  # day, week, month, year
    query: str
    total: int
    total_stories: int
    periods: tuple[Period, ...] = ()
    undated: FacetCount = FacetCount("", 0, 0)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article of a story, in short: a re-import, a near-duplicate, a digest's entry."""

    id: str
    path: str
    title: str
    date: str  # ISO 8601 as far as known, or empty
    lang: str
    kind: str
    added: str  # YYYY-MM-DD: when the archive got it
