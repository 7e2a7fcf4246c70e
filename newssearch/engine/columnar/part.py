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
from newssearch.engine.columnar.disk import segment_name, writing
from newssearch.engine.columnar.stored import Codec


class Part:
    """Documents to segments of their own; see `engine.base.Part`."""

    def __init__(self, folder: Path, analyzer: Analyzer, dictionary: bytes, memory: int) -> None:
        self._folder, self._memory = folder, memory
        self._builder = SegmentBuilder(folder, BatchAnalyzer(analyzer), Codec(dictionary))
        self._made: list[str] = []

    def add(self, document: Document) -> None:
        with writing(self._folder):
            self._builder.add(document)
            if self._builder.held > self._memory or self._builder.is_full:
                self._flush()

    def finish(self) -> Sequence[str]:
        with writing(self._folder):
            self._flush()
        made, self._made = self._made, []
        return made

    def _flush(self) -> None:
        if len(self._builder):
            name = segment_name()
            self._builder.write(self._folder / name)
            sync(self._folder / name)
            self._made.append(name)
