"""Saved searches: how they are kept, by which names, and what is said when they are damaged."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from kept_searches import FERRY, add
from query_text import spell

from newssearch.errors import IndexCorrupt, IndexLocked, NotFound, UsageError
from newssearch.saved import (
    LONGEST_NAME,
    SavedSearch,
    Seen,
    changing,
    check_name,
    saved_queries,
    saved_searches,
)
from newssearch.saved_run import check_query
from newssearch.syntax.parser import parse


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path


def test_searches_are_kept_by_their_names(index: Path) -> None:
    assert saved_searches(index) == {}
    other = SavedSearch("渡轮", "渡轮 -lang:en", "2020-09-02")
    add(index, other)
    add(index)
    assert saved_searches(index) == {"ferry": FERRY, "渡轮": other}
    assert list(saved_searches(index)) == ["ferry", "渡轮"]
    assert saved_queries(index) == {"ferry": "ferry OR boat", "渡轮": "渡轮 -lang:en"}


def test_what_was_reported_is_kept_with_its_search(index: Path) -> None:
    seen = Seen(frozenset({"00ff" * 4, "ff00" * 4}), "1234", "2020-09-01T10:00:00+02:00")
    add(index, seen=seen)
    add(index, SavedSearch("boat", "boat", "2020-09-01"))
    with changing(index) as kept:
        assert kept.seen("ferry") == seen
        assert kept.seen("boat") == Seen()
        kept.commit({"boat": seen}, {})
    with changing(index) as kept:
        assert kept.seen("boat") == seen
        kept.remove("ferry")
    assert list(saved_searches(index)) == ["boat"]
    assert len(list((index / "kept" / "saved").iterdir())) == 1


def test_a_search_that_is_not_there_cannot_be_removed(index: Path) -> None:
    add(index)
    with changing(index) as kept, pytest.raises(NotFound, match="did you mean ferry"):
        kept.remove("fery")


def test_files_are_written_together_with_what_was_reported(index: Path) -> None:
    add(index)
    seen = Seen(frozenset({"00ff" * 4}), "1234", "now")
    with changing(index) as kept:
        with pytest.raises(OSError, match="gone"):
            kept.commit({"ferry": seen}, {index / "gone" / "feed": b"x"})
        assert kept.seen("ferry") == Seen()
        kept.commit({"ferry": seen}, {index / "feed": b"news"})
        assert kept.seen("ferry") == seen
    assert (index / "feed").read_bytes() == b"news"
    assert not [*index.rglob("*.next"), *index.rglob("*.journal")]


@pytest.mark.parametrize(
    "name", ["a", "a-b", "a-", "_x", "1", "OR", "Zürich", "渡轮2", "a" * LONGEST_NAME]
)
def test_names_that_a_query_can_say(name: str) -> None:
    assert check_name(name) == name
    today = datetime.date(2020, 9, 1)
    parsed = parse(f"pier (@{name} OR -@{name})", today, saved={name: "boat"})
    assert parsed.notes == ()
    assert spell(parsed.tree) == "(pier & (boat | -boat))"


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "../a", "a.b", "@a", "a\n", "a" * 65])
def test_names_that_no_query_can_say(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        check_name(name)


@pytest.mark.parametrize(
    ("name", "query"), [("a", "@a"), ("a", "x OR (@b -y)"), ("c", "@c"), ("d", "@a @d")]
)
def test_a_search_cannot_ask_for_itself(name: str, query: str) -> None:
    saved = {"a": "ferry", "b": "@c", "c": "@a boat", "d": "x"}
    check_query("e", "@a @b @c", saved)
    with pytest.raises(UsageError, match="would ask for itself"):
        check_query(name, query, saved)


Damage = Callable[[bytes], bytes | None]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content + b"00ff00ff00ff00ff\n",
        lambda content: content.replace(b"00ff", b"00fe", 1),
        lambda content: content.replace(b"seen 1", b"seen 2"),
        lambda content: None,
    ],
)
def test_a_damaged_note_of_what_was_reported_is_an_error(index: Path, damage: Damage) -> None:
    add(index, seen=Seen(frozenset({"00ff" * 4})))
    (path,) = (index / "kept" / "saved").iterdir()
    content = damage(path.read_bytes())
    path.unlink() if content is None else path.write_bytes(content)
    with changing(index) as kept, pytest.raises(IndexCorrupt, match="saved add --force"):
        kept.seen("ferry")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"version": 2, "searches": {}}', b'{"version": 1, "searches": {"a": 1}}'],
)
def test_damaged_searches_are_an_error(index: Path, content: bytes) -> None:
    add(index)
    path = index / "kept" / "saved.json"
    json.loads(path.read_bytes())
    path.write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"saved\.json"):
        saved_searches(index)


def test_every_byte_of_the_searches_is_under_a_checksum(index: Path) -> None:
    add(index)
    path, known = index / "kept" / "saved.json", saved_searches(index)
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        try:
            assert saved_searches(index) == known
            assert content[place : place + 1].isspace()
        except IndexCorrupt as error:
            assert str(error).endswith("mend it or remove it")  # noqa: PT017  one or the other


def test_who_edits_the_searches_by_hand_takes_the_checksum_out(index: Path) -> None:
    add(index)
    path = index / "kept" / "saved.json"
    values = json.loads(path.read_bytes())
    values["searches"]["ferry"]["query"] = "ferry OR barge"
    path.write_text(json.dumps(values))
    with pytest.raises(IndexCorrupt, match="taken out where this was meant"):
        saved_searches(index)
    del values["checksum"]
    path.write_text(json.dumps(values))
    assert saved_searches(index)["ferry"].query == "ferry OR barge"


def test_searches_that_are_gone_are_missed_and_nothing_is_swept(index: Path) -> None:
    add(index)
    seen = sorted((index / "kept" / "saved").iterdir())
    path = index / "kept" / "saved.json"
    content = path.read_bytes()
    path.unlink()
    with pytest.raises(IndexCorrupt, match=r"saved\.json: is missing.*remove .*to begin anew"):
        saved_searches(index)
    with pytest.raises(IndexCorrupt):
        add(index)
    assert sorted((index / "kept" / "saved").iterdir()) == seen
    path.write_bytes(content)
    assert set(saved_searches(index)) == {"ferry"}


def test_what_a_change_left_that_was_not_to_be_is_swept_by_the_next(index: Path) -> None:
    add(index)
    kept = index / "kept"
    left = ["saved.json.next", "saved.json.new", "saved.journal.new", "saved/0011223344556677.seen"]
    for name in (*left[:3], left[3] + ".next", left[3] + ".new"):
        (kept / name).write_bytes(b"left")
    (kept / "roots.json.new").write_bytes(b"another's")
    with changing(index):
        pass
    found = {path.name for path in kept.rglob("*") if path.suffix in (".new", ".next")}
    assert found == {"roots.json.new"}


def test_one_process_at_a_time_changes_them(index: Path) -> None:
    with (
        changing(index),
        pytest.raises(IndexLocked, match="at the saved searches"),
        changing(index),
    ):
        pass
    add(index)
