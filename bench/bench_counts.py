"""Are facets and timelines exact? Counts for 100 queries against counting the files' own articles.

    python -m bench.bench_counts [CORPUS…] [--queries N] [--seed N]

Every file is read with `article.read`, and each query answered by looking at the terms of every
article in turn. Of what matches, each field's values are counted one article after the other, in
articles and in stories; which story an article is of is what the index says, since that is not what
is counted here, and so is the source of an article that has it from another one. Prints how many of
the queries find other articles, how many of the counts differ, and how long one takes.
"""

from __future__ import annotations

import argparse
import datetime
import random
import re
import statistics
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from bench.archives import EXTENSIONS
from bench.corpus import corpus, indexed
from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.folding import fold
from newssearch.article.model import Article, Kind
from newssearch.article.read import read_articles
from newssearch.engine.facet_values import FACETS, UNITS
from newssearch.errors import ArticleError
from newssearch.options import QueryOptions
from newssearch.query import NewsIndex, open_index
from newssearch.walk import read_file, walk

CORPORA = ("seedrepo", "reuters")
EVERY = QueryOptions(limit=None, collapse=False, snippets=False)
_WORD = re.compile(r"[a-z]{4,12}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
_MOST_BYTES = 1 << 24


#: Articles and stories by value; seconds by what was asked for.
Counts = dict[str, tuple[int, int]]
Times = dict[str, list[float]]


class Held(NamedTuple):
    """An article as its file has it; what it can be found by, in any field and in its title."""

    article: Article
    terms: frozenset[str]
    title: frozenset[str]


class Query(NamedTuple):
    """What is asked, and whether an article matches."""

    text: str
    matches: Callable[[Held], bool]


class Told(NamedTuple):
    """What the index alone knows of an article."""

    story: str
    source: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", nargs="*", default=CORPORA)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    wrong = 0
    for name in arguments.corpora:
        with open_index(indexed(name)) as news:
            wrong += measure(name, news, arguments.queries, arguments.seed)
    sys.exit(1 if wrong else 0)


def measure(name: str, news: NewsIndex, number: int, seed: int) -> int:
    """Compare all counts of one archive; returns how many differ."""
    analyzer = Analyzer()
    held = {one.article.path: one for one in read(name, analyzer)}
    hits = news.query("*", EVERY).hits
    told = {hit.path: Told(hit.story.id, hit.source) for hit in hits}
    chance = random.Random(seed)
    queries = [drawn(chance, analyzer, list(held.values())) for _ in range(number)]
    whole = {unit: counted(unit, list(held.values()), told) for unit in UNITS}
    other = counts = differ = 0
    times: Times = defaultdict(list)
    for query in queries:
        found = [one for one in held.values() if query.matches(one)]
        listed = {hit.path for hit in news.query(query.text, EVERY).hits}
        if listed != {one.article.path for one in found}:
            other += 1
            print(f"{query.text}: {len(listed):,} articles, {len(found):,} counted")
        for field in FACETS:
            counts += 1
            if faceted(news, field, query.text, whole, times) != counted(field, found, told):
                differ += 1
                print(f"{query.text}: other counts of {field}")
    median = {kind: statistics.median(values) * 1e3 for kind, values in times.items()}
    print(
        f"{name}: {number} queries over {len(held):,} articles; {other} find other articles; of "
        f"{counts:,} facets, {len(times['timeline']):,} of them timelines too, {differ} differ; "
        f"median {median['facet']:.2f} ms a facet, {median['timeline']:.2f} ms a timeline"
    )
    return other + differ


def faceted(
    news: NewsIndex, field: str, text: str, whole: Mapping[str, Counts], times: Times
) -> Counts:
    """What the index counts; of a unit of time its timeline says the same, and has the counts of
    the whole archive beside, or nothing is right."""
    begin = time.perf_counter()
    facet = news.facets(field, text)
    times["facet"].append(time.perf_counter() - begin)
    found = {one.value: (one.articles, one.stories) for one in facet.values}
    if facet.without.articles:
        found[""] = (facet.without.articles, facet.without.stories)
    if field in UNITS:
        begin = time.perf_counter()
        line = news.timeline(text, field)
        times["timeline"].append(time.perf_counter() - begin)
        drawn = {one.label: (one.articles, one.stories) for one in line.periods if one.articles}
        if line.undated.articles:
            drawn[""] = (line.undated.articles, line.undated.stories)
        archive = all(one.archive == whole[field].get(one.label, (0, 0))[0] for one in line.periods)
        if drawn != found or line.total != facet.total or not archive:
            return {}
    return found


# -- by the files alone ---------------------------------------------------------------------


def read(name: str, analyzer: Analyzer) -> Iterator[Held]:
    """The articles of a corpus, pages apart."""
    root = corpus(name) / "articles"
    for file in walk(root, EXTENSIONS):
        try:
            articles = read_articles(read_file(root, file, _MOST_BYTES), file.path)
        except ArticleError:
            continue
        for article in articles:
            if article.kind is not Kind.PAGE:
                titles = (article.title, article.alternate_title)
                bodies = [paragraph.text for paragraph in article.body]
                terms = [analyzer.field(p).positions for p in (titles, article.keywords, bodies)]
                yield Held(article, frozenset().union(*terms), frozenset(terms[0]))


def drawn(chance: random.Random, analyzer: Analyzer, held: list[Held]) -> Query:
    """A query with words of articles that are chosen by chance."""

    def word() -> tuple[str, str]:
        while True:
            words = _WORD.findall(chance.choice(held).article.text)
            if words:
                text = chance.choice(words)
                return text, analyzer.word_terms(text)[0]

    (one, a), (two, b) = word(), word()
    kinds = [
        Query(one, lambda held: a in held.terms),
        Query(f"{one} {two}", lambda held: a in held.terms and b in held.terms),
        Query(f"{one} OR {two}", lambda held: a in held.terms or b in held.terms),
        Query(f"{one} -{two}", lambda held: a in held.terms and b not in held.terms),
        Query(f"={one}", lambda held: f"={one}" in held.terms),
        Query(f"title:{one} OR {two}", lambda held: a in held.title or b in held.terms),
        Query(f"{one} lang:en", lambda held: a in held.terms and "en" in _languages(held.article)),
        Query(f"{one} -kind:digest", lambda held: a in held.terms and not _digest(held.article)),
    ]
    chinese = _CHINESE.findall(chance.choice(held).article.text)
    if chinese:
        pair = chance.choice(chinese)
        kinds.append(Query(pair, lambda held: pair in held.terms))
    return chance.choice(kinds)


def counted(field: str, found: list[Held], told: dict[str, Told]) -> Counts:
    """The values of a field in articles and stories; names in their most usual spelling."""
    articles: Counter[str] = Counter()
    stories: dict[str, set[str]] = defaultdict(set)
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        known = told[one.article.path]
        values = {unicodedata.normalize("NFC", value) for value in _values(field, one, known)}
        keys = {fold(value) for value in values} or {""}
        for value in values:
            spelt[fold(value)][value] += 1
        articles.update(keys)
        for key in keys:
            stories[key].add(known.story)
    shown = {key: min(names, key=lambda n: (-names[n], n)) for key, names in spelt.items()}
    return {shown.get(key, ""): (articles[key], len(stories[key])) for key in articles}


def _values(field: str, one: Held, told: Told) -> list[str]:
    article = one.article
    day = article.date.text[:10] if article.date else ""
    match field:
        case "source":
            found = [fold(article.source or told.source)]
        case "lang":
            found = list(_languages(article))
        case "kind":
            found = [str(article.kind)]
        case "author" | "keyword" | "tag":
            found = list(getattr(article, f"{field}s"))
        case "year":
            found = [day[:4]]
        case "month":
            found = [day[:7] if len(day) > 4 else ""]
        case "week":
            found = [datetime.date.fromisoformat(day).strftime("%G-W%V") if day[9:] else ""]
        case _:
            found = [day if day[9:] else ""]
    return [value for value in found if value]


def _languages(article: Article) -> tuple[str, ...]:
    return article.languages or (article.lang,)


def _digest(article: Article) -> bool:
    return article.kind is Kind.DIGEST


if __name__ == "__main__":
    main()
