"""Hostile files whose content is the attack: bytes that are no text, front matter that is none, and
what would take all memory, all time or the process. `test_hostile_files` says what is promised."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import hostile_archive
import pytest
from hostile_archive import SECONDS, Archive

archive = hostile_archive.archive

PROJECT = Path(__file__).resolve().parents[2]
MEGABYTES = 400  # of memory, with the interpreter and what it imports


# -- bytes that are no text ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("# 渡轮\n\n夜航恢复\n".encode("gb18030"), "line 1: not utf-8: byte 0xB6 at offset 2"),
        ("# Fähre\n".encode("latin-1"), "line 1: not utf-8: byte 0xE4 at offset 3"),
        ("# 渡轮\n".encode()[:4], "line 1: not utf-8: byte 0xE6 at offset 2"),
        ("# Ferry\n".encode("utf-16-le"), "line 1: binary, not text: a NUL character"),
        (b"\xfe\xff\xd8\x01a", "line 1: not utf-16-be: byte 0xD8 at offset 0"),
        (b"# Ferry\n\n\x00", "line 3: binary, not text: a NUL character"),
        (b"\x89PNG\r\n\x1a\n\x00", "binary, not text: a NUL byte at offset 8"),
    ],
)
def test_what_is_no_text_is_listed_and_its_previous_version_stays(
    archive: Archive, data: bytes, reason: str
) -> None:
    archive.add("torn.md", "# Torn\n\nA marshbell rings.\n")
    archive.add("new.md", data)
    archive.add("after.md", "# After\n\nA reedpipe sounds.\n")
    status, said = archive.index()
    assert status == 3
    assert f"new.md: {reason}\n" in said
    archive.add("torn.md", data)
    status, said = archive.index()
    assert status == 3
    assert f"torn.md: {reason}\n" in said
    assert "1 file fails as before" in said
    assert archive.found("marshbell") == ["torn.md"]
    assert archive.found("reedpipe") == ["after.md"]
    assert archive.index()[0] == 0
    assert archive.found("marshbell") == ["torn.md"]
    archive.add("torn.md", "# Torn\n\nMended with a saltrope.\n")
    assert archive.index()[0] == 0
    assert (archive.found("marshbell"), archive.found("saltrope")) == ([], ["torn.md"])


def test_encodings_of_the_configuration_are_read(archive: Archive) -> None:
    archive.add("gbk.md", "# 渡轮\n\n夜航恢复了。\n", "gb18030")
    archive.add("latin.md", "# Fähre\n\nGrüne Möwe.\n", "latin-1")
    Path("newssearch.toml").write_text('encodings = ["utf-8", "gb18030", "latin-1"]\n', "utf-8")
    assert archive.index()[0] == 0
    assert archive.shown("gbk.md")["title"] == "渡轮"
    assert archive.found("夜航") == ["gbk.md"]


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be"]
)
def test_a_byte_order_mark_is_honoured_and_gone(archive: Archive, encoding: str) -> None:
    mark = "" if encoding in ("utf-8-sig", "utf-16", "utf-32") else "\ufeff"
    text = "---\ntitle: Fähre 渡轮\ndate: 2020-08-27\n---\n\nA marshbell rings.\n"
    archive.add("mark.md", mark + text, encoding)
    assert archive.index()[0] == 0
    shown = archive.shown("mark.md")
    assert (shown["title"], shown["date"]) == ("Fähre 渡轮", "2020-08-27")
    assert archive.found("marshbell") == archive.found("title:渡轮") == ["mark.md"]


# -- front matter that is none ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("---\ntitle: Saltrope\n\nA marshbell rings.\n", ":1: front matter is not closed"),
        ("+++\ntitle = 'Saltrope'\n\nA marshbell rings.\n", ":1: front matter is not closed"),
        ("---\n- saltrope\n- two\n---\n\nA marshbell rings.\n", ":2: front matter is no mapping"),
        ("---\nsaltrope\n---\n\nA marshbell rings.\n", ":2: front matter is no mapping"),
        ("---\n\nA saltrope. Then, none.\n\n---\n\nA marshbell rings.\n", ":2: front matter is no"),
        ("---\n# Saltrope\n---\n\nA marshbell rings.\n", ":1: front matter holds no field"),
        ("+++\n# Saltrope\n+++\n\nA marshbell rings.\n", ":1: front matter holds no field"),
        ('{\n"title": "Saltrope",\n}\n\nA marshbell rings.\n', ":1: no JSON front matter"),
    ],
)
def test_front_matter_that_is_none_stays_in_the_body(
    archive: Archive, text: str, warning: str
) -> None:
    archive.add("rule.md", text)
    status, said = archive.index("-v")
    assert status == 0
    assert f"rule.md{warning}" in said
    assert archive.found("saltrope") == archive.found("marshbell") == ["rule.md"]


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ("title: Saltrope: a story", ":2: front matter read line by line: no YAML"),
        ("title: Saltrope\n\tkeywords: x", ":3: front matter read line by line: no YAML"),
        ("title: Saltrope\ndate: 2020-13-45", ":3: date: '2020-13-45' is no date"),
        ("title: Saltrope\nx: !!python/object/apply:os.system [id]", ":3: unknown tag"),
        ("title: Saltrope\nx: !mine y", ":3: unknown tag !mine"),
        ("title: Saltrope\nx: &a b\ny: *a", ":4: front matter read line by line: YAML aliases"),
        ("title: Saltrope\nx: [" + "[" * 30_000, "front matter read line by line: nested deeper"),
        ("title: Saltrope\nx: " + "{a:" * 15_000, "front matter read line by line: nested deeper"),
        ("title: Saltrope\n" + "k: v\n" * 20_000, "front matter read line by line: longer than"),
    ],
    ids=lambda text: text[:30],
)
def test_broken_front_matter_gives_title_and_text_and_a_warning_with_its_line(
    archive: Archive, line: str, warning: str
) -> None:
    archive.add("broken.md", f"---\n{line}\n---\n\nA marshbell rings.\n")
    status, said = archive.index("-v")
    assert status == 0
    assert warning in said
    assert archive.found("title:saltrope") == archive.found("marshbell") == ["broken.md"]


@pytest.mark.parametrize(
    "form",
    [
        "---\nid: 0123\nauthor: no\nat: 12:30:45\nbig: 1_000\nyes: on\n---\n",
        "Title: x\nid: 0123\nAuthor: no\nat: 12:30:45\nbig: 1_000\nyes: on\n",
        '{"id": "0123", "author": "no", "at": "12:30:45", "big": "1_000", "yes": "on"}\n',
    ],
)
def test_scalars_are_the_text_that_stands_there(archive: Archive, form: str) -> None:
    archive.add("scalars.md", f"{form}\nA marshbell rings.\n")
    assert archive.index()[0] == 0
    shown = archive.shown("scalars.md")
    extra = {one["name"]: one["value"] for one in shown["extra"]}  # type: ignore[attr-defined]
    expected = {"id": "0123", "at": "12:30:45", "big": "1_000", "yes": "on"}
    assert {name: extra[name] for name in expected} == expected
    assert shown["authors"] == ["no"]


# -- what would take all memory, all time, or the process ------------------------------------------


# The program, which at its end says how many kilobytes it has had at most. What `wait4` tells
# begins with what its parent had: these tests, whichever came before.
PROGRAM = """
import pathlib, sys
from newssearch.__main__ import main
status = main()
kept = pathlib.Path("/proc/self/status")
lines = kept.read_text().splitlines() if kept.exists() else ()
print(*[line.split()[1] for line in lines if line.startswith("VmHWM:")] or "0")
sys.exit(status)
"""


def alone(*arguments: str) -> str:
    """The program in a process of its own: what it said; neither killed, nor slow, nor greedy."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT)},
    )
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 3), (process.returncode, said)  # a signal is negative
    assert usage.ru_utime + usage.ru_stime < SECONDS
    said, most, _ = said.rsplit("\n", 2)
    assert int(most) < MEGABYTES * 1024
    return said


BOMBS = {
    "aliases": "---\na: &a [x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 8)}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)
    )
    + "---\n\nA marshbell rings.\n",
    "keys": "---\n" + "".join(f"k{n}: v\n" for n in range(400_000)) + "---\n\nA marshbell.\n",
    "square": "---\nx: " + "[" * 30_000 + "\n---\n\nA marshbell rings.\n",
    "curly": "---\nx: " + "{a: " * 30_000 + "\n---\n\nA marshbell rings.\n",
    "toml": "+++\nx = " + "[" * 30_000 + "\n+++\n\nA marshbell rings.\n",
    "json": '{"x": ' + "[" * 30_000 + "\n\nA marshbell rings.\n",
    "json keys": '{"a":' * 30_000 + "\n\nA marshbell rings.\n",
    "quotes": "> " * 100_000 + "A marshbell rings.\n",
    "lists": "- " * 100_000 + "A marshbell rings.\n",
    "brackets": "[" * 500_000 + " A marshbell rings.\n",
    "emphasis": "*a_" * 300_000 + " A marshbell rings.\n",
    "comments": "<!--" * 200_000 + " A marshbell rings.\n",
    "base64": f"![x](data:image/png;base64,{'QUJD' * 3_000_000})\n\nA marshbell rings.\n",
    "one word": "a" * 8_000_000 + " A marshbell rings.\n",
    "marks": "e" + "\u0301" * 1_000_000 + " A marshbell rings.\n",
    "han": "渡" * 2_000_000 + "\n\nA marshbell rings.\n",
}


def test_no_file_takes_the_process_its_memory_or_its_time(archive: Archive) -> None:
    for name, text in BOMBS.items():
        archive.add(f"{name}.md", text)
    with open("news/huge.md", "wb") as stream:
        stream.write(b"# Huge\n\n")
        stream.truncate(100 << 20)
    archive.add("line.md", b"# Line\n\n" + b"ferry " * (20 << 20 >> 2))
    said = alone("index", "--index", "index", "news", "-j", "1", "--memory", "64")
    assert "huge.md: over 16 MB: 104,857,600 bytes" in said
    assert "line.md: over 16 MB" in said
    assert f"added {len(BOMBS) + 1}," in said
    assert archive.found("marshbell") == sorted(f"{name}.md" for name in BOMBS)
    assert archive.found("QUJDQUJD") == archive.found("QUJD*") == []
    assert archive.found("lanternboat") == ["good.md"]
