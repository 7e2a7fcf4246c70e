"""Documents to one segment.

In: documents, one at a time. Out: a segment's file; used by `part`, in the process that indexes or
in several. What is not on the disk yet grows with the documents: `held` says how much it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.batches import BatchAnalyzer
from newssearch.arrays.inverted import Inverted
from newssearch.arrays.monotone import GROUP
from newssearch.article.model import Kind
from newssearch.engine.alike import compared_as
from newssearch.engine.base import Document
from newssearch.engine.columnar.breaks_writer import BreaksWriter
from newssearch.engine.columnar.columns import ColumnsWriter
from newssearch.engine.columnar.forms import number_forms
from newssearch.engine.columnar.segment import SLOTS
from newssearch.engine.columnar.segment_file import SectionsWriter
from newssearch.engine.columnar.sketching import SketchesWriter
from newssearch.engine.columnar.stored import Codec, StoredWriter
from newssearch.engine.columnar.words_writer import Terms, WordsWriter
from newssearch.schema import RANKED_FIELDS

#: Documents that are analysed together, and characters after which a batch is full.
_BATCH, _BATCH_CHARACTERS = 250, 500_000

#: Places of one segment fit into four bytes, with room for one more batch.
MOST_PLACES = 3_000_000_000

#: Bytes in memory for each occurrence and each document, while they are collected and sorted.
_OCCURRENCE_BYTES, _DOCUMENT_BYTES = 8, 1200

#: Occurrences that are encoded together.
_CHUNK = 100_000


class SegmentBuilder:
    """Collects documents until `write`; a builder makes one segment after another."""

    def __init__(
        self, folder: Path, analyzer: BatchAnalyzer, codec: Codec, memory: int = 1 << 20
    ) -> None:
        self._folder, self._analyzer, self._codec = folder, analyzer, codec
        self._occurrences = Inverted(memory // _OCCURRENCE_BYTES)
        self._begin()

    def _begin(self) -> None:
        self._occurrences.clear()
        self._analyzer.reset()
        self._analyses = self._analyzer.held
        self._columns = ColumnsWriter()
        self._stored = StoredWriter(self._folder, self._codec)
        self._texts: list[Sequence[str]] = []
        self._compared: list[str] = []
        self._characters = 0
        self._starts: list[NDArray[np.int64]] = []
        self._lengths: list[NDArray[np.int64]] = []
        self._breaks = BreaksWriter()
        self._sketches = SketchesWriter()
        self._end = 0

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def held(self) -> int:
        """About how many bytes of memory the segment takes until it is written, and what the
        analyzer keeps."""
        collected = len(self._occurrences) * _OCCURRENCE_BYTES
        return collected + len(self._columns) * _DOCUMENT_BYTES + self._analyses

    @property
    def is_full(self) -> bool:
        """Must it be written before another document comes?"""
        return self._end > MOST_PLACES

    def release(self) -> None:
        """Let go of memory that the next segment would use again; none must have been begun."""
        assert not len(self), "there are documents that are not written yet"
        self._occurrences.release()

    def add(self, document: Document) -> None:
        article = document.article
        self._columns.add(document)
        self._stored.add(document)
        body = [paragraph.text for paragraph in article.body]
        self._texts += ((article.title, article.alternate_title), article.keywords, body)
        self._compared.append(compared_as(article))
        self._characters += sum(map(len, body))
        if len(self._texts) >= _BATCH * SLOTS or self._characters > _BATCH_CHARACTERS:
            self._analyse()

    def _analyse(self) -> None:
        if not self._texts:
            return
        found = self._analyzer.analyse(self._texts)
        self._occurrences.add(found.forms, found.places + self._end)
        self._starts.append(found.starts[:-1] + self._end)
        self._lengths.append(found.lengths)
        self._breaks.add(found.breaks + self._end, found.begins_part)
        self._sketches.add(found, self._analyzer.forms, self._compared)
        self._end += int(found.starts[-1])
        self._texts, self._compared, self._characters = [], [], 0
        self._analyses = self._analyzer.held

    def write(self, path: Path) -> dict[str, Any]:
        """Write the segment to a new file and begin another; returns what its contents say."""
        self._analyse()
        file = SectionsWriter(path)
        try:
            meta = self._write(file)
            meta["size"] = file.finish(meta)
        except BaseException:
            file.abandon()
            raise
        finally:
            self._stored.close()
        self._begin()
        return meta

    def _write(self, file: SectionsWriter) -> dict[str, Any]:
        meta = self._columns.write(file, self._folder)
        self._stored.write(file)
        starts = np.append(np.concatenate(self._starts), self._end)
        lengths = np.concatenate(self._lengths)
        write_slots(file, starts, lengths)
        self._breaks.write(file)
        self._sketches.write(file)
        words = WordsWriter(self._folder, starts)
        try:
            self._add_words(words)
            meta |= words.write(file)
        finally:
            words.close()
        page = self._columns.tables["kind"].get(Kind.PAGE.value, -1)
        counted = np.array(self._columns.numbers["kind"]) != page
        return meta | totals(counted, lengths) | {"places": self._end}

    def _add_words(self, writer: WordsWriter) -> None:
        """Sort the occurrences by term and write them, some hundred thousand at a time."""
        found, known = self._occurrences, self._analyzer.forms
        used = found.forms(len(known))
        forms = number_forms(known.texts(used))
        terms_of, numbers_of = np.zeros(len(known), np.uint32), np.zeros(len(known), np.uint16)
        terms_of[used], numbers_of[used] = forms.terms_of, forms.numbers_of
        counts = found.sort(terms_of, numbers_of, self._end, forms.widths)
        for first, end, begin, stop in chunks(counts):
            writer.add(
                Terms(
                    forms.terms.part(first, end),
                    counts[first:end],
                    found.places(begin, stop),
                    found.numbers(begin, stop),
                    forms.widths[first:end],
                )
            )
        writer.add_forms(*forms.named)


def chunks(counts: NDArray[np.int64]) -> list[tuple[int, int, int, int]]:
    """Terms [first, end) with the occurrences [begin, stop) to encode together: whole groups."""
    ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    found = []
    first = 0
    while first < len(counts):
        end = int(np.searchsorted(ends, ends[first] + _CHUNK, "right")) - 1
        end = min(max(first + GROUP, end - (end - first) % GROUP), len(counts))
        found.append((first, end, int(ends[first]), int(ends[end])))
        first = end
    return found


def write_slots(
    file: SectionsWriter, starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> None:
    """The columns of slots."""
    file.add("column.starts", [starts.astype("<u4")])
    file.add("column.lengths", [lengths.astype("<u4")])


def totals(counted: NDArray[np.bool_], lengths: NDArray[np.int64]) -> dict[str, Any]:
    """What BM25F counts: documents that are not pages, and their fields' words."""
    sums = lengths.reshape(-1, SLOTS)[counted].sum(axis=0).tolist()
    return {
        "counted": int(counted.sum()),
        "lengths": dict(zip((field.name for field in RANKED_FIELDS), sums, strict=True)),
    }
