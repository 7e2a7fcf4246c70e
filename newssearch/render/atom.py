"""Hits as a feed for programs that read news: Atom (RFC 4287).

In go what the feed is called and its entries, hits with the time at which they became news; out
comes a document of XML. `newssearch saved run` uses it, with `merged` where a feed grows from run
to run. An entry's id comes from its story's, so that a reader shows a story once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from newssearch.errors import UsageError
from newssearch.render.passages import joined
from newssearch.render.safe import visible
from newssearch.results import Hit

#: So many entries a growing feed keeps, unless one run brings more.
MOST_KEPT = 100

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
_GENERATOR = "  <generator>newssearch</generator>\n"
_ENTRY = re.compile(r"^  <entry>\n.*?^  </entry>\n", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"^ *<id>([^<]*)</id>$", re.MULTILINE)
_CATEGORY = re.compile(r"^ *<category .*\n", re.MULTILINE)
_WHOLE_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself: `about` is what tells it from other feeds, of which its id is
    made; `updated` a time with its offset; the links are addresses, or empty."""

    title: str
    about: str
    updated: str
    self_link: str = ""
    page_link: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A hit; `updated` is when it became news, `found_by` the saved searches that found it."""

    hit: Hit
    updated: str
    found_by: tuple[str, ...] = ()


def render_atom(feed: Feed, entries: Sequence[Entry]) -> str:
    """The feed, each story once, in this order."""
    return _document(feed, _identifier(f"feed:{feed.about}"), list(_rendered(entries).values()))


def merged(old: str, feed: Feed, entries: Sequence[Entry]) -> str:
    """A feed that `render_atom` or `merged` made, with these entries in front.

    Raises UsageError for anything else. A story that was in it keeps the searches that found it.
    """
    if not old:
        return render_atom(feed, entries)
    identifier = _ID.search(old)
    if not old.startswith(_HEAD) or _GENERATOR not in old or identifier is None:
        raise UsageError("holds something else than a feed that newssearch made")
    rendered = _rendered(entries)
    for entry in _ENTRY.findall(old):
        name = _ID.search(entry)
        key = name[1] if name else ""
        if key in rendered:
            rendered[key] = _with_categories(rendered[key], _CATEGORY.findall(entry))
        elif len(rendered) < MOST_KEPT:
            rendered[key] = entry
    return _document(feed, identifier[1], list(rendered.values()))


def _document(feed: Feed, identifier: str, entries: Sequence[str]) -> str:
    lines = [
        f"  <id>{identifier}</id>\n",
        f"  <title>{_text(feed.title)}</title>\n",
        f"  <updated>{_text(feed.updated)}</updated>\n",
        "  <author><name>newssearch</name></author>\n",
        _GENERATOR,
    ]
    for relation, address in (("self", feed.self_link), ("alternate", feed.page_link)):
        if address:
            lines.append(f'  <link rel="{relation}" href="{_text(address)}"/>\n')
    return "".join((_HEAD, *lines, *entries, "</feed>\n"))


def _rendered(entries: Sequence[Entry]) -> dict[str, str]:
    """Entries by their ids; of several with one story the first, found by all of their searches."""
    stories: dict[str, Entry] = {}
    for entry in entries:
        key = _identifier(f"story:{entry.hit.story.id}")
        first = stories.setdefault(key, entry)
        names = dict.fromkeys((*first.found_by, *entry.found_by))
        stories[key] = replace(first, found_by=tuple(names))
    return {key: "".join(_entry(key, entry)) for key, entry in stories.items()}


def _entry(identifier: str, entry: Entry) -> Iterator[str]:
    hit = entry.hit
    lang = f' xml:lang="{_text(hit.lang)}"' if re.fullmatch("[a-z]{2,3}", hit.lang) else ""
    passage = _text(joined(hit.snippets).text)
    yield "  <entry>\n"
    yield f"    <id>{identifier}</id>\n"
    yield f"    <title{lang}>{_text(hit.title)}</title>\n"
    yield f"    <updated>{_text(entry.updated)}</updated>\n"
    if published := _date_time(hit.date):
        yield f"    <published>{published}</published>\n"
    for author in hit.authors or ((hit.source,) if hit.source else ()):
        yield f"    <author><name>{_text(author)}</name></author>\n"
    if linked := re.match("https?://", hit.url, re.IGNORECASE):
        yield f'    <link rel="alternate" href="{_text(_address(hit.url))}"/>\n'
    for name in entry.found_by:
        yield f'    <category term="{_text(name)}"/>\n'
    yield f"    <summary{lang}>{passage}</summary>\n"
    if not linked:  # an entry without a link must have some content
        yield f"    <content>{_text(hit.path)}</content>\n"
    yield "  </entry>\n"


def _with_categories(entry: str, more: Sequence[str]) -> str:
    missing = "".join(line for line in more if line not in entry)
    return entry.replace("    <summary", missing + "    <summary", 1)


def _date_time(date: str) -> str:
    """A date as Atom must have it, with a time and an offset; empty where not the day is known.

    What an article leaves unsaid is taken for midnight, and for UTC.
    """
    if _WHOLE_DAY.fullmatch(date):
        return f"{date}T00:00:00Z"
    found = _DATE_TIME.fullmatch(date)
    return f"{found[1]}{found[2] or ':00'}{found[3] or 'Z'}" if found else ""


def _address(url: str) -> str:
    """An address with what may not stand in one percent-encoded."""
    from urllib.parse import quote  # start-up

    return quote(visible(url), safe="!#$%&'()*+,-./:;=?@[]_~")


def _identifier(text: str) -> str:
    """An address of no place that is the same for the same text."""
    from uuid import NAMESPACE_URL, uuid5  # start-up

    return f"urn:uuid:{uuid5(NAMESPACE_URL, 'newssearch:' + visible(text))}"


def _text(text: str) -> str:
    """Text as XML can have it; what steers a terminal is written out, as everywhere."""
    return escape(_NOT_XML.sub("\ufffd", visible(text)))
