"""Is what lies in an engine's folder what was written, and does it hang together?

In: the folder. Out: `Examination`, which tells `Fault`s; used by `check`, through `choose`. Every
byte is read and held against the manifest's SHA-256; files whose bytes are right are read for what
they say (`verify_generation`), since whoever wrote them may have been wrong.

Nothing is written. Beside a writer it is the generation that was the newest when it began: its
files stay open.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO

import numpy as np

from newssearch.engine.columnar.disk import Reading, open_file
from newssearch.engine.columnar.generation import (
    DICTIONARY,
    Generation,
    Manifest,
    commit_name,
    latest,
    left_over,
    manifest_name,
    open_generation,
    published,
    read_manifest,
)
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.segment_file import FileSum, SegmentFile
from newssearch.engine.columnar.verify_generation import generation_faults, live_ids
from newssearch.engine.fault import Fault, fault_of
from newssearch.errors import IndexCorrupt

#: called with (bytes looked at, bytes in all)
Progress = Callable[[int, int], None]

_PIECE = 1 << 20


class Examination:
    """One look at a folder. `newest` is the newest published generation, `answers` the one that
    searches are answered from; both -1 where there is none. `files` and `bytes` count what was
    looked at by `faults`, `is_whole` says whether the one that answers has none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.newest = self.answers = -1
        self.is_whole = False
        self.files = self.bytes = 0
        self._held: list[_Files] = []
        self._generation: Generation | None = None
        try:
            while not self._open():
                self.close()  # a writer has swept files while they were opened
        except BaseException:
            self.close()
            raise

    def _open(self) -> bool:
        numbers = published(self._folder)
        if not numbers:
            return True
        self.newest = numbers[0]
        with contextlib.suppress(IndexCorrupt):
            self._generation = open_generation(self._folder)
            self.answers = self._generation.number
        looked_at = {self.newest, self.answers} if self.answers >= 0 else numbers
        for number in numbers:
            if number in looked_at:
                self._held.append(_Files(self._folder, number))
        return not any(held.missing for held in self._held) or latest(self._folder) == self.newest

    def faults(self, progress: Progress) -> list[Fault]:
        """What is wrong with the newest generation, then with the one that answers, where that is
        another; with all of them, where none does. Raises EngineError where it is not the files'
        fault that they cannot be read."""
        if self.newest < 0:
            return [Fault(self._folder, "has no manifest (generation-….json)")]
        self.files = sum(len(held.files) for held in self._held)
        self.bytes = sum(held.size for held in self._held)
        meter = _Meter(progress, 2 * self.bytes)
        found: list[Fault] = []
        with Reading(self._folder):
            for held in self._held:
                faults = list(held.faults(meter))
                if self._generation is not None and held.number == self.answers:
                    damaged = {fault.path for fault in faults}
                    faults += generation_faults(self._generation, damaged, meter)
                    self.is_whole = not faults
                found += (fault for fault in faults if fault not in found)
        meter.end()
        return found

    def attachment(self, name: str) -> bytes | None:
        """What the generation that answers was published with under this name; raises
        IndexCorrupt."""
        return None if self._generation is None else self._generation.attachment(name)

    def difference(self, ids: Iterable[str]) -> tuple[list[str], list[str]]:
        """Which of these ids the generation that answers does not hold, and which others it does.
        It must have no fault."""
        assert self._generation is not None
        wanted = np.fromiter((int(one, 16) for one in ids), np.uint64)
        held = live_ids(self._generation)
        missing, others = np.setdiff1d(wanted, held), np.setdiff1d(held, wanted)
        return [f"{one:012x}" for one in missing.tolist()], [
            f"{one:012x}" for one in others.tolist()
        ]

    def left_over(self) -> list[Path]:
        """Files that no generation needs: what a writer that was killed left behind. Beside a
        writer they may be its own. None where the newest generation does not answer."""
        if self._generation is None or self.answers != self.newest:
            return []
        return left_over(self._folder, self._generation.manifest)

    def close(self) -> None:
        """Close every file; a second time does nothing."""
        for held in self._held:
            held.close()
        self._held = []
        if self._generation is not None:
            self._generation.close()
        self._generation, self.newest, self.answers = None, -1, -1


class _Meter:
    """How many bytes of how many have been looked at: each counts twice, as a byte and for what it
    says."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self, size: int) -> None:
        self._done = min(self._done + size, self._total)
        self._progress(self._done // 2, self._total // 2)

    def end(self) -> None:
        self(self._total)


class _Files:
    """The files of a generation, open, and what each must be (None: only its SHA-256 is known)."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder, self.number = folder, number
        self.files: dict[str, IO[bytes]] = {}
        self.missing: list[Fault] = []
        self._known: dict[str, FileSum] = {}
        self._manifest: Manifest | None = None
        try:
            self._manifest = read_manifest(folder, number)
            self._open(manifest_name(number))
            known = {commit_name(number): self._manifest.commit, **self._manifest.segments}
            for name in [*known, *([DICTIONARY] if self._manifest.dictionary else [])]:
                self._open(name)
            self._known = known
        except FileNotFoundError:
            self.missing.append(Fault(folder / manifest_name(number), "is missing"))
        except IndexCorrupt as error:
            self.missing.append(fault_of(folder / manifest_name(number), error))
        except BaseException:
            self.close()
            raise

    def _open(self, name: str) -> None:
        path = self._folder / name
        try:
            self.files[name] = open_file(path)
        except FileNotFoundError:
            self.missing.append(Fault(path, "is missing"))
        except IndexCorrupt as error:
            self.missing.append(fault_of(path, error))

    @property
    def size(self) -> int:
        return sum(os.fstat(file.fileno()).st_size for file in self.files.values())

    def faults(self, meter: _Meter) -> Iterator[Fault]:
        """What is wrong with the bytes of each file."""
        yield from self.missing
        for name, file in self.files.items():
            path = self._folder / name
            try:
                what = self._wrong(name, file, meter)
            except OSError as error:
                what = f"cannot be read ({(error.strerror or str(error)).lower()})"
            except IndexCorrupt as error:
                what = fault_of(path, error).what
            if what:
                yield Fault(path, what)

    def _wrong(self, name: str, file: IO[bytes], meter: _Meter) -> str:
        assert self._manifest is not None
        size = os.fstat(file.fileno()).st_size
        digest = sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
            meter(len(piece))
        known = self._known.get(name)
        if known is None:  # the manifest has its own checksum, which was compared; the dictionary's
            same = name != DICTIONARY or digest.hexdigest() == self._manifest.dictionary
            return "" if same else "is damaged"
        if size != known.size:
            return f"has {size:,} bytes instead of {known.size:,}"
        if digest.hexdigest() != known.sha256:
            segment = SegmentFile(self._folder / name)  # says where, if it can
            try:
                segment.check()
            finally:
                segment.close()
            return "is not the file that the manifest names"
        self._open_once(name)
        return ""

    def _open_once(self, name: str) -> None:
        """Raises IndexCorrupt for what cannot be opened although its bytes are right."""
        kind = SegmentFile if name == commit_name(self.number) else Segment
        with contextlib.suppress(FileNotFoundError):  # a writer has swept it: it was opened before
            kind(self._folder / name).close()

    def close(self) -> None:
        for file in self.files.values():
            file.close()
        self.files.clear()
