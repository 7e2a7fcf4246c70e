"""How queries are read, and how much of one there may be.

In: options. Out: `Reading`, `Budget` and the limits; used by `parser`, `leaves` and `words`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from newssearch.errors import QuerySyntaxError
from newssearch.syntax.nodes import Form

#: Limits that hold before any work starts (SPEC §3).
MOST_BYTES = 4096
MOST_TERMS = 256
DEEPEST = 20

#: Patterns and misspelt words, each of which is looked for among all words of the archive.
MOST_LOOKED_FOR = 32


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
    """What a query may still have, its saved searches with it."""

    def __init__(self) -> None:
        self.left, self.looked_for = MOST_TERMS, MOST_LOOKED_FOR

    def spend(self, words: int) -> None:
        """Count words; raises QuerySyntaxError for one too many."""
        self.left -= words
        if self.left < 0:
            raise QuerySyntaxError(f"the query has over {MOST_TERMS} words (or Chinese characters)")

    def look_for(self, form: Form) -> None:
        """Count a word of this form; raises QuerySyntaxError for one too many to look for."""
        if form is Form.PATTERN or form is Form.FUZZY:
            self.looked_for -= 1
            if self.looked_for < 0:
                raise QuerySyntaxError(
                    f"the query has over {MOST_LOOKED_FOR} patterns and misspelt words"
                )
