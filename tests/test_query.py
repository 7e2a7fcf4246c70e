"""Asking the seeds: what the library answers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from newssearch.errors import IndexMissing, NotFound, QuerySyntaxError, UsageError
from newssearch.indexer import update_index
from newssearch.options import Sort
from newssearch.query import NewsIndex, open_index

ENGLISH = "2020/08/27/Belarus_ Lukashenko looks to Moscow as protests enter third week.md"
CHINESE = "2020/08/27/Belarus_ Lukashenko looks to Moscow as protests enter third week_zh.md"
REIMPORT = "2020/08/28/Belarus_ Lukashenko looks to Moscow as protests enter third week.md"


def paths(news: NewsIndex, query: str, **options: object) -> list[str]:
    return [hit.path for hit in news.query(query, limit=None, **options)]


def test_a_story_is_one_hit_with_its_copies_languages_and_translation(news: NewsIndex) -> None:
    results = news.query("lukashenko moscow")
    assert (results.total, results.total_stories) == (5, 1)
    (hit,) = results.hits
    assert hit.path == ENGLISH
    assert (hit.story.size, hit.story.languages) == (5, ("en", "zh"))
    assert [(t.lang, t.path) for t in hit.translations] == [("zh", CHINESE)]


def test_a_query_in_chinese_shows_the_chinese_article(news: NewsIndex) -> None:
    (hit,) = news.query("卢卡申科").hits
    assert hit.path == CHINESE
    assert [t.path for t in hit.translations] == [ENGLISH]


def test_a_digest_s_entries_have_the_source_of_the_articles_that_they_repeat(
    news: NewsIndex,
) -> None:
    found = news.query("kind:digest source:example-news.org", collapse=False).hits
    assert [hit.path for hit in found] == [f"2020/08/27/NEWS.md#{n}" for n in (1, 2, 3)]


def test_without_collapsing_every_copy_is_a_hit(news: NewsIndex) -> None:
    found = paths(news, "lukashenko moscow", collapse=False)
    assert {ENGLISH, REIMPORT, "2020/08/27/NEWS.md#1"} <= set(found)
    assert len(found) == 5


def test_a_snippet_marks_the_words_and_knows_its_line(news: NewsIndex, seeds: Path) -> None:
    snippet = news.query("lukashenko").hits[0].snippets[0]
    marked = [snippet.text[start:end] for start, end in snippet.highlights]
    assert marked
    assert {word.lower() for word in marked} == {"lukashenko"}
    line = (seeds / ENGLISH).read_text("utf-8").splitlines()[snippet.line - 1]
    assert snippet.text.strip("…")[:40] in line


def test_pages_of_links_are_shown_only_when_asked_for(news: NewsIndex) -> None:
    assert "Readme.md" not in paths(news, "*", collapse=False)
    assert paths(news, "kind:page") == ["Readme.md"]


def test_all_words_must_match_unless_one_is_enough(news: NewsIndex) -> None:
    assert paths(news, "lukashenko earthquake") == []
    assert len(paths(news, "lukashenko earthquake", any_word=True)) >= 2


def test_without_an_article_with_all_words_the_best_partial_ones_are_said_to_be_partial(
    news: NewsIndex,
) -> None:
    results = news.query("lukashenko earthquake", fall_back=True)
    assert results.partial
    assert len(results) >= 2
    assert [note.code for note in results.notes] == ["not-together"]


def test_a_fallback_keeps_what_is_excluded_and_filtered(news: NewsIndex) -> None:
    results = news.query("lukashenko earthquake -minsk lang:en", fall_back=True)
    assert results.partial
    found = {hit.path for hit in results}
    assert found
    assert ENGLISH not in found
    assert all(hit.lang == "en" for hit in results)


def test_nothing_found_names_the_word_that_nothing_has(news: NewsIndex) -> None:
    results = news.query("lukashenko zzyzzyx")
    assert not results.hits
    assert [(note.code, note.message) for note in results.notes] == [
        ("no-article-has", "no article has zzyzzyx")
    ]


def test_of_a_group_only_the_words_that_nothing_has_are_named(news: NewsIndex) -> None:
    for query, named in (
        ("(putin zzyzzyx) belarus", "zzyzzyx"),
        ("xyzzy", "xyzzy"),
        ("title:fishyness", "title:fishyness"),
        ('"moscow zzyzzyx"', '"moscow zzyzzyx"'),
        ("火星人", "火星人"),
    ):
        (note,) = news.query(query).notes
        assert note.message.removeprefix("no article has ") in named
        assert query[note.start : note.end] in named


def test_a_sign_between_words_is_not_named_as_missing(news: NewsIndex) -> None:
    for query in ("lukashenko & earthquake", "lukashenko / earthquake"):
        assert [note.code for note in news.query(query).notes] == ["not-together"]


def test_invisible_characters_in_a_pasted_word_make_no_difference(news: NewsIndex) -> None:
    assert paths(news, "lukas\u200b\u200bhenko") == paths(news, "lukashenko")


def test_languages_and_sites_are_understood_as_articles_have_them(news: NewsIndex) -> None:
    for query, same in (
        ("lang:en-US", "lang:en"),
        ("site:www.example-news.org", "site:example-news"),
    ):
        assert paths(news, query) == paths(news, same) != []


def test_since_after_until_is_an_error(news: NewsIndex) -> None:
    with pytest.raises(UsageError, match="after"):
        news.query("minsk", since="2020-09", until="2020-08")


def test_a_digest_s_file_names_its_entries(news: NewsIndex, seeds: Path) -> None:
    for reference in ("2020/08/27/NEWS.md", str(seeds / "2020/08/27/NEWS.md")):
        with pytest.raises(NotFound, match=r"a digest of 3 articles.*NEWS\.md#1"):
            news.article(reference)


@pytest.mark.parametrize("query", ["!!!", "—", "()"])
def test_a_query_without_words_finds_nothing_and_says_so(news: NewsIndex, query: str) -> None:
    results = news.query(query)
    assert results.total == 0
    assert results.notes


def test_a_bad_date_is_a_note_and_the_rest_still_runs(news: NewsIndex) -> None:
    results = news.query("lukashenko date:garbage")
    assert results.total_stories == 1
    (note,) = results.notes
    assert (note.code, note.start, note.end) == ("bad-date", 11, 23)


def test_strict_makes_a_diagnostic_an_error_but_not_a_hint(news: NewsIndex) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        news.query("lukashenko date:garbage", strict=True)
    assert (caught.value.start, caught.value.end) == (11, 23)
    news.query("minsk or moscow", strict=True)


def test_only_filters_and_no_words_list_the_newest_first(news: NewsIndex) -> None:
    dates = [hit.date for hit in news.query("date:2020-08", limit=None)]
    assert len(dates) > 3
    assert [date[:10] for date in dates] == sorted((date[:10] for date in dates), reverse=True)


def test_options_filter_as_fields_do(news: NewsIndex) -> None:
    for options, query in (
        ({"lang": "zh"}, "lang:zh"),
        ({"source": "example-news.org"}, "source:example-news.org"),
        ({"since": "2020-08-28"}, "date:2020-08-28.."),
        ({"until": "2020-08-26"}, "date:..2020-08-26"),
    ):
        expected = paths(news, query)
        assert expected
        assert paths(news, "*", sort=Sort.NEWEST, **options) == expected


def test_relative_dates_count_from_today(news: NewsIndex) -> None:
    assert paths(news, "date:4d") == paths(news, "date:2020-08-28..2020-09-01")


def test_an_impossible_option_is_a_usage_error(news: NewsIndex) -> None:
    with pytest.raises(UsageError, match="--since"):
        news.query("minsk", since="someday")


def test_limit_and_offset_page_through_one_order(news: NewsIndex) -> None:
    whole = paths(news, "the", any_word=True)
    pages = [
        hit.path
        for offset in range(0, len(whole), 3)
        for hit in news.query("the", any_word=True, limit=3, offset=offset)
    ]
    assert pages == whole


@pytest.mark.parametrize("sort", list(Sort))
def test_every_order_gives_the_same_hits(news: NewsIndex, sort: Sort) -> None:
    hits = news.query("the", limit=None, sort=sort).hits
    assert {hit.story.id for hit in hits} == {
        hit.story.id for hit in news.query("the", limit=None).hits
    }
    days = [hit.date[:10] for hit in hits if hit.date]
    if sort is Sort.NEWEST:
        assert days == sorted(days, reverse=True)
    if sort is Sort.OLDEST:
        assert days == sorted(days)


def test_every_title_of_the_seeds_pasted_bare_finds_its_story_first(news: NewsIndex) -> None:
    for article in news.query("*", limit=None, collapse=False):
        top = news.query(article.title, limit=1).hits
        assert top, article.title
        assert top[0].story.id == article.story.id, article.title


def test_an_article_is_found_by_id_prefix_path_and_file(
    news: NewsIndex, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = news.query("lukashenko").hits[0].id
    monkeypatch.chdir(seeds)
    for reference in (whole, whole[:6], ENGLISH, str(seeds / ENGLISH), f"./{ENGLISH}"):
        assert news.article(reference).article.path == ENGLISH
    assert news.article(str(seeds / "2020/08/27/NEWS.md#1")).article.kind == "digest"


def test_an_unknown_id_says_so(news: NewsIndex) -> None:
    with pytest.raises(NotFound, match="no article"):
        news.article("nothing-like-that")


def test_an_ambiguous_beginning_names_what_it_may_mean(news: NewsIndex) -> None:
    ids = [hit.id for hit in news.query("*", limit=None, collapse=False)]
    shared = next(a[:1] for a in ids for b in ids if a != b and a[:1] == b[:1])
    with pytest.raises(NotFound, match="several"):
        news.article(shared)


def test_short_ids_lead_back_to_their_articles(news: NewsIndex) -> None:
    ids = [hit.id for hit in news.query("*", limit=None, collapse=False)]
    short = news.short_ids(ids)
    assert [news.article(short[whole]).id for whole in ids] == ids
    assert max(map(len, short.values())) < 12


def test_files_open_from_the_working_folder(
    seeds_index: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(seeds.parent)
    with open_index(seeds_index) as news:
        hits = news.query("*", limit=None, collapse=False).hits
    assert all(Path(hit.file).is_file() for hit in hits)
    assert any(hit.file.startswith("seeds/") for hit in hits)


def test_a_name_s_aliases_are_found_in_other_languages(news: NewsIndex) -> None:
    groups = (("Minsk", "明斯克"), ("White Tower", "白塔"))
    text = "body:minsk lang:zh kind:article"
    assert CHINESE not in [hit.path for hit in news.query(text, collapse=False)]
    found = news.query(text, collapse=False, aliases=groups)
    assert CHINESE in [hit.path for hit in found]
    hit = next(hit for hit in found if hit.path == CHINESE)
    marked = {
        snippet.text[start:end] for snippet in hit.snippets for start, end in snippet.highlights
    }
    assert marked == {"明斯克"}
    exact = news.query("body:=minsk lang:zh", aliases=groups, collapse=False)
    assert CHINESE not in [hit.path for hit in exact]


def test_an_explanation_counts_the_articles_of_each_word(news: NewsIndex) -> None:
    drawn = news.query("lukashenko moscow -nosuchword", explain=True).explanation.splitlines()
    assert [line.split() for line in drawn] == [
        ["all", "of"],
        ["lukashenko", "at", "1-10", "5", "articles"],
        ["moscow", "at", "12-17", "5", "articles"],
        ["not"],
        ["nosuchword", "at", "20-29", "0", "articles"],
    ]
    assert news.query("lukashenko").explanation == ""


def test_expanded_the_query_s_words_are_marked_and_more_is_found(news: NewsIndex) -> None:
    alone, more = news.query("town"), news.query("town", expand=True)
    assert more.total > alone.total
    assert more.hits[0].id == alone.hits[0].id
    assert more.hits[0].snippets == alone.hits[0].snippets
    explained = news.query("town", expand=True, explain=True).explanation
    assert "words of the best hits: " in explained
    with pytest.raises(UsageError, match="--expand"):
        news.query("vaccine", expand=True, sort=Sort.NEWEST)


def test_two_chinese_terms_without_a_space_are_found_where_both_are(news: NewsIndex) -> None:
    both = paths(news, "明斯克 卢卡申科", collapse=False)
    assert both
    assert paths(news, "明斯克卢卡申科", collapse=False) == both


def test_a_word_s_beginning_is_left_open_only_where_that_is_allowed(news: NewsIndex) -> None:
    refused = news.query("*kashenko")
    assert refused.total == 0 or refused.notes
    allowed = news.query("*kashenko", leading_wildcards=True, collapse=False)
    assert allowed.total == news.query("lukashenko", collapse=False).total
    assert not allowed.notes


def test_stats_count_what_the_seeds_hold(news: NewsIndex, seeds: Path) -> None:
    stats = news.stats()
    files = list(seeds.rglob("*.md"))
    assert stats.files == len(files)
    assert stats.archive_bytes == sum(path.stat().st_size for path in files)
    assert stats.articles + stats.digest_entries + stats.pages == len(files) - 1 + 3
    assert stats.pages == 1
    assert sum(stats.date_sources.values()) == stats.articles + stats.digest_entries


def test_a_folder_without_an_index_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="newssearch index FOLDER"):
        open_index(tmp_path)


def test_an_open_index_answers_from_its_generation_while_a_newer_one_is_made(
    tmp_path: Path, seeds: Path
) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(seeds, archive)
    update_index(tmp_path / "index", [archive])
    with open_index(tmp_path / "index") as before:
        first = before.query("lukashenko")
        (archive / ENGLISH).unlink()
        update_index(tmp_path / "index")
        assert before.query("lukashenko") == first
    with open_index(tmp_path / "index") as after:
        assert after.query("lukashenko").total == first.total - 1
        assert after.generation > before.generation


def test_the_same_query_gives_the_same_results(seeds_index: Path) -> None:
    answers = []
    for _ in range(2):
        with open_index(seeds_index) as news:
            answers.append(news.query("the OR minsk OR vaccine", limit=None))
    assert answers[0] == answers[1]
