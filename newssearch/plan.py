"""What a run has to do: the files that are there, held against the inventory.

In: a root's records, the folders as a walk listed them. Out: a `Plan`; used by `indexer` and
`batch`.

A file is taken for unchanged by its path, size, times and inode together; a folder is, at one go,
where its whole listing is as it was. Where one of these differs, or the file was written within
seconds of being read, its content decides.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from newssearch.inventory import MARK, FileRecord, Listed, Root, is_settled
from newssearch.walk import Listing, SourceFile, listed_file


@dataclass(slots=True)
class Plan:
    """What a run has to do in one root. `touched` are files of which only the times are to be noted
    (`Files.relist`), `unreadable` places that cannot be looked at, and why."""

    added: Listed = field(default_factory=Listed)
    changed: Listed = field(default_factory=Listed)
    renamed: list[tuple[SourceFile, FileRecord]] = field(default_factory=list)
    removed: list[FileRecord] = field(default_factory=list)
    touched: Listed = field(default_factory=Listed)
    unchanged: int = 0
    still_failing: list[FileRecord] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)

    @property
    def to_read(self) -> int:
        """How many files there are to read and index."""
        return len(self.added) + len(self.changed) + len(self.renamed)

    @property
    def size(self) -> int:
        """How many bytes they have."""
        return self.added.size + self.changed.size + sum(file.size for file, _ in self.renamed)

    def reads(self) -> Iterator[SourceFile]:
        """The files to read and index, in the order of their paths; `added` lets go of each."""
        renamed = sorted(file for file, _ in self.renamed)
        return heapq.merge(self.added.let_go(), self.changed, renamed)

    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.renamed or self.removed or self.touched)


def make_plan(
    root: Root,
    listings: Iterable[Listing],
    digest_of: Callable[[SourceFile], str],
    verify: bool,
    within: Callable[[str], bool],
) -> Plan:
    """Compare a root's records with the files that are there.

    `digest_of` reads a file's content digest, "" where it cannot be read; it is called where the
    file's size, times and inode do not decide. `within` says which records the run is about.
    """
    plan = Plan()
    gone: list[str] = []
    unlisted = dict.fromkeys(root.files.folders())
    for listing in listings:
        unlisted.pop(listing.prefix, None)
        if not verify and root.files.vouch_for(listing):
            plan.unchanged += len(listing.lines)
        else:
            gone += _compare(plan, root, listing, digest_of, verify)
    for prefix in unlisted:
        gone += (prefix + name for name in root.files.listed(prefix))
    missing = {path: root.files[path] for path in gone if within(path)}
    _pair_renamed(plan, missing, digest_of)
    plan.removed = list(missing.values())
    return plan


def _compare(
    plan: Plan,
    root: Root,
    listing: Listing,
    digest_of: Callable[[SourceFile], str],
    verify: bool,
) -> list[str]:
    """Compare a folder's files one by one; returns the paths of those that are not there."""
    held = root.files.listed(listing.prefix)
    if not held:
        plan.added.add(listing.prefix, listing.lines)
        return []
    added, changed, touched = [], [], []
    for line in listing.lines:
        known = held.pop(line[: line.index("\t")], None)
        if known == line and not verify:
            plan.unchanged += 1
            continue
        if known is None:
            added.append(line)
            continue
        file = listed_file(listing.prefix, line)
        record = root.files[file.path]
        if record.looks_like(file) and record.settled and not verify:
            _keep(plan, record)
        elif digest_of(file) == record.content:
            touched += _touched(line, file, record)
            _keep(plan, record)
        else:
            changed.append(line)
    plan.added.add(listing.prefix, added)
    plan.changed.add(listing.prefix, changed)
    plan.touched.add(listing.prefix, touched)
    return [listing.prefix + name for name in held]


def _touched(line: str, file: SourceFile, record: FileRecord) -> list[str]:
    """The line of a file whose content is what it was, if its times say anything new."""
    settled = bool(record.content) and is_settled(file, time.time_ns())
    if record.looks_like(file) and record.settled == settled:
        return []
    return [line if settled else line + MARK]


def _keep(plan: Plan, record: FileRecord) -> None:
    if record.failed:
        plan.still_failing.append(record)
    else:
        plan.unchanged += 1


def _pair_renamed(
    plan: Plan, gone: dict[str, FileRecord], digest_of: Callable[[SourceFile], str]
) -> None:
    """Take a new file with the content of one that is gone for the same file, renamed."""
    if not gone:
        return
    by_content: dict[str, list[FileRecord]] = {}
    for record in gone.values():
        by_content.setdefault(record.content, []).append(record)
    by_content.pop("", None)
    sizes = {record.size for record in gone.values()}
    still_new = Listed()
    for prefix, lines in plan.added.folders():
        new = []
        for line in lines:
            file = listed_file(prefix, line)
            same = by_content.get(digest_of(file)) if file.size in sizes else None
            if same:
                record = same.pop()
                plan.renamed.append((file, record))
                del gone[record.path]
            else:
                new.append(line)
        still_new.add(prefix, new)
    plan.added = still_new
