from __future__ import annotations

import random
import re
from urllib.parse import urlsplit

import pytest

from newssearch.article.urls import canonical_url, site_of, story_key


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (
            "HTTPS://Www.Example.com/A?utm_source=x&id=7&fbclid=y#top",
            "https://www.example.com/A?id=7",
        ),
        ("http://example.com:80/a?at_medium=rss&ns_mchannel=x", "http://example.com/a"),
        ("https://example.com/a?id=7", "https://example.com/a?id=7"),
        ("https://example.com/a?attend=1&once=2", "https://example.com/a?attend=1&once=2"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("/a/b", ""),
        ("example.com/a", ""),
        ("javascript:alert(1)", ""),
        ("ftp://example.com/a", ""),
        ("https://", ""),
        ("https://example.com:port/a", ""),
        ("https://[bad/a", ""),
        ("https://example.com/a b", ""),
        ("https://example.com", "https://example.com"),
        ("http://a-b.example.com/x;y=1/%20[z]~!", "http://a-b.example.com/x;y=1/%20[z]~!"),
        ("https://example.com/a>", "https://example.com/a"),
        ("https://example.com/a?", "https://example.com/a"),
        ("https://example.com/a\n", "https://example.com/a"),
    ],
)
def test_canonical_address(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_what_is_not_split_is_what_splitting_would_give() -> None:
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance = random.Random(seed)
    plain = 0
    for _ in range(5000):
        length = chance.randrange(9)
        address = "https://" + "".join(chance.choices("ab1.-/:@A[]%;=!_~\\'\"(é", k=length))
        try:
            parts = urlsplit(address)
            host = parts.hostname or ""
        except ValueError:
            host = ""
        if re.fullmatch(r"[a-z0-9.-]+", host) and parts.netloc == host and address.isascii():
            plain += 1
            assert canonical_url(address) == parts.geturl() == address
            assert site_of(address) in (host.rstrip("."), host.rstrip(".").partition(".")[2])
    assert plain > 100


def test_story_key_drops_what_does_not_name_the_story() -> None:
    keys = {
        story_key("https://www.example.com/a/?utm_medium=x"),
        story_key("http://example.com/a#b"),
    }
    assert keys == {"example.com/a"}
    assert story_key("https://example.com/a?id=7") != story_key("https://example.com/a?id=8")
    assert story_key("https://www.example.com/") == story_key("/a") == story_key("") == ""


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.example.com/a", "example.com"),
        ("https://edition.example.com/a", "example.com"),
        ("https://www.example.co.uk/a", "example.co.uk"),
        ("https://blog.example.org:8080/", "blog.example.org"),
        ("https://us.com/a", "us.com"),
        ("a/b", ""),
    ],
)
def test_site_of_an_address(url: str, site: str) -> None:
    assert site_of(url) == site
