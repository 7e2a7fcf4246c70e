"""The forms of words that a batch analyzer has met, as flat arrays.

In: terms and pairs of characters. Out: a number for each; and their UTF-8, all in one array; used
by `analyses`, and by the engine that sorts them.

A form is a term and, where the word has one, its unstemmed form. Most forms of Chinese, Japanese
and Korean are pairs of characters, and there are ten times as many as words: no Python object is
made for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.growing import Growing
from newssearch.analysis.interner import Interner
from newssearch.arrays.fingerprints import of_strings, spread

#: A code point has so many bits; a pair's second one is 0 where a character stands alone.
_CODE_POINT = 21

#: After the text of forms, so that words of 8 bytes can be read from any place in it.
PADDING = 8


@dataclass(frozen=True, slots=True)
class FormTexts:
    """Forms in UTF-8: form i's term is `text[starts[i]:ends[i]]`, its unstemmed form, without `=`,
    `text[unstemmed_starts[i]:unstemmed_ends[i]]`, which is empty where it has none.

    No form holds a NUL. `text` ends with `PADDING` bytes that belong to none.
    """

    text: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    unstemmed_starts: NDArray[np.int64]
    unstemmed_ends: NDArray[np.int64]


class FormTable:
    """Forms by number, in the order in which they came; a word may come more than once."""

    def __init__(self) -> None:
        self._pairs = Interner(1)
        self._pair_forms = Growing(np.uint32)
        self.clear()

    def clear(self) -> None:
        """Forget all forms."""
        self._pairs.clear()
        self._pair_forms.clear()
        self._pair_forms.extend([0])  # pairs are numbered from 1 on
        self._words = 0
        self._text = bytearray()  # of each word: term, NUL, unstemmed form, NUL
        # a word's number among the words; or a pair, and less than 0
        self._what = Growing(np.int64)
        self._fingerprints = Growing(np.uint64)

    def __len__(self) -> int:
        return len(self._what)

    @property
    def held(self) -> int:
        """Bytes of memory in use, about."""
        columns = (self._pair_forms, self._what, self._fingerprints)
        return self._pairs.held + sum(column.held for column in columns) + len(self._text)

    def add_words(self, texts: Sequence[str]) -> None:
        """More words; of each its term and, after it, its unstemmed form with `=` or nothing.

        Their numbers are those that follow `len`.
        """
        if texts:
            encoded = ("\0".join(texts) + "\0").encode("utf-8", "surrogatepass")
            self._text += encoded
            count = len(texts) // 2
            self._fingerprints.extend(_of_words(np.frombuffer(encoded, np.uint8)))
            self._what.extend(np.arange(self._words, self._words + count))
            self._words += count

    def of_pairs(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The numbers of characters, each with the one after it or with 0: each pair has one."""
        keys = first << _CODE_POINT | second
        numbers, new = self._pairs.numbers((keys.view(np.uint64),))
        if len(new):
            self._pair_forms.extend(np.arange(len(self), len(self) + len(new), dtype=np.uint32))
            self._what.extend(-keys[new])
            self._fingerprints.extend(spread(keys[new].view(np.uint64)))
        return self._pair_forms[numbers]

    def fingerprints(self, forms: NDArray[np.uint32]) -> NDArray[np.uint64]:
        """Of each form's unstemmed form, or of its term where it has none; as in every table."""
        return self._fingerprints[forms]

    def texts(self, forms: NDArray[np.int64]) -> FormTexts:
        """What these forms are in UTF-8."""
        what = self._what[forms]
        words, pairs = np.flatnonzero(what >= 0), np.flatnonzero(what < 0)
        encoded, sizes = _pair_texts(-what[pairs])
        text = np.frombuffer(b"".join((self._text, encoded, bytes(PADDING))), np.uint8)
        edges = np.flatnonzero(text[: len(self._text)] == 0)
        starts, ends = np.empty((2, len(what)), np.int64), np.empty((2, len(what)), np.int64)
        for i in (0, 1):
            number = 2 * what[words] + i
            ends[i, words] = edges[number]
            starts[i, words] = np.where(number > 0, edges[number - 1] + 1, 0)
        starts[1, words] = np.minimum(starts[1, words] + 1, ends[1, words])  # without its `=`
        ends[0, pairs] = len(self._text) + np.cumsum(sizes)
        starts[0, pairs] = ends[0, pairs] - sizes
        starts[1, pairs] = ends[1, pairs] = 0
        return FormTexts(text, starts[0], ends[0], starts[1], ends[1])


def _of_words(text: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The fingerprints of words, as `add_words` writes them."""
    ends = np.flatnonzero(text == 0)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    unstemmed = starts[1::2] < ends[1::2]
    return of_strings(
        text,
        np.where(unstemmed, starts[1::2], starts[::2]),
        np.where(unstemmed, ends[1::2], ends[::2]),
    )


def _pair_texts(pairs: NDArray[np.int64]) -> tuple[bytes, NDArray[np.int64]]:
    """Pairs in UTF-8, one behind the other, and the bytes of each."""
    points = np.stack((pairs >> _CODE_POINT, pairs & (1 << _CODE_POINT) - 1), axis=1)
    sizes = (points > 0).astype(np.int64) + (points > 0x7F) + (points > 0x7FF) + (points > 0xFFFF)
    some = points[points > 0].astype("<u4").tobytes()
    text = some.decode("utf-32-le", "surrogatepass").encode("utf-8", "surrogatepass")
    return text, sizes.sum(axis=1)
