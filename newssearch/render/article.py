"""One article for a person to read: what the index knows of it, then its text.

In go a `StoredArticle` and a `Look`, out come pieces of text. `newssearch show` uses it; on a
terminal the text is wrapped, in a pipe each paragraph is one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from newssearch.render.look import BOLD_TITLE, DIM, TITLE, Look
from newssearch.render.safe import visible
from newssearch.render.wrap import cells, columns, paint, wrap
from newssearch.results import Translation

if TYPE_CHECKING:
    from newssearch.article.model import ArticleDate
    from newssearch.query import StoredArticle

_DATE_SOURCES = {
    "header": "from the article's header",
    "url": "from its address",
    "path": "from its file's name or folder",
}
_LONGEST_LABEL = 16  # an unknown field's name may be longer: it then stands out of line


def render_article(stored: StoredArticle, look: Look) -> Iterator[str]:
    """Titles, fields, text."""
    article = stored.article
    yield _paragraph(article.title or "(no title)", look, BOLD_TITLE)
    if article.alternate_title:
        yield _paragraph(article.alternate_title, look, TITLE)
    yield "\n"
    fields = list(article_fields(stored))
    label_width = min(max(columns(visible(name)) for name, _ in fields), _LONGEST_LABEL)
    for name, value in fields:
        label = visible(name) + " " * (label_width - columns(visible(name)))
        shown = visible(value)
        if name == "file":
            shown = look.file_link(stored.file, shown)
        yield f"{look.style(label, DIM)}  {shown}\n"
    for paragraph in article.body:
        yield "\n" + _paragraph(paragraph.text, look, "")


def article_fields(stored: StoredArticle) -> Iterator[tuple[str, str]]:
    """The fields that have a value, with their names, in the order in which they are shown."""
    article, story = stored.article, stored.story
    line = f":{article.body[0].line}" if article.body else ""
    others = story.size - 1
    known = (
        ("date", _date(article.date)),
        ("added", stored.added),
        ("source", article.source),
        ("authors", ", ".join(article.authors)),
        ("keywords", ", ".join(article.keywords)),
        ("tags", ", ".join(article.tags)),
        ("language", article.lang),
        ("kind", str(article.kind)),
        ("address", article.url),
        ("image", article.image),
        ("file", stored.file + line),
        ("archive", stored.root),
        ("id", stored.id),
        ("story", f"{story.id}, {story.size} copies in {', '.join(story.languages)}" if others > 0
         else "")
    )  # fmt: skip
    yield from ((name, value) for name, value in known if value)
    yield from (("translation", _translation(found)) for found in stored.translations)
    yield from article.extra


def _date(date: ArticleDate | None) -> str:
    if date is None:
        return "unknown"
    return f"{date.text.replace('T', ' ')} ({_DATE_SOURCES.get(date.source, date.source)})"


def _translation(translation: Translation) -> str:
    return f"{translation.id} {translation.lang}  {translation.title}"


def _paragraph(text: str, look: Look, style: str) -> str:
    lines = wrap(cells(text), look.width)
    return "\n".join(paint(line, look, style, style) for line in lines) + "\n"
