"""Text from archives made harmless to show: what steers a terminal is written out.

In goes any string; out comes one without control characters (C0, C1), without the characters
that turn the direction of writing (a title could show another name than it has), and without
lone surrogates (which no encoding can write). Every form of output uses it.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_UNSAFE_OR_BACKSLASH = re.compile(_UNSAFE.pattern[:-1] + r"\\]")
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"}


def visible(text: str) -> str:
    """`text` with its unsafe characters written as `\\x1b` or `\\u202e`."""
    return _UNSAFE.sub(_escape, text)


def field(text: str) -> str:
    """`text` as one field of a tab-separated line: as `visible`, and `\\` doubled, so that what
    was escaped can be told from what stood there."""
    return _UNSAFE_OR_BACKSLASH.sub(_escape, text)


def is_unsafe(character: str) -> bool:
    return _UNSAFE.match(character) is not None


def json_text(text: str) -> str:
    """A JSON document whose unsafe characters are JSON escapes: harmless, and the same JSON.

    Line feeds stay: outside strings they are the document's layout, and in strings the JSON
    encoder has escaped them already.
    """
    return _UNSAFE.sub(lambda m: m[0] if m[0] == "\n" else f"\\u{ord(m[0]):04x}", text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8 (os.fsdecode)
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
