from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from generated_archive import LANGUAGES, Generated
from invented_documents import document
from segment_twin import build, told

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Kind
from newssearch.engine.base import Document, Search
from newssearch.engine.columnar import matches, ranked
from newssearch.engine.columnar import search as array_search
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.conditions import Conditions
from newssearch.engine.columnar.matched import Matched
from newssearch.engine.columnar.matches import Kept, Matches
from newssearch.engine.columnar.plain import PlainPostings
from newssearch.engine.columnar.ranked import Ranking
from newssearch.engine.columnar.search import ArraySearch
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.story_numbers import StoryNumbers
from newssearch.engine.columnar.summed import Summed
from newssearch.engine.evaluate import evaluate
from newssearch.engine.order import order
from newssearch.engine.ranking import Statistics
from newssearch.options import Sort
from newssearch.syntax.nodes import And, Atom, Everything, Filter, Match, Or
from newssearch.syntax.terms import to_terms


def archive_of(
    folder: Path,
    parts: list[list[Document]],
    deleted: dict[int, list[int]],
    joined: Sequence[list[str]] = (),
) -> Archive:
    """An archive of segments of documents, of which some (by part) are deleted, and of which some
    stories are joined."""
    segments = [Segment(build(folder, f"{i}.seg", part)) for i, part in enumerate(parts)]
    left = [
        one
        for i, part in enumerate(parts)
        for number, one in enumerate(part)
        if number not in deleted.get(i, [])
    ]
    held = told(left)
    statistics = Statistics(held.counted, held.counted_lengths)
    generation: Any = SimpleNamespace(
        manifest=SimpleNamespace(statistics=statistics),
        segments=segments,
        deleted=lambda name: deleted.get(int(name.removesuffix(".seg")), []),
        dictionary=lambda: b"",
        joined=lambda: joined,
    )
    return Archive(generation)


def close(archive: Archive) -> None:
    for segment in archive.segments:
        segment.close()


# --- documents with scores, in two forms ----------------------------------------------------------


def both_forms(scores: dict[int, float], size: int) -> list[Matched]:
    documents = np.array(sorted(scores), np.int64)
    values = np.array([scores[document] for document in sorted(scores)])
    row = np.zeros(size)
    row[documents] = values
    return [
        Matched(documents, values),
        Matched(None, None, row),
        Matched(documents, values, row),
    ]


@pytest.mark.parametrize("share", [0, 0.1, 0.9, 1])
def test_both_forms_say_the_same(share: float):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    size = 50
    scores = {i: source.random() + 0.1 for i in range(size) if source.random() < share}
    documents = sorted(source.sample(range(size), 20))
    mask = np.array([source.random() < 0.5 for _ in range(size)])
    for found in both_forms(scores, size):
        assert found.count() == len(scores)
        assert found.size >= len(scores)
        asked = np.array(documents, np.int64)
        assert found.holds(asked).tolist() == [d in scores for d in documents]
        assert found.at(asked).tolist() == [scores.get(d, 0.0) for d in documents]
        for some, expected in (
            (found, scores),
            (found.where(mask), {d: s for d, s in scores.items() if mask[d]}),
            (found.where(np.ones(size, np.bool_)), scores),
            (found.where(np.zeros(size, np.bool_)), {}),
        ):
            assert some.listed().tolist() == sorted(expected)
            assert some.values().tolist() == [expected[d] for d in sorted(expected)]
            assert some.count() == len(expected)


def test_a_list_may_hold_documents_that_score_nothing():
    found = Matched(np.array([1, 3]), np.array([0.0, 2.0]))
    assert found.holds(np.array([0, 1, 2, 3, 4])).tolist() == [False, True, False, True, False]
    assert found.where(np.array([0, 1, 0, 1, 0], np.bool_)).listed().tolist() == [1, 3]


def test_memory_is_that_of_all_arrays_and_their_bounds():
    for found in both_forms({1: 2.0, 5: 1.0}, 100):
        bounds = [found.bounds(exponent) for exponent in (3, 6)]
        arrays = [found.documents, found.scores, found.row, *bounds]
        assert sum(array.nbytes for array in arrays if array is not None) <= found.nbytes <= 1248


def test_bounds_are_scores_rounded_up_and_never_zero_for_a_match():
    scores = {0: 1e-9, 3: 0.125, 4: 0.126, 9: 7.9}
    listed, row, both = both_forms(scores, 10)
    assert listed.bounds(3).tolist() == [1, 1, 2, 64]
    assert listed.bounds(3).dtype == np.uint16
    assert row.bounds(3).tolist() == [1, 0, 0, 1, 2, 0, 0, 0, 0, 64]
    assert np.array_equal(both.bounds(3), row.bounds(3))
    assert [found.most() for found in (listed, row, both)] == [7.9] * 3


# --- sums of several words ------------------------------------------------------------------------


def parts_and_sums(source: random.Random, size: int) -> tuple[list[Matched], dict[int, float]]:
    """Some words' matches in any form, and the scores of their union, added in order."""
    parts, sums = [], dict[int, float]()
    for _ in range(source.randint(1, 6)):
        share, height = source.choice((0.01, 0.3, 1)), source.choice((0.001, 1, 20))
        few = source.random() < 0.5  # scores of few kinds: ties
        scores = {
            number: height * (float(source.randint(1, 3)) if few else source.random() + 1e-9)
            for number in range(size)
            if source.random() < share
        }
        listed, row, both = both_forms(scores, size)
        parts.append(source.choice((listed, both) if scores else (row, both)))
        for number, score in scores.items():
            sums[number] = sums.get(number, 0.0) + score
    return parts, sums


def test_a_sum_holds_the_union_with_scores_added_in_order():
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    for _ in range(60):
        parts, sums = parts_and_sums(source, size := source.choice((3, 100, 5000)))
        found = Summed.of(parts, size)
        assert found.count() == len(sums)
        assert dict(zip(found.listed().tolist(), found.values().tolist(), strict=True)) == sums
        some = np.array(source.sample(range(size), min(size, 40)), np.int64)
        assert found.at(some).tolist() == [sums.get(document, 0.0) for document in some.tolist()]
        assert found.holds(some).tolist() == [document in sums for document in some.tolist()]


def test_the_best_of_a_sum_are_among_those_near_the_best():
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    for _ in range(60):
        parts, sums = parts_and_sums(source, size := source.choice((3, 100, 5000)))
        found = Summed.of(parts, size)
        for wanted in (1, 10, 40, 6000):
            documents, scores = found.near_best(wanted)
            near = dict(zip(documents.tolist(), scores.tolist(), strict=True))
            assert near.items() <= sums.items()
            least = sorted(sums.values(), reverse=True)[:wanted][-1] if sums else 0.0
            assert near.keys() >= {d for d, score in sums.items() if score >= least - 1e-9}


def test_of_a_sum_what_a_mask_leaves_out_neither_counts_nor_is_among_the_best():
    parts = [both_forms({1: 2.0, 5: 1.0, 7: 3.0}, 9)[2], both_forms({5: 1.5, 8: 0.5}, 9)[0]]
    found = Summed.of(parts, 9)
    assert found.where(np.ones(9, np.bool_)) is found
    mask = np.ones(9, np.bool_)
    mask[[5, 7]] = False
    left = found.where(mask)
    assert (left.count(), left.listed().tolist(), left.values().tolist()) == (2, [1, 8], [2, 0.5])
    assert left.at(np.array([1, 5, 7, 0])).tolist() == [2.0, 0.0, 0.0, 0.0]
    assert left.near_best(1)[0].tolist() == [1]


# --- what is kept ---------------------------------------------------------------------------------


def test_what_was_asked_last_is_kept_up_to_a_number_of_bytes():
    made: list[tuple[str, int]] = []
    kept: Kept[Any] = Kept(100)

    def get(key: str, size: int) -> None:
        def make() -> Any:
            made.append((key, size))
            return SimpleNamespace(nbytes=size, key=key)

        assert kept.get(key, make).key == key

    for key in "aabab":
        get(key, 50)
    assert made == [("a", 50), ("b", 50)]
    get("a", 50)
    get("c", 50)  # b was not asked for as long as a was not
    get("a", 50)
    assert made[2:] == [("c", 50)]
    get("b", 50)  # c goes
    assert made[3:] == [("b", 50)]
    get("a", 50)
    assert made[4:] == []
    get("large", 1000)  # all others go, and it stays: it is the newest
    get("large", 1000)
    assert made[4:] == [("large", 1000)]
    get("a", 50)
    get("b", 50)
    get("a", 50)
    assert made[5:] == [("a", 50), ("b", 50)]


def test_small_ones_stay_together():
    kept: Kept[Any] = Kept(100)
    made = []
    for round_ in range(3):
        for key in range(100):
            kept.get(key, lambda key=key: made.append(key) or SimpleNamespace(nbytes=1))  # type: ignore[misc]
        assert len(made) == 100, round_


# --- conditions -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Segments of generated documents, some deleted."""
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    made = Generated(seed)
    parts = [[made.document() for _ in range(size)] for size in (50, 1, 40, 30)]
    deleted = {0: [0, 7, 8, 49], 3: sorted(made.random.sample(range(30), 9))}
    archive = archive_of(tmp_path_factory.mktemp("archive"), parts, deleted)
    yield archive
    close(archive)


def some_filters(archive: Archive) -> list[Filter]:
    identifier, path = archive.id(20), archive.path(20).partition("\0")[0]
    dates = [(20200801000000, 20200827235959), (None, 20200826000000), (20200827000000, None)]
    return [
        *(Filter("lang", lang) for lang in LANGUAGES),
        *(Filter(field, kind.value) for kind in Kind for field in ("kind", "is")),
        *(Filter(field, low=low, high=high) for low, high in dates for field in ("date", "added")),
        *(Filter(field, "none") for field in ("date", "added")),
        *(Filter(field, present=True) for field in ("date", "added", "title", "body", "keywords")),
        *(Filter(field, present=True) for field in ("source", "author", "url", "lang")),
        *(Filter("words", low=low, high=high) for low, high in ((5, None), (None, 9), (3, 12))),
        *(Filter("source", text, prefix=prefix) for text in ("bay", "b") for prefix in (0, 1)),
        *(Filter("author", text, prefix=prefix) for text in ("ada", "ada q") for prefix in (0, 1)),
        *(Filter("path", path, prefix=prefix) for prefix in (False, True)),
        *(Filter("path", text) for text in ("2020/08", "2020", "nowhere", "")),
        *(Filter("story", identifier[:n]) for n in (12, 3)),
        *(Filter("has", text) for text in ("date", "author", "keywords", "image", "nothing")),
        *(Filter("has", "translation", present=present) for present in (False, True)),
        Filter("is", "duplicate"),
    ]


def test_conditions_hold_for_the_documents_that_the_plain_way_finds(filled: Archive):
    arrays = Conditions(filled, StoryNumbers(filled), Matches(filled).live)
    plain = PlainPostings(filled)
    assert set(np.flatnonzero(arrays.everything).tolist()) == plain.everything
    held = 0
    for _ in range(2):  # what is kept says the same
        for condition in some_filters(filled):
            expected = plain.filtered(condition)
            found = arrays.holding(condition)
            assert set(np.flatnonzero(found).tolist()) == expected, condition
            rest = set(np.flatnonzero(arrays.failing(condition)).tolist())
            assert rest == plain.everything - expected, condition
            held += len(expected)
    assert held > 500


# --- trees ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dense", "short"), [(1, 1), (1000, 1000), (16, 16), (4, 1000), (1, 1000), (1000, 1)]
)
def test_trees_match_and_score_as_they_do_one_document_at_a_time(
    dense: int, short: int, filled: Archive, monkeypatch: pytest.MonkeyPatch
):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    monkeypatch.setattr(matches, "DENSE", dense)
    monkeypatch.setattr(array_search, "_SHORT", short)
    monkeypatch.setattr(array_search, "_FEW", 0 if short > 1 else 100_000)
    arrays, plain = ArraySearch(filled), PlainPostings(filled)
    made = Generated(seed)
    held = 0
    trees = [made.tree() for _ in range(80)]
    for kind in (And, Or):
        trees += [kind(tuple(made.word("") for _ in range(3))) for _ in range(20)]
    for typed in trees:
        tree = to_terms(typed, Analyzer())
        if tree is None:
            continue
        expected = evaluate(tree, plain)
        everything = Search(tree, limit=None, collapse=False)
        ordered, scores = arrays.ordered(tree, everything)
        assert sorted(ordered.documents) == sorted(expected), (seed, tree)
        assert scores == pytest.approx(dict(expected), rel=1e-12), (seed, tree)
        assert ordered.total == len(expected)
        held += len(expected)
    assert held > 100


def test_a_sequence_with_a_hole_ends_in_the_field_in_which_it_begins(tmp_path: Path):
    """Two places on from a field's last word stands the next field's first."""
    documents = [
        document("a.md", "port", keywords=("fog",)),
        document("b.md", "fog"),
        document("c.md", "fog the port"),
        document("d.md", "fog port"),
    ]
    archive = archive_of(tmp_path, [documents], {})
    tree = Match(((Atom("fog"), Atom("port", offset=2)),), ("title", "keywords", "body"))
    ordered, _ = ArraySearch(archive).ordered(tree, Search(tree))
    assert ordered.documents == list(evaluate(tree, PlainPostings(archive))) == [2]
    close(archive)


# --- order ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Thousands of documents of many stories, dates and kinds; most have few members."""
    source = random.Random(3)
    dates = ["", "2020", "2020-08-27", "2020-08-28", "2020-08-27T10:00:00", "2019"]
    documents = []
    for i in range(2300):
        story = int(source.random() ** 2 * 900)
        own = f"20{story % 19 + 10}-{story % 9 + 1:02}-{story % 28 + 1:02}"
        documents.append(
            document(
                f"{source.randrange(10)}/{i}.md",
                title=source.choice(("Fog", "fog", "Ports", "")),
                story=f"s{story}",
                kind=source.choice((Kind.ARTICLE, Kind.ARTICLE, Kind.DIGEST, Kind.PAGE)),
                lang=source.choice(("en", "zh", "ru", "")),
                date=source.choice((*dates, *[own] * 12)),
            )
        )
    parts = [documents[:1500], documents[1500:1501], documents[1501:]]
    archive = archive_of(tmp_path_factory.mktemp("stories"), parts, {})
    yield archive
    close(archive)


def random_scores(source: random.Random, size: int) -> dict[int, float]:
    """Scores with ties, and with differences below and at what counts as one."""
    share = source.choice((0.002, 0.05, 0.5, 1))
    kinds = source.choice((1, 3, 50, 10**6))
    near = source.choice((0, 2e-10, 6e-10, 1e-9))
    return {
        i: 1 + source.randrange(kinds) / kinds + near * source.randrange(4)
        for i in range(size)
        if source.random() < share
    }


def assert_ordered(archive: Archive, scores: dict[int, float], search: Search, name: str) -> None:
    expected = order(scores, search, archive)
    for found in both_forms(scores, archive.documents):
        ordered, of = Ranking(archive, StoryNumbers(archive)).ordered(found, search)
        assert ordered.documents == expected.documents, name
        assert [of[d] for d in ordered.documents] == [scores[d] for d in ordered.documents], name
        assert (ordered.total, ordered.total_stories) == (
            expected.total,
            expected.total_stories,
        ), name


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("collapse", [False, True])
def test_the_page_is_the_one_that_ordering_everything_gives(
    sort: Sort, collapse: bool, stories: Archive
):
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    for _ in range(2 if sort is Sort.TITLE else 6):  # titles are read from stored text
        scores = random_scores(source, stories.documents)
        for limit, offset in ((1, 0), (3, 0), (1, 1), (3, 40), (0, 0), (0, 5), (10, 10_000)):
            foreign = source.choice(((), ("zh",), ("en", "ru")))
            search = Search(
                Everything(),
                limit=limit,
                offset=offset,
                sort=sort,
                collapse=collapse,
                foreign=foreign,
            )
            assert_ordered(stories, scores, search, f"seed {seed}: {search}")
    scores = random_scores(source, 300)
    search = Search(Everything(), limit=None, offset=2, sort=sort, collapse=collapse)
    assert_ordered(stories, scores, search, f"seed {seed}: {search}")


def test_nothing_found_is_an_empty_page(stories: Archive):
    for sort in Sort:
        for limit in (None, 0, 3):
            for collapse in (False, True):
                search = Search(Everything(), limit=limit, sort=sort, collapse=collapse)
                assert_ordered(stories, {}, search, str(search))


def test_an_archive_of_nothing_has_an_empty_page(tmp_path: Path):
    archive = archive_of(tmp_path, [], {})
    for collapse in (False, True):
        assert_ordered(archive, {}, Search(Everything(), collapse=collapse), "")


def test_one_segment_has_its_stories_numbers(tmp_path: Path):
    documents = [document(f"{i}.md", story=f"s{i % 3}") for i in range(9)]
    archive = archive_of(tmp_path, [documents], {})
    assert_ordered(archive, dict.fromkeys(range(9), 1.0), Search(Everything(), limit=2), "")
    close(archive)


@pytest.mark.parametrize("parts", [1, 3])
def test_joined_stories_are_one(tmp_path: Path, parts: int):
    """Named by the first of their keys, found by any, collapsed and counted as one."""
    documents = [document(f"{i}.md", story=f"s{i % 5}") for i in range(15)]
    size = 15 // parts
    archive = archive_of(
        tmp_path,
        [documents[i : i + size] for i in range(0, 15, size)],
        {0: [2]},
        [["s1", "s4"], ["s2", "s3", "s7"]],  # no document has s7
    )
    numbers = StoryNumbers(archive)
    assert archive.stories([0, 1, 2, 3, 4]) == ["s0", "s1", "s2", "s2", "s1"]
    by_number = {}
    for number, i in zip(numbers.of_document.tolist(), range(15), strict=True):
        by_number.setdefault(number, set()).add(i)
    assert sorted(map(sorted, by_number.values())) == [
        [0, 5, 10],
        [1, 4, 6, 9, 11, 14],
        [2, 3, 7, 8, 12, 13],
    ]
    for key in ("s2", "s3"):
        assert sorted(archive.of_story(key)) == sorted(numbers.of_story(key)) == [3, 7, 8, 12, 13]
    assert archive.document(3).story == "s2"
    assert_ordered(archive, dict.fromkeys(range(15), 1.0), Search(Everything(), limit=9), "")
    close(archive)


def test_stories_of_many_members_do_not_fill_the_page(tmp_path: Path):
    """A page needs more stories than the best documents are of."""
    documents = [
        document(f"{i}.md", story=f"s{bisect_left([200, 230, 231], i)}") for i in range(300)
    ]
    archive = archive_of(tmp_path, [documents[:100], documents[100:]], {})
    scores = {i: 5 - i / 100 for i in range(300)}
    for limit in (1, 2, 3, 4, 5):
        assert_ordered(archive, scores, Search(Everything(), limit=limit), f"{limit}")
    close(archive)


def test_the_best_are_those_with_ties_and_near_ties():
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    source = random.Random(seed)
    for size in (5, 2000, 9000):
        for _ in range(10):
            scores = random_scores(source, size)
            for wanted in (1, 2, 3, 8, 50):
                if not scores:
                    continue
                least = sorted(scores.values(), reverse=True)[min(wanted, len(scores)) - 1]
                needed = {d for d, score in scores.items() if score >= least - 1e-9 / 2}
                for found in both_forms(scores, size):
                    documents, values = ranked._best(found, wanted)
                    assert needed <= set(documents.tolist()), seed
                    assert [scores[d] for d in documents.tolist()] == values.tolist()
