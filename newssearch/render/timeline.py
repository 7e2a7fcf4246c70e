"""Counts by time, for people and for programs.

In: a `Timeline`. Out: pieces of text; used by `newssearch timeline`. The picture is made in
`timeline_svg`. On a terminal:

    2020-08       1,702  21.3 %  ███████████████████████████▌      <- period, articles, share, bar
    2020-09          12   0.4 %  ▏
    … 7 months without any …                                           <- a long gap

The share is the part of the archive's articles of the same period; it is left out where all of them
are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from newssearch.render.look import DIM, TITLE, Look
from newssearch.results import Period, Timeline

COLUMNS = ("period", "start", "articles", "stories", "archive", "share")

#: So many empty periods or more, one after another, are one line on a terminal.
FOLDED = 4

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_WIDEST, _NARROWEST = 60, 8  # columns of a bar

#: What bars are drawn with; a terminal that cannot write all of it gets ASCII.
DRAWN_WITH = _EIGHTHS + "…"


def render_timeline(found: Timeline, look: Look, ascii_only: bool = False) -> Iterator[str]:
    """A line a period, with its bar."""
    if not found.periods:
        return
    most = max(period.articles for period in found.periods)
    label = max(len(_label(period, found.by)) for period in found.periods)
    count = len(f"{most:,}")
    shares = any(period.articles != period.archive for period in found.periods)
    room = (look.width or _WIDEST) - label - count - (13 if shares else 4)
    width = min(max(room, _NARROWEST), _WIDEST)
    for empty, run in groupby(found.periods, key=lambda period: not period.articles):
        periods = list(run)
        if empty and len(periods) >= FOLDED:
            yield look.style(_gap(periods, found.by, ascii_only), DIM) + "\n"
            continue
        for period in periods:
            line = f"{_label(period, found.by):<{label}}  {period.articles:>{count},}"
            if shares:
                line += f"  {_share(period)}"
            bar = _bar(period.articles, most, width, ascii_only)
            yield (f"{line}  {look.style(bar, TITLE)}" if bar else line.rstrip()) + "\n"


def render_timeline_tsv(found: Timeline) -> Iterator[str]:
    """`period start articles stories archive share`, without a header line; empty periods too."""
    for period in found.periods:
        yield "\t".join(_cells(period)) + "\n"


def render_timeline_csv(found: Timeline) -> Iterator[str]:
    """The same as CSV with a header."""
    yield ",".join(COLUMNS) + "\r\n"
    for period in found.periods:
        yield ",".join(_cells(period)) + "\r\n"


def _cells(period: Period) -> Sequence[str]:
    numbers = (period.articles, period.stories, period.archive)
    return period.label, period.start, *map(str, numbers), f"{period.share:.6f}"


def _label(period: Period, unit: str) -> str:
    """A week with its Monday."""
    return f"{period.label} {period.start[5:]}" if unit == "week" else period.label


def _gap(periods: Sequence[Period], unit: str, ascii_only: bool) -> str:
    dots = "..." if ascii_only else "…"
    return f"{dots} {len(periods):,} {unit}s without any {dots}"


def _share(period: Period) -> str:
    """A column of eight; empty where there is nothing to have a share in."""
    return f"{period.share:>6.1%}".replace("%", " %") if period.archive else " " * 7


def _bar(articles: int, most: int, width: int, ascii_only: bool) -> str:
    """A bar of at most `width` columns; something is to be seen of every article."""
    if not articles:
        return ""
    if ascii_only:
        return "#" * max(round(articles * width / most), 1)
    eighths = max(round(articles * width * 8 / most), 1)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
