"""Words and phrases to the documents that they are in, as arrays.

In: an `Archive`, `Match` nodes. Out: `Matched`: documents and their scores, exact; used by
`search`. What was decoded is kept, up to a bound, for the next query.

A segment's words are in one row of places (`words_writer`), so a phrase is an intersection of
shifted lists of places, whatever fields they are in; the slots of what is left say in which
document and field each stands. BM25F follows from slots and frequencies: `engine.ranking`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays.inverted import slots_of
from newssearch.engine import evaluate
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.bulk import column, common_slots, places_of
from newssearch.engine.columnar.matched import Matched
from newssearch.engine.columnar.plain import find
from newssearch.engine.columnar.segment import SLOTS, Segment
from newssearch.engine.names import encode_name
from newssearch.engine.ranking import idf
from newssearch.errors import EngineError
from newssearch.schema import K1, RANKED_FIELDS
from newssearch.syntax.nodes import Atom, Match

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Bytes of decoded lists that are kept.
KEPT_SCORES, KEPT_PLACES = 256_000_000, 128_000_000

#: A term in more than one of so many documents has a row as well: its score by document number.
DENSE = 16

_NONE = np.zeros(0, np.int64)


class _Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


Value = TypeVar("Value", bound=_Sized)


class Kept(Generic[Value]):
    """What was made last, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._values: OrderedDict[Any, Value] = OrderedDict()

    def get(self, key: Any, make: Callable[[], Value]) -> Value:
        known = self._values.get(key)
        if known is not None:
            self._values.move_to_end(key)
            return known
        value = make()
        self._values[key] = value
        self._bytes += value.nbytes
        while self._bytes > self._most and len(self._values) > 1:
            _, oldest = self._values.popitem(last=False)
            self._bytes -= oldest.nbytes
        return value


class Matches:
    """The matches of one generation."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._scored: Kept[Matched] = Kept(KEPT_SCORES)
        self._places: Kept[Integers] = Kept(KEPT_PLACES)
        self._starts_of: dict[str, Integers] = {}
        statistics = archive.statistics
        self._least = np.array([1 - field.b for field in RANKED_FIELDS])
        self._slope = np.array(
            [field.b / statistics.average(field.name) for field in RANKED_FIELDS]
        )
        self._weight = np.array([field.weight for field in RANKED_FIELDS])
        self.live: NDArray[np.bool_] | None = None
        if archive.deleted:
            self.live = np.ones(archive.documents, np.bool_)
            self.live[list(archive.deleted)] = False

    @cached_property
    def _pages(self) -> Integers:
        return np.array(sorted(self._archive.pages), np.int64)

    def matched(self, node: Match) -> Matched:
        """The live documents with this word or phrase, and their scores."""
        return self._scored.get(node, lambda: self._match(node))

    def _match(self, node: Match) -> Matched:
        for atom in {atom for way in node.sequences for atom in way if atom.prefix}:
            self._check_breadth(atom)
        fields = [slot for slot, f in enumerate(RANKED_FIELDS) if f.name in node.fields]
        documents, tf = [], []
        for base, segment in self._archive.parts():
            slots, frequencies = self._slots(node, segment)
            if len(fields) < SLOTS:
                wanted = np.isin(slots % SLOTS, fields)
                slots, frequencies = slots[wanted], frequencies[wanted]
            if len(slots):
                found, part = self._normalised(segment, slots, frequencies)
                documents.append(found + base)
                tf.append(part)
        if not documents:
            return Matched(_NONE, np.zeros(0))
        every, part = np.concatenate(documents), np.concatenate(tf)
        if self.live is not None:
            kept = self.live[every]
            every, part = every[kept], part[kept]
        matching = len(every)
        if len(self._pages):
            matching -= int(np.isin(self._pages, every, assume_unique=True).sum())
        most = idf(self._archive.statistics.documents, matching) * (K1 + 1)
        scores = most * part / (part + K1)
        row = None
        if len(every) * DENSE > self._archive.documents:
            row = np.zeros(self._archive.documents)
            row[every] = scores
        return Matched(every, scores, row)

    def _normalised(
        self, segment: Segment, slots: Integers, frequencies: Integers
    ) -> tuple[Integers, Floats]:
        """The documents of slots, and of each the sum of its fields' weighted frequencies."""
        lengths = np.asarray(segment.column("lengths"))[slots]
        of = slots % SLOTS
        part = self._weight[of] * frequencies / (self._least[of] + self._slope[of] * lengths)
        documents = slots // SLOTS
        first = np.flatnonzero(np.diff(documents, prepend=-1))
        return documents[first], np.add.reduceat(part, first)

    # -- one segment ----------------------------------------------------------------------

    def _slot_starts(self, segment: Segment) -> Integers:
        known = self._starts_of.get(segment.name)
        if known is None:
            known = self._starts_of[segment.name] = column(segment, "starts")
        return known

    def _slots(self, node: Match, segment: Segment) -> tuple[Integers, Integers]:
        """The slots in which the match occurs, and how often it does in each."""
        if len(node.sequences) == 1 and len(node.sequences[0]) == 1:
            atom = node.sequences[0][0]
            if not atom.prefix:
                term, form = find(segment, encode_name(atom.text))
                if term < 0:
                    return _NONE, _NONE
                if form is None or segment.forms_of(term) is None:
                    where = segment.common(term)
                    if where is not None:
                        return common_slots(segment, where)
        starts = [self._starts(way, segment) for way in node.sequences]
        places = starts[0] if len(starts) == 1 else np.unique(np.concatenate(starts))
        if not len(places):
            return _NONE, _NONE
        return slots_of(places, self._slot_starts(segment))

    def _starts(self, way: Sequence[Atom], segment: Segment) -> Integers:
        """The places at which a sequence of atoms begins, all of it in one slot."""
        if len(way) == 1:
            return self._atom(way[0], segment)
        lists = [(self._atom(atom, segment), atom.offset) for atom in way]
        if not all(len(places) for places, _ in lists):
            return _NONE
        lists.sort(key=lambda pair: len(pair[0]))
        rarest, offset = lists[0]
        begins = rarest - offset
        for places, offset in lists[1:]:
            wanted = begins + offset
            at = np.searchsorted(places, wanted)
            at[at == len(places)] = 0
            begins = begins[places[at] == wanted]
            if not len(begins):
                return _NONE
        span = max(atom.offset for atom in way)
        if span >= len(way):  # with a hole in it, a sequence may reach over the gap between slots
            starts = self._slot_starts(segment)
            slots = np.searchsorted(starts, begins, "right")
            begins = begins[(begins >= 0) & (begins + span < starts[slots])]
        return begins

    def _atom(self, atom: Atom, segment: Segment) -> Integers:
        """The places of a term, or of every term that begins so."""
        if atom.prefix:
            return self._expanded(atom, segment)
        term, form = find(segment, encode_name(atom.text))
        return _NONE if term < 0 else self._list(segment, term, form)

    def _list(self, segment: Segment, term: int, form: int | None) -> Integers:
        if form is not None and segment.forms_of(term) is None:
            form = None
        key = (segment.name, term, form)
        return self._places.get(key, lambda: places_of(segment, term, form))

    def _expanded(self, atom: Atom, segment: Segment) -> Integers:
        lists = [self._list(segment, term, form) for term, form in self._terms(atom, segment)]
        return np.unique(np.concatenate(lists)) if lists else _NONE

    def _terms(self, atom: Atom, segment: Segment) -> Iterator[tuple[int, int | None]]:
        """The terms, and which of their forms, that begin as the atom does."""
        text = encode_name(atom.text)
        if text.startswith(b"="):
            yield from map(segment.form_at, range(*segment.forms.span(text[1:])))
        else:
            yield from ((term, None) for term in range(*segment.words.span(text)))

    def _check_breadth(self, atom: Atom) -> None:
        text = encode_name(atom.text)
        terms: set[bytes] = set()
        for segment in self._archive.segments:
            dictionary = segment.forms if text.startswith(b"=") else segment.words
            terms.update(dictionary.terms(*dictionary.span(text.removeprefix(b"="))))
        if len(terms) > evaluate.BROADEST:
            raise EngineError(
                f"{atom.text.removeprefix('=')}* is too broad: over {evaluate.BROADEST:,} words "
                "begin like that"
            )
