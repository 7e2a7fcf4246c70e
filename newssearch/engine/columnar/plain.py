"""Postings for small queries, with the standard library alone.

In: an `Archive`. Out: `PlainPostings`, as `engine.evaluate` reads postings; used by `snapshot`
while NumPy would take longer to import than the query to answer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set

from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.segment import SLOTS, Segment, decode
from newssearch.engine.filters import filtered
from newssearch.engine.names import encode_name
from newssearch.schema import RANKED_FIELDS
from newssearch.syntax.nodes import Filter

_SLOT = {field.name: slot for slot, field in enumerate(RANKED_FIELDS)}


class PlainPostings:
    """Postings of one generation; documents are the archive's numbers, live ones only."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.statistics = archive.statistics

    @property
    def uncounted(self) -> Set[int]:
        return self._archive.pages

    @property
    def everything(self) -> Set[int]:
        return self._archive.everything

    def frequencies(self, field: str, term: str) -> Mapping[int, float]:
        found: dict[int, float] = {}
        for document, places in self._places(field, term):
            found[document] = float(len(places))
        return found

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
        return {
            document: places
            for document, places in self._places(field, term)
            if within is None or document in within
        }

    def expand(self, field: str, prefix: str, limit: int) -> list[str]:
        terms: set[str] = set()
        mark = "=" if prefix.startswith("=") else ""
        start = encode_name(prefix.removeprefix("="))
        for _, segment in self._archive.parts():
            dictionary = segment.forms if mark else segment.words
            first, end = dictionary.span(start)
            terms.update(
                mark + decode(term) for term in dictionary.terms(first, min(end, first + limit))
            )
        return sorted(terms)[:limit]

    def lengths(self, field: str) -> Sequence[int]:
        return _Lengths(self._archive, _SLOT[field])

    def filtered(self, condition: Filter) -> Set[int]:
        return filtered(condition, self)

    # -- Lookups --------------------------------------------------------------------------

    def having(self, field: str, text: str, prefix: bool) -> Set[int]:
        return set(self._archive.named(field, text, prefix))

    def between(self, field: str, low: int, high: int | None) -> Set[int]:
        found: set[int] = set()
        for base, segment in self._archive.parts():
            values = (
                segment.column("lengths")[_SLOT["body"] :: SLOTS]
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
            lengths = segment.column("lengths")[_SLOT[field] :: SLOTS]
            found.update(document for document, length in enumerate(lengths, base) if length)
        return found - self._archive.deleted

    def of_stories_with(self, start: str) -> Set[int]:
        stories = set(self._archive.stories(self._archive.with_id(start)))
        return set().union(*map(self._archive.of_story, stories))

    def any_of(self, some: list[Set[int]]) -> Set[int]:
        return set().union(*some)

    def all_of(self, some: list[Set[int]]) -> Set[int]:
        return set(some[0]).intersection(*some[1:])

    # -- places ---------------------------------------------------------------------------

    def _places(self, field: str, term: str) -> Iterator[tuple[int, list[int]]]:
        """Each live document with the term in this field, and its positions there."""
        wanted, deleted = _SLOT[field], self._archive.deleted
        for base, segment in self._archive.parts():
            number, form = find(segment, encode_name(term))
            if number < 0:
                continue
            places = segment.places_of(number, form)
            starts = segment.column("starts")
            at = 0
            while at < len(places):
                slot = bisect_right(starts, places[at]) - 1
                start, end = starts[slot], starts[slot + 1]
                here: list[int] = []
                while at < len(places) and places[at] < end:
                    here.append(places[at] - start)
                    at += 1
                document, of = divmod(slot, SLOTS)
                if of == wanted and base + document not in deleted:
                    yield base + document, here


class _Lengths(Sequence[int]):
    """A field's lengths by document, read one at a time."""

    def __init__(self, archive: Archive, slot: int) -> None:
        self._archive, self._slot = archive, slot

    def __getitem__(self, document: int) -> int:  # type: ignore[override]
        segment, number = self._archive.locate(document)
        return segment.value("lengths", number * SLOTS + self._slot)

    def __len__(self) -> int:
        return self._archive.documents


def find(segment: Segment, term: bytes) -> tuple[int, int | None]:
    """A term's number; for an unstemmed form (`=protests`) its term's, and the form's own."""
    if term.startswith(b"=") and len(term) > 1:
        return segment.form(term[1:])
    return segment.words.find(term), None
