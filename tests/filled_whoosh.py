"""A Whoosh engine's folder with a generation in it.

Used by test_engine_files.py and test_engine_files_writers.py.
"""

from __future__ import annotations

import os
from pathlib import Path

from invented_documents import document

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.whoosh_engine import WhooshEngine, create_engine

NEWS = [
    document(
        f"2020/{n}.md", f"fog in harbour number{n}\n雾港 again and again", title=f"Fog {n}",
        keywords=("fog",), date="2020-08-27", lang="en", source="bay.org", story=f"s{n % 7}",
    )
    for n in range(20)
]  # fmt: skip


def filled(folder: Path) -> WhooshEngine:
    made = create_engine(folder, Analyzer())
    writer = made.writer()
    for held in NEWS:
        writer.add(held)
    writer.commit({"inventory": b"all of it"})
    return made


def names(engine: WhooshEngine) -> set[str]:
    return set(os.listdir(engine.folder))
