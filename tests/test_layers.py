"""The import layers of setup.cfg, and the one rule that import-linter cannot spell.

The layers themselves are checked by `./dev check`.
"""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import grimp
import pytest

WHOOSH_MODULES = "newssearch.engine.whoosh_*"


def importers_of(package: str, outside: str) -> set[str]:
    """The modules of a package that import `outside` anywhere, inside functions too."""
    graph = grimp.build_graph(package, include_external_packages=True, cache_dir=None)
    return graph.find_modules_that_directly_import(outside)


def test_only_the_engines_whoosh_modules_import_whoosh():
    importers = importers_of("newssearch", "whoosh")
    assert importers
    assert {name for name in importers if not fnmatch(name, WHOOSH_MODULES)} == set()


def test_an_import_inside_a_function_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "layered_sample"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "late.py").write_text("def search():\n    from whoosh.index import open_dir\n")
    (package / "none.py").write_text("def search():\n    return 'whoosh'\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert importers_of("layered_sample", "whoosh") == {"layered_sample.late"}
