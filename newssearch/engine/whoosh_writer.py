"""Makes the next generation of the Whoosh engine.

In: documents, ids. Out: a published generation, or nothing; see `engine.base.Writer`. Made by
`whoosh_engine`.

What BM25F needs of the whole archive is carried on from generation to generation: what is deleted
is subtracted, what is added is added, so that scores do not depend on what has been merged.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex, LockError
from whoosh.writing import MERGE_SMALL

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Article, Kind
from newssearch.durable import sync, sync_folder
from newssearch.engine.alike import LEAST_WORDS, joined
from newssearch.engine.base import Attachment, Document
from newssearch.engine.ranking import Statistics
from newssearch.engine.whoosh_files import (
    NAME,
    STATISTICS,
    latest,
    reading,
    segment_files,
)
from newssearch.engine.whoosh_publish import (
    WriteStorage,
    remove_own,
    sweep,
    write_own,
)
from newssearch.engine.whoosh_schema import unpack, whoosh_document, whoosh_schema
from newssearch.engine.whoosh_snapshot import WhooshSnapshot
from newssearch.errors import EngineError, IndexCorrupt, IndexLocked
from newssearch.schema import RANKED_FIELDS

#: Memory that Whoosh may use for postings before it sorts them on disk.
WRITER_MEGABYTES = 512


class WhooshWriter:
    """Documents and deletions until `commit` or `cancel`; see `engine.base.Writer`."""

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self._folder, self._analyzer = folder, analyzer
        self._storage = WriteStorage(folder)
        self._writer = self._begin()
        self._snapshot: WhooshSnapshot | None = None
        try:
            self._snapshot = WhooshSnapshot(folder, analyzer)
        except BaseException:
            self.cancel()
            raise
        before = self._snapshot.postings.statistics
        self._documents, self._lengths = before.documents, Counter(before.lengths)
        self._deleted: set[str] = set()
        self._compared: list[tuple[str, Article]] = []  # what was added and is compared
        self._segments: list[Any] = []  # those of the new generation, once they are merged
        self._synced: Set[str] = frozenset()  # their files that are on the disk since earlier

    def _begin(self) -> Any:
        number = latest(self._folder)
        with _writing(self._folder), reading(self._folder, f"_{NAME}_{number}.toc"):
            index = FileIndex(self._storage)
        try:
            with _writing(self._folder):
                # a compound segment would be copied into memory at every opening
                return index.writer(limitmb=WRITER_MEGABYTES, compound=False)
        except LockError:
            raise IndexLocked(f"{self._folder}: is being written by another writer") from None
        except BaseException:
            self._abandon()
            raise

    def sample(self, texts: Sequence[str]) -> None:
        """Nothing here depends on it."""

    def adopt(self, finished: Sequence[str]) -> None:
        raise NotImplementedError("a Whoosh writer has no parts")

    def delete(self, ids: Iterable[str]) -> None:
        assert self._snapshot is not None, "the writer is spent"
        postings = self._snapshot.postings
        for identifier in set(ids) - self._deleted:
            self._deleted.add(identifier)
            for document in postings.numbered(identifier):
                if document not in postings.uncounted:
                    self._documents -= 1
                    for field in RANKED_FIELDS:
                        self._lengths[field.name] -= postings.lengths(field.name)[document]
                self._writer.delete_document(document)

    def add(self, document: Document) -> None:
        values = whoosh_document(document, self._analyzer)
        with _writing(self._folder):
            self._writer.add_document(**values)
        if values["words"] >= LEAST_WORDS:
            self._compared.append((document.story, document.article))
        if document.article.kind is not Kind.PAGE:
            self._documents += 1
            for field in RANKED_FIELDS:
                self._lengths[field.name] += values[f"{field.name}_length"]

    def commit(self, attachments: Mapping[str, Attachment]) -> int:
        generation = int(self._writer.generation)
        self._storage.before_publishing = lambda: self._prepare(generation, attachments)
        try:
            with _writing(self._folder):
                self._writer.commit(mergetype=self._merge)
        except BaseException as error:
            self.cancel()
            if latest(self._folder) != generation or not isinstance(error, Exception):
                raise
            # published, and then something could not be tidied up: that is for the next writer
        self._close_snapshot()
        sweep(self._folder)
        return generation

    def _merge(self, writer: Any, segments: list[Any]) -> list[Any]:
        with reading(self._folder, "its segments"), _writing(self._folder):
            self._segments = MERGE_SMALL(writer, segments)
        self._synced = segment_files(self._folder, (s.segment_id() for s in self._segments)).keys()
        return self._segments

    def _prepare(self, generation: int, attachments: Mapping[str, Attachment]) -> None:
        """Put all of a generation on the disk but the list of segments, which publishes it."""
        # by now Whoosh has put its new segment, if there is one, behind those that were kept
        files = segment_files(self._folder, (segment.segment_id() for segment in self._segments))
        for name in files.keys() - self._synced:
            sync(self._folder / name)
        remove_own(self._folder, generation)
        statistics = Statistics(self._documents, dict(self._lengths))
        stories = joined(chain(self._kept(), self._compared), self._analyzer)
        write_own(self._folder, STATISTICS, generation, _dump(statistics, files, stories))
        for name, content in attachments.items():
            whole = content if isinstance(content, bytes) else b"".join(content.pieces)
            write_own(self._folder, name, generation, whole)
        sync_folder(self._folder)

    def _kept(self) -> Iterator[tuple[str, Article]]:
        """Of the generation before what stays and is long enough to be compared."""
        assert self._snapshot is not None, "the writer is spent"
        postings = self._snapshot.postings
        words = postings.columns.numbers("words")
        for document in sorted(postings.everything):
            if words[document] >= LEAST_WORDS and postings.id(document) not in self._deleted:
                with reading(self._folder, "the stored articles"):
                    held = unpack(postings.stored(document))
                yield held.story, held.article

    def cancel(self) -> None:
        """Forget everything. Whoosh's own `cancel` would first write all that it is to forget."""
        self._close_snapshot()
        self._writer.is_closed = True
        self._abandon()

    def _abandon(self) -> None:
        """Leave no file open, no file behind, no lock held."""
        self._storage.close_files()
        with contextlib.suppress(IndexCorrupt):  # nobody can tell then what is left over
            sweep(self._folder)
        self._storage.release_locks()

    def _close_snapshot(self) -> None:
        if self._snapshot is not None:
            self._snapshot.close()
            self._snapshot = None


def create_empty(folder: Path) -> None:
    """Publish generation 0, which holds nothing."""
    with _writing(folder):
        write_own(folder, STATISTICS, 0, _dump(Statistics(0, {}), {}, []))
        FileIndex.create(WriteStorage(folder), whoosh_schema())


def _dump(
    statistics: Statistics, files: Mapping[str, int], stories: Sequence[Sequence[str]]
) -> bytes:
    """The content of a statistics file."""
    content = {
        "documents": statistics.documents,
        "lengths": dict(statistics.lengths),
        "files": dict(files),
        "joined": stories,
    }
    return json.dumps(content).encode()


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """An error of the file system inside is an EngineError."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EngineError(f"{folder}: the index could not be written: {reason}") from error
