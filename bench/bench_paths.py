"""Which way is faster in a fresh process: the standard library, or NumPy with its import?

    python -m bench.bench_paths [--archive NAME] [--runs N]

Words of different frequency are asked for in processes of their own, each way in turn; times are
of the process from its first line to the answer, medians. Where the two cross is
`engine.columnar.snapshot.PLAIN`.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from bench import archives, ours
from bench.tables import table
from newssearch.index_folder import IndexFolder

#: Places that a word is wanted to have, about.
SIZES = (100, 1_000, 3_000, 10_000, 20_000, 40_000, 100_000)

#: Asks one word, in the way that the first argument forces.
ASK = """
import sys, time
begin = time.perf_counter()
from newssearch.query import open_index
from newssearch.engine.columnar.snapshot import ColumnarSnapshot
ColumnarSnapshot.most_plain = int(sys.argv[1])
with open_index(sys.argv[2]) as news:
    news.query(sys.argv[3], snippets=False)
print(time.perf_counter() - begin)
"""

PLAIN, ARRAYS = "1000000000", "-1"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", default="generated")
    parser.add_argument("--runs", type=int, default=9)
    chosen = parser.parse_args()
    makers = (archives.news, archives.generated, archives.sample)
    archive = next(a for a in (make() for make in makers) if a.name.startswith(chosen.archive))
    folder = str(archive.place("newssearch"))
    if not Path(folder).exists():
        ours.build(archive)
    rows = []
    for word, places in words(folder):
        pairs = [(ask(PLAIN, folder, word), ask(ARRAYS, folder, word)) for _ in range(chosen.runs)]
        plain, arrays = (statistics.median(times) for times in zip(*pairs, strict=True))
        rows.append([f"{places:,}", f"{plain * 1e3:.0f}", f"{arrays * 1e3:.0f}"])
    table(["places of the word", "standard library, ms", "NumPy, ms"], rows)


def ask(way: str, folder: str, word: str) -> float:
    """Seconds from the first import to the answer, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, way, folder, word], capture_output=True, check=True
    )
    return float(done.stdout)


def words(folder: str) -> list[tuple[str, int]]:
    """For each size the word that is nearest to it, with its places."""
    snapshot = IndexFolder.open(Path(folder)).snapshot()
    counts: dict[str, int] = {}
    for segment in snapshot.archive.segments:
        for number, term in enumerate(segment.words.terms()):
            if term.isalpha() and len(term) > 2:
                word = term.decode()
                counts[word] = counts.get(word, 0) + segment.words.count(number)
    return [min(counts.items(), key=lambda item: abs(item[1] - size)) for size in SIZES]


if __name__ == "__main__":
    main()
