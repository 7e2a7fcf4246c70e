from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from newssearch.durable import ASIDE, make_folder, read_regular, replace_file, sync_folder


def fail_at_folders(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Have the system refuse to sync folders."""
    sync = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        sync(handle)

    monkeypatch.setattr(os, "fsync", fsync)


def test_a_folder_that_cannot_be_put_on_the_disk_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_at_folders(monkeypatch, errno.EIO)
    with pytest.raises(OSError, match="Input/output error"):
        sync_folder(tmp_path)
    with pytest.raises(OSError, match="Input/output error"):
        replace_file(tmp_path / "file", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_does_not_sync_folders_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    fail_at_folders(monkeypatch, number)
    replace_file(tmp_path / "file", b"content")
    assert (tmp_path / "file").read_bytes() == b"content"


def test_a_folder_that_cannot_be_opened_is_not_synced(tmp_path: Path) -> None:
    sync_folder(tmp_path / "nowhere")


def test_what_could_not_be_replaced_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*names: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    replace_file(tmp_path / "file", b"before")
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        replace_file(tmp_path / "file", b"after")
    assert (tmp_path / "file").read_bytes() == b"before"
    assert not (tmp_path / ("file" + ASIDE)).exists()


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_link_where_a_file_is_to_be_written_aside_is_not_written_into(
    tmp_path: Path, link: Callable[[Path, Path], None]
) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"somebody's")
    link(other, tmp_path / ("file" + ASIDE))
    replace_file(tmp_path / "file", b"content")
    assert other.read_bytes() == b"somebody's"
    assert (tmp_path / "file").read_bytes() == b"content"
    assert not (tmp_path / "file").is_symlink()


def test_a_folder_that_is_a_link_to_nowhere_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "index").symlink_to(tmp_path / "disk")
    with pytest.raises(OSError, match="the link leads nowhere"):
        make_folder(tmp_path / "index")
    (tmp_path / "disk").mkdir()
    make_folder(tmp_path / "index")


def test_a_file_is_read_whole_and_what_is_none_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"fog\n" * 100_000)
    assert read_regular(tmp_path / "file") == b"fog\n" * 100_000
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    for name in ("pipe", "endless", "."):
        with pytest.raises(OSError, match="is not a file"):
            read_regular(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "nowhere")
