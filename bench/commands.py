"""A command as people start it: a whole process, timed. Used by benchmarks that compare some."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent

Command = list[str | Path]


def seconds(command: Command) -> float:
    """Seconds that a command takes; its output is read, and shown where it fails."""
    begin = time.perf_counter()
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    taken = time.perf_counter() - begin
    if done.returncode:
        sys.exit(f"bench: {command[0]} failed:\n{done.stderr.decode()}")
    return taken
