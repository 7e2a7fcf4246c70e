from __future__ import annotations

import contextlib
import json
import pickle
from pathlib import Path

import pytest

from newssearch.analysis.stems import Stemming
from newssearch.durable import make_folder, replace_file
from newssearch.errors import IndexCorrupt, IndexMissing, UsageError
from newssearch.index_folder import (
    DESCRIPTOR,
    IndexFolder,
    check_free,
    kept_roots,
    write_gitignore,
)


def build(path: Path, stemming: Stemming | None = None) -> IndexFolder:
    home = IndexFolder.begin(path, stemming or Stemming())
    home.new_engine()
    return home


@pytest.fixture
def home(tmp_path: Path) -> IndexFolder:
    made = build(tmp_path)
    made.publish()
    return made


def test_an_index_that_names_an_engine_of_pickles_is_refused_and_runs_nothing(
    home: IndexFolder,
) -> None:
    ran = home.path / "ran"
    planted = b"cos\nmkdir\n(V" + str(ran).encode() + b"\ntR."  # a pickle that makes a folder
    for name in ("_MAIN_1.toc", "MAIN_WRITELOCK", "statistics.1"):
        (home.build_path / name).write_bytes(planted)
    descriptor = home.path / DESCRIPTOR
    descriptor.write_text(descriptor.read_text().replace("columnar", "whoosh"))
    with pytest.raises(IndexCorrupt, match="--rebuild"):
        IndexFolder.open(home.path).snapshot()
    assert not ran.exists()
    pickle.loads(planted)
    assert ran.exists()


def test_an_index_is_there_once_its_build_is_published(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="newssearch index FOLDER"):
        IndexFolder.open(tmp_path)
    made = build(tmp_path, Stemming("german", ""))
    with pytest.raises(IndexMissing):
        IndexFolder.open(tmp_path)
    made.publish()
    opened = IndexFolder.open(tmp_path)
    assert opened.descriptor == made.descriptor
    assert opened.analyzer.stemming == Stemming("german", "")


def test_a_file_in_the_folder_s_place_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexMissing):
        IndexFolder.open(tmp_path / "file")
    with pytest.raises(UsageError, match="is a file"):
        check_free(tmp_path / "file")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe\x00", b"[]", b"null", b'{"format": 1}', b"[" * 100_000],
)
def test_a_damaged_descriptor_says_how_to_go_on(home: IndexFolder, content: bytes) -> None:
    (home.path / DESCRIPTOR).write_bytes(content)
    with pytest.raises(IndexCorrupt, match="newssearch index --rebuild"):
        IndexFolder.open(home.path)


@pytest.mark.parametrize("name", ["format", "schema"])
def test_another_version_says_how_to_go_on(home: IndexFolder, name: str) -> None:
    values = json.loads((home.path / DESCRIPTOR).read_text())
    values[name] += 1
    (home.path / DESCRIPTOR).write_text(json.dumps(values))
    with pytest.raises(IndexCorrupt, match="another version; type `newssearch index --rebuild`"):
        IndexFolder.open(home.path)


def test_a_rebuild_stands_beside_the_current_build_until_it_is_published(
    home: IndexFolder,
) -> None:
    following = build(home.path)
    assert following.build_path != home.build_path
    assert IndexFolder.open(home.path).descriptor == home.descriptor
    following.publish()
    assert IndexFolder.open(home.path).descriptor == following.descriptor
    following.sweep()
    assert not home.build_path.exists()
    assert following.build_path.is_dir()


def test_a_discarded_build_is_gone_unless_it_was_published(home: IndexFolder) -> None:
    following = build(home.path)
    following.discard()
    assert not following.build_path.exists()
    home.discard()
    assert home.build_path.is_dir()


def test_what_an_interrupted_run_leaves_is_no_stranger_and_is_swept(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "lock").touch()
    (tmp_path / (DESCRIPTOR + ".new")).touch()
    made = build(tmp_path)
    made.keep_roots({"news": "../news"})
    (tmp_path / "kept/roots.json.new").touch()
    made.publish()
    made.sweep()
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert {name for name in names if not name.startswith("build-2/")} == {
        "build-2",
        "lock",
        DESCRIPTOR,
        "kept",
        "kept/roots.json",
    }


def test_a_folder_with_a_stranger_is_not_free(tmp_path: Path) -> None:
    check_free(tmp_path / "none")
    (tmp_path / "README.md").write_text("# The index\n\nwhere newssearch keeps it\n")
    write_gitignore(tmp_path)
    check_free(tmp_path)
    (tmp_path / "notes.md").touch()
    with pytest.raises(UsageError, match=r"notes\.md"):
        check_free(tmp_path)


def test_a_readme_of_somebody_else_s_is_a_stranger(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# My notes\n")
    with pytest.raises(UsageError, match=r"README\.md"):
        check_free(tmp_path)


def test_a_gitignore_of_one_s_own_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    write_gitignore(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_roots_are_kept(home: IndexFolder) -> None:
    assert kept_roots(home.path) == {}
    for roots in ({"news": "../news"}, {"news": "../news", "checksum": "../caf\u00e9"}):
        home.keep_roots(roots)
        assert kept_roots(home.path) == roots


def test_roots_that_an_earlier_version_kept_are_read(home: IndexFolder) -> None:
    (home.path / "kept").mkdir()
    (home.path / "kept/roots.json").write_text('{"news": "../news"}')
    assert kept_roots(home.path) == {"news": "../news"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1]",
        b"\xff",
        b'"x"',
        b'{"news": 1}',
        b'0123456789abcdef\n{"news": "../news"}',
        b"[" * 9999,
    ],
)
def test_damaged_roots_are_named_and_written_anew(home: IndexFolder, content: bytes) -> None:
    (home.path / "kept").mkdir()
    (home.path / "kept/roots.json").write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"roots\.json: .*newssearch index --rebuild FOLDER"):
        kept_roots(home.path)
    home.keep_roots({"news": "../news"})
    assert kept_roots(home.path) == {"news": "../news"}


def test_any_other_byte_in_roots_is_damage(home: IndexFolder) -> None:
    home.keep_roots({"news": "../news"})
    path = home.path / "kept/roots.json"
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        try:
            assert kept_roots(home.path) == {"news": "../news"}  # a space became another
        except IndexCorrupt:
            continue
        assert content[place : place + 1].isspace()


def test_nothing_can_be_cut_out_of_roots_unnoticed(home: IndexFolder) -> None:
    home.keep_roots({"news": "../news"})
    path = home.path / "kept/roots.json"
    content = path.read_bytes()
    for start in range(len(content)):
        for end in range(start + 1, len(content) + 1):
            path.write_bytes(content[:start] + content[end:])
            with contextlib.suppress(IndexCorrupt):
                assert kept_roots(home.path) == {"news": "../news"}


def test_a_new_folder_and_those_above_it_are_synced_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr("newssearch.durable.sync_folder", synced.append)
    make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path, tmp_path / "a"]
    make_folder(tmp_path / "a" / "b")
    assert len(synced) == 2


def test_a_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_file(tmp_path / "x", b"before")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("newssearch.index_folder.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            replace_file(tmp_path / "x", b"after")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"x": b"before"}
