"""`is:duplicate` and `has:translation` as masks over all documents.

In: an `Archive` and its `StoryNumbers`. Out: `Repeated`; used by `conditions`. The oracle is
`engine.repeated`, which looks at one story at a time; here only documents of stories that have
several are looked at, and paths are read only where nothing else decides.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from newssearch.arrays.spans import each_once
from newssearch.article.model import Kind
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.lists import GROUP
from newssearch.engine.columnar.story_numbers import StoryNumbers

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


#: Above the path of any file, in UTF-8.
_BEHIND_ALL = b"\xff"


class Repeated:
    """Which documents of one generation repeat others; `live` is None where none is deleted."""

    def __init__(self, archive: Archive, stories: StoryNumbers, live: Mask | None) -> None:
        self._archive, self._stories, self._live = archive, stories, live

    def duplicates(self) -> Mask:
        """See `engine.repeated.duplicates`."""
        kinds, languages = self._entries("kind"), self._entries("lang")
        stories = self._stories.of_document[self._documents]
        articles, entries = kinds.are(Kind.ARTICLE), kinds.are(Kind.DIGEST)
        told = np.zeros(self._stories.count, np.bool_)
        told[stories[articles]] = True
        # a group: articles of a story in one language, or its digests' entries
        groups = stories * (len(languages.names) + 1) + np.where(entries, 0, languages.numbers + 1)
        behind = articles | entries
        counted = np.flatnonzero(behind)
        behind[self._in_front(groups[counted], counted)] = False
        return self._mask(behind | (entries & told[stories]))

    def translated(self) -> Mask:
        """See `engine.repeated.translated`."""
        languages = self._entries("lang")
        numbers, stories = languages.numbers, self._stories.of_document[self._documents]
        known = np.flatnonzero(self._entries("kind").are(Kind.ARTICLE) & ~languages.are(""))
        least = np.full(self._stories.count, len(languages.names))
        most = np.full(self._stories.count, -1)
        np.minimum.at(least, stories[known], numbers[known])
        np.maximum.at(most, stories[known], numbers[known])
        other = (least[stories] != numbers) | (most[stories] != numbers)
        return self._mask((most[stories] >= 0) & other)

    def _in_front(self, groups: Integers, rows: Integers) -> Integers:
        """Of each group the row of the document that is in front, by `members.in_front`; `rows`
        are of `_documents`."""
        added = self._column("added")[rows]
        by = np.lexsort((added, groups))
        by = by[added[by] == added[by[_begins(groups[by])]]]
        first, tied = _parted(by, groups[by])
        lows, highs = self._path_ranges(rows[tied])
        begins = _begins(groups[tied])
        least = np.full(len(tied), np.iinfo(np.int64).max)
        np.minimum.at(least, begins, highs)
        tied = tied[lows <= least[begins]]  # all others are behind one whose path is smaller
        second, tied = _parted(tied, groups[tied])
        some: dict[int, list[int]] = {}
        for group, row in zip(groups[tied].tolist(), rows[tied].tolist(), strict=True):
            some.setdefault(group, []).append(row)
        third = np.array([min(several, key=self._path) for several in some.values()], np.int64)
        return np.concatenate((rows[first], rows[second], third))

    def _path_ranges(self, rows: Integers) -> tuple[Integers, Integers]:
        """Numbers in the order of paths: each one's path is between the two, neither left out.

        They are those of the heads in its segment's dictionary of paths, before and behind: there
        are far fewer, and they are read without the paths between them.
        """
        groups, segments = self._column("path")[rows] // GROUP, self._segments[rows]
        heads: list[bytes] = [_BEHIND_ALL]
        low, high = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
        for number, segment in enumerate(self._archive.segments):
            here = np.flatnonzero(segments == number)
            wanted = each_once([np.unique(groups[here]), np.unique(groups[here] + 1)])
            low[here] = len(heads) + np.searchsorted(wanted, groups[here])
            high[here] = len(heads) + np.searchsorted(wanted, groups[here] + 1)
            paths, last = segment.paths, -(-len(segment.paths) // GROUP)
            heads += [
                paths.head(group).partition(b"\0")[0] if group < last else _BEHIND_ALL
                for group in wanted.tolist()
            ]
        numbers = {head: number for number, head in enumerate(sorted(set(heads)))}
        ranks = np.array([numbers[head] for head in heads], np.int64)
        return ranks[low], ranks[high]

    def _path(self, row: int) -> tuple[str, str]:
        """The path without its archive root, and the id."""
        document = int(self._documents[row])
        return self._archive.path(document).partition("\0")[0], self._archive.id(document)

    # -- the documents of stories that have several ---------------------------------------

    @cached_property
    def _documents(self) -> Integers:
        """The live ones, ascending."""
        stories = self._stories.of_document
        live = stories if self._live is None else stories[self._live]
        several = (np.bincount(live, minlength=self._stories.count) > 1)[stories]
        return np.flatnonzero(several if self._live is None else several & self._live)

    @cached_property
    def _segments(self) -> Integers:
        """The number of each one's segment."""
        return np.searchsorted(self._archive.bases, self._documents, "right") - 1

    def _column(self, name: str) -> Integers:
        """Each one's value in a column."""
        found = np.zeros(len(self._documents), np.int64)
        for number, (base, segment) in enumerate(self._archive.parts()):
            here = self._segments == number
            found[here] = np.asarray(segment.column(name))[self._documents[here] - base]
        return found

    def _entries(self, name: str) -> _Entries:
        """Each one's entry in a column whose values are numbers in a table of their segment."""
        tables = [segment.tables[name] for segment in self._archive.segments]
        names = sorted({entry for table in tables for entry in table})
        numbers = self._column(name)
        for number, table in enumerate(tables):
            here = self._segments == number
            numbers[here] = np.array(list(map(names.index, table)), np.int64)[numbers[here]]
        return _Entries(names, numbers)

    def _mask(self, chosen: Mask) -> Mask:
        mask = np.zeros(self._archive.documents, np.bool_)
        mask[self._documents[chosen]] = True
        return mask


class _Entries:
    """Values that are numbers in one table."""

    def __init__(self, names: list[str], numbers: Integers) -> None:
        self.names, self.numbers = names, numbers

    def are(self, name: str) -> Mask:
        """Which have this value?"""
        number = self.names.index(name) if name in self.names else -1
        found: Mask = self.numbers == number
        return found


def _begins(keys: Integers) -> Integers:
    """Of sorted keys, at each place the place where the equal ones begin."""
    fresh = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    return np.maximum.accumulate(np.where(fresh, np.arange(len(keys)), 0))


def _parted(values: Integers, keys: Integers) -> tuple[Integers, Integers]:
    """Values by sorted keys: those whose key no other one has, and the rest."""
    begins = _begins(keys)
    alone = np.bincount(begins, minlength=len(keys))[begins] == 1
    return values[alone], values[~alone]
