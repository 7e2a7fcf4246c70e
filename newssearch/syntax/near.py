"""Parts that stand near each other, or occur together so many times, where they are not all words.

In: the parts of a `Near` or `AtLeast`. Out: the same as a tree whose leaves have only parts that
occur at places: `(a AND b) W/5 c` is `a W/5 c` and `b W/5 c`; used by `terms`, and by `positions`
to refuse what would come to too much.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from newssearch.syntax.nodes import (
    And,
    AtLeast,
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


def occurs(node: Node) -> bool:
    """Is this a span node: has it places where it occurs?"""
    match node:
        case Word() | Phrase() | Match():
            return True
        case Or(children) | Near(children):
            return all(occurs(child) for child in children)
        case Lead(child):
            return occurs(child)
        case _:
            return False


def spread(node: Node, make: Callable[[Node], Node]) -> Node:
    """The tree with `make` done to each of its largest span nodes, below its And and Or."""
    if occurs(node):
        return make(node)
    children = tuple(spread(child, make) for child in below(node))
    return conjunction(children) if isinstance(node, And) else disjunction(children)


def near(of: Near, parts: tuple[Node, ...]) -> Node:
    """`parts` in the way that `of` says; two of them may have And and Or in them."""
    if len(parts) == 1:
        return parts[0]
    if len(parts) > 2:
        return Near(parts, of.slack, of.unit, of.ordered)
    first, second = parts

    def pair(left: Node) -> Node:
        return spread(second, lambda right: Near((left, right), of.slack, of.unit, of.ordered))

    return spread(first, pair)


def at_least(count: int, node: Node) -> Node:
    """Each side of an And so many times; what an Or of words finds is counted together."""
    if count < 2:
        return node
    return spread(node, lambda spans: AtLeast(count, tuple(dict.fromkeys(_alternatives(spans)))))


def _alternatives(spans: Node) -> list[Node]:
    if isinstance(spans, Or):
        return [one for child in spans.children for one in _alternatives(child)]
    return [spans]


def span_nodes(node: Node) -> int:
    """How many words and `Near` nodes the tree has once its `Near` nodes are spread."""
    if occurs(node):
        return 1
    inner = [span_nodes(child) for child in below(node)]
    if not isinstance(node, Near):
        return sum(inner)
    product = 1
    for count in inner:
        product *= max(1, count)
    return product


def only(node: Node, keep: Callable[[Node], bool]) -> Node | None:
    """The tree with only those of its nodes that `keep` lets stay; None where none is left."""
    if not keep(node):
        return None
    children = below(node)
    if not children:
        return node
    kept = tuple(one for child in children for one in [only(child, keep)] if one is not None)
    if kept == children:
        return node
    match node:
        case And():
            return conjunction(kept) if kept else None
        case Or():
            return disjunction(kept) if kept else None
        case Near() | AtLeast() if kept:
            single = isinstance(node, Near) and len(kept) == 1
            return kept[0] if single else replace(node, parts=kept)
        case Not() | Lead() if kept:
            return replace(node, child=kept[0])
        case _:
            return None


def stacked(node: Node) -> int:
    """How many nodes that say where words stand lie one in the other."""
    inner = max(map(stacked, below(node)), default=0)
    return inner + isinstance(node, Near | AtLeast | Lead)
