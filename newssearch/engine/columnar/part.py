"""Documents to finished segments, in the process that indexes or in one that helps it.

In: documents. Out: names of segments on the disk, for a `writer` to adopt; used by `writer` and
`engine`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.batches import BatchAnalyzer
from newssearch.durable import sync
from newssearch.engine.base import Document
from newssearch.engine.columnar.builder import SegmentBuilder
from newssearch.engine.columnar.compaction import Live, compact
from newssearch.engine.columnar.disk import segment_name, writing
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.stored import Codec

#: This part of the memory may be what the analyzer keeps from one segment to the next.
_ANALYSES = 3


class Part:
    """Documents to segments of their own; see `engine.base.Part`.

    `memory` is what the process takes above the 110 MB that it takes in any case: its programs,
    and what is made anew for each batch.
    """

    def __init__(self, folder: Path, analyzer: Analyzer, dictionary: bytes, memory: int) -> None:
        self._folder, self._memory = folder, memory
        known = BatchAnalyzer(analyzer, memory // _ANALYSES)
        self._builder = SegmentBuilder(folder, known, Codec(dictionary), memory)
        self._dictionary = dictionary
        self._made: list[Live] = []

    def add(self, document: Document) -> None:
        with writing(self._folder):
            self._builder.add(document)
            if self._builder.held > self._memory or self._builder.is_full:
                self._flush()

    def finish(self) -> Sequence[str]:
        with writing(self._folder):
            self._flush()
        names = [one.segment.name for one in self._made]
        for one in self._made:
            one.segment.close()
        self._made = []
        return names

    def _flush(self) -> None:
        """Write what is held; merge what is due, here, where other processes do the same."""
        if len(self._builder):
            path = self._folder / segment_name()
            self._builder.write(path)
            sync(path)
            self._made = compact([*self._made, Live(Segment(path), [])], self._merge)

    def _merge(self, chosen: Sequence[Live]) -> Live:
        from newssearch.engine.columnar.merge import merge

        self._builder.release()
        path = self._folder / segment_name()
        merge(chosen, path, self._dictionary)
        for one in chosen:  # nobody has seen them yet
            one.segment.close()
            one.segment.file.path.unlink()
        return Live(Segment(path), [])
