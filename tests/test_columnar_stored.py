"""Stored text: the JSON that is put together by hand is what `json` writes, and comes back."""

from __future__ import annotations

import json
import random

import pytest

from newssearch.article.model import Paragraph
from newssearch.engine.columnar.stored import Codec, _dump, _dump_body

_PARTS = (
    "The ferry sank.", "渡轮沉没。", '"', "\\", '\\"', "\n", "\t", "\x00", "\x1f", "\x7f", "\u2028",
    "\ud800", "\U0001f6a2", "/", "é", " ", "]", "[1,",
)  # fmt: skip


def test_a_body_is_written_as_any_other_json() -> None:
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(3000):
        body = [
            Paragraph(
                chance.randrange(2000), "".join(chance.choices(_PARTS, k=chance.randrange(6)))
            )
            for _ in range(chance.randrange(5))
        ]
        line = _dump_body(body)
        assert line == _dump([*body])
        assert b"\n" not in line  # a block has a line for each document
        read = json.loads(line.decode("utf-8", "surrogatepass"))
        assert [Paragraph(*pair) for pair in read] == body


@pytest.mark.parametrize("dictionary", [b"", b"fog harbour pilots strike " * 400])
def test_blocks_of_any_size_come_back(dictionary: bytes) -> None:
    codec = Codec(dictionary)
    chance = random.Random(5)
    for size in (0, 1, 100, 16_000, 300_000):
        content = bytes(chance.choices(b"fog harbour 123", k=size))
        packed = codec.compress(content)
        assert Codec(dictionary).decompress(packed) == content
        assert len(packed) < 100 + 0.6 * size
