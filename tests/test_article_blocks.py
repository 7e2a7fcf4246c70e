"""Blocks: the short way through an unmarked body finds what the long one finds."""

from __future__ import annotations

import random

from newssearch.article.blocks import cut_blocks, cut_paragraphs, is_unmarked

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
        if is_unmarked("\n".join(lines)):
            unmarked += 1
            blocks, definitions = cut_blocks(lines)
            assert cut_paragraphs(lines) == [(block.line, block.lines) for block in blocks]
            assert not definitions
            assert not any(block.literal or block.item for block in blocks)
    assert unmarked > 100


def test_every_mark_at_the_start_of_a_line_is_seen() -> None:
    marked = ["- a", "+ a", "> a", "# a", "---", "::: a", "1. a", "1) a", "-", "\u3000# a"]
    assert not any(is_unmarked(f"The ferry sank.\n\n  {line}") for line in marked)
    assert not any(is_unmarked(line) for line in marked)


def test_many_blank_lines_are_passed_over_in_one_go() -> None:
    assert is_unmarked(("\n" + " " * 50) * 20_000 + "The ferry sank.")
