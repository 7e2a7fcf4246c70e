"""Segments that become one, and how their terms are cut into ranges that are merged together.

In: open segments. Out: `Source`; ranges; used by `merge`, `merge_words` and `merge_columns`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from newssearch.engine.columnar.lists import Dictionary
from newssearch.engine.columnar.segment import Segment

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to merge: by document whether it is kept, its new number, its first place, and how
    far its places move."""

    segment: Segment
    kept: NDArray[np.bool_]
    documents: Integers
    starts: Integers
    shifts: Integers

    def moved(self, places: Integers) -> tuple[Integers, NDArray[np.bool_] | None]:
        """Where these places come to stand; and which are kept, None where all are."""
        if self.kept.all():
            return places + self.shifts[0], None
        documents = np.searchsorted(self.starts, places, "right") - 1
        return places + self.shifts[documents], self.kept[documents]


def ranges(
    dictionaries: Sequence[Dictionary], weights: Sequence[Integers], most: int
) -> Iterator[list[tuple[int, int]]]:
    """Ranges of terms that together weigh about `most`, each as the numbers [first, end) that it
    has in every dictionary; `weights` are those of their groups of terms. What was mapped for one
    range is let go of before the next: the files may be many times the memory."""
    heads: list[tuple[bytes, int]] = []
    for one, weight in zip(dictionaries, weights, strict=True):
        heads += [(one.head(group), weighed) for group, weighed in enumerate(weight.tolist())]
    heads.sort()
    cuts: list[bytes] = []
    held = 0
    for term, weighed in heads:
        if held + weighed > most and held:
            cuts.append(term)
            held = 0
        held += weighed
    limits: list[list[int]] = []
    for one in dictionaries:
        limits.append([0, *map(one.lower, cuts), one.size])
        one.release()
    for i in range(len(cuts) + 1):
        yield [(limit[i], limit[i + 1]) for limit in limits]
        for one in dictionaries:
            one.release()


def union(parts: Sequence[list[bytes]]) -> list[bytes]:
    """All of what is in sorted lists, each once; Python merges what is sorted in linear time."""
    return list(dict.fromkeys(sorted(chain.from_iterable(parts))))
