"""Who reads the files of a run: this process, or several.

In: how much there is to do, and the options. Out: a `Crew`, which makes outcomes of tasks, in their
order, and puts documents in the engine's writer; used by `indexer`, which hires it, and by `batch`.

Each process of several takes memory of its own: fewer are hired than there are processors where all
together would take more than the run may. A crew of one is this process.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from newssearch.engine.base import Document, Writer
from newssearch.index_folder import IndexFolder
from newssearch.options import IndexOptions
from newssearch.tasks import Outcome, Settled, Task
from newssearch.workers import Work, Workers

#: Fewer files, and fewer bytes, are read sooner than a worker has started.
_FEW, _LITTLE = 250, 1_500_000

#: Bytes that a process takes which only hands out the work, and more for each file that it knows.
_HANDING_OUT, _FILE = 60_000_000, 190

#: Bytes that a process takes which reads files, before it keeps anything for its segments; and the
#: least that it should keep: with less it makes too many of them.
_READING, _LEAST_MEMORY = 110_000_000, 24_000_000


class Crew(Protocol):
    """Reads files. Legal calls: `sample`, `read` any number of times, `settle`, `finish`; `stop`
    always."""

    def sample(self, tasks: Sequence[Task]) -> list[str]:
        """The paragraphs of these files, without adding anything."""

    def read(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Read files, in this order. Documents are added once the next outcome is asked for."""

    def settle(self, settled: Iterable[Settled]) -> None:
        """Add the articles that waited for their stories."""

    def finish(self) -> None:
        """See to it that all documents are the writer's."""

    def stop(self) -> None:
        """Let go of processes; a second time does nothing."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What there is to do: so many files to read, of so many bytes, and `known` others."""

    files: int
    size: int
    known: int


def hire(home: IndexFolder, writer: Writer, options: IndexOptions, amount: Amount) -> Crew:
    """Who is to read these files for a writer of the index's build."""
    left = options.memory - _known(amount) - _HANDING_OUT
    count = min(options.jobs or _processors(), amount.files)
    if not options.jobs:
        count = min(count, left // (_READING + _LEAST_MEMORY))
    few = amount.files < _FEW or amount.size < _LITTLE
    if count > 1 and not (few and not options.jobs) and home.engine().has_parts:
        stemming = home.descriptor.stemming
        work = Work(
            home.descriptor.engine,
            str(home.build_path.absolute()),
            (stemming.latin, stemming.cyrillic),
            max(left // count - _READING, _LEAST_MEMORY),
            options.max_file_bytes,
            options.encodings,
        )
        with contextlib.suppress(OSError):  # no processes to be had: then alone
            return Workers(writer, work, count)
    return Alone(writer, options.max_file_bytes, options.encodings, home.build_path)


def memory_alone(options: IndexOptions, amount: Amount) -> int:
    """Bytes for segments in a process that works alone."""
    return max(options.memory - _known(amount) - _READING, _LEAST_MEMORY)


def _known(amount: Amount) -> int:
    return _FILE * (amount.files + amount.known)


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


class Alone:
    """A crew of this process."""

    def __init__(
        self,
        writer: Writer,
        max_file_bytes: int,
        encodings: tuple[str, ...],
        folder: Path | None = None,
    ) -> None:
        from newssearch.intake import Intake

        self._writer = writer
        self._documents: list[Document] = []
        self._intake = Intake(self._documents.append, max_file_bytes, encodings, folder)

    def sample(self, tasks: Sequence[Task]) -> list[str]:
        return self._intake.sample(tasks)

    def read(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        for task in tasks:
            yield self._intake.read(task)
            self._add()

    def settle(self, settled: Iterable[Settled]) -> None:
        for one in settled:
            self._intake.settle([one])
            self._add()

    def finish(self) -> None:
        self._add()

    def stop(self) -> None:
        self._intake.close()

    def _add(self) -> None:
        for document in self._documents:
            self._writer.add(document)
        self._documents.clear()
