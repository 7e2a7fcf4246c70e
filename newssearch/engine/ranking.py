"""BM25F: how well documents match one term.

In: frequencies and lengths. Out: scores; used by `evaluate`, checked against brute force.

Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (2004): the
fields' frequencies are weighted and length-normalised, summed, and only then saturated:

    tf    = sum over fields f of  weight_f * freq_f / (1 - b_f + b_f * length_f / average_f)
    score = idf * tf * (k1 + 1) / (tf + k1)
    idf   = ln(1 + (N - n + 0.5) / (n + 0.5))

The idf has no floor and is never 0. N, n and the averages count live articles and digest entries;
deleted documents and pages never count, so that scores do not depend on merges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from newssearch.schema import K1, RankedField


@dataclass(frozen=True, slots=True)
class Statistics:
    """`documents` that count, and the sum of each ranked field's lengths over them."""

    documents: int
    lengths: dict[str, int]

    def average(self, field: str) -> float:
        """A field's average length in words; 1.0 where there is nothing to average."""
        total = self.lengths.get(field, 0)
        return total / self.documents if self.documents and total else 1.0


def idf(documents: int, matching: int) -> float:
    """The weight of a term that `matching` of `documents` have."""
    return log(1 + (documents - matching + 0.5) / (matching + 0.5))


def normalised(
    frequencies: Mapping[int, float], field: RankedField, lengths: Sequence[int], average: float
) -> dict[int, float]:
    """One field's part of tf, by document; `lengths` are by document number."""
    weight, least, slope = field.weight, 1 - field.b, field.b / average
    return {
        document: weight * frequency / (least + slope * lengths[document])
        for document, frequency in frequencies.items()
    }


def saturated(tf: Mapping[int, float], term_idf: float) -> dict[int, float]:
    """The scores of a term, by document."""
    most = term_idf * (K1 + 1)
    return {document: most * value / (value + K1) for document, value in tf.items()}
