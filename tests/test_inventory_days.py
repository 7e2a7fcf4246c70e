from __future__ import annotations

from pathlib import Path

import pytest

from newssearch.errors import EngineError
from newssearch.indexer import update_index
from newssearch.inventory import FileRecord, Inventory, Root
from newssearch.inventory.days import (
    known_days,
    note_days,
    noted_line,
    notes_path,
    read_days,
    rewrite_days,
)
from newssearch.options import IndexOptions
from newssearch.query import open_index

A, B, C = (("news", name) for name in ("a.md", "caf%E9 \u4e2d.md", "c.md"))


def note(index: Path, *noted: tuple[str, tuple[str, str]]) -> None:
    note_days(index, read_days(index), [noted_line(day, *place) for day, place in noted])


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A folder in which two days are noted."""
    note(tmp_path, ("2020-08-27", A), ("2020-08-28", B))
    return tmp_path


def inventory(**days: str) -> Inventory:
    files = {
        f"{name}.md": FileRecord(f"{name}.md", 1, 1, 1, 1, "x", True, 0, day)
        for name, day in days.items()
    }
    root = Root("news", "../news")
    root.files.update(files)
    return Inventory([root])


def test_days_are_noted_behind_those_that_are_there(index: Path) -> None:
    note(index)
    note(index, ("2020-08-29", C))
    days = read_days(index)
    assert days.known == {A: "2020-08-27", B: "2020-08-28", C: "2020-08-29"}
    assert (days.damage, days.torn) == ("", False)
    assert notes_path(index).read_text("utf-8").splitlines()[2] == "2020-08-29\tnews\tc.md"


def test_where_nothing_was_noted_nothing_is_known_and_nothing_made(tmp_path: Path) -> None:
    note(tmp_path)
    assert read_days(tmp_path).known == {}
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_a_run_did_not_finish_is_no_damage_and_spoils_no_other(index: Path) -> None:
    for left in (b"2020-08-29\tnews\tc", b"2020", b"\xff\0"):
        with open(notes_path(index), "ab") as file:
            file.write(left)
        days = read_days(index)
        assert (set(days.known), days.damage, days.torn) == ({A, B}, "", True)
    note(index, ("2020-08-30", C))
    days = read_days(index)
    assert days.known[C] == "2020-08-30"
    assert (days.damage, days.torn) == ("", False)


def test_whole_lines_of_a_run_that_did_not_end_count(index: Path) -> None:
    with open(notes_path(index), "ab") as file:
        file.write(b"2020-08-29\tnews\tc.md\n")
    assert read_days(index).known[C] == "2020-08-29"
    assert read_days(index).damage == ""


def test_every_other_byte_and_every_cut_is_damage(index: Path) -> None:
    path = notes_path(index)
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert read_days(index).damage == "is not as it was written"
        path.write_bytes(content[:place])
        assert f"has {place} bytes instead of {len(content)}" in read_days(index).damage
    path.unlink()
    assert "has 0 bytes" in read_days(index).damage


@pytest.mark.parametrize("damage", [b"", b"newssearch-added 1 x y\n", b"\xff" * 50])
def test_notes_whose_checksum_cannot_be_read_are_damaged(index: Path, damage: bytes) -> None:
    notes_path(index).with_suffix(".sum").write_bytes(damage)
    assert read_days(index).damage == "is vouched for by added.sum, which is damaged"


def test_notes_that_nobody_vouches_for_are_believed(index: Path) -> None:
    notes_path(index).with_suffix(".sum").unlink()
    notes_path(index).write_text("2019-01-01\tnews\ta.md\nnonsense\n")
    assert read_days(index)[:2] == ({A: "2019-01-01"}, "")
    note(index, ("2020-08-29", C))
    notes_path(index).write_text("2018-01-01\tnews\ta.md\n")
    assert read_days(index).damage


def test_notes_that_cannot_be_read_are_an_error_that_names_them(index: Path) -> None:
    notes_path(index).unlink()
    notes_path(index).mkdir()
    with pytest.raises(EngineError, match=r"added\.tsv: cannot be read"):
        read_days(index)


def test_notes_are_written_anew(index: Path) -> None:
    rewrite_days(index, {B: "2020-08-28", A: "2020-08-27"})
    assert read_days(index)[:2] == ({A: "2020-08-27", B: "2020-08-28"}, "")


# --- mending --------------------------------------------------------------------------------------


def test_notes_that_are_whole_are_taken_as_they_are(index: Path) -> None:
    content = notes_path(index).read_bytes()
    assert known_days(index, inventory(a="2021-01-01", z="2021-01-02"), rebuild=False) == (
        *(read_days(index), ""),
    )
    assert notes_path(index).read_bytes() == content


def test_damaged_notes_are_mended_from_the_inventory(index: Path) -> None:
    path = notes_path(index)
    path.write_bytes(path.read_bytes().replace(b"2020-08-27", b"2020-08-21"))
    days, said = known_days(index, inventory(a="2020-08-27", c="2020-08-30"), rebuild=False)
    assert days.known == {A: "2020-08-27", B: "2020-08-28", C: "2020-08-30"}
    assert "added.tsv: is not as it was written; written anew with the days on which 2" in said
    assert read_days(index) == days
    assert days.damage == ""


def test_damaged_notes_are_kept_as_far_as_they_can_be_read_without_an_inventory(
    index: Path,
) -> None:
    notes_path(index).write_bytes(notes_path(index).read_bytes()[:-2])
    days, said = known_days(index, Inventory(), rebuild=True)
    assert days.known == {A: "2020-08-27"}
    assert "as far as they can be read" in said


def test_a_rebuild_notes_what_only_the_inventory_it_forgets_has(index: Path) -> None:
    known = inventory(a="2021-01-01", c="2020-08-30")
    days, said = known_days(index, known, rebuild=True)
    assert days.known == {A: "2020-08-27", B: "2020-08-28", C: "2020-08-30"}
    assert "lacks 1 file" in said
    assert known_days(index, known, rebuild=True) == (days, "")


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize("damage", [b"", None, b"2022-02-02\tnews\ta.md\n"])
def test_a_run_says_that_notes_were_damaged_and_loses_no_day(
    tmp_path: Path, damage: bytes | None, rebuild: bool
) -> None:
    archive, index = tmp_path / "news", tmp_path / "index"
    archive.mkdir()
    for name in ("a", "b"):
        (archive / f"{name}.md").write_text(f"# Ferry {name}\n\nSails.\n")
    update_index(index, [archive])
    path = notes_path(index)
    whole = path.read_bytes()
    path.unlink() if damage is None else path.write_bytes(damage)
    (archive / "a.md").write_text("# Ferry a\n\nSails again.\n")
    report = update_index(index, options=IndexOptions(rebuild=rebuild))
    assert report.mended.startswith(str(path))
    assert path.read_bytes() == whole
    assert update_index(index, options=IndexOptions(rebuild=True)).mended == ""
    with open_index(index) as news:
        assert news.article("a.md").added == whole.decode()[:10]
