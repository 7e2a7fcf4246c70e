"""What is measured on, and where the measuring is done.

In: an archive's name. Out: an `Archive`, whose folders nothing here changes. Indexes, generated
archives and copies lie under `$NEWSSEARCH_BENCH` (default `bench/results/`, git-ignored).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import corpus

GENERATED = 50_000
SAMPLE = 3_000
EXTENSIONS = (".md", ".markdown")


@dataclass(frozen=True, slots=True)
class Archive:
    """Folders of articles. `name` is for files, `title` for people."""

    name: str
    title: str
    roots: tuple[Path, ...]

    def files(self) -> list[Path]:
        """Its files, in the order of their paths."""
        return [file for root in self.roots for file in files(root)]

    def place(self, engine: str) -> Path:
        """The folder where an engine's index of this archive belongs."""
        return work() / "indexes" / self.name / engine


def work() -> Path:
    """The folder for everything that is made; created where it is missing."""
    chosen = os.environ.get("NEWSSEARCH_BENCH")
    folder = Path(chosen).expanduser() if chosen else Path(__file__).parent / "results"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def seedrepo() -> Archive:
    """The reference archive."""
    return Archive("seedrepo", "reference archive", (corpus("seedrepo") / "articles",))


def news() -> Archive:
    """Reuters' newswire and the reference archive together."""
    roots = tuple(corpus(name) / "articles" for name in ("reuters", "seedrepo"))
    return Archive("reuters-seedrepo", "reuters + reference archive", roots)


def generated(articles: int = GENERATED) -> Archive:
    """Articles of 4 KB (seed 1), made where they are not there yet."""
    folder = work() / f"generated-{articles}"
    if not folder.exists():
        from bench.generate import Order, generate

        half = folder.with_name(folder.name + "-unfinished")
        shutil.rmtree(half, ignore_errors=True)
        generate(Order(half, articles))
        half.rename(folder)
    return Archive(folder.name, f"{articles:,} generated articles of 4 KB", (folder,))


def sample(articles: int = SAMPLE) -> Archive:
    """A share of the generated articles, for what is too slow for all of them."""
    whole = generated()
    folder = work() / f"sample-{articles}"
    if not folder.exists():
        found = whole.files()
        copy(found[:: max(1, len(found) // articles)][:articles], whole.roots[0], folder)
    return Archive(folder.name, f"{articles:,} of the generated articles", (folder,))


def copy(chosen: Iterable[Path], root: Path, target: Path) -> None:
    """Copies files of an archive folder to another, which must not be there."""
    half = target.with_name(target.name + "-unfinished")
    shutil.rmtree(half, ignore_errors=True)
    for file in chosen:
        place = half / file.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    half.rename(target)


def files(root: Path) -> list[Path]:
    """The article files below a folder, in the order of their paths."""
    return sorted(
        Path(folder) / name
        for folder, _, names in os.walk(root)
        for name in names
        if name.endswith(EXTENSIONS)
    )


def bytes_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(
        os.lstat(os.path.join(where, name)).st_size
        for where, _, names in os.walk(folder)
        for name in names
    )
