"""Keep an index up to date while files arrive: a run of the indexer for each batch of changes.

In: the index's folder, archive folders, and a `Source` of notices that something has changed
(`file_system` listens to the operating system's). Out: an `Update` for each run; used by
`newssearch watch`, which says what was done.

    notices ─ places that a walk would come to ─ a batch, once all is quiet ─ a run

The first run is of whole folders, and so is the one after a folder has gone or come back: nobody
listened to it in between. The others are limited to the folders in which something has changed. A
run that fails does not end the watch: what it had to do is done with the next batch, or after a
while.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from newssearch.analysis.stems import Stemming
from newssearch.errors import IndexLocked, NewsSearchError, UsageError
from newssearch.index_folder import IndexFolder, archive_folder, kept_roots
from newssearch.indexer import update_index
from newssearch.inventory import ATTACHMENT, Inventory
from newssearch.options import IndexOptions
from newssearch.results import IndexReport
from newssearch.walk import INDEX_MARK

if TYPE_CHECKING:
    from threading import Event

#: Takes folders that are there. Gives the paths of what has changed in them, and an empty
#: collection whenever nothing has for a while. Whatever comes first says that it listens. It ends
#: when the watch is to end.
Source = Callable[[Sequence[str]], Iterable[Collection[str]]]

#: What failed is tried again after so many seconds without a change.
_RETRY = 60.0
#: A run looks into so many folders at most; where more have changed, into what holds them all.
_MOST_PLACES = 100
#: Seconds that a run waits for another writer before the watch asks whether it is to end.
_WAIT = 0.5
_POLL_MS = 5_000  # to look at every file is work for a network drive


@dataclass(frozen=True, slots=True)
class Update:
    """One run: what it did, or why it failed; or which other writer it waits for."""

    report: IndexReport | None = None
    error: Exception | None = None
    waits: IndexLocked | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """What to keep up to date, and how. `stopped` is asked whether the watch is to end; where it is
    never quiet, as when files arrive without end, a batch takes `longest` seconds."""

    index: Path
    paths: tuple[str, ...] = ()  # archive folders or places in them; none: all that are known
    options: IndexOptions = field(default_factory=IndexOptions)
    stemming: Stemming | None = None
    stopped: Callable[[], bool] = lambda: False
    longest: float = 10.0
    clock: Callable[[], float] = time.monotonic

    def updates(self, source: Source) -> Iterator[Update]:
        """Run after run, until `source` ends. Raises what the first run raises."""
        first = True
        while not self.stopped():
            there = _identities(self._folders())
            work = _Work(first)
            extensions: tuple[str, ...] = ("",)
            for changed in source([*there]):
                if not work.everything and _identities(self._folders()) != there:
                    break  # listen to what is there now
                work.note(self._ours(changed, [*there], extensions), self.clock())
                if work.is_due(self.clock(), self.longest):
                    everything = work.everything
                    well = yield from self._run(work, [*there])
                    work.done(well, self.clock())
                    if everything and not work.everything:
                        extensions = self._extensions()
            else:
                return
            first = False

    def _run(self, work: _Work, folders: Sequence[str]) -> Generator[Update, None, bool]:
        """One run; whether it did what it had to."""
        everything = work.everything or not self._are_known(folders)
        places = self.paths if everything else _places(work.pending, folders)
        options, waited = replace(self.options, wait=_WAIT), False
        while not self.stopped():
            try:
                report = update_index(self.index, places, options, stemming=self.stemming)
            except IndexLocked as error:
                if not waited:
                    yield Update(waits=error)
                waited = True
            except (NewsSearchError, OSError) as error:
                if work.first:
                    raise
                yield Update(error=error)
                return False
            else:
                yield Update(report)
                return True
        return False

    def _folders(self) -> list[str]:
        """The folders to listen to, as they really are."""
        folders = [Path(path) for path in self.paths] or self._roots()
        return list(dict.fromkeys(os.path.realpath(folder) for folder in folders))

    def _roots(self) -> list[Path]:
        return [archive_folder(self.index, folder) for folder in kept_roots(self.index).values()]

    def _are_known(self, folders: Sequence[str]) -> bool:
        """Are these still in archive folders? A place in none would become one by itself."""
        roots = [os.path.realpath(root) for root in self._roots()]
        return all(any(_is_in(folder, root) for root in roots) for folder in folders)

    def _ours(
        self, changed: Collection[str], folders: Sequence[str], extensions: tuple[str, ...]
    ) -> set[str]:
        """The changed paths that a walk would come to."""
        index = os.path.realpath(self.index)
        walked: dict[str, bool] = {}
        found = set()
        for path in changed:
            inside = [folder for folder in folders if _is_in(path, folder)]
            if not inside or _is_in(path, index):
                continue
            if os.path.isfile(path) and not path.lower().endswith(extensions):
                continue
            if path == inside[0] or _is_walked(os.path.dirname(path), inside[0], walked):
                found.add(path)
        return found

    def _extensions(self) -> tuple[str, ...]:
        """The endings of articles' names; an empty one, which all names have, where none are
        known."""
        if self.options.extensions:
            return self.options.extensions
        try:
            inventory = Inventory.load(IndexFolder.open(self.index).attachment(ATTACHMENT))
        except NewsSearchError:
            return ("",)
        return tuple({end for root in inventory.roots.values() for end in root.extensions})


@dataclass(slots=True)
class _Work:
    """What the next run has to do, and when it is time for it."""

    first: bool  # the watch has only begun
    everything: bool = True
    pending: set[str] = field(default_factory=set)
    _since: float | None = None  # when the first change came that no run has seen
    _failed: float | None = None  # when the last run did
    _quiet: bool = False

    def note(self, changed: set[str], now: float) -> None:
        self.pending |= changed
        self._quiet = not changed
        if changed and self._since is None:
            self._since = now

    def is_due(self, now: float, longest: float) -> bool:
        complete = self._since is not None and (self._quiet or now - self._since >= longest)
        if self._failed is not None:
            return complete or now - self._failed >= _RETRY
        return complete or self.everything

    def done(self, well: bool, now: float) -> None:
        """After a run."""
        self._since = None
        self._failed = None if well else now
        if well:
            self.first = self.everything = False
            self.pending.clear()


def _identities(paths: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Those that are there, and which they are: another folder may have come in one's place."""
    found = {}
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            continue
        found[path] = status.st_dev, status.st_ino
    return found


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _is_walked(folder: str, top: str, known: dict[str, bool]) -> bool:
    """Would a walk from `top` come to this folder below it? One that is gone is one that it was."""
    if folder == top:
        return True
    if folder not in known:
        known[folder] = (
            not os.path.basename(folder).startswith(".")
            and not os.path.islink(folder)
            and not os.path.lexists(os.path.join(os.fsencode(folder), INDEX_MARK))
            and _is_walked(os.path.dirname(folder), top, known)
        )
    return known[folder]


def _places(changed: Collection[str], folders: Sequence[str]) -> list[str]:
    """The folders to look into.

    Where something is gone, one that holds all of them: what was moved from one folder to another
    is known as such only if one look sees both.
    """
    places: dict[str, set[str]] = {}
    gone = False
    for path in changed:
        top = next(folder for folder in folders if _is_in(path, folder))
        place = path
        while place != top and not os.path.isdir(place):
            place = os.path.dirname(place)
        places.setdefault(top, set()).add(place)
        gone = gone or not os.path.lexists(path)
    found = []
    for within in places.values():
        together = len(within) > 1 and (gone or len(within) > _MOST_PLACES)
        found += [os.path.commonpath(within)] if together else sorted(within)
    return found


def file_system(stop: Event, settle: float, poll: bool) -> Source:
    """The operating system's notices, those of `settle` seconds' quiet among them, until `stop`.

    With `poll` the files are looked at every few seconds, which needs no help of the operating
    system. Raises UsageError where watchfiles is not installed.
    """
    try:
        import watchfiles
    except ImportError as error:
        raise UsageError(
            "watching needs watchfiles, which is not installed; type "
            f"`{sys.executable} -m pip install watchfiles`"
        ) from error

    def source(folders: Sequence[str]) -> Iterator[Collection[str]]:
        if not folders:
            yield ()
            while not stop.wait(settle):
                yield ()
            return
        while not stop.is_set():
            try:
                for changes in watchfiles.watch(
                    *folders,
                    watch_filter=None,
                    rust_timeout=max(int(settle * 1000), 1),
                    yield_on_timeout=True,
                    stop_event=stop,
                    force_polling=poll or None,
                    poll_delay_ms=_POLL_MS,
                    ignore_permission_denied=True,
                ):
                    yield [path for _, path in changes]
            except FileNotFoundError:  # gone since it was looked for
                yield ()
                stop.wait(settle)
            except OSError as error:
                raise UsageError(
                    f"the archive's folders cannot be listened to: {error}; try --poll"
                ) from error

    return source
