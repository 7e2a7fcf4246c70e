from __future__ import annotations

from itertools import permutations

import pytest

from newssearch.article.model import Article, Kind
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


def test_a_translation_that_nothing_links_is_found_by_its_suffix() -> None:
    article = Article("day/rain_zh.md", "雨")
    assert links(article) == ("day/rain.md", "day/rain_en.md")
    assert links(Article("day/rain.fr.md", "Pluie"))[1] == "day/rain.en.md"
    assert links(Article("day/rain.md", "Rain")) == ()
    for original in ("day/rain.md", "day/rain_en.md"):
        assert story({original: Target("R", ())}, article.path, *links(article)) == "R"


def test_a_link_comes_before_the_suffix() -> None:
    article = Article("rain_zh.md", "雨", translation_links=("downpour.md",))
    files = {"rain.md": Target("R", ()), "downpour.md": Target("D", ())}
    assert story(files, article.path, *links(article)) == "D"


def test_files_that_differ_in_their_suffix_alone_are_one_story_whichever_are_there() -> None:
    names = ("day/rain.md", "day/rain_zh.md", "day/rain.fr.md", "day/rain_en.md")
    assert len({story({}, name, *links(Article(name, "Rain"))) for name in names}) == 1
    files = {name: Target("", links(Article(name, "Rain"))) for name in names}
    assert len({story(files, name, *files[name].links) for name in names}) == 1
    others = ("day/rain-2.md", "rain.md", "day/rain_it.md")  # `it` ends English names
    assert len({story({}, name) for name in (*names, *others)}) == 4


def test_the_entries_of_digests_in_two_languages_are_told_apart() -> None:
    assert story({}, "NEWS.md#1") != story({}, "NEWS_zh.md#1")


def test_an_entry_without_links_is_of_the_file_that_its_title_names() -> None:
    entry = Article("day/NEWS.md#1", "Rain: 9/11 of it fell", kind=Kind.DIGEST)
    files = {"day/Rain_ 9_11 of it fell.md": Target("R", ())}
    assert story(files, entry.path, *links(entry)) == "R"
    linked = Article("day/NEWS.md#1", "Rain", kind=Kind.DIGEST, source_links=("day/wind.md",))
    assert links(linked) == ("day/wind.md",)
    assert links(Article("day/rain.md", "Wind")) == ()


def test_a_long_series_is_not_followed_to_its_end() -> None:
    files = {f"{number}.md": Target("", (f"{number + 1}.md",)) for number in range(10_000)}
    assert len({story(files, f"{number}.md", f"{number + 1}.md") for number in range(50)}) == 50
