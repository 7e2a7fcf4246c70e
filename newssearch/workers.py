"""The worker processes of a crew: started, given tasks, listened to, ended.

In: tasks. Out: outcomes, in the tasks' order; parts of the index for the engine's writer to adopt.
Used by `crew`.

A worker process runs `newssearch.worker`, which reads JSON lines and answers each with one. It is
started afresh rather than forked, so that it does not matter what else the program that imports
newssearch has running. It adds documents to a part of the engine's writer of its own, which the
writer adopts when the worker has finished. Whatever goes wrong, all of them are killed: what they
have written is nobody's then, and the writer sweeps it up.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newssearch.engine.base import Writer
from newssearch.errors import EngineError
from newssearch.listener import Listener
from newssearch.tasks import Outcome, Settled, Task

#: Files that are sent to a worker together; and bytes of files after which no more are.
_FILES, _BYTES = 48, 1_000_000

#: Lots that a worker has before it: one to read, one to go on with at once.
_AHEAD = 2

#: What a worker process runs. Modules are found where this process finds them; not in the working
#: folder, which may be an archive that somebody else has made. Where one cannot be loaded, because
#: there is little memory for instance, that is its answer.
_PROGRAM = """
import sys
sys.path[:] = sys.argv[1:]
try:
    from newssearch.worker import main
except (ImportError, OSError, MemoryError) as error:
    import json
    reason = (str(error).strip() or "no memory").rpartition(chr(10))[2]
    said = f"a module cannot be loaded ({reason}); is there enough memory? Try -j 1"
    print(json.dumps({"error": said, "traceback": ""}))
else:
    main()
"""

#: NumPy's linear algebra, which nothing here uses, need not start a thread for each processor. And
#: the memory of arrays that are made anew for each batch stays with the process (glibc): to ask the
#: system for it every time takes half of what the system takes.
_SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": "16000000",
    "MALLOC_TRIM_THRESHOLD_": "32000000",
}

#: Seconds that a worker has to end after it has closed its pipes.
_PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker must know: the engine by name, folder and stemming, the bytes of memory for
    its segments, and how files are read."""

    engine: str
    folder: str
    stemming: tuple[str, str]
    memory: int
    max_file_bytes: int
    encodings: tuple[str, ...]


class Workers:
    """Several processes that read files, as a `Crew`. Making them raises OSError where the system
    has none to give."""

    def __init__(self, writer: Writer, work: Work, count: int) -> None:
        self._writer = writer
        self._answers: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._waiting: dict[tuple[str, str], int] = {}  # who keeps a file's waiting articles
        self._processes: list[subprocess.Popen[str]] = []
        self._listeners: list[Listener] = []
        try:
            for number in range(count):
                self._processes.append(_start())
                self._send(number, "begin", [*_values(work)])
                pipe = self._processes[number].stdout
                assert pipe is not None
                self._listeners.append(Listener(number, pipe, self._answers))
        except BaseException:
            self.stop()
            raise

    def sample(self, tasks: Sequence[Task]) -> list[str]:
        self._send(0, "sample", tasks)
        texts: list[str] = self._answer()[1]
        return texts

    def read(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        lots = enumerate(_lots(tasks))
        reading: list[deque[int]] = [deque() for _ in self._processes]  # the lots of each worker
        for _ in range(_AHEAD):
            for number, mine in enumerate(reading):
                self._send_next(number, mine, lots)
        done: dict[int, list[Outcome]] = {}
        following = 0
        while any(reading):
            number, answer = self._answer()
            done[reading[number].popleft()] = self._outcomes(number, answer)
            self._send_next(number, reading[number], lots)
            while following in done:
                yield from done.pop(following)
                following += 1

    def _outcomes(self, number: int, answer: list[Any]) -> list[Outcome]:
        """What a worker answers, as `Intake.read` gave it there."""
        outcomes: list[Outcome] = []
        for values in answer:
            outcome = Outcome._make(values)
            if outcome.loose:
                self._waiting[(outcome.root, outcome.path)] = number
            outcomes.append(
                outcome._replace(
                    loose=tuple((entry, tuple(targets)) for entry, targets in outcome.loose),
                    warnings=tuple(outcome.warnings),
                )
            )
        return outcomes

    def settle(self, settled: Iterable[Settled]) -> None:
        by_worker: dict[int, list[Settled]] = {}
        for one in settled:
            by_worker.setdefault(self._waiting[(one.root, one.path)], []).append(one)
        for number, some in by_worker.items():
            self._send(number, "settle", some)
        for _ in by_worker:
            self._answer()

    def finish(self) -> None:
        for number in range(len(self._processes)):
            self._send(number, "finish", [])
        for _ in self._processes:
            self._writer.adopt(self._answer()[1])
        self.stop()

    def stop(self) -> None:
        for process in self._processes:
            process.kill()  # all of them before anything is waited for, which Ctrl-C may interrupt
        for process in self._processes:
            process.wait()
            with contextlib.suppress(OSError):  # what could not be sent to it
                if process.stdin is not None:
                    process.stdin.close()
        for listener in self._listeners:
            listener.join()
        for process in self._processes:
            if process.stdout is not None:
                process.stdout.close()
        self._processes.clear()
        self._listeners.clear()

    def _send_next(
        self, number: int, mine: deque[int], lots: Iterator[tuple[int, list[Task]]]
    ) -> None:
        for place, lot in lots:
            mine.append(place)
            self._send(number, "read", lot)
            return

    def _send(self, number: int, what: str, values: Sequence[Any]) -> None:
        pipe = self._processes[number].stdin
        assert pipe is not None
        try:
            pipe.write(json.dumps([what, values]) + "\n")
            pipe.flush()
        except OSError:
            raise EngineError(_ended(self._processes[number])) from None

    def _answer(self) -> tuple[int, Any]:
        number, answer = self._answers.get()
        if answer is None:
            raise EngineError(_ended(self._processes[number]))
        if "error" in answer:
            error = EngineError(answer["error"])
            error.add_note(answer["traceback"])
            raise error
        return number, answer["done"]


def _start() -> subprocess.Popen[str]:
    paths = [path for path in sys.path if path]
    package = str(Path(__file__).resolve().parent.parent)
    if package not in paths:
        paths.insert(0, package)
    return subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-P", "-c", _PROGRAM, *paths],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUTF8": "1", **_SETTINGS},
        encoding="utf-8",
        process_group=0,  # a terminal's Ctrl-C is for us, who stop it then
    )


def _values(work: Work) -> list[Any]:
    return [
        work.engine,
        work.folder,
        work.stemming,
        work.memory,
        work.max_file_bytes,
        work.encodings,
    ]


def _lots(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    lot: list[Task] = []
    held = 0
    for task in tasks:
        if lot and (len(lot) == _FILES or held + task.size > _BYTES):
            yield lot
            lot, held = [], 0
        lot.append(task)
        held += task.size
    if lot:
        yield lot


def _ended(process: subprocess.Popen[str]) -> str:
    try:
        code = process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        how = "gave no answer"
    else:
        how = f"ended by signal {-code}" if code < 0 else f"ended with code {code}"
    return f"a worker process {how}; the index is as it was. Try less at once: -j 1"
