"""What tells many articles apart, as arrays: `engine.telling`, of one with all others at a time.

In: what tells single articles from others. Out: how much alike an article's body must be to each of
many others'; used by `comparison` for the thousands that may be of one form.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.growing import Growing
from newssearch.arrays.overlaps import Members
from newssearch.engine.alike import ALIKE
from newssearch.engine.columnar.bulk import within
from newssearch.engine.telling import ALIKE_APART, DAYS_APART, NEVER, TITLES_ALIKE, Telling

Integers = NDArray[np.int64]
Shares = NDArray[np.float64]

#: kind, site, day, title, numbers in the title
_COLUMNS = 5


class Tellings:
    """What tells documents apart, as it was read."""

    def __init__(self) -> None:
        self._rows: dict[int, int] = {}
        self._kinds: dict[str, int] = {}
        self._sites = {"": 0}
        self._titles, self._numbers = _Sets(), _Sets()
        self._table: Growing[np.int32] = Growing(np.int32)

    def __contains__(self, document: int) -> bool:
        return document in self._rows

    def add(self, document: int, kind: str, one: Telling) -> None:
        """Another document: as what it is compared, and what tells its article from others."""
        self._rows[document] = len(self._rows)
        kind_number = self._kinds.setdefault(kind, len(self._kinds))
        site = self._sites.setdefault(one.site, len(self._sites))
        title, numbers = self._titles.add(one.title), self._numbers.add(one.numbers)
        self._table.extend([kind_number, site, one.day, title, numbers])

    def kind(self, document: int) -> str:
        """As what a document is compared."""
        return [*self._kinds][int(self._table.values[_COLUMNS * self._rows[document]])]

    def of(self, documents: Sequence[int]) -> Told:
        """These documents, numbered from 0."""
        rows = [self._rows[document] for document in documents]
        kinds, sites, days, titles, numbers = self._table.values.reshape(-1, _COLUMNS)[rows].T
        return Told(kinds, sites, days, self._titles.of(titles), self._numbers.of(numbers))


class Told:
    """Some documents, and what tells them apart."""

    def __init__(
        self,
        kinds: NDArray[np.int32],
        sites: NDArray[np.int32],
        days: NDArray[np.int32],
        titles: _Chosen,
        numbers: _Chosen,
    ) -> None:
        self._kinds, self._sites, self._days = kinds, sites, days
        self._titles, self._numbers = titles, numbers

    def least(self, one: int, others: Integers) -> Shares:
        """The least Jaccard of one document's shingles and of each of others'."""
        found = np.full(len(others), ALIKE)
        day = self._days[one]
        if day:
            days = self._days[others]
            found[(days != 0) & (np.abs(days - day) > DAYS_APART)] = ALIKE_APART
        if self._numbers.several:
            shared, mine, theirs = self._numbers.shared(one, others)
            found[(shared < mine) & (shared < theirs)] = 1.0
        if self._sites[one]:
            near = np.flatnonzero(self._sites[others] == self._sites[one])
            if len(near) and self._titles.several:
                shared, mine, theirs = self._titles.shared(one, others[near])
                found[near[shared < TITLES_ALIKE * (mine + theirs - shared)]] = NEVER
        found[self._kinds[others] != self._kinds[one]] = NEVER
        return found


class _Sets:
    """Sets of strings, by number."""

    def __init__(self) -> None:
        self._sets: dict[bytes, int] = {}
        self._strings: dict[str, int] = {}
        self._members: Growing[np.int32] = Growing(np.int32)
        self._edges: Growing[np.int64] = Growing(np.int64)
        self._edges.extend([0])

    def add(self, strings: frozenset[str]) -> int:
        """A set's number."""
        known = self._strings
        members = sorted(known.setdefault(one, len(known)) for one in strings)
        number = self._sets.setdefault(np.array(members, np.int32).tobytes(), len(self._sets))
        if number == len(self._edges) - 1:
            self._members.extend(members)
            self._edges.extend([len(self._members)])
        return number

    def of(self, sets: NDArray[np.int32]) -> _Chosen:
        """The sets of some documents."""
        different, each = np.unique(sets, return_inverse=True)
        edges = self._edges.values
        starts, sizes = edges[different], edges[different + 1] - edges[different]
        return _Chosen(self._members[within(sizes, starts)].astype(np.int64), sizes, each)


class _Chosen:
    """Each document's set: its number among those that are different."""

    def __init__(self, members: Integers, sizes: Integers, each: Integers) -> None:
        self.several = len(sizes) > 1
        self._sizes, self._each = sizes, each
        self._members, self._edges = members, np.concatenate(([0], np.cumsum(sizes)))
        self._having = Members(members, np.repeat(np.arange(len(sizes)), sizes), len(sizes))

    def shared(self, one: int, others: Integers) -> tuple[Integers, int, Integers]:
        """How many members one's set and each other's have in common, and have each."""
        mine, theirs = self._each[one], self._each[others]
        counts = self._having.shared(self._members[self._edges[mine] : self._edges[mine + 1]])
        return counts[theirs], int(self._sizes[mine]), self._sizes[theirs]
