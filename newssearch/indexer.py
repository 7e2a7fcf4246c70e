"""The writing side: bring an index up to date with its archive folders.

In: the index's folder, archive folders or places in them. Out: an `IndexReport`; used by the
command line and by scripts.

    walk ─ plan ─ read ─ parse ─ story ─ engine ─ commit
                                   └ articles without an address wait until every file is known

A run is one commit: all of it, or nothing. A file that cannot be read keeps its previous version.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newssearch.analysis.stems import Stemming
from newssearch.article.paths import decode_path
from newssearch.durable import make_folder, require_space
from newssearch.errors import ArticleError, EngineError, IndexCorrupt, IndexMissing
from newssearch.guard import Guard
from newssearch.index_folder import (
    IndexFolder,
    check_free,
    kept_roots,
    rescued_attachment,
    write_gitignore,
)
from newssearch.inventory import ATTACHMENT, Inventory, Root, content_digest
from newssearch.inventory.days import known_days, note_days
from newssearch.lock import locked
from newssearch.options import IndexOptions
from newssearch.plan import Plan, make_plan
from newssearch.results import FailedFile, IndexReport
from newssearch.roots import Target, targets
from newssearch.walk import SourceFile, list_folders, read_file

if TYPE_CHECKING:
    from newssearch.batch import Batch

#: A run needs so many bytes for each byte that it reads, and for what it writes in any case.
_ROOM, _ROOM_AT_LEAST = 1.1, 4_000_000

#: What is true of an index whenever a run of it fails.
_WHOLE = "the index answers as it did, or is up to date"

#: called with (files done, files to do) as a run goes on
Progress = Callable[[int, int], None]


def update_index(
    folder: str | Path,
    paths: Sequence[str | Path] = (),
    options: IndexOptions | None = None,
    progress: Progress | None = None,
    stemming: Stemming | None = None,
) -> IndexReport:
    """Make the index in `folder` (created if missing) match its archive roots.

    `paths` are archive roots to add, or places inside known roots to limit the run to; none
    means every known root. A rebuild is of every known root. `stemming` counts for a new index
    and for a rebuild. Raises UsageError, IndexLocked, IndexCorrupt; EngineError where the index
    cannot be written: it stays as it was, or is up to date if that was all but done.
    """
    options, path = options or IndexOptions(), Path(folder)
    begin = time.perf_counter()
    check_free(path)
    if options.dry_run:
        run = _Run(path, options)
        run.plan(paths)
        return run.report(time.perf_counter() - begin)
    if _published(path, options) is None:
        _Run(path, options).targets(paths)  # what cannot be meant is said before a folder is made
    try:
        make_folder(path)
        write_gitignore(path)
        with locked(path / "lock", options.wait):
            run = _Run(path, options)
            run.plan(paths)
            run.apply(stemming or Stemming(), progress or (lambda done, of: None))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EngineError(
            f"{error.filename or path}: cannot be written: {reason}; {_WHOLE}"
        ) from error
    except MemoryError as error:
        raise EngineError(
            f"{path}: there is not enough memory; {_WHOLE}. Try less at once: --memory 64, -j 1"
        ) from error
    return run.report(time.perf_counter() - begin)


def _published(path: Path, options: IndexOptions) -> IndexFolder | None:
    """The index to bring up to date; None where a new build is wanted."""
    try:
        home = IndexFolder.open(path)
    except IndexMissing:
        return None
    except IndexCorrupt:
        if options.rebuild:
            return None
        raise
    return None if options.rebuild else home


class _Run:
    """One run: first `plan`, then perhaps `apply`, then `report`.

    `before` is what the index holds already: what a rebuild starts over from, else the very
    inventory that is brought up to date.
    """

    def __init__(self, path: Path, options: IndexOptions) -> None:
        self.path, self.options = path, options
        self.home = _published(path, options)
        self.before = _inventory(self.home) if self.home else _replaced(path)
        self.inventory = self.before if self.home else _known_roots(path, self.before)
        self.habits = self.inventory.habits()
        self.plans: list[tuple[Root, Plan]] = []
        self.batch: Batch | None = None
        self.guard = Guard(self.before, rebuild=self.home is None, prune=options.prune)
        self.mended = ""

    def targets(self, paths: Sequence[str | Path]) -> list[Target]:
        """What to look at: a new build leaves no root out."""
        found = targets(self.inventory, self.path, paths)
        return found if self.home else [Target(root) for root in self.inventory.roots.values()]

    def plan(self, paths: Sequence[str | Path]) -> None:
        """Compare the archive with the inventory."""
        if self.options.verify or self.inventory.encodings != self.options.encodings:
            self.inventory.doubt_failures()
        for target in self.targets(paths):
            root, folder = target.root, target.root.path(self.path)
            try:
                plan = self._compare(target, folder)
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                self.guard.refuse(f"{folder}: {reason}", "the archive is really gone")
                if not self.options.prune:
                    continue
                plan = Plan(removed=[r for r in root.files.values() if target.holds(r.path)])
                if not target.under:
                    del self.inventory.roots[root.name]
            else:
                self.guard.keep_most(root, folder, plan)
            self.plans.append((root, plan))
        if self.home is None and self.guard.refused:
            self.plans.clear()  # a new build without a root's articles would lose them

    def _compare(self, target: Target, folder: Path) -> Plan:
        root, options = target.root, self.options
        unreadable: dict[str, str] = {}

        def on_error(path: str, reason: str) -> None:
            if os.path.lexists(os.path.join(os.fsencode(folder), decode_path(path))):
                unreadable[path] = reason  # else it went away since its folder was listed

        def digest_of(file: SourceFile) -> str:
            try:
                return content_digest(read_file(folder, file, options.max_file_bytes))
            except ArticleError:
                return ""

        root.extensions = options.extensions or root.extensions
        listings = list_folders(folder, root.extensions, (self.path,), target.under, on_error)
        plan = make_plan(root, listings, digest_of, options.verify, target.holds)
        self.guard.spare(target, plan, unreadable)
        return plan

    def apply(self, stemming: Stemming, progress: Progress) -> None:
        """Do what was planned, in one commit."""
        if self.home is None and self.guard.refused:
            return
        home = self.home
        if home is None or not self._nothing_to_do():
            home = home or IndexFolder.begin(self.path, stemming)
            try:
                self._commit(home, progress)
                if self.home is None:
                    home.keep_roots(self.inventory.folders())
                    home.publish()
            except BaseException:
                if self.home is None:
                    home.discard()
                raise
        else:
            home.sweep_build()
        with contextlib.suppress(OSError):  # all is done; what is left goes with the next run
            home.keep_roots(self.inventory.folders())
            home.sweep()

    def _nothing_to_do(self) -> bool:
        return self.inventory.habits() == self.habits and all(
            plan.is_empty() and plan.unreadable == root.unreadable for root, plan in self.plans
        )

    def _commit(self, home: IndexFolder, progress: Progress) -> None:
        from newssearch.batch import Batch
        from newssearch.crew import Amount, hire, memory_alone

        amount = Amount(
            sum(plan.to_read for _, plan in self.plans),
            sum(plan.size for _, plan in self.plans),
            self.inventory.file_count(),
        )
        require_space(self.path, round(_ROOM * amount.size) + _ROOM_AT_LEAST)
        days, self.mended = known_days(self.path, self.before, rebuild=self.home is None)
        engine = home.engine() if self.home else home.new_engine()
        writer = engine.writer(memory_alone(self.options, amount))
        try:
            crew = hire(home, writer, self.options, amount)
            try:
                batch = Batch(self.path, self.inventory, writer, crew, days.known, progress)
                batch.apply(self.plans)
                for root, plan in self.plans:
                    root.unreadable = plan.unreadable
                batch.settle_stories()
                crew.finish()
            finally:
                crew.stop()
            note_days(self.path, days, batch.first_seen)
            self.inventory.encodings = self.options.encodings
            writer.commit(self.inventory.attachments())
        except BaseException:
            writer.cancel()
            raise
        self.batch = batch

    def report(self, seconds: float) -> IndexReport:
        """What was planned, and what came of it. A file that failed is counted as that alone."""
        failed = {} if self.batch is None else self.batch.failed
        new_failed = 0 if self.batch is None else self.batch.new_failed

        def read(files: Callable[[Plan], Iterable[SourceFile]]) -> int:
            return sum(
                (root.name, file.path) not in failed
                for root, plan in self.plans
                for file in files(plan)
            )

        plans = [plan for _, plan in self.plans]
        known = [
            FailedFile(record.path, record.failed, new=False)
            for root, plan in self.plans
            for record in plan.still_failing
            if (root.name, record.path) not in failed
        ]
        report = IndexReport(
            added=sum(len(plan.added) for plan in plans) - new_failed,
            changed=read(lambda plan: plan.changed),
            renamed=read(lambda plan: [file for file, _ in plan.renamed]),
            removed=sum(len(plan.removed) for plan in plans),
            unchanged=sum(plan.unchanged for plan in plans),
            seconds=seconds,
            failed=(*self.guard.failed, *failed.values(), *known),
            refused_roots=tuple(self.guard.refused),
            mended=self.mended,
            dry_run=self.options.dry_run,
        )
        if self.batch is None:
            return report
        return replace(report, articles=self.batch.articles, warnings=tuple(self.batch.warnings))


def _inventory(home: IndexFolder) -> Inventory:
    """The inventory of the newest generation."""
    return Inventory.load(home.attachment(ATTACHMENT))


def _replaced(path: Path) -> Inventory:
    """The inventory of the index that a rebuild replaces, which may have survived the rest of it;
    empty where it cannot be read."""
    try:
        with contextlib.suppress(EngineError):
            return _inventory(IndexFolder.open(path))
        return Inventory.load(rescued_attachment(path, ATTACHMENT))
    except Exception:  # noqa: BLE001  whatever is wrong with it: that is what a rebuild is for
        return Inventory()


def _known_roots(path: Path, before: Inventory) -> Inventory:
    """An inventory of the known roots, without files."""
    try:
        kept = {name: Root(name, folder) for name, folder in kept_roots(path).items()}
    except IndexCorrupt:
        if not before.roots:
            raise
        kept = {}  # written anew at the end of the run
    held = {
        name: Root(name, root.folder, extensions=root.extensions)
        for name, root in before.roots.items()
    }
    return Inventory({**kept, **held}.values())
