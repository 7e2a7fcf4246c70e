"""How text on a terminal looks: width, colour, links.

The command line finds out what standard output is and makes a `Look`; render/text.py,
render/article.py and render/stats.py draw with it. Few styles on purpose: matched words are
bold, titles have one colour, what is said about an article is dim.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from newssearch.render.safe import visible

BOLD = "1"
DIM = "2"
TITLE = "36"
BOLD_TITLE = "1;36"


class Look(NamedTuple):
    """`width` is in columns, None where lines are not wrapped."""

    width: int | None = 80
    color: bool = False
    links: bool = False

    def style(self, text: str, codes: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if self.color and text and codes else text

    def file_link(self, file: str, text: str) -> str:
        """`text`, leading to `file` where the terminal understands links (OSC 8)."""
        if not self.links:
            return text
        try:
            address = Path(file).absolute().as_uri()
        except (OSError, ValueError):
            return text
        return f"\x1b]8;;{visible(address)}\x1b\\{text}\x1b]8;;\x1b\\"
