"""Digests: one file that holds many articles, cut into its entries.

In: the lines of a file and the header at its top. Out: where each entry begins, none where the
file is no digest. `read` makes an article of each. A digest repeats the reference header for
every entry, with a second title (`### …`) or with labels in two languages; a file of two or more
plain reference headers is one too.
"""

from __future__ import annotations

from collections.abc import Sequence

from newssearch.article.layout import LayoutHeader, find_layout


def find_entries(lines: Sequence[str], top: LayoutHeader | None) -> list[tuple[int, LayoutHeader]]:
    """The entries' first lines (indices) and headers, in their order; [] for no digest.

    `top` is what `find_layout(lines)` found.
    """
    entries: list[tuple[int, LayoutHeader]] = []
    end = 0
    firsts = [line[:1] for line in lines]
    if top is not None and firsts[top.start] == "#" and firsts.count("#") == 1:
        if not top.bilingual:
            return []  # nearly every file: one heading, and the header is its own
    headings = [number for number, first in enumerate(firsts) if first == "#"]
    for number in headings:
        line = lines[number]
        if number < end or not line.startswith(("## ", "# ")) or len(line) > 4000:
            continue
        at_top = top is not None and number == top.start
        header = top if at_top else find_layout(lines, number)
        if header is not None and header.title and not _second_title(lines, number, header):
            entries.append((number, header))
            end = header.body
    if not entries or any(line.strip() for line in lines[: entries[0][0]]):
        return []
    several = len(entries) > 1 or entries[0][1].bilingual or entries[0][1].alternate_title
    return entries if several else []


def _second_title(lines: Sequence[str], number: int, header: LayoutHeader) -> bool:
    """True where the header found is not this line's own: another heading stands between."""
    between = [line for line in lines[number + 1 : header.body] if line.startswith(("# ", "## "))]
    return bool(between)
