"""A segment's fields as Whoosh sees them: each with sorted terms of its own.

In: an open `Segment`. Out: `Field`s by name; used by `whoosh_terms`. Those with positions are in
`whoosh_words`; the terms of the others are whole values.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from newssearch.engine.columnar.bulk import list_of
from newssearch.engine.columnar.keys import name_key
from newssearch.engine.columnar.lists import Lists
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.whoosh_words import Postings, WordField, Words
from newssearch.schema import RANKED_FIELDS

#: The fields of a segment's `names`.
_NAMED = (
    *("author", "author_name", "has", "keyword", "kind", "lang", "source", "tag", "tag_name"),
    "url",
)


class Field(Protocol):
    """A field's terms under ascending numbers, which need not follow one another."""

    def find(self, term: bytes) -> int:
        """The term's number; -1 where the field does not have it."""

    def seek(self, term: bytes) -> int:
        """The number of the first term that is not below this one; -1 where there is none."""

    def after(self, number: int) -> int:
        """The next term's number; -1 after the last one."""

    def term(self, number: int) -> bytes: ...

    def postings(self, number: int) -> Postings:
        """Deleted documents are among them."""


def fields_of(segment: Segment) -> dict[str, Field]:
    """Every field, in the order of their names."""
    words = Words(segment)
    found: dict[str, Field] = {
        ranked.name: WordField(words, slot) for slot, ranked in enumerate(RANKED_FIELDS)
    }
    for name in _NAMED:
        found[name] = _ListField(segment.names, name_key(name, ""))
    found["story"] = _ListField(segment.stories, b"")
    found["path"] = _PathField(segment)
    found["id"] = _IdField(segment)
    return dict(sorted(found.items()))


class _ListField:
    """A field whose terms are those of a dictionary that begin with `start`."""

    def __init__(self, lists: Lists, start: bytes) -> None:
        self._lists, self._start = lists, start

    @cached_property
    def _span(self) -> tuple[int, int]:
        return self._lists.span(self._start)

    def find(self, term: bytes) -> int:
        return self._lists.find(self._start + term)

    def seek(self, term: bytes) -> int:
        return self.after(self._lists.lower(self._start + term) - 1)

    def after(self, number: int) -> int:
        return number + 1 if number + 1 < self._span[1] else -1

    def term(self, number: int) -> bytes:
        return self._lists.term(number)[len(self._start) :]

    def postings(self, number: int) -> Postings:
        return _once(list_of(self._lists, number))


class _PathField:
    """Paths: two archive folders may have the same one, under numbers that follow one another."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def find(self, term: bytes) -> int:
        first, end = self._segment.paths.span(term + b"\0")
        return first if first < end else -1

    def seek(self, term: bytes) -> int:
        return self._checked(self._segment.paths.lower(term))

    def after(self, number: int) -> int:
        return self._checked(self._segment.paths.span(self.term(number) + b"\0")[1])

    def _checked(self, number: int) -> int:
        return number if number < self._segment.paths.size else -1

    def term(self, number: int) -> bytes:
        return self._segment.paths.term(number).partition(b"\0")[0]

    def postings(self, number: int) -> Postings:
        span = self._segment.paths.span(self.term(number) + b"\0")
        return _once(np.sort(np.array(self._segment.paths_in(*span), np.int64)))


class _IdField:
    """Article ids: a term's number is its place in their order."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    @cached_property
    def _documents(self) -> memoryview:
        return self._segment.column_of("ids.documents")

    def find(self, term: bytes) -> int:
        number = self.seek(term)
        return number if number >= 0 and self.term(number) == term else -1

    def seek(self, term: bytes) -> int:
        return self.after(bisect_left(range(self._segment.documents), term, key=self.term) - 1)

    def after(self, number: int) -> int:
        return number + 1 if number + 1 < self._segment.documents else -1

    def term(self, number: int) -> bytes:
        return self._segment.id(self._documents[number]).encode()

    def postings(self, number: int) -> Postings:
        return _once(np.array([self._documents[number]], np.int64))


def terms_from(field: Field, number: int) -> Iterator[tuple[int, bytes]]:
    """Numbers and terms from a number on; none from -1."""
    while number >= 0:
        yield number, field.term(number)
        number = field.after(number)


def _once(documents: NDArray[np.int64]) -> Postings:
    return Postings(documents, np.ones(len(documents), np.int64))
