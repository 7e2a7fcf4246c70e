"""How queries are read, and how much of one there may be.

In: options. Out: `Reading`, `Budget` and the limits; used by `parser` and `leaves`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from newssearch.errors import QuerySyntaxError

#: Limits that hold before any work starts (SPEC §3).
MOST_BYTES = 4096
MOST_TERMS = 256
DEEPEST = 20


class Reading(NamedTuple):
    """How queries are read. `today` is what dates like `7d` are counted from.

    `any_word`: one word is enough. `leading`: patterns may begin with a star. `saved`: the saved
    searches, by their names.
    """

    today: datetime.date
    any_word: bool = False
    leading: bool = False
    saved: Mapping[str, str] = MappingProxyType({})


class Budget:
    """How many words a query may still have, those of its saved searches with them."""

    def __init__(self) -> None:
        self.left = MOST_TERMS

    def spend(self, words: int) -> None:
        """Count words; raises QuerySyntaxError for one too many."""
        self.left -= words
        if self.left < 0:
            raise QuerySyntaxError(f"the query has over {MOST_TERMS} words (or Chinese characters)")
