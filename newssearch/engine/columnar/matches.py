"""Words, phrases and words near each other to the documents that they are in, as arrays.

In: an `Archive`, leaves of a tree in terms. Out: `Matched`: documents and their scores, exact; used
by `search`. What was decoded is kept, up to a bound, for the next query.

A segment's words are in one row of places (`words_writer`), so a phrase is an intersection of
shifted lists of places, whatever fields they are in; the slots of what is left say in which
document and field each stands. BM25F follows from slots and frequencies: `engine.ranking`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays.inverted import slots_of
from newssearch.arrays.spans import Spans, each_once, union
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.bulk import column, common_slots, places_of
from newssearch.engine.columnar.matched import Matched
from newssearch.engine.columnar.near import near_starts
from newssearch.engine.columnar.plain import find
from newssearch.engine.columnar.segment import SLOTS, Segment
from newssearch.engine.names import encode_name
from newssearch.engine.occurrences import single_term, width
from newssearch.engine.ranking import term_weight
from newssearch.schema import K1, RANKED_FIELDS
from newssearch.syntax.nodes import LEAD_WORDS, AtLeast, Atom, Expand, Match, Near, Node

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

#: What is scored as one, and what is counted.
Leaf = Match | Near | AtLeast

#: Bytes of decoded lists that are kept.
KEPT_SCORES, KEPT_PLACES = 256_000_000, 128_000_000

#: A term in more than one of so many documents has a row as well: its score by document number.
DENSE = 16

_NONE = np.zeros(0, np.int64)

_FIELDS = {field.name: number for number, field in enumerate(RANKED_FIELDS)}
_TITLE, _KEYWORDS = _FIELDS["title"], _FIELDS["keywords"]


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

    def matched(self, node: Leaf) -> Matched:
        """The live documents with this leaf, and their scores."""
        if isinstance(node, AtLeast):
            return self._scored.get(node, lambda: self._at_least(node))
        return self._scored.get(node, lambda: self._scored_as_one(node)[0])

    def _at_least(self, node: AtLeast) -> Matched:
        """The documents with enough of the parts, all counted together."""
        parts = [self._scored_as_one(part) for part in node.parts]
        every = each_once([part.listed() for part, _ in parts])
        scores, counts = np.zeros(len(every)), np.zeros(len(every), np.int64)
        for part, frequencies in parts:
            at = every.searchsorted(part.listed())
            scores[at] += part.values()
            counts[at] += frequencies
        enough = counts >= node.count
        return Matched(every[enough], scores[enough])

    def _scored_as_one(self, node: Node) -> tuple[Matched, Integers]:
        """The documents with a word, a phrase or words near each other, and how often it is in all
        fields of each."""
        if not isinstance(node, Match | Near):
            raise TypeError(f"{node} has no places")
        documents, tf, counts = [_NONE], [np.zeros(0)], [_NONE]
        for base, segment in self._archive.parts():
            slots, frequencies = self._slots(node, segment)
            if len(slots):
                found, first, part = self._normalised(segment, slots, frequencies)
                documents.append(found + base)
                tf.append(part)
                counts.append(np.add.reduceat(frequencies, first))
        every, part, count = np.concatenate(documents), np.concatenate(tf), np.concatenate(counts)
        if self.live is not None:
            kept = self.live[every]
            every, part, count = every[kept], part[kept], count[kept]
        weight = self._weight_of(every, count)
        if isinstance(node, Match):
            weight *= node.boost
        most = weight * (K1 + 1)
        scores = most * part / (part + K1)
        row = None
        if len(every) * DENSE > self._archive.documents:
            row = np.zeros(self._archive.documents)
            row[every] = scores
        return Matched(every, scores, row), count

    def _weight_of(self, documents: Integers, counts: Integers) -> float:
        """The weight of a term that is in these documents so often."""
        matching, occurrences = len(documents), int(counts.sum())
        if len(self._pages):
            at = documents.searchsorted(self._pages)
            at[at == matching] = 0
            found = at[documents[at] == self._pages] if matching else _NONE
            matching -= len(found)
            occurrences -= int(counts[found].sum())
        return term_weight(self._archive.statistics.documents, matching, occurrences)

    def _normalised(
        self, segment: Segment, slots: Integers, frequencies: Integers
    ) -> tuple[Integers, Integers, Floats]:
        """The documents of slots, the number of each one's first slot here, and the sum of its
        fields' weighted frequencies."""
        lengths = np.asarray(segment.column("lengths"))[slots]
        of = slots % SLOTS
        part = self._weight[of] * frequencies / (self._least[of] + self._slope[of] * lengths)
        documents = slots // SLOTS
        first = np.flatnonzero(np.diff(documents, prepend=-1))
        return documents[first], first, np.add.reduceat(part, first)

    # -- one segment ----------------------------------------------------------------------

    def _slot_starts(self, segment: Segment) -> Integers:
        known = self._starts_of.get(segment.name)
        if known is None:
            known = self._starts_of[segment.name] = column(segment, "starts")
        return known

    def _slots(self, node: Match | Near, segment: Segment) -> tuple[Integers, Integers]:
        """The slots in which the node occurs, and how often it does in each."""
        edges = self._slot_starts(segment)
        if isinstance(node, Near):
            places = near_starts(node, segment, edges, lambda match: self._spans(match, segment))
            return slots_of(places, edges) if len(places) else (_NONE, _NONE)
        common = self._common(node, segment)
        if common is None:
            starts = [self._starts(way, segment) for way in node.sequences]
            places = starts[0] if len(starts) == 1 else each_once(starts)
            if node.lead:
                places = places[self._counts(node, places, segment)]
            if not len(places):
                return _NONE, _NONE
            common = slots_of(places, edges)
        slots, frequencies = common
        if len(node.fields) < SLOTS:
            wanted = np.isin(slots % SLOTS, _numbers(node.fields))
            slots, frequencies = slots[wanted], frequencies[wanted]
        return slots, frequencies

    def _common(self, node: Match, segment: Segment) -> tuple[Integers, Integers] | None:
        """The same where it is kept for a common term."""
        term = single_term(node)
        if term is None:
            return None
        number, form = find(segment, encode_name(term))
        if number < 0:
            return _NONE, _NONE
        if form is not None and segment.forms_of(number) is not None:
            return None
        where = segment.common(number)
        return None if where is None else common_slots(segment, where)

    def _spans(self, node: Match, segment: Segment) -> Spans:
        """The places at which a match begins and ends, ascending."""
        found = []
        for way in node.sequences:
            starts = self._starts(way, segment)
            if node.lead or len(node.fields) < SLOTS:
                starts = starts[self._counts(node, starts, segment)]
            found.append((starts, starts + width(way)))
        return union(found)

    def _counts(self, node: Match, starts: Integers, segment: Segment) -> NDArray[np.bool_]:
        """Which of these places are in the match's fields, and in the lead if only that counts."""
        edges = self._slot_starts(segment)
        slots = np.searchsorted(edges, starts, "right") - 1
        field = slots % SLOTS
        counts: NDArray[np.bool_] = np.isin(field, _numbers(node.fields))
        if node.lead:
            counts &= field != _KEYWORDS
            counts &= (field == _TITLE) | (starts - edges[slots] < LEAD_WORDS)
        return counts

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
        """The places of a term, or of every term that the atom stands for."""
        if atom.expand is not Expand.NONE:
            return self._expanded(atom, segment)
        term, form = find(segment, encode_name(atom.text))
        return _NONE if term < 0 else self._list(segment, term, form)

    def _list(self, segment: Segment, term: int, form: int | None) -> Integers:
        if form is not None and segment.forms_of(term) is None:
            form = None
        key = (segment.name, term, form)
        return self._places.get(key, lambda: places_of(segment, term, form))

    def _expanded(self, atom: Atom, segment: Segment) -> Integers:
        terms = self._archive.vocabulary.terms(atom, segment)
        lists = [self._list(segment, term, form) for term, form in terms]
        return each_once(lists) if lists else _NONE


def _numbers(fields: Sequence[str]) -> list[int]:
    """The numbers of fields among a document's slots."""
    return [_FIELDS[field] for field in fields]
