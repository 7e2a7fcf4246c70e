"""Which articles are the same story: the first form, by addresses and links.

In: articles and the links between files. Out: story keys, equal for articles of one story; used
by `indexer`. The key is the canonical URL's. An article without one takes it from the articles it
links to: a translation from its original, a digest's entry from its `Details`. Links that lead
nowhere because the archive's file names have `_` for what file systems refuse are repaired.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import blake2b

from newssearch.article.model import Article
from newssearch.article.urls import story_key

#: The story key of the article in a file: "" where it has none of its own, None for no such file.
Lookup = Callable[[str], str | None]

_REFUSED = re.compile(r'[:?*"<>|]')


def own_story(article: Article) -> str:
    """The story key that an article's own address gives; empty where it has none."""
    address = story_key(article.url)
    return _key("url", address) if address else ""


def links(article: Article) -> tuple[str, ...]:
    """The files through which an article without an address finds its story."""
    return tuple(dict.fromkeys((*article.source_links, *article.translation_links)))


def linked_story(root: str, path: str, targets: Sequence[str], lookup: Lookup) -> str:
    """The story key of an article without an address, by what it links to.

    The first target that has an address decides. Where none has, the article and its targets are
    one story by the first of their paths; a digest's entry leads to its targets, not to itself.
    """
    present: list[str] = []
    for target in targets:
        for name in dict.fromkeys((target, _REFUSED.sub("_", target))):
            found = lookup(name)
            if found:
                return found
            if found is not None:
                present.append(name)
                break
    if "#" not in path or not present:
        present.append(path)
    return _key("path", f"{root}\0{min(present)}")


def _key(kind: str, value: str) -> str:
    text = f"{kind}:{value}".encode("utf-8", "surrogateescape")
    return blake2b(text, digest_size=8).hexdigest()
