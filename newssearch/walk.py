"""The archive's folders: which files there are, and the bytes of one of them.

In: an archive root. Out: `Listing`s, a folder's files as lines of text, which the indexer compares
with those of its inventory; `SourceFile`s, to be read. Links are not followed (the root itself may
be one), dot folders and index folders are not walked, and only regular files are ever opened.

A line is the file's name, size, mtime, ctime (in ns) and inode with tabs between them: most runs
find nothing changed in most folders, and learn so by comparing one text a folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from newssearch.article.paths import decode_path, encode_path
from newssearch.errors import ArticleError

#: The file by which an index of ours is known, wherever it lies.
INDEX_MARK = b"newssearch.json"

#: called with (path in its text form, reason) for each folder or file that cannot be looked at
OnError = Callable[[str, str], None]

# Windows has neither: there a name is opened as it is, and nothing but files can be opened.
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_CHUNK = 1 << 16  # bytes that are asked for where a file is longer than it was


class SourceFile(NamedTuple):
    """A file of an archive as it was when it was walked.

    `path` is relative to the root, with `/`, in the text form of `article.paths`; `name` is the
    same as bytes, to open it.
    """

    path: str
    name: bytes
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Listing(NamedTuple):
    """A folder's own files: `prefix` is what their paths begin with (empty, or the folder's path
    and `/`), `lines` are sorted."""

    prefix: str
    lines: list[str]

    def files(self) -> Iterator[SourceFile]:
        return (listed_file(self.prefix, line) for line in self.lines)


def file_line(name: str, size: int, mtime_ns: int, ctime_ns: int, inode: int) -> str:
    """A file as a line; its name, in the text form, holds no tab."""
    return f"{name}\t{size}\t{mtime_ns}\t{ctime_ns}\t{inode}"


def listed_file(prefix: str, line: str) -> SourceFile:
    """The file that this is the line of."""
    name, size, mtime_ns, ctime_ns, inode = line.split("\t")
    path = prefix + name
    return SourceFile(path, decode_path(path), int(size), int(mtime_ns), int(ctime_ns), int(inode))


def walk(
    root: Path,
    extensions: Sequence[str],
    skip: Collection[Path] = (),
    under: str = "",
    on_error: OnError | None = None,
) -> Iterator[SourceFile]:
    """The files of `list_folders`, one after another."""
    for listing in list_folders(root, extensions, skip, under, on_error):
        yield from listing.files()


def list_folders(
    root: Path,
    extensions: Sequence[str],
    skip: Collection[Path] = (),
    under: str = "",
    on_error: OnError | None = None,
) -> Iterator[Listing]:
    """The folders below `root` that hold files with one of the extensions, in the order of names.

    `under` limits the walk to a folder or a file of the archive, in the text form. `skip` are
    folders that are not walked. Raises NotADirectoryError or FileNotFoundError for the root.
    """
    base = os.fsencode(root)
    if not stat.S_ISDIR(os.stat(base).st_mode):
        raise NotADirectoryError(f"{root} is not a folder")
    endings = tuple(os.fsencode(ending.lower()) for ending in extensions)
    skipped = _identities(skip)
    start = decode_path(under.strip("/"))
    report = on_error or (lambda path, reason: None)
    if start and not _is_reachable(base, start):
        return
    if start and not stat.S_ISDIR(os.lstat(os.path.join(base, start)).st_mode):
        yield from _single(base, start, endings)
        return
    if _is_skipped(os.path.join(base, start) if start else base, skipped):
        return
    # Depth first with a stack of our own: nesting is bounded by memory, not by recursion.
    pending = [start]
    while pending:
        relative = pending.pop()
        lines, folders = _scan(base, relative, endings, skipped, report)
        if lines:
            lines.sort()
            yield Listing(encode_path(relative) + "/" if relative else "", lines)
        folders.sort(reverse=True)
        pending += folders


def _scan(
    base: bytes,
    relative: bytes,
    endings: tuple[bytes, ...],
    skipped: frozenset[tuple[int, int]],
    report: OnError,
) -> tuple[list[str], list[bytes]]:
    """One folder's files as lines and the folders to walk; nothing if it holds an index."""
    names: list[str] = []
    lines: list[str] = []
    folders: list[bytes] = []
    prefix = relative + b"/" if relative else b""
    try:
        with os.scandir(os.path.join(base, relative) if relative else base) as entries:
            for entry in entries:
                raw = entry.name
                if raw == INDEX_MARK and relative:
                    return [], []
                try:
                    # in the small letters that most names end in, first: it is quicker
                    ours = raw.endswith(endings) or raw.lower().endswith(endings)
                    if ours and entry.is_file(follow_symlinks=False):
                        status = entry.stat(follow_symlinks=False)
                        name = raw.decode("utf-8", "surrogateescape")
                        names.append(name)
                        lines.append(
                            f"{name}\t{status.st_size}\t{status.st_mtime_ns}"
                            f"\t{status.st_ctime_ns}\t{status.st_ino}"
                        )
                    elif entry.is_dir(follow_symlinks=False) and raw[:1] != b".":
                        if not (skipped and _is_skipped(entry.path, skipped)):
                            folders.append(prefix + raw)
                except OSError as error:
                    report(encode_path(prefix + raw), _reason(error))
    except OSError as error:
        report(encode_path(relative) or ".", _reason(error))
    return _in_text_form(names, lines), folders


def _in_text_form(names: list[str], lines: list[str]) -> list[str]:
    """The lines of files with these names, decoded as they are: most are in the text form already,
    and a look at all of a folder's together is a tenth of the walk less."""
    together = "".join(names)
    if together.isprintable() and "%" not in together:
        return lines
    texts = [encode_path(name.encode("utf-8", "surrogateescape")) for name in names]
    return [text + line[len(name) :] for text, name, line in zip(texts, names, lines, strict=True)]


def _single(base: bytes, relative: bytes, endings: tuple[bytes, ...]) -> Iterator[Listing]:
    status = os.lstat(os.path.join(base, relative))
    if stat.S_ISREG(status.st_mode) and relative.lower().endswith(endings):
        folder, mark, name = relative.rpartition(b"/")
        times = status.st_mtime_ns, status.st_ctime_ns
        line = file_line(encode_path(name), status.st_size, *times, status.st_ino)
        yield Listing(encode_path(folder + mark), [line])


def _is_reachable(base: bytes, relative: bytes) -> bool:
    """True if the walk itself would come here: no link, dot folder or `..` on the way."""
    path = base
    for part in relative.split(b"/"):
        if part in (b"", b".", b".."):
            return False
        path = os.path.join(path, part)
        try:
            mode = os.lstat(path).st_mode
        except OSError:
            return False
        if stat.S_ISLNK(mode) or (stat.S_ISDIR(mode) and part[:1] == b"."):
            return False
    return True


def _identities(folders: Collection[Path]) -> frozenset[tuple[int, int]]:
    found = set()
    for folder in folders:
        try:
            status = os.stat(folder)
        except OSError:
            continue
        found.add((status.st_dev, status.st_ino))
    return frozenset(found)


def _is_skipped(path: bytes, skipped: frozenset[tuple[int, int]]) -> bool:
    if not skipped:
        return False
    status = os.stat(path, follow_symlinks=False)
    return (status.st_dev, status.st_ino) in skipped


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def read_file(root: Path | str, file: SourceFile, max_bytes: int) -> bytes:
    """The bytes of a walked file; raises ArticleError if it is not what it was or too large.

    The file is opened without following a link and without waiting for a pipe's writer, and what
    was opened is looked at again: it may have been replaced since it was walked.
    """
    try:
        handle = _open(os.fsencode(root), file)
    except OSError as error:
        raise ArticleError(file.path, f"cannot be opened: {_reason(error)}") from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise ArticleError(file.path, "not a regular file")
        if status.st_size > max_bytes:
            raise ArticleError(file.path, _too_large(status.st_size, max_bytes))
        data = _read(handle, status.st_size, max_bytes)
    except OSError as error:
        raise ArticleError(file.path, f"cannot be read: {_reason(error)}") from None
    finally:
        os.close(handle)
    if len(data) > max_bytes:  # it grew while it was read
        raise ArticleError(file.path, _too_large(len(data), max_bytes))
    return data


def _open(root: bytes, file: SourceFile) -> int:
    """A descriptor of a walked file. Where that is another file by now, a folder above it may be a
    link that leads out of the archive: then it is opened folder by folder, along no link."""
    handle = os.open(os.path.join(root, file.name), _OPEN_FLAGS)
    if os.fstat(handle).st_ino == file.inode or os.open not in os.supports_dir_fd:
        return handle
    os.close(handle)
    *folders, name = file.name.split(b"/")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)  # itself it may be a link
    try:
        for part in folders:
            inner = os.open(part, _OPEN_FLAGS | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(name, _OPEN_FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def _read(handle: int, size: int, max_bytes: int) -> bytes:
    """What the file holds, or more than `max_bytes`; it may be longer by now than its `size`.

    With `os.read` alone: through a file object a small file takes two to four times as long.
    """
    parts = [os.read(handle, size + 1)]
    length = len(parts[0])
    while parts[-1] and length <= max_bytes:
        parts.append(os.read(handle, _CHUNK))
        length += len(parts[-1])
    return b"".join(parts)


def _too_large(size: int, limit: int) -> str:
    mega = 1024 * 1024
    shown = f"{limit / mega:g} MB" if limit >= mega else f"{limit} bytes"
    return f"over {shown}: {size:,} bytes; raise max_file_bytes to read it"
