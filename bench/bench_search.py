"""Searching in one process: the best ten with the count, without snippets, query parsing included.

    python -m bench.bench_search [--queries N] [--seed N] [--without ENGINE …] [--archive NAME …]

Queries are drawn from the articles' own sentences (`queries`). Each is put to every engine, in
random order; an engine's time for it is the median of five runs after one that does not count.
Tables show medians (and 95th percentiles) over the queries of a class, in milliseconds. The counts
are compared as a sanity check: engines cut and stem words in their own ways.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence

from bench import archives, ours
from bench.archives import Archive
from bench.bench_indexing import OURS, peer_once
from bench.ours import Ours, Pages
from bench.peers import FAST, Peer, Searcher, StockWhoosh
from bench.queries import Language, Query, classes
from bench.tables import ratio, table

RUNS = 5
ENOUGH = 0.2  # seconds of runs of one query, after which no more are needed

#: Other ways to ask newssearch, which no peer is compared with.
STORIES, PAGE = "newssearch, stories", "newssearch, page with snippets"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=200, help="of each class")
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--without", nargs="+", default=[], help="engines, as newssearch, fts5")
    parser.add_argument("--archive", nargs="+", help="archives: reuters generated sample")
    chosen = parser.parse_args()
    print(f"{chosen.queries} queries a class, seed {chosen.seed}\n")
    for archive in (make() for make in (archives.news, archives.generated, archives.sample)):
        if not chosen.archive or any(archive.name.startswith(name) for name in chosen.archive):
            measure(archive, chosen)


def measure(archive: Archive, chosen: argparse.Namespace) -> None:
    """Put every class of queries to every engine, and print the tables."""
    slow = [StockWhoosh()] if archive.name.startswith("sample") else []
    peers: list[Peer] = [*(make() for make in FAST), *slow]
    peers = [p for p in peers if not any(name in p.name.lower() for name in chosen.without)]
    engines: dict[str, Searcher] = {}
    if OURS not in chosen.without:
        engines |= opened_ours(archive)
    engines |= {peer.name: opened(peer, archive) for peer in peers}
    drawn = classes(Language.of(archive, chosen.seed), chosen.seed, chosen.queries)
    chance = random.Random(chosen.seed)
    asked = {name: ask_all(engines, queries, chance) for name, queries in drawn.items()}
    print(f"{archive.title}, ms: median (95th percentile)\n")
    rows = [
        (name, *(spread([times for times, _ in found[engine]]) for engine in engines))
        for name, found in asked.items()
    ]
    table(("class", *engines), rows)
    if OURS in engines and peers:
        compare(asked, [peer.name for peer in peers])


def compare(asked: dict[str, dict[str, list[Asked]]], peers: Sequence[str]) -> None:
    """Print newssearch's times in multiples of the peers', and how often the counts agree."""
    print("newssearch's median ÷ the peer's; in brackets the share of queries with equal counts\n")
    rows = []
    for name, found in asked.items():
        mine = found[OURS]
        cells = []
        for peer in peers:
            pairs = list(zip(mine, found[peer], strict=True))
            medians = [statistics.median(times for times, _ in found[one]) for one in (OURS, peer)]
            equal = sum(one[1] == other[1] for one, other in pairs) / len(pairs)
            cells.append(f"{ratio(*medians)} ({equal:.0%})")
        rows.append((name, *cells))
    table(("class", *peers), rows)


#: Seconds that a query took, and its count.
Asked = tuple[float, int]


def ask_all(
    engines: dict[str, Searcher], queries: Sequence[Query], chance: random.Random
) -> dict[str, list[Asked]]:
    """Every query put to every engine."""
    found: dict[str, list[Asked]] = {engine: [] for engine in engines}
    for query in queries:
        order = list(engines)
        chance.shuffle(order)
        for engine in order:
            found[engine].append(timed(engines[engine].ask, query))
    return found


def timed(ask: Callable[..., tuple[list[object], int]], query: Query) -> Asked:
    """The median of some runs after a first one."""
    count = ask(query.mode, query.words)[1]
    times: list[float] = []
    while len(times) < RUNS and sum(times) < ENOUGH:
        begin = time.perf_counter()
        ask(query.mode, query.words)
        times.append(time.perf_counter() - begin)
    return statistics.median(times), count


def spread(times: Sequence[float]) -> str:
    """Median and 95th percentile, in milliseconds."""
    ordered = sorted(times)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{statistics.median(ordered) * 1e3:.3f} ({high * 1e3:.2f})"


def opened_ours(archive: Archive) -> dict[str, Searcher]:
    """newssearch's index of an archive, made where it is not there yet."""
    folder = archive.place(OURS)
    if not folder.exists():
        ours.build(archive)
    return {OURS: Ours(folder), STORIES: Ours(folder, collapse=True), PAGE: Pages(folder)}


def opened(peer: Peer, archive: Archive) -> Searcher:
    """A peer's index of an archive, made where it is not there yet."""
    folder = archive.place(peer.name)
    if not folder.exists():
        peer_once(peer, archive, 0)
    return peer.open(folder)


if __name__ == "__main__":
    main()
