"""Documents to the next generation.

In: documents, ids to delete, segments that other processes made (`Part`). Out: a published
generation; see `engine.base.Writer`. Made by `engine`; the caller's lock sees to it that there is
one at a time.
"""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from newssearch.analysis.analyzer import Analyzer
from newssearch.durable import replace_file
from newssearch.engine.base import Attachment, Document
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.commit_file import write_commit
from newssearch.engine.columnar.compaction import Live, compact
from newssearch.engine.columnar.disk import Reading, segment_name, writing
from newssearch.engine.columnar.generation import (
    DICTIONARY,
    Manifest,
    commit_name,
    latest,
    open_generation,
    publish,
    sweep,
)
from newssearch.engine.columnar.segment import SLOTS, Segment
from newssearch.engine.columnar.segment_file import FileSum, file_sum
from newssearch.engine.columnar.stored import Codec
from newssearch.engine.ranking import Statistics
from newssearch.errors import EngineError
from newssearch.schema import RANKED_FIELDS

if TYPE_CHECKING:
    from newssearch.engine.columnar.part import Part

#: An index's dictionary is a sample of so many bytes.
SAMPLE = 256_000


class ColumnarWriter:
    """Makes the next generation of a folder."""

    def __init__(self, folder: Path, analyzer: Analyzer, memory: int) -> None:
        self._folder, self._analyzer, self._memory = folder, analyzer, memory
        self._before = open_generation(folder)
        self._reading = Reading(folder)
        try:
            with self._reading:
                self._archive = Archive(self._before)
            with contextlib.suppress(OSError):  # a run that was killed may have filled the disk
                sweep(folder, self._before.manifest)
        except BaseException:
            self._before.close()
            raise
        self._deleted: set[int] = set()
        self._made: list[str] = []
        self._own: Part | None = None
        self._dictionary: bytes | None = None

    def sample(self, texts: Sequence[str]) -> None:
        if self._before.number or self._before.segments or self._dictionary is not None:
            return
        content = "\n".join(texts).encode("utf-8", "surrogatepass")[:SAMPLE]
        if len(content) == SAMPLE:
            with writing(self._folder):
                replace_file(self._folder / DICTIONARY, content)
            self._dictionary = content

    def delete(self, ids: Iterable[str]) -> None:
        with self._reading:
            for identifier in set(ids):
                self._deleted.update(self._archive.numbered(identifier))

    def add(self, document: Document) -> None:
        if self._own is None:
            from newssearch.engine.columnar.part import Part

            self._own = Part(self._folder, self._analyzer, self.dictionary, self._memory)
        self._own.add(document)

    def adopt(self, segments: Sequence[str]) -> None:
        self._made += segments

    @property
    def dictionary(self) -> bytes:
        """What stored text is compressed with."""
        if self._dictionary is None:
            self._dictionary = self._before.dictionary()
        return self._dictionary

    def commit(self, attachments: Mapping[str, Attachment]) -> int:
        try:
            with writing(self._folder):
                manifest = self._commit(attachments)
        except BaseException:
            self.cancel()
            raise
        self._before.close()
        with contextlib.suppress(OSError):  # what is left over goes with the next run
            sweep(self._folder, manifest)
        return manifest.generation

    def _commit(self, attachments: Mapping[str, Attachment]) -> Manifest:
        if self._own is not None:
            self._made += self._own.finish()
        with self._reading:
            live = self._live_segments()
        made = [Live(Segment(self._folder / name), []) for name in self._made]
        opened = [one.segment for one in made]
        try:
            with self._reading:
                joined = self._joined(live, made)
            merged = self._merged([*live, *made], opened)
            with self._reading:
                statistics = self._statistics([*live, *made])
            number = latest(self._folder) + 1
            manifest = Manifest(
                number,
                {one.segment.name: self._sum(one.segment) for one in merged},
                write_commit(
                    self._folder / commit_name(number),
                    attachments,
                    {one.segment.name: array("I", one.deleted) for one in merged if one.deleted},
                    joined,
                ),
                sha256(self.dictionary).hexdigest() if self.dictionary else "",
                statistics,
            )
            publish(self._folder, manifest)
        finally:
            for segment in opened:
                segment.close()
        return manifest

    def _sum(self, segment: Segment) -> FileSum:
        """What a segment's file must be; of one that is no new one that is known."""
        known = self._before.manifest.segments.get(segment.name)
        return known or file_sum(segment.file, segment.file.size())

    def _joined(self, held: Sequence[Live], made: Sequence[Live]) -> Sequence[Sequence[str]]:
        """The stories that are one in this generation."""
        before = self._before.joined()
        lost = {self._raw_story(document) for document in self._deleted} if before else set()
        if not made and not lost:
            return before
        from newssearch.engine.columnar.joining import Joined, join

        known = Joined(before, frozenset(lost))
        return join(held, made, known, Codec(self.dictionary), self._analyzer)

    def _raw_story(self, document: int) -> str:
        """A document's story by address and links."""
        segment, number = self._archive.locate(document)
        return segment.story(number)

    def _merged(self, segments: Sequence[Live], opened: list[Segment]) -> list[Live]:
        """The segments after all merges that are due; new ones go to `opened`, too."""

        def merged(chosen: Sequence[Live]) -> Live:
            from newssearch.engine.columnar.merge import merge

            path = self._folder / segment_name()
            with self._reading:
                merge(chosen, path, self.dictionary)
            opened.append(Segment(path))
            return Live(opened[-1], [])

        return compact(segments, merged)

    def _live_segments(self) -> list[Live]:
        """The segments of the generation before, with all their deleted documents."""
        deleted = self._archive.deleted | self._deleted
        return [
            Live(
                segment,
                sorted(d - base for d in deleted if base <= d < base + segment.documents),
            )
            for base, segment in self._archive.parts()
        ]

    def _statistics(self, segments: Sequence[Live]) -> Statistics:
        """What counts: a segment's documents but its pages and deleted ones."""
        documents = 0
        lengths = {field.name: 0 for field in RANKED_FIELDS}
        for one in segments:
            segment = one.segment
            documents += segment.counted
            for name in lengths:
                lengths[name] += segment.lengths[name]
            for number in one.deleted:
                if segment.entry("kind", number) != "page":
                    documents -= 1
                    for slot, name in enumerate(lengths):
                        lengths[name] -= segment.value("lengths", number * SLOTS + slot)
        return Statistics(documents, lengths)

    def cancel(self) -> None:
        self._before.close()
        with contextlib.suppress(EngineError, OSError):
            sweep(self._folder, self._before.manifest)


def create_empty(folder: Path) -> None:
    """Publish generation 0, which holds nothing."""
    with writing(folder):
        commit = write_commit(folder / commit_name(0), {}, {})
        publish(folder, Manifest(0, {}, commit, "", Statistics(0, {})))
