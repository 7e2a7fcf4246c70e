"""What the analyzer said about strings, as flat arrays.

In: strings. Out: for each a *code*, and by code its forms and positions, gathered for whole arrays
of occurrences; used by `batches`.

A code is the number of the string's one form, or `_ODD` and the number of a string that has not
exactly one, at its one position.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.analyzer import LONGEST_WORD, Analyzer
from newssearch.analysis.form_table import FormTable
from newssearch.analysis.growing import Growing
from newssearch.analysis.scripts import APOSTROPHES

_ODD = 2**31

_OWNED = tuple(f"{apostrophe}s" for apostrophe in APOSTROPHES)


class Analyses:
    """Analyses strings; keeps what cannot be said in a code, and all forms."""

    def __init__(self, analyzer: Analyzer) -> None:
        # each string comes once: what it would keep is kept here
        self._analyzer = Analyzer(analyzer.stemming, cache_size=0)
        self.forms = FormTable()
        self._columns: list[Growing[np.int64]] = [Growing(np.int64) for _ in range(3)]
        self._positions, self._first_piece, self._pieces = self._columns
        self._piece_form, self._piece_offset = Growing(np.uint32), Growing(np.int64)

    def clear(self) -> None:
        """Forget all strings and forms."""
        self.forms.clear()
        for column in (*self._columns, self._piece_offset):
            column.clear()
        self._piece_form.clear()

    @property
    def held(self) -> int:
        """Bytes of memory in use, about."""
        columns = (*self._columns, self._piece_offset)
        return self.forms.held + self._piece_form.held + sum(column.held for column in columns)

    def add(self, strings: Sequence[str]) -> NDArray[np.uint32]:
        """The codes of strings, which are analysed."""
        stemming = bool(self._analyzer.stemming.latin)
        words = [_plain_word(string) if stemming else "" for string in strings]
        new = _New(self.forms)
        numbers = new.words(self._analyzer.words_terms(list(filter(None, words))))
        codes: list[int] = []
        odd: list[tuple[int, int, int]] = []
        offsets: list[int] = []
        for string, word in zip(strings, words, strict=True):
            if word:
                codes.append(next(numbers))
                continue
            if string.isascii() and (string.isalpha() or string.isdigit()):
                codes.append(new.form(self._analyzer.word_terms(string)))
                continue
            tokens = self._analyzer.tokens(string)
            if len(tokens) == 1:
                codes.append(new.form(tokens[0].terms))
                continue
            codes.append(_ODD + len(self._positions) + len(odd))
            positions = tokens[-1].position + 1 if tokens else 0
            odd.append((positions, len(self._piece_form) + len(offsets), len(tokens)))
            new.pieces += [new.form(token.terms) for token in tokens]
            offsets += [token.position for token in tokens]
        codes_of, pieces = new.settled(codes)
        for column, values in zip(self._columns, zip(*odd, strict=True), strict=False):
            column.extend(values)
        self._piece_form.extend(pieces)
        self._piece_offset.extend(offsets)
        return codes_of

    def sizes(self) -> tuple[int, int]:
        """What `cut` goes back to."""
        return len(self._positions), len(self._piece_form)

    def cut(self, sizes: tuple[int, int]) -> None:
        """Forget the strings that came since `sizes`, not their forms."""
        odd, pieces = sizes
        for column in self._columns:
            column.cut(odd)
        self._piece_form.cut(pieces)
        self._piece_offset.cut(pieces)

    def occurrences(
        self, codes: NDArray[np.uint32], gaps: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
        """Strings one after the other: the forms of their tokens, the tokens' places, and the
        number of positions before each string and after the last.

        `gaps[i]` is how many places are left free before string i, all told.
        """
        odd = np.flatnonzero(codes >= _ODD)
        if not len(odd):
            before = np.arange(len(codes) + 1)
            return codes, before[:-1] + gaps, before
        number = codes[odd] - _ODD
        taken = np.ones(len(codes) + 1, np.int64)
        taken[0] = 0
        taken[odd + 1] = self._positions[number]
        before = np.cumsum(taken)
        pieces = self._pieces[number]
        counts = np.ones(len(codes), np.int64)
        counts[odd] = pieces
        forms, places = np.repeat(codes, counts), np.repeat(before[:-1] + gaps, counts)
        # of the i-th piece of each odd string: i, where the piece is, where it belongs
        within = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        source = np.repeat(self._first_piece[number], pieces) + within
        target = np.repeat(np.cumsum(counts)[odd] - pieces, pieces) + within
        forms[target] = self._piece_form[source]
        places[target] += self._piece_offset[source]
        return forms, places, before


def _plain_word(string: str) -> str:
    """The word that a string in small ASCII letters is to the analyzer, with or without `'s` after
    it; empty for other strings. Nearly all are such, and are analysed together."""
    word = string[:-2] if string.endswith(_OWNED) else string
    return word if word.isalpha() and word.isascii() and len(string) <= LONGEST_WORD else ""


class _New:
    """Forms that are added together: until `settled`, a pair's number is less than 0."""

    def __init__(self, forms: FormTable) -> None:
        self._forms = forms
        self._base = len(forms)
        self._texts: list[str] = []
        self._pairs: list[str] = []
        self.pieces: list[int] = []

    def words(self, terms: Sequence[tuple[str, str]]) -> Iterator[int]:
        """The numbers of forms that have an unstemmed one."""
        first = self._base + len(self._texts) // 2
        self._texts += chain.from_iterable(terms)
        return iter(range(first, first + len(terms)))

    def form(self, terms: tuple[str, ...]) -> int:
        """The number of a form."""
        if len(terms) == 2:
            self._texts += terms
        elif len(terms[0]) > 2:
            self._texts += (terms[0], "")
        else:
            self._pairs.append(terms[0])
            return -len(self._pairs)
        return self._base + len(self._texts) // 2 - 1

    def settled(self, codes: list[int]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Adds the forms; these codes and the pieces with their final numbers."""
        self._forms.add_words(self._texts)
        first = np.array([ord(pair[0]) for pair in self._pairs], np.int64)
        second = np.array([ord(pair[1]) if len(pair) > 1 else 0 for pair in self._pairs], np.int64)
        pairs = self._forms.of_pairs(first, second)
        found = []
        for numbers in (np.array(codes, np.int64), np.array(self.pieces, np.int64)):
            some = np.flatnonzero(numbers < 0)
            numbers[some] = pairs[-1 - numbers[some]]
            found.append(numbers.astype(np.uint32))
        return found[0], found[1]
