"""An article as a Whoosh document.

In: a `Document`. Out: the keyword arguments of Whoosh's `add_document`, and the Whoosh schema that
they fit; used by `whoosh_writer`, `whoosh_snapshot`, `whoosh_postings` and `whoosh_index`.

    what                              how it is in Whoosh
    title, keywords, body             terms with positions; Whoosh's own queries run on them
    lang, kind, source, author …      terms without positions, one field for each query field
    date, added, words, …_length      numeric columns
    story, path, lang, kind, title    byte columns: what ordering and collapsing read
    everything that is shown          one stored value: the article as compressed JSON
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from whoosh import columns, fields, formats

from newssearch.analysis.analyzer import Analyzer, FieldTerms
from newssearch.article.model import Article
from newssearch.engine import record
from newssearch.engine.base import Document
from newssearch.engine.names import day_key, encode_name, name_terms, title_key
from newssearch.schema import RANKED_FIELDS
from newssearch.syntax.fields import TEXT_FIELDS

#: Query fields whose values are terms without positions.
TERM_FIELDS = (
    *("id", "kind", "lang", "source", "author", "tag", "url", "path", "story", "has"),
    *("author_name", "keyword", "tag_name"),  # as written: what is counted
)


class PackedPositions(formats.Positions):  # type: ignore[misc]
    """Positions as little-endian 32-bit numbers; Whoosh's own format pickles them."""

    def encode(self, poslist: Sequence[int]) -> bytes:
        return _little_endian(array("I", poslist)).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        return decode_positions(valuestring).tolist()

    def decode_frequency(self, valuestring: bytes) -> int:
        return len(valuestring) // 4


def decode_positions(packed: bytes) -> array[int]:
    """What `PackedPositions` has encoded."""
    return _little_endian(array("I", packed))


def _little_endian(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class TextTerms(fields.TEXT):  # type: ignore[misc]
    """A searched field. Its value is a `FieldTerms`: the analysis is done before Whoosh."""

    def __init__(self) -> None:
        super().__init__(analyzer=_AnalyzedBefore(), phrase=False)
        self.format = PackedPositions()

    def index(self, value: FieldTerms, **options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        encode = self.format.encode
        for term, found in value.positions.items():
            positions = list(dict.fromkeys(found))  # `go-ing`: two forms of one stem at one place
            yield encode_name(term), len(positions), float(len(positions)), encode(positions)


class NameTerms(fields.FieldType):  # type: ignore[misc]
    """A field of whole values. Its value is a sequence of strings."""

    analyzer = None
    scorable = stored = unique = vector = spelling = False
    indexed = True
    multitoken_query = "default"
    column_type = None

    def __init__(self) -> None:
        self.format = formats.Existence()

    def index(
        self, value: Sequence[str], **options: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term in dict.fromkeys(value):
            yield encode_name(term), 1, 1.0, b""


class _AnalyzedBefore:
    """Stands where Whoosh wants an analyzer: queries of Whoosh's own give terms, not text."""

    def __call__(self, value: str, **options: Any) -> Iterator[Any]:
        raise NotImplementedError("terms come from newssearch.analysis")


def whoosh_schema() -> Any:
    """The Whoosh schema of SCHEMA_VERSION."""
    schema = fields.Schema()
    for name in TEXT_FIELDS:
        schema.add(name, TextTerms())
    for name in TERM_FIELDS:
        schema.add(name, NameTerms())
    for name in ("date_key", "added_key"):
        schema.add(name, fields.COLUMN(columns.NumericColumn("q")))
    for name in ("words", *(f"{field.name}_length" for field in RANKED_FIELDS)):
        schema.add(name, fields.COLUMN(columns.NumericColumn("i")))
    for name in ("lang_key", "kind_key", "date_source_key"):
        schema.add(name, fields.COLUMN(columns.RefBytesColumn()))
    # not among those above: Whoosh keeps 65,535 different values there and empties the others
    for name in ("id_key", "story_key", "path_key", "title_key"):
        schema.add(name, fields.COLUMN(columns.VarBytesColumn()))
    schema.add("record", fields.STORED)
    return schema


def whoosh_document(document: Document, analyzer: Analyzer) -> dict[str, Any]:
    """The arguments of `add_document` for one document."""
    article = document.article
    terms = {name: analyzer.field(parts) for name, parts in field_parts(article).items()}
    date = article.date
    return {
        **terms,
        **{f"{name}_length": value.length for name, value in terms.items()},
        **name_terms(document),
        "date_key": date.key if date else 0,
        "added_key": day_key(document.added),
        "words": terms["body"].length,
        "story_key": encode_name(document.story),
        "lang_key": encode_name(article.lang),
        "kind_key": encode_name(article.kind),
        "date_source_key": encode_name(date.source if date else ""),
        "id_key": encode_name(document.id),
        "path_key": encode_name(f"{article.path}\0{document.root}"),
        "title_key": encode_name(title_key(article.title)),
        "record": pack(document),
    }


def field_parts(article: Article) -> dict[str, Sequence[str]]:
    """The texts that each searched field is made of."""
    return {
        "title": (article.title, article.alternate_title),
        "keywords": article.keywords,
        "body": [paragraph.text for paragraph in article.body],
    }


def pack(document: Document) -> bytes:
    """The stored value: what `unpack` makes the document from."""
    text = json.dumps(record.to_json(document), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 6)


def unpack(stored: bytes) -> Document:
    return record.from_json(*json.loads(zlib.decompress(stored).decode("utf-8", "surrogatepass")))
