"""Numbers of any width, up to 56 bits, in a stream of bits: the first in the lowest bits.

In: numbers and how wide each is. Out: bytes; and back. Used by `monotone` and the engine's lists.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]
Bytes = NDArray[np.uint8]

#: The widest number: one gather of eight bytes holds it at any offset within its first byte.
WIDEST = 56

_SIXTY_FOUR = np.uint64(64)


def pack(values: Numbers, places: NDArray[np.int64], size: int) -> Bytes:
    """Bytes in which `values[i]` begins at bit `places[i]`; `size` is in bits.

    `places` ascend, and no value reaches into the next one's place.
    """
    words = room(size)
    pack_into(words, values, places)
    return packed(words, size)


def room(size: int) -> Numbers:
    """Zeros for so many bits, to `pack_into`."""
    return np.zeros((size >> 6) + 2, np.uint64)


def pack_into(words: Numbers, values: Numbers, places: NDArray[np.int64]) -> None:
    """`pack`, some of the values at a time."""
    if not len(values):
        return
    shift = (places & 63).astype(np.uint64)
    word = places >> 6
    last = np.append(np.flatnonzero(word[1:] != word[:-1]), len(word) - 1)
    # values share no bit: a word is the sum of its own, by the difference of running sums
    sums = np.cumsum(values << shift)[last]
    words[word[last]] |= np.diff(sums, prepend=np.uint64(0))
    # what does not fit into its word is the last in it: its highest bits go into the next one
    last = last[shift[last] > 0]
    words[word[last] + 1] |= values[last] >> (_SIXTY_FOUR - shift[last])


def packed(words: Numbers, size: int) -> Bytes:
    """The bytes of what was packed."""
    return words.astype("<u8", copy=False).view(np.uint8)[: -(-size // 8)]


def unpack(packed: Any, places: NDArray[np.int64], widths: Any) -> Numbers:
    """The values that begin at these bits of a buffer; `widths` one number or one each."""
    view = np.frombuffer(packed, np.uint8)
    guarded = np.zeros(len(view) + 8, np.uint8)
    guarded[: len(view)] = view
    words = np.ndarray((len(view) + 1,), "<u8", buffer=guarded, strides=(1,))
    values: Numbers = words[places >> 3]
    values >>= (places & 7).astype(np.uint64)
    masks = (np.uint64(1) << np.asarray(widths, np.uint64)) - np.uint64(1)
    values &= masks
    return values
