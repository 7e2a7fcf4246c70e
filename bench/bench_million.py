"""A very large archive: does indexing stay within its memory, and how long do queries take?

    python -m bench.bench_million [--articles N] [--queries N] [--peers]

Makes the archive where it is not there yet (4 KB an article: a million take 7 GB of disk),
indexes it with `newssearch index` as a process, and puts every class of queries to the index, and
with `--peers` to tantivy's. Memory is what the process and its workers hold for themselves plus
their share of what is shared, looked at twice a second. Not part of `./dev bench` without names.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
from pathlib import Path

from bench import archives, bench_search
from bench.archives import Archive, bytes_of
from bench.peers import fresh
from bench.tables import table

MILLION = 1_000_000
EVERY = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=MILLION)
    parser.add_argument("--queries", type=int, default=100, help="of each class")
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--peers", action="store_true", help="ask tantivy too")
    chosen = parser.parse_args()
    chosen.without = ["fts5"] if chosen.peers else ["fts5", "tantivy"]
    archive = archives.generated(chosen.articles)
    index(archive, chosen.articles)
    bench_search.measure(archive, chosen)


def index(archive: Archive, articles: int) -> None:
    """Index the archive as a process and print what it took."""
    folder = fresh(archive.place("newssearch"))
    tool = Path(sys.executable).parent / "newssearch"
    begin = time.perf_counter()
    command = [tool, "--index", folder, "-q", "index", *archive.roots]
    with subprocess.Popen([str(part) for part in command]) as process:
        peak = [0]
        watcher = threading.Thread(target=watch, args=(process, peak))
        watcher.start()
        status = process.wait()
        watcher.join()
    seconds = time.perf_counter() - begin
    if status:
        sys.exit(f"bench: newssearch index failed ({status})")
    size = sum(bytes_of(root) for root in archive.roots)
    row = (
        archive.title,
        f"{seconds:.0f}",
        f"{articles / seconds:,.0f}",
        f"{peak[0] / 1e6:,.0f}" if peak[0] else "unknown",
        f"{bytes_of(folder) / size:.2f}",
    )
    table(("archive", "s", "articles/s", "most MB of memory", "index ÷ archive"), [row])


def watch(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    """Note the most memory that a process and its children held; where /proc is not, nothing."""
    while process.poll() is None:
        peak[0] = max(peak[0], sum(memory(one) for one in family(process.pid)))
        time.sleep(EVERY)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:  # it has ended
                continue
    return found


def memory(pid: int) -> int:
    """Bytes of anonymous memory that a process holds, what it shares with others in part; mapped
    files are the system's cache and are not counted."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    held = (line.split() for line in lines if line.startswith("Pss_Anon:"))
    return sum(int(fields[1]) * 1024 for fields in held)


if __name__ == "__main__":
    main()
