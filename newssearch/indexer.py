"""The writing side: bring an index up to date with its archive folders.

In: the index's folder, archive folders or places in them. Out: an `IndexReport`; used by the
command line and by scripts.

    walk ─ plan ─ read ─ parse ─ story ─ engine ─ commit
                                   └ articles without an address wait until every file is known

A run is one commit: all of it, or nothing. A file that cannot be read keeps its previous version.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from newssearch.analysis.stems import Stemming
from newssearch.batch import Batch
from newssearch.errors import ArticleError, IndexCorrupt, IndexMissing, UsageError
from newssearch.index_folder import IndexFolder, check_free, kept_roots, write_gitignore
from newssearch.inventory import (
    ATTACHMENT,
    Inventory,
    Plan,
    Root,
    content_digest,
    make_plan,
)
from newssearch.lock import locked
from newssearch.options import IndexOptions
from newssearch.results import FailedFile, IndexReport
from newssearch.roots import targets
from newssearch.walk import SourceFile, read_file, walk

#: called with (articles' files done, files to do) as a run goes on
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
    means every known root. `stemming` counts for a new index and for a rebuild. Raises
    UsageError, IndexLocked, IndexCorrupt.
    """
    options, stemming = options or IndexOptions(), stemming or Stemming()
    begin, path = time.perf_counter(), Path(folder)
    if options.dry_run:
        run = _Run(path, _published(path, options), options, progress)
        run.plan(paths)
        return run.report(time.perf_counter() - begin)
    if _published(path, options) is None and not paths:
        raise UsageError(
            f"{path}: there is no index yet; type `newssearch index FOLDER` to make one"
        )
    check_free(path)
    path.mkdir(parents=True, exist_ok=True)
    write_gitignore(path)
    with locked(path / "lock", options.wait):
        run = _Run(path, _published(path, options), options, progress)
        run.plan(paths)
        run.apply(stemming)
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
    """One run: first `plan`, then perhaps `apply`, then `report`."""

    def __init__(
        self, path: Path, home: IndexFolder | None, options: IndexOptions, progress: Progress | None
    ) -> None:
        self.path, self.home, self.options = path, home, options
        self.progress = progress or (lambda done, of: None)
        self.inventory = _inventory(path, home)
        self.plans: list[tuple[Root, Plan]] = []
        self.articles = 0
        self.failed: list[FailedFile] = []
        self.warnings: list[str] = []
        self.refused: list[str] = []

    def plan(self, paths: Sequence[str | Path]) -> None:
        """Compare the archive with the inventory."""
        for target in targets(self.inventory, self.path, paths):
            root = target.root
            folder = root.path(self.path)

            def digest_of(file: SourceFile, folder: Path = folder) -> str:
                try:
                    return content_digest(read_file(folder, file, self.options.max_file_bytes))
                except ArticleError:
                    return ""

            try:
                walked = list(self._walk(folder, target.under))
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                self.refused.append(
                    f"{folder}: {reason}; nothing was removed from the index. "
                    "If the archive is really gone, type `newssearch index --prune`"
                )
                if not self.options.prune:
                    continue
                walked = []
            plan = make_plan(root, iter(walked), digest_of, self.options.verify, target.holds)
            self._guard(root, folder, plan)
            self.plans.append((root, plan))
        if self.options.prune:
            self.refused.clear()

    def _walk(self, folder: Path, under: str) -> Iterator[SourceFile]:
        def unreadable(path: str, reason: str) -> None:
            self.warnings.append(f"{path}: {reason}")

        return walk(folder, self.options.extensions, (self.path,), under, unreadable)

    def _guard(self, root: Root, folder: Path, plan: Plan) -> None:
        """Do not remove where an archive has lost over half its files: it may not be mounted."""
        if self.options.prune or len(plan.removed) * 2 <= len(root.files):
            return
        self.refused.append(
            f"{folder}: {len(plan.removed):,} of {len(root.files):,} files are gone; nothing was "
            "removed from the index. If that is meant, type `newssearch index --prune`"
        )
        plan.removed.clear()

    def apply(self, stemming: Stemming) -> None:
        """Do what was planned, in one commit."""
        if self.home is not None and all(plan.is_empty() for _, plan in self.plans):
            return
        home = self.home or IndexFolder.begin(self.path, stemming)
        writer = (home.engine() if self.home else home.new_engine()).writer()
        try:
            batch = Batch(writer, self, home.kept_added())
            for root, plan in self.plans:
                batch.apply(root, plan)
            batch.settle_stories()
            home.keep_added(batch.first_seen)
            writer.commit(self.inventory.attachments())
        except BaseException:
            writer.cancel()
            raise
        home.keep_roots({root.name: root.folder for root in self.inventory.roots.values()})
        if self.home is None:
            home.publish()
        home.sweep()

    def report(self, seconds: float) -> IndexReport:
        """What was planned, and what came of it."""
        plans = [plan for _, plan in self.plans]
        known = [
            FailedFile(record.path, record.failed, new=False)
            for plan in plans
            for record in plan.still_failing
        ]
        return IndexReport(
            added=sum(len(plan.added) for plan in plans),
            changed=sum(len(plan.changed) for plan in plans),
            renamed=sum(len(plan.renamed) for plan in plans),
            removed=sum(len(plan.removed) for plan in plans),
            unchanged=sum(plan.unchanged for plan in plans),
            articles=self.articles,
            seconds=seconds,
            failed=(*self.failed, *known),
            warnings=tuple(self.warnings),
            refused_roots=tuple(self.refused),
            dry_run=self.options.dry_run,
        )


def _inventory(path: Path, home: IndexFolder | None) -> Inventory:
    """The inventory of the newest generation; for a new build, the roots that are known."""
    if home is None:
        kept = kept_roots(path)
        return Inventory(Root(name, folder) for name, folder in kept.items())
    snapshot = home.engine().snapshot()
    try:
        return Inventory.load(snapshot.attachment(ATTACHMENT))
    finally:
        snapshot.close()
