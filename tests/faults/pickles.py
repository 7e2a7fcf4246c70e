"""Pickles that run something are planted wherever Whoosh, or a careless reader, would load one.

In the index folder and in the build, under the names of Whoosh's own files and of ours, beside our
files, in their place and at their end. Then every command is called, and `whoosh_index`: whatever
they answer, what stands in the pickle has not been run. (tests/test_columnar_lies.py has one in a
file whose checksums hold.)
"""

from __future__ import annotations

import contextlib
import os
import pickle
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asked_desk import READS, Desk, small_limits
from outcome import Outcome, Tally

SUITE = "planted pickles"

#: What Whoosh calls its files, and names that pickles go by elsewhere. {} is a segment's name.
_NAMES = (
    *("_MAIN_1.toc", "_MAIN_99.toc", "MAIN_WRITELOCK", "MAIN_1.toc", "index.toc", "{}.toc"),
    *("{}.pck", "{}.dci", "{}.dcz", "{}.tiz", "{}.fdz", "{}.pst", "{}.vps", "{}.trm", "{}.col"),
    *("{}.seg", "{}.W3s", "MAIN_{}.seg", "_MAIN_1.toc.1598500000.1", "schema.pickle", "x.pkl"),
    *("generation-99.json", "commit-99.seg", "dictionary", "newssearch.json", "inventory"),
    *("kept/roots.json", "kept/added.tsv", "kept/saved.json", "kept/saved.journal", "lock"),
    *("kept/saved/{}.seen", "kept/saved.lock", "newssearch.json.new", "generation-99.json.new"),
)

_WRITES = (
    *(("index",), ("index", "--verify"), ("index", "--rebuild"), ("saved", "run", "--new")),
    *(("saved", "add", "dolphins", "dolphin"), ("saved", "remove", "dolphins")),
)


class Planted:
    """Makes a folder when it is loaded."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)

    def __reduce__(self) -> Any:
        return os.mkdir, (self._folder,)


def soak(trials: int, seed: int) -> Outcome:
    """So many indexes with pickles in them, each used by every command."""
    tally = Tally(SUITE)
    with tempfile.TemporaryDirectory() as folder, small_limits():
        desk, marker = Desk(Path(folder)), Path(folder) / "executed"
        for number in range(trials):
            tally.trial()
            rng = random.Random(f"{seed} {number}")
            desk.fresh()
            planted = [*plant(desk, marker, rng)]
            for asked in (*READS, *_WRITES):
                note = f"seed {seed}, trial {number}: {planted}: {' '.join(asked)}"
                try:
                    said = desk.ask(asked)
                except Exception as error:  # noqa: BLE001  whatever it is: that is looked for
                    tally.wrong("crashes", f"{note}: {type(error).__name__}: {error}")
                    break
                if marker.exists():
                    marker.rmdir()
                    tally.wrong("silent", f"executed: {note}")
                    break
                if "this is a bug" in said.err:
                    tally.wrong("crashes", f"{note}: {said.err}")
                    break
    return tally.outcome()


def plant(desk: Desk, marker: Path, rng: random.Random) -> Iterator[str]:
    """Plant some; their paths."""
    protocol = rng.choice((0, 2, pickle.HIGHEST_PROTOCOL))
    content = pickle.dumps(Planted(marker), protocol)
    (build,) = desk.index.glob("build-*")
    segments = [path.stem for path in build.glob("*.seg") if len(path.stem) == 16]
    for name in rng.sample(_NAMES, 5):
        for folder in rng.choice(((desk.index,), (build,), (desk.index, build))):
            path = folder / name.format(rng.choice((*segments, "0123456789abcdef")))
            with contextlib.suppress(FileNotFoundError):
                path.write_bytes(content)
                yield str(path.relative_to(desk.index))
    if rng.random() < 0.5:  # in a file of ours, whose checksum does not hold
        path = rng.choice([path for path in build.iterdir() if path.is_file()])
        path.write_bytes(rng.choice((content, path.read_bytes() + content)))
        yield f"{path.name}, with it or in its place"
