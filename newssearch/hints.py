"""Why a query found nothing.

In: the query as parsed, a way to count what a part of it matches. Out: notes; used by `query`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from newssearch.results import Note
from newssearch.syntax.nodes import And, Filter, Node, Or, Phrase, Word, has_words, span
from newssearch.syntax.parser import ParsedQuery

#: How many articles match a part of a query; None where it holds no word (`&`).
Count = Callable[[Node], int | None]


def why_nothing(parsed: ParsedQuery, filters: Sequence[Filter], count: Count) -> list[Note]:
    """Which words nothing has; that they are only never together, where each is somewhere."""
    typed = parsed.tree
    parts = typed.children if isinstance(typed, And) else (typed,) if typed else ()
    words = [part for part in parts if has_words(part)]
    missing = [span(leaf) for part in words for leaf in _missing(part, count)]
    if missing:
        named = ", ".join(dict.fromkeys(parsed.text[start:end] for start, end in missing))
        return [Note("no-article-has", f"no article has {named}", *missing[0])]
    if not words:
        return []
    if filters or len(parts) > len(words):
        message = "the words are in some articles, but not with these conditions"
        return [Note("not-together", message)]
    if len(words) > 1:
        message = "each word is in some article, all of them together in none"
        return [Note("not-together", message, suggestion="--any")]
    return []


def _missing(typed: Node, count: Count) -> Iterator[Node]:
    """The words and phrases that nothing has, of those that something must have."""
    match typed:
        case Word() | Phrase():
            if count(typed) == 0:
                yield typed
        case And(children):
            for child in children:
                yield from _missing(child, count)
        case Or(children):
            found = [list(_missing(child, count)) for child in children]
            if all(found):
                for leaves in found:
                    yield from leaves
