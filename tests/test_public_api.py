"""What `import newssearch` offers."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import newssearch


def test_every_public_name_can_be_had() -> None:
    for name in newssearch.__all__:
        assert getattr(newssearch, name).__name__ == name


def test_the_type_checker_sees_the_names_that_are_public() -> None:
    tree = ast.parse(Path(newssearch.__file__).read_text("utf-8"))
    seen = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("newssearch.")
        for alias in node.names
    }
    assert seen == set(newssearch.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(newssearch, "open_indx")


def test_importing_the_package_imports_nothing_else_of_it() -> None:
    code = "import sys, newssearch; print([m for m in sys.modules if m.startswith('newssearch.')])"
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, text=True
    )
    assert done.stdout.strip() == "[]"
