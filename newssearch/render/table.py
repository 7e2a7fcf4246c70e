"""Results as an aligned table with a header, by tabulate.

In go `Results`, out comes one text. `newssearch query --format table` uses it; the title stands
last, so that wide characters in it cannot push another column out of line.
"""

from __future__ import annotations

from newssearch.render.rows import score_text
from newssearch.render.safe import visible
from newssearch.render.wrap import cells, cut
from newssearch.results import Results

_HEADERS = ("#", "id", "score", "date", "source", "lang", "title")
_HEADER_PADDING = 2  # tabulate makes a column so much wider than its header
_GAP = 2  # columns between two columns of the "simple" table


def render_table(results: Results, width: int | None, first_rank: int = 1) -> str:
    """The table; with a `width`, titles are cut to fit it."""
    rows = [
        [
            str(rank),
            visible(hit.id),
            score_text(hit.score),
            visible(hit.date[:10]),
            visible(hit.source),
            visible(hit.lang),
        ]
        for rank, hit in enumerate(results.hits, first_rank)
    ]
    left = sum(
        max(len(header) + _HEADER_PADDING, *(len(text) for text in column)) + _GAP
        for header, *column in zip(_HEADERS[:-1], *rows, strict=True)
    )
    for row, hit in zip(rows, results.hits, strict=True):
        row.append(_title(hit.title, None if width is None else max(width - left, 20)))
    from tabulate import tabulate  # 49 ms: only where a table is asked for

    alignment = ("right", *("left",) * (len(_HEADERS) - 1))
    return tabulate(rows, _HEADERS, "simple", colalign=alignment, disable_numparse=True) + "\n"


def _title(title: str, width: int | None) -> str:
    line = cells(title)
    return "".join(cell.shown for cell in (line if width is None else cut(line, width)))
