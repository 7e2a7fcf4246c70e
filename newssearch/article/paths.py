"""Paths as text: bytes of the file system to a printable form and back, and links between files.

`walk` encodes what it finds, the indexer and `read` keep the encoded text, and whoever opens a
file decodes it. `assemble` also has links to other files resolved here.

The text form is the path decoded as UTF-8, in which these are written as `%XX`, byte by byte:
bytes that are not UTF-8, control characters and line separators, and a `%` that two hexadecimal
digits follow. Nothing else is touched, so an ordinary name reads as it is, and every sequence of
bytes comes back as it was.
"""

from __future__ import annotations

import posixpath
import re

from newssearch.article.remembered import remembered

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|%(?=[0-9A-Fa-f]{2})", re.ASCII)
_SCHEME = re.compile(r"[\w+.-]+:")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")


def encode_path(raw: bytes) -> str:
    """The text form of a path's bytes; see the module's docstring for the rule."""
    text = raw.decode("utf-8", "surrogateescape")
    if "%" not in text and text.isprintable():
        return text
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    raw = match.group().encode("utf-8", "surrogateescape")
    return "".join(f"%{byte:02X}" for byte in raw)


def decode_path(text: str) -> bytes:
    """The bytes that `encode_path` made this text of."""
    raw = text.encode("utf-8", "surrogateescape")
    if b"%" not in raw:
        return raw
    return _ESCAPE.sub(lambda match: bytes((int(match.group(1), 16),)), raw)


def resolve_link(target: str, path: str) -> str:
    """The path that a relative link in the file `path` leads to, or "" where it leaves the root.

    Links are percent-encoded as URLs; an unencoded `#` or `?` ends the path.
    """
    target = target.strip().strip("<>")
    if not target or target.startswith(("/", "#", "?", "\\")) or _SCHEME.match(target):
        return ""
    linked = _unquote(target.partition("#")[0].partition("?")[0])
    if "/" not in linked and linked.strip("."):  # a file in the same folder, as nearly all are
        folder = _folder(path)
        joined = f"{folder}/{linked}" if folder != "." else linked
    else:
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), linked))
    return "" if joined.startswith(("..", "/")) or joined == "." else joined


def _folder(path: str) -> str:
    """The folder of a file as `normpath` has it, "." for the root."""
    return _normal(posixpath.dirname(path))


@remembered
def _normal(folder: str) -> str:
    return posixpath.normpath(folder)


@remembered
def _unquote(target: str) -> str:
    """The path in a link, in the text form."""
    import urllib.parse  # start-up: most commands resolve no link

    return encode_path(urllib.parse.unquote_to_bytes(target))
