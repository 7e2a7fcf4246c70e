"""Full-text search for archives of news articles kept as Markdown files.

    from newssearch import open_index

    with open_index("index") as news:
        for hit in news.query("lukashenko", limit=5):
            print(hit.date, hit.title, hit.url)

`update_index` makes an index and brings it up to date; `whoosh_index` opens it for Whoosh's own
searcher. Everything else that is public is a frozen value that these return, an options class that
they take, or an error that they raise. Names are imported when they are first used, so that the
command line starts with what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newssearch.article.model import Article, ArticleDate, Paragraph
    from newssearch.check import CheckReport, Finding, check_index, repair_index
    from newssearch.errors import (
        ArticleError,
        EngineError,
        IndexCorrupt,
        IndexLocked,
        IndexMissing,
        NewsSearchError,
        NotFound,
        QuerySyntaxError,
        UsageError,
    )
    from newssearch.export import Export
    from newssearch.hits import StoredArticle
    from newssearch.indexer import update_index
    from newssearch.options import IndexOptions, QueryOptions, Sort
    from newssearch.query import NewsIndex, open_index
    from newssearch.results import (
        ArchiveStats,
        Copy,
        Facet,
        FacetCount,
        FailedFile,
        Hit,
        IndexReport,
        Note,
        Period,
        Results,
        Snippet,
        Story,
        Timeline,
        Translation,
    )
    from newssearch.similar import SimilarHit
    from newssearch.whoosh_view import whoosh_index

__all__ = [
    "ArchiveStats",
    "Article",
    "ArticleDate",
    "ArticleError",
    "CheckReport",
    "Copy",
    "EngineError",
    "Export",
    "Facet",
    "FacetCount",
    "FailedFile",
    "Finding",
    "Hit",
    "IndexCorrupt",
    "IndexLocked",
    "IndexMissing",
    "IndexOptions",
    "IndexReport",
    "NewsIndex",
    "NewsSearchError",
    "NotFound",
    "Note",
    "Paragraph",
    "Period",
    "QueryOptions",
    "QuerySyntaxError",
    "Results",
    "SimilarHit",
    "Snippet",
    "Sort",
    "StoredArticle",
    "Story",
    "Timeline",
    "Translation",
    "UsageError",
    "check_index",
    "open_index",
    "repair_index",
    "update_index",
    "whoosh_index",
]

#: Where the names are, the modules that cost least to import first.
_HOMES = (
    *("errors", "options", "results", "article.model", "query"),
    *("export", "similar", "indexer", "check", "whoosh_view"),
)


def __getattr__(name: str) -> Any:
    if name in __all__:
        from importlib import import_module

        for home in _HOMES:
            found = vars(import_module(f"{__name__}.{home}"))
            if name in found:
                globals()[name] = found[name]
                return found[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
