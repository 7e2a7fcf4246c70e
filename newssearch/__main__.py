"""`newssearch` and `python -m newssearch`: the way in, which imports nothing before it is guarded.

Imports are most of a short run, and Ctrl-C may come during them: cli/main.py, which gives every
other error its line and exit code, is itself imported within the guard.
"""

from __future__ import annotations

import gc
import os
import sys

INTERRUPTED = 130  # as cli/main.py has it, which cannot be asked yet


def main() -> int:
    """Run the command that the process's arguments name; returns the exit code."""
    try:
        # We multiply no matrices: NumPy need not start a thread a core for that (20 ms of CPU).
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        gc.set_threshold(100_000, 20, 100)  # what a command makes, it mostly needs to its end
        from newssearch.cli.main import main as run

        return run()
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
