"""Whoosh's posting lists, a block at a time.

In: a segment's reader and a term. Out: blocks of up to 128 postings as whole sequences; used by
`whoosh_postings`. Whoosh's own way is four method calls for every posting; this is the one place
that knows how `whoosh.codec.whoosh3` (3.54) keeps a block: the documents as differences, the
weights as one number where all are equal, the values as bytes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from whoosh.reading import TermNotFound


class Block(NamedTuple):
    """Postings of one term, by ascending document number in the segment, deleted ones too.

    `weights` is one number where it is that of all; `values` is what the field's format encoded.
    """

    documents: list[int]
    weights: Sequence[float] | float
    values: Sequence[bytes]


def blocks(
    reader: Any, field: str, term: bytes, within: Sequence[int] | None = None
) -> Iterator[Block]:
    """The blocks of a term, none where the segment does not have it.

    With `within`, ascending document numbers, blocks that can hold none of them are not unpacked.
    """
    try:
        matcher = reader._terms.matcher(field, term, reader.schema[field].format)
    except TermNotFound:
        return
    before = -1
    while matcher.is_active():
        last = matcher.block_max_id()
        if within is None or _any_between(within, before, last):
            matcher._read_data()
            differences, weights, values = matcher._data
            yield Block(
                list(accumulate(differences)), 1.0 if weights is None else weights, values or ()
            )
        before = last
        matcher._next_block()


def document_frequency(reader: Any, field: str, term: bytes) -> int:
    """How many of the segment's documents have the term, deleted ones too; one look-up."""
    return int(reader.doc_frequency(field, term))


def _any_between(numbers: Sequence[int], before: int, last: int) -> bool:
    """Is any of the ascending numbers above `before` and not above `last`?"""
    place = bisect_right(numbers, before)
    return place < len(numbers) and numbers[place] <= last
