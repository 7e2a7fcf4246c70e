"""Paths as text: bytes of the file system to a printable form and back, and what names say.

`walk` encodes what it finds, the indexer and `read` keep the encoded text, and whoever opens a
file decodes it. `read` also takes language suffixes (`_zh`) and links to other files from here.

The text form is the path decoded as UTF-8, in which these are written as `%XX`, byte by byte:
bytes that are not UTF-8, control characters and line separators, and a `%` that two hexadecimal
digits follow. Nothing else is touched, so an ordinary name reads as it is, and every sequence of
bytes comes back as it was.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote_to_bytes

from newssearch.article.language import KNOWN_CODES

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|%(?=[0-9A-Fa-f]{2})", re.ASCII)
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_SUFFIX = re.compile(r"([._-])([A-Za-z]{2})(?:[-_]([A-Za-z]{2}|Hans|Hant|hans|hant))?$")

#: Codes that end English names (`what-it-is.md`): a language only after a dot or with a region.
_ALSO_WORDS = frozenset("am as be ha he hi ho id is it me my no or so to us".split())
#: Codes that a plain hyphen may announce; all others (`-uk`, `-de`) occur in headlines.
_AFTER_HYPHEN = frozenset(("zh", "ja", "ko", "ru", "fr"))


def encode_path(raw: bytes) -> str:
    """The text form of a path's bytes; see the module's docstring for the rule."""
    text = raw.decode("utf-8", "surrogateescape")
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    raw = match.group().encode("utf-8", "surrogateescape")
    return "".join(f"%{byte:02X}" for byte in raw)


def decode_path(text: str) -> bytes:
    """The bytes that `encode_path` made this text of."""
    raw = text.encode("utf-8", "surrogateescape")
    return _ESCAPE.sub(lambda match: bytes((int(match.group(1), 16),)), raw)


def split_language(path: str) -> tuple[str, str]:
    """A file's stem without its language suffix, and the language: `x_zh.md` -> (`x`, `zh`)."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    match = _SUFFIX.search(stem)
    if match is None or match.start() == 0:
        return stem, ""
    mark, code, region = match.groups()
    code = code.lower()
    if code not in KNOWN_CODES:
        return stem, ""
    if not region and mark != ".":
        if code in _ALSO_WORDS or (mark == "-" and code not in _AFTER_HYPHEN):
            return stem, ""
    return stem[: match.start()], code


def resolve_link(target: str, path: str) -> str:
    """The path that a relative link in the file `path` leads to, or "" where it leaves the root.

    Links are percent-encoded as URLs; an unencoded `#` or `?` ends the path.
    """
    target = target.strip().strip("<>")
    if not target or target.startswith(("/", "#", "?", "\\")) or re.match(r"[\w+.-]+:", target):
        return ""
    raw = unquote_to_bytes(re.split(r"[#?]", target, maxsplit=1)[0])
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), encode_path(raw)))
    return "" if joined.startswith(("..", "/")) or joined == "." else joined
