from __future__ import annotations

import os
import random

import pytest

from newssearch.inventory import Listed
from newssearch.walk import SourceFile, file_line

SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))


def made(paths: list[str]) -> tuple[Listed, list[SourceFile]]:
    """The files at these paths, as a walk lists them, and in the order of their paths."""
    folders: dict[str, list[str]] = {}
    files = []
    for number, path in enumerate(sorted(paths)):
        files.append(SourceFile(path, path.encode(), number, 7 * number, 9, number + 100))
        prefix, mark, name = path.rpartition("/")
        folders.setdefault(prefix + mark, []).append(file_line(name, *files[-1][2:]))
    listed = Listed()
    for prefix in sorted(folders):
        listed.add(prefix, sorted(folders[prefix]))
    return listed, files


def invented_paths(chance: random.Random) -> list[str]:
    """Names that sort before, between and behind the folders they lie beside."""
    names = ("a", "a b", "a-b", "a.md", "b.md", "é", "港口", "a0.md")
    return list(
        {
            "/".join(chance.choices(names, k=chance.randrange(1, 4))) + chance.choice(("", ".md"))
            for _ in range(chance.randrange(1, 200))
        }
    )


@pytest.mark.parametrize("seed", range(SEED, SEED + 20))
def test_files_come_in_the_order_of_their_paths(seed: int) -> None:
    print(f"seed {seed}")
    listed, files = made(invented_paths(random.Random(seed)))
    assert list(listed) == files
    assert list(listed) == files
    assert (len(listed), listed.size) == (len(files), sum(file.size for file in files))


def test_files_that_were_let_go_are_only_counted() -> None:
    listed, files = made(["x/b.md", "x/y/a.md", "x/c.md"])
    assert list(listed.let_go()) == files
    assert (len(listed), listed.size, list(listed)) == (3, 0 + 1 + 2, [])


@pytest.mark.parametrize("step", [1, 2, 3, 7, 50, 1000])
def test_one_of_so_many_is_taken_from_all_over_the_archive(step: int) -> None:
    listed, _ = made(invented_paths(random.Random(SEED)))
    walked = [prefix + line.split("\t")[0] for prefix, lines in listed.folders() for line in lines]
    assert [file.path for file in listed.every(step)] == walked[::step]


def test_nothing_is_listed_at_first() -> None:
    listed = Listed()
    listed.add("x/", [])
    assert (len(listed), listed.size, list(listed), list(listed.every(3))) == (0, 0, [], [])
