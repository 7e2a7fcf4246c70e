"""Postings for small queries, with the standard library alone.

In: an `Archive`. Out: `PlainPostings`, as `engine.evaluate` reads postings; used by `snapshot`
while NumPy would take longer to import than the query to answer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set

from newssearch.article.model import Kind
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.segment import SLOT_OF, SLOTS, Segment
from newssearch.engine.filters import filtered
from newssearch.engine.names import encode_name
from newssearch.engine.repeated import Standing, duplicates, translated
from newssearch.syntax.nodes import Atom, Filter, Unit


class PlainPostings:
    """Postings of one generation; documents are the archive's numbers, live ones only."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.statistics = archive.statistics
        self._known: dict[str, list[dict[int, list[int]]]] = {}

    @property
    def uncounted(self) -> Set[int]:
        return self._archive.pages

    @property
    def everything(self) -> Set[int]:
        return self._archive.everything

    def frequencies(self, field: str, term: str) -> Mapping[int, float]:
        places = self._positions(field, term)
        return {document: float(len(here)) for document, here in places.items()}

    def document_frequency(self, field: str, term: str) -> int:
        """Of all fields, and of all forms: it orders the parts of a phrase."""
        total = 0
        for _, segment in self._archive.parts():
            number, _ = find(segment, encode_name(term))
            total += segment.words.count(number) if number >= 0 else 0
        return total

    def positions(
        self, field: str, term: str, within: Set[int] | None
    ) -> Mapping[int, Sequence[int]]:
        places = self._positions(field, term)
        if within is None:
            return places
        return {document: here for document, here in places.items() if document in within}

    def expanded(self, field: str, atom: Atom) -> list[str]:
        return self._archive.vocabulary.expand(atom)

    def breaks(self, field: str, document: int, unit: Unit) -> Sequence[int]:
        segment, number = self._archive.locate(document)
        slot = SLOTS * number + SLOT_OF[field]
        start, end = segment.column("starts")[slot : slot + 2]
        found = segment.breaks.between(start, end, parts_only=unit is Unit.PARAGRAPH)
        return [place - start for place in found]

    def lengths(self, field: str) -> Sequence[int]:
        parts = [
            segment.column("lengths")[SLOT_OF[field] :: SLOTS] for segment in self._archive.segments
        ]
        return parts[0] if len(parts) == 1 else _Joined(parts, self._archive)

    def filtered(self, condition: Filter) -> Set[int]:
        return filtered(condition, self)

    # -- Lookups --------------------------------------------------------------------------

    def having(self, field: str, text: str, prefix: bool) -> Set[int]:
        return set(self._archive.named(field, text, prefix))

    def between(self, field: str, low: int, high: int | None) -> Set[int]:
        found: set[int] = set()
        for base, segment in self._archive.parts():
            values = (
                segment.column("lengths")[SLOT_OF["body"] :: SLOTS]
                if field == "words"
                else segment.column(field)
            )
            column = enumerate(values, base)
            if high is None:
                found.update(document for document, value in column if low <= value)
            else:
                found.update(document for document, value in column if low <= value <= high)
        return found - self._archive.deleted

    def filled(self, field: str) -> Set[int]:
        found: set[int] = set()
        for base, segment in self._archive.parts():
            lengths = segment.column("lengths")[SLOT_OF[field] :: SLOTS]
            found.update(document for document, length in enumerate(lengths, base) if length)
        return found - self._archive.deleted

    def of_stories_with(self, start: str) -> Set[int]:
        stories = set(self._archive.stories(self._archive.with_id(start)))
        return set().union(*map(self._archive.of_story, stories))

    def duplicates(self) -> Set[int]:
        return {document for story in self._standings() for document in duplicates(story)}

    def translated(self) -> Set[int]:
        return {document for story in self._standings() for document in translated(story)}

    def _standings(self) -> Iterator[list[Standing]]:
        """The live documents of each story that has several."""
        joined = {encode_name(k): encode_name(v) for k, v in self._archive.joined.items()}
        found: dict[bytes, list[int]] = {}
        for base, segment in self._archive.parts():
            stories = [found.setdefault(joined.get(t, t), []) for t in segment.stories.terms()]
            for document, story in enumerate(segment.column("story"), base):
                stories[story].append(document)
        for documents in found.values():
            if len(documents) > 1 and len(live := self._archive.live(documents)) > 1:
                yield [self._standing(document) for document in live]

    def _standing(self, document: int) -> Standing:
        segment, number = self._archive.locate(document)
        kind = segment.entry("kind", number)
        return Standing(
            segment.value("added", number),
            kind == Kind.DIGEST,
            segment.path(number).partition("\0")[0],
            segment.id(number),
            kind,
            segment.entry("lang", number),
            document,
        )

    def any_of(self, some: list[Set[int]]) -> Set[int]:
        return set().union(*some)

    def all_of(self, some: list[Set[int]]) -> Set[int]:
        return set(some[0]).intersection(*some[1:])

    # -- places ---------------------------------------------------------------------------

    def _positions(self, field: str, term: str) -> dict[int, list[int]]:
        """Each live document with the term in this field, and its positions there."""
        known = self._known.get(term)
        if known is None:
            known = self._known[term] = self._read(encode_name(term))
        return known[SLOT_OF[field]]

    def _read(self, term: bytes) -> list[dict[int, list[int]]]:
        """The same for each field: one list of places holds them all."""
        found: list[dict[int, list[int]]] = [{} for _ in range(SLOTS)]
        for base, segment in self._archive.parts():
            number, form = find(segment, term)
            if number < 0:
                continue
            starts = segment.column("starts")
            last = len(starts) - 1
            slot = end = start = 0
            for place in segment.places_of(number, form):
                if place >= end:
                    slot = bisect_right(starts, place, slot, last) - 1
                    start, end = starts[slot], starts[slot + 1]
                    here = found[slot % SLOTS][base + slot // SLOTS] = []
                here.append(place - start)
        for documents in found:
            for document in self._archive.deleted & documents.keys():
                del documents[document]
        return found


class _Joined(Sequence[int]):
    """The columns of several segments as one."""

    def __init__(self, parts: Sequence[Sequence[int]], archive: Archive) -> None:
        self._parts, self._bases, self._size = parts, archive.bases, archive.documents

    def __getitem__(self, document: int) -> int:  # type: ignore[override]
        part = bisect_right(self._bases, document) - 1
        return self._parts[part][document - self._bases[part]]

    def __len__(self) -> int:
        return self._size


def find(segment: Segment, term: bytes) -> tuple[int, int | None]:
    """A term's number; for an unstemmed form (`=protests`) its term's, and the form's own."""
    if term.startswith(b"=") and len(term) > 1:
        return segment.form(term[1:])
    return segment.words.find(term), None
