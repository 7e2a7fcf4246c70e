"""Stories of digests and translations, as files come, change and go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newssearch.indexer import update_index
from newssearch.options import IndexOptions
from newssearch.query import open_index

URL = "https://www.example-news.org/news/"
ENTRY = """## 渡轮搁浅

### {title}

keywords/关键词: ferry

authors/作者:

A grebe ferry ran aground, in short.

[详情]({link}_zh.md) [Details]({link}.md)
"""


class News:
    """An archive and its index; `grouped` runs the indexer and says what belongs together."""

    def __init__(self, folder: Path) -> None:
        self.archive, self.index = folder / "news", folder / "index"

    def article(self, name: str, url: str = "", link: str = "", text: str = "Words.") -> None:
        lines = [f"## {name}", "keywords: ferry", f"[English]({link})" if link else ""]
        lines += [f"[Original Article]({URL}{url})" if url else "", text]
        self.write(name, "\n\n".join(filter(None, lines)))

    def digest(self, *links: str) -> None:
        self.write("NEWS.md", "\n\n".join(ENTRY.format(title=link, link=link) for link in links))

    def write(self, name: str, text: str) -> None:
        self.archive.mkdir(exist_ok=True)
        (self.archive / name).write_text(text + "\n", "utf-8")

    def remove(self, name: str) -> None:
        (self.archive / name).unlink()

    def grouped(self) -> str:
        """The stories, as `a.md+b.md c.md`."""
        update_index(self.index, [self.archive], IndexOptions(prune=True))
        stories: dict[str, list[str]] = {}
        with open_index(self.index) as news:
            for hit in news.query("date:none", limit=None, collapse=False):
                stories.setdefault(hit.story.id, []).append(hit.path)
                assert hit.story.size >= 1
        return " ".join(sorted("+".join(sorted(paths)) for paths in stories.values()))


@pytest.fixture
def news(tmp_path: Path) -> News:
    return News(tmp_path)


def test_entries_come_and_go_with_the_digest(news: News) -> None:
    news.digest("a", "b", "c")
    assert news.grouped() == "NEWS.md#1 NEWS.md#2 NEWS.md#3"
    news.digest("c")
    assert news.grouped() == "NEWS.md#1"
    news.write("NEWS.md", "# No digest any more")
    assert news.grouped() == "NEWS.md"
    news.digest("a", "b")
    assert news.grouped() == "NEWS.md#1 NEWS.md#2"


def test_an_entry_is_of_the_story_it_points_to_whenever_that_arrives(news: News) -> None:
    news.digest("a", "b")
    assert news.grouped() == "NEWS.md#1 NEWS.md#2"
    news.article("b.md", "1")
    assert news.grouped() == "NEWS.md#1 NEWS.md#2+b.md"
    news.article("a.md", "1")
    assert news.grouped() == "NEWS.md#1+NEWS.md#2+a.md+b.md"
    news.article("b.md", "2")
    assert news.grouped() == "NEWS.md#1+a.md NEWS.md#2+b.md"
    news.remove("a.md")
    assert news.grouped() == "NEWS.md#1 NEWS.md#2+b.md"
    (news.archive / "b.md").rename(news.archive / "a.md")
    assert news.grouped() == "NEWS.md#1+a.md NEWS.md#2"


def test_an_entry_finds_its_story_through_a_translation_without_address(news: News) -> None:
    news.article("a_zh.md", link="other.md")
    news.article("other.md", "1")
    news.digest("a")
    assert news.grouped() == "NEWS.md#1+a_zh.md+other.md"
    news.article("other.md")
    assert news.grouped() == "NEWS.md#1+a_zh.md+other.md"


def test_dead_links_are_repaired(news: News) -> None:
    news.digest("Rain%3A%20and%20wind")
    assert news.grouped() == "NEWS.md#1"
    news.article("Rain_ and wind.md", "1")
    assert news.grouped() == "NEWS.md#1+Rain_ and wind.md"


def test_a_translation_without_address_is_of_its_original_s_story(news: News) -> None:
    news.article("a_zh.md", link="a.md")
    assert news.grouped() == "a_zh.md"
    news.article("a.md", "1")
    news.article("b.md", "1")
    assert news.grouped() == "a.md+a_zh.md+b.md"
    news.article("a.md", "2")
    assert news.grouped() == "a.md+a_zh.md b.md"


@pytest.mark.parametrize("names", [("a.md", "a_zh.md"), ("a_zh.md", "a.md")])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_linked_pair_without_address_is_one_story(
    news: News, names: tuple[str, str], at_once: bool
) -> None:
    one, other = names
    news.article(one, link=other)
    if not at_once:
        assert news.grouped() == one
    news.article(other, link=one)
    assert news.grouped() == "a.md+a_zh.md"
    news.remove(one)
    assert news.grouped() == other


@pytest.mark.parametrize("at_once", [True, False])
def test_a_translation_that_nothing_links_is_of_its_original_s_story(
    news: News, at_once: bool
) -> None:
    news.article("a_zh.md")
    news.article("b_zh.md")
    if not at_once:
        assert news.grouped() == "a_zh.md b_zh.md"
    news.article("a.md", "1")
    news.article("b.md")
    assert news.grouped() == "a.md+a_zh.md b.md+b_zh.md"
    news.remove("a.md")
    news.article("b.md", "2")
    assert news.grouped() == "a_zh.md b.md+b_zh.md"


def test_an_entry_without_links_is_of_the_story_that_its_title_names(news: News) -> None:
    entry = ENTRY.format(title="Rain: wind", link="").rpartition("[详情]")[0]
    news.write("NEWS.md", entry + entry.replace("Rain: wind", "Snow"))
    assert news.grouped() == "NEWS.md#1 NEWS.md#2"
    news.article("Rain_ wind.md", "1")
    assert news.grouped() == "NEWS.md#1+Rain_ wind.md NEWS.md#2"


def test_articles_that_link_to_a_digest_are_not_of_one_story(news: News) -> None:
    news.digest("x", "y")
    news.article("a.md", link="NEWS.md")
    news.article("b.md", link="NEWS.md")
    assert news.grouped() == "NEWS.md#1 NEWS.md#2 a.md b.md"


def test_a_failing_digest_keeps_its_entries(news: News) -> None:
    news.digest("a", "b")
    news.article("a.md", "1")
    news.grouped()
    (news.archive / "NEWS.md").write_bytes(b"## \xff\xff")
    news.article("a.md", "2")
    assert news.grouped().count("NEWS.md#") == 2
    report = update_index(news.index)
    assert [(failure.path, failure.new) for failure in report.failed] == [("NEWS.md", False)]
    news.digest("a", "b")
    assert news.grouped() == "NEWS.md#1+a.md NEWS.md#2"


def test_files_without_import_folder_keep_the_day_they_were_first_seen(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    news.article("a.md", "1")
    news.grouped()
    noted = news.index / "kept" / "added.tsv"
    noted.write_text(noted.read_text().replace(noted.read_text()[:10], "2019-03-04"))
    noted.with_suffix(".sum").unlink()
    for change in (
        lambda: news.article("a.md", "1", text="Edited."),
        lambda: os.rename(news.archive / "a.md", news.archive / "b.md"),
        lambda: update_index(news.index, options=IndexOptions(rebuild=True)),
    ):
        change()
        news.grouped()
        with open_index(news.index) as index:
            (hit,) = index.query("date:none").hits
            assert index.article(hit.id).added == "2019-03-04"


def test_an_import_folder_says_when_the_archive_got_a_file(news: News) -> None:
    (news.archive / "2020/08/27").mkdir(parents=True)
    news.article("2020/08/27/a.md", "1")
    update_index(news.index, [news.archive])
    with open_index(news.index) as index:
        assert index.article("2020/08/27/a.md").added == "2020-08-27"
    assert not (news.index / "kept/added.tsv").exists()
