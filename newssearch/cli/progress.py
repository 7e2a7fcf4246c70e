"""How far a run of the indexer or an export is: one line on the terminal, redrawn in place.

index_command.py gives it to the indexer as its `Progress`, export_command.py counts articles with
it; it is used on a terminal only.
"""

from __future__ import annotations

import time
from types import TracebackType

from newssearch.cli.session import complain

_SECONDS_BETWEEN = 0.1
_BAR = 24


class ProgressLine:
    """A context manager: draws while the run goes on, leaves an empty line behind."""

    def __init__(self, counted: str = "files") -> None:
        self._drawn_at, self._counted = 0.0, counted

    def __enter__(self) -> ProgressLine:
        return self

    def __call__(self, done: int, total: int) -> None:
        if not total:
            return
        now = time.monotonic()
        if now - self._drawn_at < _SECONDS_BETWEEN and done < total:
            return
        self._drawn_at = now
        complain("\r\x1b[K" + progress_text(done, total, self._counted))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._drawn_at:
            complain("\r\x1b[K")


def progress_text(done: int, total: int, counted: str = "files") -> str:
    """`━━━━━━────  1,234 of 6,608 files`; short enough for any terminal."""
    filled = _BAR * done // max(total, 1)
    return f"{'━' * filled}{'─' * (_BAR - filled)}  {done:,} of {total:,} {counted}"
