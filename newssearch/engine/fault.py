"""What is wrong with a file of an engine, as it is found when all of them are looked at.

In: a file, and what was seen. Out: `Fault`; used by the engines, and by `check`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

#: What errors of damage end with, which a fault leaves to who reports it.
_ADVICE = "; type `newssearch index --rebuild`"


class Fault(NamedTuple):
    """A file (or folder) that is not as it should be, and in what way."""

    path: Path
    what: str


def fault_of(path: Path, error: Exception) -> Fault:
    """What an error says of a file."""
    said = " ".join(str(error).split()).removesuffix(_ADVICE)
    named = f"{path}: "
    return Fault(path, said.removeprefix(named) or type(error).__name__)
