"""What cannot be made again from the archive: roots, days and saved searches are mended from the
index where it has them; else they are set aside, and nothing is made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import checked_index
import pytest
from checked_index import assert_mended, content, flip, found, segment

from newssearch.check import Kind, check_index, repair_index
from newssearch.errors import IndexCorrupt, UsageError
from newssearch.saved import SavedSearch, Seen, changing, saved_searches

pytestmark = pytest.mark.usefixtures("unsynced")

archive, index, saved = checked_index.archive, checked_index.index, checked_index.saved


@pytest.mark.parametrize("harm", [b"{", b"[]", b"\xff", None])
def test_damaged_roots_are_written_anew_from_the_index(
    index: Path, archive: Path, harm: bytes | None
) -> None:
    path = index / "kept/roots.json"
    before = path.read_bytes()
    path.unlink()
    if harm is not None:
        path.write_bytes(harm)
    (line,) = found(check_index(index))
    assert line.startswith("damaged: roots.json: ")
    assert_mended(index, archive)
    assert path.read_bytes() == before
    if harm is not None:
        assert (index / "kept/roots.json.damaged").read_bytes() == harm


def test_roots_and_index_damaged_both_are_mended_where_the_inventory_is_whole(
    index: Path, archive: Path
) -> None:
    (index / "kept/roots.json").write_bytes(b"{")
    flip(segment(index), 5000)
    assert_mended(index, archive)


def test_an_index_that_knows_its_archive_no_more_says_so_and_stays(index: Path) -> None:
    (index / "kept/roots.json").unlink()
    (index / "newssearch.json").write_bytes(b"{")
    flip(index / "build-1/commit-1.seg", 100)
    before = content(index / "build-1")
    with pytest.raises(UsageError, match="newssearch index FOLDER"):
        repair_index(index)
    assert content(index / "build-1") == before
    (index / "kept/roots.json").write_bytes(b"{")
    with pytest.raises((IndexCorrupt, UsageError), match=r"newssearch index "):
        repair_index(index)
    assert content(index / "build-1") == before


def test_damaged_days_are_taken_from_the_index(index: Path, archive: Path) -> None:
    path = index / "kept/added.tsv"
    before = path.read_bytes()
    for number, harm in enumerate((before[:-9], before.replace(b"\t", b"x"), b"", None), 1):
        path.unlink(missing_ok=True)
        if harm is not None:
            path.write_bytes(harm)
        lines = found(check_index(index))
        assert lines
        assert all(line.startswith("damaged: added.tsv: ") for line in lines)
        assert_mended(index, archive)
        assert sorted(path.read_bytes().splitlines()) == sorted(before.splitlines())
        asides = list((index / "kept").glob("added.tsv.damaged*"))
        assert len(asides) == min(number, 3)  # none of a file that was gone


def test_days_of_files_that_are_gone_are_kept_as_far_as_they_can_be_read(
    index: Path, archive: Path
) -> None:
    path = index / "kept/added.tsv"
    gone = b"1999-01-02\tnews\tgone.md\n"
    path.write_bytes(gone + path.read_bytes()[:-9] + b"\n")
    assert_mended(index, archive)
    assert gone in path.read_bytes()


def seen_paths(index: Path) -> list[Path]:
    return sorted((index / "kept/saved").glob("*.seen"))


@pytest.mark.parametrize("harm", [lambda path: flip(path, 60), Path.unlink])
def test_what_a_search_has_reported_is_not_made_up(
    saved: Path, harm: Callable[[Path], Any]
) -> None:
    path = seen_paths(saved)[0]
    harm(path)
    (finding,) = check_index(saved).findings
    assert finding.kind == Kind.DAMAGED
    assert finding.file == str(path)
    assert "has reported" in finding.what
    was_there = path.exists()
    report = repair_index(saved)
    assert report.is_damaged
    assert finding.advice in {one.advice for one in report.findings}
    assert finding.advice.startswith("to begin anew: newssearch saved add --force ")
    assert finding.advice.endswith(""" OR "two words"'""")
    assert not path.exists()
    assert path.with_name(path.name + ".damaged").exists() == was_there
    assert len(saved_searches(saved)) == 2
    name = finding.advice.split("--force ")[1].split()[0]
    with changing(saved) as kept:  # as the command does
        kept.add(kept.searches[name], Seen())
    assert check_index(saved).findings == ()


@pytest.mark.parametrize("harm", [b"", b"{", b'{"version": 1, "searches": {"x": 3}}', None])
def test_saved_searches_that_cannot_be_read_are_set_aside_with_what_they_reported(
    saved: Path, harm: bytes | None
) -> None:
    path = saved / "kept/saved.json"
    reported = {one.name: one.read_bytes() for one in seen_paths(saved)}
    path.unlink()
    if harm is not None:
        path.write_bytes(harm)
    (line,) = found(check_index(saved))
    assert line.startswith("damaged: saved.json: ")
    report = repair_index(saved)
    assert report.findings == ()
    assert saved_searches(saved) == {}
    if harm is not None:
        assert (saved / "kept/saved.json.damaged").read_bytes() == harm
    aside = saved / "kept/saved.damaged"
    with changing(saved) as kept:
        kept.add(SavedSearch("new", "fog", "2020-08-28"), Seen())
    assert {one.name: one.read_bytes() for one in aside.iterdir()} == reported


def test_a_change_of_saved_searches_that_was_begun_is_ended(saved: Path) -> None:
    path = saved / "kept/saved.json"
    after = path.read_bytes().replace(b"2020-08-28", b"2020-08-29")
    path.with_name("saved.json.next").write_bytes(_with_checksum(after))
    (saved / "kept/saved.journal").write_text('["saved.json"]')
    assert found(check_index(saved)) == [
        "left over: saved.journal: a change of the saved searches was begun and not ended"
    ]
    report = repair_index(saved)
    assert report.findings == ()
    assert {one.added for one in saved_searches(saved).values()} == {"2020-08-29"}


def _with_checksum(content: bytes) -> bytes:
    """Saved searches as somebody edits them, without a checksum if they have one."""
    values = json.loads(content)
    values.pop("checksum", None)
    return json.dumps(values).encode()


def test_a_change_of_saved_searches_that_goes_on_is_no_finding(saved: Path) -> None:
    with changing(saved):
        (saved / "kept/saved.journal").write_text("[]")
        assert check_index(saved).findings == ()
    assert len(check_index(saved).findings) == 1


def test_a_journal_that_cannot_be_read_is_set_aside(saved: Path) -> None:
    (saved / "kept/saved.journal").write_bytes(b"{")
    (line,) = found(check_index(saved))
    assert line.startswith("damaged: saved.journal: ")
    assert repair_index(saved).findings == ()
    assert (saved / "kept/saved.journal.damaged").read_bytes() == b"{"
