"""Where sentences and paragraphs begin in a segment, read with the standard library alone.

In: a segment's file. Out: places; opened by `segment`, asked by `plain`. `breaks_writer` writes
them, and reads them as arrays.

A *break* is a place at which a sentence begins; the first of each paragraph (each title, keyword)
is one too. All of a segment's breaks ascend; they are cut into blocks of 64, so that those near a
place are found without reading the others.

    breaks.first       the place of the first break of each block (4 bytes)
    breaks.distances   of each break, how far it is from the one before in its block (1 byte; 0 for
                       the first; 255: it stands in `far`)
    breaks.far         each break of which that is so: its number, its distance (4 bytes each)
    breaks.parts       of each break a bit: does a paragraph begin here?
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, compress

from newssearch.engine.columnar.segment_file import SegmentFile

BLOCK = 64

#: What is written for this distance or more.
FAR = 255


class Breaks:
    """The breaks of one segment. Raises ValueError where the sections do not fit each other."""

    def __init__(self, file: SegmentFile) -> None:
        self._file = file
        self.size = file.length("breaks.distances")
        if file.length("breaks.first") != 4 * -(-self.size // BLOCK):
            raise ValueError("breaks.first has another length")
        if file.length("breaks.parts") != -(-self.size // 8):
            raise ValueError("breaks.parts has another length")
        if file.length("breaks.far") % 8:
            raise ValueError("breaks.far has another length")

    def between(self, begin: int, end: int, parts_only: bool) -> list[int]:
        """The breaks at places in [begin, end), or those of them at which a paragraph begins."""
        found: list[int] = []
        first = self._file.read("breaks.first").cast("I")
        block = max(bisect_right(first, begin) - 1, 0)
        while block < len(first) and first[block] < end:
            places = self._places(block, first[block])
            low, high = bisect_left(places, begin), bisect_left(places, end)
            if parts_only:
                found += compress(places[low:high], self._parts(block, low, high))
            else:
                found += places[low:high]
            block += 1
        return found

    def _places(self, block: int, first: int) -> list[int]:
        start = block * BLOCK
        distances = bytes(self._file.read("breaks.distances", start, self._end(block)))
        if FAR not in distances:
            return list(accumulate(distances[1:], initial=first))
        numbered = enumerate(distances[1:], start + 1)
        whole = (self._far(number) if far == FAR else far for number, far in numbered)
        return list(accumulate(whole, initial=first))

    def _parts(self, block: int, low: int, high: int) -> list[bool]:
        """Of the breaks [low, high) of a block, does a paragraph begin at each?"""
        packed = self._file.read("breaks.parts", block * BLOCK // 8, -(-self._end(block) // 8))
        bits = int.from_bytes(packed, "little")
        return [bool(bits >> number & 1) for number in range(low, high)]

    def _end(self, block: int) -> int:
        return min((block + 1) * BLOCK, self.size)

    def _far(self, number: int) -> int:
        """The distance of a break that is far from the one before."""
        far = self._file.read("breaks.far").cast("I")
        row = bisect_left(range(len(far) // 2), number, key=lambda i: far[2 * i])
        if 2 * row >= len(far) or far[2 * row] != number:
            raise self._file.damaged(f"is damaged (break {number})")
        return far[2 * row + 1]
