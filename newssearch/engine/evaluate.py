"""A query tree over postings to scored documents.

In: a tree in terms, and `Postings`, which an engine provides. Out: {document: score}; used by the
Whoosh engine. Documents are numbers of the engine's own, here and in `order` only.

Term at a time: every leaf becomes a dictionary of its documents, and inner nodes combine these.
Whoosh's own matchers are not used for this: they return excluded documents, add 1.0 for a `Not`
and lose hits in a top-k search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Protocol

from newssearch.engine.ranking import Statistics, idf, normalised, saturated
from newssearch.errors import EngineError
from newssearch.schema import RANKED_FIELDS
from newssearch.syntax.nodes import And, Atom, Everything, Filter, Match, Node, Not, Or

#: A prefix that more terms than this begin with is refused (SPEC §3: not below 20,000 words).
BROADEST = 50_000

_RANKED = {field.name: field for field in RANKED_FIELDS}

Scores = dict[int, float]


class Postings(Protocol):
    """What an engine's documents are read through; numbers are live documents only."""

    statistics: Statistics

    def frequencies(self, field: str, term: str) -> Mapping[int, float]:
        """Document -> how often it has the term."""

    def document_frequency(self, field: str, term: str) -> int:
        """How many documents have the term, deleted ones perhaps too: it costs next to nothing."""

    def positions(
        self, field: str, term: str, within: Set[int] | None
    ) -> Mapping[int, Sequence[int]]:
        """Document -> the term's ascending positions, for the documents `within` alone."""

    def expand(self, field: str, prefix: str, limit: int) -> list[str]:
        """Terms that begin with `prefix`, in order; at most `limit`."""

    def lengths(self, field: str) -> Sequence[int]:
        """The field's length in words, by document number."""

    @property
    def uncounted(self) -> Set[int]:
        """Documents that statistics leave out: pages."""

    @property
    def everything(self) -> Set[int]:
        """Every live document."""

    def filtered(self, condition: Filter) -> Set[int]:
        """The documents for which a condition holds."""


def evaluate(node: Node, postings: Postings) -> Scores:
    """The documents that match the tree, with their scores."""
    match node:
        case Match():
            return _score(node, postings)
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
    return {document: sum([part[document] for part in scored], 0.0) for document in documents}


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


def _score(node: Match, postings: Postings) -> Scores:
    """BM25F of one leaf: all its sequences, in all its fields, count as one term."""
    statistics = postings.statistics
    tf: Scores = {}
    for name in node.fields:
        frequencies = _frequencies(node.sequences, name, postings)
        if frequencies:
            lengths, average = postings.lengths(name), statistics.average(name)
            part = normalised(frequencies, _RANKED[name], lengths, average)
            tf = _or([tf, part]) if tf else part
    matching = len(tf) - sum(document in tf for document in postings.uncounted)
    return saturated(tf, idf(statistics.documents, matching))


def _frequencies(
    sequences: tuple[tuple[Atom, ...], ...], field: str, postings: Postings
) -> Mapping[int, float]:
    """How often any of the sequences begins in the field, by document."""
    if len(sequences) == 1 and len(sequences[0]) == 1 and not sequences[0][0].prefix:
        return postings.frequencies(field, sequences[0][0].text)
    places: dict[int, set[int]] = {}
    for sequence in sequences:
        starts = _starts(sequence, field, postings)
        if not places:
            places = starts
        else:
            for document, begins in starts.items():
                places[document] = places.get(document, set()) | begins
    return {document: float(len(starts)) for document, starts in places.items()}


def _starts(sequence: tuple[Atom, ...], field: str, postings: Postings) -> dict[int, set[int]]:
    """Document -> the positions at which the sequence begins in the field.

    The atom that the fewest documents have is read first: of the others' postings only those in
    its documents are unpacked.
    """
    parts = [(atom, _terms(atom, field, postings)) for atom in sequence]
    if len(parts) > 1:
        sizes = [
            sum(postings.document_frequency(field, term) for term in terms) for _, terms in parts
        ]
        if not all(sizes):
            return {}
        parts = [parts[i] for i in sorted(range(len(parts)), key=sizes.__getitem__)]
    found: dict[int, set[int]] | None = None
    for atom, terms in parts:
        here = _places(terms, field, postings, None if found is None else found.keys())
        moved = {d: _moved(places, atom.offset) for d, places in here.items()}
        if found is None:
            found = moved
        else:
            found = {d: both for d, begins in moved.items() if (both := begins & found[d])}
        if not found:
            return {}
    return found or {}


def _moved(places: Sequence[int], offset: int) -> set[int]:
    return {place - offset for place in places} if offset else set(places)


def _places(
    terms: list[str], field: str, postings: Postings, within: Set[int] | None
) -> Mapping[int, Sequence[int]]:
    """Document -> the positions of any of the terms."""
    if len(terms) == 1:
        return postings.positions(field, terms[0], within)
    found: dict[int, list[int]] = {}
    for term in terms:
        for document, positions in postings.positions(field, term, within).items():
            known = found.get(document)
            if known is None:
                found[document] = list(positions)
            else:
                known.extend(positions)
    return found


def _terms(atom: Atom, field: str, postings: Postings) -> list[str]:
    if not atom.prefix:
        return [atom.text]
    terms = postings.expand(field, atom.text, BROADEST + 1)
    if len(terms) > BROADEST:
        pattern = atom.text.removeprefix("=") + "*"
        raise EngineError(f"{pattern} is too broad: over {BROADEST:,} words begin like that")
    return terms
