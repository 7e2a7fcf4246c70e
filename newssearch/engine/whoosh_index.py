"""A columnar build as an index of Whoosh's.

In: the engine's folder. Out: a `whoosh.index.Index`, whose searcher is Whoosh's own; used by
`choose`, for `whoosh_view`. It is read only: what it holds is written by newssearch.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from whoosh.index import Index
from whoosh.reading import EmptyReader, MultiReader, SegmentReader

from newssearch.engine.columnar.generation import Generation, latest, manifest_name, open_generation
from newssearch.engine.columnar.stored import Codec, Stored
from newssearch.engine.whoosh_codec import CodecSegment
from newssearch.engine.whoosh_schema import whoosh_schema
from newssearch.errors import IndexCorrupt, UsageError


class ColumnarIndex(Index):  # type: ignore[misc]
    """The newest generation of a folder, and those after it as they come.

    A reader keeps to the generation that it was made for, and after a rebuild, which removes the
    folder, so does the index. `close` ends the newest one's readers too; those of earlier ones end
    by themselves. `passed_over` says what is wrong with a newer one, which could not be opened.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.schema = whoosh_schema()
        self._generation = open_generation(folder)
        self._closed = False

    def __repr__(self) -> str:
        return f"ColumnarIndex({str(self.folder)!r})"

    def __enter__(self) -> ColumnarIndex:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        self._closed = True
        self._generation.close()

    @property
    def passed_over(self) -> str:
        return self._generation.passed_over

    def latest_generation(self) -> int:
        try:
            return latest(self.folder)
        except IndexCorrupt:
            return self._generation.number

    def up_to_date(self) -> bool:
        return self.latest_generation() == self._generation.number

    def refresh(self) -> ColumnarIndex:
        return self if self.up_to_date() else ColumnarIndex(self.folder)

    def last_modified(self) -> float:
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / manifest_name(self.latest_generation())).stat().st_mtime
        return -1.0  # as Whoosh says of what has no time

    def is_empty(self) -> bool:
        return not self._generation.segments

    def reader(self, reuse: Any = None) -> Any:
        """A reader of the newest generation; nothing of another one is reused."""
        if self._closed:
            raise UsageError(f"{self.folder}: this index has been closed")
        if not self.up_to_date():
            before, self._generation = self._generation, open_generation(self.folder)
            before.close_dictionary()  # its readers have read it
        return _reader(self._generation, self.schema)

    def writer(self, **options: Any) -> Any:
        raise UsageError("Whoosh cannot write this index: use newssearch.update_index")


class ColumnarReader(SegmentReader):  # type: ignore[misc]
    """Whoosh's reader of one segment, but for what it does about deleted documents."""

    #: `Matcher` leaves them out itself; Whoosh's wrapper around it can return one.
    deleted_docs_set: frozenset[int] = frozenset()


def _reader(generation: Generation, schema: Any) -> Any:
    codec = Codec(generation.dictionary())
    readers = [
        ColumnarReader(
            None,
            schema,
            CodecSegment(
                segment, generation.deleted(segment.name).tolist(), Stored(segment, codec)
            ),
            generation.number,
        )
        for segment in generation.segments
    ]
    if not readers:
        return EmptyReader(schema)
    return readers[0] if len(readers) == 1 else MultiReader(readers, generation.number)


def open_index(folder: Path) -> ColumnarIndex:
    """The newest generation in an engine's folder; raises IndexCorrupt."""
    return ColumnarIndex(folder)
