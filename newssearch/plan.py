"""What a run has to do: the files that are there, held against the inventory.

In: a root's records, the folders as a walk listed them. Out: a `Plan`; used by `indexer` and
`batch`.

A file is taken for unchanged by its path, size, times and inode together; a folder is, at one go,
where its whole listing is as it was. Where one of these
differs, or the file was written within seconds of being read, its content decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from newssearch.inventory import FileRecord, Root, is_settled
from newssearch.walk import Listing, SourceFile, listed_file


@dataclass(slots=True)
class Plan:
    """What a run has to do in one root. `touched` are records with the files' present times,
    `unreadable` places that cannot be looked at, and why."""

    added: list[SourceFile] = field(default_factory=list)
    changed: list[SourceFile] = field(default_factory=list)
    renamed: list[tuple[SourceFile, FileRecord]] = field(default_factory=list)
    removed: list[FileRecord] = field(default_factory=list)
    touched: list[FileRecord] = field(default_factory=list)
    unchanged: int = 0
    still_failing: list[FileRecord] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)

    def reads(self) -> list[SourceFile]:
        """The files to read and index, in the order of their paths."""
        renamed = [file for file, _ in self.renamed]
        return sorted([*self.added, *self.changed, *renamed], key=lambda file: file.path)

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
    for line in listing.lines:
        known = held.pop(line[: line.index("\t")], None)
        if known == line and not verify:
            plan.unchanged += 1
            continue
        file = listed_file(listing.prefix, line)
        if known is None:
            plan.added.append(file)
            continue
        record = root.files[file.path]
        if record.looks_like(file) and record.settled and not verify:
            _keep(plan, record)
        elif digest_of(file) == record.content:
            _touch(plan, file, record)
            _keep(plan, record)
        else:
            plan.changed.append(file)
    return [listing.prefix + name for name in held]


def _touch(plan: Plan, file: SourceFile, record: FileRecord) -> None:
    """Note the times of a file whose content is what it was, if they say anything new."""
    settled = bool(record.content) and is_settled(file, time.time_ns())
    if not record.looks_like(file) or record.settled != settled:
        plan.touched.append(
            record._replace(
                size=file.size,
                mtime_ns=file.mtime_ns,
                ctime_ns=file.ctime_ns,
                inode=file.inode,
                settled=settled,
            )
        )


def _keep(plan: Plan, record: FileRecord) -> None:
    if record.failed:
        plan.still_failing.append(record)
    else:
        plan.unchanged += 1


def _pair_renamed(
    plan: Plan, gone: dict[str, FileRecord], digest_of: Callable[[SourceFile], str]
) -> None:
    """Take a new file with the content of one that is gone for the same file, renamed."""
    by_content: dict[str, list[FileRecord]] = {}
    for record in gone.values():
        by_content.setdefault(record.content, []).append(record)
    by_content.pop("", None)
    sizes = {record.size for record in gone.values()}
    still_new = []
    for file in plan.added:
        same = by_content.get(digest_of(file)) if file.size in sizes else None
        if same:
            record = same.pop()
            plan.renamed.append((file, record))
            del gone[record.path]
        else:
            still_new.append(file)
    plan.added = still_new
