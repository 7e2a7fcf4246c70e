"""A segment's columns: document -> value, as they are collected while it is written.

In: documents. Out: sections; used by `builder` and `merge_columns`. `segment` reads them. Eight
bytes each: `date`, `added` (date keys), `id`; four: `story`, `path` (numbers in their
dictionaries), `starts` and `lengths` (three for each document: its slots); two: `lang`; one:
`kind`, `date_source` (numbers in the lists that stand in the file's contents).

    stories.…     `lists`: story key -> its documents
    paths.…       `lists.Dictionary`: path, NUL, root; paths.documents: whose it is (4 bytes each)
    names.…       `lists`: field, NUL, value -> documents
    ids.documents documents by ascending id (4 bytes each)
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newssearch.engine.base import Document
from newssearch.engine.columnar.keys import id_number, name_key, path_key
from newssearch.engine.columnar.lists_writer import DictionaryWriter, ListsWriter
from newssearch.engine.columnar.segment_file import SectionsWriter
from newssearch.engine.names import day_key, encode_name, name_terms

#: Columns of numbers, with the type that they have on disk.
NUMBERS = {
    "date": "<i8",
    "added": "<i8",
    "id": "<u8",
    "lang": "<u2",
    "kind": "<u1",
    "date_source": "<u1",
}

#: Name fields that have dictionaries of their own.
OWN = ("id", "path", "story")


class ColumnsWriter:
    """Collects the columns and names of documents in their order."""

    def __init__(self) -> None:
        self.numbers: dict[str, array[int]] = {name: array("q") for name in NUMBERS}
        self.numbers["id"] = array("Q")
        self.tables: dict[str, dict[str, int]] = {"lang": {}, "kind": {}, "date_source": {}}
        self.names: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.stories: dict[bytes, list[int]] = {}
        self.paths: list[bytes] = []

    def __len__(self) -> int:
        return len(self.paths)

    def add(self, document: Document) -> None:
        """The next document."""
        article, number = document.article, len(self.paths)
        numbers, names = self.numbers, self.names
        numbers["date"].append(article.date.key if article.date else 0)
        numbers["added"].append(day_key(document.added))
        numbers["id"].append(id_number(document.id))
        for name, value in (
            ("lang", article.lang),
            ("kind", article.kind.value),
            ("date_source", article.date.source.value if article.date else ""),
        ):
            table = self.tables[name]
            numbers[name].append(table.setdefault(value, len(table)))
        for field, values in name_terms(document).items():
            if values and field not in OWN:
                having = names[field]
                for value in dict.fromkeys(values) if len(values) > 1 else values:
                    having[value].append(number)
        self.stories.setdefault(encode_name(document.story), []).append(number)
        self.paths.append(path_key(article.path, document.root))

    def write(self, file: SectionsWriter, folder: Path) -> dict[str, Any]:
        """Write the sections; returns what stands in the file's contents."""
        for name, kind in NUMBERS.items():
            file.add(f"column.{name}", [np.array(self.numbers[name]).astype(kind)])
        ids = np.array(self.numbers["id"], np.uint64)
        file.add("ids.documents", [np.argsort(ids, kind="stable").astype("<u4")])
        _write_paths(self.paths, file, folder)
        stories = write_lists("stories", self.stories, len(self), file, folder)
        names = write_lists("names", self._named(), len(self), file, folder)
        return {
            "documents": len(self),
            "stories": stories,
            "names": names,
            "tables": {name: list(table) for name, table in self.tables.items()},
        }

    def _named(self) -> dict[bytes, list[int]]:
        """The documents of each term of `names`."""
        return {
            start + encode_name(value): numbers
            for field, having in self.names.items()
            for start in (name_key(field, ""),)
            for value, numbers in having.items()
        }


def write_lists(
    name: str,
    lists: Mapping[bytes, Sequence[int]],
    universe: int,
    file: SectionsWriter,
    folder: Path,
) -> int:
    """A dictionary with lists; "stories" with the column too. Returns how many terms it has."""
    terms = sorted(lists)
    found = [lists[term] for term in terms]
    counts = np.fromiter(map(len, found), np.int64, len(found))
    values = np.fromiter(chain.from_iterable(found), np.int64, int(counts.sum()))
    writer = ListsWriter(folder, name, universe)
    try:
        writer.add(terms, counts, values)
        writer.write(file)
    finally:
        writer.close()
    if name == "stories":
        column = np.empty(universe, "<u4")
        column[values] = np.repeat(np.arange(len(terms)), counts)
        file.add("column.story", [column])
    return len(terms)


def _write_paths(paths: Sequence[bytes], file: SectionsWriter, folder: Path) -> None:
    order = sorted(range(len(paths)), key=paths.__getitem__)
    writer = DictionaryWriter(folder, "paths")
    try:
        writer.add_terms([paths[number] for number in order])
        writer.write(file)
    finally:
        writer.close()
    documents: NDArray[np.int64] = np.array(order, np.int64)
    file.add("paths.documents", [documents.astype("<u4")])
    column = np.empty(len(paths), "<u4")
    column[documents] = np.arange(len(paths))
    file.add("column.path", [column])
