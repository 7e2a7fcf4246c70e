"""Files that attack who indexes them: each row of the promises about hostile files, held with real
files, by `newssearch index` and what `query` and `show` then find. Which test holds which row
stands in `hostile_rows.py`.

Of each: the run goes on, the file is read as promised or listed with its reason, what was indexed
of it before stays findable, the exit code is 3 where a failure is new and 0 where it is known, and
the archive is only read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hostile_rows import ROWS

from newssearch.cli.main import main
from newssearch.walk import SourceFile, read_file

PROJECT = Path(__file__).resolve().parents[2]
GOOD = "# Harbour reopens\n\nThe lanternboat is back.\n"
SECONDS = 20  # of the processor's time that a hostile archive may take a process of its own
MEGABYTES = 400  # of memory, with the interpreter and what it imports


class Archive:
    """An archive `news` with one good article, and the program in the folder above it."""

    def __init__(self, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
        self._capture = capsysbinary
        Path("news").mkdir()
        self.add("good.md", GOOD)

    def add(self, name: str | bytes, content: str | bytes, encoding: str = "utf-8") -> bytes:
        path = os.path.join(b"news", os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as stream:
            stream.write(content.encode(encoding) if isinstance(content, str) else content)
        return path

    def call(self, *arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = self._capture.readouterr()
        said = err.decode()
        assert "Traceback" not in said
        assert "a bug in" not in said, said
        return status, out.decode(), said

    def index(self, *arguments: str) -> tuple[int, str]:
        """Bring the index up to date: exit code, what was said. The archive is not written to."""
        before = fingerprint(Path("news"))
        status, _, said = self.call("index", "--index", "index", "news", "-j", "1", *arguments)
        assert fingerprint(Path("news")) == before
        assert self.found("lanternboat") == ["good.md"]
        return status, said

    def found(self, query: str) -> list[str]:
        """The paths of what a query finds."""
        status, out, _ = self.call(
            *("--index", "index", "query", query, "--no-collapse", "--limit", "all", "--jsonl")
        )
        paths = sorted(json.loads(line)["path"] for line in out.split("\n")[:-1])
        assert bool(paths) == (status == 0)
        return paths

    def shown(self, path: str) -> dict[str, object]:
        """Everything that the index knows of a file's article."""
        status, out, _ = self.call("--index", "index", "show", "--json", "--", path)
        assert status == 0
        article: dict[str, object] = json.loads(out)
        return article


def fingerprint(folder: Path) -> dict[bytes, object]:
    """All that an archive is: names, kinds, contents, times."""
    found: dict[bytes, object] = {}
    for parent, folders, files in os.walk(os.fsencode(folder)):
        for name in folders + files:
            path = os.path.join(parent, name)
            status = os.lstat(path)
            content = b""
            if stat.S_ISREG(status.st_mode) and status.st_size < 1 << 20:
                with open(path, "rb") as stream:
                    content = hashlib.blake2b(stream.read()).digest()
            found[path] = status.st_mode, status.st_size, status.st_mtime_ns, content
    return found


@pytest.fixture
def archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Archive:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "NEWSSEARCH_INDEX", "COLUMNS", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    return Archive(capsysbinary)


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


# -- what is no file of the archive ----------------------------------------------------------------


def test_only_regular_files_inside_the_archive_are_read(archive: Archive) -> None:
    outside = Path("outside")
    outside.mkdir()
    (outside / "secret.md").write_text("# Secret\n\nA foxglove code.\n", "utf-8")
    os.mkfifo("news/pipe.md")
    os.symlink("/dev/zero", "news/zero.md")
    os.symlink("/etc/passwd", "news/passwd.md")
    os.symlink("../outside/secret.md", "news/linked.md")
    os.symlink("../outside", "news/folder")
    os.symlink("good.md", "news/same.md")
    os.symlink("nowhere.md", "news/dangling.md")
    os.symlink("self.md", "news/self.md")
    os.symlink(".", "news/loop")
    Path("news/a").mkdir()
    os.symlink("..", "news/a/up")
    Path("news/folder.md").mkdir()
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("news/socket.md")
    with contextlib.suppress(PermissionError):  # only root may make one
        os.mknod("news/device.md", stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero
    began = time.process_time()
    status, said = archive.index("-v")
    assert time.process_time() - began < SECONDS
    assert (status, "added 1," in said) == (0, True)
    assert archive.found("foxglove") == archive.found("root") == []
    assert archive.found("path:*") == ["good.md"]


@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "gone"])
def test_what_becomes_something_else_after_it_was_listed_is_not_read(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    archive.add("swap.md", "# Swap\n\nA marshbell rings.\n")
    archive.index()
    Path("secret.md").write_text("# Secret\n\nA foxglove code.\n", "utf-8")

    def swapped(root: Path, file: SourceFile, limit: int) -> bytes:
        if file.path == "swap.md":
            os.unlink("news/swap.md")
            if kind == "pipe":
                os.mkfifo("news/swap.md")
            elif kind == "link":
                os.symlink("../secret.md", "news/swap.md")
            elif kind == "folder":
                os.mkdir("news/swap.md")
        return read_file(root, file, limit)

    archive.add("swap.md", "# Swap\n\nA saltrope holds.\n")
    with monkeypatch.context() as patch:
        patch.setattr("newssearch.intake.read_file", swapped)
        status, _, said = archive.call("index", "--index", "index", "-j", "1")
    assert status == 3
    assert re.search("^swap.md: (?:not a regular file|cannot be)", said, re.M)
    assert archive.found("marshbell") == ["swap.md"]
    assert archive.found("foxglove") == []
    assert archive.index()[0] == 0
    assert archive.found("marshbell") == []


def test_a_folder_that_becomes_a_link_after_it_was_listed_leads_nowhere(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add("2020/08/swap.md", "# Swap\n\nA marshbell rings.\n")
    archive.index()
    for name in ("outside/08/swap.md", "outside/swap.md"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("# Secret\n\nA foxglove code.\n", "utf-8")
    archive.add("2020/08/swap.md", "# Swap\n\nA saltrope holds.\n")
    for folder, target in (("news/2020/08", "../../outside"), ("news/2020", "../outside")):

        def swapped(
            root: Path, file: SourceFile, limit: int, folder: str = folder, target: str = target
        ) -> bytes:
            if not os.path.islink(folder):
                os.rename(folder, "aside")
                os.symlink(target, folder)
            return read_file(root, file, limit)

        with monkeypatch.context() as patch:
            patch.setattr("newssearch.intake.read_file", swapped)
            status, _, said = archive.call("index", "--index", "index", "-j", "1", "--verify")
        assert (status, "2020/08/swap.md: cannot be opened" in said) == (3, True)
        assert archive.found("foxglove") == []
        assert archive.found("marshbell") == ["2020/08/swap.md"]
        os.unlink(folder)
        os.rename("aside", folder)
        archive.add("2020/08/swap.md", f"# Swap\n\nA saltrope holds {folder}.\n")
    assert archive.index()[0] == 0
    assert archive.found("saltrope") == ["2020/08/swap.md"]


def test_a_file_that_may_not_be_read_is_listed_and_its_previous_version_stays(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive.add("closed.md", "# Closed\n\nA marshbell rings.\n")
    archive.index()
    archive.add("closed.md", "# Closed\n\nA saltrope holds.\n")
    os.chmod(path, 0)
    opened = os.open

    def refused(name: bytes | str, *arguments: int) -> int:
        """What everybody but root would meet."""
        if os.fsencode(name).endswith(b"closed.md"):
            raise PermissionError(13, "Permission denied", name)
        return opened(name, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr("newssearch.walk.os.open", refused)
        status, _, said = archive.call("index", "--index", "index", "-j", "1")
        assert status == 3
        assert "closed.md: cannot be opened: permission denied\n" in said
        assert archive.call("index", "--index", "index", "-j", "1")[0] == 0
    assert archive.found("marshbell") == ["closed.md"]
    os.chmod(path, 0o600)
    assert archive.index()[0] == 0
    assert archive.found("saltrope") == ["closed.md"]


# -- names -----------------------------------------------------------------------------------------

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


# -- files that change behind the reader's back ----------------------------------------------------


def test_a_file_rewritten_while_it_is_read_is_read_again_by_the_next_run(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive.add("torn.md", "# Torn\n\nA marshbell rings and rings.\n")

    def torn(root: Path, file: SourceFile, limit: int) -> bytes:
        """The first half of the old, the second of the new: neither size nor times tell."""
        old = read_file(root, file, limit)
        if file.path != "torn.md":
            return old
        times = os.stat(path)
        archive.add("torn.md", "# Torn\n\nA saltrope. holds and rings.\n")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        return old[:20] + read_file(root, file, limit)[20:]

    with monkeypatch.context() as patch:
        patch.setattr("newssearch.intake.read_file", torn)
        archive.call("index", "--index", "index", "news", "-j", "1")
    assert archive.found("saltrope") == []
    assert "changed 1," in archive.index()[1]
    assert archive.found("saltrope") == ["torn.md"]


def test_edits_with_the_old_time_and_old_files_moved_in_are_noticed(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newssearch.inventory.SETTLED", -(10**12))  # all count as written long ago
    old = 1_000_000_000 * 10**9
    edited = archive.add("edited.md", "# Edited\n\nA marshbell rings.\n")
    archive.add("replaced.md", "# Replaced\n\nA reedpipe plays.\n")
    for name in ("edited", "replaced", "good"):
        os.utime(f"news/{name}.md", ns=(old, old))
    archive.index()
    assert "unchanged 3," in archive.index()[1]
    archive.add("edited.md", "# Edited\n\nA saltrope. holds.\n")
    assert os.path.getsize(edited) == len("# Edited\n\nA marshbell rings.\n")
    Path("other.md").write_text("# Replaced\n\nA foxglove grows.\n", "utf-8")
    Path("moved.md").write_text("# Moved\n\nA coalfish swims.\n", "utf-8")
    for name in ("news/edited.md", "other.md", "moved.md"):
        os.utime(name, ns=(old, old))
    os.rename("other.md", "news/replaced.md")
    os.rename("moved.md", "news/moved.md")
    _, said = archive.index()
    assert "added 1, changed 2," in said
    assert archive.found("saltrope") == ["edited.md"]
    assert archive.found("foxglove") == ["replaced.md"]
    assert archive.found("coalfish") == ["moved.md"]
    assert archive.found("marshbell") == archive.found("reedpipe") == []


def test_verify_finds_a_change_that_no_time_tells(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newssearch.inventory.SETTLED", -(10**12))
    path = archive.add("quiet.md", "# Quiet\n\nA marshbell rings.\n")
    archive.index()
    before = os.stat(path)
    archive.add("quiet.md", "# Quiet\n\nA saltrope. holds.\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    # as a disk that keeps no time of change would have it
    records = {"quiet.md": os.stat(path).st_ctime_ns}
    list_folders = _with_ctime(before.st_ctime_ns, records)
    monkeypatch.setattr("newssearch.indexer.list_folders", list_folders)
    assert "changed 0," in archive.index()[1]
    assert archive.found("marshbell") == ["quiet.md"]
    assert "changed 1," in archive.index("--verify")[1]
    assert archive.found("saltrope") == ["quiet.md"]


def _with_ctime(ctime: int, files: dict[str, int]) -> Callable[..., Iterator[object]]:
    from newssearch.walk import Listing, list_folders

    def listed(*arguments: object, **options: object) -> Iterator[object]:
        for listing in list_folders(*arguments, **options):  # type: ignore[arg-type]
            lines = [
                line.replace(f"\t{files[name]}\t", f"\t{ctime}\t") if name in files else line
                for line in listing.lines
                for name in [line.partition("\t")[0]]
            ]
            yield Listing(listing.prefix, lines)

    return listed


# -- the rows --------------------------------------------------------------------------------------


def test_each_row_is_held_by_tests_that_there_are() -> None:
    tests = Path(__file__).resolve().parents[1]
    for row, holders in ROWS.items():
        assert holders, row
        for holder in holders:
            file, _, name = holder.partition("::")
            text = (tests / file).read_text("utf-8")
            assert re.search(rf"^def {name}\(", text, re.M), holder
