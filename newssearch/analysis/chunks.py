"""Many texts at once, cut where no token can run across: NumPy, no Python object per token.

In: texts as UTF-8. Out: their chunks and CJK characters, as arrays; used by `batches`.

A *chunk* is a longest run of characters that can be in a token, or that the analyzer's pattern
looks at beside one: `state-of-the-art`, `U.S.'s`, `10,000km`, `R&D`. All others separate: no match
runs across one, and to the pattern's looks behind and ahead it is the same as an end of the text.
So a text's tokens are those of its chunks, each read alone.

On the way, what changes no chunk's analysis is made one, so that fewer of them are distinct: ASCII
letters become small (`fold` does that to a whole word), and punctuation that its neighbours keep
from joining anything becomes a space (`said,` and `'fake'` and `3.14`; not `U.S.` nor `10,000`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.analyzer import COMPATIBLE
from newssearch.analysis.scripts import APOSTROPHES, CJK_RUN, HYPHENS, MARKS, STOPPED

#: Spaces after the last text, so that words of 8 bytes can be read from any place in it.
PADDING = 40

_SEPARATOR, _INSIDE, _JOINING, _CJK, _COMPOSED = range(5)

#: STOPPED holds some signs that are no letters (× and ÷)
_IN_CHUNKS = re.compile(f"[\\w{MARKS}{STOPPED}{APOSTROPHES}{HYPHENS}.,+#&\uff06]+")
#: of these, what is no letter: it joins nothing beside a space (＆ as the others)
_JOINERS = re.compile(f"[{APOSTROPHES}{HYPHENS}\uff06](?<!\\w)")

_SPACE = 0x20
#: Each ASCII byte as it is in a chunk, or a space. All apostrophes are the same to the analyzer:
#: with ` as ', every sign that may join is below the digits.
_IN_BLOB = bytes(
    byte if byte >= 0x80 else ord(chr(byte).lower()) if _IN_CHUNKS.match(chr(byte)) else _SPACE
    for byte in range(256)
).replace(b"`", b"'")

_LETTERS, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
_WORD = _LETTERS + _DIGITS + "_"
#: A sign joins nothing unless one of these, or what is not ASCII, is before it and one after it.
_JOINED = {
    ".": (_LETTERS, _LETTERS + "'"),  # U.S. and U.S.'s; the last stop itself is no matter
    ",": (_DIGITS, _DIGITS),
    "-": (_WORD, _WORD),
    "'": (_WORD + ".+#", _WORD),  # also C++'s
    "&": (_LETTERS, _LETTERS),
    "+": (_LETTERS + "+", "".join(map(chr, range(128)))),
    "#": (_LETTERS, "".join(map(chr, range(128)))),
}
_LAST_SIGN = max(_JOINED)


def _unless(side: int) -> NDArray[np.bool_]:
    """By sign and neighbour on this side, as `sign * 256 + neighbour`: does it join nothing?"""
    loose = np.zeros((128, 256), np.bool_)
    for sign, sides in _JOINED.items():
        loose[ord(sign), :128] = True
        loose[ord(sign), list(sides[side].encode())] = False
    return loose.ravel()


_LOOSE_AFTER, _LOOSE_BEFORE = _unless(0), _unless(1)
_IS_ALNUM = np.zeros(256, np.bool_)
_IS_ALNUM[list((_LETTERS + _DIGITS).encode())] = True


@dataclass(frozen=True, slots=True)
class Chunks:
    """A batch's chunks and CJK characters, both by place; places are offsets in `text`.

    `text` is every text of the batch as UTF-8, each with one space after it, and `PADDING`
    more at the end; what separates chunks is spaces too. `begins[i]` is where the i-th text
    begins; the last is the end of all.
    """

    text: bytearray
    begins: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    cjk: CjkCharacters

    def words(self, at: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The 8 bytes from each of these places on, as little-endian numbers."""
        size = len(self.text) - 7
        return np.ndarray((size,), "<u8", self.text, strides=(1,))[at]

    def strings(self, chunks: NDArray[np.int64]) -> list[str]:
        """The texts of these chunks."""
        places = zip(self.starts[chunks].tolist(), self.ends[chunks].tolist(), strict=True)
        return [self.text[start:end].decode() for start, end in places]


@dataclass(frozen=True, slots=True)
class CjkCharacters:
    """Where each CJK character stands, its code point, whether the next one follows at once, and
    whether characters like it may make one character together (half-width Kana, Jamo)."""

    places: NDArray[np.int64]
    code_points: NDArray[np.int64]
    followed: NDArray[np.bool_]
    composed: NDArray[np.bool_]


def cut(texts: Sequence[bytes]) -> Chunks:
    """The chunks and CJK characters of texts in UTF-8 (halves of surrogates may be in it)."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    begins = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(sizes + 1, out=begins[1:])
    text = bytearray(b" ").join((*texts, b"")).translate(_IN_BLOB)
    text += b" " * PADDING
    blob = np.frombuffer(text, np.uint8)
    cjk = _settle_non_ascii(text, blob)
    _blank_loose_signs(blob)
    inside = blob != _SPACE
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0]:
        edges = np.concatenate((np.zeros(1, np.int64), edges))
    return Chunks(text, begins, edges[0::2], edges[1::2], cjk)


def _blank_loose_signs(blob: NDArray[np.uint8]) -> None:
    """Blanks signs that join nothing (`_JOINED`), and stops after two letters or digits, which are
    not those of initials. To their neighbours they are as good as spaces already."""
    signs = np.flatnonzero((blob <= ord(_LAST_SIGN)) & (blob != _SPACE))
    sign = blob[signs].astype(np.int64) << 8
    before = blob[signs - 1]
    loose = _LOOSE_AFTER[sign | before] | _LOOSE_BEFORE[sign | blob[signs + 1]]
    stops = np.flatnonzero((sign == ord(".") << 8) & ~loose)
    loose[stops] = _IS_ALNUM[before[stops]] & _IS_ALNUM[blob[signs[stops] - 2]]
    blob[signs[loose]] = _SPACE


def _settle_non_ascii(text: bytearray, blob: NDArray[np.uint8]) -> CjkCharacters:
    """Blanks what is not ASCII and in no chunk; gives the CJK characters, blanked too."""
    leads = np.flatnonzero(blob >= 0xC0)
    first = blob[leads]
    decoded = _decoded(text, leads, first)
    kinds = _kinds_of(decoded)
    sizes = (first >= 0xE0).view(np.uint8) + (first >= 0xF0) + 2
    _blank(blob, leads, sizes, (kinds == _SEPARATOR) | (kinds >= _CJK))
    joining = kinds == _JOINING
    if joining.any():
        loose = (blob[leads - 1] == _SPACE) | (blob[leads + sizes] == _SPACE)
        _blank(blob, leads, sizes, joining & loose)
    cjk = np.flatnonzero(kinds >= _CJK)
    places, code_points = leads[cjk], decoded[cjk]
    followed = np.zeros(len(places), np.bool_)
    np.equal(np.diff(places), (code_points[:-1] > 0xFFFF) + np.int64(3), out=followed[:-1])
    return CjkCharacters(places, code_points, followed, kinds[cjk] == _COMPOSED)


def _decoded(
    text: bytearray, leads: NDArray[np.int64], first: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """The code points of the sequences that begin at these places."""
    four: NDArray[np.uint32] = np.ndarray((len(text) - 3,), "<u4", text, strides=(1,))[leads]
    code_points = (four & 0xF) << 12 | four >> 2 & 0xFC0 | four >> 16 & 0x3F
    two = np.flatnonzero(first < 0xE0)
    if len(two):
        short = four[two]
        code_points[two] = (short & 0x1F) << 6 | short >> 8 & 0x3F
    long = np.flatnonzero(first >= 0xF0)
    if len(long):
        short = four[long]
        code_points[long] = (
            (short & 7) << 18 | short << 4 & 0x3F000 | short >> 10 & 0xFC0 | short >> 24 & 0x3F
        )
    return code_points.astype(np.int64)


def _blank(
    blob: NDArray[np.uint8],
    leads: NDArray[np.int64],
    sizes: NDArray[np.uint8],
    which: NDArray[np.bool_],
) -> None:
    """Makes these sequences spaces."""
    leads, sizes = leads[which], sizes[which]
    blob[leads] = _SPACE
    blob[leads + 1] = _SPACE
    blob[leads[sizes >= 3] + 2] = _SPACE
    blob[leads[sizes == 4] + 3] = _SPACE


def _kinds_of(code_points: NDArray[np.int64]) -> NDArray[np.uint8]:
    """What each character is to a token."""
    kinds = _plane(0)[np.minimum(code_points, 0xFFFF)]
    beyond = np.flatnonzero(code_points > 0xFFFF)
    planes = code_points[beyond] >> 16
    for plane in sorted(set(planes.tolist())):
        there = beyond[planes == plane]
        kinds[there] = _plane(plane)[code_points[there] & 0xFFFF]
    return kinds


@cache
def _plane(number: int) -> NDArray[np.uint8]:
    """The same for 65,536 code points, from the analyzer's own patterns."""
    points = np.arange(number << 16, (number + 1) << 16, dtype="<u4")
    characters = points.tobytes().decode("utf-32-le", "surrogatepass")
    kinds = np.full(0x10000, _SEPARATOR, np.uint8)
    for kind, pattern in (
        (_INSIDE, _IN_CHUNKS),
        (_JOINING, _JOINERS),
        (_CJK, CJK_RUN),
        (_COMPOSED, COMPATIBLE),
    ):
        for run in pattern.finditer(characters):
            kinds[run.start() : run.end()] = kind
    return kinds
