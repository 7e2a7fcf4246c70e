"""The places of texts that matched a query.

In: texts of one field, the query's matches. Out: `Mark`s; used by `snippets` (for the paragraphs of
an article), `highlights` (for titles) and `similar` (for the words that two articles share).

What is marked is what matched: words in every form that shares the term, phrases whole, and
nothing else.

Analysing every word of every article shown would take longer than the search. What stands between
spaces is analysed by itself, so `Forms` remembers which of these strings hold which terms; a
`Marker` has only to look where the strings stand that hold the query's, and analyses more than one
of them at a time only where a phrase may begin. Chinese, Japanese and Korean terms are pieces of
the text itself and are looked for as such.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, islice

from newssearch.analysis.analyzer import COMPATIBLE, Analyzer
from newssearch.analysis.forms import Forms
from newssearch.analysis.scripts import CJK, CJK_RUN
from newssearch.marks.strings import Likely, all_places, has_cjk, occurrences, places_of
from newssearch.marks.tokens import Mark, Way, all_marks, ways
from newssearch.syntax.nodes import Atom, Expand, Match
from newssearch.syntax.patterns import is_form, literal_prefix

__all__ = ["MOST_PLACES", "Mark", "Marker"]

#: A phrase is looked for in so many characters for each of its words; more, if they are not enough.
PER_WORD = 12

#: A string without spaces that is longer is no word: it is not remembered under all its terms.
LONGEST_FORM = 500

#: So many characters of words that are not known yet are learned at a time; no article has more
#: but by design.
MOST_LEARNED = 500_000

#: Where there are more, or longer ones, so many of an article's characters are analysed.
MOST_ANALYSED = 100_000

#: A word that stands in an article more often makes no other passage better than its first places.
MOST_PLACES = 10_000

#: Where a text can be cut without changing how the words before it are analysed.
_CUT = rf"\s|(?<=[{CJK}])(?![{CJK}])"

#: Makes a named tuple in a third of the time that calling its class takes.
_mark = tuple.__new__


class Marker:
    """Finds what matched in the texts of one field, for one query."""

    def __init__(
        self, matches: Sequence[Match], field: str, analyzer: Analyzer, forms: Forms | None = None
    ) -> None:
        self._analyzer = analyzer
        self._forms = forms or Forms(analyzer)
        self._ways = ways(matches, field)
        self._likely = Likely((way.atoms[0] for way in self._ways), analyzer.stemming)
        self._learned = -1
        self._beginning: dict[str, list[Way]] = {}  # a form -> what may begin there
        self._inside: dict[str, tuple[list[Mark], list[Way]]] = {}

    def marks(self, texts: Sequence[str]) -> list[list[Mark]]:
        """Every place of each text that matched, in order."""
        if not self._ways:
            return [[] for _ in texts]
        whole = "\n".join(("", *texts, ""))
        likely = self._likely.strings(whole)
        if likely is None:
            return self._marks_in_all(whole, texts)
        words = set(likely.values())
        unknown = words - self._forms.known
        if _are_too_much(unknown):
            return self._first_marks(texts)
        self._learn(unknown, words)
        found = self._at_forms(places_of(self._beginning, likely), texts)
        return [sorted(set(marks)) if len(marks) > 1 else marks for marks in found]

    def _marks_in_all(self, whole: str, texts: Sequence[str]) -> list[list[Mark]]:
        """The same, every string of the texts looked at; `whole` is all texts as lines."""
        words = set(whole.split())
        unknown = words - self._forms.known
        in_cjk = not whole.isascii() and any(map(has_cjk, unknown))  # what has, is never learned
        if in_cjk:
            if COMPATIBLE.search(whole):
                return [all_marks(self._analyzer.tokens(t), self._ways) for t in texts]
            words = set(CJK_RUN.sub(" ", whole).split())
            unknown = words - self._forms.known
        if _are_too_much(unknown):
            return self._first_marks(texts)
        self._learn(unknown, words)
        found = self._at_forms(all_places(words & self._beginning.keys(), whole, in_cjk), texts)
        if in_cjk:
            for marks, text in zip(found, texts, strict=True):
                marks.extend(self._in_runs(text))
        return [sorted(set(marks)) if len(marks) > 1 else marks for marks in found]

    def _first_marks(self, texts: Sequence[str]) -> list[list[Mark]]:
        """The places of texts that no one wrote for reading, of their first characters."""
        found, left = [], MOST_ANALYSED
        for text in texts:
            found.append(all_marks(self._analyzer.tokens(text[:left]), self._ways))
            left = max(0, left - len(text))
        return found

    def _learn(self, unknown: set[str], words: set[str]) -> None:
        """Learn which of the words are unknown, and look up where words and phrases may begin."""
        if unknown and self._forms.full:
            self._forms, self._learned = Forms(self._analyzer), -1
            unknown = words
        if unknown:
            self._forms.learn(list(unknown))
        if len(self._forms.known) != self._learned:
            self._learned = len(self._forms.known)
            self._look_up()

    def _at_forms(
        self, forms: Iterable[tuple[str, Iterable[int]]], texts: Sequence[str]
    ) -> list[list[Mark]]:
        """For each text the marks of what begins in these forms, which stand at these places of all
        texts as lines."""
        found: list[list[Mark]] = [[] for _ in texts]
        starts = list(accumulate((len(text) + 1 for text in texts), initial=1))
        for form, places in forms:
            singles, phrases = self._in_form(form)
            for place in islice(places, MOST_PLACES):
                number = bisect_right(starts, place) - 1
                here = place - starts[number]
                add = found[number].append
                for start, end, match in singles:
                    add(_mark(Mark, (here + start, here + end, match)))
                if phrases:
                    found[number].extend(self._phrases(phrases, texts[number], here, len(form)))
        return found

    def _look_up(self) -> None:
        """Find the known forms in which a word or phrase of the query may begin."""
        self._beginning = {}
        for way in self._ways:
            for form in self._forms_of(way.atoms[0], way.meant[0]):
                self._beginning.setdefault(form, []).append(way)

    def _forms_of(self, atom: Atom, stands_for: Callable[[str], bool]) -> set[str]:
        """The known forms with an atom in them."""
        if atom.expand is Expand.NONE:
            return self._forms.forms(atom.text)
        what = replace(atom, offset=0)
        return self._forms.like(what, "=" * is_form(atom) + literal_prefix(atom), stands_for)

    def _in_form(self, form: str) -> tuple[list[Mark], list[Way]]:
        """The marks of single words in a form, and the phrases that may begin there."""
        if form not in self._inside:
            singles = [one for one in self._beginning[form] if len(one.atoms) == 1]
            phrases = [one for one in self._beginning[form] if len(one.atoms) > 1]
            marks = all_marks(self._analyzer.tokens(form), singles) if singles else []
            self._inside[form] = marks, phrases
        return self._inside[form]

    def _in_runs(self, text: str) -> Iterator[Mark]:
        """The marks of what begins in CJK runs."""
        for way in self._ways:
            if way.glued:
                length = len(way.glued)
                for place in islice(occurrences(way.glued, text), MOST_PLACES):
                    yield Mark(place, place + length, way.match)
            elif CJK_RUN.fullmatch(way.atoms[0].text):
                first = way.atoms[0].text
                for place in islice(occurrences(first, text), MOST_PLACES):
                    yield from self._phrases([way], text, place, len(first))

    def _phrases(
        self, phrases: Sequence[Way], text: str, place: int, length: int
    ) -> Iterator[Mark]:
        """The marks of phrases that begin in this piece of the text, perhaps of later ones too."""
        wide = max(phrase.atoms[-1].offset for phrase in phrases) + 1
        size = length + PER_WORD * wide
        while True:
            cut = re.compile(_CUT).search(text, place + size)
            end = cut.start() if cut else len(text)
            tokens = self._analyzer.tokens(text[place:end])
            last = max(token.position for token in tokens if token.start < length)
            if end == len(text) or tokens[-1].position > last + wide:
                break
            size *= 2
        for start, stop, match in all_marks(tokens, phrases):
            yield Mark(place + start, place + stop, match)


def _are_too_much(words: Collection[str]) -> bool:
    """Would it take long to learn these?"""
    lengths = list(map(len, words))
    return max(lengths, default=0) > LONGEST_FORM or sum(lengths) > MOST_LEARNED
