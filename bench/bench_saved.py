"""Does a saved search report every new story exactly once? The reference archive's own history.

    python -m bench.bench_saved [--imports N]

Each import of `imports.tsv` is copied into an archive folder and indexed, as in bench_replay, and
the saved searches are run for what is new. Prints for each search how many stories match at the
end and how many of them were reported once, by several reports (of stories that were joined later),
or never; how many reports there were of a story of which an article had been reported before
(repeated); and how long the runs took.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from bench.bench_replay import apply, batches
from bench.corpus import corpus
from newssearch.indexer import update_index
from newssearch.options import IndexOptions, QueryOptions
from newssearch.query import NewsIndex, open_index
from newssearch.saved import SavedSearch, Seen, changing
from newssearch.saved_run import what_is_new

QUERIES = {
    "all": "*",
    "belarus": "lukashenko OR minsk",
    "virus": "covid OR coronavirus",
    "chinese": "lang:zh 美国",
    "police": "title:police -trump",
    "phrase": '"human rights"',
    "both": "@belarus protest -@virus",
    "digests": "kind:digest trump",
}
EVERY = QueryOptions(limit=None, collapse=False, snippets=False)


class Report(NamedTuple):
    """A story that was reported: all of its articles at that time."""

    articles: frozenset[str]


class Replay:
    """The searches, and what they have reported so far."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self.reports: dict[str, list[Report]] = {name: [] for name in QUERIES}
        self.repeated = Counter[str]()
        self.times: list[float] = []

    def save(self) -> None:
        """Save the searches, for which everything is new."""
        with changing(self.index) as kept:
            for name, query in QUERIES.items():
                kept.add(SavedSearch(name, query, "2020-01-01"), Seen())

    def run(self) -> None:
        """What `newssearch saved run --new` does."""
        begin = time.perf_counter()
        with changing(self.index) as kept, open_index(self.index) as news:
            found = {}
            for name, query in QUERIES.items():
                new = what_is_new(news, query, kept.seen(name), QueryOptions())
                kept.commit({name: new.seen}, {})
                found[name] = new.results.hits
            self.times.append(time.perf_counter() - begin)
            for name, hits in found.items():
                self._note(name, news, [hit.id for hit in hits])

    def _note(self, name: str, news: NewsIndex, ids: list[str]) -> None:
        """Note the reports, and which of them were of a story that had been reported."""
        before = {one for report in self.reports[name] for one in report.articles}
        stories = stories_of(news, "*") if ids else {}
        for number in ids:
            articles = next(members for members in stories.values() if number in members)
            self.repeated[name] += number in before
            self.reports[name].append(Report(frozenset(articles)))

    def outcome(self, news: NewsIndex, name: str) -> Counter[str]:
        """How often the stories that match now were reported."""
        outcome = Counter[str]()
        for articles in stories_of(news, QUERIES[name]).values():
            of_story = [
                report for report in self.reports[name] if not report.articles.isdisjoint(articles)
            ]
            outcome["never once several".split()[min(len(of_story), 2)]] += 1
        return outcome


def stories_of(news: NewsIndex, query: str) -> dict[str, set[str]]:
    """The ids of the articles that match, by their stories."""
    stories: dict[str, set[str]] = {}
    for one in news.found(query, EVERY):
        stories.setdefault(one.story, set()).add(one.id)
    return stories


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--imports", type=int, default=10**9, help="only the first so many")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        replay(Path(folder), arguments.imports)


def replay(folder: Path, imports: int) -> None:
    """Index import by import, and run the searches after each."""
    source = corpus("seedrepo")
    archive, index = folder / "articles", folder / "index"
    archive.mkdir()
    run = Replay(index)
    history = list(batches(source / "imports.tsv"))[:imports]
    later = Counter(path for changes in history for _, path in changes)
    for number, changes in enumerate(history):
        for action, path in changes:
            later[path] -= 1
            apply(action, source / "articles" / path, archive / path, later[path] > 0)
        update_index(index, [archive], IndexOptions(prune=True))
        if not number:
            run.save()
        run.run()
    print(f"{len(history)} imports; a run of {len(QUERIES)} searches: the first", end=" ")
    later_runs = run.times[1:] or run.times
    print(f"{run.times[0]:.2f} s, later ones {statistics.median(later_runs):.2f} s (median)")
    print(f"{'':10}{'match':>8}{'once':>8}{'several':>8}{'never':>8}{'reports':>9}{'repeated':>9}")
    with open_index(index) as news:
        for name in QUERIES:
            outcome = run.outcome(news, name)
            figures = (outcome.total(), *(outcome[one] for one in ("once", "several", "never")))
            shown = "".join(f"{figure:>8,}" for figure in figures)
            print(f"{name:10}{shown}{len(run.reports[name]):>9,}{run.repeated[name]:>9,}")


if __name__ == "__main__":
    main()
