"""A worker process of the indexer: `python -m newssearch.worker`, which `crew` starts.

In: JSON lines, `[what, values]`. Out: for each but the first a JSON line, `{"done": …}` or
`{"error": …}`. It ends with its input, so that it does not outlive the process that started it.

    begin    the values of `crew.Work`
    read     `Task`s to read; done: their `Outcome`s
    settle   `Settled` entries to add
    finish   done: the names of what was written, for the engine's writer to adopt
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.stems import Stemming
from newssearch.engine import choose
from newssearch.engine.base import Document, Part
from newssearch.errors import NewsSearchError
from newssearch.intake import Intake, Settled, Task


class Worker:
    """Answers one line after another."""

    def __init__(self, begin: Sequence[Any]) -> None:
        engine, folder, stemming, memory, max_file_bytes, encodings = begin
        self._engine = choose.attach(engine, Path(folder), Analyzer(Stemming(*stemming)))
        self._memory = memory
        self._part: Part | None = None
        self._intake = Intake(self._add, max_file_bytes, encodings)
        self._answers: dict[str, Callable[[list[Any]], Any]] = {
            "read": self._read,
            "settle": self._settle,
            "finish": self._finish,
        }

    def _add(self, document: Document) -> None:
        if self._part is None:  # not before the index has its dictionary
            self._part = self._engine.part(self._memory)
        self._part.add(document)

    def answer(self, what: str, values: list[Any]) -> Any:
        """Do what a line says."""
        return self._answers[what](values)

    def _read(self, values: list[Any]) -> list[Any]:
        return [self._intake.read(Task(*row)) for row in values]

    def _settle(self, values: list[Any]) -> None:
        self._intake.settle([Settled(*row) for row in values])

    def _finish(self, values: list[Any]) -> list[str]:
        return [] if self._part is None else list(self._part.finish())


def main() -> None:
    """Answer lines until there are no more."""
    # Ctrl-C reaches every process of a terminal; the one that started us decides what follows
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker: Worker | None = None
    for line in sys.stdin:
        what, values = json.loads(line)
        if worker is None:
            worker = Worker(values)
            continue
        try:
            answer = {"done": worker.answer(what, values)}
        except (NewsSearchError, OSError, MemoryError) as error:
            answer = {"error": str(error) or type(error).__name__}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
