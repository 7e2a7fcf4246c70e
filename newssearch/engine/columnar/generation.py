"""Which segments make a generation: how one is published, found, and swept.

In: the engine's folder. Out: `Generation`; opened by `snapshot`, published by `writer`, read by all
that looks at a folder whole (`verify`, `whoosh_index`).

    <segment>.seg         a segment; generations share them, none is ever changed
    commit-<n>.seg        of generation n: attachments, deleted documents, joined stories; see
                          `commit_file`
    generation-<n>.json   its manifest: a line with the SHA-256 of the rest, then JSON; the rename
                          of this file publishes the generation
    dictionary            what stored text is compressed with; made with the first generation

The order of a commit: segments and commit file synced, the folder synced, the manifest written
aside, synced, renamed, the folder synced; only then are older files swept.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from newssearch.durable import ASIDE, replace_file, sync, sync_folder
from newssearch.engine.columnar.commit_file import CommitFile
from newssearch.engine.columnar.disk import open_file, read_file, unreadable
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.segment_file import WRONG, FileSum, SegmentFile
from newssearch.engine.folders import damaged, open_newest
from newssearch.engine.ranking import Statistics
from newssearch.errors import EngineError, IndexCorrupt

DICTIONARY = "dictionary"

_MANIFEST = re.compile(r"generation-([0-9]+)\.json")
_COMMIT = re.compile(r"commit-([0-9]+)\.seg")
_SEGMENT = re.compile(r"[0-9a-f]+\.seg")
_OURS = re.compile(rf"(?:.+\.seg|generation-[0-9]+\.json|{DICTIONARY})(?:\{ASIDE})?|tmp.*")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A generation's files: of each segment, and of the commit file, what it must be."""

    generation: int
    segments: dict[str, FileSum]
    commit: FileSum
    dictionary: str  # its SHA-256; empty where there is none
    statistics: Statistics

    def files(self) -> set[str]:
        """The names of the files that make it."""
        names = {*self.segments, commit_name(self.generation), manifest_name(self.generation)}
        return {*names, DICTIONARY} if self.dictionary else names


class Generation:
    """An open generation: its segments, and the deleted documents of each.

    `passed_over` says what is wrong with a newer one, which could not be opened.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self.folder, self.passed_over = folder, ""
        self.manifest = read_manifest(folder, number)
        self.segments: list[Segment] = []
        self._dictionary: IO[bytes] | None = None
        with contextlib.ExitStack() as opened:
            if self.manifest.dictionary:  # open from now on: a rebuild may remove the folder
                self._dictionary = opened.enter_context(open_file(folder / DICTIONARY))
            self._commit = CommitFile(folder / commit_name(number))
            opened.callback(self._commit.close)
            _same(self._commit.file, self.manifest.commit)
            for name, known in self.manifest.segments.items():
                segment = Segment(folder / name)
                opened.callback(segment.close)
                _same(segment.file, known)
                self.segments.append(segment)
            self._opened = opened.pop_all()

    @property
    def number(self) -> int:
        return self.manifest.generation

    def deleted(self, segment: str) -> memoryview:
        """A segment's deleted documents, ascending."""
        return self._commit.deleted(segment)

    def has_deleted(self) -> list[str]:
        """The segments of which documents are deleted."""
        return self._commit.has_deleted()

    def attachments(self) -> list[str]:
        """The names that `attachment` knows."""
        return self._commit.attachments()

    def attachment(self, name: str) -> bytes | None:
        """What was given to `commit` under this name."""
        return self._commit.attachment(name)

    def joined(self) -> list[list[str]]:
        """Stories that are one: of each such the keys, sorted."""
        return self._commit.joined()

    def dictionary(self) -> bytes:
        """What stored text is compressed with; empty for nothing."""
        if self._dictionary is None:
            return b""
        path = self.folder / DICTIONARY
        try:
            self._dictionary.seek(0)
            content = self._dictionary.read()
        except OSError as error:
            raise unreadable(path, error) from error
        if sha256(content).hexdigest() != self.manifest.dictionary:
            raise damaged(path, "is damaged")
        return content

    def close(self) -> None:
        """Close every file; a second time does nothing."""
        self._opened.close()

    def close_dictionary(self) -> None:
        """Close the one file that is not mapped; whoever has read it goes on."""
        if self._dictionary is not None:
            self._dictionary.close()


def open_generation(folder: Path) -> Generation:
    """The newest generation that is whole; raises IndexCorrupt.

    The one before is there as long as the newest may not be on the disk; after a power cut that a
    disk lied about, it is the one to go on from.
    """
    try:
        return open_newest(folder, latest, Generation)
    except IndexCorrupt as error:
        for number in published(folder)[1:]:
            with contextlib.suppress(EngineError, OSError):
                generation = Generation(folder, number)
                generation.passed_over = f"{error} (generation {number} answers meanwhile)"
                return generation
        raise


def rescued_attachment(folder: Path, name: str) -> bytes | None:
    """What was given to `commit` under this name, as far as that can be read, the newest first,
    whatever has become of the segments and the manifest."""
    commits = (_COMMIT.fullmatch(name) for name in os.listdir(folder))
    for number in sorted((int(match.group(1)) for match in commits if match), reverse=True):
        with contextlib.suppress(EngineError, OSError, *WRONG):
            with contextlib.closing(CommitFile(folder / commit_name(number))) as file:
                content = file.attachment(name)
            if content is not None:
                return content
    return None


def latest(folder: Path) -> int:
    """The newest published generation's number; raises IndexCorrupt where there is none."""
    numbers = published(folder)
    if not numbers:
        raise damaged(folder, "has no manifest (generation-….json)")
    return numbers[0]


def published(folder: Path) -> list[int]:
    """The numbers of the generations that are there, the newest first."""
    try:
        found = [_MANIFEST.fullmatch(entry.name) for entry in os.scandir(folder)]
    except OSError as error:
        raise unreadable(folder, error) from error
    return sorted((int(match.group(1)) for match in found if match), reverse=True)


def read_manifest(folder: Path, number: int) -> Manifest:
    """Raises FileNotFoundError, EngineError, IndexCorrupt."""
    path = folder / manifest_name(number)
    digest, _, text = read_file(path).partition(b"\n")
    if digest.decode("ascii", "replace") != sha256(text).hexdigest():
        raise damaged(path, "is damaged")
    try:
        manifest = _manifest(json.loads(text))
    except WRONG as error:
        raise damaged(path, f"cannot be read ({error})") from error
    if manifest.generation != number or not all(map(_SEGMENT.fullmatch, manifest.segments)):
        raise damaged(path, "is not the manifest of this generation")
    return manifest


def _manifest(values: dict[str, Any]) -> Manifest:
    return Manifest(
        int(values["generation"]),
        {str(name): _file_sum(known) for name, known in values["segments"].items()},
        _file_sum(values["commit"]),
        str(values["dictionary"]),
        Statistics(
            int(values["documents"]),
            {str(name): int(words) for name, words in values["lengths"].items()},
        ),
    )


def _file_sum(values: Sequence[Any]) -> FileSum:
    size, checksum, digest = values
    return FileSum(int(size), int(checksum), str(digest))


def publish(folder: Path, manifest: Manifest) -> None:
    """Make a generation the newest. Its segments are on the disk already."""
    values = {
        "generation": manifest.generation,
        "segments": manifest.segments,
        "commit": manifest.commit,
        "dictionary": manifest.dictionary,
        "documents": manifest.statistics.documents,
        "lengths": manifest.statistics.lengths,
    }
    text = json.dumps(values, indent=1).encode()
    sync(folder / commit_name(manifest.generation))
    sync_folder(folder)
    replace_file(
        folder / manifest_name(manifest.generation),
        sha256(text).hexdigest().encode() + b"\n" + text,
    )


def sweep(folder: Path, newest: Manifest) -> None:
    """Remove what the newest generation does not need: older ones, and what writers left behind.

    Only the writer may, under its lock. Where a newer one is damaged nothing is removed: it may be
    what somebody wants to look at, until another one takes its place.
    """
    if latest(folder) != newest.generation:
        return
    left = left_over(folder, newest)
    if left:  # of a writer that ended just after its rename, the manifest may not be on the disk
        sync_folder(folder)
    for path in left:
        with contextlib.suppress(OSError):  # open elsewhere on Windows: the next run's
            os.unlink(path)


def left_over(folder: Path, newest: Manifest) -> list[Path]:
    """Files of ours that the newest generation does not need."""
    needed = newest.files()
    names = [entry.name for entry in os.scandir(folder) if _OURS.fullmatch(entry.name)]
    return [folder / name for name in names if name not in needed]


def commit_name(generation: int) -> str:
    return f"commit-{generation}.seg"


def manifest_name(generation: int) -> str:
    return f"generation-{generation}.json"


def _same(file: SegmentFile, known: FileSum) -> None:
    if (file.size(), file.checksum) != known[:2]:
        raise file.damaged("is not the file that the manifest names")
