"""Title, keywords and body as Whoosh sees them: three fields, each with sorted terms of its own.

In: an open `Segment`. Out: `Words`, which the three share, and a `WordField` for each: terms under
ascending numbers, and their postings as arrays; used by `whoosh_fields` and `whoosh_terms`.

A segment has one dictionary for the words of all three, and another one for their unstemmed forms.
In Whoosh each field has all its terms in one row, forms (`=protests`) in their place among the
stems. Which term stands in which field is found out for the whole segment when a field's terms are
first gone through; for a single term its own list says it.

    number          0 … k-1       k … k+f-1     k+f … w+f-1
    term            stems < "="   =forms        the other stems
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays.bits import unpack
from newssearch.arrays.inverted import slots_of
from newssearch.engine.columnar.bulk import common_slots, lists_of, places_of
from newssearch.engine.columnar.segment import SLOTS, Segment

Integers = NDArray[np.int64]

_MARK = b"="

#: Terms whose places are read together, to find out their fields.
CHUNK = 4096

#: Slots of terms that are kept: Whoosh asks for those of one query several times.
_KEPT = 2_000_000

#: Lists of up to so many places are read sooner one by one than as arrays; most are that short.
FEW = 16


@dataclass(frozen=True, slots=True)
class Postings:
    """A term's ascending documents, how often it stands in each, and where in the i-th of them."""

    documents: Integers
    frequencies: Integers
    positions: Callable[[int], list[int]] | None = None


class Words:
    """The words of all three fields: terms, slots, and which field has which term."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.first_form = segment.words.lower(_MARK)
        self.forms = segment.forms.size
        self.size = segment.words.size + self.forms
        self.starts = np.array(segment.column("starts"), np.int64)
        self._known: dict[int, tuple[Integers, Integers]] = {}
        self._held = 0

    def find(self, term: bytes) -> int:
        if term.startswith(_MARK):
            form = self.segment.forms.find(term[1:])
            return form if form < 0 else self.first_form + form
        word = self.segment.words.find(term)
        return word if word < self.first_form else word + self.forms

    def lower(self, term: bytes) -> int:
        """The number of the first term that is not below this one."""
        if term.startswith(_MARK):
            return self.first_form + self.segment.forms.lower(term[1:])
        word = self.segment.words.lower(term)
        return word if term < _MARK else word + self.forms

    def term(self, number: int) -> bytes:
        form = number - self.first_form
        if 0 <= form < self.forms:
            return _MARK + self.segment.forms.term(form)
        return self.segment.words.term(number if form < 0 else number - self.forms)

    def word(self, number: int) -> tuple[int, int | None]:
        """A term's number in the dictionary of words; and a form's own."""
        form = number - self.first_form
        if 0 <= form < self.forms:
            return self.segment.form_at(form)
        return (number if form < 0 else number - self.forms), None

    def slots(self, number: int) -> tuple[Integers, Integers]:
        """The slots that a term stands in, and how often in each."""
        known = self._known.get(number)
        if known is None:
            known = self._slots(*self.word(number))
            self._held += len(known[0]) + 1
            if self._held > _KEPT:
                self._known.clear()
                self._held = len(known[0]) + 1
            self._known[number] = known
        return known

    def _slots(self, word: int, form: int | None) -> tuple[Integers, Integers]:
        if form is None or self.segment.forms_of(word) is None:
            common = self.segment.common(word)
            if common is not None:
                return common_slots(self.segment, common)
        if self.segment.words.count(word) > FEW:
            return slots_of(places_of(self.segment, word, form), self.starts)
        found = Counter(self.segment.slots_of(self.segment.places_of(word, form)))
        return np.array([*found], np.int64), np.array([*found.values()], np.int64)

    @cached_property
    def membership(self) -> NDArray[np.uint8]:
        """By number the fields that have the term, as bits."""
        words, forms = _Membership(self.segment, self.starts).found()
        return np.concatenate((words[: self.first_form], forms, words[self.first_form :]))


class _Membership:
    """Reads all places of a segment: in which fields stands which term, which form?"""

    def __init__(self, segment: Segment, starts: Integers) -> None:
        self._segment, self._starts = segment, starts
        read = segment.file.read
        self._varied = np.array(segment.column_of("varied.terms"), np.int64)
        self._widths = np.frombuffer(bytes(read("varied.widths")), np.uint8).astype(np.int64)
        self._bits = np.array(segment.column_of("varied.starts", "Q"), np.int64)
        terms = np.frombuffer(bytes(read("forms.terms")), "<u4").astype(np.int64)
        keys = terms << 16 | np.frombuffer(bytes(read("forms.numbers")), "<u2")
        self._order = np.argsort(keys)
        self._keys = keys[self._order]

    def found(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Of words and of forms: the fields as bits."""
        lists = self._segment.words
        words = np.zeros(lists.size, np.uint8)
        forms = np.zeros(len(self._keys), np.uint8)
        for first in range(0, lists.size, CHUNK):
            counts, places = lists_of(lists, first, min(first + CHUNK, lists.size))
            field = (np.searchsorted(self._starts, places, "right") - 1) % SLOTS
            term = np.repeat(np.arange(first, first + len(counts)), counts)
            keys = term << 16 | self._numbers(first, counts)
            row = np.minimum(np.searchsorted(self._keys, keys), max(len(self._keys) - 1, 0))
            named = self._keys[row] == keys if len(self._keys) else np.zeros(len(keys), bool)
            for slot in range(SLOTS):
                here = field == slot
                words[term[here]] |= 1 << slot
                forms[self._order[row[here & named]]] |= 1 << slot
        return words, forms

    def _numbers(self, first: int, counts: Integers) -> Integers:
        """The number of the form at each place of the terms from `first` on."""
        numbers = np.zeros(int(counts.sum()), np.int64)
        begin, end = np.searchsorted(self._varied, (first, first + len(counts))).tolist()
        if begin == end:
            return numbers
        rows = self._varied[begin:end] - first
        long, widths, starts = counts[rows], self._widths[begin:end], self._bits[begin:end]
        inside = np.arange(int(long.sum())) - np.repeat(np.cumsum(long) - long, long)
        stop = int(starts[-1]) + (int(long[-1] * widths[-1]) + 7) // 8
        bits = self._segment.file.read("varied.bits", int(starts[0]), stop)
        width = np.repeat(widths, long)
        at = np.repeat((starts - starts[0]) * 8, long) + inside * width
        into = np.repeat((np.cumsum(counts) - counts)[rows], long) + inside
        numbers[into] = unpack(bits, at, width).view(np.int64)
        return numbers


class WordField:
    """One of the fields with positions."""

    def __init__(self, words: Words, slot: int) -> None:
        self._words, self._slot = words, slot

    @cached_property
    def _numbers(self) -> Integers:
        """The terms of this field among those of all three."""
        return np.flatnonzero(self._words.membership & (1 << self._slot))

    def find(self, term: bytes) -> int:
        number = self._words.find(term)
        if number >= 0 and (self._words.slots(number)[0] % SLOTS == self._slot).any():
            return number
        return -1

    def seek(self, term: bytes) -> int:
        return self._from(self._words.lower(term))

    def after(self, number: int) -> int:
        return self._from(number + 1)

    def _from(self, number: int) -> int:
        place = int(self._numbers.searchsorted(number))
        return int(self._numbers[place]) if place < len(self._numbers) else -1

    def term(self, number: int) -> bytes:
        return self._words.term(number)

    def postings(self, number: int) -> Postings:
        slots, frequencies = self._words.slots(number)
        here = slots % SLOTS == self._slot
        frequencies = frequencies[here]
        positions = _Positions(self._words, number, self._slot, frequencies)
        return Postings(slots[here] // SLOTS, frequencies, positions.of)


class _Positions:
    """A term's positions in one field; nothing is read before they are asked for."""

    def __init__(self, words: Words, number: int, slot: int, frequencies: Integers) -> None:
        self._words, self._number, self._slot = words, number, slot
        self._frequencies = frequencies

    @cached_property
    def _all(self) -> tuple[list[int], list[int]]:
        """The positions in all documents, and where each document's end."""
        places = places_of(self._words.segment, *self._words.word(self._number))
        slots = np.searchsorted(self._words.starts, places, "right") - 1
        here = slots % SLOTS == self._slot
        positions = (places - self._words.starts[slots])[here]
        return positions.tolist(), np.cumsum(self._frequencies).tolist()

    def of(self, place: int) -> list[int]:
        """In the document at this place among those that have the term."""
        positions, ends = self._all
        return positions[ends[place - 1] if place else 0 : ends[place]]
