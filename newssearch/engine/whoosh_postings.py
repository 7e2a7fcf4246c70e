"""Whoosh's postings and columns, as `evaluate` and `order` read them.

In: a Whoosh reader. Out: `WhooshPostings`, which is both their `Postings` and their `Facts`; used
by `whoosh_engine`. Documents are Whoosh's global numbers: a segment's base and the number in it.

Deleted documents are left out by Whoosh's matchers, which are only ever stepped through: their
skipping by quality returns deleted ones. Decoded posting lists are kept until `CACHED_POSTINGS`
postings are held, for scripts that ask many queries of one snapshot.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Set
from typing import Any, NamedTuple

from whoosh.reading import TermNotFound

from newssearch.analysis.folding import fold
from newssearch.article.model import Kind
from newssearch.engine.ranking import Statistics
from newssearch.engine.whoosh_schema import name_words
from newssearch.syntax.fields import FIELDS, Holds
from newssearch.syntax.nodes import Filter

CACHED_POSTINGS = 2_000_000

_COLUMNS = {"date": "date_key", "added": "added_key", "words": "words"}


class _Leaf(NamedTuple):
    """One segment: its reader, and the global number of its first document."""

    reader: Any
    base: int


class WhooshPostings:
    """Postings and facts of one generation; not for use by several threads at a time."""

    def __init__(self, reader: Any, statistics: Statistics) -> None:
        self.reader = reader
        self.statistics = statistics
        self.leaves = [_Leaf(leaf, base) for leaf, base in reader.leaf_readers()]
        self._bases = [leaf.base for leaf in self.leaves]
        self._columns: dict[str, list[Any]] = {}
        self._frequencies: dict[tuple[str, str], dict[int, float]] = {}
        self._cached = 0
        self._pages: Set[int] | None = None

    # -- Postings -------------------------------------------------------------------------

    def frequencies(self, field: str, term: str) -> Mapping[int, float]:
        key = (field, term)
        known = self._frequencies.get(key)
        if known is not None:
            return known
        found: dict[int, float] = {}
        for leaf, matcher in self._matchers(field, term):
            while matcher.is_active():
                found[leaf.base + matcher.id()] = matcher.weight()
                matcher.next()
        self._cached += len(found)
        if self._cached > CACHED_POSTINGS:
            self._frequencies.clear()
            self._cached = len(found)
        self._frequencies[key] = found
        return found

    def positions(self, field: str, term: str, within: Set[int] | None) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = {}
        for leaf, matcher in self._matchers(field, term):
            while matcher.is_active():
                document = leaf.base + matcher.id()
                if within is None or document in within:
                    found[document] = matcher.value_as("positions")
                matcher.next()
        return found

    def expand(self, field: str, prefix: str, limit: int) -> list[str]:
        terms: set[str] = set()
        start = prefix.encode("utf-8", "surrogateescape")
        for leaf in self.leaves:
            if field not in leaf.reader.indexed_field_names():
                continue
            for name, text in leaf.reader.terms_from(field, start):
                if name != field or not text.startswith(start) or len(terms) >= limit:
                    break
                terms.add(text.decode("utf-8", "surrogateescape"))
        return sorted(terms)

    def lengths(self, field: str) -> Mapping[int, int]:
        return _Column(self, f"{field}_length")

    def uncounted(self) -> Set[int]:
        if self._pages is None:
            self._pages = self.frequencies("kind", Kind.PAGE.value).keys()
        return self._pages

    def everything(self) -> Set[int]:
        return {
            leaf.base + document for leaf in self.leaves for document in leaf.reader.all_doc_ids()
        }

    def filtered(self, condition: Filter) -> Set[int]:
        field = condition.field
        holds = FIELDS[field].holds
        if holds in (Holds.DATE, Holds.NUMBER):
            return self._in_range(condition)
        if holds is Holds.TEXT or condition.present:
            return self._having(field)
        if holds is Holds.WORDS:
            return self._with_words(condition)
        if field == "story":
            return self._of_story(condition.text)
        if field == "path":
            return self._below_path(condition)
        text = condition.text if field == "url" else fold(condition.text)
        return self._with_terms(field, text, condition.prefix)

    def _in_range(self, condition: Filter) -> Set[int]:
        column = _Column(self, _COLUMNS[condition.field])
        low, high = condition.low, condition.high
        if condition.present or condition.text == "none":
            wanted = condition.present
            return {d for d in self.everything() if (column[d] != 0) == wanted}
        undated = condition.field != "words"
        return {
            document
            for document in self.everything()
            for value in (column[document],)
            if (low is None or value >= low)
            and (high is None or value <= high)
            and not (undated and value == 0)
        }

    def _having(self, field: str) -> Set[int]:
        if FIELDS[field].holds is Holds.TEXT:
            lengths = self.lengths(field)
            return {document for document in self.everything() if lengths[document]}
        return self._with_terms(field, "", prefix=True)

    def _with_words(self, condition: Filter) -> Set[int]:
        words = name_words(condition.text)
        if not words:
            return set()
        *whole, last = words
        documents = set(self._with_terms(condition.field, last, condition.prefix))
        for word in whole:
            documents &= self.frequencies(condition.field, word).keys()
        return documents

    def _with_terms(self, field: str, text: str, prefix: bool) -> Set[int]:
        if not prefix:
            return self.frequencies(field, text).keys()
        terms = self.expand(field, text, limit=10_000_000)
        return set().union(*(self.frequencies(field, term).keys() for term in terms))

    def _below_path(self, condition: Filter) -> Set[int]:
        """A file, a digest's entry, or everything below a folder."""
        if condition.prefix:
            return self._with_terms("path", condition.text, prefix=True)
        path = condition.text.rstrip("/")
        found = set(self.frequencies("path", path))
        return found | self._with_terms("path", path + "/", True) | self._with_terms(
            "path", path + "#", True
        )  # fmt: skip

    def _of_story(self, reference: str) -> Set[int]:
        """Every document of the stories that the articles with this id (or its start) are in."""
        members = self._with_terms("id", reference.lower(), prefix=True)
        stories = {self.story(document) for document in members}
        return set().union(*(self.frequencies("story", story).keys() for story in stories))

    # -- Facts ----------------------------------------------------------------------------

    def story(self, document: int) -> str:
        return self._bytes("story_key", document)

    def date_key(self, document: int) -> int:
        key: int = self.column("date_key", document)
        return key

    def path(self, document: int) -> str:
        return self._bytes("path_key", document)

    def title(self, document: int) -> str:
        return self._bytes("title_key", document)

    def lang(self, document: int) -> str:
        return self._bytes("lang_key", document)

    def kind(self, document: int) -> str:
        return self._bytes("kind_key", document)

    def date_source(self, document: int) -> str:
        return self._bytes("date_source_key", document)

    def id(self, document: int) -> str:
        return self._bytes("id_key", document)

    def is_digest(self, document: int) -> bool:
        return self.kind(document) == Kind.DIGEST

    # -- shared ---------------------------------------------------------------------------

    def column(self, name: str, document: int) -> Any:
        """A document's value in a column."""
        readers = self._columns.get(name)
        if readers is None:
            readers = [leaf.reader.column_reader(name, translate=False) for leaf in self.leaves]
            self._columns[name] = readers
        leaf = bisect_right(self._bases, document) - 1
        return readers[leaf][document - self._bases[leaf]]

    def _bytes(self, name: str, document: int) -> str:
        value: bytes = self.column(name, document)
        return value.decode("utf-8", "surrogateescape")

    def stored(self, document: int) -> bytes:
        """A document's stored record."""
        leaf = bisect_right(self._bases, document) - 1
        fields = self.leaves[leaf].reader.stored_fields(document - self._bases[leaf])
        record: bytes = fields["record"]
        return record

    def _matchers(self, field: str, term: str) -> Iterator[tuple[_Leaf, Any]]:
        """Each segment that has the term, with a matcher at the term's first posting."""
        text = term.encode("utf-8", "surrogateescape")
        for leaf in self.leaves:
            try:
                yield leaf, leaf.reader.postings(field, text)
            except TermNotFound:
                continue


class _Column(Mapping[int, int]):
    """A numeric column as a mapping from documents."""

    def __init__(self, postings: WhooshPostings, name: str) -> None:
        self._postings, self._name = postings, name

    def __getitem__(self, document: int) -> int:
        value: int = self._postings.column(self._name, document)
        return value

    def __iter__(self) -> Iterator[int]:
        return iter(self._postings.everything())

    def __len__(self) -> int:
        return len(self._postings.everything())
