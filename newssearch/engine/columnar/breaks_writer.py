"""Where sentences and paragraphs begin in a segment, as arrays: written, merged and read.

In: ascending places. Out: sections, which `breaks` draws, and places again; used by `builder`,
`merge` and `near`. A break takes about 10 bits; one in 20 places is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from newssearch.engine.columnar.breaks import BLOCK, FAR
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.segment_file import SectionsWriter
from newssearch.engine.columnar.sources import Source

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Blocks that are merged together.
_CHUNK = 8192

_ONES = np.array([value.bit_count() for value in range(256)], np.int64)


class BreaksWriter:
    """Collects a segment's breaks, packed."""

    def __init__(self) -> None:
        self._first, self._distances = bytearray(), bytearray()
        self._far, self._parts = bytearray(), bytearray()
        self._rest = np.zeros(0, np.int64), np.zeros(0, np.bool_)

    def add(self, places: Integers, is_part: Mask) -> None:
        """The next breaks, and whether a paragraph begins at each."""
        places = np.concatenate((self._rest[0], places))
        is_part = np.concatenate((self._rest[1], is_part))
        whole = len(places) - len(places) % BLOCK
        self._pack(places[:whole], is_part[:whole])
        self._rest = places[whole:], is_part[whole:]

    def _pack(self, places: Integers, is_part: Mask) -> None:
        if not len(places):
            return
        base = len(self._distances)
        distances = np.diff(places, prepend=places[0])
        distances[::BLOCK] = 0
        far = np.flatnonzero(distances >= FAR)
        self._first += places[::BLOCK].astype("<u4").tobytes()
        self._far += np.stack((far + base, distances[far]), axis=1).astype("<u4").tobytes()
        self._distances += np.minimum(distances, FAR).astype(np.uint8).tobytes()
        self._parts += np.packbits(is_part, bitorder="little").tobytes()

    def write(self, file: SectionsWriter) -> None:
        """Write the sections."""
        self._pack(*self._rest)
        file.add("breaks.first", [self._first])
        file.add("breaks.distances", [self._distances])
        file.add("breaks.far", [self._far])
        file.add("breaks.parts", [self._parts])


def merge_breaks(sources: Sequence[Source], file: SectionsWriter) -> None:
    """Write the breaks of the sources' live documents."""
    writer = BreaksWriter()
    for source in sources:
        add_breaks(writer, source.segment, source.moved)
    writer.write(file)


def add_breaks(
    writer: BreaksWriter,
    segment: Segment,
    moved: Callable[[Integers], tuple[Integers, Mask | None]],
) -> None:
    """Add a segment's breaks where they come to stand: `moved` gives their new places, and which
    of them are kept, None for all."""
    blocks = len(first_places(segment))
    for begin in range(0, blocks, _CHUNK):
        numbers = np.arange(begin, min(begin + _CHUNK, blocks))
        places, is_part = blocks_of(segment, numbers)
        places, kept = moved(places)
        if kept is not None:
            places, is_part = places[kept], is_part[kept]
        writer.add(places, is_part)


def first_places(segment: Segment) -> NDArray[np.uint32]:
    """The place of the first break of each block."""
    return np.frombuffer(segment.file.read("breaks.first"), "<u4")


def paragraphs_before(segment: Segment) -> Integers:
    """How many paragraphs begin before each block."""
    bits = np.frombuffer(segment.file.read("breaks.parts"), np.uint8)
    ones = _ONES[bits]
    starts = np.arange(0, len(bits), BLOCK // 8)
    counts = np.add.reduceat(ones, starts) if len(bits) else ones
    before: Integers = np.cumsum(counts) - counts
    return before


def blocks_of(segment: Segment, blocks: Integers) -> tuple[Integers, Mask]:
    """The breaks of ascending blocks, and whether a paragraph begins at each."""
    numbers, distances = _distances(segment, blocks)
    bits = np.frombuffer(segment.file.read("breaks.parts"), np.uint8)
    is_part = (bits[numbers >> 3] >> (numbers & 7).astype(np.uint8) & 1).view(np.bool_)
    far = np.flatnonzero(distances == FAR)
    if len(far):
        rows = np.frombuffer(segment.file.read("breaks.far"), "<u4").reshape(-1, 2)
        at = np.searchsorted(rows[:, 0], numbers[far])
        if at.max(initial=0) >= len(rows):
            raise segment.file.damaged("is damaged (breaks)")
        distances[far] = rows[at, 1]
    starts = np.arange(0, len(distances), BLOCK)
    distances[starts] = first_places(segment)[blocks]
    before: Integers = np.cumsum(distances)
    sizes = np.diff(starts, append=len(distances))
    return before - np.repeat(before[starts] - distances[starts], sizes), is_part


def _distances(segment: Segment, blocks: Integers) -> tuple[Integers, Integers]:
    """The numbers of the breaks of these blocks, and the distance of each."""
    distances = np.frombuffer(segment.file.read("breaks.distances"), np.uint8)
    numbers = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    if len(blocks) and numbers[-1] >= len(distances):  # the last block
        numbers = numbers[numbers < len(distances)]
    return numbers, distances[numbers].astype(np.int64)
