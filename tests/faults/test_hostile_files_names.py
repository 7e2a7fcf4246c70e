"""Hostile files whose name is the attack: it is any bytes, or looks like another's.
`test_hostile_files` says what is promised."""

from __future__ import annotations

import os

import hostile_archive
import pytest
from hostile_archive import Archive

from newssearch.cli.main import main

archive = hostile_archive.archive

NAMES = {
    b"plain.md": "plain.md",
    "渡轮.md".encode(): "渡轮.md",
    b"caf\xe9.md": "caf%E9.md",
    b"\xff\xfe.md": "%FF%FE.md",
    b"two\nlines.md": "two%0Alines.md",
    b"tab\there.md": "tab%09here.md",
    b"-rf.md": "-rf.md",
    b"--index.md": "--index.md",
    b"#1.md": "#1.md",
    b"a#2.md": "a#2.md",
    b"50%.md": "50%.md",
    b"50%41.md": "50%2541.md",
    b"%0A.md": "%250A.md",
    b" space .md": " space .md",
    b"quo\"te'`$(id).md": "quo\"te'`$(id).md",
    b"\x1b[31m.md": "%1B[31m.md",
    "\u202egpj.md".encode(): "\u202egpj.md",
    "\u2028.md".encode(): "%E2%80%A8.md",
    b"back\\slash.md": "back\\slash.md",
    b"n" * 252 + b".md": "n" * 252 + ".md",
    b"*?[x].md": "*?[x].md",
    b"UP.MD": "UP.MD",
}


@pytest.mark.parametrize("inside", ["", "-d#\n%41/"])
def test_names_of_any_bytes_are_found_shown_and_opened(
    archive: Archive, inside: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for number, name in enumerate(NAMES):
        archive.add(os.fsencode(inside) + name, f"# T\n\nA marshbell rings word{number}.\n")
    assert archive.index()[0] == 0
    folder = "-d#%0A%2541/" if inside else ""
    assert archive.found("marshbell") == sorted(folder + text for text in NAMES.values())
    for number, text in enumerate(NAMES.values()):
        shown = archive.shown(folder + text)
        assert shown["path"] == folder + text
        assert archive.found(f"word{number}") == [folder + text]
    command = ["--index", "index", "query", "marshbell", "--no-collapse", "-n", "all"]
    assert main([*command, "-0"]) == 0
    files = capsysbinary.readouterr().out.split(b"\0")[:-1]
    assert {name.removeprefix(b"news/" + os.fsencode(inside)) for name in files} == set(NAMES)
    assert all(os.path.isfile(name) for name in files)
    assert archive.index()[0] == 0


def test_ids_of_files_and_of_entries_never_meet(archive: Archive) -> None:
    """A file may have the name that a digest's entry has as its path; it is not read as one."""
    entries = "".join(
        f"## 标题{n}\n\n### Title {n}\n\nkeywords/关键词: x\n\nA marshbell rings{n}.\n\n"
        for n in (1, 2)
    )
    archive.add("d.md", entries)
    archive.add("d.md#1", "# Other\n\nA saltrope holds.\n")
    status, _, said = archive.call("index", "--index", "index", "news", "--ext", "md,md#1")
    assert (status, said) == (
        2,
        "newssearch: not a file name extension: 'md#1'; write it as md or .md\n",
    )
    assert archive.index()[0] == 0
    assert archive.found("path:d.md*") == ["d.md#1", "d.md#2"]
    assert archive.shown("d.md#1")["title"] == "Title 1"
