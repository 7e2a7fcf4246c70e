"""Articles for the peers: the same that newssearch reads, in the form that they take them in.

In: an archive. Out: `Text`s, parsed by newssearch's own reader, in this process or in workers that
send them over. Both are offered so that each peer can be given what is faster for it.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.archives import Archive
from newssearch.article.paths import encode_path
from newssearch.article.read import read_articles
from newssearch.errors import ArticleError

CHUNK = 64


class Text(NamedTuple):
    """What a peer indexes of an article."""

    title: str
    keywords: str
    body: str
    date: str
    lang: str


def feed(archive: Archive, workers: int, chosen: Sequence[Path] | None = None) -> Iterator[Text]:
    """The articles of all files or the chosen ones, parsed by so many processes; 0: by this one."""
    found = archive.files() if chosen is None else list(chosen)
    chunks = [(archive.roots, found[at : at + CHUNK]) for at in range(0, len(found), CHUNK)]
    if not workers:
        for chunk in chunks:
            yield from _parse(chunk)
        return
    with multiprocessing.Pool(workers) as pool:
        for texts in pool.imap(_parse, chunks):
            yield from texts


def _parse(chunk: tuple[tuple[Path, ...], list[Path]]) -> list[Text]:
    roots, found = chunk
    texts = []
    for file in found:
        root = next(root for root in roots if file.is_relative_to(root))
        path = encode_path(os.fsencode(os.path.relpath(file, root)))
        try:
            articles = read_articles(file.read_bytes(), path)
        except ArticleError:
            continue
        for article in articles:
            title = f"{article.title} {article.alternate_title}".strip()
            date = article.date.text if article.date else ""
            texts.append(Text(title, " ".join(article.keywords), article.text, date, article.lang))
    return texts
