"""How results are shown: tables of Markdown, and what they were measured on.

In: rows. Out: text on standard output, which `./dev bench` keeps as bench/RESULTS.md.
"""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence

from bench.peers import versions


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; columns but the first are set to the right."""
    print("\n".join(rows_of(head, rows)), end="\n\n", flush=True)


def rows_of(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = []
    for row in (head, rule, *rows):
        first, *others = row
        cells = [f"{first:{widths[0]}}"]
        cells += [f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def ratio(one: float, other: float) -> str:
    """`one` in multiples of `other`; small ones with two digits that count."""
    if not other:
        return "-"
    return f"{one / other:.2f}" if one >= other / 10 else f"{one / other:.2g}"


def conditions() -> str:
    """The machine and the versions, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    named = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}, {named}; {datetime.date.today()}"
    )
