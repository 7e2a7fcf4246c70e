"""Indexing: from files to a committed index, newssearch and the other engines on the same articles.

    python -m bench.bench_indexing [--runs N] [--only ENGINE …] [--archive NAME …]

Everyone's time begins with reading the files and ends when the index is published; files are in
the system's cache. The peers are given newssearch's own parsed articles, once parsed in their own
process and once by a worker a core, and their faster way counts. The best of the runs is shown;
what takes over a minute is not run again. Stock Whoosh indexes a sample.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import archives, ours
from bench.archives import Archive, bytes_of
from bench.feed import Text, feed
from bench.peers import FAST, Peer, StockWhoosh, fresh
from bench.tables import ratio, table

LONG = 60.0
OURS = "newssearch"


@dataclass(frozen=True, slots=True)
class Build:
    """One engine's best run."""

    engine: str
    articles: int
    seconds: float
    index_bytes: int
    how: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2, help="of each engine, in each way")
    parser.add_argument("--only", nargs="+", help="engines: newssearch tantivy fts5 whoosh")
    parser.add_argument("--archive", nargs="+", help="archives: reuters generated seedrepo sample")
    chosen = parser.parse_args()
    makers = (archives.news, archives.generated, archives.seedrepo, archives.sample)
    for archive in (make() for make in makers):
        if not chosen.archive or any(archive.name.startswith(name) for name in chosen.archive):
            slow = [StockWhoosh()] if archive.name.startswith("sample") else []
            peers: list[Peer] = [*(make() for make in FAST), *slow]
            measure(archive, [peer for peer in peers if wanted(peer.name, chosen.only)], chosen)


def wanted(engine: str, only: list[str] | None) -> bool:
    """Is this one of the engines that were asked for?"""
    return not only or any(name in engine.lower() for name in only)


def measure(archive: Archive, peers: list[Peer], chosen: argparse.Namespace) -> None:
    """Build every engine's index of an archive and print the table."""
    size = sum(len(file.read_bytes()) for file in archive.files())  # this fills the cache too
    builds: list[Build] = []
    if wanted(OURS, chosen.only):
        builds.append(best(lambda: ours_once(archive), chosen.runs))
    for peer in peers:
        ways = [best(lambda w=way: peer_once(peer, archive, w), chosen.runs) for way in peer.ways]  # noqa: B023
        builds.append(min(ways, key=lambda build: build.seconds))
    print(f"{archive.title}: {len(archive.files()):,} files, {size / 1e6:,.0f} MB\n")
    first = builds[0]
    rows = [
        (
            build.engine + build.how,
            f"{build.articles:,}",
            f"{build.seconds:.1f}",
            f"{build.articles / build.seconds:,.0f}",
            f"{size / build.seconds / 1e6:.1f}",
            f"{build.index_bytes / size:.2f}",
            ratio(first.articles / first.seconds, build.articles / build.seconds),
        )
        for build in builds
    ]
    speed = f"{first.engine}'s speed ÷ its"
    table(("engine", "articles", "s", "articles/s", "MB/s", "index ÷ archive", speed), rows)


def best(run: Callable[[], Build], runs: int) -> Build:
    """The fastest of some runs."""
    found = [run()]
    while len(found) < runs and found[-1].seconds < LONG:
        found.append(run())
    return min(found, key=lambda build: build.seconds)


def ours_once(archive: Archive) -> Build:
    report = ours.build(archive)
    size = bytes_of(archive.place(OURS))
    return Build(OURS, report.articles, report.seconds, size)


def peer_once(peer: Peer, archive: Archive, workers: int) -> Build:
    folder = fresh(archive.place(peer.name))
    counted = Counted(feed(archive, workers))
    begin = time.perf_counter()
    peer.build(counted, folder)
    synced(folder)
    seconds = time.perf_counter() - begin
    how = f", {workers} processes parse" if workers else ""
    return Build(peer.name, counted.number, seconds, bytes_of(folder), how)


class Counted:
    """Texts, and how many went by."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._texts, self.number = texts, 0

    def __iter__(self) -> Iterator[Text]:
        for text in self._texts:
            self.number += 1
            yield text


def synced(folder: Path) -> None:
    """See to it that the files are on the disk, as newssearch does; free where they are."""
    for file in folder.rglob("*"):
        if file.is_file():
            handle = os.open(file, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)


if __name__ == "__main__":
    main()
