"""Bodies to shingles and sketches, many at a time.

In: what the batch analyzer found in some documents, and as what each is compared (`engine.alike`).
Out: the shingles of their bodies; the column of sketches. Used by `builder`, which sketches
every document, and by `joining`, for the few that have a band in common.

    column.sketches    `arrays.sketches.BANDS` numbers of 4 bytes for each document; all 0 where its
                       body is compared with none
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.batches import Occurrences
from newssearch.analysis.form_table import FormTable
from newssearch.arrays.sketches import BANDS, Sketches, shingles, sketches
from newssearch.engine.alike import is_compared, tokens_of_shingle
from newssearch.engine.columnar.bulk import within
from newssearch.engine.columnar.segment import SLOT_OF, SLOTS
from newssearch.engine.columnar.segment_file import SectionsWriter

Integers = NDArray[np.int64]
Numbers = NDArray[np.uint64]


def body_shingles(
    found: Occurrences, forms: FormTable, compared: Sequence[str]
) -> tuple[Integers, Numbers, Integers]:
    """The documents of a batch whose bodies are compared; their shingles, one document's after
    another's, as often as each occurs; and where each one's begin, and the end."""
    words = found.lengths[SLOT_OF["body"] :: SLOTS].tolist()
    chosen = [i for i, kind in enumerate(compared) if is_compared(kind, words[i])]
    documents: Integers = np.array(chosen, np.int64)
    edges = np.searchsorted(found.places, found.starts)
    slots = documents * SLOTS + SLOT_OF["body"]
    widths = np.array([tokens_of_shingle(compared[i]) for i in chosen], np.int64)
    counts = edges[slots + 1] - edges[slots] - widths + 1
    tokens = forms.fingerprints(found.forms)
    values = np.empty(int(counts.sum()), np.uint64)
    every = np.repeat(widths, counts)
    places = within(counts, edges[slots])
    for width in sorted(set(widths.tolist())):
        some = every == width
        values[some] = shingles(tokens, width)[places[some]]
    return documents, values, np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))


class SketchesWriter:
    """Collects the sketches of documents in their order."""

    def __init__(self) -> None:
        self._rows: list[Sketches] = []

    def add(self, found: Occurrences, forms: FormTable, compared: Sequence[str]) -> None:
        """The next documents: a batch."""
        rows = np.zeros((len(compared), BANDS), np.uint32)
        documents, values, edges = body_shingles(found, forms, compared)
        kinds = np.array([crc32(compared[i].encode()) for i in documents.tolist()], np.uint32)
        rows[documents] = sketches(values, edges, kinds)
        self._rows.append(rows)

    def write(self, file: SectionsWriter) -> None:
        write_sketches(file, self._rows)


def write_sketches(file: SectionsWriter, rows: Sequence[Sketches]) -> None:
    """The column of sketches, from parts of it."""
    file.add("column.sketches", [part.astype("<u4") for part in rows])
