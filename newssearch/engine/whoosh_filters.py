"""The conditions of a query on Whoosh's terms and columns.

In: a `Filter`. Out: the documents for which it holds; used by `whoosh_postings`. Every field of
`syntax.fields` is answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Protocol

from newssearch.analysis.folding import fold
from newssearch.engine.whoosh_columns import Columns
from newssearch.engine.whoosh_schema import name_words
from newssearch.syntax.fields import FIELDS, Holds
from newssearch.syntax.nodes import Filter

#: More terms than any field has: a prefix in a filter has no limit.
_ALL_TERMS = 1 << 40

_COLUMNS = {"date": "date_key", "added": "added_key", "words": "words"}


class Terms(Protocol):
    """The part of `WhooshPostings` that filters read."""

    columns: Columns

    @property
    def everything(self) -> Set[int]: ...

    def frequencies(self, field: str, term: str) -> Mapping[int, float]: ...

    def expand(self, field: str, prefix: str, limit: int) -> list[str]: ...

    def lengths(self, field: str) -> Sequence[int]: ...

    def stories(self, documents: Sequence[int]) -> list[str]: ...


def filtered(condition: Filter, terms: Terms) -> Set[int]:
    """The documents for which a condition holds."""
    field = "kind" if condition.field == "is" else condition.field
    holds = FIELDS[field].holds
    if holds in (Holds.DATE, Holds.NUMBER):
        return _in_range(condition, terms)
    if holds is Holds.TEXT:
        lengths = terms.lengths(field)
        return {document for document in terms.everything if lengths[document]}
    if condition.present:
        return _with_terms(terms, field, "", prefix=True)
    if holds is Holds.WORDS:
        return _with_words(condition, terms)
    if field == "story":
        return _of_story(condition.text, terms)
    if field == "path":
        return _below_path(condition, terms)
    text = condition.text if field == "url" else fold(condition.text)
    return _with_terms(terms, field, text, condition.prefix)


def _in_range(condition: Filter, terms: Terms) -> Set[int]:
    """By a column of numbers; a date of 0 is none and in no range."""
    column = terms.columns.numbers(_COLUMNS[condition.field])
    low, high = condition.low, condition.high
    if condition.present:
        return {document for document in terms.everything if column[document]}
    if condition.text == "none":
        return {document for document in terms.everything if not column[document]}
    least = 0 if condition.field == "words" else 1
    low = least if low is None else max(low, least)
    if high is None:
        return {document for document in terms.everything if low <= column[document]}
    return {document for document in terms.everything if low <= column[document] <= high}


def _with_words(condition: Filter, terms: Terms) -> Set[int]:
    words = name_words(condition.text)
    if not words:
        return set()
    *whole, last = words
    documents = _with_terms(terms, condition.field, last, condition.prefix)
    for word in whole:
        documents = documents & terms.frequencies(condition.field, word).keys()
    return documents


def _with_terms(terms: Terms, field: str, text: str, prefix: bool) -> Set[int]:
    if not prefix:
        return terms.frequencies(field, text).keys()
    expanded = terms.expand(field, text, _ALL_TERMS)
    return set().union(*(terms.frequencies(field, term) for term in expanded))


def _below_path(condition: Filter, terms: Terms) -> Set[int]:
    """A file, a digest's entry, or everything below a folder."""
    if condition.prefix:
        return _with_terms(terms, "path", condition.text, prefix=True)
    path = condition.text.rstrip("/")
    return set(terms.frequencies("path", path)).union(
        _with_terms(terms, "path", path + "/", prefix=True),
        _with_terms(terms, "path", path + "#", prefix=True),
    )


def _of_story(reference: str, terms: Terms) -> Set[int]:
    """Every document of the stories that the articles with this id (or its start) are in."""
    members = _with_terms(terms, "id", reference.lower(), prefix=True)
    stories = set(terms.stories(list(members)))
    return set().union(*(terms.frequencies("story", story) for story in stories))
