"""Queries made at random, asked of an index: each is answered, counted by values and by time, or
refused in a line, and in time.

python tests/answer_fuzzer.py INDEX COUNT [SEED]
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from query_fuzzer import SAVED, Fuzzer

from newssearch.engine.facet_values import FACETS
from newssearch.errors import EngineError, QuerySyntaxError
from newssearch.options import QueryOptions, Sort
from newssearch.query import NewsIndex, open_index
from newssearch.results import Facet, Results, Timeline
from newssearch.saved import SavedSearch, Seen, changing

#: No answer takes longer (SPEC §3), in seconds of the processor's time.
SLOWEST = 2.0

_REFUSALS = re.compile(r"too broad|too many words|nested|bytes long|has over|near")


def words_of(news: NewsIndex, queries: Sequence[str] = ("the", "and", "news")) -> list[str]:
    """Words that the archive has, common and rare ones."""
    found: dict[str, None] = {}
    for query in queries:
        for hit in news.query(query, any_word=True, limit=20).hits:
            text = " ".join((hit.title, *(snippet.text for snippet in hit.snippets)))
            found |= dict.fromkeys(text.split())
    return list(found)


class Slow(AssertionError):
    """No answer in time."""


def save(index: Path) -> None:
    """Save the searches that queries name after an @, a loop among them, as another version may
    have saved them."""
    with changing(index) as kept:
        for name, query in SAVED.items():
            kept.add(SavedSearch(name, query, "2020-08-27"), Seen())


def options(chance: random.Random) -> QueryOptions:
    """Any options that can be meant together."""
    sort = chance.choice((None, None, None, *Sort))
    return QueryOptions(
        limit=chance.choice((1, 10, 10, 10, 100)),
        offset=chance.choice((0, 0, 0, 5)),
        sort=sort,
        any_word=chance.random() < 0.3,
        fall_back=chance.random() < 0.3,
        collapse=chance.random() < 0.8,
        snippets=chance.random() < 0.5,
        strict=chance.random() < 0.05,
        expand=sort is None and chance.random() < 0.03,
        explain=chance.random() < 0.02,
        leading_wildcards=chance.random() < 0.1,
        aliases=chance.choice(((), (), (("ferry", "渡轮"), ("Minsk", "明斯克", "the")))),
    )


def check(
    news: NewsIndex, query: str, chosen: QueryOptions, chance: random.Random
) -> tuple[float, str]:
    """Ask; the seconds that it took, and what became of it."""
    answer: Results | Facet | Timeline | None = None
    refused, kind, began = "", chance.random(), time.process_time()
    try:
        if kind < 0.8:
            answer = news.query(query, chosen)
        elif kind < 0.9:
            answer = news.facets(chance.choice(FACETS), query, chosen, chance.choice((None, 1, 5)))
        else:
            answer = news.timeline(
                query, chance.choice(("", "day", "week", "month", "year")), chosen
            )
    except (QuerySyntaxError, EngineError) as error:
        refused = str(error)
    taken = time.process_time() - began
    if taken > SLOWEST:
        raise Slow(f"{taken:.2f} s for {query!r} with {chosen}")
    if answer is None:
        assert chosen.strict or _REFUSALS.search(refused), (query, refused)
        assert "\n" not in refused, query
        return taken, "refused"
    assert 0 <= answer.total_stories <= answer.total, query
    for note in answer.notes:
        assert 0 <= note.start <= note.end <= len(query), (query, note)
        assert note.message, query
    if isinstance(answer, Results):
        check_hits(answer, query, chosen)
    else:
        check_counts(answer, query)
    return taken, "found" if answer.total else "nothing"


def check_hits(results: Results, query: str, chosen: QueryOptions) -> None:
    """No more than were asked for, and marks within passages."""
    assert len(results.hits) <= (chosen.limit or len(results.hits)), query
    assert len(results.hits) <= results.total_stories or not chosen.collapse
    for hit in results.hits:
        assert all(0 <= a < b <= len(hit.title) for a, b in hit.title_highlights), query
        for snippet in hit.snippets:
            assert all(0 <= a < b <= len(snippet.text) for a, b in snippet.highlights), query


def check_counts(found: Facet | Timeline, query: str) -> None:
    """Of each value and period no more than of all; periods follow each other, and add up."""
    counts = found.values if isinstance(found, Facet) else found.periods
    for count in counts:
        assert 0 <= count.stories <= count.articles <= found.total, (query, count)
    if isinstance(found, Timeline):
        starts = [period.start for period in found.periods]
        assert starts == sorted(set(starts)), query
        articles = sum(period.articles for period in found.periods)
        assert articles + found.undated.articles == found.total, query
        assert all(period.articles <= period.archive for period in found.periods), query


def main(folder: str, count: int, seed: int) -> None:
    """Ask so many queries, printing how it went."""
    print("seed", seed, flush=True)
    outcomes: dict[str, int] = {}
    slowest, longest = 0.0, ""
    with open_index(folder) as news:
        fuzzer = Fuzzer(seed, words_of(news))
        for _ in range(count):
            query, chosen = fuzzer.query(), options(fuzzer.chance)
            try:
                taken, outcome = check(news, query, chosen, fuzzer.chance)
            except Exception:
                print("failed:", repr(query), chosen, flush=True)
                raise
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            if taken > slowest:
                slowest, longest = taken, query
    print(f"{count:,} queries:", ", ".join(f"{n:,} {name}" for name, n in outcomes.items()))
    print(f"slowest {slowest * 1000:.0f} ms: {longest[:80]!r}")


if __name__ == "__main__":
    main(
        sys.argv[1],
        int(sys.argv[2]),
        int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(2**32),
    )
