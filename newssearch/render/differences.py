"""What differs between two versions of an article, for a person to read.

In go two `StoredArticle`s, their `Difference` and a `Look`, out come pieces of text. `newssearch
show --diff` uses it. What was deleted stands in `[-…-]` and what was inserted in `{+…+}`, so that
it can be told without colours; paragraphs that are the same are counted, the ones beside a change
begun.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from newssearch.differences import Change, Piece
from newssearch.render.look import BOLD, DIM, Look
from newssearch.render.safe import visible
from newssearch.render.wrap import Cell, cells, columns, cut, wrap

if TYPE_CHECKING:
    from newssearch.differences import Difference, FieldDifference, ParagraphDifference
    from newssearch.hits import StoredArticle


class _Deleted(Cell):
    """A cell of what the old version alone has."""


class _Inserted(Cell):
    """A cell of what the new version alone has."""


_CELLS: dict[Change, type[Cell]] = {
    Change.SAME: Cell,
    Change.DELETED: _Deleted,
    Change.INSERTED: _Inserted,
}
_STYLES: dict[type[Cell], str] = {Cell: "", _Deleted: "31", _Inserted: "32"}
_MARKS = {Change.SAME: ("", ""), Change.DELETED: ("[-", "-]"), Change.INSERTED: ("{+", "+}")}
_BESIDE = 100  # characters that are shown of what is the same beside a change
_CONTEXT = 76  # columns that are shown of a paragraph beside a changed one, in a pipe


def render_difference(
    old: StoredArticle, new: StoredArticle, difference: Difference, look: Look
) -> Iterator[str]:
    """Which versions, fields, text."""
    yield _version("---", old, look)
    yield _version("+++", new, look)
    if difference.fields:
        yield "\n"
    width = max((columns(visible(one.name)) for one in difference.fields), default=0)
    for field in difference.fields:
        yield from _field(field, width, look)
    if difference.same_text:
        count = len(difference.paragraphs)
        yield "\n" + look.style(f"the same text ({_counted(count)})", DIM) + "\n"
    else:
        yield from _text(difference.paragraphs, look)


def _version(mark: str, stored: StoredArticle, look: Look) -> str:
    date = stored.article.date
    shown = look.file_link(stored.file, visible(stored.file))
    start = f"{mark} {stored.id}  {date.text[:10] if date else 'undated'}  "
    return f"{look.style(start, BOLD)}{shown}\n"


def _field(field: FieldDifference, width: int, look: Look) -> Iterator[str]:
    label = visible(field.name)
    label += " " * (width - columns(label))
    between = "" if field.name.endswith("title") else " "  # words, or whole values
    line = _cells(field.pieces, between)
    yield f"{look.style(label, DIM)}  {_painted(line, look)}\n"


def _text(paragraphs: Sequence[ParagraphDifference], look: Look) -> Iterator[str]:
    """The changed paragraphs, and how many others there are between them."""
    runs = [
        (is_same, list(run)) for is_same, run in groupby(paragraphs, key=lambda one: one.is_same)
    ]
    for number, (is_same, run) in enumerate(runs):
        if not is_same:
            for paragraph in run:
                line = _cells(_folded(paragraph.pieces), "")
                yield "\n" + "\n".join(_painted(part, look) for part in wrap(line, look.width))
                yield "\n"
            continue
        before = run[:1] if number else []
        after = run[len(before) :][-1:] if number < len(runs) - 1 else []
        between = run[len(before) : len(run) - len(after)]
        if len(between) == 1:  # to say so would take the line that it takes
            before, between = before + between, []
        yield from (_context(one, look) for one in before)
        if between:
            yield "\n" + look.style(f"… {_counted(len(between))} the same …", DIM) + "\n"
        yield from (_context(one, look) for one in after)


def _context(paragraph: ParagraphDifference, look: Look) -> str:
    text = "".join(piece.text for piece in paragraph.pieces)
    width = look.width or _CONTEXT
    shown = cut(cells(text[: width * 2]), width)
    if len(text) > width * 2 and not shown[-1].shown.endswith("…"):
        shown = [*shown, Cell("…", 1, False)]
    return "\n" + look.style("".join(cell.shown for cell in shown), DIM) + "\n"


def _counted(paragraphs: int) -> str:
    return "1 paragraph" if paragraphs == 1 else f"{paragraphs:,} paragraphs"


def _folded(pieces: Sequence[Piece]) -> list[Piece]:
    """What is the same is left out where it is long: a paragraph can be a whole article."""
    folded = []
    for number, piece in enumerate(pieces):
        text = piece.text
        if piece.change is Change.SAME:
            start = _BESIDE if number else 0
            end = len(text) - (_BESIDE if number < len(pieces) - 1 else 0)
            if end - start > 2 * _BESIDE:
                text = f"{_head(text[:start])}…{_tail(text[end:])}"
        folded.append(Piece(piece.change, text))
    return folded


def _head(text: str) -> str:
    """Without the word that it was cut in, where it has spaces."""
    return (text[: text.rfind(" ") + 1] or text) if text else ""


def _tail(text: str) -> str:
    return text[text.find(" ") :] if " " in text else text


def _cells(pieces: Sequence[Piece], between: str) -> list[Cell]:
    """The pieces with their marks; spaces at a piece's end stand behind its mark."""
    made: list[Cell] = []
    for number, (change, text) in enumerate(pieces):
        if number:
            made += cells(between)
        opening, closing = _MARKS[change]
        inner = text.rstrip() if closing else text
        kind = _CELLS[change]
        made += [kind(*cell) for cell in cells(opening + inner + closing)]
        made += cells(text[len(inner) :])
    return made


def _painted(line: Sequence[Cell], look: Look) -> str:
    return "".join(
        look.style("".join(cell.shown for cell in run), _STYLES[kind])
        for kind, run in groupby(line, key=type)
    )
