"""Where sentences begin in many texts at once: exactly as `sentences.sentence_starts`, by arrays.

In: the texts of a batch as UTF-8, and where their words are. Out: places; used by `batches`. Only
what looks like the end of a sentence is decoded, about one byte in a hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.analyzer import PARAGRAPH_GAP
from newssearch.analysis.sentences import (
    ABBREVIATIONS,
    CLOSERS,
    MOST_CLOSERS,
    MOST_SPACES,
    SIGNS,
    WIDE_SIGNS,
    begins_sentence,
)

Integers = NDArray[np.int64]

#: Bytes that there must be before and after the texts, so that neighbours can be read.
PADDING = 8

#: What a character can be: bits of its class.
_SIGN, _WIDE, _CLOSER, _SPACE, _BEGINS, _ALNUM, _LETTER, _CAPITAL = (1 << bit for bit in range(8))

_STOP = ord(".")

#: Of a character that was not met yet: none is all of these.
_UNKNOWN = 0xFF

#: What may follow a sign of one byte.
_AFTER = bytes(byte >= 0x80 or chr(byte).isspace() or chr(byte) in CLOSERS for byte in range(256))
#: of a byte: 1 where a sign of one byte can be, 2 where a longer one can begin
_LEADS = {sign.encode()[0] for sign in SIGNS + WIDE_SIGNS if not sign.isascii()}
_MARKS = bytes(
    1 if chr(byte) in SIGNS and byte < 0x80 else 2 if byte in _LEADS else 0 for byte in range(256)
)


@dataclass(frozen=True, slots=True)
class Strings:
    """The strings of a batch of texts, as `batches` has them: where each text begins in their
    UTF-8 and the end; the number of each text's first string, and of all; where each string is;
    how many positions are before each, and after the last."""

    begins: Integers
    first: Integers
    places: Integers
    before: Integers


def break_places(texts: Sequence[bytes], strings: Strings) -> tuple[Integers, NDArray[np.bool_]]:
    """The places at which sentences begin, ascending, and which of these begin a text. A sentence
    begins with its first token; one without any, or of an empty text, does not begin at all."""
    padding = b" " * PADDING
    offsets = sentence_breaks(b" ".join((padding[1:], *texts, padding))) - PADDING
    own = strings.before[strings.first]
    gaps = np.arange(len(texts)) * PARAGRAPH_GAP
    text = np.searchsorted(strings.begins, offsets, "right") - 1
    positions = strings.before[np.searchsorted(strings.places, offsets)]
    inside = positions < own[text + 1]
    sentences = (positions + gaps[text])[inside]
    parts = (own[:-1] + gaps)[own[:-1] < own[1:]]
    # not asked for an index, `unique` hashes, which takes ten times as long
    every, first = np.unique(np.concatenate((parts, sentences)), return_index=True)
    return every, first < len(parts)


def sentence_breaks(text: bytes) -> Integers:
    """The offsets at which sentences begin in texts that stand in one string, ascending; the
    texts' own beginnings are left out. `PADDING` spaces are before the first text and after the
    last, one or more between."""
    blob = np.frombuffer(text, np.uint8)
    signs = _signs(text, blob)
    if not len(signs):
        return signs
    points, sizes = _decoded(text, signs)
    kinds = _kinds(points)
    is_sign = np.flatnonzero(kinds & (_SIGN | _WIDE))
    signs, sizes, kinds = signs[is_sign], sizes[is_sign], kinds[is_sign]
    at = signs + sizes
    wide = kinds & _WIDE != 0
    at = _skipped(text, at, _CLOSER, MOST_CLOSERS)
    after = _skipped(text, at, _SPACE, MOST_SPACES)
    parted = np.flatnonzero((after > at) | wide)
    signs, after = signs[parted], after[parted]
    begins = _kinds(_decoded(text, after)[0]) & _BEGINS != 0
    signs, after = signs[begins], after[begins]
    stops = np.flatnonzero(blob[signs] == _STOP)
    kept = np.ones(len(signs), np.bool_)
    kept[stops] = ~_abbreviated(text, blob, signs[stops])
    found: Integers = after[kept]
    return found


def _signs(text: bytes, blob: NDArray[np.uint8]) -> Integers:
    """Where signs may be: most stops inside numbers and names are left out already."""
    marks = np.frombuffer(text.translate(_MARKS), np.uint8)
    found = np.flatnonzero(marks.view(np.bool_))
    follow = np.frombuffer(_AFTER, np.bool_)
    kept: Integers = found[follow[blob[found + 1]] | (marks[found] == 2)]
    return kept


def _skipped(text: bytes, at: Integers, kind: int, most: int) -> Integers:
    """These offsets, each moved past at most so many characters of a kind."""
    at = at.copy()
    moving = np.arange(len(at))
    for _ in range(most):
        points, sizes = _decoded(text, at[moving])
        further = np.flatnonzero(_kinds(points) & kind)
        moving = moving[further]
        if not len(moving):
            break
        at[moving] += sizes[further]
    return at


def _abbreviated(text: bytes, blob: NDArray[np.uint8], stops: Integers) -> NDArray[np.bool_]:
    """Which of these full stops belong to the word before them."""
    last, kinds = _before(text, blob, stops)
    previous, kinds_before = _before(text, blob, last)
    is_letter = kinds & _LETTER != 0
    initial = (kinds & _CAPITAL != 0) & (kinds_before & _ALNUM == 0)
    found: NDArray[np.bool_] = is_letter & (initial | (blob[previous] == _STOP))
    words: NDArray[np.uint64] = np.ndarray((len(text) - 7,), "<u8", text, strides=(1,))
    tails = words[stops - 8]
    for size, keys in _abbreviations().items():
        tail = tails >> np.uint64(64 - 8 * size)
        # not np.isin, which imports 10 ms of NumPy that nothing else here needs
        at = np.minimum(keys.searchsorted(tail), len(keys) - 1)
        which = np.flatnonzero(keys[at] == tail)
        if len(which):
            _, outside = _before(text, blob, stops[which] - size)
            found[which[outside & _ALNUM == 0]] = True
    return found


@cache
def _abbreviations() -> dict[int, NDArray[np.uint64]]:
    """Abbreviations as ascending little-endian numbers, by how many bytes they have."""
    found: dict[int, list[int]] = {}
    for word in ABBREVIATIONS:
        packed = word.encode()
        found.setdefault(len(packed), []).append(int.from_bytes(packed, "little"))
    return {size: np.array(sorted(keys), np.uint64) for size, keys in found.items()}


def _before(
    text: bytes, blob: NDArray[np.uint8], at: Integers
) -> tuple[Integers, NDArray[np.uint8]]:
    """Where the character before each of these offsets begins, and its class."""
    begin = at - 1
    for _ in range(3):
        inside = np.flatnonzero(blob[begin] & 0xC0 == 0x80)
        if not len(inside):
            break
        begin[inside] -= 1
    return begin, _kinds(_decoded(text, begin)[0])


def _decoded(text: bytes, at: Integers) -> tuple[Integers, Integers]:
    """The characters that begin at these offsets, and how many bytes each has."""
    four: Integers = np.ndarray((len(text) - 3,), "<u4", text, strides=(1,))[at].astype(np.int64)
    lead = four & 0xFF
    points, sizes = lead.copy(), np.ones(len(at), np.int64)
    long = np.flatnonzero(lead >= 0xC0)
    if len(long):
        lead, four = lead[long], four[long]
        second, third, fourth = (four >> shift & 0x3F for shift in (8, 16, 24))
        size = 2 + (lead >= 0xE0) + (lead >= 0xF0)
        points[long] = np.choose(
            size - 2,
            (
                (lead & 0x1F) << 6 | second,
                (lead & 0xF) << 12 | second << 6 | third,
                (lead & 7) << 18 | second << 12 | third << 6 | fourth,
            ),
        )
        sizes[long] = size
    return points, sizes


def _kinds(points: Integers) -> NDArray[np.uint8]:
    """The classes of characters."""
    kinds: NDArray[np.uint8] = _known()[points]
    unknown = np.flatnonzero(kinds == _UNKNOWN)
    if len(unknown):
        for point in set(points[unknown].tolist()):
            _known()[point] = _kind(chr(point))
        kinds[unknown] = _known()[points[unknown]]
    return kinds


@cache
def _known() -> NDArray[np.uint8]:
    """The class of each character that was met so far."""
    return np.full(0x110000, _UNKNOWN, np.uint8)


def _kind(character: str) -> int:
    kind = _BEGINS if begins_sentence(character) else 0
    if character.isalnum():
        kind |= _ALNUM
        if character.isalpha():
            kind |= _LETTER | (_CAPITAL if character.isupper() else 0)
        return kind
    kind |= _SIGN if character in SIGNS else 0
    kind |= _WIDE if character in WIDE_SIGNS else 0
    kind |= _CLOSER if character in CLOSERS else 0
    return kind | (_SPACE if character.isspace() else 0)
