"""The options of the library's calls, one frozen class a call; the command line fills them in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """The orders that hits can have; what is equal in all else comes by path."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"
    RECENT = "recent"  # by relevance, newer first among articles that match about as well


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """How to search. `limit=None` returns every hit."""

    limit: int | None = 10
    offset: int = 0
    sort: Sort | None = None  # None: relevance, or newest where the query has only filters
    since: str = ""  # a date as in a query: 2020, 2020-08, 7d, today …
    until: str = ""
    lang: str = ""
    source: str = ""
    any_word: bool = False  # one word is enough
    fall_back: bool = False  # where no article has all words, return the best partial matches
    collapse: bool = True  # a story once, by its best match
    snippets: bool = True
    strict: bool = False  # a diagnostic is an error
    expand: bool = False  # add words of the best hits
    explain: bool = False  # draw what was understood, and how many articles have each word
    leading_wildcards: bool = False  # `*burg` is looked for in every word there is
    aliases: tuple[tuple[str, ...], ...] = ()  # groups of names that are the same name
    facets: tuple[str, ...] = ()  # fields by which everything that matches is counted


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """How to index."""

    rebuild: bool = False  # start again from an empty index
    prune: bool = False  # remove articles although a root is missing or has lost half its files
    dry_run: bool = False  # say what would be done
    verify: bool = False  # compare every file's content, not only its size and times
    wait: float = 0.0  # seconds to wait for another writer
    extensions: tuple[str, ...] = ()  # empty: as a root was indexed before, else .md, .markdown
    max_file_bytes: int = 16 * 1024 * 1024
    encodings: tuple[str, ...] = ("utf-8",)
    jobs: int = 0  # processes that read and index; 0: as many as there are processors
    memory: int = 512 * 1024 * 1024  # bytes for all processes together, about
