"""Files that are replaced together."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from newssearch.errors import EngineError, IndexCorrupt
from newssearch.journal import finish, replace_together


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "old").write_text("before")
    return folder / "journal"


def files(journal: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(journal.parent.iterdir())}


class Killed(BaseException):
    pass


def killed_after(journal: Path, renames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace two files; the process ends after so many of its renames, the journal's first."""
    whole, left = os.replace, [renames]

    def replace(source: Path, target: Path) -> None:
        if not left[0]:
            raise Killed
        left[0] -= 1
        whole(source, target)

    contents = {journal.parent / "old": b"after", journal.parent / "new": b"too"}
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace)
        with pytest.raises(Killed):
            replace_together(journal, contents)


def test_files_are_replaced_and_nothing_else_stays(journal: Path) -> None:
    replace_together(journal, {journal.parent / "old": b"after", journal.parent / "new": b"too"})
    assert files(journal) == {"new": "too", "old": "after"}
    finish(journal)


@pytest.mark.parametrize("renames", [0, 1, 2])
def test_a_change_that_has_begun_is_finished_and_another_forgotten(
    journal: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    killed_after(journal, renames, monkeypatch)
    finish(journal)
    after = {"new": "too", "old": "after"}
    assert files(journal) == (after if renames else {"old": "before"})


def test_a_change_is_finished_where_the_folder_is_now(
    journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after(journal, 1, monkeypatch)
    journal.parent.rename(tmp_path / "moved")
    finish(tmp_path / "moved" / "journal")
    assert files(tmp_path / "moved" / "journal") == {"new": "too", "old": "after"}


def test_a_file_that_cannot_be_written_changes_nothing(journal: Path, tmp_path: Path) -> None:
    contents = {journal.parent / "old": b"after", tmp_path / "gone" / "new": b"too"}
    with pytest.raises(FileNotFoundError):
        replace_together(journal, contents)
    assert files(journal) == {"old": "before"}


def test_a_file_that_cannot_take_its_place_is_waited_for(journal: Path, tmp_path: Path) -> None:
    (tmp_path / "feed").mkdir()
    contents = {journal.parent / "old": b"after", tmp_path / "feed": b"x"}
    for change in (lambda: replace_together(journal, contents), lambda: finish(journal)):
        with pytest.raises(EngineError, match="a run waits for it"):
            change()
    (tmp_path / "feed").rmdir()
    finish(journal)
    assert files(journal) == {"old": "after"}
    assert (tmp_path / "feed").read_bytes() == b"x"


def test_who_may_read_a_file_stays_as_it_was(journal: Path) -> None:
    old = journal.parent / "old"
    for mode in (0o600, 0o644):
        old.chmod(mode)
        replace_together(journal, {old: b"after"})
        assert stat.S_IMODE(old.stat().st_mode) == mode


@pytest.mark.parametrize("content", [b"", b"{", b"1", b"[1]"])
def test_a_damaged_journal_is_an_error(journal: Path, content: bytes) -> None:
    journal.write_bytes(content)
    with pytest.raises(IndexCorrupt, match="remove it"):
        finish(journal)
