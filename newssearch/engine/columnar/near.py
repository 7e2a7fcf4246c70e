"""What stands near what in a segment, as arrays.

In: a `Near` in terms, the places of its words. Out: the places at which what covers its parts
begins; used by `matches`. The oracle is `engine.spans`, which makes every pair; pairs of common
words are too many for that.

What is asked of a node is where those of its spans begin whose end some *following* part accepts.
A word asks this of its spans. P near Q, P first: of Q where its accepted spans begin; and then of P
where those of its spans begin after which, near enough, one of these begins. The other order alike.
So no pair is made, and all that is held are lists of places.

First of all, places in slots that do not have all of the parts are left out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from newssearch.arrays.spans import (
    Integers,
    Mask,
    Spans,
    each_once,
    following,
    inside,
    shortest,
    slots_with,
    union,
    windows,
)
from newssearch.engine.columnar.breaks import BLOCK
from newssearch.engine.columnar.breaks_writer import blocks_of, first_places, paragraphs_before
from newssearch.engine.columnar.segment import Segment
from newssearch.errors import EngineError
from newssearch.syntax.nodes import Match, Near, Node, Or, Unit

#: The spans of a `Match` in a segment.
Leaves = Callable[[Match], Spans]

#: Does a span that ends here do? None: every span does.
Accepts = Callable[[Integers], Mask] | None

#: Spans that are looked at together, about: memory is bounded by it.
_TOGETHER = 1_000_000

#: More steps than this, each of a place, are refused; a list takes so many beside its places.
MOST_STEPS, _OVERHEAD = 100_000_000, 1000

_NONE = np.zeros(0, np.int64)


def near_starts(node: Near, segment: Segment, edges: Integers, leaves: Leaves) -> Integers:
    """The ascending places in a segment at which what covers the parts begins, each once; `edges`
    are the starts of its slots, and the end of the last."""
    matches = list(dict.fromkeys(_matches(node)))
    spans = {match: leaves(match) for match in matches}
    slots = np.flatnonzero(_slots(node, {m: slots_with(spans[m][0], edges) for m in matches}))
    if not len(slots):
        return _NONE
    held = sum(len(starts) for starts, _ in spans.values())
    pieces = -(-held // _TOGETHER) if len(slots) > 1 else 1
    found = []
    _check_work(node, {match: len(of[0]) for match, of in spans.items()})
    for some in np.array_split(slots, min(pieces, len(slots))):
        here = {match: _in_slots(of, some, edges) for match, of in spans.items()}
        found.append(_Pieces(segment, edges, here).starts(node, None, None))
    return found[0] if len(found) == 1 else np.concatenate(found)


def _matches(node: Node) -> list[Match]:
    match node:
        case Match():
            return [node]
        case Or(parts) | Near(parts):
            return [found for part in parts for found in _matches(part)]
        case _:
            raise TypeError(f"{node} has no places")


def _slots(node: Node, held: dict[Match, Mask]) -> Mask:
    """The slots that may have the node."""
    match node:
        case Match():
            return held[node]
        case Or(parts) | Near(parts):
            combine = np.logical_or if isinstance(node, Or) else np.logical_and
            found: Mask = combine.reduce([_slots(part, held) for part in parts])
            return found
        case _:
            raise TypeError(f"{node} has no places")


def _in_slots(spans: Spans, slots: Integers, edges: Integers) -> Spans:
    chosen = inside(spans[0], slots, edges)
    return spans[0][chosen], spans[1][chosen]


def _check_work(node: Near, sizes: dict[Match, int]) -> None:
    if _steps(node, sizes) > MOST_STEPS:
        raise EngineError(
            "too many words near each other, or too common ones: leave some of them out"
        )


def _steps(node: Node, sizes: dict[Match, int]) -> int:
    """About how many places are looked at: each part of a `Near` is asked twice in any order."""
    match node:
        case Match():
            return sizes[node] + _OVERHEAD
        case Near(parts, ordered=ordered) if len(parts) == 2:
            return sum(_steps(part, sizes) for part in parts) * (1 if ordered else 2)
        case Or(parts) | Near(parts):
            return sum(_steps(part, sizes) for part in parts)
        case _:
            raise TypeError(f"{node} has no places")


class _Pieces:
    """The spans of some slots."""

    def __init__(self, segment: Segment, edges: Integers, spans: dict[Match, Spans]) -> None:
        self._segment, self._edges, self._spans = segment, edges, spans
        self._whole: dict[tuple[Node, Unit], Spans] = {}
        self._numbered: dict[Unit, tuple[Integers, Integers]] = {}

    def starts(self, node: Node, accepts: Accepts, unit: Unit | None) -> Integers:
        """Where the accepted spans of a node begin, ascending, each once; `unit`: of those that are
        whole in one sentence or paragraph."""
        match node:
            case Or(parts):
                return each_once([self.starts(part, accepts, unit) for part in parts])
            case Near(parts) if len(parts) == 2:
                return self._near(node, accepts, _narrower(unit, node.unit))
            case _:
                starts, ends = self._listed(node, unit)
                if accepts is not None and len(starts):
                    starts = starts[accepts(ends)]
                return each_once((starts,))

    def _near(self, node: Near, accepts: Accepts, unit: Unit | None) -> Integers:
        first, second = node.parts
        found = self._before(first, second, node, accepts, unit)
        if node.ordered or first == second:
            return found
        other = self._before(second, first, node, accepts, unit)
        if not len(found) or not len(other):
            return found if len(found) else other
        return each_once((found, other))

    def _before(
        self, first: Node, second: Node, node: Near, accepts: Accepts, unit: Unit | None
    ) -> Integers:
        """Where `first` begins, with `second` after it."""
        later = self.starts(second, accepts, unit)
        if not len(later):
            return _NONE

        def followed(ends: Integers) -> Mask:
            start, found = following(ends, later)
            if node.unit is Unit.WORDS:
                found &= start - ends <= node.slack
            near = np.flatnonzero(found)
            found[near] = self._zones(ends[near] - 1, unit) == self._zones(start[near], unit)
            return found

        return self.starts(first, followed, unit)

    def _listed(self, node: Node, unit: Unit | None) -> Spans:
        """The spans of a word, or of many parts in a window; `unit`: those whole in one."""
        if unit is None:
            return self._windows(node) if isinstance(node, Near) else self._spans_of(node)
        known = self._whole.get((node, unit))
        if known is None:
            starts, ends = self._listed(node, None)
            long = np.flatnonzero(ends - starts > 1)
            kept = np.ones(len(starts), np.bool_)
            kept[long] = self._zones(starts[long], unit) == self._zones(ends[long] - 1, unit)
            known = self._whole[node, unit] = starts[kept], ends[kept]
        return known

    def _spans_of(self, node: Node) -> Spans:
        match node:
            case Match():
                return self._spans[node]
            case Or(parts):
                return union([self._spans_of(part) for part in parts])
            case _:
                raise TypeError(f"{node} is no word")

    def _windows(self, node: Near) -> Spans:
        parts = list(dict.fromkeys(node.parts))
        spans = [shortest(self._spans_of(part)) for part in parts]
        counts = [node.parts.count(part) for part in parts]
        return windows(spans, counts, node.slack, self._edges)

    def _zones(self, places: Integers, unit: Unit | None) -> Integers:
        """A number for the slot, sentence or paragraph that each place is in; the places are the
        first or last ones of spans."""
        if unit is None:
            return np.searchsorted(self._edges, places, "right")
        if unit not in self._numbered:
            ends = [array for starts, ends in self._spans.values() for array in (starts, ends - 1)]
            self._numbered[unit] = numbered_breaks(self._segment, np.concatenate(ends), unit)
        breaks, numbers = self._numbered[unit]
        return numbers[np.searchsorted(breaks, places, "right") - 1]


def numbered_breaks(segment: Segment, places: Integers, unit: Unit) -> tuple[Integers, Integers]:
    """The breaks around some places, ascending, and a number for the sentence or paragraph that
    each of these is in."""
    first = first_places(segment)
    wanted = np.zeros(len(first), np.bool_)
    wanted[np.searchsorted(first, places, "right") - 1] = True
    blocks = np.flatnonzero(wanted)
    breaks, is_part = blocks_of(segment, blocks)
    if unit is Unit.SENTENCE:
        return breaks, breaks
    counted: Integers = np.cumsum(is_part, dtype=np.int64)
    starts = np.arange(0, len(breaks), BLOCK)
    base = paragraphs_before(segment)[blocks] - counted[starts] + is_part[starts]
    return breaks, counted + np.repeat(base, np.diff(starts, append=len(breaks)))


def _narrower(one: Unit | None, other: Unit) -> Unit | None:
    """The narrower of two units; None where neither is a sentence or a paragraph."""
    for unit in (Unit.SENTENCE, Unit.PARAGRAPH):
        if unit in (one, other):
            return unit
    return None
