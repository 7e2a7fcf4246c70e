"""A query expanded by words of its best hits.

In: a tree in terms, the best hits and their scores. Out: the tree with words that these hits have
in common and others have not; used by `answers` and `question` where it is asked to.

Pseudo-relevance feedback: the best hits are taken for what was meant (Rocchio 1971). Terms are
weighted as BM25F saturates them (`engine.ranking`), by the hits' shares of the score:

    weight(t) = idf(t) * sum over hits d of  score_d / all scores * tf_t,d / (tf_t,d + k1)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Document
from newssearch.engine.ranking import idf
from newssearch.schema import K1, RANKED_FIELDS
from newssearch.syntax.fields import TEXT_FIELDS
from newssearch.syntax.nodes import And, Atom, Filter, Match, Node, Not, conjunction, disjunction
from newssearch.syntax.terms import matches

#: Hits that are looked at, and words that are added.
HITS, WORDS = 10, 40

#: Of so many terms it is asked how many articles have them: those that the hits share most.
_CANDIDATES = 200

#: What the added words weigh together, beside the query's own.
_SHARE = 0.6

#: How many articles match a node.
Count = Callable[[Node], int]


@dataclass(frozen=True, slots=True)
class Added:
    """A term that was added, as a node, and the word that it is shown as."""

    match: Match
    word: str


def added_words(
    tree: Node,
    hits: Sequence[tuple[Document, float]],
    analyzer: Analyzer,
    articles: int,
    count: Count,
) -> list[Added]:
    """The words to add to a tree, the heaviest first; `articles` is how many there are in all.

    The query's own words are among them where the hits have them: those that matter gain.
    """
    own = matches(tree)
    shares, words = _shares(hits, analyzer)
    weights: list[tuple[float, str]] = []
    for term in sorted(shares, key=lambda term: (-shares[term], term))[:_CANDIDATES]:
        having = count(_match(term, 1.0))
        if having >= 2:
            weights.append((shares[term] * idf(articles, having), term))
    chosen = sorted(weights, key=lambda pair: (-pair[0], pair[1]))[:WORDS]
    total = sum(shares[term] for _, term in chosen)
    scale = _SHARE * len(own) / total if total else 0.0
    return [Added(_match(term, scale * shares[term]), words[term]) for _, term in chosen]


def expanded(tree: Node, added: Sequence[Added]) -> Node:
    """The tree with these words; its filters and exclusions still hold for everything."""
    children = tree.children if isinstance(tree, And) else (tree,)
    conditions = tuple(child for child in children if isinstance(child, Filter | Not))
    scored = tuple(child for child in children if not isinstance(child, Filter | Not))
    if not scored or not added:
        return tree
    words = disjunction((conjunction(scored), *(one.match for one in added)))
    return conjunction((words, *conditions))


def _match(term: str, boost: float) -> Match:
    return Match(((Atom(term),),), TEXT_FIELDS, boost)


def _shares(
    hits: Sequence[tuple[Document, float]], analyzer: Analyzer
) -> tuple[dict[str, float], dict[str, str]]:
    """By term: what the hits' shares of the score give it, and a word that it stands for. Only
    terms that several hits have."""
    fields = [[_terms(parts, analyzer) for parts in _parts(document)] for document, _ in hits]
    lengths = [[sum(counted.values()) for counted, _ in one] for one in fields]
    averages = [max(sum(column) / len(hits), 1.0) for column in zip(*lengths, strict=True)]
    all_scores = sum(score for _, score in hits) or 1.0
    shares: dict[str, float] = {}
    words: dict[str, str] = {}
    having: Counter[str] = Counter()
    for (_, score), found, sizes in zip(hits, fields, lengths, strict=True):
        tf: dict[str, float] = {}
        for field, (counted, shown), size, average in zip(
            RANKED_FIELDS, found, sizes, averages, strict=True
        ):
            norm = field.weight / (1 - field.b + field.b * size / average)
            for term, frequency in counted.items():
                tf[term] = tf.get(term, 0.0) + norm * frequency
            words |= {term: shown[term] for term in shown if term not in words}
        for term, value in tf.items():
            shares[term] = shares.get(term, 0.0) + score / all_scores * value / (value + K1)
            having[term] += 1
    return {term: share for term, share in shares.items() if having[term] > 1}, words


def _parts(document: Document) -> tuple[Sequence[str], ...]:
    """The texts of each ranked field."""
    article = document.article
    body = [paragraph.text for paragraph in article.body]
    return (article.title, article.alternate_title), article.keywords, body


def _terms(parts: Sequence[str], analyzer: Analyzer) -> tuple[Counter[str], dict[str, str]]:
    """A field's stems, counted, and of each a word as it stands in the text."""
    counted: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for text in parts:
        for token in analyzer.tokens(text):
            term = token.terms[0]
            counted[term] += 1
            shown.setdefault(term, text[token.start : token.end])
    return counted, shown
