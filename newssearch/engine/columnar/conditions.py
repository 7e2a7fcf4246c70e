"""The conditions of a query as masks over all documents.

In: a `Filter`. Out: masks; used by `search`. They are kept: most queries ask the same ones.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.bulk import list_of, lists_of
from newssearch.engine.columnar.repeated import Repeated
from newssearch.engine.columnar.segment import SLOT_OF, SLOTS
from newssearch.engine.columnar.story_numbers import StoryNumbers
from newssearch.engine.filters import filtered
from newssearch.syntax.nodes import Filter

Mask = NDArray[np.bool_]


_KEPT = 32


class Conditions:
    """`engine.filters.Lookups` on arrays; `live` is None where no document is deleted."""

    def __init__(self, archive: Archive, stories: StoryNumbers, live: Mask | None) -> None:
        self._archive, self._stories, self._live = archive, stories, live
        self._repeated = Repeated(archive, stories, live)
        self._known: dict[tuple[Filter, bool], Mask] = {}

    @cached_property
    def everything(self) -> Mask:
        """Every live document."""
        return np.ones(self._archive.documents, np.bool_) if self._live is None else self._live

    def holding(self, condition: Filter) -> Mask:
        """The live documents for which it holds."""
        return self._get(condition, True)

    def failing(self, condition: Filter) -> Mask:
        """The live documents for which it does not hold."""
        return self._get(condition, False)

    def _get(self, condition: Filter, wanted: bool) -> Mask:
        known = self._known.get((condition, wanted))
        if known is None:
            known = filtered(condition, self)
            if not wanted:
                known = self.everything & ~known
            if len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            self._known[(condition, wanted)] = known
        return known

    # -- Lookups --------------------------------------------------------------------------

    def having(self, field: str, text: str, prefix: bool) -> Mask:
        mask = np.zeros(self._archive.documents, np.bool_)
        if field in ("id", "path"):
            mask[self._archive.named(field, text, prefix)] = True
            return mask
        for base, lists, terms in self._archive.named_lists(field, text, prefix):
            if isinstance(terms, range):
                _, documents = lists_of(lists, terms.start, terms.stop)
            else:
                documents = list_of(lists, terms[0])
            mask[documents + base] = True
        return mask if self._live is None else mask & self._live

    def between(self, field: str, low: int, high: int | None) -> Mask:
        lengths = field == "words"
        values = (
            self._column("lengths")[SLOT_OF["body"] :: SLOTS] if lengths else self._column(field)
        )
        mask = values >= low
        if high is not None:
            mask &= values <= high
        return mask & self.everything

    def filled(self, field: str) -> Mask:
        lengths = self._column("lengths")
        return (lengths[SLOT_OF[field] :: SLOTS] > 0) & self.everything

    def of_stories_with(self, start: str) -> Mask:
        stories = set(self._archive.stories(self._archive.with_id(start)))
        mask = np.zeros(self._archive.documents, np.bool_)
        for story in stories:
            mask[self._stories.of_story(story)] = True
        return mask

    def duplicates(self) -> Mask:
        return self._repeated.duplicates()

    def translated(self) -> Mask:
        return self._repeated.translated()

    def any_of(self, some: list[Mask]) -> Mask:
        none = np.zeros(self._archive.documents, np.bool_)
        found: Mask = np.logical_or.reduce([none, *some])
        return found

    def all_of(self, some: list[Mask]) -> Mask:
        found: Mask = np.logical_and.reduce(some)
        return found

    def _column(self, name: str) -> NDArray[np.int64]:
        columns = [np.asarray(segment.column(name)) for segment in self._archive.segments]
        return np.concatenate(columns) if columns else np.zeros(0, np.int64)
