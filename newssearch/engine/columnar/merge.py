"""Several segments to one, without their deleted documents.

In: open segments. Out: a segment that answers as they did together; used by `writer` and `part`.
Terms are merged a range at a time, so that memory does not grow with the segments.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newssearch.article.model import Kind
from newssearch.durable import sync
from newssearch.engine.columnar.breaks_writer import merge_breaks
from newssearch.engine.columnar.builder import totals, write_slots
from newssearch.engine.columnar.bulk import column as numbers_in
from newssearch.engine.columnar.bulk import sketches_of
from newssearch.engine.columnar.compaction import Live
from newssearch.engine.columnar.merge_columns import MergedColumns
from newssearch.engine.columnar.merge_words import merge_words
from newssearch.engine.columnar.segment import SLOTS
from newssearch.engine.columnar.segment_file import SectionsWriter
from newssearch.engine.columnar.sketching import write_sketches
from newssearch.engine.columnar.sources import Source
from newssearch.engine.columnar.stored import Codec, Stored, StoredWriter
from newssearch.engine.columnar.words_writer import WordsWriter

Integers = NDArray[np.int64]


def merge(lives: Sequence[Live], path: Path, dictionary: bytes) -> None:
    """Write one segment with the live documents of these, in their order, and sync it; stored
    text is compressed with the dictionary, as theirs is."""
    sources = _sources(lives)
    file = SectionsWriter(path)
    try:
        meta = _write(file, sources, path.parent, Codec(dictionary))
        file.finish(meta)
        sync(path)
    except BaseException:
        file.abandon()
        raise


def _sources(lives: Sequence[Live]) -> list[Source]:
    """Where the live documents of each segment come to stand."""
    sources: list[Source] = []
    documents = places = 0
    for one in lives:
        kept = np.ones(one.segment.documents, np.bool_)
        kept[one.deleted] = False
        starts = numbers_in(one.segment, "starts")
        spans = np.where(np.repeat(kept, SLOTS), np.diff(starts), 0)
        new = places + np.cumsum(spans) - spans
        sources.append(
            Source(
                one.segment,
                kept,
                documents + np.cumsum(kept) - 1,
                starts[:-1:SLOTS],
                new[::SLOTS] - starts[:-1:SLOTS],
            )
        )
        documents += int(kept.sum())
        places += int(spans.sum())
    return sources


def _write(
    file: SectionsWriter, sources: Sequence[Source], folder: Path, codec: Codec
) -> dict[str, Any]:
    columns = MergedColumns(sources, file, folder)
    meta = columns.write()
    stored = StoredWriter(folder, codec)
    try:
        for source in sources:
            _add_stored(stored, source, codec)
        stored.write(file)
    finally:
        stored.close()
    starts, lengths = _slots(sources)
    write_slots(file, starts, lengths)
    merge_breaks(sources, file)
    write_sketches(file, [sketches_of(source.segment)[source.kept] for source in sources])
    words = WordsWriter(folder, starts)
    try:
        merge_words(sources, words)
        meta |= words.write(file)
    finally:
        words.close()
    return meta | totals(columns.counted(Kind.PAGE.value), lengths) | {"places": int(starts[-1])}


def _slots(sources: Sequence[Source]) -> tuple[Integers, Integers]:
    """The columns of slots of what is kept: where each starts and the end, and its words."""
    spans, lengths = [], []
    for source in sources:
        kept = np.repeat(source.kept, SLOTS)
        spans.append(np.diff(numbers_in(source.segment, "starts"))[kept])
        lengths.append(numbers_in(source.segment, "lengths")[kept])
    ends = np.cumsum(np.concatenate(spans))
    return np.concatenate((np.zeros(1, np.int64), ends)), np.concatenate(lengths)


def _add_stored(stored: StoredWriter, source: Source, codec: Codec) -> None:
    """A segment's blocks as they are; where documents are deleted, what is left in blocks anew."""
    reader = Stored(source.segment, codec)
    for blocks in (stored.heads, stored.bodies):
        first = array("I", source.segment.file.read(f"{blocks.name}.first").tobytes())
        blocks.close_block()
        base = blocks.documents
        for block, number in enumerate(first):
            end = first[block + 1] if block + 1 < len(first) else source.segment.documents
            kept = source.kept[number:end]
            if kept.all() and source.kept.all():
                blocks.add_packed(reader.packed(blocks.name, block), base + number)
                blocks.documents += end - number
            else:
                lines = reader.lines(blocks.name, block, end - number)
                for line, wanted in zip(lines, kept.tolist(), strict=True):
                    if wanted:
                        blocks.add(line)
    source.segment.file.release()
