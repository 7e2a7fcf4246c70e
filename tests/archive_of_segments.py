"""What a columnar engine's search begins and ends with, made without an engine: an archive of
segments of given documents, and documents with scores in every form in which they are handed on.

Used by test_columnar_matched.py, test_columnar_ranked.py and test_columnar_search.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from segment_twin import build, told

from newssearch.engine.base import Document
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.matched import Matched
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.ranking import Statistics


def archive_of(
    folder: Path,
    parts: list[list[Document]],
    deleted: dict[int, list[int]],
    joined: Sequence[list[str]] = (),
) -> Archive:
    """An archive of segments of documents, of which some (by part) are deleted, and of which some
    stories are joined."""
    segments = [Segment(build(folder, f"{i}.seg", part)) for i, part in enumerate(parts)]
    left = [
        one
        for i, part in enumerate(parts)
        for number, one in enumerate(part)
        if number not in deleted.get(i, [])
    ]
    held = told(left)
    statistics = Statistics(held.counted, held.counted_lengths)
    generation: Any = SimpleNamespace(
        manifest=SimpleNamespace(statistics=statistics),
        segments=segments,
        deleted=lambda name: deleted.get(int(name.removesuffix(".seg")), []),
        dictionary=lambda: b"",
        joined=lambda: joined,
    )
    return Archive(generation)


def close(archive: Archive) -> None:
    for segment in archive.segments:
        segment.close()


def both_forms(scores: dict[int, float], size: int) -> list[Matched]:
    documents = np.array(sorted(scores), np.int64)
    values = np.array([scores[document] for document in sorted(scores)])
    row = np.zeros(size)
    row[documents] = values
    return [
        Matched(documents, values),
        Matched(None, None, row),
        Matched(documents, values, row),
    ]
