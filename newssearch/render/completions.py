"""Completions of what was typed, one a line.

In: `Completion`s. Out: lines; used by `newssearch suggest`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newssearch.render.look import TITLE, Look
from newssearch.render.safe import field, visible
from newssearch.suggest import Completion, Source


def render_completions(found: Iterable[Completion], look: Look | None) -> Iterator[str]:
    """Each completion as a line, titles in their colour; without a `look` for a program to read."""
    for one in found:
        if look is None:
            yield f"{field(one.text)}\n"
        else:
            yield look.style(visible(one.text), TITLE if one.source is Source.TITLE else "") + "\n"
