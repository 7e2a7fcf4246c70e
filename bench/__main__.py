"""`python -m bench [NAME…]`: every benchmark, or the named ones, in one run.

indexing   newssearch, tantivy, SQLite FTS5 and stock Whoosh on the same articles
search     the same engines' answers in one process, class by class of queries
process    whole processes: queries against the `whoosh` command and ripgrep, updates
main_job   against the `whoosh` command: indexing, a run without changes, queries
stories    repeated addresses, translations and digests of the reference archive
titles     every headline of the reference archive as a query
knownitem  first sentences of the reference archive as queries
replay     indexing its imports one by one, against indexing them at once
paths      where NumPy takes over in a fresh process; only if it is named
million    a generated archive of a million articles; only if it is named
counts     facets and timelines against counting the files; only if it is named
saved      saved searches over its imports; only if it is named
words      what helps with words; only if it is named

What the first five print in a run without names is kept in bench/RESULTS.md, which the README
quotes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NAMES = ("indexing", "search", "process", "main_job", "stories", "titles", "knownitem", "replay")
NAMED = ("paths", "million", "counts", "saved", "words")
KEPT = NAMES[:5]  # the others may print titles of other people's articles
RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    chosen = sys.argv[1:] or NAMES
    unknown = [name for name in chosen if name not in NAMES + NAMED]
    if unknown:
        known = ", ".join(NAMES + NAMED)
        sys.exit(f"bench: no benchmark is called {unknown[0]}; there are: {known}")
    from bench.tables import conditions

    head = f"# Measured\n\nWhat `./dev bench` printed. {conditions()}\n"
    print(head, flush=True)
    printed = {name: run(name) for name in chosen}
    if chosen is NAMES:
        sections = [f"\n## {name}\n\n{printed[name].rstrip()}\n" for name in KEPT]
        RESULTS.write_text(head + "".join(sections), "utf-8")


def run(name: str) -> str:
    """Run one benchmark; returns what it prints, which is shown as it comes."""
    print(f"\n== {name}", flush=True)
    command = [sys.executable, "-m", f"bench.bench_{name}"]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        sys.exit(f"bench: {name} failed")
    return "".join(lines)


if __name__ == "__main__":
    main()
