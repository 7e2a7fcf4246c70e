"""A story's documents in short, and the order that they are shown in.

In: documents. Out: `Member`s; used by the engines' snapshots.
"""

from __future__ import annotations

from newssearch.article.model import Kind
from newssearch.engine.base import Document, Member


def member(document: Document) -> Member:
    """A document in short."""
    article = document.article
    return Member(
        document.id,
        article.title,
        article.path,
        article.lang,
        article.languages,
        article.kind,
        document.added,
        article.date.text if article.date else "",
        article.translation_links,
    )


def in_front(shown: Member) -> tuple[str, bool, str, str]:
    """What a story's members sort by: the one added first, full articles before digest entries."""
    return shown.added, shown.kind == Kind.DIGEST, shown.path, shown.id
