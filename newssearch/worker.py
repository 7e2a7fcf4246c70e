"""A worker process of the indexer, which `workers` starts.

In: JSON lines, `[what, values]`. Out: for each but the first a JSON line, `{"done": …}`; where
something went wrong `{"error": …, "traceback": …}`, for the first, too. It ends with its input, so
that it does not outlive the process that started it.

    begin    the values of `workers.Work`
    sample   `Task`s to look at; done: their paragraphs
    read     `Task`s to read; done: their `Outcome`s
    settle   `Settled` entries to add
    finish   done: the names of what was written, for the engine's writer to adopt
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.stems import Stemming
from newssearch.engine import choose
from newssearch.engine.base import Document, Part
from newssearch.errors import NewsSearchError
from newssearch.intake import Intake
from newssearch.tasks import NO_MEMORY, Settled, Task


class Worker:
    """Answers one line after another."""

    def __init__(self, begin: Sequence[Any]) -> None:
        engine, folder, stemming, memory, max_file_bytes, encodings = begin
        self._engine = choose.attach(engine, Path(folder), Analyzer(Stemming(*stemming)))
        self._memory = memory
        self._part: Part | None = None
        self._intake = Intake(self._add, max_file_bytes, encodings, Path(folder))
        self._answers: dict[str, Callable[[list[Any]], Any]] = {
            "sample": self._sample,
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

    def _sample(self, values: list[Any]) -> list[str]:
        return self._intake.sample([Task(*row) for row in values])

    def _read(self, values: list[Any]) -> list[Any]:
        return [self._intake.read(Task(*row)) for row in values]

    def _settle(self, values: list[Any]) -> None:
        self._intake.settle([Settled(*row) for row in values])

    def _finish(self, values: list[Any]) -> list[str]:
        self._intake.close()
        return [] if self._part is None else list(self._part.finish())


def main() -> None:
    """Answer lines until there are no more."""
    # where there are no process groups, Ctrl-C reaches us: who started us decides what follows
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever is printed is no answer
    gc.set_threshold(100_000, 20, 100)  # articles hold no cycles: looking for them takes a tenth
    worker: Worker | None = None
    for line in sys.stdin:
        try:
            what, values = json.loads(line)
            if worker is None:
                worker = Worker(values)
                continue
            answer = {"done": worker.answer(what, values)}
        except Exception as error:  # noqa: BLE001  it is our caller's
            answer = {"error": _message(error), "traceback": traceback.format_exc()}
        try:
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
        except OSError:  # nobody is there any more
            os._exit(1)  # else Python would try to write the rest, and complain


def _message(error: Exception) -> str:
    if isinstance(error, NewsSearchError):
        return str(error)
    reason = " ".join(str(error).split())
    if isinstance(error, OSError):
        return reason
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if isinstance(error, ImportError):  # NumPy says much about it, and at last the reason
        reason = str(error).strip().rpartition("\n")[2]
        return f"a module cannot be loaded ({reason}); is there enough memory? Try -j 1"
    return f"this is a bug in newssearch: {type(error).__name__}: {reason} (-vv shows where)"
