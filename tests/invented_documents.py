"""Short ways to make documents, and to ask an engine for them. All of the news is invented."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from newssearch.article.model import Article, ArticleDate, DateSource, Paragraph, Precision
from newssearch.engine.base import Answer, Document, Engine, Search
from newssearch.syntax.nodes import And, Form, Node, Or, Phrase, Word

PRECISIONS = {4: Precision.YEAR, 7: Precision.MONTH}


def document(
    path: str,
    body: str = "",
    *,
    story: str = "",
    added: str = "2020-08-27",
    root: str = "news",
    date: str = "",
    **fields: Any,
) -> Document:
    """A document. Paragraphs of the body are parted by lines; without a story it is its own."""
    identifier = blake2b(f"{root}\0{path}".encode(), digest_size=6).hexdigest()
    paragraphs = tuple(Paragraph(i, text) for i, text in enumerate(body.split("\n"), 1) if text)
    when = None
    if date:
        when = ArticleDate(date, DateSource.HEADER, PRECISIONS.get(len(date), Precision.DAY))
    title = fields.pop("title", "")
    article = Article(path, title, paragraphs, date=when, **fields)
    return Document(identifier, root, story or f"story-{identifier}", added, article)


def word(text: str, field: str = "", form: Form = Form.STEM) -> Word:
    return Word(text, form, field)


def phrase(text: str, field: str = "") -> Phrase:
    return Phrase(tuple(Word(part) for part in text.split()), field)


def every(*nodes: Node) -> And:
    return And(nodes)


def either(*nodes: Node) -> Or:
    return Or(nodes)


def commit(engine: Engine, added: Iterable[Document] = (), deleted: Iterable[str] = ()) -> int:
    """One generation: deletions, then additions."""
    writer = engine.writer()
    writer.delete(deleted)
    for document in added:
        writer.add(document)
    return writer.commit({})


def ask(engine: Engine, tree: Node, **options: Any) -> Answer:
    """Search the newest generation."""
    snapshot = engine.snapshot()
    try:
        return snapshot.search(Search(tree, **options))
    finally:
        snapshot.close()


def paths(engine: Engine, tree: Node, **options: Any) -> list[str]:
    """The paths of what a search returns, in its order."""
    snapshot = engine.snapshot()
    try:
        found = snapshot.search(Search(tree, **options)).found
        held = snapshot.documents([one.id for one in found])
        return [document.article.path for document in held]
    finally:
        snapshot.close()
