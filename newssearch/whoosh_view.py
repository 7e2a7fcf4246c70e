"""An index as an index of Whoosh's.

In: the index's folder. Out: a `whoosh.index.Index`, read by Whoosh's own searcher, sorting and
spelling. Public; used by nothing here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newssearch.engine import choose
from newssearch.errors import EngineError
from newssearch.index_folder import IndexFolder

if TYPE_CHECKING:
    from newssearch.engine.whoosh_index import ColumnarIndex


def whoosh_index(folder: str | Path) -> ColumnarIndex:
    """The index in this folder, for Whoosh: a `whoosh.index.Index` to read, without any pickle.

    Raises IndexMissing, IndexCorrupt.
    """
    found = IndexFolder.open(Path(folder))
    while True:
        try:
            return choose.whoosh_index(found.descriptor.engine, found.build_path)
        except EngineError:
            now = IndexFolder.open(found.path)
            if now.descriptor == found.descriptor:
                raise
            found = now  # a rebuild has taken this one's place meanwhile
