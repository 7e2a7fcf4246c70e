"""Counts by the values of a field, for people and for programs.

In: a `Facet`, or the facets of `Results`. Out: pieces of text; used by `newssearch facets`,
`newssearch query --facet`, and for totals by `newssearch timeline`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from newssearch.render.look import DIM, TITLE, Look
from newssearch.render.rows import csv_cell
from newssearch.render.safe import field
from newssearch.render.wrap import Cell, cells, cut
from newssearch.results import Facet, FacetCount

_NONE = "(none)"
_LEAST_WIDTH = 16  # columns for values, however narrow the terminal

#: So many values of a field are listed with a query's hits.
_WITH_HITS = 10


def render_facet(found: Facet, look: Look) -> Iterator[str]:
    """A table: value, articles, stories; what has no value comes last."""
    rows = _rows(found)
    if not rows:
        return
    articles = max(len("articles"), *(len(f"{row.articles:,}") for row in rows))
    stories = max(len("stories"), *(len(f"{row.stories:,}") for row in rows))
    names = [
        _name(row, look.width and max(look.width - articles - stories - 4, _LEAST_WIDTH))
        for row in rows
    ]
    width = max(len(found.field), *(sum(cell.columns for cell in name) for name in names))
    head = f"{found.field:<{width}}  {'articles':>{articles}}  {'stories':>{stories}}"
    yield look.style(head, DIM) + "\n"
    for row, name in zip(rows, names, strict=True):
        shown = "".join(cell.shown for cell in name)
        gap = " " * (width - sum(cell.columns for cell in name))
        text = look.style(shown, TITLE if row.value else DIM)
        yield f"{text}{gap}  {row.articles:>{articles},}  {row.stories:>{stories},}\n"


def render_facet_tsv(found: Facet) -> Iterator[str]:
    """`value articles stories`, without a header line; what has no value comes last."""
    for row in _rows(found):
        yield f"{field(row.value)}\t{row.articles}\t{row.stories}\n"


def render_facet_csv(found: Facet) -> Iterator[str]:
    """The same as CSV with a header; a spreadsheet runs no cell of it as a formula."""
    yield f"{found.field},articles,stories\r\n"
    for row in _rows(found):
        yield f"{csv_cell(row.value)},{row.articles},{row.stories}\r\n"


def render_with_hits(facets: Mapping[str, Mapping[str, int]], look: Look) -> Iterator[str]:
    """A line a field, the first values of each: `source  bbc.com 30 · cnn.com 11`."""
    label = max(map(len, facets), default=0)
    for name, counts in facets.items():
        shown = [
            f"{value or _NONE} {articles:,}"
            for value, articles in list(counts.items())[:_WITH_HITS]
        ]
        if len(counts) > _WITH_HITS:
            shown.append(f"{len(counts) - _WITH_HITS:,} more")
        text = "".join(cell.shown for cell in cells(" · ".join(shown)))
        yield f"{look.style(f'{name:<{label}}', DIM)}  {text}\n"


def totals(articles: int, stories: int) -> str:
    """`9,593 articles of 2,630 stories`."""
    one, other = "article" if articles == 1 else "articles", "story" if stories == 1 else "stories"
    return f"{articles:,} {one} of {stories:,} {other}"


def _rows(found: Facet) -> list[FacetCount]:
    return [*found.values, *([found.without] if found.without.articles else [])]


def _name(row: FacetCount, width: int | None) -> list[Cell]:
    line = cells(row.value or _NONE)
    return cut(line, width) if width else line
