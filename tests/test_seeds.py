"""The seeds hold every layout that is read, are news of this project's own making, and are found.

The first half looks at the files as they stand, the second at what an index makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import frontmatter
import pytest
import yaml

from newssearch.indexer import update_index
from newssearch.query import NewsIndex, open_index
from newssearch.results import IndexReport

MINSK = "Belarus_ Lukashenko looks to Moscow as protests enter third week"
FIRST, AGAIN = f"2020/08/27/{MINSK}", f"2020/08/28/{MINSK}"
VACCINE = "2020/08/27/Covid-19 vaccine trial finds its volunteers in a fishing town"
MASBATE = "2020/08/27/Masbate counts its cracked walls a week after the earthquake"
CHIPS = "2020/08/28/U.S. chip town bets on R&D as orders fall 5%.md"
SWIM = "2020/08/28/O’Brien beats Müller by a hand as Erdoğan fades on Lake Vela.md"
BOAT = "2020/08/28/Library boat returns to the river villages.md"
DIGEST = "2020/08/27/NEWS.md"

# --- the files -----------------------------------------------------------------------------------

LAYOUTS = {
    f"{FIRST}.md": r"## .+\n\nkeywords: .+\n\nauthors: .+\n\npublish date: 2020",
    f"{FIRST}_zh.md": r"## .+\n\n关键词: .+\n\n作者: .+\n\n发表日期: 2020",
    f"{AGAIN}.md": r"## .+\n\nkeywords: .+\n\nauthors: .+\n\npublish date: 2020",
    f"{MASBATE}.md": r"## .+\n\nkeywords: .+\n\nauthors: \n\npublish date: None\n",
    DIGEST: r"## .+\n\n### .+\n\nkeywords/关键词: .+\n\nauthors/作者: .*\n\npublish date/",
    "Readme.md": r"- 2020/08/30 - \[",
    "blog/2020-08-30-elbe-niedrigwasser.md": r"---\nlayout: post\n",
    "layouts/yaml/beirut-glass.md": r'---\ntitle: "\w+: [^\n]+"\n',
    "layouts/yaml-error/harbour-pilots.md": r"---\ntitle: [\w ]+: [^\n]+\n",
    "layouts/toml/wakashio.md": r"\+\+\+\ntitle = ",
    "layouts/json/bavi.md": r'\{\n  "title": ',
    "layouts/pelican/tram-museum.md": r"Title: .+\nDate: 2020-08-25 9:30\n",
    "layouts/comments/comet-hunter.md": r"\[#\]: subject: \(.+\)\n",
    "layouts/setext/beekeepers.md": r"[^\n]+\n=+\n",
    "layouts/bare/empty-trains.md": r"# .+\n",
    "layouts/none/Night buses return to the old town.md": r"The first night bus ",
}


@pytest.mark.parametrize("path", LAYOUTS)
def test_a_seed_has_the_layout_that_it_stands_for(seeds: Path, path: str):
    assert re.match(LAYOUTS[path], (seeds / path).read_text(encoding="utf-8"))


def test_a_re_import_differs_only_in_the_order_of_its_keywords(seeds: Path):
    def lines(path: str) -> list[str]:
        return (seeds / path).read_text(encoding="utf-8").splitlines()

    for suffix in (".md", "_zh.md"):
        first, again = lines(FIRST + suffix), lines(AGAIN + suffix)
        assert len(first) == len(again)
        (changed,) = (pair for pair in zip(first, again, strict=True) if pair[0] != pair[1])
        assert sorted(changed[0].split()) == sorted(changed[1].split())


def test_links_between_seeds_are_dead_only_by_the_renamed_colon(seeds: Path):
    """As in the reference archive: `:` in a title is `_` in the file's name, but not in links."""
    dead = set()
    for path in seeds.rglob("*.md"):
        for target in re.findall(r"\]\(([^):]+\.md)\)", path.read_text(encoding="utf-8")):
            if not (path.parent / unquote(target)).is_file():
                dead.add(unquote(target))
                assert (path.parent / unquote(target).replace(":", "_")).is_file(), target
    assert dead == {MINSK.replace("_", ":") + ".md", MINSK.replace("_", ":") + "_zh.md"}


def test_the_yaml_error_is_one(seeds: Path):
    text = (seeds / "layouts/yaml-error/harbour-pilots.md").read_text(encoding="utf-8")
    with pytest.raises(yaml.YAMLError, match="mapping values are not allowed"):
        frontmatter.loads(text)


# --- in an index ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def indexed(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[IndexReport, Path]:
    folder = tmp_path_factory.mktemp("seeds") / "index"
    return update_index(folder, [seeds]), folder


@pytest.fixture
def news(indexed: tuple[IndexReport, Path]) -> Iterator[NewsIndex]:
    with open_index(indexed[1]) as index:
        yield index


def found(news: NewsIndex, query: str) -> set[str]:
    """The paths of every article that a query finds, a story's copies each for itself."""
    return {hit.path for hit in news.query(query, limit=None, collapse=False).hits}


def test_every_seed_is_read_and_only_the_yaml_error_is_warned_of(
    indexed: tuple[IndexReport, Path], seeds: Path
):
    report, _ = indexed
    assert report.failed == ()
    assert report.added == sum(1 for _ in seeds.rglob("*.md"))
    assert report.articles == report.added + 2  # the digest's file holds three
    assert {text.split(":")[0] for text in report.warnings} == {
        "layouts/yaml-error/harbour-pilots.md"
    }


def test_a_seed_has_the_date_that_a_reader_would_name_if_any(news: NewsIndex):
    expected = {
        f"{FIRST}.md": ("2020-08-27T16:40:12+03:00", "header"),
        f"{FIRST}_zh.md": ("2020-08-27T16:40:12+03:00", "header"),
        f"{MASBATE}.md": ("2020-08-26", "url"),
        BOAT: ("2020-08-28", "path"),
        "blog/2020-08-30-elbe-niedrigwasser.md": ("2020-08-30", "path"),
        "layouts/yaml/beirut-glass.md": ("2020-08-24T06:45:00+03:00", "header"),
        "layouts/yaml-error/harbour-pilots.md": ("2020-08-21", "header"),
        "layouts/toml/wakashio.md": ("2020-08-22T09:15:00+09:00", "header"),
        "layouts/json/bavi.md": ("2020-08-27", "header"),
        "layouts/pelican/tram-museum.md": ("2020-08-25T09:30:00", "header"),
        "layouts/comments/comet-hunter.md": ("2020-08-19", "header"),
    }
    dates = {path: news.article(path).article.date for path in expected}
    assert {path: date and (date.text, date.source) for path, date in dates.items()} == expected
    assert news.article("layouts/none/Night buses return to the old town.md").article.date is None


TITLES = {
    f"{FIRST}.md": ("en", "Belarus: Lukashenko looks to Moscow as protests enter third week"),
    f"{FIRST}_zh.md": ("zh", "白俄罗斯：抗议进入第三周，卢卡申科向莫斯科求援"),
    "blog/2020-08-30-elbe-niedrigwasser.md": (
        "de",
        "Niedrigwasser: Die Elbe legt ihre Steine frei",
    ),
    "layouts/yaml/beirut-glass.md": ("en", "Beirut: the glaziers who cannot keep up"),
    "layouts/yaml/minsk-dvory.md": ("ru", "Минск: дворы, в которых снова здороваются"),
    "layouts/yaml-error/harbour-pilots.md": ("en", "Harbour pilots: one in five is over sixty"),
    "layouts/toml/wakashio.md": ("ja", "モーリシャスの海岸、髪の毛で油を吸い取る"),
    "layouts/json/bavi.md": ("ko", "태풍 바비가 지나간 아침, 섬은 그물을 말린다"),
    "layouts/pelican/tram-museum.md": ("en", "Tram museum opens its doors one visitor at a time"),
    "layouts/comments/comet-hunter.md": ("en", "The comet hunter’s last clear night"),
    "layouts/setext/beekeepers.md": ("en", "Beekeepers map a summer without lime blossom"),
    "layouts/bare/empty-trains.md": ("en", "How we counted the empty trains"),
    "layouts/none/Night buses return to the old town.md": (
        "en",
        "Night buses return to the old town",
    ),
}


@pytest.mark.parametrize("path", TITLES)
def test_a_seed_has_its_language_and_title(news: NewsIndex, path: str):
    article = news.article(path).article
    assert (article.lang, article.title) == TITLES[path]


def test_front_matter_keeps_the_text_that_stands_there(news: NewsIndex):
    article = news.article("layouts/yaml/beirut-glass.md").article
    assert article.tags == ("Beirut", "reconstruction", "glass")
    assert article.authors == ("Leila Haddad",)
    assert article.source == "Harbour Gazette"
    extra = dict(article.extra)
    assert (extra["page"], extra["filed"], extra["exclusive"]) == ("0123", "12:30:45", "no")


def test_captions_marks_and_markup_are_gone_from_the_text(news: NewsIndex):
    minsk = news.article(f"{FIRST}.md").article
    assert minsk.text.startswith("Marchers with white flowers")
    assert "a hand-written card says only #Belarus and" in minsk.text
    assert news.article(f"{FIRST}_zh.md").article.text.startswith("周日，手持白花的游行者")
    assert news.article(f"{MASBATE}.md").article.text.startswith("Engineers mark the houses")
    assert "Harrow Devices <HRWD> is doing" in news.article(CHIPS).article.text
    museum = news.article("layouts/pelican/tram-museum.md").article.text
    assert "instead — every pole, every strap" in museum
    assert not re.search(r"[<>]|document\.title|&\w+;", museum)


def test_the_copies_translations_and_summary_of_one_article_are_one_story(news: NewsIndex):
    english, chinese = {f"{FIRST}.md", f"{AGAIN}.md"}, {f"{FIRST}_zh.md", f"{AGAIN}_zh.md"}
    entry = {f"{DIGEST}#1"}
    # the Chinese files name him in their keywords, which the crawler left in English
    assert found(news, "lukashenko") == english | chinese | entry
    assert found(news, "卢卡申科") == chinese | entry

    (hit,) = news.query("lukashenko").hits
    assert hit.path in english
    assert (hit.story.size, set(hit.story.languages)) == (5, {"en", "zh"})
    (hit,) = news.query("卢卡申科").hits
    assert hit.path in chinese


def test_lukashenko_in_cyrillic_is_found_in_the_russian_article(news: NewsIndex):
    assert found(news, "Лукашенко") == {"layouts/yaml/minsk-dvory.md"}


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("covid19 crew", f"{VACCINE}.md"),
        ("covid-19 skipper", f"{VACCINE}.md"),
        ("US laboratory", CHIPS),
        ("r&d c++", CHIPS),
        ("erdogan", SWIM),
        ("lukasz", SWIM),
        ("o'brien muller", SWIM),
        ("南瓜", f"{MASBATE}_zh.md"),
        ("サンゴ礁", "layouts/toml/wakashio.md"),
        ("태풍", "layouts/json/bavi.md"),
        ("strassburger fahre", "blog/2020-08-30-elbe-niedrigwasser.md"),
        ("виолончелисты", "layouts/yaml/minsk-dvory.md"),
        ("commuters sandwich", "layouts/bare/empty-trains.md"),
    ],
)
def test_a_seed_is_found_by_words_as_people_type_them(news: NewsIndex, query: str, path: str):
    assert found(news, query) == {path}


def test_the_generated_page_of_links_is_found_only_where_pages_are_asked_for(news: NewsIndex):
    assert found(news, "library boat") == {BOAT}
    assert "Readme.md" in found(news, "boat kind:page")
