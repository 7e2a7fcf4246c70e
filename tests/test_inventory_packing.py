from __future__ import annotations

import pytest

from newssearch.inventory import Lines
from newssearch.inventory.packing import packed, unpacked


@pytest.mark.parametrize("text", ["", "a.md\t5", "ferry, harbour, 港口罢工\n" * 500])
def test_a_text_comes_back(text: str) -> None:
    assert unpacked(packed(text.encode())) == text.encode()


def test_long_texts_take_less_and_short_ones_are_left_alone() -> None:
    assert len(packed(b"ferry\n" * 500)) < 500
    assert packed(b"ferry") == b"ferry"


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 3500])
def test_lines_come_out_in_the_order_in_which_they_were_appended(count: int) -> None:
    lines = Lines()
    expected = [f"{n}\té\udcff" for n in range(count)]
    for line in expected:
        lines.append(line)
    assert list(lines) == expected
    assert list(lines) == expected
    assert bool(lines) == bool(count)
