"""Which engine holds an index: the one place that knows their names.

In: the name that the index's descriptor gives. Out: an `Engine`; used by `index_folder`. Engines
are imported when they are asked for, so that nothing else pays for their start-up.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Engine
from newssearch.errors import IndexCorrupt, UsageError

if TYPE_CHECKING:
    from newssearch.engine.whoosh_index import ColumnarIndex

DEFAULT = "columnar"

#: What an index's descriptor may name, with the module that has `create_engine`, `open_engine`.
ENGINES = {
    "columnar": "newssearch.engine.columnar.engine",
    "whoosh": "newssearch.engine.whoosh_engine",
}


def create(name: str, folder: Path, analyzer: Analyzer) -> Engine:
    """An empty engine in a new folder."""
    engine: Engine = _module(name).create_engine(folder, analyzer)
    return engine


def attach(name: str, folder: Path, analyzer: Analyzer) -> Engine:
    """The engine that `create` made in this folder; nothing is read yet."""
    engine: Engine = _module(name).open_engine(folder, analyzer)
    return engine


def whoosh_index(name: str, folder: Path) -> ColumnarIndex:
    """The engine in this folder as an index of Whoosh's; raises UsageError for the "whoosh" engine.

    That one's files are pickles: whoever trusts them opens them with `whoosh.index.open_dir`.
    """
    if name in ENGINES and name != DEFAULT:
        raise UsageError(
            f"{folder}: is held by the engine {name!r}, whose files are opened with "
            "whoosh.index.open_dir; that runs what stands in them, so open only your own"
        )
    _module(name)
    index: ColumnarIndex = import_module("newssearch.engine.whoosh_index").open_index(folder)
    return index


def _module(name: str) -> Any:
    if name not in ENGINES:
        raise IndexCorrupt(f"the index is held by an engine called {name!r}, which is not here")
    return import_module(ENGINES[name])
