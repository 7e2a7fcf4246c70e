"""Files that attack who indexes them: each row of the promises about hostile files, held with real
files, by `newssearch index` and what `query` and `show` then find. Which test holds which row
stands in `hostile_rows.py`. Here: what is no file of the archive, what becomes another behind the
reader's back. Texts and names have modules of their own.

Of each: the run goes on, the file is read as promised or listed with its reason, what was indexed
of it before stays findable, the exit code is 3 where a failure is new and 0 where it is known, and
the archive is only read.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hostile_archive
import pytest
from hostile_archive import SECONDS, Archive
from hostile_rows import ROWS

from newssearch.walk import SourceFile, read_file

archive = hostile_archive.archive


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
