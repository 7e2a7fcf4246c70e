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

_SIX, _THREE = np.uint64(6), np.uint64(3)
_SIXTY_THREE, _SIXTY_FOUR, _SEVEN = np.uint64(63), np.uint64(64), np.uint64(7)


def pack(values: Numbers, places: NDArray[np.int64], size: int) -> Bytes:
    """Bytes in which `values[i]` begins at bit `places[i]`; `size` is in bits.

    `places` ascend, and no value reaches into the next one's place.
    """
    words = np.zeros((size >> 6) + 2, np.uint64)
    if len(values):
        at = places.astype(np.uint64)
        shift = at & _SIXTY_THREE
        word = (at >> _SIX).astype(np.int64)
        first = np.flatnonzero(np.diff(word, prepend=-1))
        words[word[first]] = np.bitwise_or.reduceat(values << shift, first)
        # what does not fit into its word: the highest bits go into the next one
        over = np.flatnonzero(shift)
        high = values[over] >> (_SIXTY_FOUR - shift[over])
        some = np.flatnonzero(high)
        words[word[over[some]] + 1] |= high[some]
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
