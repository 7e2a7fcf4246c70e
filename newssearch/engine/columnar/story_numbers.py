"""The stories of a generation's documents as numbers.

In: an `Archive`. Out: `StoryNumbers`; used by `search` and what it is made of, where stories are
counted and collapsed as arrays. Joined stories share a number.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from newssearch.engine.columnar.archive import Archive
from newssearch.engine.names import encode_name

Integers = NDArray[np.int64]


class StoryNumbers:
    """Numbers from 0 up to `count` for the stories of one generation."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._numbers: dict[bytes, int] = {}  # filled with `_found` of several segments

    @property
    def of_document(self) -> Integers:
        """The number of each document's story; deleted ones' too."""
        return self._found[0]

    @property
    def count(self) -> int:
        """How many numbers there are; a joined story's others are no document's."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[Integers, int]:
        segments = self._archive.segments
        parts = [np.asarray(segment.column("story")).astype(np.int64) for segment in segments]
        if len(parts) == 1:
            found, count = parts[0], len(segments[0].stories)
        else:
            numbers, rows = self._numbers, [np.zeros(0, np.int64)]
            for segment, part in zip(segments, parts, strict=True):
                names = [numbers.setdefault(t, len(numbers)) for t in segment.stories.terms()]
                rows.append(np.array(names, np.int64)[part])
            found, count = np.concatenate(rows), len(numbers)
        return self._joined(found, count), count

    def _joined(self, found: Integers, count: int) -> Integers:
        """The numbers, one for all stories that are joined."""
        first = np.arange(count)
        for story, shown in self._archive.joined.items():
            number, other = self._number(story), self._number(shown)
            if number is not None and other is not None:
                first[number] = other
        return first[found]

    def _number(self, story: str) -> int | None:
        """A story key's number; None where no document has it."""
        if len(self._archive.segments) == 1:
            term = self._archive.segments[0].stories.find(encode_name(story))
            return term if term >= 0 else None
        return self._numbers.get(encode_name(story))

    @cached_property
    def _by_story(self) -> tuple[Integers, Integers]:
        """The documents by story, and where each story's begin, and the end."""
        stories = self.of_document
        order = np.argsort(stories, kind="stable")
        return order, np.searchsorted(stories[order], np.arange(self.count + 1))

    def of_story(self, story: str) -> list[int]:
        """A story's documents, as `Archive.of_story`: one look-up, however many segments."""
        number = self._numbers.get(encode_name(self._archive.joined.get(story, story)))
        if number is None:  # of one segment, or none of its stories has this key
            return self._archive.of_story(story)
        documents, starts = self._by_story
        found: list[int] = documents[starts[number] : starts[number + 1]].tolist()
        return self._archive.live(found)
