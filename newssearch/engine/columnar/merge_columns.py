"""The columns, names, stories and paths of several segments to those of one.

In: segments, and where their live documents come to stand (`Source`). Out: sections, as `columns`
writes them for the live documents; used by `merge`. Terms are merged a range at a time, so that
memory holds some numbers of each document and no name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, compress, count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays import texts
from newssearch.arrays.texts import Texts
from newssearch.engine.columnar.bulk import counts_of, lists_of, terms_of, within
from newssearch.engine.columnar.columns import NUMBERS
from newssearch.engine.columnar.lists import GROUP, Dictionary, Lists
from newssearch.engine.columnar.lists_writer import DictionaryWriter, ListsWriter
from newssearch.engine.columnar.segment_file import SectionsWriter
from newssearch.engine.columnar.sources import Source, ranges, union

Integers = NDArray[np.int64]

#: Terms, or their documents, that are merged together, about.
_CHUNK = 20_000

#: Terms with the documents of each: how many, and which, one term's after another's.
_Lists = tuple[Texts, Integers, Integers]


class MergedColumns:
    """Writes the columns of the sources' live documents."""

    def __init__(self, sources: Sequence[Source], file: SectionsWriter, folder: Path) -> None:
        self._sources, self._file, self._folder = sources, file, folder
        self._documents = sum(int(source.kept.sum()) for source in sources)
        self._tables: dict[str, dict[str, int]] = {name: {} for name in sources[0].segment.tables}

    def write(self) -> dict[str, Any]:
        """Write the sections; returns what stands in the file's contents."""
        for name, kind in NUMBERS.items():
            values = [self._values(source, name) for source in self._sources]
            self._file.add(f"column.{name}", [np.concatenate(values).astype(kind)])
            if name == "id":
                order = np.argsort(np.concatenate(values), kind="stable")
                self._file.add("ids.documents", [order.astype("<u4")])
        self._write_paths()
        return {
            "documents": self._documents,
            "stories": self._write_lists("stories"),
            "names": self._write_lists("names"),
            "tables": {name: list(table) for name, table in self._tables.items()},
        }

    def counted(self, page: str) -> NDArray[np.bool_]:
        """Which documents are of another kind than this."""
        number = self._tables["kind"].get(page, -1)
        kinds = np.concatenate([self._values(source, "kind") for source in self._sources])
        counted: NDArray[np.bool_] = kinds != number
        return counted

    def _values(self, source: Source, name: str) -> NDArray[Any]:
        values: NDArray[Any] = np.asarray(source.segment.column(name))[source.kept]
        if name not in self._tables:
            return values
        table = self._tables[name]
        known = [table.setdefault(value, len(table)) for value in source.segment.tables[name]]
        numbers: NDArray[Any] = np.array(known, np.int64)[values]
        return numbers

    def _write_paths(self) -> None:
        documents = np.empty(self._documents, "<u4")
        writer = DictionaryWriter(self._folder, "paths")
        try:
            for terms, counts, values in self._merged([s.segment.paths for s in self._sources]):
                each = np.repeat(np.arange(len(terms)), counts)  # a path may be there twice
                documents[writer.size : writer.size + len(values)] = values
                edges = terms.edges
                writer.add_terms(texts.chosen(terms.content, edges[each], edges[each + 1]))
            writer.write(self._file)
        finally:
            writer.close()
        self._file.add("paths.documents", [documents])
        column = np.empty(self._documents, "<u4")
        column[documents] = np.arange(self._documents)
        self._file.add("column.path", [column])

    def _write_lists(self, name: str) -> int:
        """Names, or stories with their column; returns how many there are."""
        column = np.empty(self._documents, "<u4")
        writer = ListsWriter(self._folder, name, self._documents)
        try:
            for terms, counts, values in self._merged(
                [getattr(source.segment, name) for source in self._sources]
            ):
                column[values] = np.repeat(np.arange(len(terms)) + writer.size, counts)
                writer.add(terms, counts, values)
            writer.write(self._file)
        finally:
            writer.close()
        if name == "stories":
            self._file.add("column.story", [column])
        return writer.size

    def _merged(self, dictionaries: Sequence[Dictionary]) -> Iterator[_Lists]:
        """The terms that live documents have, with these documents' new numbers; all pieces but
        the last hold whole groups."""
        rest: _Lists = texts.of([]), np.zeros(0, np.int64), np.zeros(0, np.int64)
        for bounds in ranges(dictionaries, [_weights(one) for one in dictionaries], _CHUNK):
            found = _range(
                [
                    _read(source, one, *bound)
                    for source, one, bound in zip(self._sources, dictionaries, bounds, strict=True)
                ]
            )
            terms, counts, values = (
                texts.joined(rest[0], found[0]),
                np.concatenate((rest[1], found[1])),
                np.concatenate((rest[2], found[2])),
            )
            # a term that comes several times stands several times in a plain dictionary
            whole = _whole(counts, isinstance(dictionaries[0], Lists))
            held = int(counts[:whole].sum())
            yield terms.part(0, whole), counts[:whole], values[:held]
            rest = terms.part(whole, len(terms)), counts[whole:], values[held:]
        yield rest


def _whole(counts: Integers, once: bool) -> int:
    """How many of the terms make whole groups, where each stands once or as often as counted."""
    if once:
        return len(counts) - len(counts) % GROUP
    ends = np.flatnonzero(np.cumsum(counts) % GROUP == 0)
    return int(ends[-1]) + 1 if len(ends) else 0


def _weights(one: Dictionary) -> Integers:
    """What each group of terms weighs."""
    if not isinstance(one, Lists):
        return np.full(-(-one.size // GROUP), GROUP, np.int64)
    counts = counts_of(one, 0, one.size)
    weights: Integers = np.add.reduceat(counts, np.arange(0, one.size, GROUP))
    return weights


def _read(
    source: Source, dictionary: Dictionary, first: int, end: int
) -> tuple[list[bytes], Integers, Integers]:
    """Terms of one source with their live documents, as numbered from now on."""
    terms = terms_of(dictionary, first, end)
    if isinstance(dictionary, Lists):
        counts, documents = lists_of(dictionary, first, end)
    else:
        documents = np.asarray(source.segment.column_of("paths.documents"))[first:end]
        counts = np.ones(len(documents), np.int64)
    kept = source.kept[documents]
    if not kept.all():
        owners = np.repeat(np.arange(len(terms)), counts)[kept]
        counts = np.bincount(owners, minlength=len(terms))
        terms = list(compress(terms, counts.tolist()))
        counts, documents = counts[counts > 0], documents[kept]
    return terms, counts, source.documents[documents]


def _range(parts: Sequence[tuple[list[bytes], Integers, Integers]]) -> _Lists:
    """One range of all sources."""
    terms = union([part for part, _, _ in parts])
    row_of = dict(zip(terms, count()))
    rows = np.fromiter(
        map(row_of.__getitem__, chain.from_iterable(part for part, _, _ in parts)), np.int64
    )
    counts = np.concatenate([counts for _, counts, _ in parts])
    order = np.argsort(rows, kind="stable")  # by term, then by source
    ends = np.cumsum(counts)
    places = within(counts[order], (ends - counts)[order])
    values = np.concatenate([values for _, _, values in parts])[places]
    held = np.zeros(len(terms), np.int64)
    np.add.at(held, rows, counts)
    return texts.of(terms), held, values
