from __future__ import annotations

import json
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import newssearch.inventory.files
from newssearch.engine.base import Pieces
from newssearch.errors import IndexCorrupt
from newssearch.inventory import (
    MARK,
    SETTLED,
    FileRecord,
    Files,
    Inventory,
    Loose,
    Root,
    article_id,
    content_digest,
    record_of,
    source_of,
)
from newssearch.plan import Plan, make_plan
from newssearch.walk import Listing, SourceFile, file_line

NOW = 10 * SETTLED


def file(path: str = "a.md", size: int = 5, time: int = 1, inode: int = 7) -> SourceFile:
    return SourceFile(path, path.encode(), size, time, time, inode)


def listings(files: list[SourceFile]) -> list[Listing]:
    """The files by folder, as a walk lists them."""
    folders: dict[str, list[str]] = {}
    for one in files:
        prefix, mark, name = one.path.rpartition("/")
        folders.setdefault(prefix + mark, []).append(file_line(name, *one[2:]))
    return [Listing(prefix, sorted(lines)) for prefix, lines in folders.items()]


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

    root = Root("news", ".", Files({known.path: known for known in records}))
    return make_plan(root, listings(files), digest_of, verify, within)


def test_an_inventory_comes_back_from_its_attachment() -> None:
    one = record("caf%E9 \U0001f600.md")._replace(
        loose=(Loose(1, ("b.md", "c.md"), "s", "b.example"), Loose(2, ("d.md",), "t", "")),
        entries=2,
    )
    other = record("b.md")._replace(failed="not utf-8", entries=-1)
    root = Root("news", "../n\udcffws", Files({one.path: one, other.path: other}), {"x": "denied"})
    before = Inventory([root], encodings=("utf-8", "gb18030"))
    after = Inventory.load(before.dump())
    assert after.roots == before.roots
    assert after.encodings == before.encodings
    assert after.indexed[:2] == "20"
    assert after.file_count() == 2
    assert Inventory.load(None).roots == {}


def attachment() -> bytes:
    """Of two folders, one of which holds two files."""
    loose = (Loose(1, ("b.md",), "s", "b.example"),)
    records = [record("2020/a.md"), record("2020/b.md")._replace(loose=loose), record("c.md")]
    return Inventory([Root("news", "x", Files({one.path: one for one in records}))]).dump()


def header(changed: Callable[[dict[str, Any]], object]) -> bytes:
    """The attachment with another first line."""
    first, mark, rest = attachment().partition(b"\n")
    values = json.loads(first)
    changed(values)
    return json.dumps(values).encode() + mark + rest


def of_the_root(**changes: object) -> bytes:
    return header(lambda values: values["roots"]["news"].update(changes))


def resized(*change: float) -> bytes:
    """The attachment with other numbers for the last folder."""

    def resize(values: dict[str, Any]) -> None:
        folders = values["roots"]["news"]["folders"]
        folders["2020/"][:3] = [n + by for n, by in zip(folders["2020/"], change, strict=False)]

    return header(resize)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        attachment() + b"\n",
        attachment()[:-1],
        header(lambda values: values.update(roots=[])),
        header(lambda values: values.pop("indexed")),
        of_the_root(folders=1),
        of_the_root(folders={}),
        of_the_root(folders={"": [1, 10, 10, []]}),
        of_the_root(folders={"": ["1", "1", "1", []]}),
        resized(0, 0, 1),
        resized(0, -999, 999),
        resized(0, 999, -999),
        resized(-2, 0, 0),
        resized(0, 0.5, -0.5),
        of_the_root(folder=1),
        of_the_root(unreadable=[]),
        of_the_root(unreadable={"x": 1}),
        of_the_root(extensions=[1]),
    ],
)
def test_an_inventory_of_another_shape_says_how_to_go_on(content: bytes) -> None:
    with pytest.raises(IndexCorrupt, match="newssearch index --rebuild"):
        Inventory.load(content)


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        (b"a.md\t5\t", b"a.md\tfive\t"),
        (b"a.md\t5\t", b"a.md\t"),
        (b"a.md\t5\t", b"b.md\t5\t"),
        (b"a.md\t5\t", b"../a.md\t5\t"),
        (b"a.md\t5\t1\t1\t7", b"a.md"),
        (b"\t0\t2020-08-27\t\t\n[", b"\t0\t2020-08-27\t\n["),
        (b"\t0\t2020-08-27\t\t\n[", b"\tnone\t2020-08-27\t\t\n["),
        (b"\t0\t2020-08-27\t\t\n[", b"\t0\t2020-08-27\t\t\n\t\t0\t\t\t\n["),
        (b"[[1,", b"[[null,"),
        (b"[[1,", b"[1,["),
        (b'[1,["b.md"]', b'[1,[["b.md"]]'),
        (b'[1,["b.md"]', b'[1,["\\ud800"]'),
        (b'[1,["b.md"]', b"[1,[" + b"[" * 100_000),
        (b',"s","b.example"', b',"s"'),
        (b',"b.example"]],"', b',"b.example"]],1,"'),
    ],
)
def test_a_damaged_line_is_found_out_when_it_is_looked_at(part: bytes, instead: bytes) -> None:
    content = attachment()
    assert content.count(part) == 1
    folder = json.loads(content.split(b"\n")[0])["roots"]["news"]["folders"]["2020/"]
    text = 2 if content.index(part) >= len(content) - folder[2] else 1
    change = [0, 0, 0]
    change[text] = len(instead) - len(part)
    first = resized(*change).split(b"\n")[0]
    rest = content.partition(b"\n")[2].replace(part, instead)
    inventory = Inventory.load(first + b"\n" + rest)
    files = inventory.roots["news"].files
    assert files["c.md"] == record("c.md")
    with pytest.raises(IndexCorrupt, match="newssearch index --rebuild"):
        list(files.values())


def test_lines_that_nobody_changes_are_written_as_they_were_read() -> None:
    content = attachment()
    inventory = Inventory.load(content)
    files = inventory.roots["news"].files
    assert len(files) == 3
    assert [one.path for one in files.unusual()] == ["2020/b.md"]
    assert "2020/b.md" in files
    assert "2020/c.md" not in files
    assert files.get("2021/b.md") is None
    rest = content.partition(b"\n")[2]
    assert inventory.dump().partition(b"\n")[2] == rest
    files["2020/b.md"] = files["2020/b.md"]
    assert inventory.dump().partition(b"\n")[2] == rest


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ("far/new.md", ["a/1.md", "b/2.md"]),  # a/1.md leads to b/2.md, which leads there
        ("b/new.md", ["a/1.md"]),
        ("c_d_/new.md", ["e/3.md"]),  # as a link that is repaired
        ("a/new.md", []),
        ("other/new.md", []),
    ],
)
def test_links_are_followed_again_where_a_folder_on_their_way_has_changed(
    changed: str, found: list[str]
) -> None:
    links = {"a/1.md": "b/2.md", "b/2.md": "far/a.md", "e/3.md": "c:d?/a.md"}
    records = [
        record(path)._replace(loose=(Loose(0, (link,), "s", ""),)) for path, link in links.items()
    ]
    root = Root("news", ".", Files({one.path: one for one in [*records, record(changed)]}))

    def files() -> Files:
        return Inventory.load(Inventory([root]).dump()).roots["news"].files

    assert list(files().led_elsewhere()) == []
    changing = files()
    changing[changed] = record(changed)
    assert [one.path for one in changing.led_elsewhere()] == found
    changing = files()
    del changing[changed]
    assert [one.path for one in changing.led_elsewhere()] == found


@pytest.mark.parametrize("most_open", [0, 3, 5000])
def test_files_are_a_mapping_by_path(monkeypatch: pytest.MonkeyPatch, most_open: int) -> None:
    """Against a plain dict, through saving and loading, however many folders are put away."""
    monkeypatch.setattr(newssearch.inventory.files, "_MOST_OPEN", most_open)
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    paths = [f + n for f in ("", "x/", "x/y/", "é/") for n in ("a.md", "b.md", "%09.md", "a!.md")]
    inventory, twin = Inventory([Root("news", ".")]), dict[str, FileRecord]()
    for step in range(300):
        files, path = inventory.roots["news"].files, chance.choice(paths)
        if chance.random() < 0.4:
            if path in twin:
                del files[path]
            twin.pop(path, None)
        else:
            twin[path] = files[path] = invented(chance, path)
        assert (path in files, files.get(path)) == (path in twin, twin.get(path))
        if not step % 10:
            assert len(files) == len(twin)
            assert files == twin
            odd = {one.path for one in files.unusual() if one.loose or one.failed}
            assert odd == {p for p, one in twin.items() if one.loose or one.failed}
            inventory = Inventory.load(inventory.dump())
            assert len(inventory.roots["news"].files) == len(twin)


def invented(chance: random.Random, path: str) -> FileRecord:
    """A record with any of the things that a record may say."""
    links = tuple(chance.choices(("b.md", "x/\u2028", "é 100%"), k=chance.randrange(3)))
    return record(path)._replace(
        size=chance.randrange(1 << 40),
        settled=chance.random() < 0.8,
        entries=chance.randrange(-1, 3),
        story=chance.choice(("", "f1203d8fd43b05d5")),
        source=chance.choice(("", "b.example", "a\tb\n", "[", "\udcff", "\u00a0é")),
        failed=chance.choice(("", "", "", "not\tutf-8\n\n")),
        loose=(Loose(1, links, "s", ""), Loose(2, ("c.md",), "", "\n")) if links else (),
    )


@pytest.mark.parametrize(
    ("changes", "vouched"),
    [({}, True), ({"settled": False}, False), ({"failed": "not utf-8"}, False)],
)
def test_a_folder_is_known_at_one_go_where_each_of_its_files_is(
    changes: dict[str, Any], vouched: bool
) -> None:
    records = [record("x/a.md"), record("x/b.md")._replace(**changes)]
    (now,) = listings([file("x/b.md"), file("x/a.md")])
    files = Files({one.path: one for one in records})
    files = Inventory.load(Inventory([Root("news", ".", files)]).dump()).roots["news"].files
    assert files.vouch_for(now) == vouched
    assert not files.vouch_for(now._replace(lines=now.lines[:1]))
    assert not files.vouch_for(now._replace(prefix="y/"))
    assert not files.vouch_for(listings([file("x/a.md"), file("x/b.md", time=2)])[0])
    assert now.lines[0] in files.listed("x/").values()
    assert len([*Files().folders(), *files.folders()]) == 1


def test_folders_that_were_put_away_are_looked_into_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newssearch.inventory.files, "_MOST_OPEN", 1)
    loose = (Loose(0, ("far/a.md",), "s", ""),)
    records = {path: record(path) for path in ("a/1.md", "b/2.md", "c/3.md", "d/4.md")}
    records["a/1.md"] = records["a/1.md"]._replace(loose=loose)
    files = Files(records)
    assert files == records
    assert [one.path for one in files.unusual()] == ["a/1.md"]
    del files["b/2.md"]
    assert (len(files), files.folders()) == (3, ["a/", "c/", "d/"])
    assert "b/2.md" not in files
    files["c/3.md"] = changed = records["c/3.md"]._replace(size=9)
    assert files["a/1.md"].loose == loose
    assert files["c/3.md"] == changed


def test_the_attachment_is_made_in_pieces_of_the_size_that_is_said() -> None:
    records = {path: record(path) for path in ("a/1.md", "é/2.md", "c.md")}
    inventory = Inventory([Root("news", "x", Files(records)), Root("blog", "y")])
    pieces = inventory.attachments()["inventory"]
    assert isinstance(pieces, Pieces)
    content = b"".join(pieces.pieces)
    assert len(content) == pieces.size
    assert Inventory.load(content).roots == inventory.roots


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


def test_the_roots_are_an_attachment_of_their_own() -> None:
    attachments = Inventory([Root("news", "../news")]).attachments()
    assert attachments["roots"] == b'{"news": "../news"}'


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


@pytest.mark.parametrize("mark", ["", MARK])
def test_present_times_are_noted_without_more(mark: str) -> None:
    before = record("é/a.md")
    files = Files({before.path: before})
    (listing,) = listings([file("é/a.md", size=9, time=3, inode=8)])
    files.relist(listing.prefix, listing.lines[0] + mark)
    now = before._replace(size=9, mtime_ns=3, ctime_ns=3, inode=8, settled=not mark)
    assert dict(files) == {before.path: now}


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


def test_a_record_leads_back_to_its_file() -> None:
    assert source_of(record("caf%E9.md")).name == b"caf\xe9.md"
    assert record().looks_like(source_of(record()))


def test_a_root_s_folder_is_counted_from_the_index(tmp_path: Path) -> None:
    assert Root("news", "../news").path(tmp_path / "index") == tmp_path / "news"
    assert Root("news", "/srv/news").path(tmp_path) == Path("/srv/news")
