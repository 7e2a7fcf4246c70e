"""Why a query found nothing, and what was perhaps meant.

In: the query as parsed, a way to count what a part of it matches, and one to look up how a word is
spelt in the archive. Out: notes; used by `answers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from newssearch.engine.base import WordCount
from newssearch.results import Note
from newssearch.syntax.drawing import leaf_text
from newssearch.syntax.nodes import (
    And,
    AtLeast,
    Filter,
    Form,
    Lead,
    Near,
    Node,
    Or,
    Phrase,
    Word,
    has_words,
    span,
)
from newssearch.syntax.parser import ParsedQuery

#: How many articles match a part of a query; None where it holds no word (`&`).
Count = Callable[[Node], int | None]

#: For so many words it is said what may be meant: to look for one takes as long as a search.
_MOST_MEANT = 4

#: The words of the archive that a word may be meant for, the likeliest first.
Nearest = Callable[[str], Sequence[WordCount]]


def why_nothing(
    parsed: ParsedQuery,
    filters: Sequence[Filter],
    count: Count,
    nearest: Nearest = lambda text: (),
) -> list[Note]:
    """Which words nothing has, and the nearest that something has; that words are only never
    together, where each is somewhere."""
    typed = parsed.tree
    parts = typed.children if isinstance(typed, And) else (typed,) if typed else ()
    words = [part for part in parts if has_words(part)]
    missing = [leaf for part in words for leaf in _missing(part, count)]
    if missing:
        return [_no_article_has(missing, parsed, count, nearest)]
    conditions = [part for part in (*parts, *filters) if isinstance(part, Filter)]
    unmet = [condition for condition in conditions if not count(condition)]
    if unmet:
        return [_no_article_meets(condition, parsed.text) for condition in unmet]
    if not words:
        message = "each condition holds for some article, all of them together for none"
        return [Note("not-together", message)] if len(conditions) > 1 else []
    if filters or len(parts) > len(words):
        message = "the words are in some articles, but not with these conditions"
        return [Note("not-together", message)]
    if len(words) > 1:
        message = "each word is in some article, all of them together in none"
        return [Note("not-together", message, suggestion="--any")]
    if isinstance(words[0], Near):
        return [Note("not-together", "each part is in some article, nowhere so near the other")]
    return []


def _no_article_has(
    missing: Sequence[Word | Phrase], parsed: ParsedQuery, count: Count, nearest: Nearest
) -> Note:
    """Names what nothing has. The suggestion is the query with the nearest words in their place,
    but for what a note on the query has said already, as of a field's name."""
    text, told = parsed.text, {(note.start, note.end) for note in parsed.notes}
    spans = dict.fromkeys(map(span, missing))
    message = "no article has " + ", ".join(dict.fromkeys(text[a:b] for a, b in spans))
    meant: dict[tuple[int, int], str] = {}
    known: list[str] = []
    words = dict.fromkeys(word for leaf in missing for word in _words(leaf, count))
    for word in islice(words, _MOST_MEANT):
        start, end = span(word)
        misspelt = word.text in text[start:end] and (start, end) not in told
        found = nearest(word.text) if misspelt else ()
        if found:
            instead = _cased(found[0].text, word.text)
            meant[start, end] = text[start:end].replace(word.text, instead, 1)
            known += (_counted(one) for one in found)
    if not meant:
        return Note("no-article-has", message, *next(iter(spans)))
    for (start, end), instead in sorted(meant.items(), reverse=True):
        text = text[:start] + instead + text[end:]
    message += "; nearest in the archive: " + ", ".join(dict.fromkeys(known))
    return Note("no-article-has", message, *next(iter(spans)), suggestion=text)


def _no_article_meets(condition: Filter, text: str) -> Note:
    """Names a condition that holds for nothing; one of the options has no place in the query."""
    start, end = condition.start, condition.end
    named = text[start:end] if end else leaf_text(condition)
    return Note("no-article-has", f"no article has {named}", start, end)


def _words(leaf: Word | Phrase, count: Count) -> Iterator[Word]:
    """The words that may be misspelt: of a phrase only those that nothing has."""
    if isinstance(leaf, Word):
        if leaf.form in (Form.STEM, Form.EXACT):
            yield leaf
    else:
        yield from (one for word in leaf.words for one in _words(word, count) if not count(word))


def _counted(word: WordCount) -> str:
    times = "once" if word.occurrences == 1 else f"{word.occurrences:,} times"
    return f"{word.text} ({times})"


def _cased(word: str, typed: str) -> str:
    """A word in capitals, or with one, where it was typed so."""
    if len(typed) > 1 and typed.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word


def _missing(typed: Node, count: Count) -> Iterator[Word | Phrase]:
    """The words and phrases that nothing has, of those that something must have."""
    match typed:
        case Word() | Phrase():
            if count(typed) == 0:
                yield typed
        case And(children) | Near(children):
            for child in children:
                yield from _missing(child, count)
        case Lead(child):
            yield from _missing(child, count)
        case Or(children) | AtLeast(_, children):
            found = [list(_missing(child, count)) for child in children]
            if all(found):
                for leaves in found:
                    yield from leaves
