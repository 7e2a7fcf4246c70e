"""What one segment holds of its documents, read with the standard library alone.

In: a segment's file. Out: `Segment`; used by `archive` and `plain` (as it is), by all that
makes arrays of its views (through `bulk`), and by the Whoosh codec. Documents are numbers of the
segment's own; what lies where is drawn in `words_writer`, `columns` and `stored`.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from newssearch.engine.columnar.breaks import Breaks
from newssearch.engine.columnar.lists import GROUP, Dictionary, Lists, fields
from newssearch.engine.columnar.segment_file import WRONG, SegmentFile
from newssearch.schema import RANKED_FIELDS

#: A document has a slot for each ranked field, side by side: how many, and which is a field's.
SLOTS = len(RANKED_FIELDS)
SKETCH = 8  # numbers of a sketch, as `arrays.sketches.BANDS`; this module knows no NumPy
SLOT_OF = {field.name: slot for slot, field in enumerate(RANKED_FIELDS)}

Kind = Literal["q", "Q", "I", "H", "B"]

_FORMATS: dict[str, Kind] = {
    "date": "q",
    "added": "q",
    "id": "Q",
    "story": "I",
    "path": "I",
    "starts": "I",
    "lengths": "I",
    "sketches": "I",
    "lang": "H",
    "kind": "B",
    "date_source": "B",
}
_SECTIONS = {name: f"column.{name}" for name in _FORMATS}
_BYTES = {"q": 8, "Q": 8, "I": 4, "H": 2, "B": 1}


class Forms(NamedTuple):
    """Where the forms at a term's places are: numbers of `width` bits from byte `start` on."""

    width: int
    start: int


class Common(NamedTuple):
    """Where a common term's slots are: how many, and from where to where in each stream."""

    slots: int
    begin: tuple[int, int, int, int]  # low, high, frequencies, more
    end: tuple[int, int, int, int]


class Segment:
    """One open segment."""

    def __init__(self, path: Path) -> None:
        self.file = SegmentFile(path)
        meta = self.file.meta
        try:
            self.documents, self.places = int(meta["documents"]), int(meta["places"])
            self.words = Lists(self.file, "words", int(meta["words"]), self.places)
            self.forms = Dictionary(self.file, "forms", int(meta["forms"]))
            self.names = Lists(self.file, "names", int(meta["names"]), self.documents)
            self.stories = Lists(self.file, "stories", int(meta["stories"]), self.documents)
            self.breaks = Breaks(self.file)
            self.paths = Dictionary(self.file, "paths", self.documents)
            self.tables: dict[str, list[str]] = {
                name: [str(value) for value in values] for name, values in meta["tables"].items()
            }
            self.counted = int(meta["counted"])
            self.lengths = {field.name: int(meta["lengths"][field.name]) for field in RANKED_FIELDS}
            self._check_sizes()
        except WRONG as error:
            self.file.close()
            raise self.file.damaged(f"is damaged ({error})") from error
        self._columns: dict[str, memoryview] = {}

    def _check_sizes(self) -> None:
        """Raises ValueError where the counts are not those of what is there: whoever trusts them
        makes room for as much."""
        expected = {f"column.{name}": _BYTES[kind] for name, kind in _FORMATS.items()}
        expected = {section: self.documents * size for section, size in expected.items()}
        expected["column.lengths"] *= SLOTS
        expected["column.sketches"] *= SKETCH
        expected["column.starts"] = expected["column.lengths"] + _BYTES[_FORMATS["starts"]]
        expected["ids.documents"] = expected["paths.documents"] = 4 * self.documents
        expected["forms.terms"], expected["forms.numbers"] = (
            4 * self.forms.size,
            2 * self.forms.size,
        )
        for terms in (self.words, self.forms, self.names, self.stories, self.paths):
            expected[f"{terms.name}.groups"] = 24 * (-(-terms.size // GROUP) + 1)
        for lists in (self.words, self.names, self.stories):
            expected[f"{lists.name}.counts"] = lists.size
        for section, length in expected.items():
            if self.file.length(section) != length:
                raise ValueError(f"{section} has another length")

    @property
    def name(self) -> str:
        return self.file.path.name

    # -- columns --------------------------------------------------------------------------

    def column(self, name: str) -> memoryview:
        """A whole column, by document (`starts` and `lengths`: by slot)."""
        return self.column_of(f"column.{name}", _FORMATS[name])

    def value(self, name: str, document: int) -> int:
        """One value of a column."""
        section = _SECTIONS[name]
        known = self._columns.get(section)
        if known is not None:
            return known[document]
        size = _BYTES[_FORMATS[name]]
        packed = self.file.read(section, document * size, (document + 1) * size)
        return int.from_bytes(packed, "little")

    def entry(self, name: str, document: int) -> str:
        """A value of a column whose values are numbers in a table: lang, kind, date_source."""
        table, number = self.tables[name], self.value(name, document)
        if number >= len(table):
            raise self.file.damaged(f"is damaged ({name} of document {number})")
        return table[number]

    def id(self, document: int) -> str:
        return f"{self.value('id', document):012x}"

    def story(self, document: int) -> str:
        return decode(self.stories.term(self.value("story", document)))

    def path(self, document: int) -> str:
        """The path, NUL, and the archive root's name."""
        return decode(self.paths.term(self.value("path", document)))

    def ids(self, low: int, high: int) -> list[int]:
        """The documents whose ids, as numbers, are in [low, high), by ascending id."""
        documents = self.column_of("ids.documents")

        def number(place: int) -> int:
            return self.value("id", documents[place])

        places = range(self.documents)
        first = bisect_left(places, low, key=number)
        return documents[first : bisect_left(places, high, key=number)].tolist()

    def paths_in(self, first: int, end: int) -> list[int]:
        """The documents of the paths with the numbers [first, end)."""
        return self.column_of("paths.documents")[first:end].tolist()

    # -- words ----------------------------------------------------------------------------

    def form(self, text: bytes) -> tuple[int, int]:
        """The term that this is an unstemmed form of, and the form's number; (-1, 0) for none."""
        number = self.forms.find(text)
        return (-1, 0) if number < 0 else self.form_at(number)

    def form_at(self, number: int) -> tuple[int, int]:
        """The same by the form's number in the dictionary of forms."""
        term = self.file.read("forms.terms", 4 * number, 4 * number + 4).cast("I")[0]
        return int(term), int(
            self.file.read("forms.numbers", 2 * number, 2 * number + 2).cast("H")[0]
        )

    def forms_of(self, term: int) -> Forms | None:
        """Where the forms at a term's places are; None where all are the same form."""
        row = self._row("varied.terms", term)
        if row < 0:
            return None
        width = self.file.read("varied.widths", row, row + 1)[0]
        return Forms(width, self.column_of("varied.starts", "Q")[row])

    def common(self, term: int) -> Common | None:
        """Where a term's slots are; None where they are to be made of its places."""
        row = self._row("common.terms", term)
        if row < 0:
            return None
        starts = self.column_of("common.starts", "Q")[4 * row : 4 * row + 8].tolist()
        begin, end = tuple(starts[:4]), tuple(starts[4:])
        assert len(begin) == len(end) == 4
        return Common(self.column_of("common.counts")[row], begin, end)

    def places_of(self, term: int, form: int | None = None) -> list[int]:
        """The ascending places of a term, or of one form of it alone; each once."""
        places = self.words.numbers(term)
        where = None if form is None else self.forms_of(term)
        if where is None:
            return list(dict.fromkeys(places))
        size = (len(places) * where.width + 7) // 8
        bits = self.file.read("varied.bits", where.start, where.start + size)
        numbers = fields(bits, 0, where.width, len(places))
        return [place for place, number in zip(places, numbers, strict=True) if number == form]

    def slots_of(self, places: Sequence[int]) -> list[int]:
        """The slot that each of these ascending places is in."""
        starts, found, slot = self.column("starts"), list[int](), 0
        end = starts[slot + 1] if len(starts) > 1 else 0
        for place in places:
            if place >= end:
                slot = bisect_right(starts, place, slot + 1) - 1
                end = starts[slot + 1]
            found.append(slot)
        return found

    def _row(self, name: str, term: int) -> int:
        rows = self.column_of(name)
        row = bisect_left(rows, term)
        return row if row < len(rows) and rows[row] == term else -1

    def column_of(self, section: str, kind: Kind = "I") -> memoryview:
        """A whole section as numbers of one type."""
        known = self._columns.get(section)
        if known is None:
            known = self._columns[section] = self.file.read(section).cast(kind)
        return known

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        for view in self._columns.values():
            with contextlib.suppress(BufferError):  # an array on it is still in use
                view.release()
        self._columns.clear()
        self.file.close()


def decode(term: bytes) -> str:
    """A term as text; what `engine.names.encode_name` was given."""
    return term.decode("utf-8", "surrogatepass")
