"""One file of named sections, each byte of it under a checksum.

In: sections as bytes (`SectionsWriter`); a path (`SegmentFile`). Out: the file; views of parts of
its sections. Used by everything in this package that is on the disk.

    magic          8 bytes, then the format's version, 4 bytes; zeros up to 64
    section        each from a multiple of 64 on, zeros between
    …
    checksums      CRC-32 of each BLOCK bytes of all the above, 4 bytes each
    contents       JSON: {"sections": {name: [start, length]}, "meta": …}
    footer         where the contents start (8 bytes), their length (4), the CRC-32 of checksums
                   and contents together (4), magic

Numbers are little-endian. A block is checked when something of it is first read, so that opening
costs the same at any size; what is damaged is an IndexCorrupt that names the file. So is what the
disk does not give, where the system can be asked for mapped memory beforehand: else reading it
would end the process by a signal.
"""

from __future__ import annotations

import contextlib
import errno
import json
import mmap
import os
import struct
import sys
from array import array
from collections.abc import Iterable, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from newssearch.engine.columnar.disk import open_file, unreadable
from newssearch.engine.folders import damaged
from newssearch.errors import EngineError, IndexCorrupt

MAGIC = b"newsseg\n"
VERSION = 1

BLOCK = 4096
_ALIGNED = 64

#: What reading JSON that holds other things than it should may end in.
WRONG = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
_FOOTER = struct.Struct("<QII8s")
_HEAD = MAGIC + VERSION.to_bytes(4, "little") + bytes(_ALIGNED - 12)

#: What has the system bring mapped memory, and say so where it cannot (Linux from 5.14 on).
_BRING: int | None = 22 if sys.platform == "linux" else None

#: What tells the system that mapped memory is not needed now; not everywhere to be had.
_NOT_NEEDED: int | None = getattr(mmap, "MADV_DONTNEED", None)


class FileSum(NamedTuple):
    """A file's size; the checksum that stands at its end, which is compared whenever it is opened;
    and its SHA-256, which `check` compares."""

    size: int
    checksum: int
    sha256: str


class SectionsWriter:
    """Writes a file section by section; `finish` ends it. The caller syncs and renames."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = open(path, "wb")  # noqa: SIM115  closed by finish or abandon
        self._sections: dict[str, tuple[int, int]] = {}
        self._checksums = array("I")
        self._rest = b""
        self._at = 0
        self.checksum = 0  # after `finish`: what names this very content in a manifest
        try:
            self._write(_HEAD)
        except BaseException:
            self.abandon()
            raise

    def add(self, name: str, chunks: Iterable[Any]) -> None:
        """One section from buffers (bytes, arrays) that follow one another."""
        self._write(bytes(-self._at % _ALIGNED))
        start = self._at
        for chunk in chunks:
            self._write(memoryview(chunk).cast("B") if len(chunk) else b"")
        self._sections[name] = (start, self._at - start)

    def _write(self, content: Any) -> None:
        self._at += len(content)
        self._file.write(content)
        view = memoryview(content)
        if self._rest:
            missing = BLOCK - len(self._rest)
            self._rest += bytes(view[:missing])
            view = view[missing:]
            if len(self._rest) < BLOCK:
                return
            self._checksums.append(crc32(self._rest))
            self._rest = b""
        whole = len(view) - len(view) % BLOCK
        self._checksums.extend(crc32(view[i : i + BLOCK]) for i in range(0, whole, BLOCK))
        self._rest = bytes(view[whole:])

    def finish(self, meta: Mapping[str, Any]) -> int:
        """Write what stands behind the sections; returns the file's size."""
        if self._rest:
            self._checksums.append(crc32(self._rest))
        start = self._at
        table = self._checksums.tobytes()
        contents = json.dumps({"sections": self._sections, "meta": meta}).encode()
        self.checksum = crc32(contents, crc32(table))
        footer = _FOOTER.pack(start + len(table), len(contents), self.checksum, MAGIC)
        self._file.write(table + contents + footer)
        self._file.close()
        return start + len(table) + len(contents) + len(footer)

    def abandon(self) -> None:
        """Close and remove the unfinished file."""
        with contextlib.suppress(OSError):  # what it still holds cannot be written either
            self._file.close()
        self.path.unlink(missing_ok=True)


class SegmentFile:
    """A file of sections, mapped. Raises IndexCorrupt where it is not as it was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if sys.byteorder != "little":
            raise EngineError("the index is read as it lies, which needs a little-endian processor")
        with open_file(path) as file:
            if not os.fstat(file.fileno()).st_size:
                raise self.damaged("is empty")
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except OSError as error:
                raise unreadable(path, error) from error
        self._view = memoryview(self._map)
        try:
            self._read_contents()
        except (*WRONG, struct.error) as error:
            self.close()
            raise self.damaged(f"is damaged ({error})") from error
        except BaseException:
            self.close()
            raise

    def _read_contents(self) -> None:
        size = len(self._view)
        self._bring(0, 12)
        self._bring(max(size - _FOOTER.size, 0), size)
        if size < _ALIGNED + _FOOTER.size or bytes(self._view[:8]) != MAGIC:
            raise self.damaged("is no segment")
        if int.from_bytes(self._view[8:12], "little") != VERSION:
            raise self.damaged("is of another version")
        start, length, checksum, magic = _FOOTER.unpack(self._view[-_FOOTER.size :])
        end = size - _FOOTER.size
        if magic != MAGIC or start + length != end:
            raise self.damaged("is cut off or damaged")
        # the table's place follows from its length: one entry a block of what is before it
        blocks = -(-start // (BLOCK + 4))
        first = start - 4 * blocks
        self._bring(max(first, 0), end)
        if crc32(self._view[first:end]) != checksum:
            raise self.damaged("is damaged (its contents)")
        contents = json.loads(bytes(self._view[start:end]))
        self._sections = {name: (int(a), int(n)) for name, (a, n) in contents["sections"].items()}
        if any(not 0 <= a <= a + n <= first for a, n in self._sections.values()):
            raise self.damaged("is damaged (its contents)")
        self.meta: dict[str, Any] = contents["meta"]
        self._checksums = memoryview(bytes(self._view[first:start])).cast("I")
        self.checksum: int = checksum
        self._end = first
        self._checked = bytearray(blocks)

    def size(self) -> int:
        """Bytes of the file."""
        return len(self._view)

    def names(self) -> list[str]:
        """The names of its sections."""
        return list(self._sections)

    def length(self, name: str) -> int:
        """Bytes of a section; 0 where there is none of this name."""
        return self._sections.get(name, (0, 0))[1]

    def read(self, name: str, start: int = 0, stop: int | None = None) -> memoryview:
        """Bytes [start, stop) of a section, checked. Valid until `close`."""
        begin, length = self._sections.get(name, (0, 0))
        stop = length if stop is None else stop
        if not 0 <= start <= stop <= length:
            raise self.damaged(f"is damaged ({name} ends early)")
        first, last = (begin + start) // BLOCK, (begin + stop + BLOCK - 1) // BLOCK
        if start < stop and self._checked.find(0, first, last) >= 0:
            self._check(first, last)
        return self._view[begin + start : begin + stop]

    def section(self, name: str) -> tuple[int, int]:
        """Where a section starts in the file, and its length."""
        return self._sections.get(name, (0, 0))

    def _check(self, first: int, last: int) -> None:
        block = self._checked.find(0, first, last)
        if block >= 0:
            self._bring(block * BLOCK, min(last * BLOCK, self._end))
        while block >= 0:
            begin = block * BLOCK
            if crc32(self._view[begin : min(begin + BLOCK, self._end)]) != self._checksums[block]:
                raise self.damaged(f"is damaged (bytes {begin:,} and following)")
            self._checked[block] = 1
            block = self._checked.find(0, block + 1, last)

    def _bring(self, start: int, stop: int) -> None:
        """See to it that bytes [start, stop) can be read at all; raises IndexCorrupt."""
        if _BRING is None or start >= stop:
            return
        begin = start - start % mmap.PAGESIZE
        try:
            self._map.madvise(_BRING, begin, stop - begin)
        except OSError as error:
            if error.errno == errno.EFAULT:
                reason = "the disk fails, or the file was cut off"
                raise self.damaged(f"cannot be read ({reason})") from error
            # EINVAL: an older system, which cannot be asked

    def check(self) -> None:
        """Check every block; raises IndexCorrupt at the first that is damaged."""
        self._check(0, len(self._checked))

    def release(self) -> None:
        """Let go of the memory of what was read, which stays valid: it comes again when used."""
        if _NOT_NEEDED is not None:
            self._map.madvise(_NOT_NEEDED)

    def damaged(self, what: str) -> IndexCorrupt:
        """The error that says which file is damaged, and what to do."""
        return damaged(self.path, what)

    def close(self) -> None:
        """Let go of the file; a second time does nothing. Arrays on it keep it mapped."""
        with contextlib.suppress(BufferError):
            self._checksums = memoryview(b"").cast("I")
            self._view.release()
            self._map.close()


def file_sum(file: SegmentFile | SectionsWriter, size: int) -> FileSum:
    """What a finished file must be."""
    with open(file.path, "rb") as content:
        return FileSum(size, file.checksum, file_digest(content, "sha256").hexdigest())
