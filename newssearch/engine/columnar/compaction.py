"""Which segments are merged, and when.

In: segments. Out: those that take their place; used by `part` and `writer`. Where FAN_IN of
them are of about one size, these; and one of which a third is deleted, by itself. So their number
grows with the logarithm of the archive's size, up to segments of MOST_PLACES, which only shrink.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newssearch.engine.columnar.segment import Segment

#: So many segments of about one size become one.
FAN_IN = 12

#: Segments of so many places are merged with no others.
MOST_PLACES = 80_000_000

#: The smallest size that counts as one, in places: what a day's import may be.
_SMALLEST = 100_000


@dataclass(frozen=True, slots=True)
class Live:
    """A segment and its deleted documents, ascending."""

    segment: Segment
    deleted: list[int]

    @property
    def documents(self) -> int:
        return self.segment.documents - len(self.deleted)

    @property
    def level(self) -> int:
        """Segments of one level are of about one size."""
        size = max(self.segment.places * self.documents // max(self.segment.documents, 1), 1)
        level = 0
        while size > _SMALLEST:
            size //= FAN_IN
            level += 1
        return level


def compact(segments: Sequence[Live], merge: Callable[[list[Live]], Live]) -> list[Live]:
    """The segments after all merges that are due, in their order, without empty ones."""
    kept = [one for one in segments if one.documents]
    while chosen := due(kept):
        merged = merge(chosen)
        place = kept.index(chosen[0])
        kept = [one for one in kept if one not in chosen]
        kept.insert(place, merged)
    return kept


def due(segments: Sequence[Live]) -> list[Live]:
    """Segments that are to become one; none where all is well."""
    for one in segments:
        if 3 * len(one.deleted) > one.segment.documents:
            return [one]
    levels: dict[int, list[Live]] = {}
    for one in segments:
        if one.segment.places * FAN_IN // 2 < MOST_PLACES:
            levels.setdefault(one.level, []).append(one)
    for _, found in sorted(levels.items()):
        if len(found) >= FAN_IN:
            return found[:FAN_IN]
    return []
