"""Counts of documents as `Totals` gives them.

In: which documents have which values. Out: sorted counts; used by the engines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set


def sources(having: Mapping[str, Set[int]]) -> Counter[str]:
    """Sites, folded, and how many documents each has, by the terms of the field `source`.

    A document is found under its site's short name too (`bbc` for `bbc.com`): there only those
    count whose site has no other name.
    """
    longer: dict[str, set[int]] = {}
    for term, documents in having.items():
        short, dot, _ = term.partition(".")
        if dot:
            longer.setdefault(short, set()).update(documents)
    return Counter(
        {
            term: count
            for term, documents in having.items()
            if (count := len(documents - longer.get(term, set())))
        }
    )


def by_count(counts: Mapping[str, int]) -> dict[str, int]:
    """The most frequent in front, equal ones in the order of their names."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def day_of(key: int) -> str:
    """A date key as YYYY-MM-DD, cut to what is known; empty for none."""
    digits = f"{key // 1_000_000:08d}"
    parts = [part for part in (digits[:4], digits[4:6], digits[6:]) if int(part)]
    return "-".join(parts)
