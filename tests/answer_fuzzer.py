"""Queries made at random, asked of an index: each is answered or refused in a line, and in time.

python tests/answer_fuzzer.py INDEX COUNT [SEED]
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Sequence

from query_fuzzer import Fuzzer

from newssearch.errors import EngineError, QuerySyntaxError
from newssearch.options import QueryOptions, Sort
from newssearch.query import NewsIndex, open_index

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


def check(news: NewsIndex, query: str, chosen: QueryOptions) -> tuple[float, str]:
    """Ask; the seconds that it took, and what became of it."""
    results, refused, began = None, "", time.process_time()
    try:
        results = news.query(query, chosen)
    except (QuerySyntaxError, EngineError) as error:
        refused = str(error)
    taken = time.process_time() - began
    outcome = "found" if results else "nothing"
    if results is None:
        outcome = "refused"
        assert chosen.strict or _REFUSALS.search(refused), (query, refused)
        assert "\n" not in refused, query
    else:
        assert len(results.hits) <= (chosen.limit or len(results.hits)), query
        assert len(results.hits) <= results.total_stories <= results.total or not chosen.collapse
        for hit in results.hits:
            for snippet in hit.snippets:
                assert all(0 <= a < b <= len(snippet.text) for a, b in snippet.highlights), query
    assert taken < SLOWEST, (taken, query, chosen)
    return taken, outcome


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
                taken, outcome = check(news, query, chosen)
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
