"""Whoosh's postings and columns, as `evaluate` and `order` read them.

In: a `Generation`. Out: `WhooshPostings`, which is both their `Postings` and their `Facts`; used by
`whoosh_snapshot` and `whoosh_totals`. Documents are global numbers: a segment's base and the number
in it. Deleted documents are left out here, wherever they would come out.

Decoded posting lists are kept until `CACHED_POSTINGS` postings are held, for scripts that ask many
queries of one snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Any

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.scripts import is_cjk
from newssearch.article.model import Kind
from newssearch.engine import evaluate
from newssearch.engine.filters import filtered
from newssearch.engine.names import encode_name
from newssearch.engine.ranking import Statistics
from newssearch.engine.repeated import Standing, duplicates, translated
from newssearch.engine.whoosh_blocks import Block, blocks, document_frequency
from newssearch.engine.whoosh_breaks import breaks
from newssearch.engine.whoosh_columns import Columns, Leaf
from newssearch.engine.whoosh_files import STATISTICS, Generation, reading
from newssearch.engine.whoosh_schema import decode_positions, field_parts, unpack
from newssearch.errors import EngineError
from newssearch.syntax.nodes import Atom, Expand, Filter, Unit
from newssearch.syntax.patterns import automaton, is_form, typed

CACHED_POSTINGS = 2_000_000

_COLUMNS = {"date": "date_key", "added": "added_key", "words": "words"}


class WhooshPostings:
    """Postings and facts of one generation; not for use by several threads at a time."""

    def __init__(self, generation: Generation, analyzer: Analyzer) -> None:
        self._folder, self._analyzer = generation.folder, analyzer
        with reading(self._folder, f"{STATISTICS}.{generation.number}"):
            stored = generation.statistics
            self.statistics = Statistics(int(stored["documents"]), dict(stored["lengths"]))
            self._groups: dict[str, list[str]] = {group[0]: group for group in stored["joined"]}
        self.leaves: list[Leaf] = []
        self._deleted: set[int] = set()
        base = 0
        for reader in generation.readers:
            size = reader.doc_count_all()
            if size:
                self.leaves.append(Leaf(reader, reader.segment().segment_id(), base, size))
                self._deleted.update(base + document for document in reader.deleted_docs_set)
            base += size
        self._documents = base
        self.columns = Columns(self.leaves, self._folder)
        self._joined = {story: group[0] for group in self._groups.values() for story in group}
        self._frequencies: dict[tuple[str, str], dict[int, float]] = {}
        self._cached = 0

    # -- Postings -------------------------------------------------------------------------

    def frequencies(self, field: str, term: str) -> Mapping[int, float]:
        key = (field, term)
        known = self._frequencies.get(key)
        if known is not None:
            return known
        found: dict[int, float] = {}
        for documents, block in self._blocks(field, term):
            if isinstance(block.weights, float):
                found.update(dict.fromkeys(documents, block.weights))
            else:
                found.update(zip(documents, block.weights, strict=True))
        for document in self._deleted & found.keys():
            del found[document]
        self._cached += len(found)
        if self._cached > CACHED_POSTINGS:
            self._frequencies.clear()
            self._cached = len(found)
        self._frequencies[key] = found
        return found

    def document_frequency(self, field: str, term: str) -> int:
        name = encode_name(term)
        total = 0
        for leaf in self.leaves:
            with reading(self._folder, f"{leaf.name}.trm"):
                if (field, name) in leaf.reader:
                    total += document_frequency(leaf.reader, field, name)
        return total

    def positions(
        self, field: str, term: str, within: Set[int] | None
    ) -> Mapping[int, Sequence[int]]:
        found: dict[int, Sequence[int]] = {}
        for documents, block in self._blocks(field, term, within):
            for document, value in zip(documents, block.values, strict=True):
                if (document not in self._deleted) if within is None else document in within:
                    found[document] = decode_positions(value)
        return found

    def expand(self, field: str, prefix: str) -> list[str]:
        start = encode_name(prefix)
        terms: set[str] = set()
        for leaf in self.leaves:
            with reading(self._folder, f"{leaf.name}.trm"):
                terms.update(_expanded(leaf.reader, field, start))
        return sorted(terms)

    def expanded(self, field: str, atom: Atom) -> list[str]:
        start = atom.text if atom.expand is Expand.PREFIX else "=" * is_form(atom)
        terms = self.expand(field, start)
        if atom.expand is not Expand.PREFIX:
            terms = self._meant(field, atom, terms)
        if len(terms) > evaluate.BROADEST:
            raise EngineError(
                f"{typed(atom)} is too broad: it stands for over {evaluate.BROADEST:,} words"
            )
        return terms

    def _meant(self, field: str, atom: Atom, terms: list[str]) -> list[str]:
        """Those of these that a pattern or a misspelt word stands for."""
        if is_form(atom):
            terms = [term for term in terms if len(term) > 1]
        else:  # only those that have no unstemmed form
            forms = (term[1:] for term in terms if term[:1] == "=" and len(term) > 1)
            stems = {self._analyzer.word_terms(form)[0] for form in forms}
            terms = [term for term in terms if term not in stems and not is_cjk(term[0])]
            terms = [term for term in terms if term[0] != "=" or term == "="]
        reads = automaton(atom)
        return [term for term in terms if reads.matches(term.removeprefix("=") or term)]

    def breaks(self, field: str, document: int, unit: Unit) -> Sequence[int]:
        """Made of the stored document each time: the format has no room for them."""
        article = unpack(self.stored(document)).article
        return breaks(field_parts(article)[field], self._analyzer, unit)

    def lengths(self, field: str) -> Sequence[int]:
        return self.columns.numbers(f"{field}_length")

    @cached_property
    def uncounted(self) -> Set[int]:
        return frozenset(self.frequencies("kind", Kind.PAGE.value))

    @cached_property
    def everything(self) -> Set[int]:
        return frozenset(range(self._documents)) - self._deleted

    def filtered(self, condition: Filter) -> Set[int]:
        return filtered(condition, self)

    # -- Lookups --------------------------------------------------------------------------

    def having(self, field: str, text: str, prefix: bool) -> Set[int]:
        if not prefix:
            return self.frequencies(field, text).keys()
        expanded = self.expand(field, text)
        return self.any_of([self.frequencies(field, term).keys() for term in expanded])

    def between(self, field: str, low: int, high: int | None) -> Set[int]:
        column = self.columns.numbers(_COLUMNS[field])
        if high is None:
            return {document for document in self.everything if low <= column[document]}
        return {document for document in self.everything if low <= column[document] <= high}

    def filled(self, field: str) -> Set[int]:
        lengths = self.lengths(field)
        return {document for document in self.everything if lengths[document]}

    def of_stories_with(self, start: str) -> Set[int]:
        stories = set(self.stories(list(self.having("id", start, True))))
        return self.any_of(list(map(self.of_story, stories)))

    def duplicates(self) -> Set[int]:
        return {document for story in self._standings for document in duplicates(story)}

    def translated(self) -> Set[int]:
        return {document for story in self._standings for document in translated(story)}

    def any_of(self, some: list[Set[int]]) -> Set[int]:
        return set().union(*some)

    def all_of(self, some: list[Set[int]]) -> Set[int]:
        return set(some[0]).intersection(*some[1:])

    # -- Facts ----------------------------------------------------------------------------

    def stories(self, documents: Sequence[int]) -> list[str]:
        return list(map(self.story_shown, self.columns.texts("story_key", documents)))

    def story_shown(self, story: str) -> str:
        """The key that a story is named by: a joined one's smallest."""
        return self._joined.get(story, story)

    def of_story(self, story: str) -> Set[int]:
        """The documents of a story, by any of its keys."""
        group = self._groups.get(self.story_shown(story), [story])
        return self.any_of([self.frequencies("story", key).keys() for key in group])

    @cached_property
    def _standings(self) -> list[list[Standing]]:
        """The live documents of each story."""
        live = sorted(self.everything)
        found: dict[str, list[Standing]] = {}
        for document, story in zip(live, self.stories(live), strict=True):
            found.setdefault(story, []).append(self._standing(document))
        return list(found.values())

    def _standing(self, document: int) -> Standing:
        return Standing(
            self.columns.numbers("added_key")[document],
            self.is_digest(document),
            self.path(document).partition("\0")[0],
            self.id(document),
            self.columns.text("kind_key", document),
            self.lang(document),
            document,
        )

    def date_key(self, document: int) -> int:
        return self.columns.numbers("date_key")[document]

    def path(self, document: int) -> str:
        return self.columns.text("path_key", document)

    def title(self, document: int) -> str:
        return self.columns.text("title_key", document)

    def lang(self, document: int) -> str:
        return self.columns.text("lang_key", document)

    def is_digest(self, document: int) -> bool:
        return self.columns.text("kind_key", document) == Kind.DIGEST

    # -- what is stored -------------------------------------------------------------------

    def id(self, document: int) -> str:
        return self.columns.text("id_key", document)

    def numbered(self, identifier: str) -> Sequence[int]:
        """The document with this id, none or one."""
        return sorted(self.frequencies("id", identifier))

    def stored(self, document: int) -> bytes:
        """A document's stored record."""
        leaf = next(leaf for leaf in reversed(self.leaves) if leaf.base <= document)
        with reading(self._folder, f"{leaf.name}._stored.col"):
            record: bytes = leaf.reader.stored_fields(document - leaf.base)["record"]
            return record

    def _blocks(
        self, field: str, term: str, within: Set[int] | None = None
    ) -> Iterator[tuple[list[int], Block]]:
        """Each block of a term's postings with its global document numbers, deleted ones too."""
        name = encode_name(term)
        wanted = None if within is None else sorted(within)
        for leaf in self.leaves:
            base = leaf.base
            local = [d - base for d in wanted] if wanted is not None and base else wanted
            with reading(self._folder, f"{leaf.name}.pst"):
                for block in blocks(leaf.reader, field, name, local):
                    documents = block.documents
                    yield [base + d for d in documents] if base else documents, block


def _expanded(reader: Any, field: str, start: bytes) -> Iterator[str]:
    """A segment's terms that begin with `start`, in order."""
    if field not in reader.indexed_field_names():
        return
    for name, text in reader.terms_from(field, start):
        if name != field or not text.startswith(start):
            return
        yield text.decode("utf-8", "surrogatepass")
