"""Is an index whole, does it agree with its archive; and how it becomes so again.

In: an index's folder. Out: `CheckReport`; used by the command line and by scripts.

    look.py    descriptor ─ every byte ─ what they say ─ inventory ─ archive ─ kept files
    kept.py    what cannot be rebuilt
    repair.py  the smallest step that is right, then another look
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from newssearch.analysis.stems import Stemming
from newssearch.check.findings import CheckReport, Finding, Kind
from newssearch.check.look import BytesProgress, Look
from newssearch.options import IndexOptions

__all__ = ["CheckReport", "Finding", "Kind", "check_index", "repair_index"]


def check_index(
    folder: str | Path = "index",
    options: IndexOptions | None = None,
    progress: BytesProgress | None = None,
) -> CheckReport:
    """Read every byte of the index in `folder`, and compare it with its archive; writes nothing.

    Of the options those count that say how the archive is read; with `verify`, every file of it is
    read. Raises IndexMissing.
    """
    looked = progress or (lambda done, of: None)
    return Look(Path(folder), options or IndexOptions(), looked).report()


def repair_index(
    folder: str | Path = "index",
    options: IndexOptions | None = None,
    progress: BytesProgress | None = None,
    indexing: Callable[[int, int], None] | None = None,
    stemming: Stemming | None = None,
) -> CheckReport:
    """Check, mend what is damaged, and check again: the report is of the second check.

    `indexing` is called with files done and to do, where the archive is read. `stemming` counts
    where the index does not say its own any more. Raises as `update_index` does; then the index is
    as it was, but for kept files that were set aside.
    """
    from newssearch.check.repair import repair

    options, looked = options or IndexOptions(), progress or (lambda done, of: None)
    found, done = repair(Path(folder), options, looked, indexing, stemming)
    if not done:
        return found
    return replace(check_index(folder, options, progress), repaired=tuple(done))
