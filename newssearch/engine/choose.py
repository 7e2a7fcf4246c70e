"""Which engine holds an index: the one place that knows their names.

In: the name that the index's descriptor gives. Out: an `Engine`; used by `index_folder`. Engines
are imported when they are asked for, so that nothing else pays for their start-up.
"""

from __future__ import annotations

from pathlib import Path

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Engine
from newssearch.errors import IndexCorrupt

DEFAULT = "whoosh"


def create(name: str, folder: Path, analyzer: Analyzer) -> Engine:
    """An empty engine in a new folder."""
    _known(name)
    from newssearch.engine.whoosh_engine import create_engine

    return create_engine(folder, analyzer)


def attach(name: str, folder: Path, analyzer: Analyzer) -> Engine:
    """The engine that `create` made in this folder; nothing is read yet."""
    _known(name)
    from newssearch.engine.whoosh_engine import open_engine

    return open_engine(folder, analyzer)


def _known(name: str) -> None:
    if name != DEFAULT:
        raise IndexCorrupt(f"the index is held by an engine called {name!r}, which is not here")
