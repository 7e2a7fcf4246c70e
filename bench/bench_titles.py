"""Does a headline find its story? Every title of the reference archive, pasted bare as a query.

    python -m bench.bench_titles [INDEX] [--every N]

The title is the query as it stands, with its quotes, colons and question marks. It is found when
its story is among the first three results, as `newssearch query` lists them without options.
Prints the share by language, and every title that is not found with what came instead.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from pathlib import Path

from bench.corpus import indexed
from newssearch.options import QueryOptions
from newssearch.query import NewsIndex, open_index

OPTIONS = QueryOptions(limit=3, snippets=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", nargs="?", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every Nth title")
    arguments = parser.parse_args()
    with open_index(arguments.index or indexed("seedrepo")) as news:
        measure(news, arguments.every)


def measure(news: NewsIndex, every: int) -> None:
    """Ask for each title and print what became of it."""
    everything = QueryOptions(limit=None, snippets=False, collapse=False)
    articles = news.query("kind:article", everything).hits[::every]
    asked: Counter[str] = Counter()
    found: Counter[str] = Counter()
    first: Counter[str] = Counter()
    times: list[float] = []
    for article in articles:
        begin = time.perf_counter()
        results = news.query(article.title, OPTIONS)
        times.append(time.perf_counter() - begin)
        stories = [hit.story.id for hit in results.hits]
        asked[article.lang] += 1
        found[article.lang] += article.story.id in stories
        first[article.lang] += stories[:1] == [article.story.id]
        if article.story.id not in stories:
            notes = " / ".join(note.message for note in results.notes)
            print(f"not found  {article.lang}  {article.title}  [{results.total}] {notes}")
    for lang in asked:
        share, top = found[lang] / asked[lang], first[lang] / asked[lang]
        print(
            f"{lang}: {found[lang]:,} of {asked[lang]:,} titles in the first three ({share:.2%}),"
        )
        print(f"    {first[lang]:,} first ({top:.2%})")
    print(f"median {statistics.median(times) * 1e3:.1f} ms a query, worst {max(times):.2f} s")


if __name__ == "__main__":
    main()
