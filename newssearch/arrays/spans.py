"""Spans of places, and which of them come near others.

In: spans as two arrays, starts and ends (not in them), ascending by start, then end; slots as in
`inverted`. Out: arrays; used by the engine's search, most of all by `near`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Spans = tuple[Integers, Integers]


def each_once(parts: Sequence[Integers]) -> Integers:
    """What is in any of some ascending arrays, ascending, each once. NumPy's `unique` hashes, which
    takes ten times as long as merging."""
    if len(parts) == 1:
        every = parts[0]
    else:
        every = np.concatenate(parts)
        every.sort(kind="stable")  # it merges what is sorted already
    fresh = np.ones(len(every), np.bool_)
    np.not_equal(every[1:], every[:-1], out=fresh[1:])
    return every if fresh.all() else every[fresh]


def following(ends: Integers, starts: Integers) -> tuple[Integers, Mask]:
    """The first of some ascending starts at or after each end; and whether there is one."""
    if not len(starts):
        return np.zeros(len(ends), np.int64), np.zeros(len(ends), np.bool_)
    at = np.searchsorted(starts, ends)
    found = at < len(starts)
    at[~found] = 0
    return starts[at], found


def union(parts: Sequence[Spans]) -> Spans:
    """The spans of all parts, each once."""
    if len(parts) == 1:
        return parts[0]
    starts, ends = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    by = np.lexsort((ends, starts))
    starts, ends = starts[by], ends[by]
    fresh = np.ones(len(starts), np.bool_)
    fresh[1:] = (np.diff(starts) != 0) | (np.diff(ends) != 0)
    return starts[fresh], ends[fresh]


def shortest(spans: Spans) -> Spans:
    """Of the spans that begin together the shortest."""
    starts, ends = spans
    first = np.ones(len(starts), np.bool_)
    first[1:] = starts[1:] != starts[:-1]
    return starts[first], ends[first]


def slots_with(places: Integers, edges: Integers) -> Mask:
    """Of each slot whether it has any of these ascending places; `edges` are the slots' starts, and
    the end of the last. One search for the shorter side."""
    if len(places) > len(edges):
        found: Mask = np.diff(np.searchsorted(places, edges)) > 0
        return found
    held = np.zeros(len(edges) - 1, np.bool_)
    held[np.searchsorted(edges, places, "right") - 1] = True
    return held


def inside(starts: Integers, slots: Integers, edges: Integers) -> Integers:
    """Which of these ascending starts, by their numbers, are in these ascending slots."""
    first = np.searchsorted(starts, edges[slots])
    counts = np.searchsorted(starts, edges[slots + 1]) - first
    numbers: Integers = np.repeat(first - (np.cumsum(counts) - counts), counts)
    numbers += np.arange(len(numbers))
    return numbers


def windows(parts: Sequence[Spans], counts: Sequence[int], slack: int, edges: Integers) -> Spans:
    """From each start of a part what covers its first span from there on, in the same slot, and
    those of the other parts: so many of each as `counts` says. Kept are windows in which at most
    `slack` places are in none of these. Of a part no two spans begin together."""
    begins = each_once([starts for starts, _ in parts])
    for (starts, _), count in zip(parts, counts, strict=True):
        begins = begins[np.searchsorted(starts, begins) + count <= len(starts)]
    last, room = begins.copy(), np.full(len(begins), slack, np.int64)
    latest = begins.copy()
    for (starts, ends), count in zip(parts, counts, strict=True):
        at = np.searchsorted(starts, begins)
        for _ in range(count):
            np.maximum(last, ends[at], out=last)
            np.maximum(latest, starts[at], out=latest)
            room += ends[at] - starts[at]
            at += 1
    near = np.flatnonzero(last - begins <= room)
    begins, last, latest = begins[near], last[near], latest[near]
    together = latest < edges[np.searchsorted(edges, begins, "right")]
    return begins[together], last[together]
