"""A segment as its contract reads: made from the articles alone, a document at a time.

`told` is what a segment of these documents holds; `read` is what an open segment says that it
holds, through its plain form and through the arrays, which must agree. Both give a `Held`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from newssearch.analysis.analyzer import PARAGRAPH_GAP, Analyzer
from newssearch.analysis.batches import BatchAnalyzer
from newssearch.engine.base import Document
from newssearch.engine.columnar import bulk, words_writer
from newssearch.engine.columnar.builder import SegmentBuilder
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.stored import Codec, Stored
from newssearch.engine.names import day_key, name_terms
from newssearch.schema import RANKED_FIELDS

SECTIONS = [
    *(f"words.{name}" for name in ("text", "groups", "counts", "large", "low", "high")),
    *(f"forms.{name}" for name in ("text", "groups", "terms", "numbers")),
    *(f"varied.{name}" for name in ("terms", "widths", "starts", "bits")),
    *(f"common.{name}" for name in ("terms", "counts", "low", "high", "frequencies", "more")),
    "common.starts",
    *(f"names.{name}" for name in ("text", "groups", "counts", "large", "low", "high")),
    *(f"stories.{name}" for name in ("text", "groups", "counts", "large", "low", "high")),
    *(f"paths.{name}" for name in ("text", "groups", "documents")),
    *(f"column.{name}" for name in ("date", "added", "id", "story", "path", "starts")),
    "column.lengths",
    *(f"breaks.{name}" for name in ("first", "distances", "far", "parts")),
    "ids.documents",
]
"""Sections of which every byte follows from the documents and their order."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a segment holds; documents, slots and places are numbers."""

    places: dict[bytes, list[int]]  # by term, ascending; two forms at one place: twice
    forms: dict[bytes, tuple[bytes, list[int]]]  # by unstemmed form: its term, its places
    slots: dict[bytes, list[tuple[int, int]]]  # of common terms: slot, different places there
    starts: list[int]
    lengths: list[int]
    columns: list[tuple[object, ...]]  # by document
    names: dict[bytes, list[int]]
    stories: dict[bytes, list[int]]
    paths: list[tuple[bytes, int]]
    ids: list[int]
    counted: int
    counted_lengths: dict[str, int]
    documents: list[Document]


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def fields_of(document: Document) -> tuple[Sequence[str], ...]:
    article = document.article
    body = [paragraph.text for paragraph in article.body]
    return (article.title, article.alternate_title), article.keywords, body


def told(documents: Sequence[Document]) -> Held:
    """What the articles say."""
    analyzer = Analyzer()
    places: dict[bytes, list[int]] = {}
    forms: dict[bytes, tuple[bytes, list[int]]] = {}
    starts, lengths = [0], []
    names: dict[bytes, list[int]] = {}
    stories: dict[bytes, list[int]] = {}
    for number, document in enumerate(documents):
        for parts in fields_of(document):
            found = analyzer.field(parts)
            for term, positions in found.positions.items():
                at = [starts[-1] + position for position in sorted(positions)]
                if term.startswith("="):
                    stem = encoded(analyzer.word_terms(term[1:])[0])
                    forms.setdefault(encoded(term[1:]), (stem, []))[1].extend(at)
                else:
                    places.setdefault(encoded(term), []).extend(at)
            lengths.append(found.length)
            starts.append(starts[-1] + found.length + PARAGRAPH_GAP * len(parts))
        for field, values in name_terms(document).items():
            if field not in ("id", "path", "story"):
                for value in sorted(set(values)):
                    names.setdefault(encoded(f"{field}\0{value}"), []).append(number)
        stories.setdefault(encoded(document.story), []).append(number)
    paths = [encoded(f"{document.article.path}\0{document.root}") for document in documents]
    counted = [i for i, document in enumerate(documents) if document.article.kind != "page"]
    return Held(
        places=dict(sorted(places.items())),
        forms=dict(sorted(forms.items())),
        slots={
            term: slots(at, starts)
            for term, at in sorted(places.items())
            if len(at) >= words_writer.COMMON
        },
        starts=starts,
        lengths=lengths,
        columns=[columns_of(document) for document in documents],
        names=dict(sorted(names.items())),
        stories=dict(sorted(stories.items())),
        paths=sorted((path, number) for number, path in enumerate(paths)),
        ids=sorted(range(len(documents)), key=lambda number: documents[number].id),
        counted=len(counted),
        counted_lengths={
            field.name: sum(lengths[3 * number + slot] for number in counted)
            for slot, field in enumerate(RANKED_FIELDS)
        },
        documents=list(documents),
    )


def slots(places: Iterable[int], starts: Sequence[int]) -> list[tuple[int, int]]:
    return sorted(Counter(bisect_right(starts, place) - 1 for place in set(places)).items())


def columns_of(document: Document) -> tuple[object, ...]:
    article = document.article
    date = article.date
    return (
        document.id,
        date.key if date else 0,
        day_key(document.added),
        article.lang,
        article.kind.value,
        date.source.value if date else "",
        document.story,
        f"{article.path}\0{document.root}",
    )


def build(folder: Path, name: str, documents: Iterable[Document], dictionary: bytes = b"") -> Path:
    """A segment of these documents, in their order."""
    builder = SegmentBuilder(folder, BatchAnalyzer(Analyzer()), Codec(dictionary))
    for document in documents:
        builder.add(document)
    builder.write(folder / name)
    return folder / name


def read(segment: Segment, dictionary: bytes = b"") -> Held:
    """What a segment says that it holds."""
    segment.file.check()
    forms: dict[bytes, tuple[bytes, list[int]]] = {}
    for number, form in enumerate(segment.forms.terms()):
        term, own = segment.form_at(number)
        assert segment.form(form) == (term, own)
        forms[form] = segment.words.term(term), form_places(segment, term, own)
    terms = list(segment.words.terms())
    assert len(terms) == segment.words.size
    count = segment.documents
    stored = Stored(segment, Codec(dictionary))
    return Held(
        places={term: term_places(segment, i) for i, term in enumerate(terms)},
        forms=forms,
        slots={
            term: list(
                zip(*(part.tolist() for part in bulk.common_slots(segment, where)), strict=True)
            )
            for i, term in enumerate(terms)
            if (where := segment.common(i)) is not None
        },
        starts=segment.column("starts").tolist(),
        lengths=segment.column("lengths").tolist(),
        columns=[read_columns(segment, number) for number in range(count)],
        names=dict(
            zip(
                segment.names.terms(),
                map(segment.names.numbers, range(len(segment.names))),
                strict=True,
            )
        ),
        stories=dict(
            zip(
                segment.stories.terms(),
                map(segment.stories.numbers, range(len(segment.stories))),
                strict=True,
            )
        ),
        paths=list(zip(segment.paths.terms(), segment.paths_in(0, count), strict=True)),
        ids=segment.ids(0, 1 << 48),
        counted=segment.counted,
        counted_lengths=segment.lengths,
        documents=[stored.document(number) for number in range(count)],
    )


def term_places(segment: Segment, term: int) -> list[int]:
    """A term's places, in both forms the same."""
    places = segment.words.numbers(term)
    assert bulk.list_of(segment.words, term).tolist() == places
    once = sorted(set(places))
    assert segment.places_of(term) == bulk.places_of(segment, term).tolist() == once
    assert segment.slots_of(once) == [bisect_right(segment.column("starts"), p) - 1 for p in once]
    return places


def form_places(segment: Segment, term: int, form: int) -> list[int]:
    """A form's places, in both forms the same, and as they stand beside its term's."""
    places = segment.places_of(term, form)
    assert bulk.places_of(segment, term, form).tolist() == places
    every = segment.words.numbers(term)
    numbers = bulk.form_numbers(segment, term, len(every)).tolist()
    assert [p for p, number in zip(every, numbers, strict=True) if number == form] == places
    return places


def read_columns(segment: Segment, number: int) -> tuple[object, ...]:
    for name in ("date", "added", "id", "story", "path", "lang", "kind", "date_source"):
        assert segment.column(name)[number] == segment.value(name, number)
    return (
        segment.id(number),
        segment.value("date", number),
        segment.value("added", number),
        segment.entry("lang", number),
        segment.entry("kind", number),
        segment.entry("date_source", number),
        segment.story(number),
        segment.path(number),
    )


class OneStem:
    """A stemmer to which all words that begin with `y` have one stem, which is no word."""

    STEM = "7"

    def stemWord(self, word: str) -> str:  # noqa: N802  so PyStemmer calls it
        return self.STEM if word[0] == "y" else word

    def stemWords(self, words: list[str]) -> list[str]:  # noqa: N802
        return list(map(self.stemWord, words))


def assert_equal(found: Held, expected: Held, context: object = "") -> None:
    """Name what differs: a whole segment is too much to print."""
    for name in Held.__slots__:
        one, other = getattr(found, name), getattr(expected, name)
        if one == other:
            continue
        if isinstance(one, dict):
            keys = sorted(k for k in one.keys() | other.keys() if one.get(k) != other.get(k))
            shown = [(k, one.get(k), other.get(k)) for k in keys[:3]]
        else:
            shown = [(a, b) for a, b in zip(one, other, strict=False) if a != b][:3]
            shown += [len(one), len(other)]
        raise AssertionError(f"{name} {context}: found, expected: {shown}")
