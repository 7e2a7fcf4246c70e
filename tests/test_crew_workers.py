"""Workers at their work: what they say comes in order, a run in which they fail leaves no harm, no
process and one line; and who is hired."""

from __future__ import annotations

import _thread
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newssearch import crew, listener, workers
from newssearch.cli.main import main
from newssearch.errors import EngineError
from newssearch.index_folder import IndexFolder
from newssearch.indexer import update_index
from newssearch.lock import locked
from newssearch.options import IndexOptions
from newssearch.query import open_index

TWO = IndexOptions(jobs=2)

pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture(autouse=True)
def small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few files keep two workers busy."""
    monkeypatch.setattr(workers, "_FILES", 3)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for n in range(30):
        (folder / f"{n}.md").write_text(f"# Fog {n}\n\nA ferry in the harbour, number {n}.\n")
    return folder


def test_outcomes_come_in_the_order_of_the_files(tmp_path: Path, archive: Path) -> None:
    names = sorted(path.name for path in archive.iterdir())
    for name in names:
        (archive / name).write_text(
            f"---\ndate: never\n---\n\n{'A ferry. ' * random.randrange(999)}"
        )
    report = update_index(tmp_path / "index", [archive], TWO)
    assert [warning.partition(":")[0] for warning in report.warnings] == names


# --- workers that fail ----------------------------------------------------------------------------


class Scene:
    """An index, an archive that has changed since, and what a failing run must leave."""

    def __init__(self, tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.index, self.archive = tmp_path / "index", archive
        self.started: list[subprocess.Popen[str]] = []
        update_index(self.index, [archive], IndexOptions(jobs=1))
        self.before = self.state()
        for path in archive.iterdir():
            path.write_text(path.read_text() + "\nA late bell.\n")
        start = workers._start

        def noting() -> subprocess.Popen[str]:
            self.started.append(start())
            return self.started[-1]

        monkeypatch.setattr(workers, "_start", noting)
        monkeypatch.setattr(crew, "_processors", lambda: 2)
        monkeypatch.setattr(crew, "_FEW", 0)
        monkeypatch.setattr(crew, "_LITTLE", 0)

    def state(self) -> tuple[list[str], list[str]]:
        with open_index(self.index) as news:
            hits = [hit.id for hit in news.query("ferry OR bell", limit=None)]
        return hits, sorted(str(path) for path in self.index.rglob("*"))

    def assert_unharmed(self) -> None:
        assert self.state() == self.before
        assert len(self.started) == 2
        assert all(process.poll() is not None for process in self.started)
        with locked(self.index / "lock"):
            pass
        assert update_index(self.index, options=IndexOptions(jobs=1)).changed == 30
        assert len(self.state()[0]) == 30


@pytest.fixture
def scene(tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(tmp_path, archive, monkeypatch)


def run(scene: Scene, capfd: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Run the command; its exit code, and what it and its workers said."""
    capfd.readouterr()
    status = main(["--index", str(scene.index), "index"])
    out, err = capfd.readouterr()
    assert out == ""
    return status, err.splitlines()


def test_a_killed_worker_ends_the_run_with_one_line(
    scene: Scene, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = workers.Workers._outcomes

    def killing(self: workers.Workers, number: int, answer: list[Any]) -> Any:
        os.kill(scene.started[1].pid, signal.SIGKILL)
        return outcomes(self, number, answer)

    monkeypatch.setattr(workers.Workers, "_outcomes", killing)
    status, said = run(scene, capfd)
    assert status == 2
    assert said == [
        "newssearch: a worker process ended by signal 9; the index is as it was. "
        "Try less at once: -j 1"
    ]
    scene.assert_unharmed()


#: What goes wrong in a worker (a program that runs in it first), and what is said of it.
FAILURES = {
    "bug": (
        "import newssearch.intake as i; i.Intake.read = lambda self, task: 1 / 0",
        "bug in newssearch: ZeroDivisionError",
    ),
    "memory": (
        "import newssearch.intake as i\n"
        "def read(self, task): raise MemoryError\n"
        "i.Intake.read = read",
        "not enough memory",
    ),
    "module": (
        "import newssearch.intake as i\n"
        "def read(self, task): raise ImportError('long said\\nlibz.so: cannot be mapped')\n"
        "i.Intake.read = read",
        "a module cannot be loaded (libz.so: cannot be mapped)",
    ),
    "module at the start": (
        "import sys; sys.modules['newssearch.worker'] = None",
        "a module cannot be loaded (import of newssearch.worker halted",
    ),
    "begin": (
        "import newssearch.engine.choose as c; c.attach = None",
        "bug in newssearch: TypeError",
    ),
    "full at fsync": (
        "import os, errno\ndef full(handle): raise OSError(28, os.strerror(28))\nos.fsync = full",
        "could not be written: no space left on device",
    ),
    "full at write": (
        "import resource, sys; sys.dont_write_bytecode = True\n"  # half of it would be kept
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))",
        "could not be written: file too large",
    ),
    "exit": ("import sys; sys.exit(3)", "a worker process ended with code 3"),
    "half an answer": (
        "import os, signal, newssearch.worker as w\n"
        "def read(self, values): os.write(1, b'{\"done\": ['); os.kill(os.getpid(), 9)\n"
        "w.Worker._read = read",
        "a worker process ended by signal 9",
    ),
    "no answer": (
        "import os, signal, newssearch.worker as w\n"
        "def read(self, values): os.write(1, b'what is this\\n'); signal.pause()\n"
        "w.Worker._read = read",
        "a worker process gave no answer",
    ),
}


def run_first(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have workers run a program before they begin."""
    path, work = workers._PROGRAM.split("try:", 1)
    monkeypatch.setattr(workers, "_PROGRAM", f"{path}\n{program}\ntry:{work}")


@pytest.mark.skipif(sys.platform == "win32", reason="signals and resource limits of POSIX")
@pytest.mark.parametrize("failure", FAILURES)
def test_a_worker_that_fails_ends_the_run_with_one_line(
    scene: Scene, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    program, expected = FAILURES[failure]
    run_first(program, monkeypatch)
    if failure == "no answer":  # the others need no more than the system does to end them
        monkeypatch.setattr(workers, "_PATIENCE", 0.1)
    status, said = run(scene, capfd)
    assert status == 2
    (line,) = said
    assert line.startswith("newssearch: ")
    assert expected in line
    scene.assert_unharmed()


def test_where_a_worker_failed_is_kept_for_who_asks(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_first(FAILURES["bug"][0], monkeypatch)
    with pytest.raises(EngineError) as caught:
        update_index(scene.index, options=TWO)
    assert "division by zero" in caught.value.__notes__[0]


def test_an_interrupted_run_is_quiet_and_ends_its_workers(
    scene: Scene, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: workers.Workers, number: int, answer: list[Any]) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(workers.Workers, "_outcomes", interrupted)
    assert run(scene, capfd) == (130, [])
    scene.assert_unharmed()


# The command in a process (group) of its own, which gets a signal once its workers are at work.
SIGNALLED = """
import os, signal, sys
from newssearch import crew, workers
from newssearch.cli.main import main
workers._FILES, crew._FEW, crew._LITTLE, crew._processors = 3, 0, 0, lambda: 2
answer = workers.Workers._answer
def signalled(self):
    os.kill(*{receiver}, signal.{name})
    return answer(self)
workers.Workers._answer = signalled
sys.exit(main(["--index", sys.argv[1], "index"]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("receiver", "name", "status"),
    [
        ("(0,)", "SIGINT", 130),
        ("(os.getpid(),)", "SIGKILL", -9),
        ("(os.getpid(),)", "SIGTERM", -15),
    ],
)
def test_no_worker_outlives_a_run_that_gets_a_signal_and_none_complains(
    scene: Scene, receiver: str, name: str, status: int
) -> None:
    program = SIGNALLED.format(receiver=receiver, name=name)
    ended = subprocess.run(
        [sys.executable, "-c", program, str(scene.index)],
        capture_output=True,
        start_new_session=True,
        timeout=300,  # the pipes are open as long as a worker is there
        check=False,
        cwd=Path(crew.__file__).parents[1],
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (status, b"", b"")
    assert scene.state()[0] == scene.before[0]
    assert update_index(scene.index, options=IndexOptions(jobs=1)).changed == 30
    hits, files = scene.state()
    assert len(hits) == 30
    assert len(files) == len(scene.before[1])


def test_workers_run_nothing_that_lies_in_the_working_folder(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "signal", "newssearch", "queue", "numpy", "sitecustomize"):
        (archive / f"{name}.py").write_text("raise SystemExit('somebody else was here')\n")
    monkeypatch.chdir(archive)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert update_index(tmp_path / "index", [archive], TWO).added == 30


# --- who is hired ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jobs", "files", "expected"), [(0, 30, 0), (1, 30, 0), (2, 30, 2), (9, 3, 3), (2, 1, 0)]
)
def test_few_files_need_few_workers(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, jobs: int, files: int, expected: int
) -> None:
    monkeypatch.setattr(crew, "_FEW", 250)
    for n in range(files, 30):
        (scene.archive / f"{n}.md").unlink()
    update_index(scene.index, options=IndexOptions(jobs=jobs, prune=True))
    assert len(scene.started) == expected


def test_where_no_process_can_be_started_one_does_it_all(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **options: Any) -> Any:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(workers.subprocess, "Popen", refuse)
    assert update_index(scene.index, options=TWO).changed == 30


@pytest.mark.parametrize(
    ("jobs", "memory", "known", "count"),
    [(0, 512, 0, 3), (0, 2048, 0, 8), (0, 512, 1_000_000, 2), (0, 64, 0, 1), (2, 512, 0, 2)],
)
def test_all_processes_together_keep_within_the_memory(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, jobs: int, memory: int, known: int, count: int
) -> None:
    hired: list[tuple[int, int]] = []
    monkeypatch.setattr(crew, "_processors", lambda: 8)
    monkeypatch.setattr(
        crew, "Workers", lambda writer, work, count: hired.append((count, work.memory))
    )
    options = IndexOptions(jobs=jobs, memory=memory * 2**20)
    amount = crew.Amount(10_000, 10**9, known)
    home = IndexFolder.open(scene.index)
    with locked(scene.index / "lock"):
        writer = home.engine().writer(crew.memory_alone(options, amount))
        alone = crew.hire(home, writer, options, amount)
        writer.cancel()
    assert isinstance(alone, crew.Alone) == (count == 1)
    for processes, each in hired:
        assert processes == count
        assert each >= 24_000_000
        assert processes * (each + 110_000_000) + 60_000_000 + 190 * known <= options.memory


def test_workers_that_were_asked_for_come_with_little_memory_too(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_index(scene.index, options=replace(TWO, memory=64 * 2**20))
    assert len(scene.started) == 2


def test_where_no_thread_can_be_started_one_process_does_it_all(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(function: Callable[..., object], arguments: tuple[object, ...]) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", refuse)
    assert update_index(scene.index, options=TWO).changed == 30
    assert [process.returncode for process in scene.started] == [-signal.SIGKILL]


def test_a_thread_without_memory_for_its_first_steps_is_not_waited_for_without_end(
    scene: Scene, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = _thread.start_new_thread

    def fail() -> None:
        raise MemoryError

    monkeypatch.setattr(_thread, "start_new_thread", lambda function, arguments: begin(fail, ()))
    monkeypatch.setattr(listener, "_PATIENCE", 0.1)
    assert update_index(scene.index, options=TWO).changed == 30
    assert [process.returncode for process in scene.started] == [-signal.SIGKILL]
    assert capfd.readouterr().err == ""


def test_too_little_memory_to_read_an_answer_ends_the_run_with_one_line(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(line: str) -> None:
        raise MemoryError

    monkeypatch.setattr(listener, "json", SimpleNamespace(loads=refuse))
    with pytest.raises(EngineError, match="there is not enough memory; try less at once: -j 1"):
        update_index(scene.index, options=TWO)
