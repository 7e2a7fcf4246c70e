"""`newssearch watch`: once with the real watcher and as a process, else with invented notices."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import pytest

from newssearch.cli.main import main
from newssearch.errors import EngineError, IndexLocked
from newssearch.indexer import update_index
from newssearch.query import open_index

SECONDS = 150  # that something may take on a busy machine

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive, `news` in the working folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "NEWSSEARCH_INDEX", "COLUMNS", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    write("ferry")
    return tmp_path / "news"


def write(name: str, text: str = "The ferry stopped.") -> list[str]:
    """A file, whole as soon as it is there: a watch may look at any moment."""
    file = Path("news", f"{name}.md")
    file.parent.mkdir(parents=True, exist_ok=True)
    Path("aside").write_text(f"# {name}\n\n{text}\n", "utf-8")
    Path("aside").replace(file)
    return [os.path.realpath(file)]


@pytest.fixture
def watch(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., tuple[int, str, list[str]]]:
    """The program with these notices: exit code, output, lines of standard error without times."""

    def run(*arguments: str, notices: Sequence[Any] = ()) -> tuple[int, str, list[str]]:
        waiting = iter(notices)

        def source(folders: Sequence[str]) -> Iterator[Collection[str]]:
            yield ()
            for notice in waiting:
                yield (notice() if callable(notice) else notice) or ()
                yield ()

        monkeypatch.setattr("newssearch.watch.file_system", lambda stop, settle, poll: source)
        status = main(["watch", *arguments])
        out, err = capsysbinary.readouterr()
        lines = re.sub(r"^\d\d:\d\d:\d\d  | — .*$", "", err.decode(), flags=re.M).splitlines()
        return status, out.decode(), lines

    return run


def added(number: int, unchanged: int = 0) -> str:
    return f"added {number}, changed 0, renamed 0, removed 0, unchanged {unchanged}, failed 0"


def test_each_run_that_did_something_is_a_line(news: Path, watch: Any) -> None:
    status, out, err = watch("news", notices=[lambda: write("tram"), (), lambda: write("tram")])
    assert (status, out) == (0, "")
    assert err == [added(1), "watching; Ctrl-C ends it", added(1, 1), "stopped"]


def test_quiet_says_nothing(news: Path, watch: Any) -> None:
    assert watch("news", "-q", notices=[lambda: write("tram")]) == (0, "", [])


def test_a_run_that_fails_is_said_and_the_watch_goes_on(
    news: Path, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def second_fails(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 2:
            raise EngineError("index: cannot be written: no space left on device")
        return update_index(*arguments, **named)

    monkeypatch.setattr("newssearch.watch.update_index", second_fails)
    status, _, err = watch("news", notices=[lambda: write("tram"), lambda: write("gull")])
    assert status == 0
    assert err[2:] == [
        "newssearch: index: cannot be written: no space left on device", added(2, 1), "stopped",
    ]  # fmt: skip


def test_another_writer_is_named_while_it_is_waited_for(
    news: Path, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def locked_at_first(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments)
        if len(calls) < 4:
            raise IndexLocked("index: the index is being written by process 7 on\x1b; wait for it")
        return update_index(*arguments, **named)

    monkeypatch.setattr("newssearch.watch.update_index", locked_at_first)
    status, _, err = watch("news")
    assert status == 0
    assert err[:2] == [
        "index: the index is being written by process 7 on\\x1b; waiting", added(1),
    ]  # fmt: skip


def test_a_folder_that_is_gone_is_said_and_so_is_its_return(news: Path, watch: Any) -> None:
    away = news.parent / "away"

    def vanish() -> None:
        news.rename(away)

    def come_back() -> None:
        away.rename(news)

    status, _, err = watch("news", notices=[vanish, come_back])
    assert status == 0
    assert err[:2] == [added(1), "watching; Ctrl-C ends it"]
    assert "nothing was removed from the index" in err[2]
    assert err[3:] == [added(0, 1), "stopped"]


def test_a_file_that_cannot_be_read_is_said_once(news: Path, watch: Any) -> None:
    def bad() -> list[str]:
        Path("news/bad.md").write_bytes(b"# x\n\n\xff\xfe\n")
        return [os.path.realpath("news/bad.md")]

    _, _, err = watch("news", notices=[bad, lambda: write("tram")])
    assert [line.partition(":")[0] for line in err].count("bad.md") == 1


def test_saved_searches_list_each_new_story_once(news: Path, watch: Any) -> None:
    assert main(["index", "-q", "news"]) == 0
    assert main(["saved", "add", "-q", "gulls", "gull"]) == 0
    notices = [
        lambda: write("gull", "A gull was seen."), lambda: write("tram"),
        lambda: write("gull", "A gull was seen again."), lambda: write("quay", "No gull there."),
    ]  # fmt: skip
    status, out, err = watch("--saved", notices=notices)
    assert status == 0
    titles = [line.rpartition("\t")[2] for line in out.splitlines()]
    assert titles == ["gull", "quay"]
    assert "newssearch: " not in "".join(err)


def test_a_search_that_fails_does_not_end_the_watch(news: Path, watch: Any) -> None:
    assert main(["index", "-q", "news"]) == 0
    assert main(["saved", "add", "-q", "gulls", "gull"]) == 0
    for file in Path("index/kept/saved").iterdir():
        file.write_bytes(b"damaged")
    status, out, err = watch("--saved", notices=[lambda: write("gull", "A gull was seen.")])
    assert (status, out) == (0, "")
    assert added(1, 1) in err
    assert any(line.startswith("newssearch: gulls: ") for line in err)


@pytest.mark.skipif(os.name != "posix", reason="needs SIGTERM")
def test_a_run_in_progress_is_done_before_sigterm_ends_the_watch(
    news: Path, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def terminated_meanwhile(*arguments: Any, **named: Any) -> Any:
        os.kill(os.getpid(), signal.SIGTERM)
        return update_index(*arguments, **named)

    monkeypatch.setattr("newssearch.watch.update_index", terminated_meanwhile)
    status, _, err = watch("news")
    assert (status, err[0], err[-1]) == (0, added(1), "stopped")
    assert signal.getsignal(signal.SIGTERM) == before
    with open_index("index") as index:
        assert index.query("ferry").total == 1


def test_ctrl_c_in_a_run_takes_it_back(
    news: Path, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["index", "-q", "news"]) == 0
    write("tram", "The ferry is a tram.")

    def interrupted(self: object, attachments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("newssearch.engine.columnar.writer.ColumnarWriter.commit", interrupted)
    status, _, err = watch()
    assert (status, err) == (130, ["stopped"])
    with open_index("index") as index:
        assert index.query("ferry").total == 1


def test_without_an_archive_there_is_nothing_to_watch(news: Path, watch: Any) -> None:
    status, out, err = watch()
    assert (status, out, len(err)) == (2, "", 1)
    assert "no archive folder is known yet" in err[0]


def test_without_watchfiles_it_is_an_error_with_the_command_to_type(
    news: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert main(["watch", "news"]) == 2
    assert f"`{sys.executable} -m pip install watchfiles`" in capsys.readouterr().err
    assert not Path("index").exists()


# -- as a process -------------------------------------------------------------------------------


class Watching:
    """The program as a process; what it says comes line by line, and is waited for."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "newssearch", "watch", "--settle", "0.1", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.lines: queue.Queue[str] = queue.Queue()
        self.readers = [
            threading.Thread(target=self._read, args=(stream,))
            for stream in (self.process.stdout, self.process.stderr)
        ]
        for reader in self.readers:
            reader.start()

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self.lines.put(line.rstrip("\n"))

    def until(self, wanted: str) -> str:
        """The next line that holds this; fails when none comes."""
        while True:
            line = self.lines.get(timeout=SECONDS)
            if "--poll" in line:
                pytest.skip(f"this system has no notices to give: {line}")
            if wanted in line:
                return line

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def __enter__(self) -> Watching:
        return self

    def __exit__(self, *exception: object) -> None:
        self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join()


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_with_the_real_watcher_files_are_found_as_they_arrive(news: Path) -> None:
    pytest.importorskip("watchfiles")
    with Watching("--index", "news/index", "news") as watching:
        watching.until("watching")
        write("2020/08/17/tram")  # in a folder that is new itself
        assert added(1) in watching.until("added")
        write("2020/08/17/gull")
        assert "added 1, changed 0" in watching.until("added")
        Path("news/ferry.md").unlink()
        assert "removed 1" in watching.until("added")
        Path("news/2020/08/17").rename("news/2020/08/18")
        assert "renamed 2" in watching.until("added")
        assert watching.end(signal.SIGTERM) == 0
        watching.until("stopped")
    with open_index("news/index") as index:
        assert index.query("ferry").total == 2


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_ctrl_c_ends_it_with_a_line_and_130(news: Path) -> None:
    pytest.importorskip("watchfiles")
    with Watching("news") as watching:
        watching.until("watching")
        assert watching.end(signal.SIGINT) == 130
        assert watching.until("stopped")
        for reader in watching.readers:
            reader.join(SECONDS)
        assert watching.lines.empty()
