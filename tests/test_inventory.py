"""The inventory: its attachment, which comes back as it was and is found out when it is damaged;
the mapping of files by path; folders that are known at one go."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inventory_records import file, listings, record

import newssearch.inventory.files
from newssearch.engine.base import Pieces
from newssearch.errors import IndexCorrupt
from newssearch.inventory import (
    MARK,
    FileRecord,
    Files,
    Inventory,
    Loose,
    Root,
    article_id,
    source_of,
)


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


@pytest.mark.parametrize("mark", ["", MARK])
def test_present_times_are_noted_without_more(mark: str) -> None:
    before = record("é/a.md")
    files = Files({before.path: before})
    (listing,) = listings([file("é/a.md", size=9, time=3, inode=8)])
    files.relist(listing.prefix, listing.lines[0] + mark)
    now = before._replace(size=9, mtime_ns=3, ctime_ns=3, inode=8, settled=not mark)
    assert dict(files) == {before.path: now}


def test_a_record_leads_back_to_its_file() -> None:
    assert source_of(record("caf%E9.md")).name == b"caf\xe9.md"
    assert record().looks_like(source_of(record()))


def test_a_root_s_folder_is_counted_from_the_index(tmp_path: Path) -> None:
    assert Root("news", "../news").path(tmp_path / "index") == tmp_path / "news"
    assert Root("news", "/srv/news").path(tmp_path) == Path("/srv/news")
