"""What a person who has begun to type may be about to type.

In: the beginning of a query. Out: completions, from the archive's words and titles; used by the
command line.

A first word is completed to the words of the archive that begin so, and to titles with the most
frequent of them. After other words, those that stand in the best articles for these count, and
titles that have all the words. So the time does not grow with how many words begin as was typed,
nor with how many articles have them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.folding import fold
from newssearch.analysis.scripts import is_cjk
from newssearch.article.model import Article, Kind
from newssearch.engine.base import Search, Snapshot, WordCount
from newssearch.syntax.fields import FIELDS, resolve
from newssearch.syntax.nodes import (
    Atom,
    Expand,
    Filter,
    Form,
    Node,
    Not,
    Word,
    conjunction,
    disjunction,
)
from newssearch.syntax.patterns import is_form

#: A prefix is cut off here: nobody has as much completed.
LONGEST = 200

#: A first word that is shorter than this begins words in nearly all titles: none are looked for.
_LETTERS = 3

#: After other words, so many articles that have them are looked at, and so many of the words in
#: them that begin as was typed.
_ARTICLES, _WORDS = 20, 30

#: Titles are looked for by words that occur so often at most, all together: to read more of their
#: places would take longer than anyone waits between two letters.
_PLACES = 6_000

#: A word that is in all of the articles and this often elsewhere is as good as one in half of them
#: that is hardly anywhere else.
_ELSEWHERE = 150

#: A word is left out where another that begins so occurs so many times as often.
_SELDOM = 200

#: A word that stands after the one before so often in these articles is what follows it.
_FOLLOWS = 3

_OPERATORS = frozenset(("AND", "OR", "NOT"))


class Source(StrEnum):
    """Where a completion comes from."""

    WORD = "word"
    TITLE = "title"


class Completion(NamedTuple):
    """The whole of what may be typed."""

    text: str
    source: Source


class _Begun(NamedTuple):
    """What was typed: as it is up to the word that is being typed, and that word; the words before
    it; the term that it begins, empty where no word has been begun that could be completed."""

    before: str
    last: str
    words: tuple[str, ...]
    term: str


def suggest(
    prefix: str, analyzer: Analyzer, snapshot: Snapshot, limit: int = 10
) -> list[Completion]:
    """At most `limit` completions: words, then titles, half of each where there are enough."""
    begun = _read(prefix[:LONGEST].lstrip(), analyzer)
    if not begun.term:
        words = list[WordCount]()
    elif begun.words:
        words = _beside(begun, snapshot)
    else:
        words = _usual(snapshot.words(Atom(begun.term, Expand.PREFIX), limit))
    completed = [_completed(begun, word.text) for word in words if not is_cjk(word.text[0])]
    titles = _titles(begun, words, snapshot, limit)
    kept = max(limit - len(titles), -(-limit // 2))
    found = [Completion(text, Source.WORD) for text in completed[:kept]]
    return [*found, *(Completion(title, Source.TITLE) for title in titles)][:limit]


def _read(prefix: str, analyzer: Analyzer) -> _Begun:
    tokens = analyzer.tokens(prefix)
    start, term = len(prefix), ""
    if tokens and tokens[-1].end == len(prefix) and not is_cjk(tokens[-1].terms[0][0]):
        start, term = tokens[-1].start, tokens[-1].terms[-1]
    words = map(_wanted, prefix[:start].split())
    return _Begun(prefix[:start], prefix[start:], tuple(filter(analyzer.tokens, words)), term)


def _completed(begun: _Begun, word: str) -> str:
    """A word after what was typed of it, in its case, unless that has other letters or accents."""
    folded = begun.term.removeprefix("=")
    rest = begun.last + word[len(folded) :] if begun.last.lower() == folded else word
    return begun.before + rest


def _usual(words: list[WordCount]) -> list[WordCount]:
    """Without what is hardly ever there beside the most frequent one: words run together, slips."""
    return [word for word in words if word.occurrences * _SELDOM >= words[0].occurrences]


def _wanted(word: str) -> str:
    """What an article must have for a word of a query; empty for what is no text."""
    name, colon, value = word.partition(":")
    field = resolve(name) if colon else None
    if field:
        return value if FIELDS[field].holds_text else ""
    return "" if word in _OPERATORS or word.startswith("-") else word


def _beside(begun: _Begun, snapshot: Snapshot) -> list[WordCount]:
    """The words that begin so in the best articles for the words before; in front those that follow
    the last of these there, then those that are in many of the articles for how often they occur
    elsewhere."""
    every = conjunction(tuple(map(Word, begun.words)))
    rest = r"\d*" if begun.last[-1].isdigit() else r"[^\W\d_]*"
    word = rf"(?<![^\W_]){re.escape(begun.last)}{rest}"
    before = re.escape(begun.words[-1].strip('"'))
    beginning = re.compile(word, re.IGNORECASE)
    following = re.compile(rf"(?<![^\W_]){before}[^\w.!?;:]{{1,2}}({word})", re.IGNORECASE)
    held, after = Counter[str](), Counter[str]()
    for article in _articles(every, snapshot, _ARTICLES):
        text = f"{article.title} {article.text}"
        held.update(set(map(fold, beginning.findall(text))))
        after.update(map(fold, following.findall(text)))
    mark = begun.term[:1] if is_form(Atom(begun.term)) else ""
    ranked = []
    for spelt, articles in held.most_common(_WORDS):
        if len(spelt) > 1 and spelt != begun.term.removeprefix(mark):  # there already
            follows = after[spelt] if after[spelt] >= _FOLLOWS else 0
            for known in snapshot.words(Atom(mark + spelt), 1):  # none for a piece of a word
                elsewhere = known.occurrences + _ELSEWHERE
                ranked.append((-follows / elsewhere, -(articles**2) / elsewhere, known))
    return [known for _, _, known in sorted(ranked)]


def _titles(begun: _Begun, words: Sequence[WordCount], snapshot: Snapshot, limit: int) -> list[str]:
    """Titles with all the words before and one of `words`; in front those that begin as typed."""
    if not begun.words and (not words or len(begun.last) < _LETTERS):
        return []
    parts: list[Node] = [Word(word, field="title") for word in begun.words]
    places, ends = 0, list[Node]()
    for word in words[:limit]:
        if places + word.occurrences <= _PLACES:
            places += word.occurrences
            ends.append(Word(word.text, Form.EXACT, "title"))
    if begun.term and not ends:
        return []
    if ends:
        parts.append(disjunction(tuple(ends)))
    articles = _articles(conjunction(tuple(parts)), snapshot, limit)
    start = fold(begun.before + begun.last)
    titles = {article.title: fold(article.title).startswith(start) for article in articles}
    return sorted(titles, key=lambda title: not titles[title])


def _articles(tree: Node, snapshot: Snapshot, limit: int) -> list[Article]:
    """The best articles for a tree, each story once."""
    whole = conjunction((tree, Not(Filter("kind", Kind.PAGE.value))))
    found = snapshot.search(Search(whole, limit=limit, count_stories=False)).found
    return [document.article for document in snapshot.documents([one.id for one in found])]
