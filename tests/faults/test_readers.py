"""Readers that open the index in a loop beside a writer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from newssearch.indexer import update_index
from newssearch.options import IndexOptions

ROUNDS = 25

# Reads the index again and again until it is sent a line; says at the end how often.
READER = """
import select, sys
from newssearch.query import open_index

def read(index):
    with open_index(index) as news:
        results = news.query("harbour", collapse=False)
        assert results.total == len(results.hits) == 2, results.total
        assert {hit.title for hit in results} == {"Harbour one", "Harbour two"}

index = sys.argv[1]
read(index)
print("begun", flush=True)
rounds = 1
while not select.select([sys.stdin], [], [], 0)[0]:
    read(index)
    rounds += 1
print(rounds)
"""


@pytest.mark.parametrize("options", [IndexOptions(), IndexOptions(rebuild=True)])
def test_readers_beside_a_writer_never_fail(tmp_path: Path, options: IndexOptions) -> None:
    archive, index = tmp_path / "news", tmp_path / "index"
    archive.mkdir()
    for name in ("one", "two"):
        (archive / f"{name}.md").write_text(f"# Harbour {name}\n\nShips.\n")
    update_index(index, [archive])
    assert len(list(index.glob("build-1/generation-1.json"))) == 1  # the columnar engine's
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "begun\n"
        for number in range(ROUNDS):
            (archive / "other.md").write_text(f"# Other {number}\n\nNews.\n")
            update_index(index, options=options)
        out, err = reader.communicate("stop\n")
    assert reader.returncode == 0, err
    assert int(out) >= ROUNDS // 5
