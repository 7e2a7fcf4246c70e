"""What the disk does not give any more is damage that is said, never a signal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from newssearch.engine.columnar.segment_file import BLOCK, SectionsWriter

#: Opens a file of sections, has its end gone from the disk, and reads there. A process of its own,
#: since a signal is what must not come.
READER = """
import os, pathlib, sys
from newssearch.engine.columnar.segment_file import SegmentFile
from newssearch.errors import IndexCorrupt
path, kept = pathlib.Path(sys.argv[1]), int(sys.argv[2])
file = SegmentFile(path)
os.truncate(path, kept)
assert bytes(file.read("fog", 0, 10)) == b"0123456789"
try:
    file.read("fog", 15 * 4096)
except IndexCorrupt as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system cannot be asked beforehand")
@pytest.mark.parametrize("kept", [BLOCK, 4 * BLOCK, 15 * BLOCK])
def test_bytes_that_the_disk_does_not_give_are_damage(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "one.seg"
    writer = SectionsWriter(path)
    writer.add("fog", [b"0123456789" * 2 * BLOCK])
    writer.finish({})
    command = [sys.executable, "-c", READER, str(path), str(kept)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{path}: cannot be read (" in done.stdout
    assert "newssearch index --rebuild" in done.stdout
