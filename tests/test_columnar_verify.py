"""Whether an engine's folder is sound: nothing is found where all is well, and every kind of damage
and every lie that has the right checksums is."""

from __future__ import annotations

import gc
import json
import os
import random
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from forged_folder import (
    CLAIMS_100_GB,
    FLIPS,
    LIES,
    SEED,
    SPOILS,
    Change,
    News,
    compressed,
    descending,
    exchanged,
    filled,
    flipped,
    forge,
    forge_manifest,
    forged_at_random,
    halfway,
    number,
    packed,
)
from generated_archive import Generated
from invented_documents import commit, document

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.columnar import compaction, verify_words, words_writer
from newssearch.engine.columnar.engine import create_engine, open_engine
from newssearch.engine.columnar.lists import Lists
from newssearch.engine.columnar.lists_writer import ListsWriter
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.stored import Codec, Stored
from newssearch.engine.columnar.verify import Examination
from newssearch.errors import EngineError, IndexCorrupt

pytestmark = pytest.mark.usefixtures("unsynced")

Spoil = Callable[[Path], None]


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> News:
    """Two segments, tombstones, a dictionary; words that are there four times are common."""
    monkeypatch.setattr(words_writer, "COMMON", 4)
    monkeypatch.setattr(verify_words, "COMMON", 4)
    return News(tmp_path / "good", monkeypatch)


def faults(folder: Path) -> list[str]:
    """What is found, each with the name of its file."""
    seen: list[tuple[int, int]] = []
    examination = Examination(folder)
    try:
        found = examination.faults(lambda done, of: seen.append((done, of)))
        assert examination.is_whole <= (not found or examination.answers < examination.newest)
        if seen:
            assert [done for done, _ in seen] == sorted(done for done, _ in seen)
            assert seen[-1] == (examination.bytes, examination.bytes)
        return [f"{path.name}: {what}" for path, what in found]
    finally:
        examination.close()


def segments(news: News) -> list[str]:
    return sorted(name for name in news.files() if len(name) == 20 and name.endswith(".seg"))


# --- all is well ----------------------------------------------------------------------------------


def test_what_a_writer_has_written_has_no_fault(news: News) -> None:
    assert faults(news.folder) == []
    news.merge()
    assert faults(news.folder) == []


def test_an_empty_generation_has_no_fault(tmp_path: Path) -> None:
    create_engine(tmp_path / "engine", Analyzer())
    assert faults(tmp_path / "engine") == []


def test_many_generations_have_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    monkeypatch.setattr(compaction, "FAN_IN", 3)
    monkeypatch.setattr(words_writer, "COMMON", 8)
    monkeypatch.setattr(verify_words, "COMMON", 8)
    made, engine = Generated(SEED), create_engine(tmp_path / "engine", Analyzer())
    ids: list[str] = []
    for _ in range(8):
        added = [made.document() for _ in range(made.random.randrange(1, 30))]
        gone = made.random.sample(ids, len(ids) // 5)
        commit(engine, added, gone)
        ids = [one for one in ids if one not in gone] + [one.id for one in added]
        assert faults(engine.folder) == []
    examination = Examination(engine.folder)
    assert examination.difference(ids) == ([], [])
    assert examination.difference([*ids[1:], "0" * 12]) == (["0" * 12], [ids[0]])
    examination.close()


def test_forms_and_long_texts_have_no_fault(tmp_path: Path) -> None:
    engine = create_engine(tmp_path / "engine", Analyzer())
    body = "protest protests protested protesting " * 80 + "\n" + "a\n" * 300 + "x" * 3000
    commit(engine, [document("a.md", body, authors=("A" * 5000,)), document("b.md")])
    assert faults(engine.folder) == []


# --- bytes that are not as they were written ------------------------------------------------------


def test_every_flipped_bit_is_found(news: News) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    rng = random.Random(SEED)
    for _ in range(FLIPS):
        work, name, bit = flipped(news, rng)
        assert [line for line in faults(work.folder) if line.startswith(f"{name}: ")], (
            f"{name}: bit {bit}, seed {SEED}"
        )


def test_all_damaged_files_are_named_not_the_first_alone(news: News) -> None:
    for name in news.files():
        if not name.startswith("generation"):
            os.truncate(news.folder / name, (news.folder / name).stat().st_size - 1)
    named = {line.partition(": ")[0] for line in faults(news.folder)}
    assert named == {name for name in news.files() if not name.startswith("generation")}


@pytest.mark.parametrize("what", ["missing", "another", "folder", "pipe", "empty"])
def test_a_file_that_is_missing_or_another_or_none_is_found(news: News, what: str) -> None:
    for name in news.files():
        found = faults(exchanged(news, name, what).folder)
        expected = "has no manifest" if (name, what) == ("generation-2.json", "missing") else name
        assert any(expected in line for line in found), (name, found)


def test_where_the_damage_is_is_said(news: News) -> None:
    name = segments(news)[0]
    content = bytearray((news.folder / name).read_bytes())
    content[5000] ^= 255
    (news.folder / name).write_bytes(content)
    assert faults(news.folder) == [f"{name}: is damaged (bytes 4,096 and following)"]


def test_a_file_that_cannot_be_read_to_its_end_is_found(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad sector: the disk says so when the bytes are read, not when the file is opened."""
    from newssearch.engine.columnar import verify

    opened, name = verify.open_file, segments(news)[0]

    class Bad:
        def __init__(self, file: Any) -> None:
            self._file = file

        def read(self, size: int) -> bytes:
            raise OSError(5, "Input/output error")

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

    def bad(path: Path) -> Any:
        file = opened(path)
        return Bad(file) if path.name == name else file

    monkeypatch.setattr(verify, "open_file", bad)
    assert faults(news.folder) == [f"{name}: cannot be read (input/output error)"]


@pytest.mark.parametrize("spoil", SPOILS)
def test_the_generation_before_is_looked_at_where_the_newest_is_damaged(
    news: News, spoil: Spoil
) -> None:
    name = segments(news)[0]
    cut = halfway(news, spoil)
    assert all(re.search(r"-3\.(json|seg): ", line) for line in faults(cut.folder))
    examination = Examination(cut.folder)
    assert examination.faults(lambda done, of: None)
    assert (examination.newest, examination.answers) == (3, 2)
    assert examination.is_whole
    assert examination.attachment("inventory") == b"all of it"
    assert examination.left_over() == []
    examination.close()
    os.truncate(cut.folder / name, 5000)
    assert any(line.startswith(name) for line in faults(cut.folder))


def test_what_no_generation_needs_is_left_over(news: News) -> None:
    left = ["0123456789abcdef.seg", "commit-3.seg", "dictionary.new", "generation-1.json", "tmpabc"]
    for name in left:
        (news.folder / name).write_bytes(b"left")
    (news.folder / "notes.txt").write_text("not ours")
    examination = Examination(news.folder)
    assert examination.faults(lambda done, of: None) == []
    assert sorted(path.name for path in examination.left_over()) == left
    examination.close()


def test_beside_a_writer_it_is_the_generation_that_was_the_newest(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    examination = Examination(news.folder)
    commit(open_engine(news.folder, Analyzer()), [document("new.md", "fog")])
    assert examination.newest == 2
    assert examination.faults(lambda done, of: None) == []
    examination.close()


def test_a_writer_that_sweeps_while_files_are_opened_is_met_again(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newssearch.engine.columnar import verify

    opened = verify.open_file

    def after_a_commit(path: Path) -> Any:
        monkeypatch.setattr(verify, "open_file", opened)
        commit(open_engine(news.folder, Analyzer()), [document("new.md", "fog")])
        return opened(path)

    monkeypatch.setattr(verify, "open_file", after_a_commit)
    examination = Examination(news.folder)
    assert examination.newest == 3
    assert examination.faults(lambda done, of: None) == []
    examination.close()


# --- lies: whoever wrote these files gave them the right checksums --------------------------------


def relisted(name: str, change: Callable[[dict[bytes, list[int]], int], None]) -> Any:
    """The lists of a segment written anew, changed: what to forge."""

    def forged(news: News, segment: str) -> Change:
        opened = Segment(news.folder / segment)
        lists: Lists = getattr(opened, name)
        held = {term: lists.numbers(n) for n, term in enumerate(lists.terms())}
        universe = lists.universe
        opened.close()
        change(held, universe)
        counts = np.array([len(values) for values in held.values()], np.int64)
        values = np.array([one for values in held.values() for one in values], np.int64)
        written = ListsWriter(news.folder, name, universe)
        written.add(list(held), counts, values)
        sections: dict[str, bytes] = {}

        class Sections:
            def add(self, section: str, chunks: Any) -> None:
                sections[section] = b"".join(bytes(chunk) for chunk in chunks)

        written.write(Sections())  # type: ignore[arg-type]
        return lambda old, meta: old.update(sections)

    return forged


def swapped(held: dict[bytes, list[int]], universe: int) -> None:
    """Two numbers of which only the low bits differ."""
    for values in held.values():
        width = max((universe // len(values)).bit_length() - 1, 0)
        for i in range(len(values) - 1):
            if values[i] < values[i + 1] and values[i] >> width == values[i + 1] >> width:
                values[i], values[i + 1] = values[i + 1], values[i]
                return
    pytest.fail("no such list")


def beyond(held: dict[bytes, list[int]], universe: int) -> None:
    for values in held.values():
        width = max((universe // len(values)).bit_length() - 1, 0)
        if universe - 1 >> width == universe >> width:
            values[-1] = universe
            return
    pytest.fail("no such list")


def another(held: dict[bytes, list[int]], universe: int) -> None:
    """A document is in the list of another story."""
    for values in held.values():
        if len(values) == 1:
            values[0] = (values[0] + 1) % universe
            return
    pytest.fail("no such list")


def another_name(held: dict[bytes, list[int]], universe: int) -> None:
    for term, values in held.items():
        if term.startswith(b"lang\0") and len(values) < universe:
            held[term] = [n for n in range(universe) if n not in values]
            return
    pytest.fail("no such name")


def same_number(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    """Two forms of a word have one number."""
    sections["forms.terms"] = sections["forms.terms"][:4] * 2 + sections["forms.terms"][8:]
    sections["forms.numbers"] = sections["forms.numbers"][:2] * 2 + sections["forms.numbers"][4:]


def reordered(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    """The first word begins with the highest letter."""
    text = sections["words.text"]
    sections["words.text"] = text[:2] + b"\xf4" + text[3:]


def other_heads(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    """The heads of the documents the other way round."""


def with_heads(change: Callable[[list[bytes]], None]) -> Any:
    """All heads of a segment in one block, changed."""

    def forged(news: News, segment: str) -> Change:
        opened = Segment(news.folder / segment)
        stored = Stored(opened, Codec((news.folder / "dictionary").read_bytes()))
        lines = [stored.line("heads", number) for number in range(opened.documents)]
        opened.close()
        change(lines)
        return packed("heads", compressed(b"\n".join(lines)))

    return forged


def other_title(lines: list[bytes]) -> None:
    values = json.loads(lines[0])
    values[1]["path"] += "x"
    lines[0] = json.dumps(values).encode()


def no_document(lines: list[bytes]) -> None:
    lines[0] = b'["news",{"title":"Fog"}]'


def common_frequency(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    first = sections["common.frequencies"][0]
    sections["common.frequencies"] = bytes([first + 1]) + sections["common.frequencies"][1:]


def shorter(name: str, size: int) -> Change:
    return lambda sections, meta: sections.update({name: sections[name][:-size]})


def meta_in(key: str, change: Callable[[Any], Any]) -> Change:
    return lambda sections, meta: meta.update({key: change(meta[key])})


PLANTED: dict[str, tuple[Any, str]] = {
    "a value twice in a table": (
        meta_in("tables", lambda tables: tables | {"lang": [*tables["lang"], tables["lang"][0]]}),
        "a value stands twice in the table of lang",
    ),
    "a kind that there is not": (
        meta_in("tables", lambda tables: tables | {"kind": ["rumour", *tables["kind"][1:]]}),
        "an unknown value of kind",
    ),
    "kinds from nowhere": (filled("column.kind", 200), "kind has a number from nowhere"),
    "a date that is none": (
        number("column.date", 0, 8, 2020_13_40_00_00_00),
        "date holds what is no date",
    ),
    "a day that is none": (number("column.added", 0, 8, 77), "added holds what is no date"),
    "an id of 16 digits": (number("column.id", 0, 8, 1 << 60), "an id of more than 12 digits"),
    "ids in another order": (number("column.id", 0, 8, 0), "ids do not ascend"),
    "a document twice in the order of ids": (
        lambda sections, meta: sections.update(
            {"ids.documents": sections["ids.documents"][:4] * 2 + sections["ids.documents"][8:]}
        ),
        "the order of ids leaves a document out",
    ),
    "documents from nowhere": (filled("ids.documents", 255), "the order of ids has a number"),
    "paths of other documents": (
        lambda sections, meta: sections.update(
            {"paths.documents": sections["paths.documents"][4:] + sections["paths.documents"][:4]}
        ),
        "the numbers of paths are not those of their order",
    ),
    "slots that do not ascend": (descending, "slots do not ascend"),
    "slots that end early": (filled("column.starts", 0), "the slots do not end where"),
    "more words than places": (
        number("column.lengths", 2, 4, 10**6),
        "a field has more words than places",
    ),
    "other words": (filled("column.lengths", 0), "another number of words than it says"),
    "one more article": (
        meta_in("counted", lambda counted: counted + 1),
        "another number of articles than it says",
    ),
    "words in another order": (reordered, "words are not in their order"),
    "a word that is cut off": (filled("words.text", 0x7F), "a term that is cut off"),
    "terms of nothing": (filled("words.text", 0), "words has a group of .* terms"),
    "groups from nowhere": (filled("names.groups", 255), "names do not fill their text"),
    "more text": (
        lambda sections, meta: sections.update({"forms.text": sections["forms.text"] + b"\0\1x"}),
        "forms do not fill their text",
    ),
    "a list that does not ascend": (relisted("names", swapped), "a list of names does not ascend"),
    "places that do not ascend": (relisted("words", swapped), "a list of words does not ascend"),
    "a document beyond the last": (relisted("names", beyond), "a list of names leads out"),
    "a story of other documents": (relisted("stories", another), "documents of stories leaves"),
    "stories from nowhere": (filled("column.story", 1), "in another story than its column says"),
    "lists without bits": (filled("names.high", 0), "the lists are not as long"),
    "lists that end elsewhere": (shorter("words.low", 1), r"words\.low ends elsewhere"),
    "lists of another length": (number("names.counts", 0, 1, 0), "names have an empty list"),
    "a longer list": (number("words.counts", 0, 1, 200), "words have lists of another length"),
    "long lists that are not there": (
        number("words.counts", 0, 1, 255),
        "words have long lists that are not in their table",
    ),
    "forms of words from nowhere": (filled("forms.terms", 255), "a form of no word"),
    "two forms of one number": (same_number, "two forms of a word have one number"),
    "forms wider than numbers": (filled("varied.widths", 255), "forms of no width"),
    "forms of no width": (filled("varied.widths", 0), "more forms than there is room for"),
    "words of several forms twice": (filled("varied.terms", 0), "several forms do not ascend"),
    "forms that begin elsewhere": (filled("varied.starts", 1), "forms begin elsewhere"),
    "forms that end early": (shorter("varied.bits", 1), "forms end elsewhere"),
    "common words that are others": (number("common.terms", 0, 4, 1 << 20), "words are others"),
    "common words that end elsewhere": (shorter("common.low", 1), "do not fill their sections"),
    "common words of other slots": (filled("common.counts", 1), "common words have other slots"),
    "common words that are fewer": (shorter("common.counts", 4), "are more or fewer"),
    "a common word that is rarer": (common_frequency, "slots are not its places'"),
    "breaks that go back": (number("breaks.first", 0, 4, 1 << 30), "breaks do not ascend"),
    "a block of breaks without its first": (
        number("breaks.distances", 0, 1, 5),
        "a block of breaks does not begin with its first",
    ),
    "breaks far apart": (
        number("breaks.distances", 1, 1, 255),
        "breaks far apart are not in their table",
    ),
    "a block that is none": (packed("bodies", b"not packed"), "is damaged"),
    "a block of 100 GB": (packed("heads", CLAIMS_100_GB), "larger than any can be"),
    "a block of other lines": (packed("heads", compressed(b"\n" * 50_000)), "heads"),
    "a block of brackets": (
        packed("heads", compressed(b"\n".join([b"[" * 50_000] * 40))),
        "heads",
    ),
    "blocks that end early": (shorter("bodies.starts", 8), "another number of blocks"),
    "blocks from another document on": (
        number("heads.first", 0, 4, 1),
        "heads do not begin with the first document",
    ),
    "blocks that do not follow": (number("heads.starts", 0, 8, 7), "heads do not fill"),
    "heads of other documents": (with_heads(list.reverse), "document|of another document"),
    "a path of another document": (with_heads(other_title), "a path of another document"),
    "a head that is no article": (with_heads(no_document), "document 0"),
    "names of other documents": (
        relisted("names", another_name),
        "names are of other documents than they say",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_segment_that_lies_is_found_out(news: News, planted: str) -> None:
    change, expected = PLANTED[planted]
    name = segments(news)[0]
    if not isinstance(change, type(filled)) or change.__name__ == "forged":
        change = change(news, name)
    forge(news, name, change)
    found = faults(news.folder)
    assert any(re.search(f"^{name}: .*{expected}", line) for line in found), found
    assert all("\n" not in line for line in found)


@pytest.mark.parametrize("lie", LIES)
def test_what_searches_refuse_is_found(news: News, lie: str) -> None:
    name = segments(news)[0]
    forge(news, name, LIES[lie])
    assert any(line.startswith(f"{name}: ") for line in faults(news.folder))


def test_random_lies_raise_nothing_and_most_are_found(news: News) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    rng = random.Random(SEED)
    found = 0
    for _ in range(FLIPS):
        found += bool(faults(forged_at_random(news, rng).folder))
    assert found > FLIPS // 2


def attached(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    meta["attachments"]["inventory"] = 7


def joined(content: bytes) -> Change:
    return lambda sections, meta: sections.update({"joined": content})


def deleted(*numbers: int) -> Any:
    def forged(news: News, segment: str) -> Change:
        content = struct.pack(f"<{len(numbers)}I", *numbers)
        return lambda sections, meta: sections.update({f"deleted.{segment}": content})

    return forged


COMMITS: dict[str, tuple[Any, str]] = {
    "an attachment of another size": (attached, "an attachment of another size"),
    "joined stories that are none": (joined(b"[["), "joined stories"),
    "joined stories that are not sorted": (joined(b'[["s2", "s1"]]'), "are not sorted"),
    "a story joined twice": (joined(b'[["s1", "s2"], ["s1", "s3"]]'), "joined twice"),
    "a joined story that nobody has": (joined(b'[["nobody", "s1"]]'), "no document has it"),
    "deleted documents that descend": (deleted(5, 3), "do not ascend"),
    "deleted documents from nowhere": (deleted(3, 40), "has no such document"),
    "no deleted documents": (
        lambda sections, meta: sections.update(
            {name: b"" for name in sections if name.startswith("deleted.")}
        ),
        "statistics",
    ),
    "deleted documents of another segment": (
        lambda sections, meta: sections.update({"deleted.0123456789abcdef.seg": b"\0\0\0\0"}),
        "which is not there",
    ),
}


@pytest.mark.parametrize("planted", COMMITS)
def test_a_commit_that_lies_is_found_out(news: News, planted: str) -> None:
    change, expected = COMMITS[planted]
    if change.__name__ == "forged":
        change = change(news, segments(news)[0])
    forge(news, "commit-2.seg", change)
    found = faults(news.folder)
    assert any(re.search(f"^commit-2.seg: .*{expected}", line) for line in found), found


@pytest.mark.parametrize(("name", "value"), [("documents", 7), ("lengths", {"title": 1})])
def test_statistics_that_are_not_the_segments_are_found(news: News, name: str, value: Any) -> None:
    forge_manifest(news, lambda values: values.update({name: value}))
    assert faults(news.folder) == [
        "commit-2.seg: is damaged (its statistics are not the segments')"
    ]


def test_two_documents_of_one_id_are_found(tmp_path: Path) -> None:
    engine = create_engine(tmp_path / "engine", Analyzer())
    for number_of_times in (1, 2):
        commit(engine, [document("a.md", "fog " * number_of_times)])
    assert faults(engine.folder) == ["commit-2.seg: is damaged (two documents have one id)"]


def test_too_little_memory_is_no_damage(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*arguments: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr("newssearch.engine.columnar.verify_words.lists_of", none_left)
    with pytest.raises(EngineError, match="not enough memory"):
        faults(news.folder)


def test_too_many_open_files_are_no_damage(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    from newssearch.engine.columnar import disk

    opened, left = os.open, [9]

    def none_left(path: Any, flags: int, *mode: Any, **options: Any) -> int:
        if flags == disk._FLAGS:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(24, "Too many open files")
        return opened(path, flags, *mode, **options)

    monkeypatch.setattr(os, "open", none_left)
    for count in range(9):
        left[0] = count
        with pytest.raises(EngineError, match="too many open files") as caught:
            faults(news.folder)
        assert not isinstance(caught.value, IndexCorrupt)


def test_an_examination_gives_everything_back(news: News) -> None:
    def held() -> int:
        return len(os.listdir("/proc/self/fd"))

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("counts in /proc")
    gc.collect()  # what earlier tests have left behind
    before = held()
    for _ in range(5):
        faults(news.folder)
    os.truncate(news.folder / segments(news)[0], 100)
    faults(news.folder)
    assert held() == before
