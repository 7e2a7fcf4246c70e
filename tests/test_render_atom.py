"""Feeds: what RFC 4287 asks for, with parsers that others wrote."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from invented_results import FERRY, STRIKE

from newssearch.errors import UsageError
from newssearch.render.atom import MOST_KEPT, Entry, Feed, merged, render_atom
from newssearch.results import Hit, Snippet, Story

ATOM = "{http://www.w3.org/2005/Atom}"
TIME = "2020-09-01T06:00:00+02:00"
FEED = Feed("News of strikes", "strikes", TIME)
STRIKES = Entry(STRIKE, TIME, ("strikes",))
FERRIES = Entry(FERRY, TIME)
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

#: element -> (least, most) of RFC 4287, sections 4.1.1 and 4.1.2
OF_FEED = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "author": (1, 9), "generator": (0, 1)}
OF_ENTRY = {
    "id": (1, 1),
    "title": (1, 1),
    "updated": (1, 1),
    "published": (0, 1),
    "author": (0, 9),
    "link": (0, 1),
    "category": (0, 9),
    "summary": (0, 1),
    "content": (0, 1),
}


def parsed(feed: str) -> ElementTree.Element:
    """The feed, after a look at what every one must have."""
    root = ElementTree.fromstring(feed.encode())  # noqa: S314 (our own)
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    check(root, OF_FEED | {"entry": (0, 999), "link": (0, 2)})
    for entry in entries:
        check(entry, OF_ENTRY)
        links = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert links or entry.find(f"{ATOM}content") is not None
    identifiers = [one.findtext(f"{ATOM}id") for one in (root, *entries)]
    assert len(identifiers) == len(set(identifiers))
    return root


def check(element: ElementTree.Element, allowed: dict[str, tuple[int, int]]) -> None:
    names = [child.tag.removeprefix(ATOM) for child in element]
    assert set(names) <= set(allowed)
    for name, (least, most) in allowed.items():
        assert least <= names.count(name) <= most, name
    for child in element:
        name = child.tag.removeprefix(ATOM)
        if name in ("updated", "published"):
            assert DATE_TIME.fullmatch(child.text or "")
        elif name == "id":
            assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", child.text or "")
        elif name == "link":
            assert re.match("(?i)https?://", child.get("href") or "")
        elif name == "author":
            assert child.findtext(f"{ATOM}name")


def titles(feed: str) -> list[str]:
    return [entry.findtext(f"{ATOM}title") or "" for entry in parsed(feed).findall(f"{ATOM}entry")]


def test_a_hit_is_an_entry() -> None:
    root = parsed(render_atom(FEED, [STRIKES, FERRIES]))
    assert root.findtext(f"{ATOM}title") == "News of strikes"
    assert root.findtext(f"{ATOM}updated") == TIME
    first, second = root.findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}title") == STRIKE.title
    assert first.findtext(f"{ATOM}published") == "2020-08-17T09:30:00Z"
    assert [one.findtext(f"{ATOM}name") for one in first.findall(f"{ATOM}author")] == [
        "Ada Verne",
        "Tom Okoye",
    ]
    assert first.find(f"{ATOM}link").get("href") == STRIKE.url
    assert first.find(f"{ATOM}category").get("term") == "strikes"
    summary = first.findtext(f"{ATOM}summary")
    assert all(snippet.text in summary for snippet in STRIKE.snippets)
    assert second.find(f"{ATOM}published") is None
    assert second.findtext(f"{ATOM}content") == FERRY.path


def test_a_feed_may_say_where_it_and_its_page_are() -> None:
    feed = replace(FEED, self_link="https://a.example/f?q=a&b", page_link="https://a.example/?q=a")
    links = parsed(render_atom(feed, [])).findall(f"{ATOM}link")
    assert [(link.get("rel"), link.get("href")) for link in links] == [
        ("self", feed.self_link),
        ("alternate", feed.page_link),
    ]


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://a.example/x?a=1&b=<2>", "https://a.example/x?a=1&b=%3C2%3E"),
        ("HTTP://a.example/ä b", "HTTP://a.example/%C3%A4%20b"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        (" https://a.example", None),
        ("", None),
    ],
)
def test_only_addresses_of_the_web_are_linked(url: str, href: str | None) -> None:
    (entry,) = parsed(render_atom(FEED, [Entry(replace(STRIKE, url=url), TIME)])).iter(
        f"{ATOM}entry"
    )
    link = entry.find(f"{ATOM}link")
    assert (None if link is None else link.get("href")) == href


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("2020-08-17", "2020-08-17T00:00:00Z"),
        ("2020-08-17T09:30", "2020-08-17T09:30:00Z"),
        ("2020-08-17T09:30:00.5+03:00", "2020-08-17T09:30:00+03:00"),
        ("2020-08-17T09:30:00Z", "2020-08-17T09:30:00Z"),
        ("2020-08", None),
        ("2020", None),
        ("", None),
    ],
)
def test_what_is_published_has_a_day(date: str, published: str | None) -> None:
    (entry,) = parsed(render_atom(FEED, [Entry(replace(STRIKE, date=date), TIME)])).iter(
        f"{ATOM}entry"
    )
    assert entry.findtext(f"{ATOM}published") == published


def test_no_text_breaks_the_feed_or_steers_a_terminal() -> None:
    evil = "]]> <b>&amp; \x00\x1b[2J\x9b \u202e \ud800 \ufffe \uffff \n</entry>\n  </entry>\n"
    hit = replace(
        STRIKE,
        title=evil,
        path=evil,
        lang='en"><x/>',
        source=evil,
        authors=(evil,),
        url="https://a.example/" + evil,
        snippets=(Snippet(evil),),
        story=Story(evil, 1, ()),
    )
    feed = render_atom(replace(FEED, title=evil, about=evil), [Entry(hit, TIME, (evil,)), FERRIES])
    assert not set("\x00\x1b\x9b\u202e\ufffe\uffff") & set(feed)
    assert titles(feed)[0].startswith("]]> <b>&amp; \\x00\\x1b[2J")
    assert titles(merged(feed, FEED, [STRIKES]))[1:] == titles(feed)


def test_a_feed_grows_at_its_front() -> None:
    later = "2020-09-02T06:00:00+02:00"
    old = render_atom(FEED, [STRIKES])
    new = merged(old, replace(FEED, about="another", updated=later), [Entry(FERRY, later)])
    assert titles(new) == [FERRY.title, STRIKE.title]
    before, after = parsed(old), parsed(new)
    assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")
    assert after.findtext(f"{ATOM}updated") == later
    assert [one.findtext(f"{ATOM}updated") for one in after.iter(f"{ATOM}entry")] == [later, TIME]
    assert merged("", FEED, [STRIKES]) == old


def test_a_story_that_comes_again_is_one_entry_with_all_that_found_it() -> None:
    old = render_atom(FEED, [STRIKES, FERRIES, replace(STRIKES, found_by=("belarus", "strikes"))])
    new = merged(old, FEED, [replace(STRIKES, found_by=("minsk", "strikes"))])
    for feed, names in ((old, {"strikes", "belarus"}), (new, {"strikes", "belarus", "minsk"})):
        assert titles(feed) == [STRIKE.title, FERRY.title]
        first = parsed(feed).find(f"{ATOM}entry")
        terms = [one.get("term") for one in first.findall(f"{ATOM}category")]
        assert sorted(terms) == sorted(names)


def hits(start: int, count: int) -> list[Entry]:
    def hit(number: int) -> Hit:
        return replace(FERRY, title=f"Ferry {number}", story=Story(f"{number:012x}", 1, ()))

    return [Entry(hit(number), TIME) for number in range(start, start + count)]


def test_a_feed_keeps_the_last_entries_and_all_that_are_new() -> None:
    full = render_atom(FEED, hits(0, MOST_KEPT))
    grown = merged(full, FEED, hits(1000, 3))
    assert titles(grown)[:4] == ["Ferry 1000", "Ferry 1001", "Ferry 1002", "Ferry 0"]
    assert len(titles(grown)) == MOST_KEPT
    assert len(titles(merged(full, FEED, hits(1000, MOST_KEPT + 5)))) == MOST_KEPT + 5


@pytest.mark.parametrize(
    "old",
    [
        "Dear diary\n",
        "<html/>",
        '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"/>',
    ],
)
def test_nothing_is_added_to_what_is_no_feed_of_ours(old: str) -> None:
    with pytest.raises(UsageError, match="something else"):
        merged(old, FEED, [STRIKES])


def test_a_reader_of_feeds_understands_it() -> None:
    feedparser = pytest.importorskip("feedparser")
    found = feedparser.parse(render_atom(FEED, [STRIKES, FERRIES]))
    assert not found.bozo
    assert found.feed.title == FEED.title
    assert [entry.title for entry in found.entries] == [STRIKE.title, FERRY.title]
    assert found.entries[0].link == STRIKE.url
    assert found.entries[0].updated_parsed[:4] == (2020, 9, 1, 4)
