"""Standard output: what it is, and writing to it.

Commands ask it whether a person or a program reads, and hand it what render/ made. A terminal
gets its own encoding, a program UTF-8; nothing is ever unwritable. A closed pipe is an OSError
that main.py ends quietly on.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import NamedTuple

from newssearch.cli.session import Session
from newssearch.errors import UsageError
from newssearch.render.look import Look

_WIDEST = 100  # longer lines are hard to read, however wide the terminal
_NARROWEST = 20


class Output(NamedTuple):
    """Standard output as this call of the program finds it."""

    terminal: bool
    color: bool
    terminal_width: int

    @classmethod
    def of(cls, session: Session) -> Output:
        if sys.stdout is None:
            raise UsageError("standard output is closed: there is nowhere to write results")
        terminal = sys.stdout.isatty()
        return cls(terminal, session.uses_color(terminal), _terminal_width())

    def look(self, wrapped: bool = True) -> Look:
        """How to draw text here; in a pipe it is not wrapped unless `wrapped` says so."""
        width = min(self.terminal_width, _WIDEST) if wrapped or self.terminal else None
        return Look(width, self.color, links=self.terminal and self.color)

    def write(self, pieces: Iterable[str]) -> None:
        encoding = sys.stdout.encoding if self.terminal else "utf-8"
        self.write_bytes(piece.encode(encoding or "utf-8", "backslashreplace") for piece in pieces)

    def write_bytes(self, pieces: Iterable[bytes]) -> None:
        sys.stdout.flush()
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()

    def page(self, pieces: Iterable[str]) -> None:
        """Write through the reader's pager; only for a terminal."""
        import click

        click.echo_via_pager(iter(pieces), color=self.color)


def _terminal_width() -> int:
    """The width from COLUMNS, else from the terminal, else 80."""
    # Not shutil's: importing it takes longer than answering a query.
    try:
        width = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        width = 0
    if width <= 0:
        try:
            width = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
        except (AttributeError, OSError, ValueError):
            width = 80
    return max(width or 80, _NARROWEST)
