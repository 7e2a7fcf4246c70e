"""What `pip install` puts on a machine: the package alone, its types, and one command."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from email import message_from_bytes
from importlib.metadata import entry_points, requires
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

#: what a checkout holds besides the package, each with a Python file that must stay out
CHECKOUT = ("newssearch", "tests", "bench", "seeds", "docs", "index")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built without the network, from a copy: a build writes into its source tree."""
    source, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("wheel")
    for name in CHECKOUT:
        leave_out = shutil.ignore_patterns("__pycache__", "results")
        if name == "index":
            (source / name).mkdir()
            shutil.copy(PROJECT / name / "README.md", source / name)
        elif (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, source / name, ignore=leave_out)
        if name != "newssearch":
            (source / name).mkdir(exist_ok=True)
            (source / name / "stray.py").write_text('"""A file that no user needs."""\n')
    for path in PROJECT.iterdir():
        if path.is_file():
            shutil.copy(path, source)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    build += ["--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(out)]
    done = subprocess.run([*build, str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("*.whl")
    return built


def test_a_wheel_holds_the_package_alone(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"newssearch"}


def test_a_wheel_holds_every_module_and_the_mark_of_its_types(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = (PROJECT / "newssearch").rglob("*.py")
    assert {str(path.relative_to(PROJECT).as_posix()) for path in modules} <= names
    assert "newssearch/py.typed" in names


def test_a_wheel_says_what_it_is(wheel: Path):
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    fields = message_from_bytes(archive.read(metadata))
    assert (fields["Name"], fields["Version"]) == ("newssearch", "0.1.0")
    assert fields["Requires-Python"] == ">=3.11"
    assert "MIT" in (fields["License"] or fields["License-Expression"])
    assert any(name.endswith("LICENSE") for name in archive.namelist())


def test_the_installed_command_is_a_function():
    (command,) = entry_points(group="console_scripts", name="newssearch")
    assert callable(command.load())


def test_what_decides_the_index_on_disk_is_pinned():
    pinned = {line.split("=")[0].strip().lower(): line for line in requires("newssearch") or ()}
    assert pinned["whoosh3"].replace(" ", "") == "whoosh3==3.54.*"
    assert pinned["pystemmer"].replace(" ", "") == "PyStemmer==3.1.*"
