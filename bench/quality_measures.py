"""Rankings and judgements to figures.

In: rankings by query. Out: for each query nDCG@10, AP, RR and recall@100, computed by ir-measures
(with trec_eval's definitions); used by `quality`. A query that nothing was found for counts 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

#: As ir-measures calls them, and as people do; means over the queries.
MEASURES = {"nDCG@10": "nDCG@10", "AP": "MAP", "RR": "RR", "R@100": "recall@100"}

#: The one by which engines are compared.
MAIN = "nDCG@10"

#: A measure's name to its value.
Figures = dict[str, float]


def figures(
    rankings: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, int]]
) -> dict[str, Figures]:
    """Each judged query's figures; `rankings` are documents by query, the best first."""
    import ir_measures

    wanted = {ir_measures.parse_measure(name): name for name in MEASURES}
    judged = [
        ir_measures.Qrel(query, document, grade)
        for query, documents in grades.items()
        for document, grade in documents.items()
    ]
    # A score for each rank: equal scores would be ordered by name, not as the engine does.
    run = [
        ir_measures.ScoredDoc(query, document, -float(rank))
        for query, documents in rankings.items()
        for rank, document in enumerate(documents)
    ]
    found = {query: dict.fromkeys(MEASURES, 0.0) for query in grades}
    for metric in ir_measures.iter_calc(list(wanted), judged, run):
        found[metric.query_id][wanted[metric.measure]] = metric.value
    return found


def means(by_query: Mapping[str, Figures]) -> Figures:
    """Each measure's mean over the queries."""
    return {name: fmean(one[name] for one in by_query.values()) for name in MEASURES}
