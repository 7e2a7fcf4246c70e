"""One article for a person to read: what the index knows of it, then its text.

In go a `StoredArticle` and a `Look`, out come pieces of text. `newssearch show` uses it; on a
terminal the text is wrapped, in a pipe each paragraph is one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from newssearch.article.model import Kind
from newssearch.render.look import BOLD_TITLE, DIM, TITLE, Look
from newssearch.render.safe import visible
from newssearch.render.wrap import cells, columns, paint, wrap
from newssearch.results import Copy, Story, Translation

if TYPE_CHECKING:
    from newssearch.article.model import ArticleDate
    from newssearch.hits import StoredArticle

_DATE_SOURCES = {
    "header": "from the article's header",
    "url": "from its address",
    "path": "from its file's name or folder",
}
_MOST_COPIES = 10
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
        ("story", _story(story) if story.size > 1 else ""),
    )
    yield from ((name, value) for name, value in known if value)
    yield from (("translation", _translation(found)) for found in stored.translations)
    yield from (("copy", _copy(found, article.title)) for found in stored.copies[:_MOST_COPIES])
    if len(stored.copies) > _MOST_COPIES:
        yield (
            "",
            f"… and {len(stored.copies) - _MOST_COPIES:,} more: newssearch query story:{story.id}",
        )
    yield from article.extra


def _date(date: ArticleDate | None) -> str:
    if date is None:
        return "unknown"
    return f"{date.text.replace('T', ' ')} ({_DATE_SOURCES.get(date.source, date.source)})"


def _story(story: Story) -> str:
    """`4f21b7a0c3d9, 3 articles in en, zh, 2020-08-17 to 2020-08-19`"""
    parts = [story.id, f"{story.size:,} articles"]
    if story.languages:
        parts[-1] += f" in {', '.join(story.languages)}"
    if story.first_date != story.last_date:
        parts.append(f"{story.first_date} to {story.last_date}")
    return ", ".join(parts)


def _copy(copy: Copy, title: str) -> str:
    """Which it is, and what its title is where it has another."""
    kind = "" if copy.kind == Kind.ARTICLE else f"  {copy.kind}"
    other = f"  {copy.title}" if copy.title != title else ""
    return f"{copy.id} {copy.lang}  {copy.date[:10] or 'undated'}{kind}{other}"


def _translation(translation: Translation) -> str:
    return f"{translation.id} {translation.lang}  {translation.title}"


def _paragraph(text: str, look: Look, style: str) -> str:
    lines = wrap(cells(text), look.width)
    return "\n".join(paint(line, look, style, style) for line in lines) + "\n"
