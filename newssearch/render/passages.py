"""The passages of a hit as one.

In go a hit's snippets, out comes one with the highlights moved along; render/text.py and
render/rows.py show it.
"""

from __future__ import annotations

from collections.abc import Sequence

from newssearch.results import Snippet


def joined(snippets: Sequence[Snippet]) -> Snippet:
    """All passages in one, an ellipsis between two of them unless there is one already."""
    text = ""
    highlights: list[tuple[int, int]] = []
    for snippet in snippets:
        if text:
            text += " " if text.endswith("…") or snippet.text.startswith("…") else " … "
        highlights += [(start + len(text), end + len(text)) for start, end in snippet.highlights]
        text += snippet.text
    return Snippet(text, tuple(highlights), snippets[0].line if snippets else 0)
