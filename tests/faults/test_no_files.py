"""Pipes, devices and folders where files of an index should be: nothing waits for them, what is
wrong is said, and a repair makes it right."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newssearch.check import check_index, repair_index
from newssearch.cli.main import main
from newssearch.errors import NewsSearchError
from newssearch.indexer import update_index
from newssearch.inventory.days import read_days
from newssearch.query import open_index


def endless(path: Path) -> None:
    """A link to a device that never comes to an end."""
    path.symlink_to("/dev/zero")


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Who waits for a pipe is ended by an alarm."""
    signal.alarm(600)
    yield
    signal.alarm(0)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for name in ("ferry", "mill"):
        (folder / f"{name}.md").write_text(f"# The {name}\n\nAll about the {name} today.\n")
        os.utime(folder / f"{name}.md", (1_600_000_000,) * 2)
    return folder


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, endless])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("kept/added.tsv", "cannot be read (is not a file)"),
        ("kept/added.sum", "is vouched for by added.sum, which is damaged"),
        ("kept/saved.journal", "cannot be read: a change of the saved searches"),
    ],
)
def test_what_is_no_file_is_found_and_mended(
    tmp_path: Path, archive: Path, name: str, said: str, make: Callable[[Path], None]
) -> None:
    index = tmp_path / "index"
    update_index(index, [archive])
    days = read_days(index).known
    (index / name).unlink(missing_ok=True)
    make(index / name)
    with open_index(index) as news:
        assert news.query("ferry").total_stories == 1
    assert [one.what for one in check_index(index).findings] == [said]
    assert not repair_index(index).is_damaged
    assert read_days(index).known == days
    assert update_index(index).unchanged == 2


@pytest.mark.parametrize("make", [os.mkfifo, endless])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("newssearch.json", "type `newssearch index --rebuild"),
        ("kept/saved.json", "move it away to begin anew"),
    ],
)
def test_what_is_no_file_is_an_error_that_names_the_way_out(
    tmp_path: Path,
    archive: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    said: str,
    make: Callable[[Path], None],
) -> None:
    index = tmp_path / "index"
    update_index(index, [archive])
    (index / name).unlink(missing_ok=True)
    make(index / name)
    assert main(["--index", str(index), "saved", "run"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{index / name}: cannot be read (is not a file); " in line
    assert said in line


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, endless])
def test_a_lock_that_is_no_file_is_said(
    tmp_path: Path, archive: Path, make: Callable[[Path], None]
) -> None:
    index = tmp_path / "index"
    update_index(index, [archive])
    (index / "lock").unlink()
    make(index / "lock")
    assert check_index(index).is_well
    with pytest.raises(NewsSearchError, match=r"lock: is not the file .*remove it"):
        update_index(index)
    os.rmdir(index / "lock") if make is os.mkdir else (index / "lock").unlink()
    assert update_index(index).unchanged == 2
