"""The conditions of a query.

In: a `Filter`, and an engine's ways to look documents up. Out: the documents for which it holds, in
whatever form the engine keeps sets of them; used by the engines. Every field of `syntax.fields` is
answered.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from newssearch.analysis.folding import fold
from newssearch.engine.names import name_words
from newssearch.syntax.fields import FIELDS, Holds
from newssearch.syntax.nodes import Filter

Documents = TypeVar("Documents")


class Lookups(Protocol[Documents]):
    """What an engine looks up: live documents only."""

    def having(self, field: str, text: str, prefix: bool) -> Documents:
        """The documents that have a term of `engine.names`, or one that begins so."""

    def between(self, field: str, low: int, high: int | None) -> Documents:
        """Those whose date, added or words are in a range, both ends in it; 0 is no date."""

    def filled(self, field: str) -> Documents:
        """Those whose title, keywords or body has words."""

    def of_stories_with(self, start: str) -> Documents:
        """All documents of the stories in which an id begins so."""

    def duplicates(self) -> Documents:
        """Those that repeat another one of their story; see `engine.repeated`."""

    def translated(self) -> Documents:
        """Those whose story has an article in another language."""

    def any_of(self, some: list[Documents]) -> Documents:
        """The union; of nothing: no document."""

    def all_of(self, some: list[Documents]) -> Documents:
        """The intersection of one or more."""


def filtered(condition: Filter, lookups: Lookups[Documents]) -> Documents:
    """The documents for which a condition holds."""
    field = condition.field
    if field == "has" and (condition.present or condition.text == "translation"):
        return _translated(condition, lookups)
    if field == "is":
        if condition.text == "duplicate":
            return lookups.duplicates()
        field = "kind"
    holds = FIELDS[field].holds
    if holds in (Holds.DATE, Holds.NUMBER):
        return _in_range(condition, lookups)
    if holds is Holds.TEXT:
        return lookups.filled(field)
    if condition.present:
        return lookups.having(field, "", True)
    if holds is Holds.WORDS:
        return _with_words(condition, lookups)
    if field == "story":
        return lookups.of_stories_with(condition.text.lower())
    if field == "path":
        return _below_path(condition, lookups)
    text = condition.text if field == "url" else fold(condition.text)
    return lookups.having(field, text, condition.prefix)


def _translated(condition: Filter, lookups: Lookups[Documents]) -> Documents:
    """What has a translation; of `has:*`, what has anything."""
    found = lookups.translated()
    if condition.present:
        return lookups.any_of([found, lookups.having("has", "", True)])
    return found


def _in_range(condition: Filter, lookups: Lookups[Documents]) -> Documents:
    """A date of 0 is none and in no range."""
    field = condition.field
    if condition.present:
        return lookups.between(field, 1, None)
    if condition.text == "none":
        return lookups.between(field, 0, 0)
    least = 0 if field == "words" else 1
    low = least if condition.low is None else max(condition.low, least)
    return lookups.between(field, low, condition.high)


def _with_words(condition: Filter, lookups: Lookups[Documents]) -> Documents:
    words = name_words(condition.text)
    if not words:
        return lookups.any_of([])
    *whole, last = words
    found = [lookups.having(condition.field, last, condition.prefix)]
    return lookups.all_of([*found, *(lookups.having(condition.field, w, False) for w in whole)])


def _below_path(condition: Filter, lookups: Lookups[Documents]) -> Documents:
    """A file, a digest's entry, or everything below a folder."""
    if condition.prefix:
        return lookups.having("path", condition.text, True)
    path = condition.text.rstrip("/")
    return lookups.any_of(
        [
            lookups.having("path", path, False),
            lookups.having("path", path + "/", True),
            lookups.having("path", path + "#", True),
        ]
    )
