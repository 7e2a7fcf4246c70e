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
from typing import NamedTuple

from newssearch.analysis.analyzer import COMPATIBLE, Analyzer, Token
from newssearch.analysis.forms import Forms
from newssearch.analysis.scripts import CJK, CJK_RUN, is_cjk
from newssearch.syntax.nodes import Atom, Expand, Match
from newssearch.syntax.patterns import is_form, literal_prefix, meant

#: A phrase is looked for in so many characters for each of its words; more, if they are not enough.
PER_WORD = 12

#: A string without spaces that is longer is no word: it is not remembered under all its terms.
LONGEST_FORM = 500

#: So many characters of words that are not known yet are learned at a time; no article has more
#: but by design.
MOST_LEARNED = 500_000

#: Where there are more, or longer ones, so many of an article's characters are analysed.
MOST_ANALYSED = 100_000

#: To look for one form after another in a text is quick up to so many characters of all searches.
MOST_PASSED = 20_000_000

#: A word that stands in an article more often makes no other passage better than its first places.
MOST_PLACES = 10_000

#: Where a text can be cut without changing how the words before it are analysed.
_CUT = rf"\s|(?<=[{CJK}])(?![{CJK}])"

#: Makes a named tuple in a third of the time that calling its class takes.
_mark = tuple.__new__


class Mark(NamedTuple):
    """A place that matched; `match` is the number of the query's match that it belongs to."""

    start: int
    end: int
    match: int


class _Sequence(NamedTuple):
    """One way to say a match; `glued` is it as it stands in a CJK run, empty for all others;
    `meant` says of each atom which terms it stands for."""

    atoms: tuple[Atom, ...]
    match: int
    glued: str
    meant: tuple[Callable[[str], bool], ...]


class Marker:
    """Finds what matched in the texts of one field, for one query."""

    def __init__(
        self, matches: Sequence[Match], field: str, analyzer: Analyzer, forms: Forms | None = None
    ) -> None:
        self._analyzer = analyzer
        self._forms = forms or Forms(analyzer)
        self._sequences = [
            _Sequence(atoms, number, _glued(atoms), tuple(map(meant, atoms)))
            for number, match in enumerate(matches)
            if field in match.fields
            for atoms in match.sequences
        ]
        self._learned = -1
        self._beginning: dict[str, list[_Sequence]] = {}  # a form -> what may begin there
        self._inside: dict[str, tuple[list[Mark], list[_Sequence]]] = {}

    def marks(self, texts: Sequence[str]) -> list[list[Mark]]:
        """Every place of each text that matched, in order."""
        if not self._sequences:
            return [[] for _ in texts]
        whole = "\n".join(("", *texts, ""))
        words = set(whole.split())
        unknown = words - self._forms.known
        in_cjk = not whole.isascii() and any(map(_has_cjk, unknown))  # what has, is never learned
        if in_cjk:
            if COMPATIBLE.search(whole):
                return [_all_marks(self._analyzer.tokens(t), self._sequences) for t in texts]
            words = set(CJK_RUN.sub(" ", whole).split())
            unknown = words - self._forms.known
        if _are_too_much(unknown):
            return self._first_marks(texts)
        self._learn(unknown, words)
        found = self._at_forms(words, whole, texts, in_cjk)
        if in_cjk:
            for marks, text in zip(found, texts, strict=True):
                marks.update(self._in_runs(text))
        return [sorted(marks) if marks else [] for marks in found]

    def _first_marks(self, texts: Sequence[str]) -> list[list[Mark]]:
        """The places of texts that no one wrote for reading, of their first characters."""
        found, left = [], MOST_ANALYSED
        for text in texts:
            found.append(_all_marks(self._analyzer.tokens(text[:left]), self._sequences))
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
        self, words: set[str], whole: str, texts: Sequence[str], in_cjk: bool
    ) -> list[set[Mark]]:
        """For each text the marks of what begins in these forms; `whole` is all texts as lines."""
        found: list[set[Mark]] = [set() for _ in texts]
        starts = list(accumulate((len(text) + 1 for text in texts), initial=1))
        for form, places in _all_places(words & self._beginning.keys(), whole, in_cjk):
            singles, phrases = self._in_form(form)
            for place in islice(places, MOST_PLACES):
                number = bisect_right(starts, place) - 1
                here = place - starts[number]
                add = found[number].add
                for start, end, match in singles:
                    add(_mark(Mark, (here + start, here + end, match)))
                if phrases:
                    found[number].update(self._phrases(phrases, texts[number], here, len(form)))
        return found

    def _look_up(self) -> None:
        """Find the known forms in which a word or phrase of the query may begin."""
        self._beginning = {}
        for sequence in self._sequences:
            for form in self._forms_of(sequence.atoms[0], sequence.meant[0]):
                self._beginning.setdefault(form, []).append(sequence)

    def _forms_of(self, atom: Atom, stands_for: Callable[[str], bool]) -> set[str]:
        """The known forms with an atom in them."""
        if atom.expand is Expand.NONE:
            return self._forms.forms(atom.text)
        what = replace(atom, offset=0)
        return self._forms.like(what, "=" * is_form(atom) + literal_prefix(atom), stands_for)

    def _in_form(self, form: str) -> tuple[list[Mark], list[_Sequence]]:
        """The marks of single words in a form, and the phrases that may begin there."""
        if form not in self._inside:
            singles = [one for one in self._beginning[form] if len(one.atoms) == 1]
            phrases = [one for one in self._beginning[form] if len(one.atoms) > 1]
            marks = _all_marks(self._analyzer.tokens(form), singles) if singles else []
            self._inside[form] = marks, phrases
        return self._inside[form]

    def _in_runs(self, text: str) -> Iterator[Mark]:
        """The marks of what begins in CJK runs."""
        for sequence in self._sequences:
            if sequence.glued:
                length = len(sequence.glued)
                for place in islice(_occurrences(sequence.glued, text), MOST_PLACES):
                    yield Mark(place, place + length, sequence.match)
            elif CJK_RUN.fullmatch(sequence.atoms[0].text):
                first = sequence.atoms[0].text
                for place in islice(_occurrences(first, text), MOST_PLACES):
                    yield from self._phrases([sequence], text, place, len(first))

    def _phrases(
        self, phrases: Sequence[_Sequence], text: str, place: int, length: int
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
        for start, stop, match in _all_marks(tokens, phrases):
            yield Mark(place + start, place + stop, match)


def _are_too_much(words: Collection[str]) -> bool:
    """Would it take long to learn these?"""
    lengths = list(map(len, words))
    return max(lengths, default=0) > LONGEST_FORM or sum(lengths) > MOST_LEARNED


def _glued(atoms: tuple[Atom, ...]) -> str:
    """What a sequence of CJK atoms stands as in a run; empty where that is not one string."""
    first = atoms[0]
    if not all(CJK_RUN.fullmatch(atom.text) for atom in atoms):
        return ""
    if len(atoms) == 1:
        return first.text if len(first.text) == 2 or (first.prefix and len(first.text) == 1) else ""
    glued = first.text
    for atom in atoms[1:]:
        if atom.text[0] != glued[-1] or atom.offset - first.offset != len(glued) - 1:
            return ""
        glued += atom.text[1:]
    pairs = all(len(atom.text) == 2 and not atom.prefix for atom in atoms)
    return glued if pairs else ""


def _all_places(
    forms: Collection[str], whole: str, in_cjk: bool
) -> Iterable[tuple[str, Iterable[int]]]:
    """Where each of the forms stands in a text that begins and ends with a line break."""
    if len(forms) * len(whole) > MOST_PASSED:
        found: dict[str, list[int]] = {form: [] for form in forms}
        for match in re.compile(rf"[^\s{CJK}]+" if in_cjk else r"\S+").finditer(whole):
            if (places := found.get(match.group())) is not None:
                places.append(match.start())
        return found.items()
    spaced = whole.replace("\n", " ")
    if not in_cjk and spaced.isprintable():  # then no character but " " is a space
        return ((form, _spaced(form, spaced)) for form in forms)
    return ((form, _places(form, whole, in_cjk)) for form in forms)


def _spaced(form: str, whole: str) -> list[int]:
    """Where a form stands between spaces."""
    found: list[int] = []
    piece = f" {form} "
    place = whole.find(piece)
    while place >= 0:
        found.append(place + 1)
        place = whole.find(piece, place + len(piece) - 1)
    return found


def _places(form: str, whole: str, in_cjk: bool) -> Iterator[int]:
    """Where a form stands by itself in a text that begins and ends with a line break."""
    length = len(form)
    place = whole.find(form, 1)
    while place > 0:
        before, after = whole[place - 1], whole[place + length]
        if (before in " \n" or _parts(before, in_cjk)) and (
            after in " \n" or _parts(after, in_cjk)
        ):
            yield place
        place = whole.find(form, place + length)


def _parts(character: str, in_cjk: bool) -> bool:
    """Does a form end before this character, or begin after it?"""
    return character.isspace() or (in_cjk and is_cjk(character))


def _has_cjk(word: str) -> bool:
    return not word.isascii() and CJK_RUN.search(word) is not None


def _occurrences(piece: str, text: str) -> Iterator[int]:
    place = text.find(piece)
    while place >= 0:
        yield place
        place = text.find(piece, place + 1)


def _all_marks(tokens: Iterable[Token], sequences: Sequence[_Sequence]) -> list[Mark]:
    """Every place among tokens that matched, in order."""
    places: dict[int, list[Token]] = {}
    by_term: dict[str, list[int]] = {}
    for token in tokens:
        places.setdefault(token.position, []).append(token)
        for term in token.terms:
            by_term.setdefault(term, []).append(token.position)
    found: set[Mark] = set()
    for sequence in sequences:
        first = sequence.atoms[0]
        for position in _positions(first, sequence.meant[0], by_term):
            found.update(_sequence_marks(sequence, position - first.offset, places))
    return sorted(found)


def _positions(
    atom: Atom, stands_for: Callable[[str], bool], by_term: dict[str, list[int]]
) -> Iterable[int]:
    """Where an atom stands."""
    if atom.expand is Expand.NONE:
        return by_term.get(atom.text, ())
    return {
        position
        for term, positions in by_term.items()
        if stands_for(term)
        for position in positions
    }


def _sequence_marks(
    sequence: _Sequence, position: int, places: dict[int, list[Token]]
) -> Iterable[Mark]:
    """The marks of a sequence that begins at this position; none where it does not."""
    found: list[Mark] = []
    number = sequence.match
    for atom, stands_for in zip(sequence.atoms, sequence.meant, strict=True):
        for token in places.get(position + atom.offset, ()):
            if any(map(stands_for, token.terms)):
                short = atom.prefix and is_cjk(atom.text[0])
                end = min(token.end, token.start + len(atom.text)) if short else token.end
                found.append(Mark(token.start, end, number))
                break
        else:
            return ()
    if len(found) > 1:  # a phrase is marked whole
        return (Mark(found[0].start, max(mark.end for mark in found), number),)
    return found
