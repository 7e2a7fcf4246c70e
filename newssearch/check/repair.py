"""What is damaged made whole again, from the archive and from what is whole.

In: an index, and what a look has found. Out: what was done, in words; used by this package.

    left over             swept
    kept/                 set aside; written anew where the index knows what stood there
    newest generation     the one before it published anew, then the archive indexed
    all else              rebuilt from the archive, beside what is there

Each step is a whole one: where it fails, the index is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from newssearch.analysis.stems import Stemming
from newssearch.check.findings import CheckReport, Kind, counted
from newssearch.check.kept import JOURNAL, mend_kept
from newssearch.check.look import BytesProgress, Look, find_index
from newssearch.index_folder import IndexFolder
from newssearch.indexer import update_index
from newssearch.inventory import ATTACHMENT, ROOTS_ATTACHMENT
from newssearch.lock import locked
from newssearch.options import IndexOptions

#: called with (files done, files to do)
Progress = Callable[[int, int], None]


def repair(
    path: Path,
    options: IndexOptions,
    looked: BytesProgress,
    indexing: Progress | None,
    stemming: Stemming | None,
) -> tuple[CheckReport, list[str]]:
    """Look, and mend what is found: what that was, and what was done."""
    find_index(path)
    with locked(path / "lock", options.wait):  # a look is right as long as nobody else writes
        look = Look(path, options, looked, alone=True)
        found = look.report()
        if not (found.is_damaged or found.of_kind(Kind.LEFT_OVER)):
            return found, []
        done = list(mend_kept(path, look.inventory, options.wait))
        if look.home is not None and look.is_whole:
            if not look.is_newest:
                done.append(_publish_anew(look.home))
            done += _sweep(look.home, found)
    if look.home is None or not look.is_whole:
        kept = None if look.home is None else look.home.descriptor.stemming
        done += _rebuilt(path, options, indexing, kept or stemming)
    elif not look.is_newest:
        done.append(_indexed(path, options, indexing))
    return found, done


def _rebuilt(
    path: Path, options: IndexOptions, indexing: Progress | None, stemming: Stemming | None
) -> Iterator[str]:
    report = update_index(path, (), replace(options, rebuild=True), indexing, stemming)
    if report.refused_roots:
        yield from (f"not rebuilt: {reason}" for reason in report.refused_roots)
    else:
        yield f"{path}: rebuilt from the archive, {report.added:,} files"
        if report.failed:
            failed = counted(len(report.failed), "file", "files")
            yield f"{failed} could not be read, and the index has nothing of them now"
    if report.mended:
        yield report.mended


def _publish_anew(home: IndexFolder) -> str:
    """Make the generation that answers the newest, and be rid of the damaged one."""
    engine = home.engine()
    attached = {name: home.attachment(name) or b"" for name in (ATTACHMENT, ROOTS_ATTACHMENT)}
    number = engine.writer().commit(attached)
    return f"{home.build_path}: the generation before is generation {number} now"


def _indexed(path: Path, options: IndexOptions, indexing: Progress | None) -> str:
    report = update_index(path, (), replace(options, rebuild=False), indexing)
    read = report.added + report.changed + report.renamed
    return f"{path}: brought up to date, {read:,} files read, {report.removed:,} removed"


def _sweep(home: IndexFolder, found: CheckReport) -> Iterator[str]:
    left = [one for one in found.of_kind(Kind.LEFT_OVER) if Path(one.file).name != JOURNAL]
    if left:
        home.sweep_build()
        home.sweep()
        yield from (f"{one.file}: removed" for one in left if not Path(one.file).exists())
