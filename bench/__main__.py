"""`python -m bench [NAME…]`: every benchmark, or the named ones, in one run.

main_job   against the `whoosh` command: indexing, a run without changes, queries
titles     every headline of the reference archive as a query
replay     indexing its imports one by one, against indexing them at once
"""

from __future__ import annotations

import subprocess
import sys

NAMES = ("main_job", "titles", "replay")


def main() -> None:
    chosen = sys.argv[1:] or NAMES
    unknown = [name for name in chosen if name not in NAMES]
    if unknown:
        sys.exit(f"bench: no benchmark is called {unknown[0]}; there are: {', '.join(NAMES)}")
    for name in chosen:
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.bench_{name}"], check=True)


if __name__ == "__main__":
    main()
