"""One saved search, and the keeping of it.

Used by test_saved.py and test_saved_run.py.
"""

from __future__ import annotations

from pathlib import Path

from newssearch.saved import SavedSearch, Seen, changing

FERRY = SavedSearch("ferry", "ferry OR boat", "2020-09-01")


def add(index: Path, search: SavedSearch = FERRY, seen: Seen | None = None) -> None:
    with changing(index) as kept:
        kept.add(search, seen or Seen())
