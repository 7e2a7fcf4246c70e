"""The page that a search gives: the one that ordering everything found would give, with ties,
stories that are collapsed and stories that are joined."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_of_segments import archive_of, both_forms, close
from invented_documents import document

from newssearch.article.model import Kind
from newssearch.engine.base import Search
from newssearch.engine.columnar import ranked
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.ranked import Ranking
from newssearch.engine.columnar.story_numbers import StoryNumbers
from newssearch.engine.order import order
from newssearch.options import Sort
from newssearch.syntax.nodes import Everything


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
