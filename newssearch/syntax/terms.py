"""The words of a query tree to the terms they are indexed under.

In: a tree as parsed, an analyzer. Out: the tree with each `Word` and `Phrase` replaced by `Match`
nodes; used by `question` and the engines (to find articles) and by `query` (to mark what matched),
so that both mean the same.

A word that turns out to be several tokens is a phrase; `runs` says what a long run of Chinese,
Japanese or Korean characters is, but near other words, or counted, it is only the whole phrase.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from newssearch.analysis.analyzer import Analyzer
from newssearch.syntax.fields import TEXT_FIELDS
from newssearch.syntax.near import at_least, near
from newssearch.syntax.nodes import (
    And,
    AtLeast,
    Atom,
    Form,
    Lead,
    Match,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Word,
    below,
    conjunction,
    disjunction,
)
from newssearch.syntax.runs import is_long, long_run
from newssearch.syntax.sequences import Way, ways

#: A phrase with many compounds is matched in at most so many of the ways to say them.
MOST_WAYS = 8

#: What has a lead: keywords have none.
_LEAD_FIELDS = ("title", "body")


def to_terms(node: Node, analyzer: Analyzer, loose: bool = False) -> Node | None:
    """The tree in terms; None where nothing in it is a word (`"—"`), so that it asks nothing.

    `loose`: one word of the query is enough, and so is one of those that were typed as one run.
    """
    return _node(node, _Meant(analyzer, loose))


def matches(node: Node | None) -> list[Match]:
    """Every `Match` of a tree in terms that can add to a score, in order: none below a `Not`."""
    if isinstance(node, Match):
        return [node]
    if node is None or isinstance(node, Not):
        return []
    return [found for child in below(node) for found in matches(child)]


@dataclass(frozen=True, slots=True)
class _Meant:
    """How the words of a part of the tree are meant: one of a run's is enough, in the lead only,
    as span nodes only."""

    analyzer: Analyzer
    loose: bool = False
    lead: bool = False
    spans: bool = False


def _node(node: Node, meant: _Meant) -> Node | None:
    match node:
        case Word():
            return _word(node, meant)
        case Phrase():
            return _phrase(node, meant)
        case And(children) | Or(children):
            kept = _kept(children, meant)
            combine = conjunction if isinstance(node, And) else disjunction
            return combine(kept) if kept else None
        case Near(parts):
            kept = _kept(parts, replace(meant, spans=True))
            return near(node, kept) if kept else None
        case AtLeast(count, parts):
            kept = _kept(parts, replace(meant, spans=True))
            if not kept:
                return None
            return disjunction(kept) if meant.spans else at_least(count, disjunction(kept))
        case Lead(child):
            return _node(child, replace(meant, lead=True))
        case _ if meant.spans and not isinstance(node, Match):
            return None  # what has no places cannot be near anything
        case Not(child):
            inner = _node(child, meant)
            return None if inner is None else Not(inner)
        case _:
            return node


def _kept(children: tuple[Node, ...], meant: _Meant) -> tuple[Node, ...]:
    inner = (_node(child, meant) for child in children)
    return tuple(child for child in inner if child is not None)


def _fields(field: str, lead: bool) -> tuple[str, ...]:
    fields = (field,) if field else TEXT_FIELDS
    return tuple(name for name in fields if name in _LEAD_FIELDS) if lead else fields


def _word(word: Word, meant: _Meant) -> Node | None:
    fields = _fields(word.field, meant.lead)
    if not fields:
        return None
    if word.form is Form.STEM:
        tokens = meant.analyzer.tokens(word.text)
        if len(tokens) == 1 and tokens[0].terms[0].isascii():  # most words
            atom = Atom(tokens[0].terms[0])
            return Match(((atom,),), fields, word.boost, meant.lead)
    said = ways(word, meant.analyzer)
    if not said:
        return None
    whole = Match(tuple(one.atoms for one in said), fields, word.boost, meant.lead)
    parts = said[-1].atoms
    if meant.spans or not is_long(parts, meant.loose):
        return whole
    return long_run(whole, parts, meant.loose)


def _phrase(phrase: Phrase, meant: _Meant) -> Node | None:
    """The words one after the other, in each of the ways that they can be said."""
    fields = _fields(phrase.field, meant.lead)
    if not fields:
        return None
    if phrase.slop:
        return _loose(phrase, meant)
    said = [Way((), 0)]
    for word in phrase.words:
        parts = ways(word, meant.analyzer)
        if parts:
            said = [one.then(part) for one in said for part in parts]
            said[MOST_WAYS - 1 : -1] = []  # the last is by parts alone: as the phrase was typed
    if not said[0].atoms:
        return None
    return Match(tuple(one.atoms for one in said), fields, phrase.boost, meant.lead)


def _loose(phrase: Phrase, meant: _Meant) -> Node | None:
    """The words of a phrase in any order, with others among them."""
    words = tuple(replace(word, field=phrase.field) for word in phrase.words)
    parts = _kept(words, replace(meant, spans=True))
    return near(Near((), phrase.slop), parts) if parts else None
