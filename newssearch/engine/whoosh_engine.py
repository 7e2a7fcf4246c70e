"""The engine on Whoosh with its stock codec: a folder, its writers, its snapshots.

In: documents and query trees. Out: answers; made by `open_engine` and `create_engine`, which
`choose` calls for the index's folder. What lies in the engine's folder: see `whoosh_files`. What
writes is imported only when something is written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.folders import bytes_in
from newssearch.engine.whoosh_snapshot import WhooshSnapshot

if TYPE_CHECKING:
    from newssearch.engine.base import Part
    from newssearch.engine.whoosh_writer import WhooshWriter


class WhooshEngine:
    """Documents in a folder; see `engine.base.Engine`."""

    has_parts = False

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self.folder, self.analyzer = folder, analyzer

    def snapshot(self) -> WhooshSnapshot:
        return WhooshSnapshot(self.folder, self.analyzer)

    def writer(self, memory: int = 0) -> WhooshWriter:
        from newssearch.engine.whoosh_writer import WhooshWriter

        return WhooshWriter(self.folder, self.analyzer)

    def part(self, memory: int) -> Part:
        raise NotImplementedError("a Whoosh writer cannot be shared between processes")

    def size(self) -> int:
        return bytes_in(self.folder)


def create_engine(folder: Path, analyzer: Analyzer) -> WhooshEngine:
    """An empty engine in a new folder."""
    from newssearch.engine.whoosh_writer import create_empty

    folder.mkdir(parents=True)
    create_empty(folder)
    return WhooshEngine(folder, analyzer)


def open_engine(folder: Path, analyzer: Analyzer) -> WhooshEngine:
    """The engine in a folder that `create_engine` made."""
    return WhooshEngine(folder, analyzer)


def attachment(folder: Path, name: str) -> bytes | None:
    """What the newest generation was published with under this name."""
    snapshot = WhooshSnapshot(folder, Analyzer())
    try:
        return snapshot.attachment(name)
    finally:
        snapshot.close()
