"""What a check of an index found, and what a repair did.

In: nothing. Out: frozen values; used by this package, and by whoever shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

#: What brings an index in order again, and what brings it up to date.
REPAIR = "newssearch check --repair"
INDEX = "newssearch index"


class Kind(StrEnum):
    """What sort of thing was found, the worst first."""

    DAMAGED = "damaged"  # something is not as it was written: `--repair`, or what `advice` says
    LEFT_OVER = "left over"  # harmless, and no use to anybody: an interrupted run's
    BEHIND = "behind"  # the archive has moved on: `newssearch index`
    NOTE = "note"  # to be known, nothing to do


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found: in which file (empty: in none), what, and what to do about it."""

    kind: Kind
    file: str
    what: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was looked at, and what was found. `repaired` says what a repair has done before.

    `generation` is the one that searches are answered from, -1 where there is none; `files` and
    `bytes` are those of the index, `articles` the ones that it holds, `archive_files` the archive's
    files that it has a record of.
    """

    index: str
    generation: int = -1
    files: int = 0
    bytes: int = 0
    articles: int = 0
    archive_files: int = 0
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    repaired: tuple[str, ...] = ()

    def of_kind(self, kind: Kind) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind == kind]

    @property
    def is_damaged(self) -> bool:
        return any(finding.kind == Kind.DAMAGED for finding in self.findings)

    @property
    def is_well(self) -> bool:
        """Is there nothing to do?"""
        return all(finding.kind == Kind.NOTE for finding in self.findings)


def damaged(path: Path, what: str, advice: str = REPAIR) -> Finding:
    """A file that is not as it was written."""
    return Finding(Kind.DAMAGED, str(path), what, advice)


def counted(number: int, one: str, many: str) -> str:
    """`1 file is new`, `1,234 files are new`."""
    return f"1 {one}" if number == 1 else f"{number:,} {many}"
