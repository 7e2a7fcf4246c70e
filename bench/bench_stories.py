"""Are articles grouped into the stories that they are of? The reference archive, whose pairs,
repeated addresses and digests are known.

    python -m bench.bench_stories [--runs N]
    python -m bench.bench_stories --sample N [--seed N] [--archive seedrepo|reuters] [--joined]
    python -m bench.bench_stories --forms 1000 3000 10000

Measures the archive as it is, and a copy in which the translations' files have names that say
nothing of language or article, so that every link to them is dead. Then indexes it with and without
comparing bodies, in turn (`--runs` of each; none for 0). `--sample` prints stories of several
members instead, drawn at random, for a person to judge: other people's text, which belongs in no
file of the project. `--forms` indexes so many articles of one form instead,
no two of which are alike: does each cost more where there are more?
"""

from __future__ import annotations

import argparse
import contextlib
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from unittest.mock import patch

import numpy as np

from bench import archives
from bench.archives import Archive, work
from bench.corpus import corpus
from bench.peers import fresh
from bench.story_sample import show_sample
from bench.story_truth import Truth, truth_of
from bench.tables import ratio, table
from newssearch.arrays.sketches import BANDS
from newssearch.engine.columnar.compaction import Live
from newssearch.engine.columnar.sketching import SketchesWriter
from newssearch.engine.columnar.writer import ColumnarWriter
from newssearch.indexer import update_index
from newssearch.options import IndexOptions, QueryOptions
from newssearch.query import open_index
from newssearch.results import Hit

EVERYTHING = QueryOptions(limit=None, snippets=False, collapse=False)

Named = Callable[[str], str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="of indexing, for its time")
    parser.add_argument("--sample", type=int, default=0, help="print so many stories instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archive", default="seedrepo", help="seedrepo, reuters")
    parser.add_argument(
        "--joined", action="store_true", help="only stories that bodies have joined"
    )
    parser.add_argument(
        "--forms", type=int, nargs="+", help="index so many articles of one form instead"
    )
    chosen = parser.parse_args()
    if chosen.forms:
        show_forms(chosen.forms)
        return
    if chosen.sample:
        folder = indexed(Archive(chosen.archive, "", (corpus(chosen.archive) / "articles",)))
        show_sample(folder, chosen.sample, chosen.seed, chosen.joined)
        return
    archive = archives.seedrepo()
    truth = truth_of(corpus("seedrepo"))
    columns = [
        Grouping.of(indexed(archive), str).rows(truth),
        Grouping.of(indexed(renamed(archive)), without_name).rows(truth),
    ]
    rows = [(name, value, columns[1][name]) for name, value in columns[0].items()]
    table(("", "as it is", "translations renamed"), rows)
    if chosen.runs:
        show_times(archive, chosen.runs)


def indexed(archive: Archive) -> Path:
    """An index of an archive, made anew."""
    folder = fresh(archive.place("stories"))
    update_index(folder, archive.roots)
    return folder


def renamed(archive: Archive) -> Archive:
    """A copy in which the translations have other names."""
    folder = work() / f"{archive.name}-renamed"
    if not folder.exists():
        half = fresh(folder.with_name(folder.name + "-unfinished"))
        for file in archive.files():
            path = half / without_name(file.relative_to(archive.roots[0]).as_posix())
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.read_bytes())
        half.rename(folder)
    return Archive(folder.name, "", (folder,))


def without_name(path: str) -> str:
    """A translation's path with a name that says nothing; other paths as they are."""
    folder, slash, name = path.rpartition("/")
    if not name.endswith("_zh.md"):
        return path
    return f"{folder}{slash}{blake2b(name.encode(), digest_size=8).hexdigest()}.md"


@dataclass(frozen=True, slots=True)
class Grouping:
    """Every article of an index by its path, and stories by id; `named` says how the index's
    archive calls a file of the original one."""

    articles: Mapping[str, Hit]
    stories: Mapping[str, Sequence[Hit]]
    named: Named

    @classmethod
    def of(cls, folder: Path, named: Named) -> Grouping:
        """What an index holds."""
        with open_index(folder) as news:
            hits = news.query("*", EVERYTHING).hits
        stories: dict[str, list[Hit]] = {}
        for hit in hits:
            stories.setdefault(hit.story.id, []).append(hit)
        return cls({hit.path: hit for hit in hits}, stories, named)

    def rows(self, truth: Truth) -> dict[str, str]:
        """What the table says."""
        same = sum(self._are_one_story(files) for files in truth.same)
        pairs = sum(self._translate_each_other(*pair) for pair in truth.pairs)
        right, wrong = self._entries(truth)
        several = [members for members in self.stories.values() if len(members) > 1]
        addresses = [len({hit.url for hit in members if hit.url}) for members in several]
        return {
            f"of {len(truth.same):,} repeated addresses, one story each": f"{same:,}",
            f"of {len(truth.pairs):,} pairs, each the other's translation": f"{pairs:,}",
            "translations of other articles": f"{self._wrong_translations(truth):,}",
            f"of {len(truth.entries):,} digest entries, with their article": f"{right:,}",
            "digest entries with another article alone": f"{wrong:,}",
            "digest entries whose article is not in the archive": str(
                sum(not article for article in truth.entries.values())
            ),
            "articles": f"{len(self.articles):,}",
            "stories": f"{len(self.stories):,}",
            "of one member": f"{len(self.stories) - len(several):,}",
            "of 2, 3, 4–9, 10 and more members": self._sizes(several),
            "of several addresses": str(sum(count > 1 for count in addresses)),
        }

    def _are_one_story(self, files: Sequence[str]) -> bool:
        return len({self._hit(file).story.id for file in files}) == 1

    def _translate_each_other(self, one: str, other: str) -> bool:
        both = (self._hit(one), self._hit(other)), (self._hit(other), self._hit(one))
        return all(theirs.id in {t.id for t in ours.translations} for ours, theirs in both)

    def _wrong_translations(self, truth: Truth) -> int:
        """Translations of a file that are neither its pair nor an import of it again."""
        group = {self.named(path): name for path, name in truth.group.items()}
        return sum(
            group[hit.path] != group[other.path]
            for hit in self.articles.values()
            if hit.kind == "article"
            for other in hit.translations
        )

    def _entries(self, truth: Truth) -> tuple[int, int]:
        """How many entries are in their article's story, and how many only in another one's."""
        right = wrong = 0
        for path, article in truth.entries.items():
            story = self.stories[self.articles[path].story.id]
            if article and self._hit(article) in story:
                right += 1
            else:
                wrong += any(hit.kind == "article" for hit in story)
        return right, wrong

    def _sizes(self, several: Sequence[Sequence[Hit]]) -> str:
        sizes = Counter(min(len(members), 10) for members in several)
        middle = sum(sizes[size] for size in range(4, 10))
        return ", ".join(f"{count:,}" for count in (sizes[2], sizes[3], middle, sizes[10]))

    def _hit(self, path: str) -> Hit:
        return self.articles[self.named(path)]


def show_times(archive: Archive, runs: int) -> None:
    """Print what comparing bodies adds to the time of indexing in one process."""
    with_it: list[float] = []
    without: list[float] = []
    for _ in range(runs):
        with_it.append(seconds(archive))
        with not_compared():
            without.append(seconds(archive))
    one, other = statistics.median(with_it), statistics.median(without)
    rows = [("bodies compared", f"{one:.2f}", ratio(one, other))]
    rows += [("not compared", f"{other:.2f}", "1.00")]
    table(("indexing in one process", "seconds", "ratio"), rows)


def show_forms(counts: Sequence[int]) -> None:
    """Print what it takes to index articles of one form in one process, and then one more."""
    rows = []
    for count in counts:
        archive = form(count)
        folder = fresh(archive.place("stories"))
        with comparing() as spent:
            update_index(folder, archive.roots, IndexOptions(jobs=1))
            extra = archive.roots[0] / f"{count}.md"
            extra.write_text(filled_in(count), encoding="utf-8")
            update_index(folder, archive.roots, IndexOptions(jobs=1))
            extra.unlink()
        each = f"{1000 * spent[0] / count:.2f}"
        rows.append((f"{count:,}", f"{spent[0]:.2f}", each, f"{spent[1]:.2f}"))
    table(("articles of one form", "CPU seconds to compare", "ms each", "one more"), rows)


@contextlib.contextmanager
def comparing() -> Iterator[list[float]]:
    """The seconds of the processor that comparing takes, of one commit after another."""
    spent: list[float] = []
    whole = ColumnarWriter._joined

    def joined(writer: ColumnarWriter, held: Sequence[Live], made: Sequence[Live]) -> object:
        begun = time.process_time()
        found = whole(writer, held, made)
        spent.append(time.process_time() - begun)
        return found

    with patch.object(ColumnarWriter, "_joined", joined):
        yield spent


def form(count: int) -> Archive:
    """Articles that fill in one form: of 420 words 300 are the same in all."""
    folder = fresh(work() / f"form-{count}")
    for number in range(count):
        (folder / f"{number}.md").write_text(filled_in(number), encoding="utf-8")
    return Archive(folder.name, "", (folder,))


def filled_in(number: int) -> str:
    """An article of the form."""
    same, own = random.Random(0), random.Random(number + 1)
    words = [f"w{chance.randrange(8000)}" for chance in [same] * 300 + [own] * 120]
    return f"# A bulletin\n\n{' '.join(words)}\n"


def seconds(archive: Archive) -> float:
    """How long it takes to index an archive."""
    folder = fresh(archive.place("stories-timed"))
    return update_index(folder, archive.roots, IndexOptions(jobs=1)).seconds


@contextlib.contextmanager
def not_compared() -> Iterator[None]:
    """Nothing is sketched, and nothing compared."""

    def add(writer: SketchesWriter, found: object, forms: object, compared: Sequence[str]) -> None:
        writer._rows.append(np.zeros((len(compared), BANDS), np.uint32))

    with (
        patch.object(SketchesWriter, "add", add),
        patch.object(ColumnarWriter, "_joined", lambda *_: []),
    ):
        yield


if __name__ == "__main__":
    main()
