"""One writer at a time: a lock file beside what it protects.

In: the lock file's path. Out: a context manager; used by `indexer`. The lock is the operating
system's own (flock, or msvcrt on Windows), so it ends with its process, however that ends; the
file says who holds it. It is never deleted: two processes must not lock two files of one name.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from newssearch.errors import IndexLocked

_RETRY_SECONDS = 0.05


@contextlib.contextmanager
def locked(path: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock; raises IndexLocked when another process has it for longer than `wait` s."""
    deadline = time.monotonic() + wait
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if _try_lock(handle) and _same_file(handle, path):
                with _signed(handle):
                    yield
                return
            holder = _holder(handle)
        finally:
            os.close(handle)
        if time.monotonic() >= deadline:
            raise IndexLocked(
                f"{path.parent}: the index is being written by {holder}; "
                "wait for it to end, or try again with --wait SECONDS"
            )
        time.sleep(_RETRY_SECONDS)


@contextlib.contextmanager
def _signed(handle: int) -> Iterator[None]:
    """While it is entered, the file says who holds the lock."""
    with contextlib.suppress(OSError):  # a full disk: the lock holds without a signature
        _sign(handle)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.ftruncate(handle, 0)


def _same_file(handle: int, path: Path) -> bool:
    """Is the file that was locked still the one that others will find under this name?"""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _sign(handle: int) -> None:
    since = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    text = json.dumps({"pid": os.getpid(), "host": _host(), "since": since})
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, text.encode())


def _host() -> str:
    if hasattr(os, "uname"):
        return os.uname().nodename
    import socket  # start-up: only where there is no other way to ask

    return socket.gethostname()


def _holder(handle: int) -> str:
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        signed = json.loads(os.read(handle, 1000))
        return f"process {signed['pid']} on {signed['host']} since {signed['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


def is_held(path: Path) -> bool:
    """Is the lock held, as far as can be told without taking it? Who only looks must not be in a
    writer's way. A process that was killed has left its signature; whether it still runs is known
    on its own host alone."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    if not content:
        return False
    try:
        signed = json.loads(content)
        pid, host = int(signed["pid"]), signed["host"]
    except (ValueError, LookupError, TypeError):
        return True
    return host != _host() or _runs(pid)


def _runs(pid: int) -> bool:
    if os.name == "nt" or pid <= 0:  # there, asking with a signal would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _try_lock(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return _try_lock_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _try_lock_windows(handle: int) -> bool:
    import importlib

    msvcrt = importlib.import_module("msvcrt")  # by name: the type checker runs elsewhere
    try:
        os.lseek(handle, 1 << 20, os.SEEK_SET)  # past what others read of the signature
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True
