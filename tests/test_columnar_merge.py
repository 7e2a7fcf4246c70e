"""A merged segment is, byte for byte, one that was built of the documents that are left; and it
answers as its parts did."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from generated_archive import Generated, fill
from invented_documents import document
from segment_twin import SECTIONS, OneStem, assert_equal, build, read, told

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Kind
from newssearch.engine.base import Document
from newssearch.engine.columnar import compaction, merge_columns, merge_words, words_writer
from newssearch.engine.columnar.compaction import Live
from newssearch.engine.columnar.engine import create_engine
from newssearch.engine.columnar.merge import merge
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.snapshot import ColumnarSnapshot

Parts = Sequence[tuple[Sequence[Document], Sequence[int]]]
Merged = Callable[..., tuple[Segment, Segment]]


pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture
def merged(tmp_path: Path) -> Iterator[Merged]:
    """A function that merges segments of documents of which some (by number) are deleted: what
    comes out, and a segment that is built of the others in their order."""
    opened: list[Segment] = []

    def open_one(path: Path) -> Segment:
        opened.append(Segment(path))
        return opened[-1]

    def made(parts: Parts, dictionary: bytes = b"") -> tuple[Segment, Segment]:
        count = len(opened)
        lives = [
            Live(open_one(build(tmp_path, f"{count}-{i}.seg", held, dictionary)), sorted(deleted))
            for i, (held, deleted) in enumerate(parts)
        ]
        merge(lives, tmp_path / f"{count}-merged.seg", dictionary)
        left = [
            one for held, deleted in parts for i, one in enumerate(held) if i not in set(deleted)
        ]
        rebuilt = open_one(build(tmp_path, f"{count}-rebuilt.seg", left, dictionary))
        found = open_one(tmp_path / f"{count}-merged.seg")
        assert_equal(read(found, dictionary), told(left))
        return found, rebuilt

    yield made
    for segment in opened:
        segment.close()


def assert_same_bytes(found: Segment, rebuilt: Segment) -> None:
    for name in SECTIONS:
        assert bytes(found.file.read(name)) == bytes(rebuilt.file.read(name)), name
    assert found.places == rebuilt.places


def random_parts(source: random.Random, sizes: Sequence[int], share: float) -> Parts:
    made = Generated(source.randrange(10**9))
    parts = []
    for size in sizes:
        held = [made.document() for _ in range(size)]
        deleted = [i for i in range(size) if source.random() < share]
        parts.append((held, deleted[: size - 1]))
    return parts


@pytest.mark.parametrize("chunk", [1, 50, 1_000_000])
@pytest.mark.parametrize("share", [0, 0.3, 0.9])
@pytest.mark.parametrize("sizes", [(30,), (20, 20), (1, 40, 2, 1, 9)])
def test_a_merged_segment_is_one_that_was_built_of_what_is_left(
    sizes: tuple[int, ...],
    share: float,
    chunk: int,
    merged: Merged,
    monkeypatch: pytest.MonkeyPatch,
):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    monkeypatch.setattr(merge_words, "_CHUNK", chunk)
    monkeypatch.setattr(merge_words, "_FORMS", chunk)
    monkeypatch.setattr(merge_columns, "_CHUNK", chunk)
    monkeypatch.setattr(words_writer, "COMMON", source.choice((1, 3, 8192)))
    assert_same_bytes(*merged(random_parts(source, sizes, share)))


@pytest.mark.parametrize("chunk", [1, 700, 1_000_000])
def test_many_words_are_merged_a_range_at_a_time(
    chunk: int, merged: Merged, monkeypatch: pytest.MonkeyPatch
):
    """Ranges are cut at the heads of groups of 64 terms, which differ from segment to segment."""
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    monkeypatch.setattr(merge_words, "_CHUNK", chunk)
    monkeypatch.setattr(merge_words, "_FORMS", chunk)
    monkeypatch.setattr(merge_columns, "_CHUNK", chunk)
    syllables = "ba ce di fo gu strik harb".split()
    endings = ("", "s", "ed", "ing", "ings", "’s", "er")

    def text(count: int) -> str:
        return " ".join(
            "".join(source.choices(syllables, k=source.randrange(1, 4))) + source.choice(endings)
            for _ in range(count)
        )

    parts = []
    for part in range(3):
        held = [document(f"{part}/{i}.md", text(90), title=text(4)) for i in range(30)]
        parts.append((held, source.sample(range(30), 8 * part)))
    found, rebuilt = merged(parts)
    assert_same_bytes(found, rebuilt)
    assert found.words.size > 256


@pytest.mark.parametrize("chunk", [1, 100, 1_000_000])
def test_many_names_and_paths_are_merged_a_range_at_a_time(
    chunk: int, merged: Merged, monkeypatch: pytest.MonkeyPatch
):
    """Some paths come in several segments, or twice in one."""
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    monkeypatch.setattr(merge_columns, "_CHUNK", chunk)
    parts = []
    for part in range(3):
        held = [
            document(
                f"{source.randrange(300)}/{i}.md",
                story=f"story {source.randrange(200)}",
                kind=source.choice(list(Kind)),
                tags=tuple(f"tag{source.randrange(150)}" for _ in range(3)),
            )
            for i in (*range(150), 0, 0)
        ]
        parts.append((held, source.sample(range(150), 40 * part)))
    same = [document("same.md", story="one") for _ in range(130)]
    found, rebuilt = merged([*parts, (same, [3]), (same[:2], [0])])
    assert_same_bytes(found, rebuilt)
    assert found.names.size > 128


def test_forms_are_numbered_anew(merged: Merged):
    first = [document("a.md", "strikes striking strikes fog"), document("b.md", "striking")]
    second = [document("c.md", "strike striking ports"), document("d.md", "striked port fog")]
    assert_same_bytes(*merged([(first, []), (second, [])]))
    assert_same_bytes(*merged([(second, []), (first, [])]))


def test_a_form_that_is_left_nowhere_is_gone(merged: Merged):
    """Its term is there still, in the form that is left alone."""
    first = [document("a.md", "strikes fog"), document("b.md", "striking pilots")]
    second = [document("c.md", "striking harbour"), document("d.md", "pilot strikes")]
    found, rebuilt = merged([(first, [0]), (second, [1])])
    assert_same_bytes(found, rebuilt)
    assert found.forms.find(b"strikes") == -1
    assert found.forms_of(found.words.find(b"strike")) is None


def test_a_term_that_is_left_nowhere_is_gone(merged: Merged):
    first = [document("a.md", "fog fogs harbour"), document("b.md", "pilots")]
    found, rebuilt = merged([(first, [0]), ([document("c.md", "harbours")], [])])
    assert_same_bytes(found, rebuilt)
    assert found.words.find(b"fog") == -1


@pytest.mark.parametrize("count", [2, 5, 17, 40])
def test_a_term_with_and_without_unstemmed_forms(
    count: int, merged: Merged, monkeypatch: pytest.MonkeyPatch
):
    """All words with y have one stem, which has no unstemmed form where it stands itself."""
    monkeypatch.setattr("newssearch.analysis.stems._snowball", lambda algorithm: OneStem())
    source = random.Random(count)
    words = [f"y{'abcdefghij'[i % 10]}{'k' * (i // 10)}" for i in range(count)]
    words += [OneStem.STEM, "z"]
    parts = []
    for part in range(4):
        held = [
            document(f"{part}-{i}.md", " ".join(source.choices(words, k=count))) for i in range(6)
        ]
        parts.append((held, source.sample(range(6), part)))
    assert_same_bytes(*merged(parts))


def test_documents_without_any_text_are_merged(merged: Merged):
    empty = [document(f"{i}.md") for i in range(4)]
    assert_same_bytes(*merged([(empty[:2], [0]), (empty[2:], [])]))
    fog = [document("fog.md", "fog fogs", title="fog", keywords=("fog",))]
    assert_same_bytes(*merged([(empty[:2], []), (fog, []), (empty[2:], [1])]))
    assert_same_bytes(*merged([(fog, []), (empty, [0, 1])]))
    assert_same_bytes(*merged([([*fog, empty[0]], [0]), ([empty[1]], [])]))


def test_text_of_all_scripts_is_merged(merged: Merged):
    first = [
        document("2020/港口.md", "卢卡申科 访问 AT&T公司 re-elect", title="港口罢工", lang="zh"),
        document("b.md", "Порты порта go-ing going", story="порт", kind=Kind.PAGE),
        document("c.md", "half \ud83d word", title="\udcff", kind=Kind.DIGEST, lang="ru"),
    ]
    second = [
        document("d.md", "порт 卢卡申科 R&D C++ goes", lang="en", kind=Kind.PAGE),
        document("e.md", "𠮷野家 long" + "x" * 250, lang="zh", story="порт"),
    ]
    for deleted, more in (([], []), ([0], [1]), ([0, 1], [0]), ([1, 2], [])):
        assert_same_bytes(*merged([(first, deleted), (second, more)]))


def test_merged_segments_are_merged_again(tmp_path: Path):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    made = Generated(seed)
    documents = [made.document() for _ in range(64)]
    segments = [
        Segment(build(tmp_path, f"{i}.seg", documents[8 * i : 8 * i + 8])) for i in range(8)
    ]
    while len(segments) > 1:
        lives = [Live(segment, [1] if len(segments) == 4 else []) for segment in segments[:2]]
        path = tmp_path / f"merged-{len(segments)}.seg"
        merge(lives, path, b"")
        for one in segments[:2]:
            one.close()
        segments = [*segments[2:], Segment(path)]
    left = [stored.id for stored in read(segments[0]).documents]
    by_id = {held.id: held for held in documents}
    assert len(left) == 62
    assert_equal(read(segments[0]), told([by_id[identifier] for identifier in left]))
    segments[0].close()


def test_large_stored_text_and_a_dictionary(merged: Merged):
    """Blocks are taken as they are where none of their segment's documents is deleted."""
    source = random.Random(4)
    words = "fog harbour pilots strike ports the of".split()
    parts = []
    for part, deleted in enumerate(([], [0, 5, 29], list(range(10, 25)), [])):
        held = [
            document(
                f"{part}/{i}.md", "\n".join(" ".join(source.choices(words, k=60)) for _ in range(9))
            )
            for i in range(30)
        ]
        parts.append((held, deleted))
    merged(parts, b"fog harbour pilots strike ports " * 30)


def test_a_word_with_most_of_all_places_takes_little_memory(tmp_path: Path):
    """Six bytes a place where it is read and six where it goes, and one segment's while they are
    decoded: a stop word has millions of places."""
    lives = [
        Live(
            Segment(build(tmp_path, f"{i}.seg", [document(f"{i}.md", "rains rained " * 25_000)])),
            [],
        )
        for i in range(8)
    ]
    places = sum(one.segment.places for one in lives)
    tracemalloc.start()
    try:
        merge(lives, tmp_path / "merged.seg", b"")
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    for one in lives:
        one.segment.close()
    assert places > 400_000
    assert taken < 25 * places


@pytest.mark.parametrize("most_plain", [-1, 1 << 40])
def test_answers_and_scores_are_equal_to_the_bit(
    most_plain: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    monkeypatch.setattr(ColumnarSnapshot, "most_plain", most_plain)
    monkeypatch.setattr(merge_words, "_CHUNK", 100)
    monkeypatch.setattr(words_writer, "COMMON", 5)
    engines = []
    for fan_in in (100, 2):
        monkeypatch.setattr(compaction, "FAN_IN", fan_in)
        engines.append(create_engine(tmp_path / str(fan_in), Analyzer()))
        fill([engines[-1]], seed, documents=20)
    apart, merged = [engine.snapshot() for engine in engines]
    assert len(merged.archive.segments) < len(apart.archive.segments)
    made = Generated(seed + 1)
    found = 0
    for _ in range(150):
        search = made.search()
        one, other = apart.search(search), merged.search(search)
        assert one == other, (seed, search)
        found += one.total
    assert found
    assert apart.totals() == merged.totals()
    apart.close()
    merged.close()
