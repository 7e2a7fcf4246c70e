"""A thread that hears a worker process.

In: the worker's pipe, a queue. Out: its answers in the queue; used by `workers`.

This is no `threading.Thread`: Python waits without end for one that has no memory for its first
steps.
"""

from __future__ import annotations

import _thread
import contextlib
import json
import sys
from collections.abc import Iterator
from queue import SimpleQueue
from typing import IO, Any

from newssearch.tasks import NO_MEMORY

#: Seconds that a thread has to begin, on a machine with very much to do.
_PATIENCE = 30


class Listener:
    """Puts (number, answer) into the queue for each line of a pipe, then (number, None). Making
    one raises OSError where the system has no thread to give."""

    def __init__(self, number: int, pipe: IO[str], answers: SimpleQueue[tuple[int, Any]]) -> None:
        self._number, self._pipe, self._answers = number, pipe, answers
        self._begun, self._ended = _thread.allocate_lock(), _thread.allocate_lock()
        self._begun.acquire()
        self._ended.acquire()
        with _unheard():
            try:
                _thread.start_new_thread(self._listen, ())
            except RuntimeError as error:  # so Python says that there is no memory for its stack
                raise OSError(str(error)) from error
            if not self._begun.acquire(timeout=_PATIENCE):
                raise OSError("a new thread does not begin")

    def join(self) -> None:
        """Wait until the pipe has been read to its end."""
        self._ended.acquire()

    def _listen(self) -> None:
        try:
            self._begun.release()
            with self._pipe:
                for line in self._pipe:
                    self._answers.put((self._number, json.loads(line)))
        except (OSError, ValueError):
            pass  # it ended in the middle of an answer
        except MemoryError:
            self._answers.put((self._number, {"error": NO_MEMORY, "traceback": ""}))
        finally:
            self._ended.release()
            self._answers.put((self._number, None))


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """What a thread that cannot begin dies of is not printed: who waits for it says so."""
    hook = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        yield
    finally:
        sys.unraisablehook = hook
