"""Does indexing day by day end where indexing at once does? The reference archive's own history.

    python -m bench.bench_replay [--queries N] [--seed N]

`imports.tsv` says which files came with which import. Each import is copied into an archive folder
and indexed; at the end the articles, and the answers and scores to generated queries, are compared
with those of an index made of all files at once. Prints every difference, and how long the
imports took.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import corpus
from newssearch.indexer import update_index
from newssearch.options import QueryOptions
from newssearch.query import NewsIndex, open_index

TOLERANCE = 1e-5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2020)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        replay(Path(folder), arguments.queries, arguments.seed)


def replay(folder: Path, queries: int, seed: int) -> None:
    """Index import by import, then at once, and compare."""
    source = corpus("seedrepo")
    archive = folder / "articles"
    archive.mkdir()
    times: list[float] = []
    history = list(batches(source / "imports.tsv"))
    for number, changes in enumerate(history):
        later = {path for others in history[number + 1 :] for _, path in others}
        for action, path in changes:
            apply(action, source / "articles" / path, archive / path, path in later)
        begin = time.perf_counter()
        report = update_index(folder / "by-day", [archive])
        times.append(time.perf_counter() - begin)
        if report.failed or report.refused_roots:
            print(f"import {number}: {report.failed} {report.refused_roots}")
    whole = update_index(folder / "at-once", [archive])
    print(f"{len(times)} imports: the first {times[0]:.1f} s, later ones")
    print(f"    {statistics.median(times[1:]):.2f} s (median); all at once {whole.seconds:.1f} s")
    with open_index(folder / "by-day") as one, open_index(folder / "at-once") as other:
        compare(one, other, queries, seed)


def batches(path: Path) -> Iterator[list[tuple[str, str]]]:
    """Each import's (A, M or D, path of a file), in the order of the history."""
    current, changes = "", list[tuple[str, str]]()
    for line in path.read_text("utf-8").splitlines():
        _, commit, action, file = line.split("\t")
        if file.startswith('"'):  # names with quotation marks are quoted, as git does it
            file = json.loads(file)
        if commit != current and changes:
            yield changes
            changes = []
        current = commit
        changes.append((action, file))
    yield changes


def apply(action: str, source: Path, target: Path, again: bool) -> None:
    """Make one change of an import. The corpus has each file as it was at the end: one that a
    later import changes again gets a line that it then loses."""
    if action.startswith("D"):
        target.unlink(missing_ok=True)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        if again:
            with target.open("a", encoding="utf-8") as file:
                file.write("\n\nThis line goes with a later import.\n")


def compare(one: NewsIndex, other: NewsIndex, queries: int, seed: int) -> None:
    """Print what differs between two indexes of the same files."""
    everything = QueryOptions(limit=None, snippets=False, collapse=False)
    articles = [{hit.id: hit for hit in news.query("*", everything)} for news in (one, other)]
    print(f"articles: {len(articles[0]):,} and {len(articles[1]):,}")
    facts = [
        {(h.id, h.title, h.date, h.url, h.lang, h.story.size) for h in found.values()}
        for found in articles
    ]
    differing = len(facts[0] ^ facts[1])
    print(f"articles that differ: {differing}")
    titles = sorted(hit.title for hit in articles[0].values())
    chosen = random.Random(seed)
    wrong = 0
    for _ in range(queries):
        words = chosen.choice(titles).split()
        query = " ".join(chosen.sample(words, min(len(words), chosen.randint(1, 3))))
        answers = [answer(news, query) for news in (one, other)]
        if answers[0] != answers[1]:
            wrong += 1
            print(f"differs: {query}")
    print(f"queries: {queries} (seed {seed}), {wrong} with another answer or score")


def answer(news: NewsIndex, query: str) -> list[tuple[str, float]]:
    """Ids and scores of a query's first hundred hits."""
    options = QueryOptions(limit=100, snippets=False, any_word=True)
    return [(hit.id, round(hit.score / TOLERANCE)) for hit in news.query(query, options)]


if __name__ == "__main__":
    main()
