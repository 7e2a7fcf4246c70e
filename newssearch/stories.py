"""Which articles are the same story, by addresses, links and names.

In: articles and the links between files. Out: story keys, equal for articles of one story; used by
`intake` and `batch`, and by `hits` for the names. The key is the canonical URL's. An article
without one takes it from the articles it links to: a translation from its original, a digest's
entry from its `Details`. Links that lead nowhere because the archive's file names have `_` for what
file systems refuse are repaired. Where nothing links, names tell: `x_zh.md` is `x.md` in Chinese,
and a digest's entry without any link is the file that its title names.

Nearly identical bodies are the engine's affair, which joins stories when it commits.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from newssearch.article.language import without_language
from newssearch.article.model import Article, Kind
from newssearch.article.urls import story_key


class Target(NamedTuple):
    """A file of one article, as a link finds it: the story key of its own address, empty where it
    has none, and then the files it links to itself; and its source."""

    story: str
    links: Sequence[str]
    source: str = ""


class Linked(NamedTuple):
    """What an article without an address takes from the articles that it links to: their story
    key, and the source of the one with the address, empty where none has one."""

    story: str
    source: str = ""


#: The file with this path; None where there is none, or it holds a digest.
Lookup = Callable[[str], Target | None]

#: More links in a row lead along a series (`previous`, `next`), not to translations.
_MOST_PASSED = 8

_REFUSED = re.compile(r'[:?*"<>|]')

_ENTRY = re.compile(r"#\d+$")


def own_story(article: Article) -> str:
    """The story key that an article's own address gives; empty where it has none."""
    address = story_key(article.url)
    return _key("url", address) if address else ""


def links(article: Article) -> tuple[str, ...]:
    """The files through which an article without an address finds its story."""
    found = (*article.source_links, *article.translation_links)
    if article.kind != Kind.DIGEST:
        found += _originals(article.path)
    elif not found:
        name = article.title.replace("/", "_") + ".md"
        found = (posixpath.join(posixpath.dirname(article.path), name),)
    return tuple(dict.fromkeys(found))


def repaired(path: str) -> str:
    """A path that a link leads to, as the file may be called in the archive."""
    return _REFUSED.sub("_", path)


def _originals(path: str) -> tuple[str, ...]:
    """What a file may be a translation of, as its suffix says."""
    original = without_language(path)
    if original == path:
        return ()
    stem, extension = posixpath.splitext(original)
    mark = path[len(stem)]
    return original, f"{stem}{mark}en{extension}"


def linked_story(root: str, path: str, targets: Sequence[str], lookup: Lookup) -> Linked:
    """The story of an article without an address, by what it links to.

    Links are followed to an article with an address, whose story it is; else to one that leads
    nowhere further, and is a story by its path without suffix; else, round a circle of articles
    that link to one another, to the first of their keys. Whoever of them is asked, the answer is
    the same. An article that none of this is found for within a few links is a story by itself.
    """
    passed = [path]
    while len(passed) <= _MOST_PASSED:
        following = _following(passed[-1], targets, lookup)
        if following is None:
            return Linked(_key_of_file(root, passed[-1]))
        name, target = following
        if target.story:
            return Linked(target.story, target.source)
        if name in passed:
            return Linked(min(_key_of_file(root, one) for one in passed[passed.index(name) :]))
        passed.append(name)
        targets = target.links
    return Linked(_key_of_file(root, path))


def _following(path: str, targets: Sequence[str], lookup: Lookup) -> tuple[str, Target] | None:
    """The first target that has an address, else the first that is there."""
    first: tuple[str, Target] | None = None
    for link in targets:
        for name in dict.fromkeys((link, repaired(link))):
            target = lookup(name) if name != path else None
            if target is None:
                continue
            if target.story:
                return name, target
            first = first or (name, target)
            break
    return first


def _key_of_file(root: str, path: str) -> str:
    """The story key that a path gives: the same for a file and its translations, by their suffixes;
    a digest's entries are told apart by their numbers, which say nothing about another digest."""
    name = path if _ENTRY.search(path) else without_language(path)
    return _key("path", f"{root}\0{name}")


def _key(kind: str, value: str) -> str:
    text = f"{kind}:{value}".encode("utf-8", "surrogateescape")
    return blake2b(text, digest_size=8).hexdigest()
