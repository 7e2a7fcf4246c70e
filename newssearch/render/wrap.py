"""Lines of a given width from text with marked words, Chinese and Japanese included.

In goes clean text with highlights as character offsets; out come lines of cells, a cell being one
character as it is shown, the columns that it takes, and whether it is marked. render/text.py and
render/article.py draw them. Wide characters take two columns and a line may end after any of
them, except where punctuation would begin or an opening bracket end a line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from newssearch.render.look import Look
from newssearch.render.safe import is_unsafe, visible

_NOT_FIRST = frozenset("、。，．・：；？！）］｝〉》」』】〕”’…‥ー々,.;:?!)]}%")
_NOT_LAST = frozenset("（［｛〈《「『【〔“‘([{")


class Cell(NamedTuple):
    shown: str
    columns: int
    marked: bool


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def cells(text: str, highlights: Sequence[tuple[int, int]] = ()) -> list[Cell]:
    """The text's characters, unsafe ones written out, those within `highlights` marked."""
    marked = bytearray(len(text))
    for start, end in highlights:
        for position in range(max(start, 0), min(end, len(text))):
            marked[position] = 1
    made = []
    for character, mark in zip(text, marked, strict=True):
        if is_unsafe(character):
            shown = visible(character)
            made.append(Cell(shown, len(shown), bool(mark)))
        else:
            made.append(Cell(character, _columns(character), bool(mark)))
    return made


def wrap(line: list[Cell], width: int | None) -> Iterator[list[Cell]]:
    """Cut one long line into lines of at most `width` columns, at word ends where it can."""
    if width is None:
        yield line
        return
    start = used = 0
    break_at = 0  # where the line being filled may end: after the cell before this one
    position = 0
    while position < len(line):
        if position > start and _may_break(line[position - 1], line[position]):
            break_at = position
        shown, taken, _ = line[position]
        # A space may hang over the edge: at a line's end it is not shown.
        if used + taken > width and position > start and shown != " ":
            end = break_at if break_at > start else position
            yield _without_end_spaces(line[start:end])
            start = position = _after_spaces(line, end)
            used, break_at = 0, start
            continue
        used += taken
        position += 1
    if start < len(line):
        yield _without_end_spaces(line[start:])


def cut(line: list[Cell], width: int) -> list[Cell]:
    """The line's beginning, ending in `…` where not all of it fits."""
    if sum(cell.columns for cell in line) <= width:
        return line
    kept: list[Cell] = []
    used = 1
    for cell in line:
        used += cell.columns
        if used > width:
            break
        kept.append(cell)
    return [*_without_end_spaces(kept), Cell("…", 1, False)]


def paint(line: list[Cell], look: Look, plain: str, marked: str) -> str:
    """The line as text: marked cells in the style `marked`, the rest in the style `plain`."""
    return "".join(
        look.style("".join(cell.shown for cell in run), marked if is_marked else plain)
        for is_marked, run in groupby(line, key=lambda cell: cell.marked)
    )


def _columns(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1


def _may_break(before: Cell, after: Cell) -> bool:
    if before.shown == " ":
        return True
    if before.columns != 2 and after.columns != 2:
        return False
    return before.shown not in _NOT_LAST and after.shown not in _NOT_FIRST and after.columns > 0


def _without_end_spaces(line: list[Cell]) -> list[Cell]:
    end = len(line)
    while end and line[end - 1].shown == " ":
        end -= 1
    return line[:end]


def _after_spaces(line: list[Cell], position: int) -> int:
    while position < len(line) and line[position].shown == " ":
        position += 1
    return position
