"""An export as a table for spreadsheets.

In go the articles and where they are from, out come lines of RFC 4180 with a header. A comment in
front of it would be a row to most readers, so the query, the index's generation and the day stand
in columns of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from newssearch.article.model import count_words
from newssearch.export import ExportedArticle
from newssearch.render.citation import Provenance, abstract
from newssearch.render.rows import csv_cell, hit_fields

COLUMNS = (
    "rank", "id", "score", "date", "date_source", "added", "lang", "source", "title",
    "alternate_title", "authors", "url", "keywords", "tags", "kind", "words", "abstract", "story",
    "copies", "languages", "translations", "image", "archive", "path", "file", "query",
    "generation", "exported",
)  # fmt: skip


def render_csv_export(articles: Iterable[ExportedArticle], origin: Provenance) -> Iterator[str]:
    """The header, then one article a line; a spreadsheet runs no cell as a formula."""
    yield ",".join(COLUMNS) + "\r\n"
    asked = {
        "query": origin.query,
        "generation": str(origin.generation),
        "exported": origin.exported,
    }
    for rank, exported in enumerate(articles, 1):
        article = exported.article
        fields = hit_fields(replace(exported.hit, snippets=()), rank) | asked
        fields |= {
            "added": exported.added,
            "alternate_title": article.alternate_title,
            "tags": "; ".join(article.tags),
            "words": str(count_words(article.text)),
            "abstract": abstract(article),
            "image": article.image,
            "archive": exported.root,
        }
        yield ",".join(csv_cell(fields[name]) for name in COLUMNS) + "\r\n"
