"""The engine on columnar segments: a folder, its writers, its snapshots.

In: documents and query trees. Out: answers; made by `open_engine` and `create_engine`, which
`choose` calls for the index's folder. What lies in the folder: see `generation`. What writes is
imported only when something is written, what searches when something is asked.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from newssearch.engine.columnar.disk import read_file
from newssearch.engine.columnar.generation import (
    DICTIONARY,
    latest,
    open_generation,
    read_manifest,
    rescued_attachment,
    sweep,
)
from newssearch.engine.folders import bytes_in
from newssearch.errors import EngineError

if TYPE_CHECKING:
    from newssearch.analysis.analyzer import Analyzer
    from newssearch.engine.columnar.part import Part
    from newssearch.engine.columnar.snapshot import ColumnarSnapshot
    from newssearch.engine.columnar.verify import Examination
    from newssearch.engine.columnar.writer import ColumnarWriter

#: `choose` asks for these in the module of an engine.
__all__ = [
    "ColumnarEngine",
    "attachment",
    "create_engine",
    "examine",
    "open_engine",
    "rescued_attachment",
    "sweep_folder",
]

#: Bytes of memory for documents that are not on the disk yet, where the caller says nothing.
MEMORY = 200_000_000


class ColumnarEngine:
    """Documents in a folder; see `engine.base.Engine`."""

    has_parts = True

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self.folder, self.analyzer = folder, analyzer

    def snapshot(self) -> ColumnarSnapshot:
        from newssearch.engine.columnar.snapshot import ColumnarSnapshot

        return ColumnarSnapshot(self.folder, self.analyzer)

    def writer(self, memory: int = MEMORY) -> ColumnarWriter:
        from newssearch.engine.columnar.writer import ColumnarWriter

        return ColumnarWriter(self.folder, self.analyzer, memory)

    def part(self, memory: int) -> Part:
        from newssearch.engine.columnar.part import Part

        dictionary = b""
        with contextlib.suppress(FileNotFoundError):
            dictionary = read_file(self.folder / DICTIONARY)
        return Part(self.folder, self.analyzer, dictionary, memory)

    def size(self) -> int:
        return bytes_in(self.folder)


def create_engine(folder: Path, analyzer: Analyzer) -> ColumnarEngine:
    """An empty engine in a new folder."""
    from newssearch.engine.columnar.writer import create_empty

    folder.mkdir(parents=True)
    create_empty(folder)
    return ColumnarEngine(folder, analyzer)


def open_engine(folder: Path, analyzer: Analyzer) -> ColumnarEngine:
    """The engine in a folder that `create_engine` made."""
    return ColumnarEngine(folder, analyzer)


def sweep_folder(folder: Path) -> None:
    """Remove what writers that were killed have left behind; only under the index's lock."""
    with contextlib.suppress(OSError, EngineError):  # whatever is wrong: who reads it will say
        needed = read_manifest(folder, latest(folder)).files()
        if any(name not in needed for name in os.listdir(folder)):
            generation = open_generation(folder)
            try:
                sweep(folder, generation.manifest)
            finally:
                generation.close()


def attachment(folder: Path, name: str) -> bytes | None:
    """What the newest generation was published with under this name."""
    generation = open_generation(folder)
    try:
        return generation.attachment(name)
    finally:
        generation.close()


def examine(folder: Path) -> Examination:
    """A look at all the files in a folder."""
    from newssearch.engine.columnar.verify import Examination

    return Examination(folder)
