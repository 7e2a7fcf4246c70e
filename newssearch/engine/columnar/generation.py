"""Which segments make a generation: how one is published, found, and swept.

In: the engine's folder. Out: `Generation`; used by `snapshot` and `writer`.

    <segment>.seg         a segment; generations share them, none is ever changed
    commit-<n>.seg        of generation n: attachments, and the deleted documents of each segment
                          (`deleted.<segment>`: numbers, 4 bytes each)
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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from newssearch.durable import ASIDE, replace_file, sync, sync_folder
from newssearch.engine.columnar.disk import open_file, read_file, unreadable
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.segment_file import WRONG, SectionsWriter, SegmentFile
from newssearch.engine.folders import damaged, open_newest
from newssearch.engine.ranking import Statistics
from newssearch.errors import EngineError, IndexCorrupt

if TYPE_CHECKING:
    from newssearch.engine.base import Attachment

DICTIONARY = "dictionary"

#: Attachments of fewer bytes are kept as they are: reading them then imports nothing. Each of the
#: others is one Zstandard frame.
_SMALL = 10_000

#: No attachment is larger: an inventory of ten million files.
_LARGEST = 1 << 32

_MANIFEST = re.compile(r"generation-([0-9]+)\.json")
_COMMIT = re.compile(r"commit-([0-9]+)\.seg")
_SEGMENT = re.compile(r"[0-9a-f]+\.seg")
_OURS = re.compile(rf"(?:.+\.seg|generation-[0-9]+\.json|{DICTIONARY})(?:\{ASIDE})?|tmp.*")


class FileSum(NamedTuple):
    """A file's size; the checksum that stands at its end, which is compared whenever it is opened;
    and its SHA-256, which `check` compares."""

    size: int
    checksum: int
    sha256: str


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
        self._commit: SegmentFile | None = None
        self._dictionary: IO[bytes] | None = None
        try:
            if self.manifest.dictionary:  # open from now on: a rebuild may remove the folder
                self._dictionary = open_file(folder / DICTIONARY)
            self._commit = SegmentFile(folder / commit_name(number))
            _same(self._commit, self.manifest.commit)
            for name, known in self.manifest.segments.items():
                segment = Segment(folder / name)
                self.segments.append(segment)
                _same(segment.file, known)
        except BaseException:
            self.close()
            raise

    @property
    def number(self) -> int:
        return self.manifest.generation

    def deleted(self, segment: str) -> memoryview:
        """A segment's deleted documents, ascending."""
        assert self._commit is not None
        return self._commit.read(f"deleted.{segment}").cast("I")

    def has_deleted(self) -> list[str]:
        """The segments of which documents are deleted."""
        assert self._commit is not None
        start = "deleted."
        names = self._commit.names()
        return [name.removeprefix(start) for name in names if name.startswith(start)]

    def attachments(self) -> list[str]:
        """The names that `attachment` knows."""
        assert self._commit is not None
        return list(self._commit.meta["attachments"])

    def attachment(self, name: str) -> bytes | None:
        """What was given to `commit` under this name."""
        assert self._commit is not None
        return _attachment(self._commit, name)

    def joined(self) -> list[list[str]]:
        """Stories that are one: of each such the keys, sorted."""
        assert self._commit is not None
        try:
            return [
                [str(story) for story in group]
                for group in json.loads(bytes(self._commit.read("joined")))
            ]
        except WRONG as error:
            raise self._commit.damaged(f"is damaged (joined stories: {error})") from error

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
        for segment in self.segments:
            segment.close()
        if self._commit is not None:
            self._commit.close()
        self.close_dictionary()

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
            file = SegmentFile(folder / commit_name(number))
            try:
                content = _attachment(file, name)
            finally:
                file.close()
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


def file_sum(file: SegmentFile | SectionsWriter, size: int) -> FileSum:
    """What a finished file must be."""
    with open(file.path, "rb") as content:
        return FileSum(size, file.checksum, file_digest(content, "sha256").hexdigest())


def write_commit(
    folder: Path,
    generation: int,
    attachments: Mapping[str, Attachment],
    deleted: Mapping[str, Any],
    joined: Sequence[Sequence[str]] = (),
) -> FileSum:
    """Write a generation's commit file and sync it."""
    path = folder / commit_name(generation)
    file = SectionsWriter(path)
    sizes: dict[str, int] = {}
    try:
        for name, content in attachments.items():
            sizes[name], chunks = packed(content)
            file.add(f"attachment.{name}", chunks)
        for name, documents in deleted.items():
            file.add(f"deleted.{name}", [documents])
        file.add("joined", [json.dumps(joined, separators=(",", ":")).encode()])
        size = file.finish({"attachments": sizes})
    except BaseException:
        file.abandon()
        raise
    sync(path)
    return file_sum(file, size)


def _attachment(commit: SegmentFile, name: str) -> bytes | None:
    """What a commit file has under this name."""
    sizes = commit.meta["attachments"]
    if name not in sizes:
        return None
    content = bytes(commit.read(f"attachment.{name}"))
    if sizes[name] >= _SMALL:
        return unpacked(content, int(sizes[name]), commit)
    if len(content) != sizes[name]:
        raise commit.damaged("is damaged (an attachment of another size)")
    return content


def packed(content: Attachment) -> tuple[int, Iterator[bytes]]:
    """An attachment's size, and chunks of it as it is kept, made one after another."""
    size = len(content) if isinstance(content, bytes) else content.size
    pieces = [content] if isinstance(content, bytes) else content.pieces
    return size, iter(pieces) if size < _SMALL else _compressed(pieces, size)


def _compressed(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    import zstandard

    frame = zstandard.ZstdCompressor(level=1).compressobj(size)
    for piece in pieces:
        yield frame.compress(piece)
    yield frame.flush()


def unpacked(content: bytes, size: int, file: SegmentFile) -> bytes:
    """An attachment of this size, from what `packed` made of it."""
    import zstandard

    try:
        if zstandard.frame_content_size(content) != size or size > _LARGEST:
            raise ValueError("another size")
        whole: bytes = zstandard.ZstdDecompressor().decompress(content)
    except (zstandard.ZstdError, ValueError, MemoryError) as error:
        raise file.damaged(f"is damaged (an attachment: {error})") from error
    return whole


def publish(folder: Path, manifest: Manifest) -> None:
    """Make a generation, all of whose files are synced, the newest."""
    values = {
        "generation": manifest.generation,
        "segments": manifest.segments,
        "commit": manifest.commit,
        "dictionary": manifest.dictionary,
        "documents": manifest.statistics.documents,
        "lengths": manifest.statistics.lengths,
    }
    text = json.dumps(values, indent=1).encode()
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
