from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newssearch.errors import EngineError, IndexLocked
from newssearch.lock import is_held, locked

HOLDER = """
import sys, pathlib
from newssearch.lock import locked
with locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until it is sent a line."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.kill()


def test_a_second_writer_is_told_who_holds_the_lock_and_since_when(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(IndexLocked) as caught, locked(tmp_path / "lock"):
        pytest.fail("two have the lock")
    message = str(caught.value)
    assert f"process {holder.pid} on " in message
    assert re.search(r"since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", message)
    assert "--wait" in message


def test_waiting_takes_the_lock_when_it_is_free(
    tmp_path: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def release(seconds: float) -> None:
        assert holder.poll() is None
        holder.communicate("\n")

    monkeypatch.setattr("newssearch.lock.time.sleep", release)
    with locked(tmp_path / "lock", wait=60):
        assert holder.poll() == 0


def test_waiting_ends(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(IndexLocked), locked(tmp_path / "lock", wait=0.1):
        pytest.fail("two have the lock")


def test_a_killed_holder_leaves_the_lock_free(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / "lock").read_bytes()  # its signature is still there, and counts for nothing
    with locked(tmp_path / "lock"):
        pass


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error), locked(tmp_path / "lock"):
            raise error
    with locked(tmp_path / "lock"), pytest.raises(IndexLocked), locked(tmp_path / "lock"):
        pytest.fail("two have the lock")
    assert (tmp_path / "lock").read_bytes() == b""


def test_a_lock_on_a_file_that_was_replaced_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"
    path.touch()
    opened = []
    real = os.open

    def open_and_lose(name: Path, *flags: int) -> int:
        handle = real(name, *flags)
        opened.append(handle)
        if len(opened) == 1:
            path.unlink()
            path.write_bytes(b"")
        return handle

    monkeypatch.setattr("newssearch.lock.os.open", open_and_lose)
    with locked(path, wait=60):
        assert len(opened) == 2
        assert path.read_bytes()  # signed where others look


def test_a_full_disk_does_not_keep_the_lock_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("newssearch.lock.os.write", full)
    with (
        locked(tmp_path / "lock"),
        pytest.raises(IndexLocked, match="another process"),
        locked(tmp_path / "lock"),
    ):
        pytest.fail("two have the lock")


def test_the_lock_is_free_after_an_error_while_it_was_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(handle: int, path: Path) -> bool:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("newssearch.lock._same_file", fail)
        with pytest.raises(MemoryError), locked(tmp_path / "lock"):
            pytest.fail("it has the lock")
    with locked(tmp_path / "lock"):
        pass


def test_a_disk_without_locks_is_said_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(handle: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", none)
    with (
        pytest.raises(
            EngineError, match=r"cannot be locked \(no locks available\).*--index"
        ) as caught,
        locked(tmp_path / "lock"),
    ):
        pytest.fail("it has the lock")
    assert not isinstance(caught.value, IndexLocked)


def test_a_link_in_the_locks_place_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("somebody's")
    (tmp_path / "lock").symlink_to(other)
    with pytest.raises(EngineError, match="remove it"), locked(tmp_path / "lock"):
        pytest.fail("it has the lock")
    assert other.read_text() == "somebody's"


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "lock")
    with pytest.raises(EngineError, match="remove it"), locked(tmp_path / "lock", wait=60):
        pytest.fail("it has the lock")
    assert not is_held(tmp_path / "lock")


def test_a_process_that_was_given_the_number_of_a_killed_one_holds_no_lock(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    path = tmp_path / "lock"
    assert is_held(path)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    signed = json.loads(path.read_bytes()) | {"pid": os.getpid()}
    path.write_text(json.dumps(signed))
    assert not is_held(path)
    path.write_text(json.dumps({**signed, "started": ""}))
    assert is_held(path)  # where the system does not tell it may be
