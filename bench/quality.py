"""How well does it rank? Judged collections, newssearch and its peers in one run.

    ./dev quality [NAME …] [--accept]

Prints, for each collection and engine, nDCG@10, MAP, RR and recall@100 over its questions in words,
of which any may match, and how each question's nDCG@10 has changed since the accepted run
(bench/quality_accepted.json). A run of all collections writes bench/QUALITY.md, which the README
quotes; `--accept` makes this run the accepted one. Exits with 1 where a peer is ahead of newssearch
on a collection, or where the mean is below the goal.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bench.quality_collections import NAMES, Collection, load
from bench.quality_engines import OURS, rankers
from bench.quality_measures import MAIN, Figures, figures, means
from bench.quality_report import DIGITS, ByQuery, ahead, changes, tables
from bench.tables import conditions

ACCEPTED = Path(__file__).parent / "quality_accepted.json"
WRITTEN = Path(__file__).parent / "QUALITY.md"


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev quality", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"collections: {' '.join(NAMES)}")
    parser.add_argument("--accept", action="store_true", help="keep this run to compare with")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in NAMES]
    if unknown:
        parser.error(f"no collection is called {unknown[0]}; there are: {' '.join(NAMES)}")
    names = chosen.names or NAMES
    found: dict[str, dict[str, Figures]] = {}
    ours: dict[str, dict[str, float]] = {}
    for name in names:
        collection = load(name)
        print(f"{name}: {len(collection.queries)} queries …", file=sys.stderr, flush=True)
        by_engine = measure(collection)
        found[name] = {engine: means(by_query) for engine, by_query in by_engine.items()}
        ours[name] = {q: round(one[MAIN], DIGITS) for q, one in by_engine[OURS].items()}
    written = tables(found)
    print(written, end="\n\n")
    print("\n".join(changes(ours, accepted())), end="\n\n")
    if len(names) == len(NAMES):
        WRITTEN.write_text(f"{head()}\n{written}\n", "utf-8")
    if chosen.accept:
        accept(ours)
    behind = ahead(found)
    print("\n".join(behind) or "no peer is ahead")
    sys.exit(1 if behind else 0)


def measure(collection: Collection) -> dict[str, dict[str, Figures]]:
    """By engine, each query's figures."""
    return {
        engine: figures(
            {query: rank(words) for query, words in collection.queries.items()}, collection.grades
        )
        for engine, rank in rankers(collection).items()
    }


def head() -> str:
    """What stands above the tables."""
    return (
        "# How well it ranks\n\n"
        "What `./dev quality` printed: judged collections, free-text questions of which any word "
        "may match, for newssearch with the parameters that it always has. The peers are set up as "
        "`peers` in bench/quality_engines.py says. The best of each column is bold.\n\n"
        f"{conditions()}\n"
    )


def accepted(file: Path = ACCEPTED) -> ByQuery:
    """The accepted run; empty where there is none."""
    if not file.exists():
        return {}
    found: dict[str, dict[str, float]] = json.loads(file.read_text("utf-8"))
    return found


def accept(ours: ByQuery, file: Path = ACCEPTED) -> None:
    """Make a run the accepted one, as far as it goes."""
    kept = {**accepted(file), **ours}
    file.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
