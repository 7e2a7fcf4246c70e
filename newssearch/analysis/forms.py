"""Words as they stand in texts, by the terms that they are indexed under.

In: strings without spaces. Out: `Forms`; used by `marks`, which marks what a query has found: the
same strings come again in article after article, and are analysed once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import accumulate

from newssearch.analysis.analyzer import Analyzer

#: Remembered forms, at most: those of ten thousand articles or so, in about 30 MB.
MOST_FORMS = 150_000

#: Characters of forms that are kept, at most, counted for each term that stands in them.
MOST_KEPT = 64_000_000

#: Terms are kept by so many of their first characters, for `luka*`.
_FIRST = 3

#: Patterns whose terms are remembered.
_MOST_ASKED = 1000


class Forms:
    """Strings without spaces or CJK characters, by the terms that stand in them.

    What is kept is text parted by spaces, not sets: less memory, and nothing for the garbage
    collector to visit.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer
        self.known: set[str] = set()
        self._kept = 0
        self._holding: dict[str, str] = {}  # a term -> the known strings that it stands in
        self._terms: list[str] = []
        self._beginning: dict[str, str] = {}  # a term's first characters -> such terms
        self._like: dict[Hashable, tuple[int, list[str]]] = {}  # terms looked at, those meant

    @property
    def full(self) -> bool:
        """Are there so many that it is time to start anew?"""
        return len(self.known) > MOST_FORMS or self._kept > MOST_KEPT

    def learn(self, strings: Sequence[str]) -> None:
        """Analyse strings that are not known."""
        ends = accumulate(len(string) + 1 for string in strings)
        walk = zip(strings, ends, strict=True)
        form, end = "", 0
        added: dict[str, list[str]] = {}  # joined once: text that grows is copied every time
        for terms, _, start, _ in self.analyzer.tokens(" ".join(strings)):
            while start >= end:
                form, end = next(walk)
            for term in terms:
                forms = added.setdefault(term, [])
                if not forms or forms[-1] is not form:
                    forms.append(form)
        beginning: dict[str, list[str]] = {}
        for term, forms in added.items():
            text = " ".join(forms)
            self._kept += len(text)
            if term in self._holding:
                self._holding[term] += " " + text
            else:
                self._holding[term] = text
                self._terms.append(term)
                beginning.setdefault(term[:_FIRST], []).append(term)
        for first, new in beginning.items():
            self._beginning[first] = f"{self._beginning.get(first, '')} {' '.join(new)}"
        self.known.update(strings)

    def forms(self, term: str) -> set[str]:
        """The known strings that a term is in."""
        return set(self._holding.get(term, "").split())

    def like(self, what: Hashable, start: str, meant: Callable[[str], bool]) -> set[str]:
        """The known strings with a term that begins with `start` and is `meant`.

        `what` names the two together: asked again, only terms that were learned since are read.
        """
        near = self._terms
        if len(start) >= _FIRST:
            near = self._beginning.get(start[:_FIRST], "").split()
        if len(self._like) > _MOST_ASKED:
            self._like.clear()
        looked, found = self._like.get(what, (0, []))
        found += [term for term in near[looked:] if term.startswith(start) and meant(term)]
        self._like[what] = len(near), found
        return set(" ".join([self._holding[term] for term in found]).split())
