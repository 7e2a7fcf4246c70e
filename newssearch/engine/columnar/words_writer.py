"""Writes a segment's words: where each term stands, under which unstemmed form, and how often.

In: sorted terms, each with its ascending places. Out: sections; used by `builder` and `merge`.

A segment's documents lie in one row of *places*: the positions of the first document's title,
then of its keywords, its body, then the next document's. A field of a document is a *slot*,
3 x document + field; slot s has the places [starts[s], starts[s + 1]).

    words.…          `lists`: term -> its places
    varied.…         of a term with several unstemmed forms, the form at each place: `terms` (its
                     number, 4 bytes), `widths` (bits of a form's number, 1), `starts` (byte in
                     `bits`, 8), `bits`
    forms.text, …    `lists.Dictionary` of all unstemmed forms, without their `=`
    forms.terms      the term that each is a form of (4 bytes), forms.numbers: its number (2)
    common.…         of a term with COMMON places or more, what scoring needs: `terms` (its number),
                     `counts` (slots that hold it, 4 bytes each), `low`, `high` (the slots, one list
                     each as in `arrays.monotone`, every one from a whole byte on), `frequencies`
                     (places in each slot, 1 byte; 255: in `more`), `more` (4 bytes each), `starts`
                     (where the term begins in low, high, frequencies, more, 8 bytes each, and ends)
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays import monotone
from newssearch.arrays.bits import pack_into, packed, room
from newssearch.arrays.inverted import slots_of
from newssearch.arrays.texts import Texts
from newssearch.engine.columnar.lists_writer import DictionaryWriter, ListsWriter, Stream
from newssearch.engine.columnar.segment_file import SectionsWriter

Integers = NDArray[np.int64]
Whole = NDArray[np.integer[Any]]

#: From so many places on a term's slots are kept beside them: to score it no place is read.
COMMON = 8192

#: Occurrences whose forms are encoded together.
_AT_ONCE = 1 << 15


@dataclass(frozen=True, slots=True)
class Terms:
    """Sorted terms with their lists: `places` one behind the other, `counts` of each; the number
    of the form at each place, and the bits that the numbers of each term's forms need."""

    terms: Texts
    counts: Integers
    places: Whole
    numbers: Whole
    widths: Integers


class WordsWriter:
    """Writes the words of a segment whose slots start at `starts` (int64, the end too)."""

    def __init__(self, folder: Path, starts: Integers) -> None:
        self._starts = starts
        self._words = ListsWriter(folder, "words", int(starts[-1]))
        self._forms = DictionaryWriter(folder, "forms")
        self._form_terms, self._form_numbers = array("I"), array("H")
        self._varied = array("I")
        self._widths, self._varied_starts = bytearray(), array("Q")
        self._bits = Stream(folder)
        self._common, self._slot_counts = array("I"), array("I")
        self._common_starts = array("Q")
        self._low, self._high = Stream(folder), Stream(folder)
        self._frequencies = Stream(folder)
        self._more = array("I")

    @property
    def size(self) -> int:
        """Terms so far."""
        return self._words.size

    def add(self, added: Terms) -> None:
        """The next terms; all calls but the last with a multiple of `lists.GROUP` of them."""
        base = self._words.size
        self._words.add(added.terms, added.counts, added.places)
        ends = np.cumsum(added.counts)
        self._add_varied(base, added, ends)
        for i in np.flatnonzero(added.counts >= COMMON).tolist():
            end = int(ends[i])
            self._add_common(base + i, added.places[end - int(added.counts[i]) : end])

    def add_forms(self, forms: Texts, terms: Integers, numbers: Integers) -> None:
        """The next unstemmed forms, sorted, with the numbers of their terms and their own; as many
        at a time as `add` may be given."""
        self._forms.add_terms(forms)
        self._form_terms.frombytes(terms.astype(np.uint32).tobytes())
        self._form_numbers.frombytes(numbers.astype(np.uint16).tobytes())

    def _add_varied(self, base: int, added: Terms, ends: Integers) -> None:
        varied = np.flatnonzero(added.widths)
        if not len(varied):
            return
        counts, widths = added.counts[varied], added.widths[varied]
        sizes = -(-counts * widths // 8)
        starts = np.cumsum(sizes) - sizes
        size = int(sizes.sum()) * 8
        edges = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
        into, of = starts * 8 - edges[:-1] * widths, ends[varied] - edges[1:]
        words = room(size)
        # some at a time: one term may have millions of places
        for begin in range(0, int(edges[-1]), _AT_ONCE):
            end = min(begin + _AT_ONCE, int(edges[-1]))
            first = int(np.searchsorted(edges, begin, "right")) - 1
            last = int(np.searchsorted(edges, end))
            here = np.diff(edges[first : last + 1].clip(begin, end))
            every = np.arange(begin, end)
            values = added.numbers[every + np.repeat(of[first:last], here)]
            every *= np.repeat(widths[first:last], here)
            every += np.repeat(into[first:last], here)
            pack_into(words, values.astype(np.uint64), every)
        self._varied.extend((varied + base).tolist())
        self._widths += widths.astype(np.uint8).tobytes()
        self._varied_starts.extend((starts + self._bits.size).tolist())
        self._bits.append(packed(words, size))

    def _add_common(self, term: int, places: Whole) -> None:
        slots, frequencies = slots_of(places, self._starts)
        low, high, _, _ = monotone.encode(
            slots, np.array([len(slots)], np.int64), len(self._starts) - 1
        )
        self._common.append(term)
        self._slot_counts.append(len(slots))
        self._common_starts.extend(
            (self._low.size, self._high.size, self._frequencies.size, len(self._more))
        )
        self._low.append(low)
        self._high.append(high)
        self._frequencies.append(np.minimum(frequencies, 255).astype(np.uint8))
        self._more.extend(frequencies[frequencies >= 255].tolist())

    def write(self, file: SectionsWriter) -> dict[str, int]:
        """Write the sections; returns how many terms and forms there are."""
        self._words.write(file)
        self._forms.write(file)
        file.add("forms.terms", [self._form_terms])
        file.add("forms.numbers", [self._form_numbers])
        file.add("varied.terms", [self._varied])
        file.add("varied.widths", [self._widths])
        file.add("varied.starts", [self._varied_starts])
        file.add("varied.bits", self._bits.chunks())
        self._common_starts.extend(
            (self._low.size, self._high.size, self._frequencies.size, len(self._more))
        )
        file.add("common.terms", [self._common])
        file.add("common.counts", [self._slot_counts])
        file.add("common.starts", [self._common_starts])
        file.add("common.low", self._low.chunks())
        file.add("common.high", self._high.chunks())
        file.add("common.frequencies", self._frequencies.chunks())
        file.add("common.more", [self._more])
        return {"words": self._words.size, "forms": self._forms.size}

    def close(self) -> None:
        """Let go of temporary files."""
        self._words.close()
        self._forms.close()
        for stream in (self._bits, self._low, self._high, self._frequencies):
            stream.close()
