"""Files to documents: what one process reads, parses and hands to the engine.

In: files (`Task`), then the stories of articles that have none of their own (`Settled`). Out:
`Outcome`s, and documents in an engine's writer or part of one; used by `crew`, in the indexer's
own process or in several. Knows neither inventory nor plan: a task says what it must know.

An article without an address takes its story from the files it links to, which another process may
be reading: it waits here until it is told its story (`waiting`).
"""

from __future__ import annotations

import contextlib
import datetime
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from newssearch.article.model import Article
from newssearch.article.read import read_articles
from newssearch.engine.base import Document
from newssearch.errors import ArticleError
from newssearch.inventory import article_id, content_digest, is_settled
from newssearch.stories import linked_story, links, own_story
from newssearch.tasks import Outcome, Settled, Task
from newssearch.waiting import Waiting
from newssearch.walk import read_file


class Intake:
    """Reads files and adds their documents; `add` is the writer's, `folder` for temporary files."""

    def __init__(
        self,
        add: Callable[[Document], None],
        max_file_bytes: int,
        encodings: Sequence[str],
        folder: Path | None = None,
    ) -> None:
        self._add, self._max_file_bytes, self._encodings = add, max_file_bytes, encodings
        self._today = datetime.date.today().isoformat()
        self._waiting = Waiting(folder)
        self._days: dict[tuple[str, str], str] = {}  # that the articles of each file were given

    def sample(self, tasks: Sequence[Task]) -> list[str]:
        """The paragraphs of these files' articles; nothing is added."""
        texts: list[str] = []
        for task in tasks:
            with contextlib.suppress(ArticleError):  # said when it is read
                data = read_file(task.folder, task.file, self._max_file_bytes)
                for article in self._parse(data, task.path):
                    texts += [paragraph.text for paragraph in article.body]
        return texts

    def read(self, task: Task) -> Outcome:
        """Read a file. Articles whose stories are known are added; the others wait."""
        now = time.time_ns()
        file = task.file
        data = None
        try:
            data = read_file(task.folder, file, self._max_file_bytes)
            articles = self._parse(data, task.path)
        except ArticleError as error:
            reason = f"line {error.line}: {error.reason}" if error.line else error.reason
            content = data if error.__cause__ is None else None  # a bug is tried again every time
            return _failure(task, reason, content, content is not None and is_settled(file, now))
        first = articles[0]
        one = first.path == task.path
        added = first.folder_date or task.added or self._today
        waiting: dict[int, Article] = {}
        story = ""
        for entry, article in enumerate(articles, 0 if one else 1):
            story = own_story(article)
            if story:
                self._document(task.root, article, story, added)
            elif links(article):
                waiting[entry] = article
            else:
                alone = linked_story(task.root, article.path, (), lambda path: None).story
                self._document(task.root, article, alone, added)
        digest = content_digest(data)
        if waiting:
            self._waiting.keep((task.root, task.path), waiting)
            self._days[(task.root, task.path)] = added
        return Outcome(
            root=task.root,
            path=task.path,
            content=digest,
            settled=is_settled(file, now),
            failed="",
            entries=0 if one else len(articles),
            added=added,
            dated=bool(first.folder_date),
            story=story if one else "",
            source=first.source if one else "",
            loose=tuple((entry, links(article)) for entry, article in waiting.items()),
            warnings=tuple(
                f"{article.path}:{warning.line}: {warning.message}"
                for article in articles
                for warning in article.warnings
            ),
        )

    def settle(self, settled: Sequence[Settled]) -> None:
        """Add articles that waited; those of one file come together."""
        for one in settled:
            place = (one.root, one.path)
            article = self._waiting.of(place)[one.entry]
            named = replace(article, source=article.source or one.source)
            self._document(one.root, named, one.story, self._days[place])

    def close(self) -> None:
        """Let go of what is temporary."""
        self._waiting.close()

    def _parse(self, data: bytes, path: str) -> list[Article]:
        try:
            articles = read_articles(data, path, self._encodings)
            for article in articles:
                _texts(article).encode()  # half a surrogate pair is no text: see `_texts`
        except (ArticleError, MemoryError):
            raise
        except Exception as error:
            reason = f"a bug in newssearch: {type(error).__name__}: {error}"
            raise ArticleError(path, reason) from error
        return articles

    def _document(self, root: str, article: Article, story: str, added: str) -> None:
        self._add(Document(article_id(root, article.path), root, story, added, article))


def _texts(article: Article) -> str:
    """All that an article says. The parser lets no half of a surrogate pair through, which an
    escape in a header may stand for; if it ever did, inventory and stories could not be written:
    it is the file's failure here, not the run's there."""
    return "".join(
        (
            article.path,
            article.title,
            article.alternate_title,
            article.url,
            article.source,
            article.lang,
            article.image,
            article.folder_date,
            article.date.text if article.date else "",
            *article.keywords,
            *article.authors,
            *article.tags,
            *article.languages,
            *article.translation_links,
            *article.source_links,
            *(text for pair in article.extra for text in pair),
            *(warning.message for warning in article.warnings),
            *(paragraph.text for paragraph in article.body),
        )
    )


def _failure(task: Task, reason: str, data: bytes | None, settled: bool) -> Outcome:
    """The outcome of a file that could not be read; `data` is what is known of its content."""
    return Outcome(
        root=task.root,
        path=task.path,
        content=content_digest(data) if data is not None else "",
        settled=settled,
        failed=reason,
        entries=-1,
        added="",
        dated=False,
        story="",
        source="",
        loose=(),
        warnings=(),
    )
