"""What saved searches find: for each what is new in an archive, whatever happens to it; and what a
query finds that asks for one by its name."""

from __future__ import annotations

import datetime
import random
from pathlib import Path
from typing import NamedTuple

import pytest
from kept_searches import add

from newssearch.errors import IndexCorrupt, QuerySyntaxError
from newssearch.index_folder import IndexFolder
from newssearch.indexer import update_index
from newssearch.options import IndexOptions, QueryOptions
from newssearch.query import NewsIndex, open_index
from newssearch.saved import SavedSearch, Seen, changing
from newssearch.saved_run import all_seen, what_is_new

OPTIONS = QueryOptions()
LONG = " ".join(f"The ferry of pier {number} sailed late again." for number in range(12))


class Archive:
    """A folder of news and its index, and what a saved search has reported of it."""

    def __init__(self, folder: Path) -> None:
        self.news, self.index = folder / "news", folder / "index"
        self.news.mkdir()
        self.seen = Seen()
        self.told = 0  # stories

    def put(self, path: str, title: str, body: str, url: str = "") -> None:
        head = f"---\ntitle: {title}\n" + (f"url: {url}\n" if url else "") + "---\n\n"
        (self.news / path).parent.mkdir(exist_ok=True)
        (self.news / path).write_text(f"{head}{body}\n", "utf-8")

    def update(self) -> None:
        assert not update_index(self.index, [self.news], IndexOptions(prune=True)).failed

    def new(self, query: str = "ferry") -> list[str]:
        """Index, and run the search: the titles of what is new, in alphabetical order."""
        self.update()
        with open_index(self.index) as news:
            found = what_is_new(news, query, self.seen, OPTIONS)
        self.seen = found.seen
        assert found.results.total_stories == len(found.results.hits)
        return sorted(hit.title for hit in found.results.hits)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def test_each_story_is_new_once(archive: Archive) -> None:
    archive.put("a.md", "Ferry sails", "To the islands.", "https://harbour.example/a")
    archive.put("b.md", "Nothing", "Of the kind.", "https://harbour.example/b")
    assert archive.new() == ["Ferry sails"]
    assert archive.new() == []
    archive.put("c.md", "Ferry returns", "At night.", "https://harbour.example/c")
    assert archive.new() == ["Ferry returns"]


def test_copies_and_translations_of_what_was_reported_are_not_new(archive: Archive) -> None:
    archive.put("a.md", "Ferry sails", "To the islands.", "https://harbour.example/a")
    assert archive.new() == ["Ferry sails"]
    archive.put("later/a.md", "Ferry sails!", "To the islands, it says.", "harbour.example/a?x")
    archive.put("copy.md", "The ferry", "Again.", "http://www.harbour.example/a#top")
    archive.put("a_zh.md", "ferry 渡轮", "渡轮开往群岛。")
    assert archive.new() == ["Ferry sails!"]  # its address is no address: another story
    assert archive.new() == []


def test_a_changed_article_that_matches_for_the_first_time_is_new(archive: Archive) -> None:
    archive.put("a.md", "Timetable", "Buses only.", "https://harbour.example/a")
    assert archive.new() == []
    archive.put("a.md", "Timetable", "Buses, and the ferry.", "https://harbour.example/a")
    assert archive.new() == ["Timetable"]
    archive.put("a.md", "Timetable of May", "Buses, and the ferry.", "https://harbour.example/a")
    assert archive.new() == []


@pytest.mark.parametrize("url", ["", "https://harbour.example/a"])
@pytest.mark.parametrize("body", [LONG, "A ferry."])
def test_a_renamed_file_is_not_new(archive: Archive, url: str, body: str) -> None:
    archive.put("a.md", "Late", body, url)
    assert archive.new() == ["Late"]
    (archive.news / "moved").mkdir()
    (archive.news / "a.md").rename(archive.news / "moved" / "b.md")
    known = bool(url) or body == LONG  # nothing else is left to know it by
    assert archive.new() == ([] if known else ["Late"])


def test_an_article_without_an_address_may_be_edited(archive: Archive) -> None:
    archive.put("a.md", "Late", "A ferry is late.")
    assert archive.new() == ["Late"]
    archive.put("a.md", "Later", "The ferry is later still.")
    assert archive.new() == []


def test_an_article_may_get_an_address(archive: Archive) -> None:
    archive.put("a.md", "Late", LONG)
    assert archive.new() == ["Late"]
    archive.put("a.md", "Late", LONG, "https://harbour.example/a")
    assert archive.new() == []


def test_another_article_in_the_place_of_a_file_is_new(archive: Archive) -> None:
    archive.put("latest.md", "Ferry sails", "To the islands.", "https://harbour.example/a")
    assert archive.new() == ["Ferry sails"]
    archive.put("latest.md", "Ferry returns", "At night.", "https://harbour.example/b")
    assert archive.new() == ["Ferry returns"]


def digest(*titles: str) -> str:
    head = "keywords/关键词: pier\n\nauthors/作者: Ada Verne\n\npublish date/发表日期: 2020-08-27"
    return "\n".join(f"## {one}\n\n### {one}\n\n{head}\n\nIt is: {one}.\n" for one in titles)


def test_an_entry_put_before_others_in_a_digest_is_new_and_they_are_not(
    archive: Archive,
) -> None:
    path = archive.news / "NEWS.md"
    path.write_text(digest("Ferry sails", "Ferry stays"), "utf-8")
    archive.update()
    with open_index(archive.index) as news:
        kinds = {hit.kind for hit in news.query("ferry", collapse=False)}
    assert kinds == {"digest"}
    assert archive.new() == ["Ferry sails", "Ferry stays"]
    path.write_text(digest("Ferry burns", "Ferry sails", "Ferry stays"), "utf-8")
    assert archive.new() == ["Ferry burns"]
    path.write_text(digest("Ferry sinks", "Ferry burns", "Ferry stays"), "utf-8")
    assert archive.new() == ["Ferry sinks"]


def test_the_article_that_an_entry_of_a_digest_names_is_not_new(archive: Archive) -> None:
    archive.put("Ferry sails.md", "Timetable", "Buses.", "https://harbour.example/a")
    (archive.news / "NEWS.md").write_text(digest("Ferry sails", "Ferry stays"), "utf-8")
    assert archive.new() == ["Ferry sails", "Ferry stays"]
    archive.put("Ferry sails.md", "Ferry sails", "Islands.", "https://harbour.example/a")
    assert archive.new() == []


def test_a_story_that_near_duplicates_have_joined_is_not_new(archive: Archive) -> None:
    archive.put("b.md", "Late", LONG, "https://harbour.example/b")
    assert archive.new() == ["Late"]
    for name in "acd":  # whichever key the joined story is named by
        archive.put(f"{name}.md", "Late too", LONG + " So.", f"https://{name}.example/{name}")
    assert archive.new() == []
    (archive.news / "b.md").unlink()  # and when it is parted again
    archive.put("c.md", "Late too", "The ferry is, it is said.", "https://c.example/c")
    assert archive.new() == []


def test_a_translation_stays_known_when_its_original_goes(archive: Archive) -> None:
    archive.put("a.md", "Timetable", "Buses.", "https://harbour.example/a")
    archive.put("a_zh.md", "渡轮", "渡轮开往群岛。")
    assert archive.new("渡轮") == ["渡轮"]
    (archive.news / "a.md").unlink()
    archive.put("a_zh.md", "渡轮", "渡轮今天开往群岛。")
    assert archive.new("渡轮") == []


def test_an_original_is_known_by_a_translation_that_has_gone(archive: Archive) -> None:
    archive.put("a.md", "Timetable", "Buses.", "https://harbour.example/a")
    archive.put("a_zh.md", "时刻表 ferry", "渡轮开往群岛。")
    assert archive.new() == ["时刻表 ferry"]
    (archive.news / "a_zh.md").unlink()
    archive.put("a.md", "Timetable", "Buses and a ferry.", "https://harbour.example/a")
    assert archive.new() == []


def test_what_only_lay_beside_a_reported_article_may_be_new_later(archive: Archive) -> None:
    text = LONG.replace("ferry", "tram")
    archive.put("a.md", "The ferry is a tram", text, "https://harbour.example/a")
    archive.put("b.md", "Trams", text, "https://harbour.example/b")
    assert archive.new() == ["The ferry is a tram"]
    archive.put("b.md", "Ferry returns", "At night.", "https://harbour.example/b")
    assert archive.new() == ["Ferry returns"]


def test_a_copy_of_an_article_that_no_longer_matches_is_not_new(archive: Archive) -> None:
    archive.put("a.md", "Ferry sails", "To the islands.", "https://harbour.example/a")
    assert archive.new() == ["Ferry sails"]
    archive.put("a.md", "It sails", "To the islands.", "https://harbour.example/a")
    archive.put("b.md", "Ferry sails", "Islands.", "https://www.harbour.example/a")
    assert archive.new() == []


def test_a_nearly_identical_text_is_not_new_beside_one_that_matched_once(archive: Archive) -> None:
    text = LONG.replace("ferry", "tram")
    archive.put("a.md", "The ferry is a tram", text, "https://harbour.example/a")
    assert archive.new() == ["The ferry is a tram"]
    archive.put("a.md", "Trams", text, "https://harbour.example/a")
    archive.put("b.md", "Is the ferry a tram?", text, "https://pier.example/b")
    assert archive.new() == []


def test_a_search_that_begins_now_has_seen_what_there_is(archive: Archive) -> None:
    archive.put("a.md", "Ferry sails", "To the islands.", "https://harbour.example/a")
    archive.update()
    with open_index(archive.index) as news:
        archive.seen = all_seen(news, "ferry", OPTIONS)
    archive.put("b.md", "Ferry returns", "At night.", "https://harbour.example/b")
    assert archive.new() == ["Ferry returns"]


def test_a_rebuilt_index_makes_nothing_new(archive: Archive) -> None:
    archive.put("a.md", "Ferry sails", "To the islands.", "https://harbour.example/a")
    assert archive.new() == ["Ferry sails"]
    update_index(archive.index, options=IndexOptions(rebuild=True))
    assert archive.new() == []


def test_an_index_that_has_not_changed_is_not_searched(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put("a.md", "Ferry sails", "To the islands.")
    assert archive.new() == ["Ferry sails"]
    searched: list[str] = []
    whole = NewsIndex.found

    def found(news: NewsIndex, text: str, options: QueryOptions) -> object:
        searched.append(text)
        return whole(news, text, options)

    monkeypatch.setattr(NewsIndex, "found", found)
    assert archive.new() == []
    assert searched == []
    assert archive.new("boat") == []
    archive.put("b.md", "Another", "Sails.")
    archive.new("boat")
    assert searched == ["boat", "boat"]


def test_what_is_asked_changes_with_the_day_the_aliases_and_other_searches(
    archive: Archive,
) -> None:
    archive.put("a.md", "Ferry sails", "To the islands.")
    archive.update()
    states = set()
    for day in (1, 2):
        today = datetime.date(2020, 9, day)
        with NewsIndex(IndexFolder.open(archive.index), today=lambda day=today: day) as news:
            states.add(news.state_of("ferry", OPTIONS))
            states.add(news.state_of("ferry", QueryOptions(aliases=(("ferry", "boat"),))))
            states.add(news.state_of("@ferry", OPTIONS))
            with changing(archive.index) as kept:
                kept.add(SavedSearch("ferry", f"boat {day}", "2020-09-01"), Seen())
            states.add(news.state_of("@ferry", OPTIONS))
            assert news.state_of("ferry", OPTIONS) in states
    assert len(states) == 8


def test_a_search_that_is_half_understood_is_not_run(archive: Archive) -> None:
    archive.put("a.md", "Ferry sails", "To the islands.")
    archive.update()
    with open_index(archive.index) as news:
        for query in ("ferry OR", "@gone", "date:2020-13"):
            with pytest.raises(QuerySyntaxError):
                what_is_new(news, query, Seen(), OPTIONS)


class Told(NamedTuple):
    """A story as one file tells it."""

    story: int
    title: str
    body: str


def change(rng: random.Random, archive: Archive, files: dict[str, Told]) -> None:
    """One thing that happens to an archive. Stories of even numbers have addresses; of the others,
    which are known by their texts, files are only moved."""
    names = sorted(files)
    what = (
        rng.choice("publish publish publish copy edit move remove".split()) if names else "publish"
    )
    path = f"{rng.randrange(10**9)}.md"
    if what == "publish":
        number = archive.told = archive.told + 1
        body = " ".join(rng.choice("gull tide pier rope mast deck".split()) for _ in range(80))
        files[path] = Told(number, rng.choice(("Ferry", "Boat")) + f" {number}", body)
    else:
        name = rng.choice(names)
        told = files[name]
        if what == "edit" and told.story % 2 == 0:
            title = f"{rng.choice(('Ferry', 'Boat'))} {told.story}"
            files[name] = told._replace(title=title, body=told.body + " Again.")
        elif what in ("copy", "move"):
            files[path] = told
        if what in ("move", "remove"):
            del files[name]
            (archive.news / name).unlink()
    for name, told in files.items():
        url = f"https://pier.example/{told.story}" if told.story % 2 == 0 else ""
        archive.put(name, told.title, told.body, url)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_to_an_archive_every_story_is_new_once(
    archive: Archive, seed: int
) -> None:
    print(f"seed {seed}")
    rng = random.Random(seed)
    files: dict[str, Told] = {}
    reported: set[int] = set()
    for _ in range(12):
        for _ in range(rng.randrange(1, 4)):
            change(rng, archive, files)
        matching = {told.story for told in files.values() if told.title.startswith("Ferry")}
        found = [int(title.split()[1]) for title in archive.new()]
        assert sorted(found) == sorted(matching - reported)
        reported |= matching
    assert len(reported) > 2


def test_a_query_asks_for_a_saved_search_by_its_name(archive: Archive) -> None:
    archive.put("a.md", "Ferry sails", "To the islands.")
    archive.put("b.md", "Boat sails", "To the harbour.")
    archive.update()
    add(archive.index)
    with open_index(archive.index) as news:
        assert {hit.title for hit in news.query("@ferry")} == {"Ferry sails", "Boat sails"}
        (hit,) = news.query("@ferry islands").hits
        assert [hit.title[start:end] for start, end in hit.title_highlights] == ["Ferry"]
        assert [hit.title for hit in news.query("sails -@ferry")] == []
        (note, *_) = news.query("@fery").notes
        assert (note.code, note.suggestion) == ("unknown-saved", "@ferry")
        assert len(news.query("@ferry harbour nothing", fall_back=True).hits) == 2
    (archive.index / "kept" / "saved.json").write_bytes(b"{")
    with open_index(archive.index) as news:
        assert len(news.query("ferry").hits) == 1  # nobody asked for it
        with pytest.raises(IndexCorrupt):
            news.query("@ferry")
