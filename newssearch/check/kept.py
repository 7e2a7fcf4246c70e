"""The files that cannot be rebuilt from the archive: are they readable, and do they agree?

In: an index's folder, its inventory where that could be read. Out: `Finding`s; and files set aside,
and written anew as far as somebody else knows what stood in them. Used by this package.

    roots.json    the inventory has the same folders
    added.tsv     the inventory has the same days, of the files that it has
    saved.json    nobody else has it
    *.seen        nobody else has it

A damaged file is never removed: it gets another name, so that what can be read of it is not lost.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from newssearch.article.dates import folder_date
from newssearch.check.findings import INDEX, REPAIR, Finding, Kind, counted, damaged
from newssearch.durable import read_regular, replace_file, sync_folder
from newssearch.errors import EngineError, IndexCorrupt
from newssearch.index_folder import kept_roots, roots_content
from newssearch.inventory import Inventory
from newssearch.inventory.days import Place, notes_path, read_days, rewrite_days
from newssearch.lock import is_held, locked
from newssearch.saved import Kept, SavedSearch, changing, saved_searches

#: What the name of a file ends with that was set aside.
SET_ASIDE = ".damaged"

#: What lists a change of the saved searches that is going on.
JOURNAL = "saved.journal"


def kept_findings(index: Path, inventory: Inventory | None) -> Iterator[Finding]:
    """What is wrong with the files of `kept/`."""
    kept = index / "kept"
    yield from _roots_findings(index, inventory)
    added = _added(index, inventory)
    yield from (damaged(notes_path(index), what) for what in added.wrong)
    yield from _saved_findings(kept, index)


def mend_kept(index: Path, inventory: Inventory | None, wait: float) -> Iterator[str]:
    """Set damaged files aside, and write them anew where that is possible; says what was done.
    Only under the writer's lock."""
    kept = index / "kept"
    roots, added = kept / "roots.json", _added(index, inventory)
    if inventory is not None and _any_damaged(_roots_findings(index, inventory)):
        content = roots_content(inventory.folders())
        yield _rewritten(roots, lambda: replace_file(roots, content))
    if added.wrong:
        vouching = notes_path(index).with_suffix(".sum")
        if vouching.is_dir():
            yield _set_aside(vouching)
        yield _rewritten(notes_path(index), lambda: rewrite_days(index, added.days))
    if any(_saved_findings(kept, index)):
        yield from _mend_saved(kept, index, wait)


def _any_damaged(findings: Iterable[Finding]) -> bool:
    return any(finding.kind == Kind.DAMAGED for finding in findings)


def _roots_findings(index: Path, inventory: Inventory | None) -> Iterator[Finding]:
    path = index / "kept" / "roots.json"
    held = None if inventory is None else inventory.folders()
    try:
        roots = kept_roots(index)
    except EngineError as error:
        yield damaged(path, _without_path(error, path).partition(";")[0])
        return
    if held and not path.exists():
        yield damaged(path, "is missing: a rebuild would not know the archive")
    elif held is not None and roots != held:
        what = "names other archive folders than the index"
        yield Finding(Kind.BEHIND, str(path), what, INDEX)


class _Added(NamedTuple):
    """The days on which files were first indexed: what is wrong with the notes, and what they
    should say, as far as that is known."""

    wrong: list[str]
    days: dict[Place, str]


def _added(index: Path, inventory: Inventory | None) -> _Added:
    """The notes, beside what the inventory says of the same files."""
    days: dict[Place, str] = {}
    wrong, missing, is_read = [], 0, False
    try:
        noted = read_days(index)
    except EngineError as error:
        wrong.append(_without_path(error, notes_path(index)).partition(";")[0])
    else:
        is_read, days = True, dict(noted.known)
        wrong += [noted.damage] if noted.damage else []
    for root in [] if inventory is None else inventory.roots.values():
        for record in root.files.values():
            day, place = record.added, (root.name, record.path)
            if day and not folder_date(record.path):
                missing += is_read and place not in days
                if wrong or place not in days:
                    days[place] = day
    if missing:
        files = counted(missing, "file that is indexed is", "files that are indexed are")
        wrong.append(f"{files} not in it")
    return _Added(wrong, days)


class _Seen(NamedTuple):
    """What a search has reported cannot be read from this file."""

    path: Path
    what: str
    search: SavedSearch


def _saved_findings(kept: Path, index: Path) -> Iterator[Finding]:
    journal = kept / JOURNAL
    if os.path.lexists(journal):
        if is_held(kept / "saved.lock"):
            return
        if _is_list(journal):
            what = "a change of the saved searches was begun and not ended"
            yield Finding(Kind.LEFT_OVER, str(journal), what, REPAIR)
        else:
            yield damaged(journal, "cannot be read: a change of the saved searches")
        return
    try:
        found = list(_unread(index))
    except EngineError as error:
        path = kept / "saved.json"
        yield damaged(path, _without_path(error, path).removesuffix("; mend it or remove it"))
        return
    for path, what, search in found:
        again = f"newssearch saved add --force {search.name} {shlex.quote(search.query)}"
        yield damaged(path, what, f"to begin anew: {again}")


def _is_list(journal: Path) -> bool:
    try:
        return isinstance(json.loads(read_regular(journal)), list)
    except (OSError, ValueError, RecursionError):
        return False


def _unread(index: Path) -> Iterator[_Seen]:
    """The searches of which nobody knows what they have reported."""
    for search in saved_searches(index).values():
        try:
            Kept(index).seen(search.name)
        except EngineError as error:
            path, _, what = str(error).partition(": cannot be read (")
            what = what.partition("; to begin anew")[0]
            yield _Seen(Path(path), f"cannot be read ({what}", search)


def _mend_saved(kept: Path, index: Path, wait: float) -> Iterator[str]:
    journal = kept / JOURNAL
    if _is_list(journal):
        with changing(index, wait):  # which ends what was begun
            yield f"{journal}: the change was brought to its end"
    with locked(kept / "saved.lock", wait):
        if os.path.lexists(journal):
            yield _set_aside(journal)
        try:
            for path, _, search in _unread(index):
                if _is_read(path):
                    yield f"{_set_aside(path)}: what {search.name} has reported"
        except IndexCorrupt:
            for name, what in (
                ("saved.json", "the saved searches, to be mended by hand"),
                ("saved", "what they have reported"),  # the next that is saved would sweep it
            ):
                if os.path.lexists(kept / name):
                    yield f"{_set_aside(kept / name)}: {what}"


def _is_read(path: Path) -> bool:
    """Does the system let us read it? Then it is what stands in it that is wrong."""
    try:
        read_regular(path)
    except OSError:
        return False
    return True


def _rewritten(path: Path, rewrite: Callable[[], None]) -> str:
    """Have a file written anew; the damaged one stays beside it."""
    aside = ""
    if os.path.lexists(path):
        kept = _aside(path)
        aside = f"; the damaged one is {kept.name}"
        try:
            os.link(path, kept)
        except OSError:  # it is no file, or on a disk without links
            os.rename(path, kept)
    path.parent.mkdir(exist_ok=True)
    rewrite()
    return f"{path}: written anew{aside}"


def _set_aside(path: Path) -> str:
    aside = _aside(path)
    os.rename(path, aside)
    sync_folder(path.parent)
    return f"{path}: set aside as {aside.name}"


def _aside(path: Path) -> Path:
    """A name beside it that nothing has yet."""
    name = path.with_name(path.name + SET_ASIDE)
    number = 1
    while os.path.lexists(name):
        number += 1
        name = path.with_name(f"{path.name}{SET_ASIDE}-{number}")
    return name


def _without_path(error: Exception, path: Path) -> str:
    return str(error).removeprefix(f"{path}: ")
