"""The days on which files were first indexed, as noted beside the index.

In: the index's folder. Out: `Days`, and notes; used by `indexer`, `batch` and `check`. No rebuild
can find these days again, so they are not part of a build:

    kept/added.tsv   a line a file: day, root, path; appended to, by each run before it commits
    kept/added.sum   how many bytes of it there are at least, and their CRC-32: written after it

What stands behind those bytes is of a run that did not come to its end: whole lines of it count.
Where the bytes are not as they were, the index's own inventory has the same days of the files that
it holds (`known_days`). Without an added.sum nobody vouches for the notes, and they are believed:
who edits them by hand removes it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from newssearch.article.dates import folder_date
from newssearch.durable import make_folder, read_regular, replace_file, sync_folder
from newssearch.errors import EngineError

if TYPE_CHECKING:
    from newssearch.inventory import Inventory

#: A file: its root's name and its path.
Place = tuple[str, str]

_NOTED = re.compile(r"(\d{4}-\d\d-\d\d)\t([^\t]+)\t([^\t]+)")
_SUM = re.compile(rb"newssearch-added 1 (\d{1,15}) (\d{1,10})\n")


class Days(NamedTuple):
    """The day each file was first indexed, as far as notes can be read; what is wrong with them, in
    words; size and checksum of the notes' file, which ends in the middle of a line where it is
    `torn`; and whether all of it is `vouched` for."""

    known: dict[Place, str]
    damage: str = ""
    size: int = 0
    checksum: int = 0
    torn: bool = False
    vouched: bool = True


def noted_line(day: str, root: str, path: str) -> str:
    """The note that a file was first indexed on this day."""
    return f"{day}\t{root}\t{path}"


def notes_path(index: Path) -> Path:
    """The file with the notes of an index."""
    return index / "kept" / "added.tsv"


def read_days(index: Path) -> Days:
    """What is noted in an index's folder; raises EngineError where the system does not let us."""
    path = notes_path(index)
    try:
        said = _content(_sum_path(path))
    except EngineError:  # then the notes are what there is to go by
        said = b""
    vouched = _vouched(said or b"")
    content = _content(path) or b""
    damage = ""
    if vouched is None and said is not None:
        damage = f"is vouched for by {_sum_path(path).name}, which is damaged"
    elif vouched is not None:
        size, checksum = vouched
        if len(content) < size:
            damage = f"has {len(content):,} bytes instead of {size:,}"
        elif crc32(memoryview(content)[:size]) != checksum:
            damage = "is not as it was written"
    return Days(
        {(row[2], row[3]): row[1] for row in _rows(content)},
        damage,
        len(content),
        crc32(content),
        not content.endswith(b"\n") and bool(content),
        not content or vouched == (len(content), crc32(content)),
    )


def _rows(content: bytes) -> Iterator[re.Match[str]]:
    """The lines that can be read; the last one only where it is whole."""
    whole = content[: content.rfind(b"\n") + 1]
    lines = whole.decode("utf-8", "replace").split("\n")
    return (row for line in lines if (row := _NOTED.fullmatch(line)))


def known_days(index: Path, before: Inventory, rebuild: bool) -> tuple[Days, str]:
    """The days that are known, and in words what was mended; raises as `read_days`.

    Notes that are damaged, or that lack files when a `rebuild` is going to forget the inventory
    `before`, are written anew with the days that the inventory has.
    """
    days = read_days(index)
    if not (days.damage or rebuild):
        return days, ""
    known, held = dict(days.known), 0
    for root in before.roots.values():
        for record in root.files.values():
            place = (root.name, record.path)
            if record.added and not folder_date(record.path):
                held += 1
                if days.damage or place not in known:
                    known[place] = record.added
    if known == days.known and not days.damage:
        return days, ""
    rewrite_days(index, known)
    what, rest = f"lacks {len(known) - len(days.known):,} files", ""
    if days.damage:
        what, rest = days.damage, ", the others as far as they can be read"
    said = f"written anew with the days on which {held:,} files came, from the index{rest}"
    return read_days(index), f"{notes_path(index)}: {what}; {said}"


def note_days(index: Path, known: Days, lines: Iterable[str]) -> None:
    """Note when more files were first indexed, in the lines of `noted_line`, behind what is `known`
    of the notes. When this returns, they are on the disk."""
    rest = iter(lines)
    first = next(rest, None)
    path = notes_path(index)
    if first is None:
        if not known.vouched:  # those of a run that did not come to its end have become ours
            _vouch(path, known.size, known.checksum)
        return
    make_folder(path.parent)
    size, checksum = known.size, known.checksum
    with open(path, "ab") as file:
        if known.torn:  # by a run that ended in the middle of a line
            rest = chain([first], rest)
            first = ""
        for line in chain([first], rest):
            content = f"{line}\n".encode()
            file.write(content)
            size, checksum = size + len(content), crc32(content, checksum)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
    _vouch(path, size, checksum)


def rewrite_days(index: Path, known: Mapping[Place, str]) -> None:
    """Write all notes anew, sorted by place."""
    path = notes_path(index)
    make_folder(path.parent)
    lines = (noted_line(day, *place) for place, day in sorted(known.items()))
    content = "".join(f"{line}\n" for line in lines).encode()
    _sum_path(path).unlink(missing_ok=True)  # it is of what is there until now
    sync_folder(path.parent)
    replace_file(path, content)
    _vouch(path, len(content), crc32(content))


def _sum_path(path: Path) -> Path:
    return path.with_suffix(".sum")


def _vouch(path: Path, size: int, checksum: int) -> None:
    replace_file(_sum_path(path), f"newssearch-added 1 {size} {checksum}\n".encode())


def _vouched(said: bytes) -> tuple[int, int] | None:
    """Size and checksum that the notes must have; None where that is not said."""
    found = _SUM.fullmatch(said)
    return (int(found[1]), int(found[2])) if found else None


def _content(path: Path) -> bytes | None:
    try:
        return read_regular(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        advice = "type `newssearch check --repair`"
        raise EngineError(f"{path}: cannot be read ({reason}); {advice}") from error
