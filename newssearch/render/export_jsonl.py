"""An export as lines of JSON, one article a line, with all that the index knows of it.

In go the articles and where they are from, out come lines as `newssearch show --json` writes them,
each with `export`: every line can be read, kept and joined with others by itself. docs/export.md
explains it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from newssearch.export import ExportedArticle
from newssearch.hits import StoredArticle
from newssearch.render.citation import Provenance
from newssearch.render.json_form import render_article_json


def render_jsonl_export(articles: Iterable[ExportedArticle], origin: Provenance) -> Iterator[str]:
    """One article a line."""
    known = asdict(origin)
    for rank, exported in enumerate(articles, 1):
        hit = exported.hit
        stored = StoredArticle(
            hit.id,
            exported.root,
            hit.file,
            exported.added,
            hit.story,
            hit.translations,
            exported.article,
            exported.copies,
        )
        yield render_article_json(stored, {"export": {"rank": rank, "score": hit.score} | known})
