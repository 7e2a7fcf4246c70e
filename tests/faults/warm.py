"""Runs of newssearch without the start of an interpreter: a process that has everything imported
forks a child for each, which may be broken, killed after a while, or left with little memory.

In: a `Run`. Out: `Ended`. `Warm` is the client's side, used by the suites; `python warm.py` is the
process behind it, which reads a JSON line for each run and answers with one. It is a process of its
own since it must have one thread alone: a fork of another one may hang.

Worker processes are forked too, before the child begins, and handed out when it asks for them.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import io
import json
import mmap
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

from broken_calls import Calls, Fault, logged

#: Seconds after which a run is one that gives no answer, on a machine that does other things too.
PATIENCE = 150

#: Bytes for the names of a run's calls.
_LOG = 1 << 16

Log = mmap.mmap | bytearray


@dataclass(frozen=True, slots=True)
class Run:
    """A run of `newssearch ARGUMENTS`.

    `workers` processes are there to be hired. The `victim` (0: the main process, 1: the first
    worker …) has the fault, and is killed after `seconds`, if that is not 0; or `thrown` is raised
    then, the name of an exception. No process may take more than `memory` bytes above what the warm
    one has, if that is not -1.
    """

    arguments: tuple[str, ...]
    fault: Fault = field(default_factory=Fault)
    victim: int = 0
    workers: int = 0
    seconds: float = 0.0
    thrown: str = ""
    memory: int = -1


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit code, or the signal as a negative number.

    `calls` are the victim's calls that change files. `held` are the files that the process still
    held open when `newssearch` was through, the lock's among them.
    """

    status: int
    out: str
    err: str
    calls: tuple[str, ...]
    held: tuple[str, ...]
    seconds: float


class Warm:
    """The warm process, as a context."""

    def __enter__(self) -> Warm:
        self._process = subprocess.Popen(
            [sys.executable, "-B", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            # one thread, or no fork; no configuration of the user's
            env={
                **{name: value for name, value in os.environ.items() if name != "XDG_CONFIG_HOME"},
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "OPENBLAS_NUM_THREADS": "1",
                "HOME": os.devnull,
            },
        )
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def run(self, run: Run) -> Ended:
        """What comes of a run."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(run)) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Ended(**{k: tuple(v) if isinstance(v, list) else v for k, v in answer.items()})


class _Forked:
    """A worker process that was forked: as much of `subprocess.Popen` as `workers` uses."""

    def __init__(self, pid: int, stdin: IO[str], stdout: IO[str]) -> None:
        self.pid, self.stdin, self.stdout = pid, stdin, stdout
        self.returncode: int | None = None

    def kill(self) -> None:
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            _, status = os.waitpid(self.pid, 0)
            self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def _fork_worker(others: Sequence[_Forked], run: dict[str, Any], log: Log) -> _Forked:
    """A worker that waits for its first line; it keeps none of the other workers' pipes open."""
    number = len(others) + 1
    (theirs_in, ours_in), (ours_out, theirs_out) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid:
        os.close(theirs_in)
        os.close(theirs_out)
        return _Forked(pid, open(ours_in, "w", encoding="utf-8"), open(ours_out, encoding="utf-8"))
    code = 1
    try:
        os.close(ours_in)
        os.close(ours_out)
        for other in others:
            other.stdin.close()
            other.stdout.close()
        os.dup2(theirs_in, 0)
        os.dup2(theirs_out, 1)
        sys.stdin = io.TextIOWrapper(io.FileIO(0), "utf-8")
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), "utf-8")
        _break(run, number, log)
        from newssearch.worker import main

        main()
        code = 0
    finally:
        os._exit(code)
    raise AssertionError


def _break(run: dict[str, Any], number: int, log: Log) -> Calls:
    """Put this process (0: the main one) under its fault; others have their calls counted."""
    mine = number == run["victim"]
    calls = Calls(Fault(**run["fault"]) if mine else Fault(), log if mine else bytearray(0))
    calls.install()
    if run["memory"] >= 0:
        import resource

        size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (size + run["memory"], size + run["memory"]))
    if mine and run["seconds"]:
        # an alarm that nobody handles ends a process at once, as SIGKILL does
        signal.signal(signal.SIGALRM, _thrower(run["thrown"]) if run["thrown"] else signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, run["seconds"])
    return calls


def _thrower(name: str) -> Callable[[int, FrameType | None], None]:
    def throw(number: int, frame: FrameType | None) -> None:
        while frame is not None:  # before and after its command a process has nothing to keep
            if frame.f_code.co_filename == threading.__file__:
                return  # where Python begins a thread it cannot take back what it has begun
            if frame.f_code.co_filename.endswith("_command.py"):
                raise getattr(builtins, name)
            frame = frame.f_back

    return throw


def _child(run: dict[str, Any], report: IO[str], log: Log) -> None:
    """The run itself; ends the process."""
    import newssearch.workers
    from newssearch.__main__ import main

    workers: list[_Forked] = []
    for _ in range(run["workers"]):
        workers.append(_fork_worker(workers, run, log))
    hired = iter(list(workers))
    newssearch.workers._start = lambda: next(hired)  # type: ignore[assignment, return-value]
    sys.argv[1:] = run["arguments"]
    before = _open_files()
    calls = _break(run, 0, log)
    begin = time.perf_counter()
    status = main()
    seconds = time.perf_counter() - begin
    signal.setitimer(signal.ITIMER_REAL, 0)
    calls.heal()
    gc.collect()  # what an error held open goes with it
    # no code can keep hold of what was opened at the very moment that something is thrown
    held = [] if run["thrown"] else sorted(_open_files() - before)
    json.dump({"held": held, "seconds": seconds}, report)
    report.flush()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _open_files() -> set[str]:
    """The files that this process has open, but for pipes."""
    found = set()
    for handle in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            path = os.readlink(f"/proc/self/fd/{handle}")
            if path.startswith("/") and not path.startswith(("/proc/", "/dev/")):
                found.add(f"{handle} {path}")
    return found


def _answer(run: dict[str, Any]) -> dict[str, Any]:
    """Fork a child for a run, and say what became of it and of all that it started."""
    alive, ours = os.pipe()  # open for reading until the last process has ended
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,
        tempfile.TemporaryFile("w+", encoding="utf-8") as err,
        tempfile.TemporaryFile("w+", encoding="utf-8") as report,
        mmap.mmap(-1, _LOG) as log,
    ):
        pid = os.fork()
        if not pid:
            try:
                os.setpgid(0, 0)
                os.close(alive)
                for file, handle in ((out, 1), (err, 2)):
                    os.dup2(file.fileno(), handle)
                _child(run, report, log)
            except BaseException:  # noqa: BLE001  a child must not go on as its parent
                import traceback

                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(70)
        os.close(ours)
        late = _wait(alive, pid)
        os.close(alive)
        _, status = os.waitpid(pid, 0)
        for file in (out, err, report):
            file.seek(0)
        told = json.loads(report.read() or '{"held": [], "seconds": 0}')
        return {
            "status": os.waitstatus_to_exitcode(status),
            "out": out.read(),
            "err": err.read() + ("no answer in time\n" if late else ""),
            "calls": logged(log[:]),
            **told,
        }


def _wait(alive: int, pid: int) -> bool:
    """Wait until all processes of a run have ended; True: they had to be made to."""
    import select

    if select.select([alive], [], [], PATIENCE)[0]:
        return False
    os.killpg(pid, signal.SIGKILL)
    return True


def _import_everything() -> None:
    """Do once what runs do, so that children find it done."""
    from newssearch.cli.main import main

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "news").mkdir()
        (folder / "news" / "a.md").write_text("---\ntitle: Pier\n---\n\nA pier, a ferry.\n")
        common = ["-q", "--index", str(folder / "index")]
        for arguments in (
            ["index", str(folder / "news")],
            ["index", "--rebuild"],
            ["saved", "add", "--all-new", "pier", "pier"],
            ["saved", "run", "--new", "--atom", "--output", str(folder / "feed")],
        ):
            assert main([*common, *arguments]) == 0
    import newssearch.worker  # noqa: F401


def main() -> None:
    """Answer lines until there are no more."""
    _import_everything()
    from newssearch import workers
    from newssearch.engine.columnar import compaction, lists_writer

    compaction.FAN_IN = 3  # merges, temporary files and many lots with few articles
    lists_writer._IN_MEMORY = 300
    workers._FILES = 2
    for line in sys.stdin:
        answer = json.dumps(_answer(json.loads(line)))
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
