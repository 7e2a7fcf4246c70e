"""A sorted dictionary whose terms have ascending lists of numbers, read from a segment's file.

In: an open `SegmentFile` and a prefix of section names. Out: `Dictionary`, `Lists`; used by
`segment`. Read with the standard library alone: a fresh process that asks for a rare word answers
sooner than NumPy can be imported. `lists_writer` writes what is read here.

    <name>.text     terms in the order of their bytes, GROUP by GROUP; of each: how many bytes it
                    shares with the one before (1 byte; 0 for a group's first), how many follow
                    (varint), these bytes
    <name>.groups   where each group begins: in .text, .low, .high (8 bytes each), and the ends
    <name>.counts   how long each term's list is (1 byte; 255: look in .large)
    <name>.large    (term's number, length) for the longer lists (4 bytes each)
    <name>.low      the lists; see `arrays.monotone`
    <name>.high

A plain `Dictionary` has .text and .groups alone (the lists' places are zeros).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from newssearch.engine.columnar.segment_file import SegmentFile

GROUP = 64

#: A length of this or more stands in `.large`.
LARGE = 255

_SET_BITS = [tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]


class Place(NamedTuple):
    """Where a term's list is: `low` and `high` are bits from the starts of the streams' parts that
    begin at the bytes `low_byte` and `high_byte`."""

    length: int
    low_byte: int
    low: int
    high_byte: int
    high: int


class Dictionary:
    """Sorted terms; a term's number is its place in their order."""

    def __init__(self, file: SegmentFile, name: str, size: int) -> None:
        self.file, self.name, self.size = file, name, size
        self._groups = -(-size // GROUP)
        self._known: dict[int, list[bytes]] = {}

    def __len__(self) -> int:
        return self.size

    def release(self) -> None:
        """Let go of the memory of what was read, of the whole file; it is read anew when used."""
        self._known.clear()
        self.file.release()

    def find(self, term: bytes) -> int:
        """The term's number; -1 where it is not there."""
        number = self.lower(term)
        return number if number < self.size and self.term(number) == term else -1

    def lower(self, term: bytes) -> int:
        """The number of the first term that is not below this one."""
        low, high = 0, self._groups
        while low < high:
            middle = (low + high) // 2
            if self.head(middle) < term:
                low = middle + 1
            else:
                high = middle
        if low == 0:
            return 0
        group = low - 1
        return group * GROUP + bisect_left(self._terms(group), term)

    def span(self, prefix: bytes) -> tuple[int, int]:
        """The numbers [first, end) of the terms that begin with `prefix`."""
        first = self.lower(prefix)
        above = _successor(prefix)
        return first, self.size if above is None else self.lower(above)

    def term(self, number: int) -> bytes:
        """The term with this number."""
        return self._terms(number // GROUP)[number % GROUP]

    def terms(self, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The terms with the numbers [first, end), in their order."""
        end = self.size if end is None else end
        for group in range(first // GROUP, -(-end // GROUP)):
            here = self._terms(group)
            base = group * GROUP
            yield from here[max(first - base, 0) : end - base]

    def offset(self, group: int, stream: int) -> int:
        """Where a group begins in a stream: 0 text, 1 low, 2 high."""
        at = 24 * group + 8 * stream
        return int.from_bytes(self.file.read(f"{self.name}.groups", at, at + 8), "little")

    def head(self, group: int) -> bytes:
        """A group's first term, read without the others."""
        known = self._known.get(group)
        if known is not None:
            return known[0]
        start = self.offset(group, 0)
        stop = min(start + 1024, self.offset(group + 1, 0))
        view = self.file.read(f"{self.name}.text", start, stop)
        length, at = varint(view, 1)
        if at + length <= len(view):
            return bytes(view[at : at + length])
        return self._terms(group)[0]

    def _terms(self, group: int) -> list[bytes]:
        known = self._known.get(group)
        if known is None:
            view = self.file.read(
                f"{self.name}.text", self.offset(group, 0), self.offset(group + 1, 0)
            )
            known = unfold(view)
            expected = min(GROUP, self.size - group * GROUP)
            if len(known) != expected:
                raise self.file.damaged(f"is damaged ({self.name})")
            if len(self._known) > 4096:
                self._known.clear()
            self._known[group] = known
        return known


class Lists(Dictionary):
    """A dictionary whose terms have ascending lists of numbers below `universe`."""

    def __init__(self, file: SegmentFile, name: str, size: int, universe: int) -> None:
        super().__init__(file, name, size)
        self.universe = universe

    def count(self, number: int) -> int:
        """How long a term's list is."""
        return self._counts(number, number + 1)[0]

    def place(self, number: int) -> Place:
        """Where a term's list is."""
        group = number // GROUP
        *before, count = self._counts(group * GROUP, number + 1)
        bound = self.universe - 1 if self.universe else 0
        low = high = 0
        for n in before:
            width = low_width(n, self.universe)
            low += n * width
            high += n + (bound >> width) + 1
        return Place(count, self.offset(group, 1), low, self.offset(group, 2), high)

    def streams(self, place: Place) -> tuple[memoryview, memoryview]:
        """The parts of the low and the high stream that hold the list at a place."""
        width = low_width(place.length, self.universe)
        low_end = place.low_byte + (place.low + place.length * width + 7) // 8
        bound = self.universe - 1 if self.universe else 0
        high_bits = place.high + place.length + (bound >> width) + 1
        return (
            self.file.read(f"{self.name}.low", place.low_byte, low_end),
            self.file.read(
                f"{self.name}.high", place.high_byte, place.high_byte + (high_bits + 7) // 8
            ),
        )

    def numbers(self, number: int) -> list[int]:
        """A term's list."""
        place = self.place(number)
        low, high = self.streams(place)
        width = low_width(place.length, self.universe)
        tops = _high_parts(high, place.high, place.length)
        if not width:
            return tops
        return [
            top << width | rest
            for top, rest in zip(tops, fields(low, place.low, width, place.length), strict=True)
        ]

    def _counts(self, first: int, end: int) -> list[int]:
        counts = list(self.file.read(f"{self.name}.counts", first, end))
        if LARGE in counts:
            large = self.file.read(f"{self.name}.large").cast("I")
            rows = len(large) // 2
            for i, count in enumerate(counts):
                if count == LARGE:
                    row = bisect_left(range(rows), first + i, key=lambda r: large[2 * r])
                    counts[i] = large[2 * row + 1]
        return counts


def low_width(count: int, universe: int) -> int:
    """The bits of a list's numbers in the low stream; as `arrays.monotone.low_widths`."""
    return max((universe // max(count, 1)).bit_length() - 1, 0)


def fields(view: Sequence[int], start: int, width: int, count: int) -> list[int]:
    """`count` numbers of `width` bits each, from a bit on; as `arrays.bits.unpack`."""
    found: list[int] = []
    mask = (1 << width) - 1
    for first in range(0, count, 64):  # shifting one long number over and over would be quadratic
        n = min(64, count - first)
        begin = start + first * width
        end = begin + n * width
        number = int.from_bytes(bytes(view[begin // 8 : (end + 7) // 8]), "little") >> begin % 8
        for _ in range(n):
            found.append(number & mask)
            number >>= width
    return found


def _high_parts(view: memoryview, start: int, count: int) -> list[int]:
    """Of `count` numbers what stands in the high stream, from a bit on."""
    found: list[int] = []
    byte, skipped = divmod(start, 8)
    base = -skipped
    mask = 0xFF << skipped & 0xFF
    for here in view[byte:]:
        for bit in _SET_BITS[here & mask]:
            found.append(base + bit - len(found))
        mask = 0xFF
        if len(found) >= count:
            break
        base += 8
    return found[:count]


def unfold(view: Sequence[int]) -> list[bytes]:
    """The terms of a group, or of several, from their text."""
    terms: list[bytes] = []
    append = terms.append
    term, at, content = b"", 0, bytes(view)
    end = len(content)
    while at < end:
        shared, length = content[at], content[at + 1]
        at += 2
        if length > 127:
            length, at = varint(content, at - 1)
        term = term[:shared] + content[at : at + length]
        append(term)
        at += length
    return terms


def varint(content: Sequence[int], at: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and where what follows it begins."""
    number = shift = 0
    while True:
        byte = content[at]
        number |= (byte & 127) << shift
        at += 1
        if byte < 128:
            return number, at
        shift += 7
        if shift > 63:
            raise ValueError("a number of more than 64 bits")


def _successor(prefix: bytes) -> bytes | None:
    """The first term above all that begin with `prefix`; None where there is none."""
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes([kept[-1] + 1]) if kept else None
