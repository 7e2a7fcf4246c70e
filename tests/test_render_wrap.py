from __future__ import annotations

import random

import pytest

from newssearch.render.look import Look
from newssearch.render.wrap import cells, columns, cut, paint, wrap


def lines(text: str, width: int) -> list[str]:
    return ["".join(cell.shown for cell in line) for line in wrap(cells(text), width)]


def test_lines_end_between_words() -> None:
    assert lines("the night ferry returns", 10) == ["the night", "ferry", "returns"]


def test_a_line_may_be_exactly_full() -> None:
    assert lines("night ferry", 5) == ["night", "ferry"]
    assert lines("night ferry", 11) == ["night ferry"]


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert lines("a abcdefghij", 4) == ["a", "abcd", "efgh", "ij"]


def test_chinese_takes_two_columns_and_breaks_anywhere() -> None:
    assert lines("工人罢工开始", 5) == ["工人", "罢工", "开始"]


def test_closing_punctuation_does_not_begin_a_line_nor_opening_end_one() -> None:
    assert lines("工人罢工。开始", 8) == ["工人罢", "工。开始"]
    assert lines("工人（罢工", 6) == ["工人", "（罢工"]


def test_an_empty_text_has_no_lines() -> None:
    assert lines("", 10) == []


def test_combining_marks_take_no_column() -> None:
    assert columns("e\u0301") == 1
    assert columns("新闻 news") == 9


def test_nothing_is_lost_and_no_line_is_too_long() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    pick = random.Random(seed)
    for _ in range(300):
        text = "".join(pick.choices("ab 工。（ é\x1b", k=pick.randrange(60)))
        width = pick.randrange(4, 20)
        made = lines(text, width)
        shown = "".join(cell.shown for cell in cells(text))
        assert "".join(made).replace(" ", "") == shown.replace(" ", "")
        assert all(columns(line) <= width for line in made)
        assert all(made[1:])


def test_highlights_are_marked_also_across_lines() -> None:
    look = Look(color=True)
    made = [paint(line, look, "", "1") for line in wrap(cells("press freedom day", ((0, 13),)), 8)]
    assert made == ["\x1b[1mpress\x1b[0m", "\x1b[1mfreedom\x1b[0m", "day"]


@pytest.mark.parametrize("highlights", [((-3, 2),), ((2, 99),), ((5, 5),), ((4, 2),)])
def test_highlights_out_of_range_do_no_harm(highlights: tuple[tuple[int, int], ...]) -> None:
    assert "".join(cell.shown for cell in cells("ferry", highlights)) == "ferry"


def test_cutting_leaves_room_for_the_ellipsis() -> None:
    assert "".join(cell.shown for cell in cut(cells("工人罢工"), 6)) == "工人…"
    assert "".join(cell.shown for cell in cut(cells("工人罢"), 6)) == "工人罢"
