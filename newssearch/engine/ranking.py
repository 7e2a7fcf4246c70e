"""BM25F: how well documents match one term.

In: frequencies and lengths. Out: scores; used by the engines, checked against brute force.

Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (2004): the
fields' frequencies are weighted and length-normalised, summed, and only then saturated:

    tf     = sum over fields f of  weight_f * freq_f / (1 - b_f + b_f * length_f / average_f)
    score  = weight * tf * (k1 + 1) / (tf + k1)
    idf    = ln(1 + (N - n + 0.5) / (n + 0.5))
    weight = idf * (1 + (repeated - 1) * (1 - n / N)^3)
    repeated = (F + 5) / (n + 5), at most 4

The idf has no floor and is never 0. What is repeated where it occurs (F times in n documents) is
what an article is about, and a better word to search for than an equally rare one that is mentioned
in passing: Kwok, "A New Method of Weighting Query Terms for Ad-Hoc Retrieval" (1996); Church and
Gale, "Inverse Document Frequency: A Measure of Deviations from Poisson" (1995). A word that most
documents have is repeated because it is common, so it gains little. `./dev quality` measures it.

N, n, F and the averages count live articles and digest entries; deleted documents and pages never
count, so that scores do not depend on merges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from newssearch.schema import K1, RankedField

#: Occurrences, and documents, that every term is taken to have beside its own: a few tell little.
_PRIOR = 5.0

#: How much repetition counts at most, and how soon less in terms that many documents have.
_MOST_REPEATED, _EVENNESS = 4.0, 3


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
    """How rare a term is that `matching` of `documents` have."""
    return log(1 + (documents - matching + 0.5) / (matching + 0.5))


def term_weight(documents: int, matching: int, occurrences: int) -> float:
    """The weight of a term that occurs so often in `matching` of `documents`."""
    rare = idf(documents, matching)
    if not documents or not matching:
        return rare
    repeated = min((occurrences + _PRIOR) / (matching + _PRIOR), _MOST_REPEATED)
    return rare * (1 + (repeated - 1) * (1 - matching / documents) ** _EVENNESS)


def normalised(
    frequencies: Mapping[int, float], field: RankedField, lengths: Sequence[int], average: float
) -> dict[int, float]:
    """One field's part of tf, by document; `lengths` are by document number."""
    weight, least, slope = field.weight, 1 - field.b, field.b / average
    return {
        document: weight * frequency / (least + slope * lengths[document])
        for document, frequency in frequencies.items()
    }


def saturated(tf: Mapping[int, float], weight: float) -> dict[int, float]:
    """The scores of a term of this weight, by document."""
    most = weight * (K1 + 1)
    return {document: most * value / (value + K1) for document, value in tf.items()}
