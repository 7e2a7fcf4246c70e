"""What engines that live in a folder have in common: opening the newest generation, damage, size.

In: an engine's folder, and how the engine finds and opens a generation. Out: the open generation;
errors; bytes. Used by the engines.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from newssearch.errors import IndexCorrupt

Generation = TypeVar("Generation")


def open_newest(
    folder: Path, latest: Callable[[Path], int], opened: Callable[[Path, int], Generation]
) -> Generation:
    """The newest generation; raises IndexCorrupt.

    Beside a writer this is tried again: files may be swept between our looking and our opening.
    """
    before = -1
    while True:
        number = latest(folder)
        try:
            return opened(folder, number)
        except FileNotFoundError as error:
            if number == before:  # nobody has published another one meanwhile: no writer's doing
                raise damaged(folder / Path(error.filename).name, "is missing") from error
            before = number


def damaged(path: Path, what: str) -> IndexCorrupt:
    """The error that says which file is damaged, and what to do."""
    return IndexCorrupt(f"{path}: {what}; type `newssearch index --rebuild`")


def bytes_in(folder: Path) -> int:
    """The size of the files in a folder; a writer may sweep some of them meanwhile."""
    total = 0
    for entry in os.scandir(folder):
        with contextlib.suppress(FileNotFoundError):
            total += entry.stat().st_size
    return total
