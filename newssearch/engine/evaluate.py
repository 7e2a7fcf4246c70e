"""A query tree over postings to scored documents.

In: a tree in terms, and `Postings`, which an engine provides. Out: {document: score}; used by the
Whoosh engine. Documents are numbers of the engine's own, here and in `order` only.

Term at a time: every leaf becomes a dictionary of its documents, and inner nodes combine these.
Whoosh's own matchers are not used for this: they return excluded documents, add 1.0 for a `Not`
and lose hits in a top-k search.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
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

    def positions(self, field: str, term: str, within: Set[int] | None) -> Mapping[int, list[int]]:
        """Document -> the term's ascending positions, at least for the documents `within`."""

    def expand(self, field: str, prefix: str, limit: int) -> list[str]:
        """Terms that begin with `prefix`, in order; at most `limit`."""

    def lengths(self, field: str) -> Mapping[int, int]:
        """Document -> the field's length in words."""

    def uncounted(self) -> Set[int]:
        """Documents that statistics leave out: pages."""

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
            return dict.fromkeys(postings.everything(), 0.0)
        case Not():
            return _and((Everything(), node), postings)
        case Or(children):
            return _or([evaluate(child, postings) for child in children])
        case And(children):
            return _and(children, postings)
        case _:
            raise TypeError(f"{node} is not in terms")


def _or(parts: list[Scores]) -> Scores:
    total = dict(parts[0])
    for part in parts[1:]:
        for document, score in part.items():
            total[document] = total.get(document, 0.0) + score
    return total


def _and(children: tuple[Node, ...], postings: Postings) -> Scores:
    wanted = [evaluate(child, postings) for child in children if not isinstance(child, Not)]
    if not wanted:
        wanted = [evaluate(Everything(), postings)]
    documents = set(wanted[0])
    for part in wanted:
        documents &= part.keys()
    for child in children:
        if isinstance(child, Not):
            documents -= evaluate(child.child, postings).keys()
    # summed in the order of the query, so that scores do not depend on the sizes of the parts
    return {document: sum(part[document] for part in wanted) for document in documents}


def _score(node: Match, postings: Postings) -> Scores:
    """BM25F of one leaf: all its sequences, in all its fields, count as one term."""
    statistics = postings.statistics
    tf: Scores = {}
    for name in node.fields:
        field = _RANKED[name]
        frequencies = _frequencies(node.sequences, name, postings)
        if not frequencies:
            continue
        lengths, average = postings.lengths(name), statistics.average(name)
        for document, frequency in frequencies.items():
            part = normalised(frequency, field.weight, field.b, lengths[document], average)
            tf[document] = tf.get(document, 0.0) + part
    matching = len(tf.keys() - postings.uncounted())
    weight = idf(statistics.documents, matching)
    return {document: saturated(value, weight) for document, value in tf.items()}


def _frequencies(
    sequences: tuple[tuple[Atom, ...], ...], field: str, postings: Postings
) -> Mapping[int, float]:
    """How often any of the sequences begins in the field, by document."""
    if len(sequences) == 1 and len(sequences[0]) == 1 and not sequences[0][0].prefix:
        return postings.frequencies(field, sequences[0][0].text)
    places: dict[int, set[int]] = {}
    for sequence in sequences:
        for document, starts in _starts(sequence, field, postings).items():
            places.setdefault(document, set()).update(starts)
    return {document: float(len(starts)) for document, starts in places.items()}


def _starts(sequence: tuple[Atom, ...], field: str, postings: Postings) -> dict[int, set[int]]:
    """Document -> the positions at which the sequence begins in the field."""
    documents: Set[int] | None = None
    expanded = [_terms(atom, field, postings) for atom in sequence]
    for terms in expanded:  # which documents have every atom, before any position is read
        having = set().union(*(postings.frequencies(field, term) for term in terms))
        documents = having if documents is None else documents & having
        if not documents:
            return {}
    found: dict[int, set[int]] = {}
    for atom, terms in zip(sequence, expanded, strict=True):
        here: dict[int, set[int]] = {}
        for term in terms:
            for document, positions in postings.positions(field, term, documents).items():
                if documents is not None and document in documents:
                    begins = {place - atom.offset for place in positions}
                    here.setdefault(document, set()).update(begins)
        if atom is sequence[0]:
            found = here
        else:
            found = {
                document: both
                for document, begins in found.items()
                if (both := begins & here.get(document, set()))
            }
        documents = found.keys()
    return found


def _terms(atom: Atom, field: str, postings: Postings) -> list[str]:
    if not atom.prefix:
        return [atom.text]
    terms = postings.expand(field, atom.text, BROADEST + 1)
    if len(terms) > BROADEST:
        pattern = atom.text.removeprefix("=") + "*"
        raise EngineError(f"{pattern} is too broad: over {BROADEST:,} words begin like that")
    return terms
