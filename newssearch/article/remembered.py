"""Answers that are asked for again and again: authors, dates, folders, addresses.

In: a function of one text. Out: the same function, which keeps its latest answers. An article,
its translation and the digests that repeat it have one date, one byline and one address, and
everything that a crawler fetched on a day has one folder. `dates`, `names` and `urls` use it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_Answer = TypeVar("_Answer")
_KEPT = 2048  # answers of one function
_LONGEST = 300  # characters of a text whose answer is kept: so all of them take a few megabytes


def remembered(function: Callable[[str], _Answer]) -> Callable[[str], _Answer]:
    """The function with its latest answers kept, which nobody may change."""
    kept = lru_cache(maxsize=_KEPT)(function)

    @wraps(function)
    def answer(text: str) -> _Answer:
        return kept(text) if len(text) <= _LONGEST else function(text)

    return answer
