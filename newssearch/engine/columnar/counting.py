"""Counts of what matches, value by value.

In: an `Archive`, numbers of documents. Out: `Count`s by value, as `engine.facet_values` has them;
used by `search`. A field is read whole and kept as pairs of a value and a document; what matches is
picked out of them by a mask, and counted without a look at any one document.

A story counts once for a value. Most stories have one matching document, which is then counted as
it stands; the pairs of the others are sorted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.folding import fold
from newssearch.arrays.spans import each_once
from newssearch.engine.base import Count
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.bulk import column, lists_of, terms_of
from newssearch.engine.columnar.keys import name_key
from newssearch.engine.columnar.segment import Segment, decode
from newssearch.engine.columnar.story_numbers import StoryNumbers
from newssearch.engine.facet_values import NAMES, UNITS, period_of, spelling

Integers = NDArray[np.int64]
Numbers = NDArray[np.int32]
Mask = NDArray[np.bool_]

#: The name field that holds a facet's values.
_FIELD = {"author": "author_name", "tag": "tag_name"}

#: A date key over this is its day, YYYYMMDD.
_OF_DAY = 1_000_000

#: Pairs of values and documents that are kept, of all fields together.
_KEPT = 1 << 25


class _Field(NamedTuple):
    """Pairs of a value and a document; each once.

    `texts` are the values, by number; `groups` the number of what each counts as, where several
    are spellings of one name, else None.
    """

    texts: Sequence[str]
    groups: Integers | None
    values: Numbers
    documents: Numbers


class Counting:
    """Counts one generation's documents; keeps what it has read."""

    def __init__(self, archive: Archive, stories: StoryNumbers) -> None:
        self._archive, self._stories = archive, stories
        self._fields: dict[str, _Field] = {}

    def counts(self, documents: Integers, fields: Sequence[str]) -> dict[str, dict[str, Count]]:
        """For each field its values among ascending documents, "" for those that have none."""
        matching = np.zeros(self._archive.documents, np.bool_)
        matching[documents] = True
        numbers = self._stories.of_document
        alone = np.bincount(numbers[documents], minlength=self._stories.count) == 1
        one = _Matching(documents, matching, numbers, alone[numbers])
        return {field: one.counts(self._of(field)) for field in fields}

    def _of(self, field: str) -> _Field:
        known = self._fields.get(field)
        if known is None:
            if sum(len(held.values) for held in self._fields.values()) > _KEPT:
                self._fields.clear()
            read = _read_periods if field in UNITS else _read_names
            known = self._fields[field] = read(self._archive, field)
        return known


class _Matching(NamedTuple):
    """Documents that match; of all documents: whether each does, its story, and whether it is its
    story's only one that matches."""

    documents: Integers
    mask: Mask
    stories: Integers
    alone: Mask

    def counts(self, field: _Field) -> dict[str, Count]:
        """The counts of a field's values, "" for those that have none."""
        kept = self.mask[field.documents]
        values, documents = field.values[kept], field.documents[kept].astype(np.int64)
        if field.groups is None:
            found = self._counted(values, documents, field.texts.__getitem__)
        else:
            found = self._spelt(field.texts, field.groups, values, documents)
        having = np.zeros(len(self.mask), np.bool_)
        having[documents] = True
        without = self.documents[~having[self.documents]]
        if len(without):
            told = np.zeros(int(self.stories.max()) + 1, np.bool_)
            told[self.stories[without]] = True
            found[""] = Count(len(without), int(np.count_nonzero(told)))
        return found

    def _spelt(
        self, texts: Sequence[str], groups: Integers, values: Numbers, documents: Integers
    ) -> dict[str, Count]:
        """The counts of names, whose spellings count as one."""
        spelt = np.bincount(values, minlength=len(texts))
        used = np.flatnonzero(spelt)
        shown: dict[int, dict[str, int]] = defaultdict(dict)
        for value, group in zip(used.tolist(), groups[used].tolist(), strict=True):
            shown[group][texts[value]] = int(spelt[value])
        several = np.bincount(groups[used], minlength=1) > 1
        pairs = groups[values]
        double = several[pairs]
        if double.any():  # an article may have both spellings
            size = len(self.mask)
            once = each_once([np.sort(pairs[double] * size + documents[double])])
            pairs = np.concatenate([pairs[~double], once // size])
            documents = np.concatenate([documents[~double], once % size])
        return self._counted(pairs, documents, lambda group: spelling(shown[group]))

    def _counted(
        self,
        values: NDArray[np.integer],
        documents: Integers,
        text: Callable[[int], str],
    ) -> dict[str, Count]:
        """Counts of pairs, each of which is there once."""
        articles = np.bincount(values)
        alone = self.alone[documents]
        stories = np.bincount(values[alone], minlength=len(articles))
        several = ~alone
        if several.any():
            size = int(self.stories.max()) + 1
            pairs = values[several].astype(np.int64) * size + self.stories[documents[several]]
            pairs.sort()
            stories += np.bincount(each_once([pairs]) // size, minlength=len(articles))
        used = np.flatnonzero(articles)
        rows = zip(used.tolist(), articles[used].tolist(), stories[used].tolist(), strict=True)
        return {text(value): Count(many, told) for value, many, told in rows}


def _read_names(archive: Archive, field: str) -> _Field:
    """A field's values in all segments, with the documents of each."""
    numbers: dict[str, int] = {}
    values, documents = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for base, segment in archive.parts():
        lists = _lists(segment, _FIELD.get(field, field))
        if lists is not None:
            texts, counts, held = lists
            if field == "source":
                counts, held = _whole_sites(texts, counts, held, segment.documents)
            known = [numbers.setdefault(text, len(numbers)) for text in texts]
            values.append(np.repeat(np.array(known, np.int32), counts))
            documents.append((held + base).astype(np.int32))
    groups = None
    if field in NAMES:
        folded: dict[str, int] = {}
        groups = np.array([folded.setdefault(fold(t), len(folded)) for t in numbers], np.int64)
    return _Field(list(numbers), groups, np.concatenate(values), np.concatenate(documents))


def _read_periods(archive: Archive, unit: str) -> _Field:
    """The period of each document's date."""
    parts = [column(segment, "date") for segment in archive.segments]
    days = np.concatenate([np.zeros(0, np.int64), *parts]) // _OF_DAY
    different, places = np.unique(days, return_inverse=True)
    numbers: dict[str, int] = {}
    periods = [period_of(_day(day), unit) for day in different.tolist()]
    known = [numbers.setdefault(period, len(numbers)) if period else -1 for period in periods]
    values = np.array(known, np.int32)[places]
    documents = np.flatnonzero(values >= 0)
    return _Field(list(numbers), None, values[documents], documents.astype(np.int32))


def _lists(segment: Segment, field: str) -> tuple[list[str], Integers, Integers] | None:
    """A segment's terms of a field, how many documents each has, and these; None for no term."""
    start = name_key(field, "")
    first, end = segment.names.span(start)
    texts = [decode(term[len(start) :]) for term in terms_of(segment.names, first, end)]
    if texts[:1] == [""]:  # nothing of it can be seen: that is none
        first, texts = first + 1, texts[1:]
    return (texts, *lists_of(segment.names, first, end)) if texts else None


def _whole_sites(
    texts: Sequence[str], counts: Integers, documents: Integers, size: int
) -> tuple[Integers, Integers]:
    """Sites under their whole names alone: those of `bbc.com` are found under `bbc`, too."""
    dotted = np.array(["." in text for text in texts], np.bool_)
    whole = np.repeat(dotted, counts)
    longer = np.zeros(size, np.bool_)
    longer[documents[whole]] = True
    kept = whole | ~longer[documents]
    rows = np.repeat(np.arange(len(texts)), counts)[kept]
    return np.bincount(rows, minlength=len(texts)), documents[kept]


def _day(day: int) -> str:
    """YYYYMMDD as a date, cut to what is known; 0 is none."""
    if not day:
        return ""
    year, month, of_month = f"{day // 10_000:04}", day // 100 % 100, day % 100
    if not month:
        return year
    return f"{year}-{month:02}-{of_month:02}" if of_month else f"{year}-{month:02}"
