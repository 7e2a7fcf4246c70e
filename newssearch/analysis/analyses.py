"""What the analyzer said about strings, as flat arrays.

In: strings. Out: for each a number, and by number its forms and positions, gathered for whole
arrays of occurrences; used by `batches`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.analyzer import Analyzer

#: A term and, where the word has one, its unstemmed form's term; else "".
Form = tuple[str, str]

_Number = TypeVar("_Number", bound=np.generic)

#: From here on, in place of a form: a string that has not exactly one, at its one position.
_ODD = 2**31


class _Column(Generic[_Number]):
    """An array that grows at its end."""

    def __init__(self, kind: type[_Number]) -> None:
        self._room: NDArray[_Number] = np.zeros(1024, kind)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, places: NDArray[np.integer]) -> NDArray[_Number]:
        values: NDArray[_Number] = self._room[places]
        return values

    def extend(self, values: list[int]) -> None:
        end = self._size + len(values)
        if end > len(self._room):
            room = np.zeros(max(end, 2 * len(self._room)), self._room.dtype)
            room[: self._size] = self._room[: self._size]
            self._room = room
        self._room[self._size : end] = values
        self._size = end

    def cut(self, size: int) -> None:
        self._size = size


class Analyses:
    """The analyses of strings, numbered in the order in which they came."""

    def __init__(self, analyzer: Analyzer) -> None:
        # each string comes once: what it would keep is kept here
        self.analyzer = Analyzer(analyzer.stemming, cache_size=0)
        self.forms: list[Form] = []
        self._form_ids: dict[Form, int] = {}
        self.clear()

    def clear(self) -> None:
        """Forgets the strings, not the forms."""
        self._strings = _Column(np.uint32)  # a form id, or _ODD and a number in the next three
        self._positions = _Column(np.int64)
        self._first_piece = _Column(np.int64)
        self._pieces = _Column(np.int64)
        self._piece_form = _Column(np.uint32)
        self._piece_offset = _Column(np.int64)

    def __len__(self) -> int:
        return len(self._strings)

    def add(self, strings: Iterable[str]) -> None:
        """Analyses strings that are not here yet."""
        analyses: list[int] = []
        positions: list[int] = []
        pieces: list[int] = []
        first_pieces = [len(self._piece_form)]
        forms: list[int] = []
        offsets: list[int] = []
        for string in strings:
            if string.isascii() and (string.isalpha() or string.isdigit()):
                analyses.append(self._form_id(self.analyzer.word_terms(string)))
                continue
            tokens = self.analyzer.tokens(string)
            if len(tokens) == 1:
                analyses.append(self._form_id(tokens[0].terms))
                continue
            analyses.append(_ODD + len(self._positions) + len(positions))
            positions.append(tokens[-1].position + 1 if tokens else 0)
            pieces.append(len(tokens))
            first_pieces.append(first_pieces[-1] + len(tokens))
            forms += [self._form_id(token.terms) for token in tokens]
            offsets += [token.position for token in tokens]
        self._strings.extend(analyses)
        self._positions.extend(positions)
        self._first_piece.extend(first_pieces[:-1])
        self._pieces.extend(pieces)
        self._piece_form.extend(forms)
        self._piece_offset.extend(offsets)

    def add_terms(self, terms: Iterable[str]) -> None:
        """Adds strings that are a term each."""
        forms, ids = self.forms, self._form_ids
        found: list[int] = []
        for term in terms:  # as `_form_id`, without a call for each: most new strings are bigrams
            form = (term, "")
            known = ids.get(form)
            if known is None:
                known = ids[form] = len(forms)
                forms.append(form)
            found.append(known)
        self._strings.extend(found)

    def _form_id(self, terms: tuple[str, ...]) -> int:
        form = (terms[0], terms[1] if len(terms) == 2 else "")
        known = self._form_ids.setdefault(form, len(self.forms))
        if known == len(self.forms):
            self.forms.append(form)
        return known

    def sizes(self) -> tuple[int, int, int]:
        """What `cut` goes back to."""
        return len(self), len(self._positions), len(self._piece_form)

    def cut(self, sizes: tuple[int, int, int]) -> None:
        """Forgets the strings that came since `sizes`, not their forms."""
        strings, odd, pieces = sizes
        self._strings.cut(strings)
        for column in (self._positions, self._first_piece, self._pieces):
            column.cut(odd)
        self._piece_form.cut(pieces)
        self._piece_offset.cut(pieces)

    def occurrences(
        self, numbers: NDArray[np.uint32], gaps: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
        """Strings one after the other: the forms of their tokens, the tokens' places, and the
        number of positions before each string and after the last.

        `gaps[i]` is how many places are left free before string i, all told.
        """
        forms = self._strings[numbers]
        odd = np.flatnonzero(forms >= _ODD)
        if not len(odd):
            before = np.arange(len(numbers) + 1)
            return forms, before[:-1] + gaps, before
        number = forms[odd] - _ODD
        taken = np.ones(len(numbers) + 1, np.int64)
        taken[0] = 0
        taken[odd + 1] = self._positions[number]
        before = np.cumsum(taken)
        pieces = self._pieces[number]
        counts = np.ones(len(numbers), np.int64)
        counts[odd] = pieces
        forms, places = np.repeat(forms, counts), np.repeat(before[:-1] + gaps, counts)
        # of the i-th piece of each odd string: i, where the piece is, where it belongs
        within = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        source = np.repeat(self._first_piece[number], pieces) + within
        target = np.repeat(np.cumsum(counts)[odd] - pieces, pieces) + within
        forms[target] = self._piece_form[source]
        places[target] += self._piece_offset[source]
        return forms, places, before
