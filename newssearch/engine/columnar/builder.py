"""Documents to one segment.

In: documents, one at a time. Out: a segment's file; used by `writer`, in the process that indexes
or in several. What is not on the disk yet grows with the documents: `held` says how much it is.
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
from newssearch.engine.base import Document
from newssearch.engine.columnar.columns import ColumnsWriter
from newssearch.engine.columnar.forms import number_forms
from newssearch.engine.columnar.segment_file import SectionsWriter
from newssearch.engine.columnar.stored import Codec, StoredWriter
from newssearch.engine.columnar.words_writer import Terms, WordsWriter
from newssearch.schema import RANKED_FIELDS

#: Documents that are analysed together, and characters after which a batch is full.
_BATCH, _BATCH_CHARACTERS = 250, 2_000_000

#: Places of one segment fit into four bytes, with room for one more batch.
MOST_PLACES = 3_000_000_000

#: Bytes in memory for each occurrence, while it is collected and while it is sorted.
_OCCURRENCE_BYTES = 31

#: Occurrences that are encoded together.
_CHUNK = 500_000

_SLOTS = len(RANKED_FIELDS)


class SegmentBuilder:
    """Collects documents until `write`; a builder makes one segment after another."""

    def __init__(self, folder: Path, analyzer: BatchAnalyzer, codec: Codec) -> None:
        self._folder, self._analyzer, self._codec = folder, analyzer, codec
        self._begin()

    def _begin(self) -> None:
        self._analyzer.reset()
        self._columns = ColumnsWriter()
        self._stored = StoredWriter(self._folder, self._codec)
        self._texts: list[Sequence[str]] = []
        self._characters = 0
        self._forms: list[NDArray[np.uint32]] = []
        self._places: list[NDArray[np.uint32]] = []
        self._starts: list[NDArray[np.int64]] = []
        self._lengths: list[NDArray[np.int64]] = []
        self._occurrences = self._end = 0

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def held(self) -> int:
        """About how many bytes of memory the segment takes until it is written."""
        return self._occurrences * _OCCURRENCE_BYTES + len(self._columns) * 2000

    @property
    def is_full(self) -> bool:
        """Must it be written before another document comes?"""
        return self._end > MOST_PLACES

    def add(self, document: Document) -> None:
        article = document.article
        self._columns.add(document)
        self._stored.add(document)
        body = [paragraph.text for paragraph in article.body]
        self._texts += ((article.title, article.alternate_title), article.keywords, body)
        self._characters += sum(map(len, body))
        if len(self._texts) >= _BATCH * _SLOTS or self._characters > _BATCH_CHARACTERS:
            self._analyse()

    def _analyse(self) -> None:
        if not self._texts:
            return
        found = self._analyzer.analyse(self._texts)
        self._forms.append(found.forms)
        self._places.append((found.places + self._end).astype(np.uint32))
        self._starts.append(found.starts[:-1] + self._end)
        self._lengths.append(found.lengths)
        self._end += int(found.starts[-1])
        self._occurrences += len(found.forms)
        self._texts, self._characters = [], 0

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
        words = WordsWriter(self._folder, starts)
        try:
            self._add_words(words)
            meta |= words.write(file)
        finally:
            words.close()
        return meta | totals(self._columns, lengths) | {"places": self._end}

    def _add_words(self, writer: WordsWriter) -> None:
        """Sort the occurrences by term and write them, some hundred thousand at a time."""
        forms = number_forms(self._analyzer.forms)
        found = Inverted(self._occurrences, len(forms.terms), self._end, forms.widths)
        for ids, places in zip(self._forms, self._places, strict=True):
            found.add(forms.terms_of[ids], forms.numbers_of[ids], places)
        self._forms.clear()
        self._places.clear()
        counts = found.sort()
        for first, end, begin, stop in chunks(counts):
            writer.add(
                Terms(
                    forms.terms[first:end],
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


def totals(columns: ColumnsWriter, lengths: NDArray[np.int64]) -> dict[str, Any]:
    """What BM25F counts: documents that are not pages, and their fields' words."""
    page = columns.tables["kind"].get(Kind.PAGE.value, -1)
    counted = np.array(columns.numbers["kind"]) != page
    sums = lengths.reshape(-1, _SLOTS)[counted].sum(axis=0).tolist()
    return {
        "counted": int(counted.sum()),
        "lengths": dict(zip((field.name for field in RANKED_FIELDS), sums, strict=True)),
    }
