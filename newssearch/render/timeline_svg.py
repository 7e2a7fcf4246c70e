"""Counts by time as a picture.

In: a `Timeline`. Out: one SVG document that needs nothing else: no font, no script, no address that
is loaded. Used by `newssearch timeline --svg`. It has a title and a description for who cannot see
it, says each bar's figures where a mouse points, and is dark where the reader's screen is.

    title                      what was asked
    ┌ most ─────────────────   lines at round numbers
    │      ▂   █
    └──────────────────────    every few periods a label
    caption                    how many articles in all
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import ceil

from newssearch.render.facets import totals
from newssearch.render.safe import visible
from newssearch.render.wrap import cells, cut
from newssearch.results import Period, Timeline

_WIDTH, _HEIGHT = 960, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 72, 64  # around the bars
_LABEL = 84  # columns of the picture that a label on the lower edge takes
_POINTED_AT = 1000  # of more periods, bars are one shape, which says nothing when pointed at
_LONGEST_QUERY = 80  # as many columns of it stand in the title: Chinese characters take two

_STYLE = """\
svg { background: #fff; font: 13px system-ui, sans-serif; fill: #333; }
.title { font-size: 17px; font-weight: 600; }
.note { fill: #666; }
.grid { stroke: #ddd; }
.axis { stroke: #888; }
.bar { fill: #2a6f97; }
.bar:hover { fill: #e07a1f; }
@media (prefers-color-scheme: dark) {
  svg { background: #16191d; fill: #e6e6e6; }
  .note { fill: #a5a5a5; }
  .grid { stroke: #33383e; }
  .axis { stroke: #777; }
  .bar { fill: #6fb7dd; }
  .bar:hover { fill: #f2a65a; }
}
"""


def render_timeline_svg(found: Timeline) -> Iterator[str]:
    """The picture; without periods it only says so."""
    title = f"Articles by {found.by}"
    if found.query.strip():
        title += f": {_cut(' '.join(found.query.split()))}"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-labelledby="title desc">\n'
        f'<title id="title">{_text(title)}</title>\n'
        f'<desc id="desc">{_text(_description(found))}</desc>\n'
        f"<style>\n{_STYLE}</style>\n"
        f'<text class="title" x="{_LEFT}" y="32">{_text(title)}</text>\n'
    )
    if found.periods:
        most = max(period.articles for period in found.periods)
        top = ceil(most / _step(most)) * _step(most)  # a line stands above the highest bar
        yield from _grid(top)
        yield from _bars(found, top)
        yield from _labels(found)
    yield f'<text class="note" x="{_LEFT}" y="{_HEIGHT - 14}">{_text(_caption(found))}</text>\n'
    yield "</svg>\n"


def _description(found: Timeline) -> str:
    """The picture in words."""
    if not found.periods:
        return _caption(found)
    first, last = found.periods[0], found.periods[-1]
    most = max(found.periods, key=lambda period: period.articles)
    return (
        f"A bar for each {found.by} from {first.label} to {last.label}. The most articles are of "
        f"{most.label}: {most.articles:,}. {_caption(found)}"
    )


def _caption(found: Timeline) -> str:
    if not found.total:
        return "Nothing was found."
    text = totals(found.total, found.total_stories)
    if found.undated.articles:
        text += f"; {found.undated.articles:,} without a known {found.by} are not shown"
    return text + "."


def _grid(top: int) -> Iterator[str]:
    """Lines at round numbers of articles, with these, and the axis."""
    yield f'<text class="note" x="{_LEFT}" y="{_TOP - 12}">articles</text>\n'
    for number in range(0, top + 1, _step(top)):
        y = _y(number, top)
        kind = "grid" if number else "axis"
        yield f'<line class="{kind}" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>\n'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:g}" text-anchor="end">{number:,}</text>\n'


def _bars(found: Timeline, top: int) -> Iterator[str]:
    size = _pitch(found)
    width = max(size * 0.8, min(size, 0.5)) if size >= 3 else size
    shapes: list[str] = []
    for number, period in enumerate(found.periods):
        if not period.articles:
            continue
        y = min(_y(period.articles, top), _HEIGHT - _BOTTOM - 1)  # one article is to be seen
        x = round(_LEFT + number * size + (size - width) / 2, 2)
        shape = f"M{x:g} {_HEIGHT - _BOTTOM}V{y:g}h{width:.2f}V{_HEIGHT - _BOTTOM}z"
        if len(found.periods) > _POINTED_AT:
            shapes.append(shape)
        else:
            told = f"<title>{_text(_told(period))}</title>"
            yield f'<path class="bar" d="{shape}">{told}</path>\n'
    if shapes:
        yield f'<path class="bar" d="{"".join(shapes)}"/>\n'


def _labels(found: Timeline) -> Iterator[str]:
    """The names of every few periods under the bars."""
    size, y = _pitch(found), _HEIGHT - _BOTTOM
    step = _label_step(found.by, _LABEL / size)
    for number, period in enumerate(found.periods):
        if _place(period, found.by, number) % step:
            continue
        x = round(_LEFT + (number + 0.5) * size, 2)
        middle = min(max(x, _LABEL / 2), _WIDTH - _LABEL / 2)
        yield f'<line class="axis" x1="{x:g}" x2="{x:g}" y1="{y}" y2="{y + 5}"/>\n'
        yield f'<text x="{middle:g}" y="{y + 20}" text-anchor="middle">{period.label}</text>\n'


def _place(period: Period, unit: str, number: int) -> int:
    """A number of which the labelled periods have multiples: Januaries, years with a 0."""
    if unit == "year":
        return int(period.label)
    return int(period.label[5:]) - 1 + 12 * int(period.label[:4]) if unit == "month" else number


def _label_step(unit: str, least: float) -> int:
    """Every how many periods one is labelled, at least."""
    steps = {"month": (1, 2, 3, 6, 12), "week": (1, 2, 4, 13, 26, 52), "day": (1, 2, 7, 14, 28)}
    found = next((step for step in steps.get(unit, ()) if step >= least), 0)
    if found:
        return found
    whole = {"month": 12, "week": 52, "day": 28}.get(unit, 1)
    return whole * _round(ceil(least / whole))


def _pitch(found: Timeline) -> float:
    """How wide the place of a bar is."""
    return (_WIDTH - _LEFT - _RIGHT) / max(len(found.periods), 12)


def _y(articles: int, top: int) -> float:
    return round(_HEIGHT - _BOTTOM - articles * (_HEIGHT - _BOTTOM - _TOP) / top, 2)


def _round(number: int) -> int:
    """The next number of the row 1, 2, 5, 10, 20, 50 …"""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= number:
                return factor * power
        power *= 10


def _step(most: int) -> int:
    """The distance of the lines: four to eight of them."""
    return _round(ceil(most / 8))


def _told(period: Period) -> str:
    """A bar in words."""
    told = f"{period.label}: {totals(period.articles, period.stories)}"
    return f"{told}, {period.share:.1%} of the archive's"


def _cut(text: str) -> str:
    return "".join(cell.shown for cell in cut(cells(text), _LONGEST_QUERY))


def _text(text: str) -> str:
    """Text as XML may hold it."""
    return escape(visible(text), quote=False).replace("\ufffe", "").replace("\uffff", "")
