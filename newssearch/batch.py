"""One run's changes to an index: files read, parsed, given a story, handed to the writer.

In: plans, and a writer of the next generation. Out: documents in the writer, the inventory
brought up to date, and what is to be reported; used by `indexer`.

Articles with an address are added as they are read. The others (a digest's entries, most of all)
wait until every file of the run is known, since they take their story from the files they link
to. An unchanged file whose links lead to another story than before is read again.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from newssearch.article.model import Article
from newssearch.article.read import read_articles
from newssearch.engine.base import Document, Writer
from newssearch.errors import ArticleError
from newssearch.inventory import (
    FileRecord,
    Inventory,
    Loose,
    Root,
    article_id,
    record_of,
    source_of,
)
from newssearch.options import IndexOptions
from newssearch.plan import Plan
from newssearch.results import FailedFile
from newssearch.stories import Linked, Target, linked_story, links, own_story
from newssearch.walk import SourceFile, read_file

#: A file: its root's name and its path.
Place = tuple[str, str]


@dataclass(slots=True)
class _Waiting:
    """The articles of a file that get their stories when every file is known, by entry."""

    root: Root
    file: str
    articles: dict[int, Article]


@dataclass(slots=True)
class Batch:
    """Applies plans to `inventory`, whose roots are remembered relative to the folder `index`.

    `kept_added` is the day files were first indexed, as noted; `first_seen` is what to note.
    `articles` counts those that were read, `failed` holds the files that could not be.
    """

    index: Path
    inventory: Inventory
    options: IndexOptions
    writer: Writer
    kept_added: Mapping[Place, str]
    progress: Callable[[int, int], None]
    first_seen: dict[Place, str] = field(default_factory=dict)
    articles: int = 0
    failed: dict[Place, FailedFile] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    _waiting: list[_Waiting] = field(default_factory=list)
    _read: set[Place] = field(default_factory=set)
    _today: str = field(default_factory=lambda: datetime.date.today().isoformat())

    def apply(self, root: Root, plan: Plan) -> None:
        """Everything but the stories of articles without an address."""
        for record in plan.removed:
            self._forget(root, record)
        for record in plan.touched:
            root.files[record.path] = record
        before = {file.path: record for file, record in plan.renamed}
        for record in before.values():
            self._forget(root, record)
        files = plan.reads()
        for number, file in enumerate(files):
            self.progress(number, len(files))
            self._file(root, file, before.get(file.path))
        self.progress(len(files), len(files))

    def settle_stories(self) -> None:
        """Give the waiting articles their stories; read again what now leads elsewhere."""
        while moved := self._moved():  # what is read again may have changed in the meantime
            for root, record in moved:
                self._file(root, source_of(record))
        for waiting in self._waiting:
            root, record = waiting.root, waiting.root.files[waiting.file]
            found = {loose.entry: self._follow(root, record, loose) for loose in record.loose}
            for entry, article in waiting.articles.items():
                story, source = found[entry]
                named = replace(article, source=article.source or source)
                self._add(root, named, story, record.added)
            settled = tuple(
                loose._replace(story=found[loose.entry].story, source=found[loose.entry].source)
                for loose in record.loose
            )
            root.files[record.path] = record._replace(loose=settled)
        self._waiting.clear()

    def _file(self, root: Root, file: SourceFile, renamed: FileRecord | None = None) -> None:
        """Read one new, changed or renamed file. A failure keeps what the index holds of it."""
        held = root.files.get(file.path)
        self._read.add((root.name, file.path))
        now = time.time_ns()
        data = None
        try:
            data = read_file(root.path(self.index), file, self.options.max_file_bytes)
            articles = self._parse(data, file.path)
        except ArticleError as error:
            content = data if error.__cause__ is None else None  # a bug is tried again every time
            self._fail(root, record_of(file, content, now), error, held)
            return
        if held is not None:
            self.writer.delete(_ids(root, held))
        one = articles[0].path == file.path
        record = record_of(file, data, now)._replace(
            entries=0 if one else len(articles),
            added=self._added(root, file.path, articles[0], held or renamed),
            story=own_story(articles[0]) if one else "",
            source=articles[0].source if one else "",
        )
        waiting: dict[int, Article] = {}
        for entry, article in enumerate(articles, 0 if one else 1):
            story = own_story(article)
            if story or not links(article):
                if not story:
                    story = linked_story(root.name, article.path, (), lambda path: None).story
                self._add(root, article, story, record.added)
            else:
                waiting[entry] = article
        if waiting:
            self._waiting.append(_Waiting(root, file.path, waiting))
        loose = (Loose(entry, links(article), "", "") for entry, article in waiting.items())
        root.files[file.path] = record._replace(loose=tuple(loose))

    def _parse(self, data: bytes, path: str) -> list[Article]:
        try:
            articles = read_articles(data, path, self.options.encodings)
        except (ArticleError, MemoryError):
            raise
        except Exception as error:
            reason = f"a bug in newssearch: {type(error).__name__}: {error}"
            raise ArticleError(path, reason) from error
        self.articles += len(articles)
        self.warnings += [
            f"{article.path}:{warning.line}: {warning.message}"
            for article in articles
            for warning in article.warnings
        ]
        return articles

    def _add(self, root: Root, article: Article, story: str, added: str) -> None:
        identifier = article_id(root.name, article.path)
        self.writer.add(Document(identifier, root.name, story, added, article))

    def _added(self, root: Root, path: str, article: Article, before: FileRecord | None) -> str:
        """When the archive got the file: its import folder, else when it was first indexed."""
        if article.folder_date:
            return article.folder_date
        noted = self.kept_added.get((root.name, path))
        if noted is None:
            noted = before.added if before and before.added else self._today
            self.first_seen[(root.name, path)] = noted
        return noted

    def _fail(
        self, root: Root, record: FileRecord, error: ArticleError, held: FileRecord | None
    ) -> None:
        reason = f"line {error.line}: {error.reason}" if error.line else error.reason
        known = False
        if held is not None:
            known = held.failed == reason and (held.size, held.mtime_ns, held.ctime_ns) == (
                record.size,
                record.mtime_ns,
                record.ctime_ns,
            )
            record = record._replace(
                entries=held.entries,
                added=held.added,
                story=held.story,
                source=held.source,
                loose=held.loose,
            )
        root.files[record.path] = record._replace(failed=reason)
        place = (root.name, record.path)
        self.failed[place] = FailedFile(record.path, reason, new=not known)

    def _forget(self, root: Root, record: FileRecord) -> None:
        self.writer.delete(_ids(root, record))
        del root.files[record.path]

    def _moved(self) -> list[tuple[Root, FileRecord]]:
        """The files not read in this run of which an article's links lead to another story now."""
        return [
            (root, record)
            for root in self.inventory.roots.values()
            for record in root.files.values()
            if record.loose and not record.failed and (root.name, record.path) not in self._read
            if any(
                self._follow(root, record, loose) != (loose.story, loose.source)
                for loose in record.loose
            )
        ]

    def _follow(self, root: Root, record: FileRecord, loose: Loose) -> Linked:
        """What an article's links lead to, as the inventory is now."""

        def lookup(path: str) -> Target | None:
            found = root.files.get(path)
            if found is None or found.entries != 0:
                return None
            following = found.loose[0].links if found.loose else ()
            return Target(found.story, following, found.source)

        path = f"{record.path}#{loose.entry}" if loose.entry else record.path
        return linked_story(root.name, path, loose.links, lookup)


def _ids(root: Root, record: FileRecord) -> list[str]:
    return [article_id(root.name, path) for path in record.article_paths()]
