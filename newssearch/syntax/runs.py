"""Chinese, Japanese and Korean typed without spaces: what a long run of characters may mean.

In: the run as one phrase of bigrams. Out: a tree of the ways to take it; used by `terms`.

People put no spaces between words. Up to `SHORT_RUN` characters are one word or name, and a phrase.
A longer run prefers the whole phrase; else it may be two terms that were typed one after the other
(no article has the pair of characters at their border), wherever that is; else all of its pairs
must be in the article. Where one word is enough, one of the pairs is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newssearch.analysis.scripts import is_cjk
from newssearch.syntax.nodes import Atom, Match, Node, conjunction, disjunction

#: Runs up to this many characters are phrases: the length of nearly all words and names.
SHORT_RUN = 4

#: In a run of more characters two terms are not looked for: it is a sentence, not a query.
LONGEST_PAIR = 12


def is_long(atoms: Sequence[Atom], loose: bool) -> bool:
    """Do these atoms of one word hold a run that may mean more than the phrase that it is?

    A run of n characters is n - 1 atoms; where one word is enough (`loose`) fewer will do.
    """
    least = SHORT_RUN - 1 if loose else SHORT_RUN
    return len(atoms) >= least and any(is_cjk(atom.text[0]) for atom in atoms)


def long_run(whole: Match, atoms: Sequence[Atom], loose: bool) -> Node:
    """The ways to take a run that is the phrase `whole`, of these atoms."""
    pairs = dict.fromkeys(replace(atom, offset=0) for atom in atoms if not atom.prefix)
    if not pairs:
        return whole
    each = tuple(replace(whole, sequences=((atom,),)) for atom in pairs)
    apart = each if loose else (conjunction(each),)
    return disjunction((whole, *_two_terms(whole, atoms), *apart))


def _two_terms(whole: Match, atoms: Sequence[Atom]) -> list[Node]:
    """Every way to cut a run of bigrams into two terms of two characters or more."""
    if len(atoms) >= LONGEST_PAIR or any(a.prefix or not is_cjk(a.text[0]) for a in atoms):
        return []
    return [
        conjunction((_part(whole, atoms[: cut - 1]), _part(whole, atoms[cut:])))
        for cut in range(2, len(atoms))
    ]


def _part(whole: Match, atoms: Sequence[Atom]) -> Match:
    start = atoms[0].offset
    return replace(
        whole, sequences=(tuple(replace(atom, offset=atom.offset - start) for atom in atoms),)
    )
