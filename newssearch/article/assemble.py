"""An article from its parts: what a header says, what the path says, what the body is.

In: the lines of a file and the header that was found in them. Out: an `Article`. `read` calls
one of the three functions, by the kind of header. Here the rules of SPEC §1 meet that need more
than one of the other modules: which date is trusted, which language, which URL, what is a page.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence

from newssearch.article import dates
from newssearch.article.blocks import without_heading_id
from newssearch.article.fields import Fields, texts_of
from newssearch.article.frontmatter import Header, Value
from newssearch.article.inline import BREAK, clean_inline
from newssearch.article.language import (
    CJK_CODES,
    declared_language,
    language_of,
    languages_of,
    split_language,
)
from newssearch.article.layout import LayoutHeader, links_line
from newssearch.article.model import Article, ArticleDate, Kind, Paragraph, ParseWarning
from newssearch.article.names import names_in_byline, names_in_list, unique
from newssearch.article.paths import decode_path, resolve_link
from newssearch.article.plaintext import clean_paragraphs
from newssearch.article.urls import canonical_url, site_of

_HEADING = re.compile(r"#{1,6}[ \t]+(\S.*)")
_SETEXT = re.compile(r"(?:=+|-+)[ \t]*$")
_LINK = re.compile(r"\]\(|<a\s|https?://", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\]]{0,1000}\]\(\s*<?([^\s)>]{1,2000})")
_COMMA = re.compile(r"[,，、;；]")
_PAGE_SHARE = 0.8  # of a page's lines hold a link


def from_layout(
    lines: Sequence[str],
    path: str,
    header: LayoutHeader,
    warnings: Sequence[ParseWarning],
    number: int = 0,
    end: int | None = None,
) -> Article:
    """An article with the reference header, up to line index `end`.

    `number` counts a digest's entries from 1.
    """
    problems = list(warnings)
    body_lines = list(lines[header.body : end])
    sources = _take_links(body_lines, path) if number else ()
    body = clean_paragraphs(body_lines, header.body + 1)
    written = header.fields.get("date", "")
    found = [("publish date", written, header.lines.get("date", 0) + 1)] if written else []
    title = clean_title(header.title)
    url = canonical_url(header.url)
    links = unique(resolve_link(link, path) for link in header.links)
    expected = "en" if number or header.english or _translated(links) else ""
    declared = header.fields.get("lang", "")
    lang, languages = _languages(declared, path, title, body, bool(number), expected)
    return Article(
        path=f"{path}#{number}" if number else path,
        title=title or _title_from(path),
        alternate_title=clean_title(header.alternate_title),
        body=body,
        keywords=_keywords(header.fields.get("keywords", "")),
        authors=names_in_byline(header.fields.get("authors", "")),
        tags=_split_commas(header.fields.get("tags", "")),
        date=_date(found, [url], path, problems),
        url=url,
        source=header.fields.get("source", "") or site_of(url),
        lang=lang,
        languages=languages,
        kind=Kind.DIGEST if number else Kind.ARTICLE,
        image=header.image,
        translation_links=() if number else links,
        source_links=unique((*links, *sources)) if number else (),
        folder_date=dates.folder_date(path),
        extra=tuple(header.extra),
        warnings=tuple(problems),
    )


def from_fields(lines: Sequence[str], path: str, header: Header) -> Article:
    """An article with front matter of any form."""
    fields = Fields(header.fields)
    problems = list(header.warnings)
    title = clean_title(fields.text("title"))
    body_lines = list(lines[header.body :])
    heading = _take_heading(body_lines, title)
    numbers = {name.strip(): line for name, line in header.lines.items()}
    body = clean_paragraphs(body_lines, header.body + 1) or _summary(fields, numbers)
    title = title or heading or _title_from(path)
    url = next(filter(None, (canonical_url(text) for _, text in fields.all("url"))), "")
    source = fields.text("source")
    url = url or canonical_url(source)
    written = [(name, text, numbers.get(name, 1)) for name, text in fields.all("date")]
    addresses = [url, *(text for _, text in fields.all("address"))]
    links = unique(resolve_link(link, path) for link in texts_of(fields.value("translations")))
    expected = "en" if _translated(links) else ""
    lang, languages = _languages(fields.text("lang"), path, title, body, False, expected)
    return Article(
        path=path,
        title=title,
        alternate_title=clean_title(fields.text("alternate_title")),
        body=body,
        keywords=_listed(fields.value("keywords")),
        authors=_authors(fields.value("authors")),
        tags=_listed(fields.value("tags")),
        date=_date(written, addresses, path, problems),
        url=url,
        source=site_of(source) or source or site_of(url),
        lang=lang,
        languages=languages,
        image=fields.text("image") or _first_image(body_lines),
        translation_links=links,
        folder_date=dates.folder_date(path),
        extra=fields.extra(),
        warnings=tuple(problems),
    )


def from_text(lines: Sequence[str], path: str, warnings: Sequence[ParseWarning]) -> Article:
    """An article without a header: its first heading is the title, else its file's name."""
    body_lines = list(lines)
    kind = Kind.PAGE if _is_page(body_lines) else Kind.ARTICLE
    title = _take_heading(body_lines, "")
    body = clean_paragraphs(body_lines, 1)
    title = title or _title_from(path)
    lang, languages = _languages("", path, title, body, False, "")
    return Article(
        path=path,
        title=title,
        body=body,
        date=_date([], [], path, []),
        lang=lang,
        languages=languages,
        kind=kind,
        image=_first_image(body_lines),
        folder_date=dates.folder_date(path),
        warnings=tuple(warnings),
    )


def _summary(fields: Fields, numbers: dict[str, int]) -> tuple[Paragraph, ...]:
    """The summary as the body of a file that has no other, an announcement's for instance."""
    for name, text in fields.all("summary"):
        return clean_paragraphs([" ".join(text.split())], numbers.get(name, 1))
    return ()


def clean_title(text: str) -> str:
    """A title without Markdown, HTML and a heading's id, on one line."""
    text = without_heading_id(text.strip())
    if not text:
        return ""
    cleaned = clean_inline(text, closes="</" in text).replace(BREAK, " ")
    return " ".join(cleaned.split())


def _title_from(path: str) -> str:
    """A file's name as a title, or its folder's for `index.md`; without language suffix."""
    stem = split_language(path)[0]
    folder = posixpath.basename(posixpath.dirname(path))
    stem = folder if stem.lower() in ("index", "_index") and folder else stem
    text = decode_path(stem).decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _take_links(lines: list[str], path: str) -> tuple[str, ...]:
    """Take the lines of links to the full articles out of a digest's entry."""
    found: list[str] = []
    for number, line in enumerate(lines):
        if line.startswith("["):
            targets = links_line(line)
            if targets:
                found += (resolve_link(target, path) for target in targets)
                lines[number] = ""
    return unique(found)


def _take_heading(lines: list[str], title: str) -> str:
    """The first heading's text; its line is blanked where it opens the body or is the title."""
    before = False
    for number, line in enumerate(lines):
        text = line.strip()
        if not text or len(text) > 2000:
            before = before or bool(text)
            continue
        if text.startswith(("```", "~~~")):
            return ""
        heading, width = "", 1
        match = _HEADING.match(text)
        if match is not None:
            heading = clean_title(match.group(1).rstrip("# \t"))
        elif number + 1 < len(lines) and _SETEXT.match(lines[number + 1]) and _is_words(text):
            heading, width = clean_title(text), 2
        if heading:
            if title and heading.casefold() != title.casefold():
                return heading
            if not before:
                lines[number : number + width] = [""] * width
            return heading
        if title:
            return ""  # only a heading at the top repeats the title
        before = True
    return ""


def _is_words(text: str) -> bool:
    return text[0] not in "-*+>|#" and any(map(str.isalnum, text))


def _is_page(lines: Iterable[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    linked = sum(_LINK.search(line) is not None for line in filled)
    return bool(filled) and linked >= _PAGE_SHARE * len(filled)


def _first_image(lines: Iterable[str]) -> str:
    for line in lines:
        if "![" in line and (match := _IMAGE.search(line[:10_000])):
            return "" if match.group(1).startswith("data:") else match.group(1)
    return ""


def _keywords(text: str) -> tuple[str, ...]:
    """The reference layout's keywords: words parted by spaces, or phrases by commas."""
    if "," in text or "，" in text:
        return _split_commas(text)
    return tuple(dict.fromkeys(text.split()))


def _split_commas(text: str) -> tuple[str, ...]:
    return unique(_COMMA.split(text)) if text else ()


def _listed(value: Value) -> tuple[str, ...]:
    """Keywords or tags: a list's items, or a text that is split at its commas."""
    if isinstance(value, str):
        return unique(clean_title(part) for part in _split_commas(value))
    return unique(clean_title(text) for text in texts_of(value))


def _authors(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return names_in_byline(value)
    return names_in_list([clean_title(text) for text in texts_of(value)])


def _date(
    written: Sequence[tuple[str, str, int]],
    addresses: Iterable[str],
    path: str,
    problems: list[ParseWarning],
) -> ArticleDate | None:
    """The date, by the order of trust: header, URL, file's name, folders."""
    for name, text, line in written:
        if dates.is_no_date(text):
            continue
        found = dates.parse_date(text)
        if found is not None:
            return found
        problems.append(ParseWarning(line, f"{name}: {text[:60]!r} is no date; skipped"))
    for address in addresses:
        found = dates.date_in_url(address) if address else None
        if found is not None:
            return found
    return dates.date_in_path(path)


def _translated(links: Iterable[str]) -> bool:
    """True where a link leads to a translation into Chinese, Japanese or Korean."""
    return any(split_language(link)[1] in CJK_CODES for link in links)


def _languages(
    declared: str, path: str, title: str, body: Sequence[Paragraph], digest: bool, expected: str
) -> tuple[str, tuple[str, ...]]:
    """The language, and all languages that the body is in."""
    lang = declared_language(declared) or split_language(path)[1]
    sample = " ".join([paragraph.text for paragraph in body[:30]])
    if digest:
        found = languages_of(sample, expected=expected)
        latin = [code for code in found if code not in CJK_CODES]
        lang = language_of(title, expected) or next(iter(latin), lang) or next(iter(found), "")
        return lang, unique((lang, *found))
    # never the title beside a body: a German text's may be a name that could be English
    text = sample if any(map(str.isalpha, sample)) else title
    lang = lang or language_of(text, expected)
    return lang, (lang,) if lang else ()
