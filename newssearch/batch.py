"""One run's changes to an index: files read, parsed, given a story, handed to the writer.

In: plans, a writer of the next generation, and a crew that reads files. Out: documents in the
writer, the inventory brought up to date, and what is to be reported; used by `indexer`.

Articles with an address are added as they are read (`intake`). The others (a digest's entries,
most of all) wait until every file of the run is known, since they take their story from the files
they link to. An unchanged file whose links lead to another story than before is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, tee
from pathlib import Path

from newssearch.crew import Crew
from newssearch.engine.base import Writer
from newssearch.inventory import (
    FileRecord,
    Inventory,
    Lines,
    Loose,
    Root,
    article_id,
    record_of,
    source_of,
)
from newssearch.inventory.days import Place, noted_line
from newssearch.plan import Plan
from newssearch.results import FailedFile
from newssearch.stories import Linked, Target, linked_story
from newssearch.tasks import Outcome, Settled, Task
from newssearch.walk import SourceFile

#: An archive with more bytes than this is sampled before it is indexed, about so many of them.
SAMPLED, SAMPLE = 3_000_000, 600_000


@dataclass(slots=True)
class Batch:
    """Applies plans to `inventory`, whose roots are remembered relative to the folder `index`.

    `crew` reads the files, and adds their documents to `writer`. `kept_added` is the day files
    were first indexed, as noted; `first_seen` is what to note, in lines. `articles` counts those
    that were read, `failed` holds the files that could not be, of which so many are new.
    """

    index: Path
    inventory: Inventory
    writer: Writer
    crew: Crew
    kept_added: Mapping[Place, str]
    progress: Callable[[int, int], None]
    first_seen: Lines = field(default_factory=Lines)
    articles: int = 0
    new_failed: int = 0
    failed: dict[Place, FailedFile] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    _loose: list[Place] = field(default_factory=list)
    _folders: dict[str, str] = field(default_factory=dict)
    _read: set[Place] = field(default_factory=set)
    _renamed: dict[Place, FileRecord] = field(default_factory=dict)

    def apply(self, plans: Sequence[tuple[Root, Plan]]) -> None:
        """Everything but the stories of articles without an address."""
        for root, plan in plans:
            for record in plan.removed:
                self._forget(root, record)
            for prefix, lines in plan.touched.folders():
                for line in lines:
                    root.files.relist(prefix, line)
            for file, record in plan.renamed:
                self._renamed[(root.name, file.path)] = record
                self._forget(root, record)
        self._sample(plans)
        tasks = (self._task(root, file) for root, plan in plans for file in plan.reads())
        self._read_all(tasks, sum(plan.to_read for _, plan in plans))

    def settle_stories(self) -> None:
        """Give the waiting articles their stories; read again what now leads elsewhere."""
        while moved := self._moved():  # what is read again may have changed in the meantime
            self._read_all((self._task(root, source_of(record)) for root, record in moved), 0)
        settled: list[Settled] = []
        for root_name, path in self._loose:
            root = self.inventory.roots[root_name]
            record = root.files[path]
            found = []
            for loose in record.loose:
                story, source = self._follow(root, record, loose)
                settled.append(Settled(root_name, path, loose.entry, story, source))
                found.append(loose._replace(story=story, source=source))
            root.files[path] = record._replace(loose=tuple(found))
        self.crew.settle(settled)
        self._loose.clear()

    def _sample(self, plans: Sequence[tuple[Root, Plan]]) -> None:
        """Show the writer of a new engine what is coming."""
        size = sum(plan.added.size for _, plan in plans)
        if size >= SAMPLED:
            step = max(size // SAMPLE, 1)
            some = chain.from_iterable(
                (self._task(root, file) for file in plan.added.every(step)) for root, plan in plans
            )
            self.writer.sample(self.crew.sample([*some]))

    def _task(self, root: Root, file: SourceFile) -> Task:
        """A file to read, with the day it was first indexed as far as that is known."""
        place = (root.name, file.path)
        known = root.files.get(file.path) or self._renamed.get(place)
        noted = self.kept_added.get(place)
        return Task(
            root.name,
            self._folder(root),
            file.path,
            file.size,
            file.mtime_ns,
            file.ctime_ns,
            file.inode,
            noted or (known.added if known else ""),
        )

    def _folder(self, root: Root) -> str:
        """A root's folder; to ask the file system for it once for each file takes a while."""
        known = self._folders.get(root.name)
        if known is None:
            known = self._folders[root.name] = str(root.path(self.index))
        return known

    def _read_all(self, tasks: Iterable[Task], of: int) -> None:
        """Read files and take in what became of each; `of` is how many there are to show.

        Tasks are made when they are handed out: of a million files they would be much memory.
        """
        given, kept = tee(tasks)
        outcomes = self.crew.read(given)
        for done, (outcome, task) in enumerate(zip(outcomes, kept, strict=True)):
            if of:
                self.progress(done, of)
            self._take_in(outcome, task.file)
        if of:
            self.progress(of, of)

    def _take_in(self, outcome: Outcome, file: SourceFile) -> None:
        """One new, changed or renamed file. A failure keeps what the index holds of it."""
        root, place = self.inventory.roots[outcome.root], (outcome.root, outcome.path)
        held = root.files.get(outcome.path)
        record = record_of(file, None, 0)._replace(content=outcome.content, settled=outcome.settled)
        if outcome.failed:
            self._fail(root, record, outcome.failed, held)
            return
        if held is not None:
            self.writer.delete(_ids(root, held))
        if not outcome.dated and place not in self.kept_added:
            self.first_seen.append(noted_line(outcome.added, *place))
        self.articles += outcome.entries or 1
        self.warnings += outcome.warnings
        root.files[record.path] = record._replace(
            entries=outcome.entries,
            added=outcome.added,
            story=outcome.story,
            source=outcome.source,
            loose=tuple(Loose(entry, targets, "", "") for entry, targets in outcome.loose),
        )
        if outcome.loose:
            self._loose.append(place)
            self._read.add(place)

    def _fail(self, root: Root, record: FileRecord, reason: str, held: FileRecord | None) -> None:
        known = False
        if held is not None:
            known = held.failed == reason and (held.size, held.mtime_ns, held.ctime_ns) == (
                record.size,
                record.mtime_ns,
                record.ctime_ns,
            )
            record = record._replace(
                entries=held.entries,
                added=held.added,
                story=held.story,
                source=held.source,
                loose=held.loose,
            )
        root.files[record.path] = record._replace(failed=reason)
        place = (root.name, record.path)
        self.new_failed += held is None and place not in self._renamed
        self.failed[place] = FailedFile(record.path, reason, new=not known)

    def _forget(self, root: Root, record: FileRecord) -> None:
        self.writer.delete(_ids(root, record))
        del root.files[record.path]

    def _moved(self) -> list[tuple[Root, FileRecord]]:
        """The files not read in this run of which an article's links lead to another story now."""
        return [
            (root, record)
            for root in self.inventory.roots.values()
            for record in root.files.led_elsewhere()
            if record.loose and not record.failed and (root.name, record.path) not in self._read
            if any(
                self._follow(root, record, loose) != (loose.story, loose.source)
                for loose in record.loose
            )
        ]

    def _follow(self, root: Root, record: FileRecord, loose: Loose) -> Linked:
        """What an article's links lead to, as the inventory is now."""

        def lookup(path: str) -> Target | None:
            found = root.files.get(path)
            if found is None or found.entries != 0:
                return None
            following = found.loose[0].links if found.loose else ()
            return Target(found.story, following, found.source)

        path = f"{record.path}#{loose.entry}" if loose.entry else record.path
        return linked_story(root.name, path, loose.links, lookup)


def _ids(root: Root, record: FileRecord) -> list[str]:
    return [article_id(root.name, path) for path in record.article_paths()]
