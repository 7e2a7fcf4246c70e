"""Which engine holds an index: the one place that knows their names.

In: the name that the index's descriptor gives. Out: an `Engine`; used by `index_folder`. Engines
are imported when they are asked for, so that nothing else pays for their start-up.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from newssearch.errors import IndexCorrupt

if TYPE_CHECKING:
    from newssearch.analysis.analyzer import Analyzer
    from newssearch.engine.base import Engine
    from newssearch.engine.columnar import engine as columnar
    from newssearch.engine.columnar.verify import Examination
    from newssearch.engine.whoosh_index import ColumnarIndex

DEFAULT = "columnar"

#: What an index's descriptor may name, with its `EngineModule`. The engine on Whoosh's stock codec
#: is not among them: its files are pickles, and a descriptor is a file that somebody else may have
#: written.
ENGINES = {"columnar": "newssearch.engine.columnar.engine"}


class EngineModule(Protocol):
    """What the module of an engine has; of what it does, see the functions below."""

    def create_engine(self, folder: Path, analyzer: Analyzer) -> Engine: ...

    def open_engine(self, folder: Path, analyzer: Analyzer) -> Engine: ...

    def attachment(self, folder: Path, name: str) -> bytes | None: ...

    def rescued_attachment(self, folder: Path, name: str) -> bytes | None: ...

    def examine(self, folder: Path) -> Examination: ...

    def sweep_folder(self, folder: Path) -> None: ...


if TYPE_CHECKING:
    _columnar: EngineModule = columnar


def create(name: str, folder: Path, analyzer: Analyzer) -> Engine:
    """An empty engine in a new folder."""
    return _module(name, folder).create_engine(folder, analyzer)


def attach(name: str, folder: Path, analyzer: Analyzer) -> Engine:
    """The engine that `create` made in this folder; nothing is read yet."""
    return _module(name, folder).open_engine(folder, analyzer)


def attachment(name: str, folder: Path, attached: str) -> bytes | None:
    """What the newest generation of the engine in this folder was published with under the name
    `attached`; with less to import than a snapshot, which can search."""
    return _module(name, folder).attachment(folder, attached)


def rescued_attachment(name: str, folder: Path, attached: str) -> bytes | None:
    """The same, as far as it can be read, whatever else of the engine is damaged; else None."""
    return _module(name, folder).rescued_attachment(folder, attached)


def examine(name: str, folder: Path) -> Examination:
    """A look at all the files of the engine in this folder; raises IndexCorrupt where there is no
    folder. Imports NumPy."""
    return _module(name, folder).examine(folder)


def sweep(name: str, folder: Path) -> None:
    """Remove what no generation needs of the engine in this folder; only under the index's lock."""
    _module(name, folder).sweep_folder(folder)


def whoosh_index(name: str, folder: Path) -> ColumnarIndex:
    """The engine in this folder as an index of Whoosh's."""
    _module(name, folder)
    index: ColumnarIndex = import_module("newssearch.engine.whoosh_index").open_index(folder)
    return index


def _module(name: str, folder: Path) -> EngineModule:
    if name not in ENGINES:
        raise IndexCorrupt(
            f"{folder}: is held by an engine called {name!r}, which is not here; "
            "type `newssearch index --rebuild`"
        )
    return cast("EngineModule", import_module(ENGINES[name]))
