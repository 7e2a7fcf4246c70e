from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from generated_archive import Generated
from invented_documents import document
from segment_twin import Held, OneStem, assert_equal, build, read, told

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.batches import BatchAnalyzer
from newssearch.article.model import Kind
from newssearch.engine.base import Document
from newssearch.engine.columnar import builder, words_writer
from newssearch.engine.columnar.builder import SegmentBuilder
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.stored import Codec

Opened = Callable[[Sequence[Document]], Segment]

#: Forms of one stem, and of others that begin like it.
FORMS = "strike strikes striking striked strike’s Strike STRIKES strikings struck stricken".split()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """A function that builds and opens a segment of documents."""
    segments: list[Segment] = []

    def made(documents: Sequence[Document]) -> Segment:
        segments.append(Segment(build(tmp_path, f"{len(segments)}.seg", documents)))
        return segments[-1]

    yield made
    for segment in segments:
        segment.close()


def generated(seed: int, count: int) -> list[Document]:
    made = Generated(seed)
    return [made.document() for _ in range(count)]


@pytest.mark.parametrize("common", [1, 3, 8192])
def test_it_holds_what_the_articles_say(
    common: int, opened: Opened, monkeypatch: pytest.MonkeyPatch
):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    monkeypatch.setattr(words_writer, "COMMON", common)
    documents = generated(seed, 80)
    segment = opened(documents)
    found = read(segment)
    assert_equal(found, told(documents))
    assert bool(found.slots) == (common < 8192)
    assert found.forms
    assert segment.documents == 80
    assert segment.places == found.starts[-1]


@pytest.mark.parametrize("chunk", [1, 100, 333])
@pytest.mark.parametrize("batch", [1, 3])
def test_how_it_is_cut_while_it_is_written_does_not_show(
    chunk: int, batch: int, opened: Opened, monkeypatch: pytest.MonkeyPatch
):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    documents = generated(seed, 40)
    documents += [
        document(f"w{i}.md", " ".join(f"{j % 3}w{j}x" for j in range(i, i + 60)))
        for i in range(0, 300, 50)
    ]
    monkeypatch.setattr(builder, "_CHUNK", chunk)
    monkeypatch.setattr(builder, "_BATCH", batch)
    monkeypatch.setattr(words_writer, "_AT_ONCE", chunk)
    assert_equal(read(opened(documents)), told(documents))


def test_a_builder_makes_one_segment_after_another(tmp_path: Path):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    documents = generated(seed, 90)
    documents[10] = document("10.md", "alpha alphas")  # words that the others do not have
    documents[40] = document("40.md", "beta betas", title="бета")
    made = SegmentBuilder(tmp_path, BatchAnalyzer(Analyzer()), Codec(b""))
    for part in range(3):
        for held in documents[30 * part : 30 * part + 30]:
            made.add(held)
        assert len(made) == 30
        made.write(tmp_path / f"{part}.seg")
        assert len(made) == 0
    for part in range(3):
        segment = Segment(tmp_path / f"{part}.seg")
        assert_equal(read(segment), told(documents[30 * part : 30 * part + 30]), part)
        segment.close()


def places(held: Held, term: str) -> list[int]:
    return held.places[term.encode()]


def forms(held: Held, term: str) -> dict[str, list[int]]:
    """The unstemmed forms of a term with their places."""
    return {form.decode(): at for form, (stem, at) in held.forms.items() if stem == term.encode()}


def test_two_forms_of_one_stem_at_one_place(opened: Opened, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(words_writer, "COMMON", 1)
    documents = [document("a.md", "go-ing going"), document("b.md", "gone by-passing")]
    segment = opened(documents)
    found = read(segment)
    assert_equal(found, told(documents))
    assert places(found, "go") == [2, 2, 4]  # the titles take two places
    assert forms(found, "go") == {"go": [2], "going": [2, 4]}
    term = segment.words.find(b"go")
    assert segment.places_of(term) == [2, 4]
    assert segment.words.count(term) == 3
    assert found.slots[b"go"] == [(2, 2)]


def test_a_stem_with_dozens_of_forms(opened: Opened):
    """Accents and apostrophes are folded, so that forms are many only where a suffix is."""
    suffixes = "'s ed ing er ers ly less ful ness able ment ments ation ations".split()
    words = ["nation" + suffix for suffix in suffixes] + FORMS
    text = " ".join(words) + " " + " ".join(f"U.S. {word}-{word}ing" for word in words)
    documents = [document("a.md", text), document("b.md", " ".join(reversed(words)))]
    assert_equal(read(opened(documents)), told(documents))


@pytest.mark.parametrize("count", [2, 3, 4, 5, 16, 17, 40])
def test_forms_of_any_number_are_told_apart(
    count: int, opened: Opened, monkeypatch: pytest.MonkeyPatch
):
    """As many forms as there are words, all with the same stem."""
    monkeypatch.setattr("newssearch.analysis.stems._snowball", lambda algorithm: OneStem())
    texts = [" ".join(f"y{'abcdefghij'[i % 10]}{'k' * (i // 10)}" for i in range(count)), "yak z"]
    documents = [document(f"{i}.md", text * 3) for i, text in enumerate(texts)]
    segment = opened(documents)
    found = read(segment)
    assert_equal(found, told(documents))
    assert len(forms(found, OneStem.STEM)) > count
    where = segment.forms_of(segment.words.find(OneStem.STEM.encode()))
    assert where is not None
    assert where.width == (len(forms(found, OneStem.STEM)) - 1).bit_length()


def test_a_term_of_one_form_has_no_forms_beside_its_places(opened: Opened):
    segment = opened([document("a.md", "fog 港口 fog 1984 ports port")])
    for term in ("fog", "港口", "1984"):
        assert segment.forms_of(segment.words.find(term.encode())) is None
    assert segment.forms_of(segment.words.find(b"port")) is not None
    assert segment.form(b"fog") == (segment.words.find(b"fog"), 0)
    assert segment.form(b"1984") == (-1, 0)
    assert segment.form(b"nothing") == (-1, 0)


def test_a_word_with_and_without_an_unstemmed_form(opened: Opened):
    """`R&D` and `C++` have none; the stem of another word may be the same."""
    documents = [document("a.md", "U.S. us R&D C++ c re-re us’s"), document("b.md", "us 2020 c")]
    assert_equal(read(opened(documents)), told(documents))


def test_documents_without_any_text(opened: Opened):
    empty = [document(f"{i}.md") for i in range(3)]
    segment = opened(empty)
    assert_equal(read(segment), told(empty))
    assert (segment.words.size, segment.forms.size, segment.counted) == (0, 0, 3)
    mixed = [empty[0], document("fog.md", "Fog.", title="Fog", keywords=("fog", "")), *empty[1:]]
    assert_equal(read(opened(mixed)), told(mixed))


def test_text_of_all_scripts(opened: Opened):
    documents = [
        document(
            "2020/港口.md", "卢卡申科 访问 AT&T公司\n第5次 カタカナ", title="港口罢工", lang="zh"
        ),
        document("b.md", "Порты порта ﬁre e\u0301lan", title="Забастовка", story="порт"),
        document("half.md", "half \ud83d word \ude00\ud800", title="\udcff", source="\ud800"),
        document("plane.md", "𠮷野家 𝐀𝐁 \U0001f600 𐌰𐌱", keywords=("\U00020000", "\ud840")),
        document("long.md", "x" * 300 + " " + "ж" * 250 + " a-" + "b" * 199),
    ]
    found = read(opened(documents))
    assert_equal(found, told(documents))
    assert "卢卡".encode() in found.places


def test_a_frequency_of_more_than_a_byte_holds(opened: Opened, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(words_writer, "COMMON", 200)
    counts = [254, 255, 256, 1, 300, 70_000, 255, 3]
    documents = [document(f"{i}.md", "fog " * count) for i, count in enumerate(counts)]
    found = read(opened(documents))
    assert_equal(found, told(documents))
    assert [count for _, count in found.slots[b"fog"]] == counts


def test_a_term_is_common_from_its_number_of_places_on(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(words_writer, "COMMON", 4)
    segment = opened([document("a.md", "fog fog fog port port port port pier pier")])
    common = [segment.common(segment.words.find(t)) is not None for t in (b"fog", b"port", b"pier")]
    assert common == [False, True, False]


def test_columns_and_names(opened: Opened):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    documents = [
        document(
            f"{source.choice('aAbBÄZ')}/{i}.md",
            root=source.choice(("news", "letters", "пресса")),
            story=source.choice(("", "one", "two")),
            date=source.choice(("", "1890", "2020-08", "2020-08-27T10:00:00")),
            added=source.choice(("", "2020-08-27")),
            lang=source.choice(("", "en", "zh")),
            kind=source.choice(list(Kind)),
            url=source.choice(("", f"https://bay.org/{i}")),
            source=source.choice(("", "bay.org")),
            authors=source.choice(((), ("Ada Quill", "Ada Bay"))),
            tags=source.choice(((), ("fog", "Fog"))),
        )
        for i in range(150)
    ]
    segment = opened(documents)
    assert_equal(read(segment), told(documents))
    wanted = documents[70]
    assert segment.ids(int(wanted.id, 16), int(wanted.id, 16) + 1) == [70]
    assert segment.ids(0, 0) == []
    half = int(sorted(held.id for held in documents)[75], 16)
    assert [segment.id(number) for number in segment.ids(half, 1 << 48)] == sorted(
        held.id for held in documents
    )[75:]


def test_a_dictionary_for_stored_text_is_needed_to_read_it(tmp_path: Path):
    documents = generated(3, 60)
    sample = b"fog harbour pilots strike " * 40
    segment = Segment(build(tmp_path, "one.seg", documents, sample))
    assert_equal(read(segment, sample), told(documents))
    segment.close()


def test_it_says_when_it_is_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(builder, "MOST_PLACES", 10)
    monkeypatch.setattr(builder, "_BATCH", 1)
    made = SegmentBuilder(tmp_path, BatchAnalyzer(Analyzer()), Codec(b""))
    made.add(document("a.md", "fog"))
    assert not made.is_full
    held = made.held
    made.add(document("b.md", "fog at the harbour"))
    assert made.is_full
    assert made.held > held
    held = made.held
    made.write(tmp_path / "one.seg")
    assert not made.is_full
    assert made.held < held
