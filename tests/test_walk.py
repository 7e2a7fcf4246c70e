from __future__ import annotations

import os
import random
import socket
import sys
from pathlib import Path

import pytest

from newssearch.article.paths import decode_path
from newssearch.errors import ArticleError
from newssearch.walk import INDEX_MARK, SourceFile, list_folders, read_file, walk

ENDINGS = (".md", ".markdown")


def write(path: Path, text: str = "Text.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def paths(root: Path, under: str = "") -> list[str]:
    return [file.path for file in walk(root, ENDINGS, under=under)]


def test_folders_and_the_files_of_each_come_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    names = ["a", "b", "aa", "a b", "a-b", "a.b", "é", "中", "Z", "a!"]
    for _ in range(60):
        folders = [chance.choice(names) for _ in range(chance.randrange(3))]
        write(tmp_path.joinpath(*folders, chance.choice(names) + ".md"))
    found = [file.name for file in walk(tmp_path, ENDINGS)]
    wanted = [os.fsencode(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.md")]
    assert found == sorted(wanted, key=lambda name: (name.split(b"/")[:-1], name))


def test_only_named_extensions_in_any_case(tmp_path: Path) -> None:
    for name in ("a.md", "b.MD", "c.markdown", "d.txt", "e", "f.md.bak"):
        write(tmp_path / name)
    assert paths(tmp_path) == ["a.md", "b.MD", "c.markdown"]


def test_times_size_and_inode_are_the_files(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", "1234")
    os.utime(path, ns=(5, 7))
    (file,) = walk(tmp_path, ENDINGS)
    status = path.stat()
    assert (file.size, file.mtime_ns, file.inode) == (4, 7, status.st_ino)
    assert file.ctime_ns == status.st_ctime_ns


def test_a_folder_s_listing_changes_with_each_of_its_files(tmp_path: Path) -> None:
    for name in ("a.md", "b/c.md", "b/d/e.md", "b/\tf.md"):
        os.utime(write(tmp_path / name), ns=(5, 7))

    def listed() -> dict[str, str]:
        found = list(list_folders(tmp_path, ENDINGS))
        assert [f for listing in found for f in listing.files()] == list(walk(tmp_path, ENDINGS))
        return {listing.prefix: "\n".join(listing.lines) for listing in found}

    before = listed()
    assert list(before) == ["", "b/", "b/d/"]
    assert [line.split("\t")[:3] for line in before["b/"].split("\n")] == [
        ["%09f.md", "5", "7"],
        ["c.md", "5", "7"],
    ]
    write(tmp_path / "b/c.md", "Other")
    after = listed()
    assert [prefix for prefix in before if after[prefix] != before[prefix]] == ["b/"]


def test_links_dot_folders_and_indexes_are_not_walked(tmp_path: Path) -> None:
    write(tmp_path / "root/a.md")
    write(tmp_path / "root/.git/b.md")
    write(tmp_path / "outside/c.md")
    write(tmp_path / "root/index/d.md")
    (tmp_path / "root/index" / os.fsdecode(INDEX_MARK)).touch()
    (tmp_path / "root/link.md").symlink_to(tmp_path / "outside/c.md")
    (tmp_path / "root/folder").symlink_to(tmp_path / "outside", target_is_directory=True)
    (tmp_path / "root/loop").symlink_to(tmp_path / "root", target_is_directory=True)
    (tmp_path / "alias").symlink_to(tmp_path / "root", target_is_directory=True)
    assert paths(tmp_path / "root") == ["a.md"]
    assert paths(tmp_path / "alias") == ["a.md"]


def test_skipped_folders_are_known_by_what_they_are(tmp_path: Path) -> None:
    write(tmp_path / "root/a.md")
    write(tmp_path / "root/mine/b.md")
    (tmp_path / "alias").symlink_to(tmp_path / "root/mine", target_is_directory=True)
    found = walk(tmp_path / "root", ENDINGS, skip=[tmp_path / "alias", tmp_path / "none"])
    assert [file.path for file in found] == ["a.md"]


def test_under_limits_the_walk_to_a_folder_or_a_file(tmp_path: Path) -> None:
    for name in ("a.md", "b/c.md", "b/d/e.md", ".f/g.md"):
        write(tmp_path / name)
    assert paths(tmp_path, "b") == ["b/c.md", "b/d/e.md"]
    assert paths(tmp_path, "b/c.md") == ["b/c.md"]
    for place in ("none", "../x", ".f", ".f/g.md"):
        assert paths(tmp_path, place) == []


def test_missing_root_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        paths(tmp_path / "none")
    with pytest.raises(NotADirectoryError):
        paths(write(tmp_path / "a.md"))


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are Linux's")
def test_names_of_any_bytes_are_found_and_opened(tmp_path: Path) -> None:
    names = [b"-n.md", b"a\nb.md", b"\xff\xfe.md", b"a#1.md", b"100%41.md", b"x" * 250 + b".md"]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(name)
    found = list(walk(tmp_path, ENDINGS))
    assert sorted(file.name for file in found) == sorted(names)
    for file in found:
        assert decode_path(file.path) == file.name == read_file(tmp_path, file, 1000)
        assert "\n" not in file.path


def test_deep_nesting_meets_no_recursion_limit(tmp_path: Path) -> None:
    depth = 900  # paths may be 4,096 bytes long
    folder = tmp_path
    for _ in range(depth):
        folder = folder / "d"
        folder.mkdir()
    write(folder / "a.md")
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(400)
        found = paths(tmp_path)
    finally:
        sys.setrecursionlimit(limit)
    assert found == ["d/" * depth + "a.md"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_unreadable_folders_are_reported(tmp_path: Path) -> None:
    write(tmp_path / "shut/a.md")
    write(tmp_path / "b.md")
    (tmp_path / "shut").chmod(0)
    errors: list[tuple[str, str]] = []
    try:
        found = list(walk(tmp_path, ENDINGS, on_error=lambda path, why: errors.append((path, why))))
    finally:
        (tmp_path / "shut").chmod(0o700)
    assert [file.path for file in found] == ["b.md"]
    assert errors == [("shut", "permission denied")]


def test_folders_that_cannot_be_listed_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "shut/a.md")
    write(tmp_path / "b.md")
    scandir = os.scandir

    def refuse(path: bytes) -> object:
        if path.endswith(b"shut"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    errors: list[tuple[str, str]] = []
    found = list(walk(tmp_path, ENDINGS, on_error=lambda path, why: errors.append((path, why))))
    assert [file.path for file in found] == ["b.md"]
    assert errors == [("shut", "permission denied")]


def _walked(path: Path) -> SourceFile:
    return SourceFile(path.name, os.fsencode(path.name), 0, 0, 0, 0)


def test_reading_refuses_what_is_too_large(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", "x" * 100)
    assert read_file(tmp_path, _walked(path), 100) == b"x" * 100
    with pytest.raises(ArticleError, match="over 99 bytes"):
        read_file(tmp_path, _walked(path), 99)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
def test_reading_refuses_what_is_no_regular_file(tmp_path: Path) -> None:
    target = write(tmp_path / "target.md")
    (tmp_path / "link.md").symlink_to(target)
    os.mkfifo(tmp_path / "fifo.md")
    (tmp_path / "folder.md").mkdir()
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    try:
        os.chdir(tmp_path)  # a socket's path may be 108 bytes long
        listener.bind("socket.md")
    finally:
        os.chdir(here)
        listener.close()
    assert paths(tmp_path) == ["target.md"]
    for name in ("link.md", "fifo.md", "folder.md", "socket.md", "none.md"):
        with pytest.raises(ArticleError):
            read_file(tmp_path, _walked(tmp_path / name), 1000)
