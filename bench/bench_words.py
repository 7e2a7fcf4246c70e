"""How long it takes to find the words that a pattern or a misspelling stands for.

    python -m bench.bench_words [--archive NAME] [--runs N]

In one process that does not import NumPy, each on an index that has just been opened: patterns and
misspelt words looked up, "did you mean", completions; milliseconds of processor time, medians.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from bench import archives, ours
from bench.tables import table
from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Snapshot
from newssearch.index_folder import IndexFolder
from newssearch.spelling import nearest
from newssearch.suggest import suggest
from newssearch.syntax.nodes import Atom, Expand

ATOMS = {
    "wo?d": Atom("=wo?d", Expand.PATTERN),
    "w*d": Atom("=w*d", Expand.PATTERN),
    "*ord": Atom("=*ord", Expand.PATTERN),
    "co*": Atom("=co", Expand.PREFIX),
    "word~1": Atom("=word", Expand.FUZZY, edits=1),
    "lukashenko~1": Atom("=lukashenko", Expand.FUZZY, edits=1),
    "lukashenko~2": Atom("=lukashenko", Expand.FUZZY, edits=2),
}
MISSPELT = ("Lukaschenko", "goverment", "protset")
BEGUN = ("luka", "s", "pro", "belarus pro", "hong kong po", "coronavirus vacc")

Question = Callable[[Snapshot], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", default="news")
    parser.add_argument("--index", type=Path, help="measure on this index instead")
    parser.add_argument("--runs", type=int, default=7)
    chosen = parser.parse_args()
    folder = chosen.index or built(chosen.archive)
    home = IndexFolder.open(folder)
    rows = [
        [name, *(f"{1e3 * figure:.1f}" for figure in measured(home, ask, chosen.runs))]
        for name, ask in questions(home.analyzer).items()
    ]
    table(["", "first, ms", "again, ms"], rows)


def built(name: str) -> Path:
    """The index of an archive, made where it is missing."""
    makers = (archives.news, archives.generated, archives.sample)
    archive = next(a for a in (make() for make in makers) if a.name.startswith(name))
    folder = archive.place("newssearch")
    if not folder.exists():
        ours.build(archive)
    return folder


def questions(analyzer: Analyzer) -> dict[str, Question]:
    """What is asked, by name."""
    found: dict[str, Question] = {
        name: lambda snapshot, atom=atom: snapshot.words(atom) for name, atom in ATOMS.items()
    }
    for word in MISSPELT:
        found[f"did you mean: {word}"] = lambda s, word=word: nearest(word, analyzer, s)
    for prefix in BEGUN:
        found[f"suggest {prefix}"] = lambda s, prefix=prefix: suggest(prefix, analyzer, s)
    return found


def measured(home: IndexFolder, ask: Question, runs: int) -> tuple[float, float]:
    """Seconds that a question takes when an index has just been opened, and once more."""
    first, again = list[float](), list[float]()
    for _ in range(runs):
        snapshot = home.snapshot()
        for times in (first, again):
            began = time.process_time()
            ask(snapshot)
            times.append(time.process_time() - began)
        snapshot.close()
    return statistics.median(first), statistics.median(again)


if __name__ == "__main__":
    main()
