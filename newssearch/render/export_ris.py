"""An export as RIS, which reference managers read.

In go the articles and where they are from, out come records of type NEWS. RIS has no comments:
readers take whatever stands in front of a record for a mistake, so each record says in a note (N1)
where it is from. A value is one line, so that no text of an article can be a tag.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newssearch.export import ExportedArticle
from newssearch.render.citation import Citation, Name, Provenance, citation, one_line


def render_ris(articles: Iterable[ExportedArticle], origin: Provenance) -> Iterator[str]:
    """One record an article, each followed by an empty line."""
    for exported in articles:
        cited = citation(exported)
        hit = exported.hit
        tags = [
            ("TY", "NEWS"),
            ("ID", cited.key),
            ("TI", cited.title),
            ("TT", cited.alternate_title),
            *(("AU", _name(name)) for name in cited.authors),
            *_dates(cited),
            ("T2", cited.source),
            ("UR", cited.url),
            ("LA", cited.lang),
            *(("KW", word) for word in cited.keywords),
            ("AB", cited.abstract),
            ("N1", f"{one_line(hit.file)}, story {hit.story.id}"),
            ("N1", origin.line),
        ]
        lines = [f"{tag}  - {value}\r\n" for tag, value in tags if value]
        yield "".join(lines) + "ER  - \r\n\r\n"


def _dates(cited: Citation) -> list[tuple[str, str]]:
    """The year, and the date as far as known: `2020/08/17/`, `2020/08//`."""
    if not cited.date:
        return []
    year, month, day = (*cited.date, 0, 0)[:3]
    parts = (f"{year:04}", f"{month:02}" if month else "", f"{day:02}" if day else "")
    return [("PY", parts[0]), ("DA", "/".join(parts) + "/")]


def _name(name: Name) -> str:
    return f"{name.family}, {name.given}" if name.family else name.literal
