"""A query tree over postings to scored documents.

In: a tree in terms, and `Postings`, which an engine provides. Out: {document: score}; used by the
Whoosh engine, and by the columnar one for small queries. Documents are numbers of the engine's own,
here and in `order` only.

Term at a time: every leaf becomes a dictionary of its documents, and inner nodes combine these.
Whoosh's own matchers are not used for this: they return excluded documents, add 1.0 for a `Not`
and lose hits in a top-k search.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set

from newssearch.engine.occurrences import begins, single_term
from newssearch.engine.postings import Postings
from newssearch.engine.ranking import normalised, saturated, term_weight
from newssearch.engine.spans import starts
from newssearch.schema import RANKED_FIELDS
from newssearch.syntax.nodes import And, AtLeast, Everything, Filter, Match, Near, Node, Not, Or

#: A prefix or pattern that stands for more terms is refused (SPEC §3: not below 20,000 words).
BROADEST = 50_000

_RANKED = {field.name: field for field in RANKED_FIELDS}

Scores = dict[int, float]

#: Field -> document -> how often.
Frequencies = dict[str, Mapping[int, float]]


def evaluate(node: Node, postings: Postings) -> Scores:
    """The documents that match the tree, with their scores."""
    match node:
        case Match() | Near():
            return _score(node, postings)
        case AtLeast():
            return _at_least(node, postings)
        case Filter():
            return dict.fromkeys(postings.filtered(node), 0.0)
        case Everything():
            return dict.fromkeys(postings.everything, 0.0)
        case Not():
            return _and((node,), postings)
        case Or(children):
            return _or([evaluate(child, postings) for child in children])
        case And(children):
            return _and(children, postings)
        case _:
            raise TypeError(f"{node} is not in terms")


def _or(parts: list[Scores]) -> Scores:
    total: Scores = {}
    for part in parts:
        for document, score in part.items():
            total[document] = total.get(document, 0.0) + score
    return total


def _and(children: tuple[Node, ...], postings: Postings) -> Scores:
    """Filters and exclusions make the set smaller; what scores is summed in the query's order, so
    that scores do not depend on the sizes of the parts."""
    scored: list[Scores] = []
    sets: list[Set[int]] = []
    excluded: list[Set[int]] = []
    for child in children:
        match child:
            case Filter():
                sets.append(postings.filtered(child))
            case Everything():
                pass
            case Not(inner):
                excluded.append(_documents(inner, postings))
            case _:
                scored.append(evaluate(child, postings))
                sets.append(scored[-1].keys())
    documents = _intersection(sets) if sets else postings.everything
    for unwanted in excluded:
        documents = documents - unwanted
    if len(scored) == 1:
        part = scored[0]
        return {document: part[document] for document in documents}
    total = dict.fromkeys(documents, 0.0)
    for part in scored:  # one after another as arrays do: from Python 3.12 on `sum` rounds less
        for document in total:
            total[document] += part[document]
    return total


def _documents(node: Node, postings: Postings) -> Set[int]:
    """The documents that match, where scores do not matter."""
    return postings.filtered(node) if isinstance(node, Filter) else evaluate(node, postings).keys()


def _intersection(sets: list[Set[int]]) -> Set[int]:
    """What is in all of them, the smallest set first."""
    smallest, *others = sorted(sets, key=len)
    found = set(smallest)
    for other in others:
        found &= other
    return found


def _score(node: Match | Near, postings: Postings) -> Scores:
    return _ranked(node, _frequencies(node, postings), postings)


def _ranked(node: Node, frequencies: Frequencies, postings: Postings) -> Scores:
    """BM25F of one leaf: all that it matches, in all its fields, counts as one term."""
    statistics, uncounted = postings.statistics, postings.uncounted
    tf: Scores = {}
    occurrences = 0.0
    for name, found in reversed(frequencies.items()):  # as np.add.reduceat sums: to the bit
        occurrences += sum(found.values()) - sum(found.get(page, 0.0) for page in uncounted)
        lengths, average = postings.lengths(name), statistics.average(name)
        part = normalised(found, _RANKED[name], lengths, average)
        tf = _or([tf, part]) if tf else part
    matching = len(tf) - sum(document in tf for document in uncounted)
    weight = term_weight(statistics.documents, matching, int(occurrences))
    return saturated(tf, node.boost * weight if isinstance(node, Match) else weight)


def _at_least(node: AtLeast, postings: Postings) -> Scores:
    """What has enough of the parts, all counted together."""
    counts: Counter[int] = Counter()
    scores: list[Scores] = []
    for part in node.parts:
        frequencies = _frequencies(part, postings)
        for found in frequencies.values():
            counts.update(found)
        scores.append(_ranked(part, frequencies, postings))
    total = _or(scores)
    return {document: total[document] for document, n in counts.items() if n >= node.count}


def _frequencies(node: Node, postings: Postings) -> Frequencies:
    """How often a leaf occurs in each field, by document: at how many different places."""
    found: Frequencies = {}
    for name in _RANKED:
        if isinstance(node, Match):
            here = _of_match(node, name, postings)
        elif isinstance(node, Near):
            places = starts(node, name, postings)
            here = {document: float(len(of)) for document, of in places.items()}
        else:
            raise TypeError(f"{node} has no places")
        if here:
            found[name] = here
    return found


def _of_match(node: Match, field: str, postings: Postings) -> Mapping[int, float]:
    if field not in node.fields:
        return {}
    term = single_term(node)
    if term is not None:
        return postings.frequencies(field, term)
    places: dict[int, set[int]] = {}
    for sequence in node.sequences:
        found = begins(node, sequence, field, postings)
        if not places:
            places = found
        else:
            for document, of in found.items():
                places[document] = places.get(document, set()) | of
    return {document: float(len(of)) for document, of in places.items()}
