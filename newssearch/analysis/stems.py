"""A folded word to its stem, by the script it is written in.

In: a folded word. Out: its stem; used by `analyzer`. The stemmers are Snowball's, through
PyStemmer; its version is pinned, since stems are on disk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from newssearch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

_LATIN = re.compile("[a-z\u00df-\u024f]+")
_CYRILLIC = re.compile("[\u0400-\u052f]+")


@dataclass(frozen=True, slots=True)
class Stemming:
    """Which Snowball algorithm stems each script; an empty name leaves its words as they are."""

    latin: str = "english"
    cyrillic: str = "russian"


@cache
def _snowball(algorithm: str) -> Callable[[str], str]:
    import Stemmer

    try:
        # no cache inside: the analyzer keeps each distinct word's analysis itself
        stem: Callable[[str], str] = Stemmer.Stemmer(algorithm, 0).stemWord
    except KeyError:
        known = ", ".join(sorted(Stemmer.algorithms()))
        raise UsageError(f"no stemmer is called {algorithm!r}; there are: {known}") from None
    return stem


def stem(word: str, stemming: Stemming) -> str | None:
    """The stem of a folded word; None where its script is not stemmed."""
    if _LATIN.fullmatch(word):
        algorithm = stemming.latin
    elif _CYRILLIC.fullmatch(word):
        algorithm = stemming.cyrillic
    else:
        return None
    return _snowball(algorithm)(word) if algorithm else None
