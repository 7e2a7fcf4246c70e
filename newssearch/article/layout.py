"""The reference archive's header: title, labels, image and links above the text.

In: the lines of a file, or of a digest's section. Out: a `LayoutHeader`, or None where there is
none. The labels come in English, in Chinese and, in digests, in both (`keywords/关键词:`). It is
no front matter: nothing fences it, and it ends with the first line that can be none of it.
`read` and `digest` use it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_FIELDS = {
    "keywords": "keywords", "keyword": "keywords", "关键词": "keywords", "关键字": "keywords",
    "authors": "authors", "author": "authors", "作者": "authors",
    "publish date": "date", "published": "date", "date": "date", "发表日期": "date",
    "发布日期": "date", "日期": "date", "tags": "tags", "标签": "tags",
    "source": "source", "来源": "source", "language": "lang", "语言": "lang",
}  # fmt: skip
_LABEL = re.compile(r"([^\s:：\[\]()!#][^:：\[\]()!#]{0,40}?)\s*[:：]\s*(.*)$")
_TITLE = re.compile(r"(#{1,3})(?:[ \t]+(.*))?$")
_IMAGE = re.compile(r"!\[[^\]]*\]\(\s*<?([^\s)>]*)")
_LINKS = re.compile(r"\[([^\[\]]{1,60})\]\(((?:[^()\s]++|\([^()\s]*+\))*+)\)")
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_ORIGINAL = frozenset("original article,original,source,原网页,原文,原文链接,来源".split(","))
_HEADER_LINES = 60  # a header is never longer


@dataclass(slots=True)
class LayoutHeader:
    """What the header says, as written; `body` is the index of the first line after it."""

    title: str = ""
    alternate_title: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)  # index of each field's line
    extra: list[tuple[str, str]] = field(default_factory=list)
    image: str = ""
    url: str = ""
    links: list[str] = field(default_factory=list)
    bilingual: bool = False
    english: bool = False  # the labels, or the link to the Chinese translation, say so
    start: int = 0  # index of the title's line
    body: int = 0


def find_layout(lines: Sequence[str], start: int = 0) -> LayoutHeader | None:
    """The reference header that begins at `lines[start]`, blank lines before it skipped."""
    first = at = _next(lines, start)
    title = alternate = ""
    for level in range(2):
        heading = _TITLE.match(lines[at]) if at < len(lines) and len(lines[at]) < 4000 else None
        if heading is None:
            break
        if level == 0:
            title = heading.group(2) or ""
        elif len(heading.group(1)) == 3:
            alternate, title = title, heading.group(2) or ""
        else:
            break
        at = _next(lines, at + 1)
    if at == len(lines) or not _may_label(lines[at]):
        return None  # a heading and its text: no field opens the header
    header = LayoutHeader(title, alternate, start=first, body=at)
    unknown: list[tuple[str, str]] = []  # fields only if a known line follows them
    fields_end = False  # below the image and the links there is text
    stop = min(len(lines), at + _HEADER_LINES)
    while at < stop:
        line = lines[at].strip()
        if line and len(line) < 8000 and _take(header, line, at):
            if line[0] == "[" and unknown:
                break  # what looked like a field is the text above a digest's links
            header.extra += unknown
            unknown = []
            fields_end = fields_end or line[0] in "[!"
            header.body = at + 1
        elif line:
            label = _label(line) if len(line) < 200 and not fields_end else None
            if label is None or len(unknown) >= 5:
                break
            unknown.append((label.group(1), label.group(2)))
        at += 1
    return header if header.fields else None


def _next(lines: Sequence[str], at: int) -> int:
    """The index of the next line that is not blank."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _take(header: LayoutHeader, line: str, at: int) -> bool:
    """Take one line into the header; False if it is no line of a header."""
    if line[0] == "!":
        image = _IMAGE.match(line)
        if image is None or not line.endswith(")") or not header.fields:
            return False
        header.image = header.image or image.group(1)
        return True
    if line[0] == "[":
        return bool(header.fields) and _take_links(header, line)
    label, colon, value = line.partition(":")
    names = [label.lower()]
    name = _FIELDS.get(names[0]) if colon else None
    if name is None:  # not as labels nearly always stand: a pattern says what it is
        found = _label(line)
        if found is None:
            return False
        names, value = found.group(1).lower().split("/"), found.group(2)
        name = _FIELDS.get(names[0].strip())
    if name is None or name in header.fields:
        return False
    header.fields[name] = value.strip()
    header.lines[name] = at
    header.bilingual = header.bilingual or len(names) > 1
    header.english = header.english or (len(names) == 1 and names[0].isascii())
    return True


def _label(line: str) -> re.Match[str] | None:
    """The label and the value in a line; None for one that the text begins with."""
    return _LABEL.match(line) if _may_label(line) else None


def _may_label(line: str) -> bool:
    return ":" in line or "：" in line


def _take_links(header: LayoutHeader, line: str) -> bool:
    """Take a line of nothing but links: to the original page, to other files of the archive."""
    found = _links_alone(line)
    for text, target in found:
        if _ABSOLUTE.match(target):
            if not header.url or text.strip().lower() in _ORIGINAL:
                header.url = target
        elif target:
            header.links.append(target)
            header.english = header.english or text.strip() == "中文翻译"
    return bool(found)


def links_line(line: str) -> list[str]:
    """The targets of a line of nothing but links to other files, as a digest's entry ends."""
    line = line.strip()
    if not line.startswith("[") or len(line) > 8000:
        return []
    return [target for _, target in _links_alone(line) if "://" not in target]


def _links_alone(line: str) -> list[tuple[str, str]]:
    """(text, target) of the links of a line that holds nothing else; [] for other lines."""
    parts = _LINKS.split(line)  # text between links, a link's text, its target, text between …
    if "".join(parts[::3]).strip(" |·,"):
        return []
    return list(zip(parts[1::3], parts[2::3], strict=True))
