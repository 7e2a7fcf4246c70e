"""Which stories are one because their bodies are nearly identical.

In: documents, as story keys and articles. Out: groups of story keys; used by the Whoosh engine
when it commits. The columnar engine finds the same with arrays, and answers to this.

Two documents are nearly identical where all of this holds:

    kind        neither is a page
    languages   both are in the same ones: `compared_as` is equal
    length      both bodies have at least LEAST_WORDS words, as the engine counts them; those that
                are in Chinese, Japanese or Korean LEAST_CJK characters, those in both as many of
                either together
    shingles    of all that stand in either body, at least ALIKE stand in both (Jaccard); more where
                something tells the two apart (`telling`)

A shingle is WORDS successive tokens of the body; of a body in Chinese, Japanese or Korean alone as
many pairs as CJK_CHARACTERS characters make. Tokens are the analyzer's, in their order, paragraphs
one after the other: each word in its unstemmed form, as its term where it has none, and a joined
compound in front of its parts. A body's shingles are a set: how often one is repeated is no matter.

Stories are one where a chain of such pairs leads from one to the other. Shingles after Broder, "On
the resemblance and containment of documents" (1997); pairs are looked for among those that share
one of their rarest, after Chaudhuri, Ganti and Kaushik, "A primitive operator for similarity joins
in data cleaning" (2006).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from itertools import chain, product
from math import ceil

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.scripts import CJK_LANGUAGES
from newssearch.article.model import Article, Kind
from newssearch.engine.telling import Telling, least_alike, telling

#: Shorter bodies are not compared: what they share is what their site says under each.
LEAST_WORDS = 50
LEAST_CJK = 100

#: What a shingle is made of.
WORDS = 5
CJK_CHARACTERS = 8

#: The least part of two documents' shingles that must stand in both.
ALIKE = 0.8

#: The language code of ISO 639 for "undetermined".
_UNKNOWN = "und"

#: ALIKE of a number of shingles may be a whole number that floats miss by less than this.
_ROUNDING = 1e-9

Shingle = tuple[str, ...]


def compared_as(article: Article) -> str:
    """The languages of the documents that an article is compared with, sorted, with spaces
    between; empty for a page, which is compared with none."""
    if article.kind is Kind.PAGE:
        return ""
    languages = {language for language in article.languages or (article.lang,) if language}
    return " ".join(sorted(languages)) or _UNKNOWN


def is_compared(languages: str, length: int) -> bool:
    """Is a body of so many words in these languages (`compared_as`) long enough?"""
    every = set(languages.split())
    cjk = every.intersection(CJK_LANGUAGES)
    least = LEAST_CJK * bool(cjk) + LEAST_WORDS * bool(every - cjk)
    return bool(languages) and length >= least


def tokens_of_shingle(languages: str) -> int:
    """How many tokens make a shingle of a body in these languages."""
    return CJK_CHARACTERS - 1 if languages in CJK_LANGUAGES else WORDS


def shingles(article: Article, analyzer: Analyzer) -> frozenset[Shingle]:
    """What an article's body is compared by; empty where it is not compared."""
    languages = compared_as(article)
    length, tokens = 0, list[str]()
    for paragraph in article.body:
        found = analyzer.tokens(paragraph.text)
        tokens += [token.terms[-1] for token in found]
        length += found[-1].position + 1 if found else 0
    if not is_compared(languages, length):
        return frozenset()
    size = tokens_of_shingle(languages)
    return frozenset(zip(*(tokens[start:] for start in range(size)), strict=False))


def jaccard(one: Set[Shingle], other: Set[Shingle]) -> float:
    """How much two sets of shingles share, not both empty, of all that is in either."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def joined(documents: Iterable[tuple[str, Article]], analyzer: Analyzer) -> list[list[str]]:
    """The stories that are one: of each such the keys, sorted, two or more; groups are sorted."""
    stories = Groups()
    known: dict[str, dict[frozenset[Shingle], dict[Telling, str]]] = defaultdict(dict)
    for story, article in documents:
        found = shingles(article, analyzer)
        if found:
            same = known[compared_as(article)].setdefault(found, {})
            stories.join(story, same.setdefault(telling(article, analyzer), story))
    for of_language in known.values():
        bodies, having = list(of_language), list(of_language.values())
        pairs = chain(((i, i, 1.0) for i in range(len(bodies))), _alike(bodies))
        for one, other, share in pairs:
            for mine, theirs in product(having[one], having[other]):
                if share >= least_alike(mine, theirs, ALIKE):
                    stories.join(having[one][mine], having[other][theirs])
    return stories.of_several()


def _alike(bodies: list[frozenset[Shingle]]) -> Iterator[tuple[int, int, float]]:
    """The pairs that share ALIKE or more, and how much.

    With all shingles in one order, the rarest first, two that are alike share one of those that
    each begins with: if not, more would be missing than may be.
    """
    often = Counter(chain.from_iterable(bodies))
    order = {shingle: n for n, shingle in enumerate(sorted(often, key=often.__getitem__))}
    having: dict[Shingle, list[int]] = defaultdict(list)
    for number, body in enumerate(bodies):
        rarest = sorted(body, key=order.__getitem__)
        first = rarest[: len(body) - ceil(ALIKE * len(body) - _ROUNDING) + 1]
        for earlier in sorted({other for shingle in first for other in having[shingle]}):
            share = jaccard(bodies[earlier], body)
            if share >= ALIKE:
                yield earlier, number, share
        for shingle in first:
            having[shingle].append(number)


class Groups:
    """Keys that are joined, each under the key that leads to its group's."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def join(self, one: str, other: str) -> None:
        first, second = self.top(one), self.top(other)
        self._above[max(first, second)] = min(first, second)

    def of_several(self) -> list[list[str]]:
        """The groups of more than one key."""
        groups: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self._above):
            groups[self.top(key)].append(key)
        return sorted(group for group in groups.values() if len(group) > 1)

    def top(self, key: str) -> str:
        """The same key for all that are joined: the first of them."""
        above = self._above
        above.setdefault(key, key)
        while above[key] != key:
            above[key] = above[above[key]]  # halves the way for the next look
            key = above[key]
        return key
