"""The figures as Markdown, and against the last accepted run.

In: figures by collection and engine. Out: lines of text; used by `quality`.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from bench.quality_engines import OURS
from bench.quality_measures import MAIN, MEASURES, Figures
from bench.tables import rows_of

#: Means by collection, then engine.
Means = Mapping[str, Mapping[str, Figures]]

#: nDCG@10 by collection, then query.
ByQuery = Mapping[str, Mapping[str, float]]

#: The mean that newssearch is held to (the ranking's goal).
GOAL = 0.485

#: Figures are kept and compared with so many digits.
DIGITS = 4

#: Of the queries that changed, so many are named.
MOST_NAMED = 5


def tables(means: Means) -> str:
    """A table for each measure: engines down, collections across."""
    return "\n\n".join(f"{MEASURES[name]}\n\n{_table(means, name)}" for name in MEASURES)


def _table(means: Means, measure: str) -> str:
    names = list(means)
    engines = list(means[names[0]])
    values = {engine: [means[name][engine][measure] for name in names] for engine in engines}
    best = [max(column) for column in zip(*values.values(), strict=True)]
    rows = []
    for engine, row in values.items():
        shown = [
            f"**{value:.3f}**" if value == most else f"{value:.3f}"
            for value, most in zip(row, best, strict=True)
        ]
        rows.append([engine, *shown, f"{fmean(row):.3f}"])
    return "\n".join(rows_of(["", *names, "mean"], rows))


def ahead(means: Means) -> list[str]:
    """Where newssearch is not the best, or below its goal: a line for each place."""
    found = []
    for name, engines in means.items():
        for engine, figures in engines.items():
            if not engine.startswith(OURS) and figures[MAIN] > engines[OURS][MAIN]:
                found.append(
                    f"{engine} is ahead on {name}: "
                    f"{figures[MAIN]:.4f} against {engines[OURS][MAIN]:.4f}"
                )
    mean = fmean(engines[OURS][MAIN] for engines in means.values())
    if mean < GOAL:
        found.append(f"the mean {MEASURES[MAIN]} is {mean:.4f}; the goal is {GOAL}")
    return found


def changes(now: ByQuery, accepted: ByQuery) -> list[str]:
    """What became of each query's nDCG@10 since the accepted run, a line for each collection."""
    lines = []
    for name, queries in now.items():
        before = accepted.get(name)
        if before is None:
            lines.append(f"{name}: not in the accepted run")
            continue
        moved = {
            query: difference
            for query, value in queries.items()
            if (difference := round(value - before.get(query, 0.0), DIGITS))
        }
        better = sum(difference > 0 for difference in moved.values())
        mean = fmean(queries.values()) - fmean(before.values())
        line = f"{name}: {mean:+.4f}; {better} better, {len(moved) - better} worse"
        named = sorted(moved, key=lambda query: (-abs(moved[query]), query))[:MOST_NAMED]
        if named:
            line += "; most: " + ", ".join(f"{query} {moved[query]:+.2f}" for query in named)
        lines.append(line)
    return lines
