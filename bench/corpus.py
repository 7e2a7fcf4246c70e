"""Where the corpora are that the benchmarks measure on.

They are third-party archives, unpacked under `$NEWSSEARCH_CORPORA` (default
`~/.cache/newssearch-corpora`), one folder each with the articles in `articles/`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def corpus(name: str) -> Path:
    """A corpus's folder; ends the program with a clear line where it is not there."""
    base = os.environ.get("NEWSSEARCH_CORPORA", "~/.cache/newssearch-corpora")
    folder = Path(base).expanduser() / name
    if not (folder / "articles").is_dir():
        sys.exit(f"bench: the corpus {name} is not at {folder}; set NEWSSEARCH_CORPORA")
    return folder


def indexed(name: str) -> Path:
    """A corpus's index, made under bench/results/ where it is not there yet."""
    from newssearch.errors import IndexCorrupt
    from newssearch.indexer import update_index
    from newssearch.options import IndexOptions

    folder = Path(__file__).parent / "results" / f"index-{name}"
    articles = [corpus(name) / "articles"]
    try:
        report = update_index(folder, articles)
    except IndexCorrupt:  # of an earlier version
        report = update_index(folder, articles, IndexOptions(rebuild=True))
    if report.added or report.changed:
        print(f"indexed {report.added + report.changed:,} files in {report.seconds:.1f} s")
    return folder
