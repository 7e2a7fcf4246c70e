"""A file's bytes to its articles: the entry to this package.

In: bytes, the path relative to the archive root, the encodings to try. Out: one `Article`, or
one for each entry of a digest. The indexer calls `read_articles` for every new or changed file,
`check` for the ones in doubt. Only what cannot be read as text at all raises; everything else
that is wrong with a file becomes one of the article's warnings.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from newssearch.article.assemble import from_fields, from_layout, from_text
from newssearch.article.digest import find_entries
from newssearch.article.frontmatter import find_front_matter
from newssearch.article.invisible import without_invisible
from newssearch.article.layout import find_layout
from newssearch.article.model import Article
from newssearch.errors import ArticleError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_articles(data: bytes, path: str, encodings: Sequence[str] = ("utf-8",)) -> list[Article]:
    """The articles of one file; a digest's have `#1`, `#2` … after the path.

    `path` is relative to the archive root, as `paths.encode_path` writes it. Raises ArticleError
    where the bytes are no text in any of the encodings.
    """
    lines = without_invisible(_decode(data, path, encodings)).split("\n")
    found, warnings = find_front_matter(lines)
    if found is not None:
        return [from_fields(lines, path, found)]
    layout = find_layout(lines)
    entries = find_entries(lines, layout)
    if entries:
        ends = [start for start, _ in entries[1:]] + [len(lines)]
        return [
            from_layout(lines, path, header, warnings, number, end)
            for number, ((_, header), end) in enumerate(zip(entries, ends, strict=True), start=1)
        ]
    if layout is not None:
        return [from_layout(lines, path, layout, warnings)]
    return [from_text(lines, path, warnings)]


def _decode(data: bytes, path: str, encodings: Sequence[str]) -> str:
    """The text of the bytes without byte order mark, every line ended by a line feed alone."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            text = _decode_as(data[len(mark) :], path, (name,))
            break
    else:
        text = _decode_as(data, path, encodings)
    zero = text.find("\0")
    if zero >= 0:
        line = text.count("\n", 0, zero) + 1
        raise ArticleError(path, "binary, not text: a NUL character", line)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _decode_as(data: bytes, path: str, encodings: Sequence[str]) -> str:
    failure: UnicodeDecodeError | None = None
    for name in encodings:
        try:
            return data.decode(name)
        except UnicodeDecodeError as error:
            failure = failure or error
        except LookupError:
            raise ArticleError(path, f"unknown encoding {name!r} in the configuration") from None
    if failure is None:
        raise ArticleError(path, "no encoding to read it in")
    zero = data.find(0)
    if zero >= 0:
        raise ArticleError(path, f"binary, not text: a NUL byte at offset {zero}")
    line = data.count(b"\n", 0, failure.start) + 1
    reason = f"not {failure.encoding}: byte 0x{data[failure.start]:02X} at offset {failure.start}"
    raise ArticleError(path, reason, line)
