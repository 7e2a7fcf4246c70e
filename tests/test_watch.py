"""The watch, with invented notices: no file system is listened to, nothing waits."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from newssearch.errors import EngineError, IndexLocked, UsageError
from newssearch.indexer import update_index
from newssearch.lock import locked
from newssearch.options import IndexOptions
from newssearch.query import open_index
from newssearch.watch import _MOST_PLACES, _RETRY, Update, Watch, file_system

QUIET: tuple[str, ...] = ()


class Notices:
    """A source that gives what a test puts in: functions are called for their effect, and give the
    paths that they return."""

    def __init__(self, *notices: Any) -> None:
        self.notices = list(notices)
        self.listened: list[list[str]] = []

    def __call__(self, folders: Sequence[str]) -> Iterator[Collection[str]]:
        self.listened.append(list(folders))
        while self.notices:
            notice = self.notices.pop(0)
            yield (notice() or QUIET) if callable(notice) else notice


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    write(folder / "2020/08/17/ferry.md")
    write(folder / "2020/08/18/tram.md")
    return folder


def write(file: Path, text: str = "The ferry stopped.") -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"# {file.stem}\n\n{text}\n", "utf-8")
    return str(file)


def counts(update: Update) -> tuple[int, int, int, int]:
    report = update.report
    assert report is not None, update
    return report.added, report.changed, report.renamed, report.removed


def watched(watch: Watch, *notices: Any) -> list[Update]:
    return list(watch.updates(Notices(*notices)))


def titles(index: Path) -> list[str]:
    with open_index(index) as found:
        return sorted(hit.title for hit in found.query("date:none OR date:*", limit=None))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The places that each run was limited to."""
    found: list[list[str]] = []

    def remembering(folder: Path, paths: Sequence[str], *rest: Any, **named: Any) -> Any:
        found.append([os.path.relpath(path, os.path.dirname(folder)) for path in paths])
        return update_index(folder, paths, *rest, **named)

    monkeypatch.setattr("newssearch.watch.update_index", remembering)
    return found


def test_the_first_run_catches_up(news: Path, tmp_path: Path) -> None:
    watch = Watch(tmp_path / "index", (str(news),))
    assert [counts(update) for update in watched(watch, QUIET)] == [(2, 0, 0, 0)]
    write(news / "2020/08/19/gull.md")
    watch = Watch(tmp_path / "index")  # all folders that are known
    source = Notices(QUIET)
    assert [counts(update) for update in watch.updates(source)] == [(1, 0, 0, 0)]
    assert source.listened == [[str(news)]]


def test_changes_are_a_batch_once_it_is_quiet(
    news: Path, tmp_path: Path, asked: list[list[str]]
) -> None:
    def arrive(name: str) -> Any:
        return lambda: [write(news / f"2020/08/{name}.md")]

    watch = Watch(tmp_path / "index", (str(news),))
    updates = watched(watch, QUIET, arrive("19/a"), arrive("19/b"), arrive("20/c"), QUIET, QUIET)
    assert [counts(update) for update in updates] == [(2, 0, 0, 0), (3, 0, 0, 0)]
    assert asked == [["news"], ["news/2020/08/19", "news/2020/08/20"]]
    assert len(titles(tmp_path / "index")) == 5


def test_where_it_is_never_quiet_a_batch_ends_all_the_same(news: Path, tmp_path: Path) -> None:
    clock = Clock()

    def arrive() -> list[str]:
        clock.now += 3.0
        return [write(news / f"2020/{clock.now}.md")]

    watch = Watch(tmp_path / "index", (str(news),), longest=10.0, clock=clock)
    updates = watched(watch, QUIET, *[arrive] * 11)
    assert [counts(update)[0] for update in updates] == [2, 5, 5]  # at 15 s and at 30 s


def test_what_is_changed_and_deleted_is_seen_too(news: Path, tmp_path: Path) -> None:
    tram, ferry = news / "2020/08/18/tram.md", news / "2020/08/17/ferry.md"

    def delete() -> list[str]:
        shutil.rmtree(ferry.parent)
        return [str(ferry), str(ferry.parent)]

    watch = Watch(tmp_path / "index", (str(news),))
    updates = watched(watch, QUIET, lambda: [write(tram, "Trams go on.")], QUIET, delete, QUIET)
    assert [counts(update) for update in updates] == [(2, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 1)]
    assert titles(tmp_path / "index") == ["tram"]


def test_a_file_that_is_moved_to_another_folder_is_known_as_such(
    news: Path, tmp_path: Path
) -> None:
    old, new = news / "2020/08/17/ferry.md", news / "2020/09/01/night ferry.md"

    def move() -> list[str]:
        new.parent.mkdir(parents=True)
        old.rename(new)
        return [str(old), str(new)]

    updates = watched(Watch(tmp_path / "index", (str(news),)), QUIET, move, QUIET)
    assert counts(updates[1]) == (0, 0, 1, 0)


def test_changes_in_very_many_folders_are_looked_for_from_above(
    news: Path, tmp_path: Path, asked: list[list[str]]
) -> None:
    def arrive() -> list[str]:
        return [write(news / f"2020/{number}/a.md") for number in range(_MOST_PLACES + 1)]

    updates = watched(Watch(tmp_path / "index", (str(news),)), QUIET, arrive, QUIET)
    assert counts(updates[1])[0] == _MOST_PLACES + 1
    assert asked[1] == ["news/2020"]


def test_what_a_walk_would_not_come_to_wakes_nobody(news: Path, tmp_path: Path) -> None:
    index = news / "index"
    other = news / "other index"
    outside = tmp_path / "outside"
    write(outside / "a.md")
    (news / "link").symlink_to(outside)
    update_index(other, [outside])
    watch = Watch(index, (str(news),))
    updates = watched(
        watch,
        QUIET,
        lambda: [str(path) for path in index.rglob("*")],
        lambda: [str(path) for path in other.rglob("*")],
        [str(news / "link/a.md")],
        lambda: [write(news / ".trash/a.md")],
        lambda: [write(news / "2020/picture.png")],
        [str(outside / "a.md"), str(tmp_path / "newspaper.md")],
        QUIET,
    )
    assert [counts(update) for update in updates] == [(2, 0, 0, 0)]


def test_other_extensions_count_where_they_were_indexed(news: Path, tmp_path: Path) -> None:
    update_index(tmp_path / "index", [news], IndexOptions(extensions=(".txt",)))
    updates = watched(Watch(tmp_path / "index"), QUIET, lambda: [write(news / "2020/a.txt")], QUIET)
    assert [counts(update)[0] for update in updates] == [0, 1]


def test_a_folder_that_vanishes_takes_no_article_along_and_is_heard_when_it_is_back(
    news: Path, tmp_path: Path
) -> None:
    away = tmp_path / "away"

    def vanish() -> None:
        news.rename(away)

    def come_back() -> None:
        away.rename(news)
        write(news / "2020/gull.md")  # nobody listened

    source = Notices(
        QUIET, vanish, QUIET, QUIET,
        come_back, QUIET, lambda: [write(news / "2020/quay.md")], QUIET,
    )  # fmt: skip
    updates = list(Watch(tmp_path / "index", (str(news),)).updates(source))
    assert source.listened == [[str(news)], [], [str(news)]]
    reports = [update.report for update in updates]
    assert [bool(report and report.refused_roots) for report in reports] == [
        False, True, False, False,
    ]  # fmt: skip
    assert [counts(update) for update in updates] == [
        (2, 0, 0, 0), (0, 0, 0, 0), (1, 0, 0, 0), (1, 0, 0, 0),
    ]  # fmt: skip
    assert len(titles(tmp_path / "index")) == 4


def test_a_run_that_fails_is_made_good_by_the_next(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newssearch.watch.update_index", failing(times=1, after=1))
    updates = watched(
        Watch(tmp_path / "index", (str(news),)),
        QUIET, lambda: [write(news / "2020/a.md")], QUIET, QUIET,
        lambda: [write(news / "2021/b.md")], QUIET,
    )  # fmt: skip
    assert isinstance(updates[1].error, EngineError)
    assert counts(updates[2]) == (2, 0, 0, 0)
    assert len(updates) == 3


def test_a_run_that_fails_is_tried_again_after_a_while(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newssearch.watch.update_index", failing(times=1, after=1))
    clock = Clock()

    def later() -> None:
        clock.now += _RETRY / 4

    watch = Watch(tmp_path / "index", (str(news),), clock=clock)
    updates = watch.updates(
        Notices(QUIET, lambda: [write(news / "2020/a.md")], QUIET, *[later] * 10)
    )
    assert counts(next(updates))[0] == 2
    assert isinstance(next(updates).error, EngineError)
    begin = clock.now
    assert counts(next(updates))[0] == 1
    assert clock.now - begin == _RETRY
    assert list(updates) == []


def failing(times: int, after: int) -> Any:
    """`update_index`, of which some calls fail."""
    calls = 0

    def call(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if after < calls <= after + times:
            raise EngineError("index: cannot be written: no space left on device")
        return update_index(*arguments, **named)

    return call


def test_what_the_first_run_raises_ends_the_watch(tmp_path: Path) -> None:
    for paths in ((), (str(tmp_path / "nowhere"),)):
        with pytest.raises(UsageError):
            watched(Watch(tmp_path / "index", paths), QUIET)


def test_another_writer_is_waited_for_and_said_once(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newssearch.watch._WAIT", 0.0)
    index = tmp_path / "index"
    update_index(index, [news])
    write(news / "2020/a.md")
    tries = 0

    def asked_whether_to_stop() -> bool:
        nonlocal tries
        tries += 1
        if tries == 5:
            held.__exit__(None, None, None)
        return False

    held = locked(index / "lock")
    held.__enter__()
    updates = watched(Watch(index, stopped=asked_whether_to_stop), QUIET)
    assert tries >= 5
    assert isinstance(updates[0].waits, IndexLocked)
    assert [counts(update) for update in updates[1:]] == [(1, 0, 0, 0)]


def test_a_watch_that_is_to_end_waits_for_no_writer(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newssearch.watch._WAIT", 0.0)
    index, stop = tmp_path / "index", threading.Event()
    update_index(index, [news])
    source = Notices(QUIET)
    with locked(index / "lock"):
        updates = Watch(index, stopped=stop.is_set).updates(source)
        assert next(updates).waits is not None
        stop.set()
        assert list(updates) == []


def test_a_place_that_is_in_no_archive_any_more_does_not_become_one(
    news: Path, tmp_path: Path
) -> None:
    """Another process may have made the index anew, without the folder."""
    index, other = tmp_path / "index", tmp_path / "other"
    write(other / "a.md")

    def made_anew() -> list[str]:
        shutil.rmtree(index)
        update_index(index, [other])
        return [write(news / "2020/b.md")]

    updates = watched(Watch(index, (str(news),)), QUIET, made_anew, QUIET)
    assert counts(updates[-1]) == (3, 0, 0, 0)
    with open_index(index) as found:
        assert set(found.stats().roots) == {"news", "other"}


def test_what_was_put_in_bit_by_bit_is_as_if_indexed_at_once(news: Path, tmp_path: Path) -> None:
    arrivals = [
        lambda day=day: [write(news / f"2020/09/{day:02}/a.md"), write(news / f"2020/{day}.md")]
        for day in range(1, 9)
    ]
    notices = [notice for arrival in arrivals for notice in (arrival, QUIET)]
    watched(Watch(tmp_path / "index", (str(news),)), QUIET, *notices)
    update_index(tmp_path / "at once", [news])
    assert titles(tmp_path / "index") == titles(tmp_path / "at once")
    report = update_index(tmp_path / "index")
    assert (report.added, report.changed, report.removed) == (0, 0, 0)


# -- the file system's notices ------------------------------------------------------------------


def test_without_watchfiles_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(UsageError, match=r"`.* -m pip install watchfiles`"):
        file_system(threading.Event(), 1.0, poll=False)


def test_polling_and_the_time_of_quiet_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    watchfiles = pytest.importorskip("watchfiles")
    calls: list[tuple[tuple[str, ...], dict[str, Any]]] = []

    def watch(*paths: str, **named: Any) -> Iterator[set[tuple[int, str]]]:
        calls.append((paths, named))
        yield {(1, "/news/a.md")}
        stop.set()

    monkeypatch.setattr(watchfiles, "watch", watch)
    stop = threading.Event()
    assert list(file_system(stop, 2.5, poll=True)(["/news"])) == [["/news/a.md"]]
    ((paths, named),) = calls
    assert paths == ("/news",)
    assert (named["rust_timeout"], named["force_polling"]) == (2500, True)
    stop.clear()
    list(file_system(stop, 1, poll=False)(["/news"]))
    assert calls[1][1]["force_polling"] is None


def test_what_cannot_be_listened_to_is_an_error_with_advice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watchfiles = pytest.importorskip("watchfiles")

    def watch(*paths: str, **named: Any) -> Iterator[set[tuple[int, str]]]:
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr(watchfiles, "watch", watch)
    with pytest.raises(UsageError, match=r"file watch limit reached.*--poll"):
        list(file_system(threading.Event(), 1, poll=False)(["/news"]))


def test_where_there_is_nothing_to_listen_to_it_is_quiet_until_the_end() -> None:
    stop = threading.Event()
    notices = iter(file_system(stop, 0.001, poll=False)([]))
    assert [next(notices), next(notices)] == [(), ()]
    stop.set()
    assert list(notices) == []
