"""The power fails at any moment of a run: what the disk then holds is the index as it was, or as it
was going to be; and what a run has reported as done is there.

A disk keeps what was synced. Of the rest any part may be there: a file whole, cut, torn or full of
zeros; a name made, changed or removed, or not yet. `NEWSSEARCH_TRIALS=300` is a long run.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from newssearch.engine.columnar import compaction
from newssearch.indexer import update_index
from newssearch.options import IndexOptions
from newssearch.query import open_index

RUNS = int(os.environ.get("NEWSSEARCH_TRIALS", "24")) // 4
OFTEN = 0.5
SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))

Name = tuple[int, str]  # a folder's inode, and a name in it


@dataclass
class Disk:
    """What of a folder is on the disk, and what is only on its way there.

    `names` and `contents` are as synced; `pending` are changes of names since, in their order:
    an inode, or None where the name is removed.
    """

    root: Path
    names: dict[Name, int] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=dict)
    folders: set[int] = field(default_factory=set)
    pending: list[tuple[Name, int | None]] = field(default_factory=list)
    seen: dict[Name, int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)  # open, so that no inode comes again

    def look(self) -> None:
        """Note which names have come, changed and gone since the last look."""
        now: dict[Name, int] = {}
        for path, folders, files in os.walk(self.root):
            parent = os.stat(path).st_ino
            self.folders.add(parent)
            for name in (*folders, *files):
                now[(parent, name)] = os.lstat(os.path.join(path, name)).st_ino
                if now[(parent, name)] not in self.held:
                    self.held[now[(parent, name)]] = os.open(os.path.join(path, name), os.O_RDONLY)
        for name in {*now, *self.seen}:
            if now.get(name) != self.seen.get(name):
                self.pending.append((name, now.get(name)))
        self.seen = now

    def close(self) -> None:
        for handle in self.held.values():
            os.close(handle)

    def synced(self, handle: int) -> None:
        self.look()
        inode = os.fstat(handle).st_ino
        if inode in self.folders:
            for name, target in self.pending:
                if name[0] == inode:
                    self.names.pop(name, None)
                    if target is not None:
                        self.names[name] = target
            self.pending = [change for change in self.pending if change[0][0] != inode]
        else:
            with open(f"/proc/self/fd/{handle}", "rb") as file:
                self.contents[inode] = file.read()

    def image(self, target: Path, rng: random.Random) -> None:
        """What the power cut leaves: all that was synced, and any part of the rest."""
        names = dict(self.names)
        likely = rng.choice((0.0, 0.5, 1.0))
        for name, inode in self.pending:
            if rng.random() < likely:
                names.pop(name, None)
                if inode is not None:
                    names[name] = inode
        shutil.rmtree(target, ignore_errors=True)
        self._make(target, os.stat(self.root).st_ino, names, rng)

    def _make(self, path: Path, parent: int, names: dict[Name, int], rng: random.Random) -> None:
        path.mkdir()
        for (folder, name), inode in names.items():
            if folder != parent:
                continue
            if inode in self.folders:
                self._make(path / name, inode, names, rng)
            else:
                torn = rng.choice((b"", bytes(rng.randrange(5000)), rng.randbytes(200)))
                (path / name).write_bytes(self.contents.get(inode, torn))


class Cuts:
    """Stands between a run and the system, and cuts the power at random: an image is made of the
    disk, and what it answers is compared with what it should."""

    def __init__(self, disk: Disk, image: Path, rng: random.Random) -> None:
        self.disk, self.image, self.rng = disk, image, rng
        self.allowed: list[list[Any]] = []
        self.found: list[int] = []  # which of the allowed answers each image gave
        self._busy = False

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        replace, unlink = os.replace, os.unlink
        monkeypatch.setattr(os, "fsync", lambda handle: self._around(self.disk.synced, handle))
        monkeypatch.setattr(os, "replace", lambda *names: self._around(replace, *names))
        monkeypatch.setattr(os, "unlink", lambda *name, **at: self._around(unlink, *name, **at))

    def _around(self, then: Any, *arguments: Any, **given: Any) -> None:
        if not self._busy:
            self._perhaps_cut()
        then(*arguments, **given)
        if not self._busy:
            self._perhaps_cut()

    def _perhaps_cut(self) -> None:
        self.disk.look()
        if self.allowed and self.rng.random() < OFTEN:
            self.cut()

    def cut(self) -> None:
        self._busy = True
        self.disk.image(self.image, self.rng)
        given = answers(self.image)
        assert given in self.allowed, f"seed {SEED}"
        self.found.append(self.allowed.index(given))
        self._busy = False


def answers(index: Path) -> list[Any]:
    with open_index(index) as news:
        return [(hit.id, hit.title, hit.score) for hit in news.query("ferry", limit=None)]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="reads synced files through /proc")
@pytest.mark.parametrize("rebuild", [False, True])
def test_after_a_power_cut_the_index_is_as_before_or_as_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rebuild: bool
) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    rng = random.Random(SEED)
    monkeypatch.setattr(compaction, "FAN_IN", 3)
    archive, index = tmp_path / "news", tmp_path / "index"
    archive.mkdir()
    index.mkdir()
    for n in range(9):
        (archive / f"{n}.md").write_text(f"# Ferry {n}\n\nA harbour.\n")
    disk = Disk(index)
    cuts = Cuts(disk, tmp_path / "image", rng)
    cuts.install(monkeypatch)
    update_index(index, [archive])
    for trial in range(RUNS):
        before = answers(index)
        (archive / f"late{trial}.md").write_text(f"# Late ferry {trial}\n\nAt night.\n")
        (archive / "0.md").write_text(f"# Ferry, number {trial}\n\nAt night.\n")
        (archive / f"{trial % 8 + 1}.md").write_text("# Nothing here\n")
        with open_copy(index, tmp_path / "copy") as copy:
            update_index(copy)
            cuts.allowed = [before, answers(copy)]
        update_index(index, options=IndexOptions(rebuild=rebuild, jobs=1))
        for _ in range(3):  # what has been reported as done is there
            cuts.cut()
            assert cuts.found[-1] == 1
        cuts.allowed = []
    disk.close()
    assert cuts.found.count(0) > RUNS
    assert cuts.found.count(1) > 4 * RUNS


@contextlib.contextmanager
def open_copy(index: Path, copy: Path) -> Iterator[Path]:
    """The index in another folder as far from the archive, for a while."""
    shutil.copytree(index, copy)
    yield copy
    shutil.rmtree(copy)
