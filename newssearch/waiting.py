"""Articles that wait until it is known which stories they are of.

In: the articles of a file that have no address of their own. Out: the same, when their story is
told; used by `intake`. Many wait in memory, the rest in a temporary file of the index's folder: a
file that was changed meanwhile is indexed as it was read, and found changed by the next run.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from newssearch.article.model import Article
from newssearch.engine.base import Document
from newssearch.engine.record import from_json, to_json

#: So many articles wait in memory.
MOST_WAITING = 10_000

#: A file: its root's name and its path.
Place = tuple[str, str]


class Waiting:
    """The articles of files, by their number in a digest, or 0."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._aside: IO[bytes] | None = None
        self._held: dict[Place, Mapping[int, Article]] = {}
        self._lines: dict[Place, int] = {}  # where each begins in the file
        self._last: tuple[Place, Mapping[int, Article]] | None = None
        self._count = 0

    def keep(self, place: Place, articles: Mapping[int, Article]) -> None:
        """Articles that `of` gives back."""
        self._count += len(articles)
        if self._count <= MOST_WAITING:
            self._held[place] = articles
            return
        file = self._file()
        self._lines[place] = file.seek(0, 2)
        rows = [[entry, *_plain(article)] for entry, article in articles.items()]
        file.write(json.dumps(rows).encode() + b"\n")

    def of(self, place: Place) -> Mapping[int, Article]:
        """The articles of a file; those of the last one from a file are kept at hand."""
        if place in self._held:
            return self._held[place]
        if self._last is None or self._last[0] != place:
            file = self._file()
            file.seek(self._lines[place])
            rows = json.loads(file.readline())
            self._last = place, {entry: _article(head, body) for entry, head, body in rows}
        return self._last[1]

    def close(self) -> None:
        """Let go of the temporary file."""
        if self._aside is not None:
            self._aside.close()

    def _file(self) -> IO[bytes]:
        if self._aside is None:
            self._aside = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  ends with us
        return self._aside


def _plain(article: Article) -> tuple[list[object], list[object]]:
    return to_json(Document("", "", "", "", article))


def _article(head: list[object], body: list[object]) -> Article:
    return from_json(head, body).article
