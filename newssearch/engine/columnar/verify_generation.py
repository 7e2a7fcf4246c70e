"""Does what the files of a generation say hang together?

In: an open generation. Out: `Fault`s; used by `verify`, which has compared every byte. Segments are
looked at one by one (`verify_segment`), then what is said of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newssearch.engine.columnar.bulk import column
from newssearch.engine.columnar.generation import Generation, commit_name
from newssearch.engine.columnar.segment import SLOTS, Segment
from newssearch.engine.columnar.segment_file import WRONG
from newssearch.engine.columnar.stored import Codec
from newssearch.engine.columnar.verify_segment import Meter, segment_faults
from newssearch.engine.columnar.verify_words import require
from newssearch.engine.fault import Fault, fault_of
from newssearch.engine.names import encode_name
from newssearch.errors import IndexCorrupt
from newssearch.schema import RANKED_FIELDS


def generation_faults(generation: Generation, damaged: set[Path], meter: Meter) -> Iterator[Fault]:
    """What is wrong with what the files say; those in `damaged` are not read again."""
    try:
        codec = Codec(generation.dictionary())
    except IndexCorrupt:
        codec = None
    sound = [one for one in generation.segments if one.file.path not in damaged]
    for segment in sound:
        for what in segment_faults(segment, codec, meter):
            damaged.add(segment.file.path)
            yield Fault(segment.file.path, what)
    commit = generation.folder / commit_name(generation.number)
    if commit in damaged:
        return
    for check in (_attachments, _deleted, _joined, _ids, _statistics):
        if check is not _attachments and damaged:
            return  # they ask the segments
        try:
            check(generation)
        except IndexCorrupt as error:
            damaged.add(commit)
            yield fault_of(commit, error)
        except WRONG as error:
            damaged.add(commit)
            yield Fault(commit, f"is damaged ({error})")


def _attachments(generation: Generation) -> None:
    for name in generation.attachments():
        generation.attachment(name)


def _deleted(generation: Generation) -> None:
    """Deleted documents ascend and are in their segments."""
    sizes = {segment.name: segment.documents for segment in generation.segments}
    for name in generation.has_deleted():
        numbers = np.asarray(generation.deleted(name)).astype(np.int64)
        require(name in sizes, f"deleted documents of {name}, which is not there")
        require(bool((np.diff(numbers) > 0).all()), f"deleted documents of {name} do not ascend")
        require(not len(numbers) or numbers[-1] < sizes[name], f"{name} has no such document")


def _joined(generation: Generation) -> None:
    """Joined stories are held, and none is joined twice."""
    seen: set[str] = set()
    for group in generation.joined():
        require(len(group) > 1 and group == sorted(set(group)), "joined stories are not sorted")
        require(seen.isdisjoint(group), "a story is joined twice")
        seen.update(group)
    for story in sorted(seen):
        key = encode_name(story)
        held = any(segment.stories.find(key) >= 0 for segment in generation.segments)
        require(held, f"{story} is joined, and no document has it")


def _ids(generation: Generation) -> None:
    """No id is held twice."""
    ids = np.sort(live_ids(generation))
    twice = ids[1:][ids[1:] == ids[:-1]]
    require(not len(twice), "two documents have one id")


def _statistics(generation: Generation) -> None:
    """Documents that are not pages, and the words of their fields."""
    documents, lengths = 0, np.zeros(SLOTS, np.int64)
    for segment in generation.segments:
        counted = _live(generation, segment)
        tables = segment.tables["kind"]
        if "page" in tables:
            counted &= np.asarray(segment.column("kind")) != tables.index("page")
        documents += int(counted.sum())
        lengths += column(segment, "lengths").reshape(-1, SLOTS)[counted].sum(axis=0)
    known = generation.manifest.statistics
    found = dict(zip((field.name for field in RANKED_FIELDS), lengths.tolist(), strict=True))
    said = {**dict.fromkeys(found, 0), **known.lengths}
    require((known.documents, said) == (documents, found), "its statistics are not the segments'")


def _live(generation: Generation, segment: Segment) -> NDArray[np.bool_]:
    """Which documents are not deleted."""
    live = np.ones(segment.documents, np.bool_)
    live[np.asarray(generation.deleted(segment.name))] = False
    return live


def live_ids(generation: Generation) -> NDArray[np.uint64]:
    """The ids of the documents that are not deleted, as numbers, in the order of their segments."""
    parts = [
        np.asarray(segment.column("id"))[_live(generation, segment)]
        for segment in generation.segments
    ]
    return np.concatenate([np.zeros(0, np.uint64), *parts])
