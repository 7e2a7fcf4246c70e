"""What is left of a text without its frequent characters, for a pattern to look at.

In: a text, and the ASCII characters that a pattern would pass over. Out: the others. Bytes are
deleted ten times as fast as a pattern passes over characters, and of most texts nothing is left.
`invisible`, `inline` and `language` ask so whether a text has anything for them to do.
"""

from __future__ import annotations

# Where the deleting takes longer than it saves:
_SHORT = 500  # characters of a text
_MOST = 1.25  # bytes a character, on average: the others are many


def left_of(text: str, passed: bytes) -> str:
    """The text without the characters that are `passed`; a text is left as it is that is short
    or has few of them."""
    if len(text) < _SHORT:
        return text
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) > _MOST * len(text):
        return text
    return raw.translate(None, passed).decode("utf-8", "surrogatepass")
