"""What matches a query, counted: by the values of a field, and by time.

In: a `Search`, a snapshot. Out: `Facet`, `Timeline`; used by `query`. Everything that matches is
counted, not only what is listed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from newssearch.article.model import Kind
from newssearch.engine.base import Count, Search, Snapshot
from newssearch.engine.facet_values import FACETS, UNITS, period_of
from newssearch.errors import UsageError
from newssearch.results import Facet, FacetCount, Note, Period, Timeline
from newssearch.syntax.fields import ALIASES, nearest_of
from newssearch.syntax.nodes import And, Everything, Filter, Node, Not

#: Unasked, time is counted by the finest unit of which so many periods are enough.
_ON_A_SCREEN = 40

#: A unit is not chosen of which more than this part of the dates is not known.
_VAGUE = 0.1

#: So much of what there is at either end does not decide on a unit.
_RARE = 0.01

#: More periods than this are not made, which is a day for each of 137 years.
_MOST = 50_000

_NONE = Count(0, 0)


def facet_field(name: str) -> str:
    """The field that is counted by under this name, as `keyword` for `keywords`; raises
    UsageError."""
    low = name.lower()
    for known in (low, ALIASES.get(low, ""), low.removesuffix("s")):
        if known in FACETS:
            return known
    near = nearest_of(low, FACETS, 0.6)
    advice = f"did you mean {near}?" if near else f"there are {', '.join(FACETS)}"
    raise UsageError(f"nothing is counted by {name!r}; {advice}")


def facet(snapshot: Snapshot, search: Search | None, field: str, limit: int | None) -> Facet:
    """The values of a field; of more than `limit` the most frequent ones."""
    if search is None:
        return Facet(field, "", 0, 0, 0)
    counts = dict(snapshot.counts(search.tree, [field])[field])
    without = counts.pop("", _NONE)
    total, stories = _totals(snapshot, search)
    values = tuple(FacetCount(value, *counts[value]) for value in ordered(counts, field, limit))
    return Facet(field, "", total, stories, len(counts), values, FacetCount("", *without))


def facets(
    snapshot: Snapshot, search: Search | None, fields: Sequence[str]
) -> dict[str, dict[str, int]]:
    """For each field its values with the numbers of articles; "" comes last."""
    names = list(dict.fromkeys(map(facet_field, fields)))
    found = snapshot.counts(search.tree, names) if search else {name: {} for name in names}
    return {
        name: {value: counts[value].articles for value in ordered(counts, name)}
        for name, counts in found.items()
    }


def ordered(counts: Mapping[str, Count], field: str, limit: int | None = None) -> list[str]:
    """The values: the most frequent first, periods in the order of time, "" last."""
    values = sorted(counts, key=lambda value: (not value, -counts[value].articles, value))[:limit]
    return sorted(values, key=lambda value: (not value, value)) if field in UNITS else values


def timeline(snapshot: Snapshot, search: Search | None, by: str = "") -> Timeline:
    """The periods from the first to the last; `by` is one of UNITS, else what fits a screen."""
    if by and by not in UNITS:
        raise UsageError(f"time is counted by {', '.join(UNITS)}, not by {by!r}")
    if search is None:
        return Timeline(by or UNITS[-1], "", 0, 0)
    found = snapshot.counts(search.tree, [by] if by else UNITS)
    asked = unit = by or _fitting(found)
    while _span(found[unit], unit) > _MOST and unit != UNITS[-1]:
        unit = UNITS[UNITS.index(unit) + 1]
        found = snapshot.counts(search.tree, [asked, unit])
    notes: tuple[Note, ...] = ()
    if unit != asked:
        many = f"{_span(found[asked], asked):,}"
        message = f"by {asked}, these would be {many} periods: they are counted by {unit}"
        notes = (Note("coarser-periods", message),)
    counts = found[unit]
    archive = snapshot.counts(_archive(search.tree), [unit])[unit] if counts else {}
    total, stories = _totals(snapshot, search)
    return Timeline(
        unit,
        "",
        total,
        stories,
        tuple(_periods(counts, archive, unit)),
        FacetCount("", *counts.get("", _NONE)),
        notes,
    )


def _totals(snapshot: Snapshot, search: Search) -> tuple[int, int]:
    answer = snapshot.search(replace(search, limit=0, offset=0, collapse=False))
    return answer.total, answer.total_stories


def _archive(tree: Node) -> Node:
    """What a part of is found: pages belong to it only for queries that ask for kinds."""
    no_pages = Not(Filter("kind", Kind.PAGE.value))
    leaves_out = isinstance(tree, And) and no_pages in tree.children
    return And((Everything(), no_pages)) if leaves_out else Everything()


# -- periods --------------------------------------------------------------------------------


def _fitting(found: Mapping[str, Mapping[str, Count]]) -> str:
    """The finest unit that is known of most dates and fits a screen, rare early and late articles
    apart."""
    undated = found[UNITS[-1]].get("", _NONE).articles
    dated = sum(count.articles for value, count in found[UNITS[-1]].items() if value)
    for unit in UNITS:
        counts = found[unit]
        vague = counts.get("", _NONE).articles - undated
        fits = max(_lines(counts, unit), _span(_middle(counts), unit)) <= _ON_A_SCREEN
        if vague <= _VAGUE * dated and fits:
            return unit
    return UNITS[-1]


def _lines(counts: Mapping[str, Count], unit: str) -> int:
    """How many lines the periods take, a gap between two of them being one."""
    numbers = sorted(_number(label, unit) for label in counts if label)
    gaps = sum(after - before > 1 for before, after in pairwise(numbers))
    return len(numbers) + gaps


def _middle(counts: Mapping[str, Count]) -> list[str]:
    """The periods without the first and the last hundredth of the articles."""
    labels = sorted(label for label in counts if label)
    ends = list(accumulate(counts[label].articles for label in labels))
    whole = ends[-1] if ends else 0
    return [
        label
        for label, end in zip(labels, ends, strict=True)
        if end > _RARE * whole and end - counts[label].articles < (1 - _RARE) * whole
    ]


def _span(counts: Iterable[str], unit: str) -> int:
    """How many periods there are from the first to the last one."""
    labels = [label for label in counts if label]
    if not labels:
        return 0
    return _number(max(labels), unit) - _number(min(labels), unit) + 1


def _periods(
    counts: Mapping[str, Count], archive: Mapping[str, Count], unit: str
) -> Iterator[Period]:
    """Every period from the first to the last one, empty ones too."""
    labels = sorted(label for label in counts if label)
    if not labels:
        return
    for number in range(_number(labels[0], unit), _number(labels[-1], unit) + 1):
        start = _start(number, unit)
        label = period_of(start, unit)
        articles, stories = counts.get(label, _NONE)
        whole = archive.get(label, _NONE).articles
        yield Period(label, start, articles, stories, whole, articles / whole if whole else 0.0)


def _number(label: str, unit: str) -> int:
    """A period's number: one more than that of the period before."""
    match unit:
        case "year":
            return int(label)
        case "month":
            return int(label[:4]) * 12 + int(label[5:]) - 1
        case "week":
            monday = datetime.date.fromisocalendar(int(label[:4]), int(label[6:]), 1)
            return monday.toordinal() // 7
        case _:
            return datetime.date.fromisoformat(label).toordinal()


def _start(number: int, unit: str) -> str:
    """The first day of the period with this number."""
    match unit:
        case "year":
            return f"{number:04}-01-01"
        case "month":
            return f"{number // 12:04}-{number % 12 + 1:02}-01"
        case "week":
            return datetime.date.fromordinal(number * 7 + 1).isoformat()
        case _:
            return datetime.date.fromordinal(number).isoformat()
