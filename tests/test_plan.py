"""What is to be done about each file of an archive: how a known one, a changed one and a renamed
one are told, and which are read."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable

import pytest
from inventory_records import NOW, file, listings, record

from newssearch.inventory import (
    SETTLED,
    FileRecord,
    Files,
    Inventory,
    Root,
    content_digest,
    record_of,
)
from newssearch.plan import Plan, make_plan
from newssearch.walk import Listing, SourceFile, file_line


def plan(
    records: list[FileRecord],
    files: list[SourceFile],
    contents: dict[str, bytes] | None = None,
    verify: bool = False,
    within: Callable[[str], bool] = lambda path: True,
) -> Plan:
    """The plan for these files; one whose content is not given must not be read."""

    def digest_of(read: SourceFile) -> str:
        assert contents is not None, f"{read.path} was read"
        return content_digest(contents[read.path]) if read.path in contents else ""

    root = Root("news", ".", Files({known.path: known for known in records}))
    return make_plan(root, listings(files), digest_of, verify, within)


def test_a_file_is_known_by_size_times_and_inode_without_being_read() -> None:
    found = plan([record()], [file()])
    assert (found.unchanged, found.is_empty()) == (1, True)


@pytest.mark.parametrize("now", [file(size=6), file(time=2), file(inode=8)])
def test_where_one_of_them_differs_the_content_decides(now: SourceFile) -> None:
    assert list(plan([record()], [now], {"a.md": b"other"}).changed) == [now]
    found = plan([record()], [now], {"a.md": b"hello"})
    assert (found.unchanged, len(found.touched)) == (1, 1)
    assert list(found.touched.folders()) == [("", listings([now])[0].lines)]


def test_times_younger_than_the_reading_do_not_vouch() -> None:
    young = record_of(file(time=NOW - SETTLED), b"hello", NOW)
    assert not young.settled
    assert record_of(file(time=NOW - SETTLED - 1), b"hello", NOW).settled
    assert plan([young], [file(time=NOW - SETTLED)], {"a.md": b"other"}).changed
    found = plan([young], [file(time=NOW - SETTLED)], {"a.md": b"hello"})
    (settled,) = listings([file(time=NOW - SETTLED)])[0].lines
    assert list(found.touched.folders()) == [("", [settled])]  # and now they do


def test_verify_reads_every_file() -> None:
    found = plan([record()], [file()], {"a.md": b"other"}, verify=True)
    assert list(found.changed) == [file()]
    found = plan([record()], [file()], {"a.md": b"hello"}, verify=True)
    assert (found.unchanged, found.is_empty()) == (1, True)


def test_a_rename_is_found_by_content_and_only_where_one_has_gone() -> None:
    found = plan([record("a.md")], [file("b.md")], {"b.md": b"hello"})
    assert found.renamed == [(file("b.md"), record("a.md"))]
    assert not found.added
    assert not found.removed
    found = plan([record("a.md")], [file("a.md"), file("b.md")], {"b.md": b"hello"})
    assert (found.unchanged, list(found.added)) == (1, [file("b.md")])


def test_as_many_renames_are_found_as_there_are_files() -> None:
    gone = [record("a.md"), record("b.md")]
    files = [file("c.md"), file("d.md"), file("e.md")]
    found = plan(gone, files, dict.fromkeys(("c.md", "d.md", "e.md"), b"hello"))
    assert (len(found.renamed), len(found.added), len(found.removed)) == (2, 1, 0)


def test_a_file_that_cannot_be_read_is_no_rename_of_another() -> None:
    gone = record_of(file("a.md"), None, NOW)
    found = plan([gone], [file("b.md")], {})
    assert (list(found.added), found.removed) == ([file("b.md")], [gone])


def test_a_run_removes_only_what_it_is_about() -> None:
    found = plan([record("x/a.md"), record("y/b.md")], [], within=lambda path: path[0] == "x")
    assert [gone.path for gone in found.removed] == ["x/a.md"]


def test_a_known_failure_is_counted_apart() -> None:
    failed = record()._replace(failed="not utf-8")
    found = plan([failed], [file()])
    assert (found.unchanged, found.still_failing, found.is_empty()) == (0, [failed], True)


def test_a_file_that_could_not_be_read_is_tried_every_time() -> None:
    failed = record_of(file(), None, NOW)._replace(failed="cannot be opened")
    assert plan([failed], [file()], {}).still_failing == [failed]
    assert plan([failed], [file()], {}).is_empty()
    assert list(plan([failed], [file()], {"a.md": b""}).changed) == [file()]


def test_failures_in_doubt_are_read_again() -> None:
    inventory = Inventory(
        [Root("news", ".", Files({"a.md": record()._replace(failed="not utf-8")}))]
    )
    inventory.doubt_failures()
    (failed,) = inventory.roots["news"].files.values()
    assert list(plan([failed], [file()], {"a.md": b"hello"}).changed) == [file()]


def test_files_are_read_in_the_order_of_their_paths() -> None:
    files = [file("d.md", 9), file("b.md"), file("c.md", 6)]
    found = plan([record("a.md"), record("c.md")], files, {"b.md": b"hello", "c.md": b"x"})
    assert [read.path for read in found.reads()] == ["b.md", "c.md", "d.md"]


def test_a_new_file_takes_little_memory_until_it_is_published() -> None:
    """A million new files are to be indexed in a few hundred megabytes, all processes together."""
    count, chance = 10_000, random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnop", k=7)) for _ in range(5000)]

    def lines(folder: int) -> list[str]:
        now = 1_700_000_000_000_000_000 + folder * 3_000_000_000
        return sorted(
            file_line(" ".join(chance.choices(words, k=5)) + ".md", 4000 + n, now + n, now + n, n)
            for n in range(100)
        )

    tracemalloc.start()
    try:
        root = Root("news", ".")
        found = make_plan(
            root,
            (Listing(f"2020/{folder:04}/", lines(folder)) for folder in range(count // 100)),
            lambda file: "",
            False,
            lambda path: True,
        )
        planned = tracemalloc.get_traced_memory()[0]
        for one in found.reads():
            digest = content_digest(one.name)
            root.files[one.path] = record_of(one, b"", NOW)._replace(
                content=digest, entries=0, added="2020-08-27", story=digest, source="b.example"
            )
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(found.added) == len(root.files) == count
    kept_open = 5000 * 700
    assert planned < count * 90
    assert held - kept_open < count * 130
