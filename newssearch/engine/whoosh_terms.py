"""A segment's terms and postings, as Whoosh's searcher goes through them.

In: an open `Segment` and its deleted documents. Out: `Terms`, with cursors and matchers; used by
`whoosh_codec`.

Where matchers differ from those of Whoosh's own codec, on purpose:

    quality         they promise nothing about what is to come, so that the best hits are the first
                    of all hits: what Whoosh 3.54 skips on such promises is not always worse
    deletions       they leave out deleted documents; Whoosh's wrapper for that may return one
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from newssearch.engine.columnar.segment import SLOT_OF, SLOTS, Segment
from newssearch.engine.whoosh_fields import Field, fields_of, terms_from
from newssearch.engine.whoosh_words import Postings

#: Terms whose numbers are kept.
_KEPT = 10_000


class Terms(base.TermsReader):  # type: ignore[misc]
    """All fields' terms, as bytes. Frequencies raise KeyError for a term that is not there."""

    def __init__(self, segment: Segment, deleted: frozenset[int]) -> None:
        self._segment, self._deleted = segment, deleted
        self._fields = fields_of(segment)
        self._known: dict[tuple[str, bytes], int] = {}

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._find(*term) >= 0

    def indexed_field_names(self) -> list[str]:
        return list(self._fields)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return ((name, term) for name, _, term in self._from(fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self.items_from("", b"")

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for name, number, term in self._from(fieldname, prefix):
            yield (name, term), self.info(name, self._fields[name].postings(number))

    def _from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, int, bytes]]:
        """Runs on into the fields that follow."""
        for name, field in self._fields.items():
            if name >= fieldname:
                first = field.seek(prefix if name == fieldname else b"")
                for number, term in terms_from(field, first):
                    yield name, number, term

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        return self.info(fieldname, self._postings(fieldname, text))

    def info(self, fieldname: str, postings: Postings) -> TermInfo:
        """A new object each time: Whoosh moves its documents in place."""
        documents, frequencies = postings.documents, postings.frequencies
        slot = SLOT_OF.get(fieldname)
        lengths = np.zeros(1, np.int64)
        if slot is not None:
            lengths = self._lengths[documents * SLOTS + slot]
        return TermInfo(
            weight=float(frequencies.sum()),
            df=len(documents),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(frequencies.max()),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    @cached_property
    def _lengths(self) -> Any:
        return np.array(self._segment.column("lengths"))

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self._postings(fieldname, text).frequencies.sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._postings(fieldname, text).documents)

    def _postings(self, fieldname: str, text: bytes) -> Postings:
        number = self._find(fieldname, text)
        if number < 0:
            raise KeyError(text)
        return self._fields[fieldname].postings(number)

    def _find(self, fieldname: str, text: bytes) -> int:
        """The term's number; Whoosh asks for each term of a query about five times."""
        known = self._known.get((fieldname, text))
        if known is None:
            field = self._fields.get(fieldname)
            known = -1 if field is None else field.find(text)
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[fieldname, text] = known
        return known

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        return Cursor(self, fieldname, fieldobj, self._fields[fieldname])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Matcher:
        try:
            postings = self._postings(fieldname, text)
        except KeyError:
            raise TermNotFound(f"No term {fieldname}:{text!r}") from None
        matcher = Matcher((fieldname, text), format_, scorer)
        matcher.fill(postings, self._deleted)
        return matcher


class Cursor(base.FieldCursor):  # type: ignore[misc]
    """Goes through a field's terms, which it gives as text."""

    def __init__(self, terms: Terms, name: str, fieldobj: Any, field: Field) -> None:
        self._terms, self._name, self._fieldobj, self._field = terms, name, fieldobj, field
        self._number = field.seek(b"")

    def first(self) -> str | None:
        return self.find(b"")

    def find(self, string: str | bytes) -> str | None:
        term = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._number = self._field.seek(term)
        return self.text()

    def next(self) -> str | None:
        if self.is_valid():
            self._number = self._field.after(self._number)
        return self.text()

    def text(self) -> str | None:
        """None after the last term."""
        if not self.is_valid():
            return None
        text: str = self._fieldobj.from_bytes(self._field.term(self._number))
        return text

    term = text

    def term_info(self) -> TermInfo | None:
        if not self.is_valid():
            return None
        return self._terms.info(self._name, self._field.postings(self._number))

    def is_valid(self) -> bool:
        return self._number >= 0


class Matcher(LeafMatcher):  # type: ignore[misc]
    """A term's postings in live documents, one after another."""

    def __init__(self, term: tuple[str, bytes], format_: Any, scorer: Any) -> None:
        self._term, self.format, self.scorer = term, format_, scorer
        self._ids: list[int] = []
        self._weights: list[float] = []
        self._positions: Callable[[int], list[int]] | None = None
        self._places: list[int] | None = None  # of live ones among all, where they differ
        self._at = 0

    def fill(self, postings: Postings, deleted: frozenset[int]) -> None:
        """Give it its postings."""
        self._ids = postings.documents.tolist()
        self._weights = postings.frequencies.astype(np.float64).tolist()
        self._positions = postings.positions
        if deleted and not deleted.isdisjoint(self._ids):
            self._places = [i for i, document in enumerate(self._ids) if document not in deleted]
            self._ids = [self._ids[i] for i in self._places]
            self._weights = [self._weights[i] for i in self._places]

    def copy(self) -> Matcher:
        copied = Matcher(self._term, self.format, self.scorer)
        copied.__dict__.update(self.__dict__)
        return copied

    def reset(self) -> None:
        self._at = 0

    def is_active(self) -> bool:
        return self._at < len(self._ids)

    def id(self) -> int:
        return self._ids[self._at]

    def next(self) -> bool:
        """False: the next one is in the same block, as there is only one."""
        self._at += 1
        return False

    def skip_to(self, target: int) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._ids, target, self._at)
        return False

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids)

    def all_items(self) -> Iterator[tuple[int, bytes]]:
        while self.is_active():
            yield self.id(), self.value()
            self.next()

    def weight(self) -> float:
        return self._weights[self._at]

    def value(self) -> bytes:
        if self._positions is None:
            return b""
        place = self._at if self._places is None else self._places[self._at]
        encoded: bytes = self.format.encode(self._positions(place))
        return encoded

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        """More than any score: asked even where quality is not supported."""
        return inf

    def block_quality(self) -> float:
        return inf
