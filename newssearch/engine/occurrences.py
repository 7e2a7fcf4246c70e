"""Where words and phrases occur, from postings.

In: a `Match`, a field, `Postings`. Out: the positions at which it begins, by document; used by
`spans` and `evaluate`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from newssearch.engine.postings import Postings
from newssearch.syntax.nodes import LEAD_WORDS, Atom, Expand, Match

#: Document -> the positions at which something begins.
Begins = dict[int, set[int]]


def width(sequence: Sequence[Atom]) -> int:
    """How many positions a sequence takes."""
    return max(atom.offset for atom in sequence) + 1


def single_term(node: Match) -> str | None:
    """The term that a match is, where it is one term and nothing else."""
    if node.lead or len(node.sequences) > 1 or len(node.sequences[0]) > 1:
        return None
    atom = node.sequences[0][0]
    return atom.text if atom.expand is Expand.NONE else None


def begins(
    node: Match,
    sequence: Sequence[Atom],
    field: str,
    postings: Postings,
    within: Set[int] | None = None,
) -> Begins:
    """The positions at which one of a match's sequences begins, and counts, in a field; none where
    the match is not meant to be in it."""
    if field not in node.fields:
        return {}
    found = _begins(sequence, field, postings, within)
    if not node.lead or field == "title":
        return found
    if field != "body":
        return {}
    first = {d: {place for place in places if place < LEAD_WORDS} for d, places in found.items()}
    return {document: places for document, places in first.items() if places}


def _begins(
    sequence: Sequence[Atom], field: str, postings: Postings, within: Set[int] | None
) -> Begins:
    """The atom that the fewest documents have is read first: of the others' postings only those in
    its documents are unpacked."""
    parts = [(atom, _terms(atom, field, postings)) for atom in sequence]
    if len(parts) > 1:
        sizes = [
            sum(postings.document_frequency(field, term) for term in terms) for _, terms in parts
        ]
        if not all(sizes):
            return {}
        parts = [parts[i] for i in sorted(range(len(parts)), key=sizes.__getitem__)]
    found: Begins | None = None
    for atom, terms in parts:
        here = _places(terms, field, postings, within if found is None else found.keys())
        moved = {d: _moved(places, atom.offset) for d, places in here.items()}
        if found is None:
            found = moved
        else:
            found = {d: both for d, places in moved.items() if (both := places & found[d])}
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
    if atom.expand is Expand.NONE:
        return [atom.text]
    return postings.expanded(field, atom)
