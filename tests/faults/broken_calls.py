"""A file system that fails: every call by which a process changes files is counted, and one of them
(or all from one on) goes wrong.

In: a `Fault`. Out: `Calls`, which knows the names of the calls so far. `install` puts it under this
process for good, so that only a forked child does it; used by `warm`. Python's own seam is enough:
`open` and the functions of `os` are all that newssearch writes by. Files are written through
FileIO, whose single writes are counted as the system would see them; pipes are left alone.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import stat
from collections.abc import Callable, MutableSequence
from dataclasses import dataclass
from typing import Any

#: kill       the process ends by SIGKILL before the call
#: torn kill  half of what a write should write is written, then the process ends by SIGKILL
#: torn       half is written, and the next write says that the disk is full
#: others     the call fails with this error; a write that is interrupted writes less, as Python
#:            itself goes on where the system says EINTR
KINDS = ("kill", "torn kill", "torn", "EIO", "ENOSPC", "EINTR")

_TORN = {"torn kill", "torn"}

_FUNCTIONS = (
    *("fsync", "fdatasync", "rename", "replace", "unlink", "remove", "rmdir", "mkdir"),
    *("truncate", "ftruncate", "link", "symlink", "chmod", "utime"),
)

#: The calls' names; `Calls.log` holds their places in it.
NAMES = ("open", "write", *_FUNCTIONS)

#: What a full disk still does.
_NEEDS_NO_SPACE = {"unlink", "remove", "rmdir", "chmod", "utime", "ftruncate"}

_WRITES = os.O_WRONLY | os.O_RDWR


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at the call number `at` (from 1; 0: nothing does); `sticky`: at all calls
    from there on, too."""

    kind: str = "kill"
    at: int = 0
    sticky: bool = False


class Calls:
    """Counts calls, and breaks those that the fault says. `log` is told of each call: at 0 to 3 how
    many there were, then their names' places in NAMES; memory that is shared outlives the process.
    """

    def __init__(self, fault: Fault, log: MutableSequence[int]) -> None:
        self._fault, self._log, self._count = fault, log, 0
        self._full = False  # a write was torn: the next one finds no room
        self._open, self._os_open, self._os_write = io.open, os.open, os.write

    def install(self) -> None:
        """From now on; there is no way back but `heal`."""
        for name in _FUNCTIONS:
            setattr(os, name, self._around(name, getattr(os, name)))
        os.open = self._open_handle  # type: ignore[assignment]
        os.write = self._write_handle  # type: ignore[assignment]
        io.open = builtins.open = self._open_file  # type: ignore[assignment]

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        self._fault, self._full = Fault(), False

    def _hit(self, name: str) -> bool:
        """Count a call; is it one that goes wrong?"""
        self._count += 1
        fault, now = self._fault, self._count
        if now + 4 <= len(self._log):
            self._log[:4] = now.to_bytes(4, "little")  # type: ignore[index, call-overload]
            self._log[now + 3] = NAMES.index(name)
        if not fault.at or now < fault.at or (now > fault.at and not fault.sticky):
            return False
        return not (fault.kind == "ENOSPC" and name in _NEEDS_NO_SPACE)

    def before(self, name: str, path: object = None) -> None:
        """Count a call that is no write, and break it."""
        if not self._hit(name) or self._fault.kind in _TORN:
            return
        if self._fault.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise _error(getattr(errno, self._fault.kind), path)

    def write(self, then: Callable[[Any], int], content: Any, path: object) -> int:
        """Count a write, and break it."""
        hit = self._hit("write")
        if self._full:
            self._full = self._fault.sticky
            raise _error(errno.ENOSPC, path)
        if not hit:
            return then(content)
        view = memoryview(content).cast("B")
        if self._fault.kind == "EINTR":
            return then(view[: -(-len(view) // 2)])
        if self._fault.kind in _TORN:
            done = then(view[: len(view) // 2]) if len(view) > 1 else 0
            if self._fault.kind == "torn kill":
                os.kill(os.getpid(), signal.SIGKILL)
            self._full = True
            if done:
                return done
            raise _error(errno.ENOSPC, path)
        if self._fault.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise _error(getattr(errno, self._fault.kind), path)

    def _around(self, name: str, then: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **given: Any) -> Any:
            self.before(name, arguments[0])
            return then(*arguments, **given)

        return call

    def _open_handle(self, path: Any, flags: int, *rest: Any, **given: Any) -> int:
        if flags & _WRITES:
            self.before("open", path)
        return self._os_open(path, flags, *rest, **given)

    def _write_handle(self, handle: int, content: Any) -> int:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return self._os_write(handle, content)
        return self.write(lambda some: self._os_write(handle, some), content, handle)

    def _open_file(  # noqa: PLR0917  as `open` is
        self,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        """As `open`, of a file whose writes are counted."""
        writes = set(mode) & set("wax+") and not _is_pipe(file)
        if not writes:
            return self._open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        if not isinstance(file, int) and opener is None:
            self.before("open", file)
        raw = _File(self, file, mode.replace("b", "").replace("t", ""), closefd, opener)
        if buffering == 0:
            return raw
        buffered: Any = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        if "b" in mode:
            return buffered
        text = io.TextIOWrapper(buffered, encoding, errors, newline)
        text.mode = mode
        return text


def logged(log: bytes) -> tuple[str, ...]:
    """The names of the calls that a log tells of."""
    count = int.from_bytes(log[:4], "little")
    return tuple(NAMES[place] for place in log[4 : 4 + count])


class _File(io.FileIO):
    """A file whose writes are counted."""

    def __init__(self, calls: Calls, file: Any, mode: str, closefd: bool, opener: Any) -> None:
        super().__init__(file, mode, closefd, opener)
        self._calls = calls

    def write(self, content: Any) -> int:
        return self._calls.write(super().write, content, self.name)

    def truncate(self, size: int | None = None) -> int:
        self._calls.before("truncate", self.name)
        return super().truncate(size)


def _is_pipe(file: Any) -> bool:
    return isinstance(file, int) and not stat.S_ISREG(os.fstat(file).st_mode)


def _error(number: int, path: object) -> OSError:
    if isinstance(path, int) or path is None:
        return OSError(number, os.strerror(number))
    return OSError(number, os.strerror(number), path)
