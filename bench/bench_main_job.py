"""The main job against the `whoosh` command: index the reference archive, run again, query.

    python -m bench.bench_main_job [--queries N] [--keep FOLDER]

Both are run as whole processes on the same copy of the same files, in the same run: one indexing
each, then runs without changes, then queries in alternation. Prints medians and ratios as a table.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

from bench.commands import BIN, Command, seconds
from bench.corpus import corpus

WORD = "lukashenko"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=20, help="how many of each")
    parser.add_argument("--keep", type=Path, help="work here and leave it")
    arguments = parser.parse_args()
    source = corpus("seedrepo") / "articles"
    if arguments.keep:
        measure(source, arguments.keep, arguments.queries)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(source, Path(folder), arguments.queries)


def measure(source: Path, folder: Path, queries: int) -> None:
    """Run everything in `folder` and print the table."""
    archive, index = folder / "articles", folder / "index"
    shutil.copytree(source, archive)
    ours: Command = [BIN / "newssearch", "--index", index, "-q"]
    theirs: Command = [BIN / "whoosh"]
    rows = [("what", "newssearch s", "whoosh s", "ratio")]
    built = seconds([*ours, "index", archive]), seconds([*theirs, "index", "--ext", ".md", archive])
    rows.append(row(f"index {count(archive):,} files", [built[0]], [built[1]]))
    update: Command = [*theirs, "index", "--update", "--ext", ".md", archive]
    rows.append(row("index again, nothing changed", *alternate([*ours, "index"], update, 5)))
    search: Command = [*theirs, "search", WORD, archive]
    asked = alternate([*ours, "query", WORD], search, queries)
    rows.append(row(f"query {WORD}", *asked))
    for cells in rows:
        print(f"{cells[0]:32}{cells[1]:>14}{cells[2]:>12}{cells[3]:>8}")
    whole, *sizes = (bytes_of(place) for place in (archive, index, archive / ".whoosh_index"))
    one, other = (size / whole for size in sizes)
    print(f"{'index size, of the archive':32}{one:14.2f}{other:12.2f}{one / other:8.2f}")


def alternate(ours: Command, theirs: Command, runs: int) -> tuple[list[float], list[float]]:
    """Times of two commands run in turn, after one run of each that does not count."""
    seconds(ours), seconds(theirs)
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def row(what: str, ours: list[float], theirs: list[float]) -> tuple[str, str, str, str]:
    """Medians, and the ratio of the medians."""
    first, second = statistics.median(ours), statistics.median(theirs)
    return what, f"{first:.3f}", f"{second:.3f}", f"{first / second:.2f}"


def count(folder: Path) -> int:
    return sum(1 for _ in folder.rglob("*.md"))


def bytes_of(folder: Path) -> int:
    """Bytes of the files below a folder; hidden folders below it are left out."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(
        path.stat().st_size
        for path in files
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


if __name__ == "__main__":
    main()
