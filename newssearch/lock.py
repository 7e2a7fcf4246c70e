"""One writer at a time: a lock file beside what it protects.

In: the lock file's path. Out: a context manager; used by `indexer`, `saved` and `check`. The lock
is the operating system's own (flock, or msvcrt on Windows), so it ends with its process, however
that ends; the file says who holds it. It is never deleted: two processes must not lock two files of
one name. A link in its place is not followed: the file that it leads to would be emptied.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from newssearch.errors import EngineError, IndexLocked

_RETRY_SECONDS = 0.05

#: A link is not followed, and nothing that was put in the file's place is waited for.
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

#: What the system says where somebody else has the lock; all else means that it gives none.
_TAKEN = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES}


@contextlib.contextmanager
def locked(path: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock; raises IndexLocked when another process has it for longer than `wait` s, and
    EngineError where there is none to be had."""
    deadline = time.monotonic() + wait
    while True:
        handle = _opened(path)
        try:
            if _try_lock(handle, path) and _same_file(handle, path):
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


def _opened(path: Path) -> int:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | _FLAGS, 0o644)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise
    else:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            return handle
        os.close(handle)
    raise EngineError(f"{path}: is not the file that it should be; remove it")


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
    pid = os.getpid()
    signed = {"pid": pid, "host": _host(), "since": since, "started": _started(pid)}
    text = json.dumps(signed)
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
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return False  # nobody can take it
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
        started = signed.get("started", "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return True
    if host != _host():
        return True
    return _runs(pid) and started in ("", _started(pid))


def _started(pid: int) -> str:
    """When a process began, in ticks of the system's clock: its number is given to another one
    some day, after a restart perhaps soon. Empty where the system does not tell."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
        return told.rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


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


def _try_lock(handle: int, path: Path) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return _try_lock_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        reason = (error.strerror or str(error)).lower()
        raise EngineError(
            f"{path}: cannot be locked ({reason}), and without that two could write at once; "
            "a file system that has locks is needed: name a folder there with --index"
        ) from error
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
