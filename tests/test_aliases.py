"""The file of names that are the same name."""

from __future__ import annotations

from pathlib import Path

import pytest

from newssearch.aliases import read_aliases
from newssearch.errors import UsageError


def test_a_line_is_a_group_of_names(tmp_path: Path) -> None:
    file = tmp_path / "aliases.txt"
    file.write_text("Lukashenko, Łukaszenka, 卢卡申科\n\nKyiv,Kiev\n", "utf-8")
    assert read_aliases(file) == (("Lukashenko", "Łukaszenka", "卢卡申科"), ("Kyiv", "Kiev"))


def test_remarks_and_names_without_another_are_no_groups(tmp_path: Path) -> None:
    file = tmp_path / "aliases.txt"
    file.write_text("# people, places\nMinsk\nKyiv, Kiev  # the river town\nC#, CSharp\n", "utf-8")
    assert read_aliases(file) == (("Kyiv", "Kiev"), ("C#", "CSharp"))


def test_full_width_commas_part_names(tmp_path: Path) -> None:
    file = tmp_path / "aliases.txt"
    file.write_text("\ufeff白俄罗斯，白罗斯、Belarus\n", "utf-8")
    assert read_aliases(file) == (("白俄罗斯", "白罗斯", "Belarus"),)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.txt: the aliases cannot be read"):
        read_aliases(tmp_path / "nowhere.txt")
    (tmp_path / "latin.txt").write_bytes(b"Kyiv, Ki\xe9v\n")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_aliases(tmp_path / "latin.txt")
