"""One run's changes to an index: files read, parsed, given a story, handed to the writer.

In: plans, and a writer of the next generation. Out: documents in the writer, and the inventory
brought up to date; used by `indexer`.

Articles with an address are added as they are read. The others (a digest's entries, most of all)
wait until every file of the run is known, since they take their story from the files they link
to. An unchanged file whose links lead to another story than before is read again.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from newssearch.article.model import Article
from newssearch.article.paths import decode_path
from newssearch.article.read import read_articles
from newssearch.engine.base import Document, Writer
from newssearch.errors import ArticleError
from newssearch.inventory import (
    SETTLED,
    FileRecord,
    Inventory,
    Loose,
    Plan,
    Root,
    article_id,
    record_of,
)
from newssearch.options import IndexOptions
from newssearch.results import FailedFile
from newssearch.stories import linked_story, links, own_story
from newssearch.walk import SourceFile, read_file


class Run(Protocol):
    """What a batch needs of the run it is part of."""

    path: Path
    inventory: Inventory
    options: IndexOptions
    progress: Callable[[int, int], None]
    articles: int
    failed: list[FailedFile]
    warnings: list[str]


@dataclass(slots=True)
class _Waiting:
    """An article that gets its story when every file is known."""

    root: Root
    file: str
    entry: int
    added: str
    article: Article


@dataclass(slots=True)
class Batch:
    """`kept_added` is when files were first indexed, as noted; `first_seen` is what to note."""

    writer: Writer
    run: Run
    kept_added: dict[tuple[str, str], str]
    first_seen: dict[tuple[str, str], str] = field(default_factory=dict)
    _waiting: list[_Waiting] = field(default_factory=list)
    _read: set[tuple[str, str]] = field(default_factory=set)
    _today: str = field(default_factory=lambda: datetime.date.today().isoformat())

    def apply(self, root: Root, plan: Plan) -> None:
        """Everything but the stories of articles without an address."""
        for record in plan.removed:
            self._forget(root, record)
        for file, record in plan.touched:
            root.files[file.path] = _touched(file, record)
        before = {file.path: record for file, record in plan.renamed}
        for record in before.values():
            self._forget(root, record)
        files = plan.reads()
        for number, file in enumerate(files):
            self.run.progress(number, len(files))
            self._file(root, file, before.get(file.path))
        self.run.progress(len(files), len(files))

    def settle_stories(self) -> None:
        """Give the waiting articles their stories; read again what now leads elsewhere."""
        for root in self.run.inventory.roots.values():
            for record in list(root.files.values()):
                if (root.name, record.path) not in self._read and self._moved(root, record):
                    self._read_again(root, record)
        loose: dict[tuple[str, str], list[Loose]] = {}
        for waiting in self._waiting:
            targets = links(waiting.article)
            story = self._linked(waiting.root, waiting.article.path, targets)
            self._add(waiting.root, waiting.article, story, waiting.added)
            place = (waiting.root.name, waiting.file)
            loose.setdefault(place, []).append(Loose(waiting.entry, targets, story))
        for (name, path), found in loose.items():
            files = self.run.inventory.roots[name].files
            files[path] = files[path]._replace(loose=tuple(found))

    def _file(self, root: Root, file: SourceFile, renamed: FileRecord | None) -> None:
        """Read one new, changed or renamed file. A failure keeps what the index holds of it."""
        record = root.files.get(file.path)
        self._read.add((root.name, file.path))
        now = time.time_ns()
        data = b""
        try:
            data = read_file(root.path(self.run.path), file, self.run.options.max_file_bytes)
            articles = read_articles(data, file.path, self.run.options.encodings)
        except ArticleError as error:
            self._fail(root, file, data, error, record or renamed)
            return
        if record is not None:
            self.writer.delete(self._ids(root, record))
        entries = len(articles) if articles[0].path != file.path else 0
        added = self._added(root, file.path, articles[0], record or renamed)
        story = own_story(articles[0]) if not entries else ""
        root.files[file.path] = record_of(file, data, now, entries, added, story)
        for number, article in enumerate(articles, 1 if entries else 0):
            self._article(root, file.path, number, article, added)

    def _article(self, root: Root, file: str, entry: int, article: Article, added: str) -> None:
        self.run.articles += 1
        self.run.warnings += [
            f"{article.path}:{warning.line}: {warning.message}" for warning in article.warnings
        ]
        story = own_story(article)
        if story or not links(article):
            self._add(root, article, story or self._linked(root, article.path, ()), added)
        else:
            self._waiting.append(_Waiting(root, file, entry, added, article))

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
        self,
        root: Root,
        file: SourceFile,
        data: bytes,
        error: ArticleError,
        before: FileRecord | None,
    ) -> None:
        reason = f"line {error.line}: {error.reason}" if error.line else error.reason
        kept = before if before is not None and before.path == file.path else None
        record = record_of(file, data, time.time_ns(), -1, kept.added if kept else "")
        if kept is not None:
            record = record._replace(entries=kept.entries, story=kept.story, loose=kept.loose)
        root.files[file.path] = record._replace(failed=reason)
        known = before is not None and before.failed == reason and before.looks_like(file)
        self.run.failed.append(FailedFile(file.path, reason, new=not known))

    def _forget(self, root: Root, record: FileRecord) -> None:
        self.writer.delete(self._ids(root, record))
        del root.files[record.path]

    def _ids(self, root: Root, record: FileRecord) -> list[str]:
        return [article_id(root.name, path) for path in record.article_paths()]

    def _moved(self, root: Root, record: FileRecord) -> bool:
        """Would any article of an unchanged file now get another story through its links?"""
        return any(
            self._linked(root, f"{record.path}#{entry}" if entry else record.path, targets) != story
            for entry, targets, story in record.loose
        )

    def _read_again(self, root: Root, record: FileRecord) -> None:
        name = decode_path(record.path)
        file = SourceFile(
            record.path, name, record.size, record.mtime_ns, record.ctime_ns, record.inode
        )
        self._file(root, file, None)

    def _linked(self, root: Root, path: str, targets: tuple[str, ...]) -> str:
        def lookup(target: str) -> str | None:
            record = root.files.get(target)
            return record.story if record is not None and record.entries >= 0 else None

        return linked_story(root.name, path, targets, lookup)


def _touched(file: SourceFile, record: FileRecord) -> FileRecord:
    """The record with the file's present times; its content is what it was."""
    settled = max(file.mtime_ns, file.ctime_ns) < time.time_ns() - SETTLED
    return record._replace(
        mtime_ns=file.mtime_ns, ctime_ns=file.ctime_ns, inode=file.inode, settled=settled
    )
