"""Stories drawn at random, printed so that a person can judge each in seconds.

In: an index. Out: text on standard output, nowhere else: it quotes other people's articles. Used
by `bench_stories`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from newssearch.article.model import Kind
from newssearch.engine.alike import shingles
from newssearch.engine.base import Document
from newssearch.index_folder import IndexFolder
from newssearch.options import QueryOptions
from newssearch.query import open_index

_SHOWN = 200


def show_sample(folder: Path, count: int, seed: int, joined: bool) -> None:
    """Print so many stories of several members: titles, days, addresses, beginnings, and how much
    of each body's shingles stand in the first one's of its language. With `joined` only those
    that addresses and links alone would not have made."""
    with open_index(folder) as news:
        hits = news.query("*", QueryOptions(limit=None, snippets=False, collapse=False)).hits
    stories: dict[str, list[str]] = {}
    for hit in hits:
        stories.setdefault(hit.story.id, []).append(hit.id)
    several = [ids for ids in stories.values() if len(ids) > 1]
    home = IndexFolder.open(folder)
    snapshot = home.snapshot()
    try:
        chosen = [ids for ids in several if not joined or _is_joined(snapshot.documents(ids))]
        print(
            f"{len(stories):,} stories, {len(several):,} of several members, of these "
            f"{len(chosen):,} to draw from (seed {seed})"
        )
        for ids in random.Random(seed).sample(chosen, min(count, len(chosen))):
            _show(snapshot.documents(ids), home)
    finally:
        snapshot.close()


def _is_joined(members: Sequence[Document]) -> bool:
    """Full articles of more than one address, or of none: bodies have joined them."""
    addresses = [d.article.url for d in members if d.article.kind == Kind.ARTICLE]
    return True if not any(addresses) else len(set(filter(None, addresses))) > 1


def _show(members: Sequence[Document], home: IndexFolder) -> None:
    print(f"\n== {len(members)} members")
    firsts: dict[tuple[str, str], frozenset[tuple[str, ...]]] = {}
    for document in sorted(members, key=lambda d: (d.article.kind, d.article.lang, d.added)):
        article = document.article
        found = shingles(article, home.analyzer)
        first = firsts.setdefault((article.kind, article.lang), found)
        alike = len(found & first) / max(len(found | first), 1)
        day = article.date.text[:10] if article.date else "no date"
        print(f"{article.lang} {article.kind} {day} {alike:.2f} of {len(found)}  {article.title}")
        print(f"    {article.url or article.path}")
        print(f"    {article.text[:_SHOWN]!r}")
