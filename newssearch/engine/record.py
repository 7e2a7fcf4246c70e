"""A document as plain JSON values and back, for engines that store it whole.

In: a `Document`. Out: lists and strings; used by the engines. The order of the fields is that of
the classes, so a change there is a new SCHEMA_VERSION.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import Any

from newssearch.article.model import (
    Article,
    ArticleDate,
    DateSource,
    Kind,
    Paragraph,
    ParseWarning,
    Precision,
)
from newssearch.engine.base import Document

_NAMES = tuple(field.name for field in fields(Article) if field.name != "body")
_values = attrgetter(*_NAMES)


def to_json(document: Document) -> tuple[list[Any], list[Any]]:
    """The head, `[id, root, story, added, {article's fields that are not empty}]`, and the body,
    `[(line, text), …]`; tuples are lists in JSON."""
    article = document.article
    kept = {name: value for name, value in zip(_NAMES, _values(article), strict=True) if value}
    head = [document.id, document.root, document.story, document.added, kept]
    return head, list(article.body)


def from_json(head: list[Any], body: list[Any]) -> Document:
    """The document that `to_json` was given."""
    identifier, root, story, added, kept = head
    kept = dict(kept)
    kept["kind"] = Kind(kept["kind"])
    kept["body"] = tuple(Paragraph(line, text) for line, text in body)
    kept["warnings"] = tuple(ParseWarning(line, text) for line, text in kept.get("warnings", ()))
    if "date" in kept:
        text, source, precision = kept["date"]
        kept["date"] = ArticleDate(text, DateSource(source), Precision(precision))
    kept["extra"] = tuple((key, value) for key, value in kept.get("extra", ()))
    kept.setdefault("title", "")
    for name, value in kept.items():
        if isinstance(value, list):
            kept[name] = tuple(value)
    return Document(identifier, root, story, added, Article(**kept))
