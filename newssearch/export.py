"""Every hit of a query with its whole article, for files that others read.

In: what a search found. Out: `Export`, whose articles are read from the index as they are asked
for, so that an export of the whole archive needs no more memory than a page of it. Made by `query`,
written by `render/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from newssearch.article.model import Article
from newssearch.engine.base import Found, Snapshot
from newssearch.hits import HitMaker, copies_of
from newssearch.options import QueryOptions
from newssearch.results import Copy, Hit, Results

#: So many articles are read at a time.
_BATCH = 100


@dataclass(frozen=True, slots=True)
class ExportedArticle:
    """One hit, and its article as the index holds it."""

    hit: Hit
    root: str  # the archive root's name
    added: str  # YYYY-MM-DD: when the archive got it
    article: Article
    copies: tuple[Copy, ...] = ()  # the other articles of its story that are no translations


@dataclass(frozen=True, slots=True)
class Export:
    """All that a query finds.

    `results` has the query, the totals and the notes, but no hits; `articles` gives each of the
    `count` articles once, in the order of hits, as long as the index is open.
    """

    results: Results
    options: QueryOptions
    generation: int  # the index's
    day: str  # YYYY-MM-DD: when it was asked
    count: int
    articles: Iterator[ExportedArticle]


def read_articles(
    snapshot: Snapshot, found: Sequence[Found], new_maker: Callable[[], HitMaker]
) -> Iterator[ExportedArticle]:
    """The articles of what was found, in this order.

    Each batch has a new maker of hits: what one remembers of the words of texts grows with them.
    """
    for start in range(0, len(found), _BATCH):
        batch = found[start : start + _BATCH]
        stories = snapshot.members([one.story for one in batch])
        documents = snapshot.documents([one.id for one in batch])
        show = new_maker()
        for one, document in zip(batch, documents, strict=True):
            members = stories[one.story]
            hit = show.hit(document, one.score, members)
            copies = copies_of(document, members, hit.translations)
            yield ExportedArticle(hit, document.root, document.added, document.article, copies)
