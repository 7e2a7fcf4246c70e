"""Which of a story's documents repeat others, and which have a translation.

In: what is known of each document of a story. Out: document numbers; used by the engines for
`is:duplicate` and `has:translation`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from newssearch.article.model import Kind


class Standing(NamedTuple):
    """A document among those of its story: sorted, they are in the order of `members.in_front`.

    `path` is without the archive root's name; `added` a date key.
    """

    added: int
    is_digest: bool
    path: str
    id: str
    kind: str
    lang: str
    document: int


def duplicates(story: Collection[Standing]) -> Iterator[int]:
    """Articles behind another one in the same language; entries of digests where there is any
    article, and those behind another entry. Pages never."""
    articles: set[str] = set()
    told = any(one.kind == Kind.ARTICLE for one in story)
    for one in sorted(story):
        if one.kind == Kind.ARTICLE:
            if one.lang in articles:
                yield one.document
            articles.add(one.lang)
        elif one.kind == Kind.DIGEST:
            if told:
                yield one.document
            told = True


def translated(story: Collection[Standing]) -> Iterator[int]:
    """Those to which there is an article in another language, so far as that is known."""
    languages = {one.lang for one in story if one.kind == Kind.ARTICLE and one.lang}
    for one in story:
        if languages - {one.lang}:
            yield one.document
