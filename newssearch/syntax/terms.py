"""The words of a query tree to the terms they are indexed under.

In: a tree as parsed, an analyzer. Out: the tree with each `Word` and `Phrase` replaced by `Match`
nodes; used by the engines (to find articles) and by `snippets` (to mark what matched), so that
both mean the same.

A word that turns out to be several tokens is a phrase. A run of up to `SHORT_RUN` Chinese,
Japanese or Korean characters is one too; a longer one, typed without spaces, prefers the whole
phrase, else takes all its bigrams.
"""

from __future__ import annotations

from typing import NamedTuple

from newssearch.analysis.analyzer import Analyzer, Token
from newssearch.analysis.scripts import is_cjk
from newssearch.syntax.fields import TEXT_FIELDS
from newssearch.syntax.nodes import (
    And,
    Atom,
    Everything,
    Filter,
    Form,
    Match,
    Node,
    Not,
    Or,
    Phrase,
    Word,
    conjunction,
    disjunction,
)

#: CJK runs up to this many characters are phrases: the length of nearly all words and names.
SHORT_RUN = 4

#: A phrase with many compounds is matched in at most so many of the ways to say them.
MOST_WAYS = 8


def to_terms(node: Node, analyzer: Analyzer) -> Node | None:
    """The tree in terms; None where nothing in it is a word (`"—"`), so that it asks nothing."""
    match node:
        case Word():
            return _word(node, analyzer)
        case Phrase():
            return _phrase(node, analyzer)
        case Not(child):
            inner = to_terms(child, analyzer)
            return None if inner is None else Not(inner)
        case And(children):
            kept = _kept(children, analyzer)
            return conjunction(kept) if kept else None
        case Or(children):
            kept = _kept(children, analyzer)
            return disjunction(kept) if kept else None
        case Filter() | Everything() | Match():
            return node


def matches(node: Node | None) -> list[Match]:
    """Every `Match` of a tree in terms that can add to a score, in order: none below a `Not`."""
    match node:
        case Match():
            return [node]
        case And(children) | Or(children):
            return [found for child in children for found in matches(child)]
        case _:
            return []


def _kept(children: tuple[Node, ...], analyzer: Analyzer) -> tuple[Node, ...]:
    inner = (to_terms(child, analyzer) for child in children)
    return tuple(child for child in inner if child is not None)


def _fields(field: str) -> tuple[str, ...]:
    return (field,) if field else TEXT_FIELDS


class _Way(NamedTuple):
    """One way to say a word: atoms at their offsets, and how many positions it takes."""

    atoms: tuple[Atom, ...]
    width: int


def _word(word: Word, analyzer: Analyzer) -> Node | None:
    tokens = analyzer.tokens(word.text)
    fields = _fields(word.field)
    if len(tokens) == 1 and tokens[0].terms[0].isascii():  # most words
        text = tokens[0].terms[0 if word.form is Form.STEM else -1]
        return Match(((Atom(text, word.form is Form.PREFIX),),), fields)
    ways = _ways(tokens, word.form)
    if not ways:
        return None
    whole = Match(tuple(way.atoms for way in ways), fields)
    parts = ways[-1].atoms
    if len(parts) < SHORT_RUN or not any(is_cjk(atom.text[0]) for atom in parts):
        return whole
    single = dict.fromkeys(atom.text for atom in parts if not atom.prefix)
    if not single:
        return whole
    return Or((whole, conjunction(tuple(Match(((Atom(text),),), fields) for text in single))))


def _phrase(phrase: Phrase, analyzer: Analyzer) -> Node | None:
    """The words one after the other, in each of the ways that they can be said."""
    ways = [_Way((), 0)]
    for word in phrase.words:
        parts = _ways(analyzer.tokens(word.text), word.form)
        if parts:
            ways = [_then(way, part) for way in ways for part in parts]
            ways[MOST_WAYS - 1 : -1] = []  # the last is by parts alone: as the phrase was typed
    if not ways[0].atoms:
        return None
    return Match(tuple(way.atoms for way in ways), _fields(phrase.field))


def _then(first: _Way, second: _Way) -> _Way:
    moved = (Atom(a.text, a.prefix, first.width + a.offset) for a in second.atoms)
    return _Way((*first.atoms, *moved), first.width + second.width)


def _ways(tokens: list[Token], form: Form) -> list[_Way]:
    """The ways to say a word: joined where it is a compound, and by its parts (the last one)."""
    parts = [token for i, token in enumerate(tokens) if not _is_joined(tokens, i)]
    if not parts:
        return []
    atoms: list[Atom] = []
    for i, token in enumerate(parts):
        atoms += _atoms(token, parts[i - 1] if i else None, form, last=i == len(parts) - 1)
    ways = [_Way(tuple(atoms), parts[-1].position + 1)]
    if _is_joined(tokens, 0) and tokens[0].end == tokens[-1].end:
        stemmed, whole = tokens[0].terms
        prefix = form is Form.PREFIX
        text = stemmed if form is Form.STEM else whole
        ways.insert(0, _Way((Atom(text, prefix),), 1))
    return ways


def _is_joined(tokens: list[Token], i: int) -> bool:
    """Is this the joined form of a compound, which shares its place with the first part?"""
    return i + 1 < len(tokens) and tokens[i].position == tokens[i + 1].position


def _atoms(token: Token, before: Token | None, form: Form, last: bool) -> list[Atom]:
    """The atoms of one token: none for the last character of a run, which its bigram holds."""
    text, unstemmed = token.terms[0], token.terms[-1]
    if is_cjk(text[0]):
        if len(text) == 1 and before and len(before.terms[0]) == 2 and before.end == token.end:
            return []
        return [Atom(text, prefix=len(text) == 1, offset=token.position)]
    if last and form is Form.PREFIX:
        return [Atom(unstemmed, prefix=True, offset=token.position)]
    return [Atom(text if form is Form.STEM else unstemmed, offset=token.position)]
