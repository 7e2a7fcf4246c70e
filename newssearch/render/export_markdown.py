"""An export as a reading list in Markdown.

In go the articles and where they are from, out comes a page: a heading, what was asked, and each
article with its title, linked to its address, date, source, authors, a passage and its file. All
that Markdown takes for its own is escaped: no title is a link, a list or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from newssearch.export import ExportedArticle
from newssearch.render.citation import Provenance, abstract, one_line
from newssearch.render.passages import joined

#: ASCII punctuation that means something anywhere in a line; some of it in dialects only.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>|~$#@]|&(?=[\w#])|:(?=//)|(?<=www)\.", re.IGNORECASE)
#: What makes a block of a line that begins so.
_IN_FRONT = re.compile(r"^(?:[-+]|\d+(?=[.)]))")
_NOT_IN_ADDRESSES = re.compile(r"[\s\\<>]")


def render_markdown(articles: Iterable[ExportedArticle], origin: Provenance) -> Iterator[str]:
    """The page, an article at a time."""
    yield (
        f"# {_text(origin.query) or 'Reading list'}\n\n"
        f"{origin.counts}. Index generation {origin.generation}, {origin.exported}.\n"
    )
    for exported in articles:
        yield "\n" + "\n\n".join(filter(None, _parts(exported))) + "\n"


def _parts(exported: ExportedArticle) -> tuple[str, ...]:
    article, hit = exported.article, exported.hit
    title = _text(article.title) or "(no title)"
    if article.url.startswith(("http://", "https://")):
        address = _NOT_IN_ADDRESSES.sub(lambda found: quote(found[0]), one_line(article.url))
        title = f"[{title}](<{address}>)"
    about = (
        hit.date[:10],
        hit.source,
        ", ".join(hit.authors),
        hit.lang,
        _copies(exported),
    )
    passage = _text(joined(hit.snippets).text) or _text(abstract(article))
    return (
        f"## {title}",
        _text(" · ".join(filter(None, about))),
        f"> {passage}" if passage else "",
        f"{_code(one_line(hit.file))} · {_code(hit.id)}",
    )


def _copies(exported: ExportedArticle) -> str:
    story = exported.hit.story
    if story.size < 2:
        return ""
    return f"story of {story.size} in {', '.join(story.languages)}"


def _text(text: str) -> str:
    """Text that is nothing but text to Markdown, on one line."""
    escaped = _ANYWHERE.sub(r"\\\g<0>", one_line(text))
    return _IN_FRONT.sub(_escape_in_front, escaped)


def _escape_in_front(found: re.Match[str]) -> str:
    """`\\-`; of a number it is the mark behind it that is escaped."""
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def _code(text: str) -> str:
    """Text as code, within more backticks than stand in it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest or not text.strip() else f"{fence}{text}{fence}"
