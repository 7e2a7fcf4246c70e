from __future__ import annotations

from itertools import permutations

import pytest

from newssearch.article.model import Article
from newssearch.stories import Target, linked_story, links, own_story

Files = dict[str, Target]


def story(files: Files, path: str, *targets: str) -> str:
    return linked_story("news", path, targets, files.get).story


def test_addresses_that_lead_to_one_page_are_one_story() -> None:
    one = own_story(Article("a.md", "A", url="https://www.example-news.org/x/1?utm_source=feed"))
    other = own_story(Article("b.md", "B", url="http://example-news.org/x/1/"))
    assert one == other != ""
    assert own_story(Article("c.md", "C", url="https://example-news.org/x/2")) != one


@pytest.mark.parametrize("url", ["", "https://example-news.org/", "/x/1"])
def test_an_article_without_a_page_of_its_own_has_no_story_of_its_own(url: str) -> None:
    assert own_story(Article("a.md", "A", url=url)) == ""


def test_the_first_target_with_an_address_decides() -> None:
    files = {"a.md": Target("", ()), "b.md": Target("B", ()), "c.md": Target("C", ())}
    assert story(files, "d.md#1", "gone.md", "a.md", "b.md", "c.md") == "B"


def test_the_source_comes_with_the_address() -> None:
    files = {"a.md": Target("", (), "notes.example"), "b.md": Target("B", (), "news.example")}
    assert linked_story("news", "d.md#1", ("a.md", "b.md"), files.get) == ("B", "news.example")
    assert linked_story("news", "d.md#1", ("a.md",), files.get).source == ""


def test_an_address_is_found_through_a_file_that_has_none() -> None:
    files = {"a_zh.md": Target("", ("a.md",)), "a.md": Target("A", ())}
    assert story(files, "NEWS.md#1", "a_zh.md") == "A"


def test_a_dead_link_is_repaired_by_name() -> None:
    files = {"Rain_ and_ wind_.md": Target("R", ())}
    assert story(files, "NEWS.md#1", "Rain: and? wind*.md") == "R"
    assert story(
        files | {"Rain: and? wind*.md": Target("S", ())}, "N#1", "Rain: and? wind*.md"
    ) == ("S")


def test_articles_that_link_to_one_another_are_one_story_whoever_is_asked() -> None:
    names = ("a.md", "b.md", "c.md")
    for circle in permutations(names):
        following = dict(zip(circle, circle[1:] + circle[:1], strict=True))
        files = {name: Target("", (following[name],)) for name in names}
        found = {story(files, name, following[name]) for name in names}
        found.add(story(files, "NEWS.md#3", circle[0]))
        assert len(found) == 1


def test_a_link_that_is_not_returned_groups_the_same() -> None:
    for one, other in (("a.md", "z.md"), ("z.md", "a.md")):
        files = {one: Target("", (other,)), other: Target("", ())}
        assert story(files, one, other) == story(files, other)


def test_articles_without_links_are_stories_of_their_own() -> None:
    assert story({}, "a.md") != story({}, "b.md")
    assert story({}, "a.md") == story({}, "a.md", "gone.md", "a.md")
    assert linked_story("news", "a.md", (), {}.get) != linked_story("blog", "a.md", (), {}.get)


def test_links_are_the_sources_first_and_each_once() -> None:
    article = Article(
        "a.md", "A", source_links=("b.md", "c.md"), translation_links=("c.md", "d.md")
    )
    assert links(article) == ("b.md", "c.md", "d.md")


def test_a_long_series_is_not_followed_to_its_end() -> None:
    files = {f"{number}.md": Target("", (f"{number + 1}.md",)) for number in range(10_000)}
    assert len({story(files, f"{number}.md", f"{number + 1}.md") for number in range(50)}) == 50
