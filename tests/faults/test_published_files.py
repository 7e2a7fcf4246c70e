"""No published file is changed in place: a reader that has it mapped would end by a signal, or read
half of what was and half of what is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from newssearch.cli.main import main
from newssearch.engine.columnar import compaction
from newssearch.indexer import update_index
from newssearch.query import open_index

#: Open for writing by design: locks, and the notes that are appended to.
_LOCKS = ("lock", "kept/saved.lock")
_APPENDED = "kept/added.tsv"


class Watch:
    """Notes each call that could change what a published file holds. An audit hook cannot be taken
    out again: it looks as long as there is an index to look at."""

    def __init__(self) -> None:
        self.index: Path | None = None
        self.published: set[str] = set()
        self.wrong: list[str] = []
        self.opened = 0
        sys.addaudithook(self._see)

    def look_at(self, index: Path) -> None:
        """From now on, with the files that are there now."""
        self.index = index
        self.published = {
            str(path.relative_to(index)) for path in index.rglob("*") if path.is_file()
        }

    def _see(self, event: str, given: tuple[object, ...]) -> None:
        if self.index is None or event not in ("open", "os.truncate", "os.chmod", "os.link"):
            return
        name = self._name(given[0])
        if name is None:
            return
        self.opened += 1
        flags = given[2] if event == "open" and isinstance(given[2], int) else os.O_WRONLY
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_TRUNC)
        appends = name == _APPENDED and flags & os.O_APPEND
        if writes and name in self.published and name not in _LOCKS and not appends:
            self.wrong.append(f"{event} {name} {flags:o}")

    def _name(self, path: object) -> str | None:
        if not isinstance(path, str | bytes | os.PathLike):
            return None
        absolute = os.path.abspath(os.fsdecode(path))
        inside = str(self.index) + os.sep
        return absolute.removeprefix(inside) if absolute.startswith(inside) else None


@pytest.fixture(scope="module")
def hook() -> Watch:
    return Watch()


@pytest.fixture
def watch(hook: Watch) -> Iterator[Watch]:
    hook.wrong.clear()
    yield hook
    hook.index = None


def test_no_command_opens_a_published_file_for_writing(tmp_path: Path, watch: Watch) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    news.mkdir()
    for number in range(6):
        (news / f"{number}.md").write_text(f"# Ferry {number}\n\nA harbour.\n")
    update_index(index, [news])
    feed = str(tmp_path / "feed")
    commands = [
        *(["saved", "add", "ferry", "ferry", "--all-new"], ["saved", "run", "--new"]),
        *(["index"], ["index"], ["index", "--verify"], ["index", "--rebuild"], ["index"]),
        *(["saved", "run", "--new", "--atom", "--output", feed], ["query", "ferry"]),
        *(["saved", "add", "--force", "ferry", "harbour"], ["saved", "remove", "ferry"]),
        *(["stats"], ["index", "--rebuild", "-j", "2"]),
    ]
    with patch.object(compaction, "FAN_IN", 2):
        for number, command in enumerate(commands):
            if command[0] == "index":
                (news / f"new {number}.md").write_text(f"# Ferry, late {number}\n\nNight.\n")
                (news / "0.md").write_text(f"# Ferry 0\n\nEdited, {number}.\n")
            watch.look_at(index)
            assert main(["-q", "--index", str(index), *command]) in (0, 1), command
            assert watch.wrong == [], command
    assert watch.opened > 50


def test_a_write_to_a_published_file_would_be_seen(tmp_path: Path, watch: Watch) -> None:
    (tmp_path / "commit-1.seg").write_bytes(b"published")
    watch.look_at(tmp_path)
    (tmp_path / "commit-2.seg").write_bytes(b"new")
    assert watch.wrong == []
    with open(tmp_path / "commit-1.seg", "rb+"):
        pass
    os.truncate(tmp_path / "commit-1.seg", 3)
    assert [line.split()[0] for line in watch.wrong] == ["open", "os.truncate"]


def test_what_is_open_answers_on_after_its_files_are_gone(tmp_path: Path) -> None:
    """As a segment is merged away, so may any file of the index be removed."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.md").write_text("# Ferry\n\nA harbour.\n")
    update_index(tmp_path / "index", [tmp_path / "news"])
    with open_index(tmp_path / "index") as news:
        before = news.query("ferry").total
        for path in (tmp_path / "index").rglob("*"):
            if path.is_file():
                path.unlink()
        assert news.query("ferry").total == before == 1
