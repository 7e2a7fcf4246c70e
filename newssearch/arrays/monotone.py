"""Ascending lists of numbers in about two bits a number above what must be said.

In: lists, one behind the other. Out: two streams of bytes; and back. Used by the engine's lists.

The Elias-Fano coding (Elias 1974, Fano 1971; Vigna, "Quasi-succinct indices", 2013). A list of n
numbers below a universe U: the lowest l = floor(log2(U / n)) bits of each stand side by side in
the *low* stream; of the j-th number, the bits above them, h, set bit h + j of the *high* stream.
Lists follow one another bit by bit; each GROUP of them begins at a whole byte in both streams.
Equal neighbours are allowed. Everything but n and U follows from the format.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays.bits import Bytes, pack_into, packed, room, unpack

Integers = NDArray[np.int64]

GROUP = 64

#: Numbers that are encoded together.
_AT_ONCE = 1 << 15


def low_widths(counts: Integers, universe: int) -> Integers:
    """l of each list, by its length."""
    _, exponents = np.frexp((universe // np.maximum(counts, 1)).astype(np.float64))
    widths: Integers = np.maximum(exponents.astype(np.int64) - 1, 0)
    return widths


def sizes(counts: Integers, universe: int) -> tuple[Integers, Integers]:
    """The bits of each list in the low and in the high stream."""
    widths = low_widths(counts, universe)
    return counts * widths, counts + (max(universe - 1, 0) >> widths) + 1


def starts(bits: Integers) -> tuple[Integers, Integers]:
    """Where each list starts, in bits; where each group starts, in bytes, and the end."""
    groups = -(-len(bits) // GROUP)
    padded = np.zeros(groups * GROUP, np.int64)
    padded[: len(bits)] = bits
    inside = np.cumsum(padded.reshape(groups, GROUP), axis=1)
    ends = np.zeros(groups + 1, np.int64)
    if groups:
        np.cumsum(-(-inside[:, -1] // 8), out=ends[1:])
    begin = (inside - padded.reshape(groups, GROUP)) + ends[:-1, None] * 8
    return begin.reshape(-1)[: len(bits)], ends


def encode(
    values: NDArray[np.integer[Any]], counts: Integers, universe: int
) -> tuple[Bytes, Bytes, Integers, Integers]:
    """Lists of these lengths: the low and the high stream, and where their groups start."""
    widths = low_widths(counts, universe)
    low_bits, high_bits = sizes(counts, universe)
    low_starts, low_groups = starts(low_bits)
    high_starts, high_groups = starts(high_bits)
    edges = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    low_bases, high_bases = low_starts - edges[:-1] * widths, high_starts - edges[:-1]
    low_size = int(low_groups[-1]) * 8
    words, flags = room(low_size), np.zeros(int(high_groups[-1]) * 8, np.bool_)
    # some at a time: one list may have millions of numbers
    for begin in range(0, len(values), _AT_ONCE):
        end = min(begin + _AT_ONCE, len(values))
        first = int(np.searchsorted(edges, begin, "right")) - 1
        last = int(np.searchsorted(edges, end))
        here = np.diff(edges[first : last + 1].clip(begin, end))
        some, every = values[begin:end].astype(np.int64), np.arange(begin, end)
        width = np.repeat(widths[first:last], here)
        high = some >> width
        high += every
        high += np.repeat(high_bases[first:last], here)
        flags[high] = True
        low = (some & ((1 << width) - 1)).view(np.uint64)
        places = np.multiply(every, width, out=every)
        places += np.repeat(low_bases[first:last], here)
        filled = np.flatnonzero(width)
        if len(filled) < len(low):
            low, places = low[filled], places[filled]
        pack_into(words, low, places)
    return packed(words, low_size), np.packbits(flags, bitorder="little"), low_groups, high_groups


def decode(low: Any, high: Any, counts: Integers, universe: int) -> Integers:
    """The lists of whole groups, one behind the other; the streams begin with the first group."""
    low_bits, high_bits = sizes(counts, universe)
    low_starts, _ = starts(low_bits)
    high_starts, _ = starts(high_bits)
    values: Integers = np.flatnonzero(
        np.unpackbits(np.frombuffer(high, np.uint8), bitorder="little").view(np.bool_)
    )
    if len(values) != int(counts.sum()):
        raise ValueError("the lists are not as long as they are said to be")
    first = np.cumsum(counts) - counts
    every = np.arange(len(values))
    values -= every
    values -= np.repeat(high_starts - first, counts)
    own_widths = low_widths(counts, universe)
    widths = np.repeat(own_widths, counts)
    values <<= widths
    places = np.multiply(every, widths, out=every)
    places += np.repeat(low_starts - first * own_widths, counts)
    values |= unpack(low, places, widths).view(np.int64)
    return values


def decode_one(
    low: Any, high: Any, low_bit: int, high_bit: int, count: int, universe: int
) -> Integers:
    """One list that starts at these bits of the streams; the high one ends with it or later."""
    width = max(universe // max(count, 1), 1).bit_length() - 1
    bits = np.unpackbits(np.frombuffer(high, np.uint8), bitorder="little").view(np.bool_)
    values: Integers = np.flatnonzero(bits[high_bit:])[:count]
    if len(values) != count:
        raise ValueError("a list is not as long as it is said to be")
    values -= np.arange(count)
    if width:
        values <<= width
        places = np.arange(low_bit, low_bit + count * width, width)
        values |= unpack(low, places, width).view(np.int64)
    return values
