"""Characters that nobody sees: one rule for files, front matter's escapes and HTML entities.

In: text. Out: the text without them. `read` applies the rule to a file as it stands, `fields` to
what a loader made of escapes (`"\\u202e"`), `inline` to what an entity stands for (`&#8238;`).
"""

from __future__ import annotations

import re

from newssearch.article.sparse import left_of

#: Invisible in print and in the way of a match: controls but for tab and line break, soft
#: hyphen, zero-width space, bidirectional controls, and the noncharacters that `inline` uses.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060"
    "\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]"
)


#: Those of them that part words: vertical tab, form feed, and the separators of files and records.
_PARTING = re.compile("(?<=\\S)[\x0b\x0c\x1c-\x1f]+(?=\\S)")

#: What a terminal was sent with a text: colours, and the names of windows, links, clipboards. Left
#: in, `[31m` would be glued to a word.
_SEQUENCE = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]|\x9b[0-9;]+[A-Za-z]|\x1b\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\)"
)

#: The ASCII characters that are none of them.
_VISIBLE = b"\t\n\r" + bytes(range(0x20, 0x7F))


def without_invisible(text: str) -> str:
    """The text without control, zero-width and bidirectional characters and half surrogates, and
    without what steered a terminal; a space where such a character parted two words."""
    if _INVISIBLE.search(left_of(text, _VISIBLE)) is None:
        return text
    if "\x1b" in text or "\x9b" in text:
        text = _SEQUENCE.sub("", text)
    return _INVISIBLE.sub("", _PARTING.sub(" ", text))
