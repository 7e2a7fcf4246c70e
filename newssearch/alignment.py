"""Where two rows of texts are equal, as somebody would align them who holds them side by side.

In: two rows, of paragraphs or of words. Out: runs in which they are equal; used by `differences`.
Comparing two rows takes about the product of their lengths: rows that are too long for that are cut
at what occurs in each of them once (Bram Cohen's patience diff), and where there is nothing of the
kind, they are taken to have nothing in common.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

#: Two rows are compared whole where the product of their lengths is not over this: 0.5 s at worst.
MOST_PAIRS = 250_000


def equal_runs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """The runs, ascending in both rows: where they start in each, and how long they are."""
    start = _common(old, new)
    old_end, new_end = len(old), len(new)
    end = _common(old[start:][::-1], new[start:][::-1])
    old_end, new_end = old_end - end, new_end - end
    runs = [(0, 0, start)]
    if (old_end - start) * (new_end - start) <= MOST_PAIRS:
        runs += _matched(old, new, (start, old_end), (start, new_end))
    else:
        anchors = [
            (i + start, j + start) for i, j in _anchors(old[start:old_end], new[start:new_end])
        ]
        for one, other in pairwise([(start - 1, start - 1), *anchors, (old_end, new_end)]):
            spans = (one[0] + 1, other[0]), (one[1] + 1, other[1])
            if (spans[0][1] - spans[0][0]) * (spans[1][1] - spans[1][0]) <= MOST_PAIRS:
                runs += _matched(old, new, *spans)
            if other[0] < old_end:
                runs.append((*other, 1))
    runs.append((old_end, new_end, end))
    return [run for run in runs if run[2]]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many they begin with that are equal."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))


def _matched(
    old: Sequence[str], new: Sequence[str], old_span: tuple[int, int], new_span: tuple[int, int]
) -> Iterator[tuple[int, int, int]]:
    part_old, part_new = old[slice(*old_span)], new[slice(*new_span)]
    for found in SequenceMatcher(None, part_old, part_new, autojunk=False).get_matching_blocks():
        yield found.a + old_span[0], found.b + new_span[0], found.size


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places of what occurs once in each row, as many as can be had ascending in both."""
    once = [{value for value, count in Counter(row).items() if count == 1} for row in (old, new)]
    in_both = once[0] & once[1]
    places = {value: at for at, value in enumerate(new) if value in in_both}
    pairs = [(at, places[value]) for at, value in enumerate(old) if value in places]
    # The longest ascending row: `ends[n]` is the smallest that one of n + 1 can end with.
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [at]
    row = []
    at = last[-1] if last else -1
    while at >= 0:
        row.append(pairs[at])
        at = before[at]
    return row[::-1]
