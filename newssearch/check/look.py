"""One look at an index: its files, what they say, the archive they are of, what is kept.

In: an index's folder. Out: `Finding`s and counts; used by this package. Nothing is written.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newssearch.check.findings import (
    INDEX,
    REPAIR,
    CheckReport,
    Finding,
    Kind,
    counted,
    damaged,
)
from newssearch.check.kept import kept_findings
from newssearch.durable import ASIDE
from newssearch.engine import choose
from newssearch.engine.fault import fault_of
from newssearch.errors import EngineError, IndexCorrupt, IndexMissing
from newssearch.index_folder import DESCRIPTOR, IndexFolder, rescued_attachment
from newssearch.indexer import update_index
from newssearch.inventory import ATTACHMENT, Inventory, article_id
from newssearch.lock import is_held
from newssearch.options import IndexOptions

if TYPE_CHECKING:
    from newssearch.engine.columnar.verify import Examination

#: called with (bytes of the index looked at, bytes in all)
BytesProgress = Callable[[int, int], None]

#: What runs replace in an index's folder.
_REPLACED = (DESCRIPTOR, ".gitignore", "kept/roots.json", "kept/added.tsv", "kept/added.sum")

#: What a generation is published with, before its manifest.
_COMMIT = re.compile(r"commit-([0-9]+)\.seg")

#: So many articles that are too many or too few are named.
_NAMED = 3


class Look:
    """One look. After `report`: `home` is the index where its descriptor can be read, `inventory`
    the archive's files where it can be read, `is_whole` whether the generation that answers has no
    fault, `is_newest` whether that is the newest. `alone`: the caller has the writer's lock."""

    def __init__(
        self, path: Path, options: IndexOptions, progress: BytesProgress, alone: bool = False
    ) -> None:
        self._path, self._options, self._progress = path, options, progress
        self._alone = alone
        self.home: IndexFolder | None = None
        self.inventory: Inventory | None = None
        self.is_whole = self.is_newest = False
        self._report = CheckReport(str(path))

    def report(self) -> CheckReport:
        """Look at everything; raises IndexMissing, UsageError."""
        begin = time.perf_counter()
        findings = [*self._index(), *self._kept(), *self._archive(), *self._left_over()]
        order = list(Kind)
        findings.sort(key=lambda finding: order.index(finding.kind))
        seconds = time.perf_counter() - begin
        return replace(self._report, findings=tuple(findings), seconds=seconds)

    def _index(self) -> list[Finding]:
        """The descriptor, and the build that it names: again where a rebuild took its place."""
        while True:
            try:
                self.home = IndexFolder.open(self._path)
            except IndexMissing:
                find_index(self._path)
                self.inventory = self._rescued()
                return [damaged(self._path / DESCRIPTOR, "is missing")]
            except IndexCorrupt as error:
                self.inventory = self._rescued()
                file, what = fault_of(self._path / DESCRIPTOR, error)
                return [damaged(file, what.removeprefix(f"{self._path}: "))]
            known = self.home.descriptor
            found = list(self._build(self.home))
            if not found or self._descriptor_now() == known:
                return found

    def _descriptor_now(self) -> object:
        try:
            return IndexFolder.open(self._path).descriptor
        except EngineError:
            return None

    def _build(self, home: IndexFolder) -> Iterator[Finding]:
        try:
            examination = choose.examine(home.descriptor.engine, home.build_path)
            try:
                yield from self._examined(home, examination)
            finally:
                examination.close()
        except IndexCorrupt as error:
            self.is_whole, self.inventory = False, self._rescued()
            yield damaged(*fault_of(home.build_path, error))

    def _examined(self, home: IndexFolder, examination: Examination) -> Iterator[Finding]:
        faults = examination.faults(self._progress)
        yield from (damaged(*fault) for fault in faults)
        self.is_newest = examination.answers == examination.newest
        self.is_whole = examination.is_whole
        if not self.is_newest and examination.answers >= 0:
            answers = f"searches are answered from generation {examination.answers} meanwhile"
            yield Finding(Kind.NOTE, str(home.build_path), answers)
        self._report = replace(
            self._report,
            generation=examination.answers,
            files=examination.files,
            bytes=examination.bytes,
        )
        if examination.answers >= 0:
            yield from self._inventory(home, examination)
        else:
            self.inventory = self._rescued()

    def _rescued(self) -> Inventory | None:
        """The inventory of an index that cannot be opened."""
        try:
            content = rescued_attachment(self._path, ATTACHMENT)
            return None if content is None else Inventory.load(content)
        except (EngineError, OSError):
            return None

    def _inventory(self, home: IndexFolder, examination: Examination) -> Iterator[Finding]:
        """Can the inventory be read, and does the engine hold the articles that it says?"""
        try:
            inventory = Inventory.load(examination.attachment(ATTACHMENT))
            ids = [identifier for identifier, _ in _articles(inventory)]
        except IndexCorrupt as error:
            self.is_whole = False
            yield damaged(*fault_of(home.build_path, error))
            return
        self.inventory = inventory
        self._report = replace(
            self._report, articles=len(ids), archive_files=inventory.file_count()
        )
        if not self.is_whole:
            return
        missing, others = examination.difference(ids)
        self.is_whole = not (missing or others)
        if missing:
            gone = set(missing[:_NAMED])
            names = [path for identifier, path in _articles(inventory) if identifier in gone]
            lacks = counted(len(missing), "article is missing", "articles are missing")
            yield damaged(home.build_path, f"{lacks}: {_listed(names, len(missing))}")
        if others:
            more = counted(len(others), "article is", "articles are")
            listed = _listed(others[:_NAMED], len(others))
            yield damaged(home.build_path, f"{more} of no file of the archive: {listed}")

    def _kept(self) -> Iterator[Finding]:
        return kept_findings(self._path, self.inventory)

    def _archive(self) -> Iterator[Finding]:
        """What has changed in the archive since it was indexed."""
        if self.home is None or self.inventory is None or not self.inventory.roots:
            return
        asked = replace(self._options, dry_run=True, rebuild=False, prune=False)
        try:
            report = update_index(self._path, (), asked)
        except IndexCorrupt:
            return  # said already
        for count, one, many in (
            (report.added, "file is not indexed yet", "files are not indexed yet"),
            (report.changed, "file has changed", "files have changed"),
            (report.renamed, "file was renamed", "files were renamed"),
            (report.removed, "file is gone", "files are gone"),
        ):
            if count:
                said = counted(count, one, many)
                yield Finding(Kind.BEHIND, "", f"{said} since the archive was indexed", INDEX)
        for refused in report.refused_roots:
            what, _, advice = refused.partition("; nothing was removed from the index. ")
            yield Finding(Kind.BEHIND, "", what, advice[:1].lower() + advice[1:])
        for failure in report.failed:
            if failure.new:
                yield Finding(Kind.BEHIND, failure.path, failure.reason, INDEX)
        known = sum(not failure.new for failure in report.failed)
        if known:
            files = counted(known, "file cannot be read", "files cannot be read")
            advice = f"{INDEX} -v lists them"
            yield Finding(Kind.NOTE, "", f"{files}, as when the archive was indexed", advice)

    def _left_over(self) -> list[Finding]:
        """What interrupted runs left behind; not what a writer has just begun."""
        found = self._swept_files()
        if found and not self._alone:
            if is_held(self._path / "lock"):
                return []
            after = self._swept_files()  # of what was there, nothing was a writer's
            found = [path for path in found if path in after]
        return [Finding(Kind.LEFT_OVER, str(path), self._origin(path), REPAIR) for path in found]

    def _origin(self, path: Path) -> str:
        """Where a file comes from that nothing needs. That a run ended before it published a
        generation looks the same as that the generation's manifest is no more."""
        commit = _COMMIT.fullmatch(path.name)
        if commit is None or int(commit[1]) <= self._report.generation:
            return "was left behind by a run that was interrupted"
        return (
            f"is of generation {commit[1]}, which an interrupted run never published or whose "
            f"manifest is gone; searches are answered from generation {self._report.generation}"
        )

    def _swept_files(self) -> list[Path]:
        """The files that a run would sweep; of a damaged index none."""
        home = self.home
        if home is None or not self.is_whole or not self.is_newest:
            return []
        if self._descriptor_now() != home.descriptor:
            return []  # a rebuild has taken its place
        found = [
            self._path / entry.name
            for entry in os.scandir(self._path)
            if entry.name.startswith("build-") and entry.name != home.build_path.name
        ]
        asides = [self._path / (name + ASIDE) for name in _REPLACED]
        found += [path for path in asides if os.path.lexists(path)]
        try:
            examination = choose.examine(home.descriptor.engine, home.build_path)
        except EngineError:
            return sorted(found)
        found += examination.left_over()
        examination.close()
        return sorted(found)


def find_index(path: Path) -> None:
    """Raises IndexMissing where there is no index, not even one that has lost its descriptor."""
    try:
        IndexFolder.open(path)
    except IndexMissing:
        if not path.is_dir() or not any(name.startswith("build-") for name in os.listdir(path)):
            raise
    except IndexCorrupt:
        pass


def _articles(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """The id and the path of each article; raises IndexCorrupt."""
    for root in inventory.roots.values():
        for record in root.files.values():
            for path in record.article_paths():
                yield article_id(root.name, path), path


def _listed(names: list[str], of: int) -> str:
    return ", ".join(names) + (" …" if of > len(names) else "")
