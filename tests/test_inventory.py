from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from newssearch.errors import IndexCorrupt
from newssearch.inventory import (
    SETTLED,
    FileRecord,
    Inventory,
    Loose,
    Root,
    article_id,
    content_digest,
    record_of,
    source_of,
)
from newssearch.plan import Plan, make_plan
from newssearch.walk import SourceFile

NOW = 10 * SETTLED


def file(path: str = "a.md", size: int = 5, time: int = 1, inode: int = 7) -> SourceFile:
    return SourceFile(path, path.encode(), size, time, time, inode)


def record(path: str = "a.md", content: bytes = b"hello") -> FileRecord:
    return record_of(file(path), content, NOW)._replace(entries=0, added="2020-08-27")


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

    root = Root("news", ".", {known.path: known for known in records})
    return make_plan(root, files, digest_of, verify, within)


def test_an_inventory_comes_back_from_its_attachment() -> None:
    one = record("caf%E9 \U0001f600.md")._replace(
        loose=(Loose(1, ("b.md", "c.md"), "s", "b.example"), Loose(2, ("d.md",), "t", "")),
        entries=2,
    )
    other = record("b.md")._replace(failed="not utf-8", entries=-1)
    root = Root(
        "news", "../n\udcffws", {"caf%E9 \U0001f600.md": one, "b.md": other}, {"x": "denied"}
    )
    before = Inventory([root], encodings=("utf-8", "gb18030"))
    after = Inventory.load(before.dump())
    assert after.roots == before.roots
    assert after.encodings == before.encodings
    assert after.indexed[:2] == "20"
    assert after.file_count() == 2
    assert Inventory.load(None).roots == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda values: b"",
        lambda values: b"{",
        lambda values: b"\xff\xfe",
        lambda values: b"[" * 100_000,
        lambda values: [values],
        lambda values: {**values, "roots": []},
        lambda values: {"roots": values["roots"]},
        lambda values: {**values, "roots": {"news": {"files": []}}},
        lambda values: {**values, "roots": {"news": {"folder": "x", "files": [["a.md", 1]]}}},
        lambda values: {**values, "roots": {"news": {"folder": "x", "files": [{"path": "a.md"}]}}},
        lambda values: {
            **values,
            "roots": {
                "news": {"folder": "x", "files": [[*values["roots"]["news"]["files"][0], 1]]}
            },
        },
    ],
)
def test_an_inventory_of_another_shape_says_how_to_go_on(change: Callable[..., object]) -> None:
    values = json.loads(Inventory([Root("news", "x", {"a.md": record()})]).dump())
    changed = change(values)
    content = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
    with pytest.raises(IndexCorrupt, match="newssearch index --rebuild"):
        Inventory.load(content)


def test_the_roots_are_an_attachment_of_their_own() -> None:
    attachments = Inventory([Root("news", "../news")]).attachments()
    assert json.loads(attachments["roots"]) == {"news": "../news"}


def test_an_article_s_id_is_of_its_root_s_name_and_its_path_s_bytes() -> None:
    assert article_id("news", "caf%E9.md") != article_id("news", "café.md")
    assert article_id("news", "a.md") != article_id("blog", "a.md")
    assert len({article_id("news", path) for path in ("N.md", "N.md#1", "N.md#12")}) == 3
    assert len(article_id("news", "we are #one.md")) == 12


def test_a_file_s_articles_are_itself_or_its_entries_or_none() -> None:
    assert record()._replace(entries=0).article_paths() == ["a.md"]
    assert record()._replace(entries=2).article_paths() == ["a.md#1", "a.md#2"]
    assert record()._replace(entries=-1).article_paths() == []


def test_a_file_is_known_by_size_times_and_inode_without_being_read() -> None:
    found = plan([record()], [file()])
    assert (found.unchanged, found.is_empty()) == (1, True)


@pytest.mark.parametrize("now", [file(size=6), file(time=2), file(inode=8)])
def test_where_one_of_them_differs_the_content_decides(now: SourceFile) -> None:
    assert plan([record()], [now], {"a.md": b"other"}).changed == [now]
    found = plan([record()], [now], {"a.md": b"hello"})
    assert (found.unchanged, len(found.touched)) == (1, 1)
    assert found.touched[0].looks_like(now)


def test_times_younger_than_the_reading_do_not_vouch() -> None:
    young = record_of(file(time=NOW - SETTLED), b"hello", NOW)
    assert not young.settled
    assert record_of(file(time=NOW - SETTLED - 1), b"hello", NOW).settled
    assert plan([young], [file(time=NOW - SETTLED)], {"a.md": b"other"}).changed
    found = plan([young], [file(time=NOW - SETTLED)], {"a.md": b"hello"})
    assert [now.settled for now in found.touched] == [True]  # and now they do


def test_verify_reads_every_file() -> None:
    assert plan([record()], [file()], {"a.md": b"other"}, verify=True).changed == [file()]
    found = plan([record()], [file()], {"a.md": b"hello"}, verify=True)
    assert (found.unchanged, found.is_empty()) == (1, True)


def test_a_rename_is_found_by_content_and_only_where_one_has_gone() -> None:
    found = plan([record("a.md")], [file("b.md")], {"b.md": b"hello"})
    assert found.renamed == [(file("b.md"), record("a.md"))]
    assert not found.added
    assert not found.removed
    found = plan([record("a.md")], [file("a.md"), file("b.md")], {"b.md": b"hello"})
    assert (found.unchanged, found.added) == (1, [file("b.md")])


def test_as_many_renames_are_found_as_there_are_files() -> None:
    gone = [record("a.md"), record("b.md")]
    files = [file("c.md"), file("d.md"), file("e.md")]
    found = plan(gone, files, dict.fromkeys(("c.md", "d.md", "e.md"), b"hello"))
    assert (len(found.renamed), len(found.added), len(found.removed)) == (2, 1, 0)


def test_a_file_that_cannot_be_read_is_no_rename_of_another() -> None:
    gone = record_of(file("a.md"), None, NOW)
    found = plan([gone], [file("b.md")], {})
    assert (found.added, found.removed) == ([file("b.md")], [gone])


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
    assert plan([failed], [file()], {"a.md": b""}).changed == [file()]


def test_failures_in_doubt_are_read_again() -> None:
    inventory = Inventory([Root("news", ".", {"a.md": record()._replace(failed="not utf-8")})])
    inventory.doubt_failures()
    (failed,) = inventory.roots["news"].files.values()
    assert plan([failed], [file()], {"a.md": b"hello"}).changed == [file()]


def test_files_are_read_in_the_order_of_their_paths() -> None:
    files = [file("d.md", 9), file("b.md"), file("c.md", 6)]
    found = plan([record("a.md"), record("c.md")], files, {"b.md": b"hello", "c.md": b"x"})
    assert [read.path for read in found.reads()] == ["b.md", "c.md", "d.md"]


def test_a_record_leads_back_to_its_file() -> None:
    assert source_of(record("caf%E9.md")).name == b"caf\xe9.md"
    assert record().looks_like(source_of(record()))


def test_a_root_s_folder_is_counted_from_the_index(tmp_path: Path) -> None:
    assert Root("news", "../news").path(tmp_path / "index") == tmp_path / "news"
    assert Root("news", "/srv/news").path(tmp_path) == Path("/srv/news")
