"""Columnar segments through the interfaces that Whoosh reads its own segments by.

In: an open `Segment`, its deleted documents. Out: what `whoosh.reading.SegmentReader` asks a codec
for: terms and postings (`whoosh_terms`), columns, lengths, stored values. Used by `whoosh_index`.
Nothing is written here, and nothing unpickled.

A field's length is its words, as our own scoring counts them, and exact; Whoosh's codec counts
every term of a word and keeps one byte. Deleted documents count in frequencies and lengths until
their segment is merged, as in Whoosh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.columns import ColumnReader

from newssearch.engine.columnar.segment import SLOT_OF, SLOTS, Segment, decode
from newssearch.engine.columnar.stored import Stored
from newssearch.engine.names import encode_name, title_key
from newssearch.engine.whoosh_terms import Terms


class CodecSegment(base.Segment):  # type: ignore[misc]
    """A segment as Whoosh knows it: its name, its deleted documents."""

    def __init__(self, segment: Segment, deleted: Sequence[int], stored: Stored) -> None:
        self.segment, self.stored = segment, stored
        self.deleted = frozenset(deleted)
        self.indexname, self.segid, self.compound = "newssearch", segment.name, False

    def codec(self) -> ColumnarCodec:
        return ColumnarCodec()

    def doc_count_all(self) -> int:
        return self.segment.documents

    def deleted_count(self) -> int:
        return len(self.deleted)

    def deleted_docs(self) -> Iterator[int]:
        return iter(self.deleted)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self.deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        raise NotImplementedError("segments do not change: articles are deleted by newssearch")


class ColumnarCodec(base.Codec):  # type: ignore[misc]
    """Makes the readers of one segment; there is no storage."""

    def terms_reader(self, storage: None, segment: CodecSegment) -> Terms:
        return Terms(segment.segment, segment.deleted)

    def per_document_reader(self, storage: None, segment: CodecSegment) -> Documents:
        return Documents(segment)


class Documents(base.PerDocumentReader):  # type: ignore[misc]
    """Columns, lengths and stored values by document number."""

    def __init__(self, segment: CodecSegment) -> None:
        self._segment = segment
        self._columns = columns_of(segment.segment, segment.stored)
        self._known_lengths: dict[str, tuple[int, int, int]] = {}

    def doc_count(self) -> int:
        return self.doc_count_all() - len(self._segment.deleted)

    def doc_count_all(self) -> int:
        return self._segment.segment.documents

    def has_deletions(self) -> bool:
        return bool(self._segment.deleted)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._segment.deleted

    def deleted_docs(self) -> Iterator[int]:
        return iter(self._segment.deleted)

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in self._columns

    def list_columns(self) -> list[str]:
        return list(self._columns)

    def column_reader(self, fieldname: str, column: Any) -> Column:
        """A new object each time: Whoosh turns its order round in place."""
        return Column(self._columns[fieldname], self.doc_count_all(), column.reversible)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        slot = SLOT_OF.get(fieldname)
        if slot is None:
            return default
        return self._segment.segment.column("lengths")[docnum * SLOTS + slot] or default

    def field_length(self, fieldname: str) -> int:
        return self._lengths(fieldname)[0]

    def min_field_length(self, fieldname: str) -> int:
        return self._lengths(fieldname)[1]

    def max_field_length(self, fieldname: str) -> int:
        return self._lengths(fieldname)[2]

    def _lengths(self, fieldname: str) -> tuple[int, int, int]:
        """A field's length in all documents together; the smallest one, the largest one."""
        known = self._known_lengths.get(fieldname)
        if known is None:
            slot = SLOT_OF.get(fieldname)
            known = (0, 0, 0)
            if slot is not None:
                found = np.array(self._segment.segment.column("lengths")[slot::SLOTS], np.int64)
                known = int(found.sum()), int(found.min()), int(found.max())
            self._known_lengths[fieldname] = known
        return known

    def stored_fields(self, docnum: int) -> dict[str, str]:
        stored = self._segment.stored
        lines = (stored.line(name, docnum) for name in ("heads", "bodies"))
        return {"record": f"[{','.join(map(decode, lines))}]"}


class Column(ColumnReader):  # type: ignore[misc]
    """Values that a function gives by document number."""

    def __init__(self, value: Callable[[int], Any], size: int, reversible: bool) -> None:
        super().__init__(None, 0, 0, size)
        self._value, self._reversible, self._sign = value, reversible, 1

    def __getitem__(self, docnum: int) -> Any:
        return self._value(docnum)

    def sort_key(self, docnum: int) -> Any:
        value = self._value(docnum)
        return self._sign * value if self._reversible else value

    def set_reverse(self) -> None:
        if not self._reversible:
            raise NotImplementedError
        self._sign = -1


def columns_of(segment: Segment, stored: Stored) -> dict[str, Callable[[int], Any]]:
    """The columns of the Whoosh schema, by what gives a document's value."""

    def number(name: str) -> Callable[[int], int]:
        return lambda document: int(segment.column(name)[document])

    def length(slot: int) -> Callable[[int], int]:
        return lambda document: int(segment.column("lengths")[document * SLOTS + slot])

    def entry(name: str) -> Callable[[int], bytes]:
        return lambda document: encode_name(segment.entry(name, document))

    return {
        "date_key": number("date"),
        "added_key": number("added"),
        "words": length(SLOT_OF["body"]),
        **{f"{name}_length": length(slot) for name, slot in SLOT_OF.items()},
        **{f"{name}_key": entry(name) for name in ("lang", "kind", "date_source")},
        "id_key": lambda document: segment.id(document).encode(),
        "story_key": lambda document: encode_name(segment.story(document)),
        "path_key": lambda document: encode_name(segment.path(document)),
        "title_key": lambda document: encode_name(title_key(stored.head(document).article.title)),
    }
