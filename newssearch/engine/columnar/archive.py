"""All segments of a generation as one row of documents: the archive as it is indexed.

Elsewhere the archive is the folders of articles, which the engine never looks at.

In: a `Generation`. Out: `Archive`: facts about documents and look-ups of them, read with the
standard library alone; used by `snapshot` and all that answers for it, and by `writer`. A
document's number is its segment's `base` and its number there; deleted ones are left out wherever
they would come out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from newssearch.article.model import Kind
from newssearch.engine.base import Document, Found
from newssearch.engine.columnar.generation import Generation
from newssearch.engine.columnar.keys import name_key
from newssearch.engine.columnar.lists import Lists
from newssearch.engine.columnar.segment import Segment, decode
from newssearch.engine.columnar.stored import Codec, Stored
from newssearch.engine.names import encode_name, title_key

if TYPE_CHECKING:
    from newssearch.engine.columnar.vocabulary import Vocabulary

#: So many documents' names are remembered.
_NAMED = 10_000

#: So many documents are kept whole at most.
_READ = 20


class Archive:
    """Facts about the documents of one generation; `engine.order.Facts` among them."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.statistics = generation.manifest.statistics
        self.segments: list[Segment] = generation.segments
        self.bases: list[int] = []
        self.deleted: set[int] = set()
        base = 0
        for segment in self.segments:
            self.bases.append(base)
            self.deleted.update(base + number for number in generation.deleted(segment.name))
            base += segment.documents
        self.documents = base  # deleted ones too
        self._read: dict[int, Document] = {}
        self._names: dict[int, tuple[str, str]] = {}  # id and story
        self._named: dict[str, int] = {}  # the other way round, by id

    def parts(self) -> Iterator[tuple[int, Segment]]:
        """Each segment with its base."""
        return zip(self.bases, self.segments, strict=True)

    def locate(self, document: int) -> tuple[Segment, int]:
        """A document's segment, and its number there."""
        if len(self.bases) == 1:
            return self.segments[0], document
        place = bisect_right(self.bases, document) - 1
        return self.segments[place], document - self.bases[place]

    @cached_property
    def everything(self) -> Set[int]:
        """Every live document."""
        return frozenset(range(self.documents)) - self.deleted

    @cached_property
    def pages(self) -> Set[int]:
        """Documents that statistics leave out."""
        return frozenset(self.named("kind", Kind.PAGE.value))

    @cached_property
    def joined(self) -> Mapping[str, str]:
        """Of stories that are joined to others, the key that each is named by."""
        return {story: group[0] for group in self._groups.values() for story in group[1:]}

    @cached_property
    def _groups(self) -> Mapping[str, Sequence[str]]:
        """Joined stories by the key that they are named by, which is the first of each."""
        return {group[0]: group for group in self.generation.joined()}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of its segments."""
        from newssearch.engine.columnar.vocabulary import Vocabulary  # few queries need it

        return Vocabulary(self.segments)

    # -- Facts ----------------------------------------------------------------------------

    def stories(self, documents: Sequence[int]) -> list[str]:
        if len(documents) > 64:
            for segment in self.segments:
                segment.column("story")  # whole: `value` is then an index, not a read
        return [self.story(document) for document in documents]

    def story(self, document: int) -> str:
        segment, number = self.locate(document)
        story = segment.story(number)
        return self.joined.get(story, story)

    def found(self, documents: Sequence[int], scores: Mapping[int, float]) -> tuple[Found, ...]:
        """Documents as searches return them."""
        if len(self._names) > _NAMED:
            self._names.clear()
            self._named.clear()
        known = self._names
        found = []
        for document in documents:
            identifier, story = known.get(document) or self._name(document)
            found.append(Found(identifier, story, scores[document]))
        return tuple(found)

    def _name(self, document: int) -> tuple[str, str]:
        """A document's id and story, which are remembered."""
        segment, number = self.locate(document)
        name = self._names[document] = segment.id(number), self.story(document)
        self._named[name[0]] = document
        return name

    def date_key(self, document: int) -> int:
        segment, number = self.locate(document)
        return segment.value("date", number)

    def path(self, document: int) -> str:
        segment, number = self.locate(document)
        return segment.path(number)

    def title(self, document: int) -> str:
        return title_key(self.head(document).article.title)

    def lang(self, document: int) -> str:
        segment, number = self.locate(document)
        return segment.entry("lang", number)

    def is_digest(self, document: int) -> bool:
        segment, number = self.locate(document)
        return segment.entry("kind", number) == Kind.DIGEST

    def id(self, document: int) -> str:
        segment, number = self.locate(document)
        return segment.id(number)

    # -- look-ups -------------------------------------------------------------------------

    def numbered(self, identifier: str) -> list[int]:
        """The document with this id, none or one."""
        known = self._named.get(identifier)  # most often one that was just found
        if known is not None:
            return [known]
        return self.with_id(identifier) if len(identifier) == 12 else []

    def with_id(self, start: str) -> list[int]:
        """The documents whose ids begin so, by id."""
        if len(start) > 12 or start.strip("0123456789abcdef"):
            return []
        bits = 4 * (12 - len(start))
        low = int(start or "0", 16) << bits
        found = [
            base + number
            for base, segment in self.parts()
            for number in segment.ids(low, low + (1 << bits))
        ]
        return sorted(self.live(found), key=self.id)

    def with_path(self, path: str, prefix: bool = False) -> list[int]:
        """The documents with this path, or whose paths begin so, by path and root."""
        key = encode_name(path) if prefix else encode_name(path) + b"\0"
        found = [
            base + number
            for base, segment in self.parts()
            for number in segment.paths_in(*segment.paths.span(key))
        ]
        return sorted(self.live(found), key=self.path)

    def paths(self) -> Iterator[tuple[str, int]]:
        """Every path with its document."""
        for base, segment in self.parts():
            terms = segment.paths.terms()
            for term, number in zip(terms, segment.paths_in(0, segment.documents), strict=True):
                if base + number not in self.deleted:
                    yield decode(term).partition("\0")[0], base + number

    def named(self, field: str, text: str, prefix: bool = False) -> list[int]:
        """The documents that have a term of `engine.names`, or one that begins so."""
        if field == "path":
            return self.with_path(text, prefix)
        if field == "id":
            return self.with_id(text) if prefix else self.numbered(text)
        found: set[int] = set()
        for base, lists, terms in self.named_lists(field, text, prefix):
            for term in terms:
                found.update(base + number for number in lists.numbers(term))
        return sorted(found - self.deleted)

    def named_lists(
        self, field: str, text: str, prefix: bool
    ) -> Iterator[tuple[int, Lists, Sequence[int]]]:
        """Each segment's base, and its terms of a field that are, or begin with, this text."""
        key = encode_name(text) if field == "story" else name_key(field, text)
        for base, segment in self.parts():
            lists = segment.stories if field == "story" else segment.names
            if prefix:
                yield base, lists, range(*lists.span(key))
            elif (term := lists.find(key)) >= 0:
                yield base, lists, [term]

    def values(self, field: str) -> dict[str, list[int]]:
        """Every term of a field, with its live documents."""
        found: dict[str, list[int]] = {}
        start = name_key(field, "")
        for base, segment in self.parts():
            first, end = segment.names.span(start)
            for term, key in zip(range(first, end), segment.names.terms(first, end), strict=True):
                numbers = [base + number for number in segment.names.numbers(term)]
                found.setdefault(decode(key[len(start) :]), []).extend(self.live(numbers))
        return found

    def of_story(self, story: str) -> list[int]:
        """A story's documents, by any of its keys."""
        shown = self.joined.get(story, story)
        found = [self.named("story", one) for one in self._groups.get(shown, (story,))]
        return found[0] if len(found) == 1 else sorted(chain.from_iterable(found))

    def live(self, documents: list[int]) -> list[int]:
        """Those of these that are not deleted."""
        return [d for d in documents if d not in self.deleted] if self.deleted else documents

    # -- what is stored -------------------------------------------------------------------

    @cached_property
    def _stored(self) -> dict[str, Stored]:
        codec = Codec(self.generation.dictionary())
        return {segment.name: Stored(segment, codec) for segment in self.segments}

    def document(self, document: int) -> Document:
        """A document, whole."""
        segment, number = self.locate(document)
        if len(self._read) >= _READ:
            self._read.clear()
        whole = self._named_story(self._stored[segment.name].document(number))
        self._read[document] = whole
        return whole

    def head(self, document: int) -> Document:
        """A document, most often without its body."""
        whole = self._read.get(document)  # a page's documents are in its stories too
        if whole is not None:
            return whole
        segment, number = self.locate(document)
        return self._stored[segment.name].head(number)

    def _named_story(self, document: Document) -> Document:
        """A document with the key that its story is named by."""
        shown = self.joined.get(document.story)
        return document if shown is None else replace(document, story=shown)
