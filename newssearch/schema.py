"""The fields of the index, described without an engine: how they are stored and how they rank.

In: nothing. Out: constants; used by the engines, and by the brute-force engine of the tests.

History of SCHEMA_VERSION (an index of another version is answered with `index --rebuild`):
    1   title, keywords, body with stems and `=unstemmed` forms at the same positions
    2   where their sentences and paragraphs begin
    3   names, keywords and tags as they are written, to be counted
"""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA_VERSION = 3


@dataclass(frozen=True, slots=True)
class RankedField:
    """A searched field's part in BM25F: its weight, and `b`, how much its length matters."""

    name: str
    weight: float
    b: float


#: Title above keywords above body. `b` is lower where length says little about the subject.
#: One set for all archives, chosen on the five collections of `./dev quality`.
RANKED_FIELDS = (
    RankedField("title", 3.0, 0.5),
    RankedField("keywords", 2.0, 0.5),
    RankedField("body", 1.0, 0.7),
)

#: Saturation of BM25F (Robertson, Zaragoza and Taylor 2004), on the same collections.
K1 = 1.5
