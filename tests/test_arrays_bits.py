from __future__ import annotations

import random

import numpy as np
import pytest

from newssearch.arrays.bits import WIDEST, pack, unpack


def naive_pack(values: list[int], places: list[int], size: int) -> bytes:
    """One long number, shifted together."""
    whole = 0
    for value, place in zip(values, places, strict=True):
        whole |= value << place
    return whole.to_bytes(-(-size // 8), "little")


def packed(values: list[int], places: list[int], size: int) -> bytes:
    return pack(np.array(values, np.uint64), np.array(places, np.int64), size).tobytes()


def unpacked(content: bytes, places: list[int], widths: list[int] | int) -> list[int]:
    return unpack(content, np.array(places, np.int64), widths).tolist()


def side_by_side(widths: list[int], first: int = 0) -> tuple[list[int], int]:
    """Where numbers of these widths begin, and where the last ends."""
    places = [first]
    for width in widths:
        places.append(places[-1] + width)
    return places[:-1], places[-1]


@pytest.mark.parametrize("width", range(1, WIDEST + 1))
def test_numbers_of_one_width_stand_side_by_side(width: int):
    source = random.Random(width)
    for first in (0, 1, 7, 63):
        values = [source.getrandbits(width) for _ in range(70)]
        values[0] = values[-1] = (1 << width) - 1
        places, end = side_by_side([width] * len(values), first)
        content = packed(values, places, end)
        assert content == naive_pack(values, places, end)
        assert unpacked(content, places, width) == values


def test_numbers_of_mixed_widths_and_with_gaps_between_them():
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    for _ in range(100):
        widths = [source.randrange(WIDEST + 1) for _ in range(source.randrange(1, 90))]
        values = [source.getrandbits(width) if width else 0 for width in widths]
        room = [width + source.choice((0, 0, 0, 1, 8, 100)) for width in widths]
        places, end = side_by_side(room, source.randrange(70))
        content = packed(values, places, end)
        assert content == naive_pack(values, places, end)
        assert unpacked(content, places, np.array(widths)) == values


def test_nothing_is_packed_to_zeros():
    assert packed([], [], 0) == b""
    assert packed([], [], 17) == bytes(3)
    assert unpacked(b"", [], 5) == []


def test_a_number_of_no_bits_at_the_very_end_is_zero():
    assert unpacked(b"\xff", [0, 8], np.array([8, 0])) == [255, 0]
    assert unpacked(b"", [0], 0) == [0]


def test_the_bits_of_a_neighbour_are_left_out():
    assert unpacked(b"\xff\xff", [0, 3, 10], np.array([3, 7, 6])) == [7, 127, 63]


def test_a_part_of_a_map_is_unpacked_as_it_lies():
    content = memoryview(b"skipped" + naive_pack([5, 6, 7], [0, 3, 6], 9))[7:]
    assert unpacked(content, [0, 3, 6], 3) == [5, 6, 7]
