"""Blocks: the short way through an unmarked body finds what the long one finds."""

from __future__ import annotations

import random

from newssearch.article.blocks import cut_blocks, cut_paragraphs

_LINES = (
    "", "", "", " ", "\u3000", "The ferry sank.", "  Nobody was hurt.", "渡轮沉没。", "2020 began.",
    "12) boats", "3. boats", "3.boats", "\u2013 said Orm", "- said Orm", "+", "> quoted", "# Ferry",
    "#ferry", "---", "::: note", ": a colon", "\u3000> quoted", "\u0663. boats", "é",
)  # fmt: skip


def test_an_unmarked_body_is_cut_as_any_other() -> None:
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance = random.Random(seed)
    unmarked = 0
    for _ in range(3000):
        lines = chance.choices(_LINES, k=chance.randint(0, 6))
        cut = cut_paragraphs(lines)
        if cut is not None:
            unmarked += 1
            blocks, definitions = cut_blocks(lines)
            assert cut == [(block.line, block.lines) for block in blocks]
            assert not definitions
            assert not any(block.literal or block.item for block in blocks)
    assert unmarked > 100


def test_every_mark_at_the_start_of_a_line_is_seen() -> None:
    marked = ["- a", "+ a", "> a", "# a", "---", "::: a", "1. a", "1) a", "-", "\u3000# a"]
    assert [cut_paragraphs(["The ferry sank.", "", "  " + line]) for line in marked] == [None] * 10
    assert [cut_paragraphs([line]) for line in marked] == [None] * 10
