"""The archive's folders: which files there are, and the bytes of one of them.

In: an archive root. Out: `SourceFile`s in the order of their paths' bytes, for the indexer to
compare with its inventory and to read. Links are not followed (the root itself may be one),
dot folders and index folders are not walked, and only regular files are ever opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class SourceFile:
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


def walk(
    root: Path,
    extensions: Sequence[str],
    skip: Collection[Path] = (),
    under: str = "",
    on_error: OnError | None = None,
) -> Iterator[SourceFile]:
    """The files below `root` with one of the extensions, sorted by their paths' bytes.

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
    # Depth first with a stack of our own: nesting is bounded by memory, not by recursion. The
    # stack holds files as well as folders, so that `a.md`, `a/b.md`, `aa.md` come in byte order.
    pending: list[tuple[bytes, SourceFile | None]] = [(start, None)]
    while pending:
        relative, file = pending.pop()
        if file is not None:
            yield file
        else:
            found = _scan(base, relative, endings, skipped, report)
            found.sort(key=_order, reverse=True)
            pending += found


def _order(entry: tuple[bytes, SourceFile | None]) -> bytes:
    relative, file = entry
    return relative if file is not None else relative + b"/"


def _scan(
    base: bytes,
    relative: bytes,
    endings: tuple[bytes, ...],
    skipped: frozenset[tuple[int, int]],
    report: OnError,
) -> list[tuple[bytes, SourceFile | None]]:
    """One folder's files to read and folders to walk; nothing if it holds an index."""
    found: list[tuple[bytes, SourceFile | None]] = []
    prefix = relative + b"/" if relative else b""
    try:
        with os.scandir(os.path.join(base, relative) if relative else base) as entries:
            for entry in entries:
                name = entry.name
                if name == INDEX_MARK and relative:
                    return []
                path = prefix + name
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if name[:1] != b"." and not (skipped and _is_skipped(entry.path, skipped)):
                            found.append((path, None))
                    elif name.lower().endswith(endings) and entry.is_file(follow_symlinks=False):
                        found.append((path, _source(path, entry.stat(follow_symlinks=False))))
                except OSError as error:
                    report(encode_path(path), _reason(error))
    except OSError as error:
        report(encode_path(relative) or ".", _reason(error))
    return found


def _source(relative: bytes, status: os.stat_result) -> SourceFile:
    name = relative.replace(b"\\", b"/") if os.sep == "\\" else relative
    return SourceFile(
        encode_path(name),
        relative,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
    )


def _single(base: bytes, relative: bytes, endings: tuple[bytes, ...]) -> Iterator[SourceFile]:
    status = os.lstat(os.path.join(base, relative))
    if stat.S_ISREG(status.st_mode) and relative.lower().endswith(endings):
        yield _source(relative, status)


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


def read_file(root: Path, file: SourceFile, max_bytes: int) -> bytes:
    """The bytes of a walked file; raises ArticleError if it is not what it was or too large.

    The file is opened without following a link and without waiting for a pipe's writer, and what
    was opened is looked at again: it may have been replaced since it was walked.
    """
    try:
        handle = os.open(os.path.join(os.fsencode(root), file.name), _OPEN_FLAGS)
    except OSError as error:
        raise ArticleError(file.path, f"cannot be opened: {_reason(error)}") from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise ArticleError(file.path, "not a regular file")
        if status.st_size > max_bytes:
            raise ArticleError(file.path, _too_large(status.st_size, max_bytes))
        with open(handle, "rb", closefd=False) as opened:
            data = opened.read(max_bytes + 1)
    except OSError as error:
        raise ArticleError(file.path, f"cannot be read: {_reason(error)}") from None
    finally:
        os.close(handle)
    if len(data) > max_bytes:  # it grew while it was read
        raise ArticleError(file.path, _too_large(len(data), max_bytes))
    return data


def _too_large(size: int, limit: int) -> str:
    mega = 1024 * 1024
    shown = f"{limit / mega:g} MB" if limit >= mega else f"{limit} bytes"
    return f"over {shown}: {size:,} bytes; raise max_file_bytes to read it"
