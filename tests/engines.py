"""The engines that tests run, by name: those of the package, and the one on Whoosh's stock codec,
which no index may name because its files are pickles."""

from __future__ import annotations

from pathlib import Path

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine import choose
from newssearch.engine.base import Engine
from newssearch.engine.whoosh_engine import create_engine


def create(name: str, folder: Path, analyzer: Analyzer) -> Engine:
    """An empty engine in a new folder."""
    if name == "whoosh":
        return create_engine(folder, analyzer)
    return choose.create(name, folder, analyzer)
