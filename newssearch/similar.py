"""Articles like one article, and the words that they share.

In: a document, its snapshot. Out: `Similar`s, the likest first; used by `query`.

An article's telling words are those that it uses much more often than the archive does; its title
and keywords count more than its text. A query for any of them, each as heavy as it is telling,
finds candidates; what shares more of them comes first. The article's own story is left out.

Chinese and Japanese are indexed by pairs of characters: pairs that join two words are left out, and
what is shared is named in runs as long as both articles have them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import NamedTuple

from newssearch.analysis.analyzer import Analyzer, Token
from newssearch.analysis.forms import Forms
from newssearch.analysis.pairs import Runs, seams
from newssearch.analysis.scripts import APOSTROPHES, CJK_LANGUAGES, is_cjk
from newssearch.article.model import Article, Kind
from newssearch.engine.base import Document, Search, Snapshot
from newssearch.marks import Marker
from newssearch.results import Hit
from newssearch.syntax.fields import TEXT_FIELDS
from newssearch.syntax.nodes import Atom, Filter, Match, Not, conjunction, disjunction

#: So many words are looked up in the archive, so many of them asked for, so many named with a hit.
_LOOKED_UP, _ASKED, _NAMED = 80, 25, 8

#: So many articles are looked at, and of a longer list twice as many as are asked for: what shares
#: more of the telling words comes before what only has one of them often.
_LOOKED_AT = 20

#: A word that weighs less than this part of the most telling one is not asked for.
_FAINT = 0.3

#: What shares less than this part of the telling words, by weight, is not like the article.
_LEAST = 0.13

#: An occurrence in the title counts as three, in the keywords as two.
_WEIGHTS = {"title": 3, "keywords": 2, "body": 1}

#: Half of the weight that a word can have is reached with so many occurrences.
_HALF = 4.0

#: Chinese and Japanese characters that are words by themselves, hardly ever parts of names.
_PARTICLES = frozenset("的了是在它他她我你这些被将與与及のはをがに")


class SimilarHit(NamedTuple):
    """An article that is like another, and the words that they share, the most telling first."""

    hit: Hit
    shared: tuple[str, ...]


class Similar(NamedTuple):
    """The same before it is made a hit. The higher the score, the more alike."""

    document: Document
    score: float
    shared: tuple[str, ...]


@dataclass(slots=True)
class _Word:
    """A term of the article: how it is spelt there, how often, and how much it tells."""

    term: str
    spelt: Counter[str] = field(default_factory=Counter)
    count: int = 0
    weight: float = 0.0

    @property
    def text(self) -> str:
        """How it is spelt most often: small, if that is as often as with a capital."""
        return max(self.spelt, key=lambda text: (self.spelt[text], text.islower()))

    @property
    def in_cjk(self) -> bool:
        """Is it a pair of Chinese, Japanese or Korean characters?"""
        return is_cjk(self.term[0])


def find(snapshot: Snapshot, forms: Forms, document: Document, limit: int = 10) -> list[Similar]:
    """At most `limit` articles that are like a document, each story once.

    `forms` are kept from call to call: they make naming what is shared fast.
    """
    telling = _telling(snapshot, forms.analyzer, document)
    asked = [word for word in telling[:_ASKED] if word.weight > _FAINT * telling[0].weight]
    if not asked:
        return []
    tree = conjunction(
        (
            disjunction(tuple(map(_match, asked))),
            Not(Filter("story", document.id)),
            Not(Filter("kind", Kind.PAGE.value)),
        )
    )
    search = Search(tree, max(_LOOKED_AT, 2 * limit), count_stories=False)
    found = snapshot.search(search).found
    shared = _Shared(asked, _runs(telling, asked, document.article), forms)
    alike = []
    documents = snapshot.documents([one.id for one in found])
    for one, other in zip(found, documents, strict=True):
        part, named = shared.with_article(other.article)
        if part > _LEAST and len(named) >= min(2, len(asked)):
            alike.append(Similar(other, one.score * part, named))
    alike.sort(key=lambda one: -one.score)
    return alike[:limit]


def _match(word: _Word) -> Match:
    return Match(((Atom(word.term),),), TEXT_FIELDS, word.weight)


# -- what is telling ------------------------------------------------------------------------


def _telling(snapshot: Snapshot, analyzer: Analyzer, document: Document) -> list[_Word]:
    """The words of a document that other stories have too, the most telling first.

    A word's weight is its part in what tells the article from the archive (relative entropy), its
    occurrences saturated as in BM25.
    """
    words = _words(document.article, analyzer)
    ours = [word for word in words.values() if _in_its_language(word, document.article)]
    candidates = sorted(ours, key=_promise, reverse=True)[:_LOOKED_UP]
    known = {
        word.term: found.occurrences
        for word in candidates
        for found in snapshot.words(Atom(word.term), 1)
    }
    # How many articles as long as this one the archive is worth: as many as its most usual word
    # says. One occurrence more, since what stands here once may be here by chance.
    articles = max((held / (words[term].count + 1) for term, held in known.items()), default=1)
    story = _story_text(snapshot, document)
    joining = seams(_whole_text(document.article), known)
    kept = []
    for word in candidates:
        text, held = word.text, known.get(word.term, 0)
        elsewhere = held > max(word.count, story.count(text.lower()))
        contracted = text.islower() and not set(APOSTROPHES).isdisjoint(text)  # don't
        if elsewhere and not contracted and text not in joining:
            word.weight = word.weight / (word.weight + _HALF) * log(1 + articles / held)
            kept.append(word)
    return sorted(kept, key=lambda word: -word.weight)


def _words(article: Article, analyzer: Analyzer) -> dict[str, _Word]:
    """The article's words by term; their weights are their weighted occurrences."""
    found: dict[str, _Word] = {}
    for name, texts in _texts(article).items():
        spelt = set(found)  # the text spells best: headlines have capitals, keywords none
        for text in texts:
            for token in _single(analyzer.tokens(text)):
                term = token.terms[0]
                word = found.get(term) or found.setdefault(term, _Word(term))
                if term not in spelt:
                    word.spelt[text[token.start : token.end]] += 1
                word.count += 1
                word.weight += _WEIGHTS[name]
    return found


def _texts(article: Article) -> Mapping[str, Sequence[str]]:
    """The article's texts by field."""
    return {
        "body": [paragraph.text for paragraph in article.body],
        "title": (article.title, article.alternate_title),
        "keywords": article.keywords,
    }


def _single(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tokens that can tell something: no numbers, no single letters or Chinese characters, and of
    compounds the parts alone."""
    for token, following in zip(tokens, (*tokens[1:], None), strict=False):
        term = token.terms[0]
        compound = following is not None and following.start == token.start
        number = not term.strip("0123456789")
        if len(term) > 1 and not compound and not number and _PARTICLES.isdisjoint(term):
            yield token


def _in_its_language(word: _Word, article: Article) -> bool:
    """Of an article in two languages, as a digest's entry is, the first one's words count."""
    bilingual = len(article.languages) > 1
    return not bilingual or word.in_cjk == (article.lang in CJK_LANGUAGES)


def _promise(word: _Word) -> tuple[bool, float]:
    """How likely a word is to tell something, before it is looked up: names, hardly short words."""
    if word.in_cjk:
        return True, word.weight
    text = word.text
    name = not text.islower()
    return name or len(text) > 3, word.weight * (1 + name)


def _story_text(snapshot: Snapshot, document: Document) -> str:
    """All text of the document's story, in lower case."""
    members = snapshot.members([document.story])[document.story]
    story = snapshot.documents([member.id for member in members])
    return "\n".join(_whole_text(held.article) for held in story).lower()


# -- what is shared -------------------------------------------------------------------------


class _Shared:
    """Names what articles share with one article."""

    def __init__(self, asked: Sequence[_Word], runs: Runs, forms: Forms) -> None:
        self._whole = sum(word.weight for word in asked)
        self._words = [word for word in asked if not word.in_cjk]
        self._runs = runs
        # One marker for all texts: no word is asked for in one field alone.
        self._marker = Marker(list(map(_match, self._words)), "body", forms.analyzer, forms)

    def with_article(self, article: Article) -> tuple[float, tuple[str, ...]]:
        """How much of what is telling an article has too, by weight, and what to name of it."""
        texts = [text for part in _texts(article).values() for text in part]
        held = {mark.match for marks in self._marker.marks(texts) for mark in marks}
        words = {self._words[number].text: self._words[number].weight for number in held}
        pieces = self._runs.pieces("\n".join(texts))
        pairs = {pair: weight for piece in pieces.values() for pair, weight in piece.items()}
        part = (sum(words.values()) + sum(pairs.values())) / self._whole
        named = words | {
            piece: max(weights.values())
            for piece, weights in pieces.items()
            if not any(piece in other and piece != other for other in pieces)
        }
        return part, tuple(sorted(named, key=lambda text: (-named[text], text))[:_NAMED])


def _runs(telling: Iterable[_Word], asked: Iterable[_Word], article: Article) -> Runs:
    """The article's runs of pairs that are asked for, with others that tell less among them."""
    weights = {word.text: 0.0 for word in telling if word.in_cjk}
    weights |= {word.text: word.weight for word in asked if word.in_cjk}
    return Runs(_whole_text(article), weights)


def _whole_text(article: Article) -> str:
    return "\n".join(text for texts in _texts(article).values() for text in texts)
