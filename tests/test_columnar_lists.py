from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from newssearch.arrays import bits
from newssearch.engine.columnar import lists_writer, segment_file
from newssearch.engine.columnar.bulk import counts_of, list_of, lists_of
from newssearch.engine.columnar.lists import GROUP, Dictionary, Lists, fields
from newssearch.engine.columnar.lists_writer import DictionaryWriter, ListsWriter
from newssearch.engine.columnar.segment_file import SectionsWriter, SegmentFile

#: Terms as words of many languages are, and as no word is.
ODD = [b"", b"\0", b"\0\0", b"\0a", b"a", b"a\0", b"a\0\0", b"a\0b", b"ab", b"\xff", b"\xff\xff"]
ODD += [b"a\xff", b"a\xff\xff", b"a\xff\xffb", b"b", b"\xfe\xff", "港口".encode(), "港".encode()]

Write = Callable[..., Lists]


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Write]:
    """A function that writes terms with their lists, so many terms at a time, and opens them."""
    opened: list[SegmentFile] = []

    def written(held: Mapping[bytes, list[int]], universe: int, step: int = 1 << 20) -> Lists:
        terms = sorted(held)
        writer = ListsWriter(tmp_path, "words", universe)
        for first in range(0, len(terms), step):
            some = terms[first : first + step]
            counts = np.array([len(held[term]) for term in some], np.int64)
            values = np.array([value for term in some for value in held[term]], np.int64)
            writer.add(some, counts, values)
        path = tmp_path / f"{len(opened)}.seg"
        file = SectionsWriter(path)
        writer.write(file)
        writer.close()
        file.finish({})
        opened.append(SegmentFile(path))
        return Lists(opened[-1], "words", len(terms), universe)

    yield written
    for file in opened:
        file.close()


def invented_terms(source: random.Random, count: int, longest: int = 12) -> list[bytes]:
    """Different terms, many of which begin alike, and some with the first of another's bytes."""
    terms: set[bytes] = set()
    while len(terms) < count:
        term = bytes(source.choices(b"\0\x01ab\xfe\xff", k=source.randrange(longest)))
        if terms and source.random() < 0.3:
            term = source.choice(sorted(terms)) + term
        terms.add(term)
    return sorted(terms)


def some_lists(source: random.Random, terms: list[bytes], universe: int) -> dict[bytes, list[int]]:
    counts = source.choices((0, 1, 1, 1, 2, 5, 40, 300), k=len(terms))
    return {
        term: sorted(source.randrange(universe) for _ in range(count))
        for term, count in zip(terms, counts, strict=True)
    }


def assert_holds(found: Lists, held: Mapping[bytes, list[int]]) -> None:
    """All ways of reading give what was written."""
    terms = sorted(held)
    assert len(found) == len(terms)
    assert list(found.terms()) == terms
    for number, term in enumerate(terms):
        expected = held[term]
        assert found.term(number) == term
        assert found.find(term) == number
        assert found.count(number) == len(expected)
        assert found.numbers(number) == expected, (number, term)
        assert list_of(found, number).tolist() == expected
    every = [value for term in terms for value in held[term]]
    lengths = [len(held[term]) for term in terms]
    counts, values = lists_of(found, 0, len(terms))
    assert (counts.tolist(), values.tolist()) == (lengths, every)


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 127, 128, 129, 200])
@pytest.mark.parametrize("step", [64, 128, 1 << 20])
def test_all_ways_of_reading_give_what_was_written(count: int, step: int, write: Write):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    held = some_lists(source, invented_terms(source, count), 1000)
    found = write(held, 1000, step)
    assert_holds(found, held)
    terms, lengths = sorted(held), [len(held[term]) for term in sorted(held)]
    for _ in range(30):
        first, end = sorted(source.choices(range(count + 1), k=2))
        counts, values = lists_of(found, first, end)
        assert counts.tolist() == counts_of(found, first, end).tolist() == lengths[first:end]
        assert values.tolist() == [v for term in terms[first:end] for v in held[term]]
        assert list(found.terms(first, end)) == terms[first:end]


@pytest.mark.parametrize("universe", [1, 2, 255, 256, 1 << 20, 3_000_000_000])
def test_lists_of_any_universe(universe: int, write: Write):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    held = some_lists(source, invented_terms(source, 70), universe)
    held[b"first"], held[b"last"] = [0], [universe - 1]
    assert_holds(write(held, universe), held)


def test_a_universe_of_none(write: Write):
    held: dict[bytes, list[int]] = {b"fog": [], b"port": []}
    assert_holds(write(held, 0), held)


@pytest.mark.parametrize("step", [64, 1 << 20])
def test_long_lists_among_short_ones(step: int, write: Write):
    source = random.Random(5)
    lengths = [1, 254, 255, 256, 0, 257, 10_000, 255, *[2] * 60, 255, 10_000, *[1] * 130, 300]
    held = {
        b"%06d" % i: sorted(source.choices(range(100_000), k=count))
        for i, count in enumerate(lengths)
    }
    assert_holds(write(held, 100_000, step), held)


def test_equal_neighbours_in_a_list(write: Write):
    held = {b"go": [0, 0, 7, 7, 7, 9], b"going": [9, 9], b"gone": [3]}
    assert_holds(write(held, 10), held)


def test_odd_terms(write: Write):
    held = {term: [i, i + 1] for i, term in enumerate(ODD)}
    assert_holds(write(held, 100), held)


@pytest.mark.parametrize("length", [126, 127, 128, 129, 255, 256, 1021, 1022, 1023, 1024, 2000])
def test_long_terms(length: int, write: Write):
    alike = [b"x" * length + bytes([last]) for last in (0, 1, 97, 127, 128, 255)]
    more = [b"x" * n for n in (1, 126, 127, 128, 129, length - 1, length, 3 * length)]
    terms = {*alike, *more, b"w", b"y" * length, b"y" * length + b"\0", b"z"}
    held = {term: [i] for i, term in enumerate(sorted(terms))}
    assert_holds(write(held, 100), held)


def test_groups_whose_heads_are_long(write: Write):
    """A head of more than 1,024 bytes is read with its whole group."""
    source = random.Random(2)
    terms = [bytes([97 + i // 64]) * (1000 + i) + b"\0" * (i % 3) for i in range(400)]
    held = {term: [source.randrange(50)] for term in terms}
    found = write(held, 50)
    assert_holds(found, held)
    assert_looked_up(found, sorted(held), [*terms, *(term[:-1] for term in terms)])


def test_heads_that_differ_behind_what_is_read_of_them_first(write: Write):
    terms = [b"x" * 1500 + b"%04d" % (10 * i) for i in range(300)]
    asked = [b"x" * 1500 + b"%04d" % (i + 5) for i in range(0, 3000, 10)]
    found = write({term: [0] for term in terms}, 1)
    for term in asked:
        found._known.clear()
        assert found.lower(term) == bisect_left(terms, term)


def assert_looked_up(found: Dictionary, terms: list[bytes], asked: list[bytes]) -> None:
    for term in asked:
        place = bisect_left(terms, term)
        assert found.lower(term) == place, term
        assert found.find(term) == (place if terms[place : place + 1] == [term] else -1), term
        first, end = found.span(term)
        begin = [i for i, other in enumerate(terms) if other.startswith(term)]
        assert list(range(first, end)) == begin, term


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 200])
def test_terms_are_looked_up_as_in_a_sorted_list(count: int, write: Write, tmp_path: Path):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    terms = invented_terms(source, count, 5)
    asked = [*ODD, *terms, *invented_terms(source, 200, 6), *(term + b"\0" for term in terms)]
    asked += [term[:-1] for term in terms if term]
    for found in (write({term: [] for term in terms}, 1), write({key: [0] for key in terms}, 1)):
        assert_looked_up(found, terms, asked)  # heads first, and then the groups that are known
        assert_looked_up(found, terms, asked)


def test_more_groups_than_are_kept_are_read_again(write: Write):
    terms = [b"%05d" % i for i in range(64 * 10)]
    found = write({term: [0] for term in terms}, 1)
    for group in range(10):
        found.term(64 * group)
    del found._known[3]
    found._known.update((10 + i, [b""]) for i in range(4096))
    assert found.term(64 * 3 + 1) == terms[64 * 3 + 1]
    assert len(found._known) <= 4097
    assert list(found.terms()) == terms


def resident(path: Path) -> int:
    """Kilobytes of a mapped file that are in this process's memory."""
    lines = iter(Path("/proc/self/smaps").read_text().splitlines())
    next(line for line in lines if line.endswith(str(path)))
    return int(next(line for line in lines if line.startswith("Rss:")).split()[1])


def test_what_was_read_can_be_let_go_of_and_is_read_again(write: Write):
    held = {b"%05d" % i: list(range(i, i + 50)) for i in range(5000)}
    found = write(held, 10_000)
    counts = found.file.read("words.counts")
    before = bytes(counts)
    found.file.check()
    assert list(found.terms()) == sorted(held)
    there = Path("/proc/self/smaps").exists()
    assert not there or resident(found.file.path) * 1024 > found.file.size() // 2
    found.release()
    assert not there or resident(found.file.path) == 0
    assert bytes(counts) == before
    assert list(found.terms()) == sorted(held)
    assert found.numbers(4321) == held[b"04321"]


def test_memory_stays_where_a_system_takes_none_back(write: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(segment_file, "_NOT_NEEDED", None)
    found = write({b"here": [1, 2]}, 3)
    assert found.numbers(0) == [1, 2]
    found.release()
    assert found.numbers(0) == [1, 2]


def test_a_plain_dictionary_has_no_lists(tmp_path: Path):
    writer = DictionaryWriter(tmp_path, "paths")
    terms = sorted(b"2020/08/%d.md\0news" % i for i in range(150))
    writer.add_terms(terms[:128])
    writer.add_terms(terms[128:])
    file = SectionsWriter(tmp_path / "one.seg")
    writer.write(file)
    file.finish({})
    opened = SegmentFile(tmp_path / "one.seg")
    found = Dictionary(opened, "paths", 150)
    assert list(found.terms()) == terms
    assert_looked_up(found, terms, [*terms, b"", b"2020/08/1", b"3", b"2020/08/14.md"])
    assert {found.offset(group, stream) for group in range(4) for stream in (1, 2)} == {0}
    opened.close()


def test_streams_that_went_through_temporary_files_are_the_same(
    write: Write, monkeypatch: pytest.MonkeyPatch
):
    source = random.Random(9)
    held = some_lists(source, invented_terms(source, 500), 5000)
    names = [f"words.{name}" for name in ("text", "groups", "counts", "large", "low", "high")]
    once = write(held, 5000)
    monkeypatch.setattr(lists_writer, "_IN_MEMORY", 100)
    pieces = write(held, 5000, 64)
    assert_holds(pieces, held)
    for name in names:
        assert bytes(once.file.read(name)) == bytes(pieces.file.read(name)), name


def test_only_the_last_call_may_end_within_a_group(tmp_path: Path):
    writer = DictionaryWriter(tmp_path, "paths")
    writer.add_terms([b"fog"])
    with pytest.raises(AssertionError):
        writer.add_terms([b"port"])
    writer.close()


def test_terms_are_folded_within_their_group_alone(write: Write):
    """Each group is read without the ones before."""
    terms = [b"harbour%04d" % i for i in range(3 * GROUP)]
    found = write({term: [0] for term in terms}, 1)
    for group in (2, 0, 1):
        assert found.term(group * GROUP) == terms[group * GROUP]
        found._known.clear()


@pytest.mark.parametrize("width", [1, 2, 7, 8, 9, 31, 32])
def test_plain_fields_are_those_of_the_arrays(width: int):
    source = random.Random(width)
    for count in (0, 1, 63, 64, 65, 129):
        for start in (0, 3, 8, 13):
            values = [source.getrandbits(width) for _ in range(count)]
            places = np.arange(count) * width + start
            content = bits.pack(np.array(values, np.uint64), places, start + count * width)
            assert fields(content.tobytes(), start, width, count) == values
