"""Names of new segments, and what goes wrong while files are written.

In: nothing. Out: names; EngineErrors. Used by `writer`, `part` and `merge`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

from newssearch.errors import EngineError


def segment_name() -> str:
    """A name that no other process takes."""
    return f"{token_hex(8)}.seg"


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """An error of the file system inside is an EngineError."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or os.strerror(error.errno or 0)).lower()
        raise EngineError(f"{folder}: the index could not be written: {reason}") from error
