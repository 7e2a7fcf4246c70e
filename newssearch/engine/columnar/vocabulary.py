"""The words of an archive that an atom stands for, and how often each stands there.

In: segments, atoms. Out: terms of the segments, words with their counts; used by `matches` and
`plain` to find articles, by `snapshot` to answer `words`. Standard library alone.

An atom with `=` before it stands for unstemmed forms, one without for terms: a prefix for all that
begin so, a pattern or a misspelt word only for those that have no unstemmed form (numbers, Greek).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from heapq import nlargest

from newssearch.analysis.scripts import is_cjk
from newssearch.engine import evaluate
from newssearch.engine.base import WordCount
from newssearch.engine.columnar.expansion import Expansion
from newssearch.engine.columnar.lists import LARGE, Dictionary
from newssearch.engine.columnar.segment import Segment, decode
from newssearch.engine.names import encode_name
from newssearch.errors import EngineError
from newssearch.syntax.nodes import Atom, Expand
from newssearch.syntax.patterns import bare, is_form, typed

#: So many atoms are remembered with what they stand for.
_KNOWN = 64

#: Of each segment so many words are looked at first, to find the most frequent ones.
_LOOKED_AT = 200

#: For each segment the numbers of words in its dictionary.
Numbers = list[Sequence[int]]


class Vocabulary:
    """The words of a generation's segments; remembers what it was asked last."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._parts = [_Part(segment) for segment in segments]
        self._places = {segment.name: place for place, segment in enumerate(segments)}
        self._known: dict[Atom, Numbers] = {}

    def terms(self, atom: Atom, segment: Segment) -> Iterator[tuple[int, int | None]]:
        """A segment's terms that an atom stands for, and which form of each; None: all of them.

        Raises EngineError for an atom that stands for more words than `evaluate.BROADEST`.
        """
        numbers = self._bounded(atom)[self._places[segment.name]]
        if is_form(atom):
            return map(segment.form_at, numbers)
        return ((number, None) for number in numbers)

    def expand(self, atom: Atom) -> list[str]:
        """The terms that an atom stands for, sorted; unstemmed forms with their `=`.

        Raises EngineError as `terms` does.
        """
        mark = "=" if is_form(atom) else ""
        return sorted(mark + decode(text) for text in self._texts(atom, self._bounded(atom)))

    def size(self, atom: Atom) -> int:
        """How many words the atom stands for; what is in several segments counts in each."""
        return sum(map(len, self._numbers(atom)))

    def words(self, atom: Atom, limit: int) -> list[WordCount]:
        """The words that an atom stands for, with their occurrences; see `Snapshot.words`.

        How often a term occurs is looked up at once; to count one of its forms takes longer, and to
        spell many words too. So of each segment the words of its most frequent terms are looked at,
        until no other can be among the first (the threshold algorithm of Fagin, Lotem and Naor).
        """
        forms, take = is_form(atom), max(_LOOKED_AT, 2 * limit)
        while True:
            unseen = 0  # how often a word that is not looked at occurs at most
            most: dict[bytes, int] = {}
            known: dict[bytes, dict[_Part, int]] = {}
            for part, numbers in zip(self._parts, self._numbers(atom), strict=True):
                frequent = part.most_frequent(numbers, forms, take)
                unseen += frequent[-1][0] if len(frequent) < len(numbers) else 0
                texts = _each(part.dictionary(forms), [number for _, number in frequent])
                for text, (bound, number) in zip(texts, frequent, strict=True):
                    most[text] = most.get(text, 0) + bound
                    known.setdefault(text, {})[part] = number
            counted: list[tuple[int, bytes]] = []  # minus the occurrences, and the word
            for text in sorted(most, key=most.__getitem__, reverse=True):
                if len(counted) >= limit and most[text] + unseen < -counted[limit - 1][0]:
                    break
                insort(counted, (-self._occurrences(text, known[text], forms), text))
            if not unseen or (len(counted) >= limit and unseen < -counted[limit - 1][0]):
                return [WordCount(decode(text), -count) for count, text in counted[:limit]]
            take *= 4

    def _occurrences(self, text: bytes, known: Mapping[_Part, int], forms: bool) -> int:
        """How often a word occurs in all segments; `known` are its numbers in some of them."""
        total = 0
        for part in self._parts:
            number = known[part] if part in known else part.dictionary(forms).find(text)
            total += part.occurrences(number, forms) if number >= 0 else 0
        return total

    def _bounded(self, atom: Atom) -> Numbers:
        """The same as `_numbers`, where they are not too many."""
        numbers, most = self._numbers(atom), evaluate.BROADEST
        if sum(map(len, numbers)) > most and len(self._texts(atom, numbers)) > most:
            raise EngineError(f"{typed(atom)} is too broad: it stands for over {most:,} words")
        return numbers

    def _numbers(self, atom: Atom) -> Numbers:
        """The numbers of the words that an atom stands for. Raises EngineError where they take too
        long to look for."""
        atom = replace(atom, offset=0)
        known = self._known.get(atom)
        if known is None:
            if len(self._known) == _KNOWN:
                self._known.clear()
            known = self._known[atom] = self._find(atom)
        return known

    def _find(self, atom: Atom) -> Numbers:
        if atom.expand is Expand.NONE:
            return [part.spelt(atom) for part in self._parts]
        forms = is_form(atom)
        expansion = Expansion(atom)
        numbers = [expansion.numbers(part.dictionary(forms)) for part in self._parts]
        if not forms and atom.expand is not Expand.PREFIX:
            numbers = [part.formless(here) for part, here in zip(self._parts, numbers, strict=True)]
        return numbers

    def _texts(self, atom: Atom, numbers: Numbers) -> set[bytes]:
        found: set[bytes] = set()
        for part, here in zip(self._parts, numbers, strict=True):
            found.update(_each(part.dictionary(is_form(atom)), here))
        return found


class _Part:
    """One segment's words."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment

    def dictionary(self, forms: bool) -> Dictionary:
        """The unstemmed forms, or the terms."""
        return self.segment.forms if forms else self.segment.words

    def spelt(self, atom: Atom) -> Sequence[int]:
        """The number of the form or term that an atom spells, if it is there."""
        number = self.dictionary(is_form(atom)).find(encode_name(bare(atom)))
        return [number] if number >= 0 else []

    def formless(self, numbers: Sequence[int]) -> Sequence[int]:
        """Those terms that have no unstemmed form and are no Chinese, Japanese or Korean pairs."""
        if not numbers:
            return numbers
        words = self.segment.words
        return [
            number
            for number in numbers
            if number not in self._stems and not is_cjk(decode(words.term(number))[0])
        ]

    def most_frequent(
        self, numbers: Sequence[int], forms: bool, take: int
    ) -> list[tuple[int, int]]:
        """Of these words those whose terms occur most often, and how often these do."""
        terms = map(self._terms.__getitem__, numbers) if forms else numbers
        counts, large = self._counts, self._large
        bounds = [count if (count := counts[term]) < LARGE else large[term] for term in terms]
        return nlargest(take, zip(bounds, numbers, strict=True))

    def occurrences(self, number: int, forms: bool) -> int:
        """How often a word stands there."""
        term = self._terms[number] if forms else number
        count = self._counts[term]
        if count == LARGE:
            count = self._large[term]
        where = self.segment.forms_of(term) if forms else None
        if where is None:
            return count
        size = (count * where.width + 7) // 8
        packed = self.segment.file.read("varied.bits", where.start, where.start + size)
        _, form = self.segment.form_at(number)
        return _equal(int.from_bytes(packed, "little"), where.width, count, form)

    @cached_property
    def _terms(self) -> memoryview:
        return self.segment.column_of("forms.terms")

    @cached_property
    def _stems(self) -> frozenset[int]:
        return frozenset(self._terms)

    @cached_property
    def _counts(self) -> memoryview:
        return self.segment.column_of("words.counts", "B")

    @cached_property
    def _large(self) -> dict[int, int]:
        large = self.segment.column_of("words.large")
        return dict(zip(large[::2], large[1::2], strict=True))


def _each(dictionary: Dictionary, numbers: Sequence[int]) -> Iterable[bytes]:
    """The words with these numbers."""
    if isinstance(numbers, range):
        return dictionary.terms(numbers.start, numbers.stop)
    return map(dictionary.term, numbers)


def _equal(fields: int, width: int, count: int, wanted: int) -> int:
    """How many of the `count` numbers of `width` bits that stand side by side are `wanted`."""
    whole = (1 << count * width) - 1
    ones = whole // ((1 << width) - 1)  # a 1 in each
    bits = (fields & whole) ^ ones * wanted
    different = 0
    for bit in range(width):
        different |= bits >> bit
    return count - (different & ones).bit_count()
