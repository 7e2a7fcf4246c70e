from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from invented_results import FERRY, RESULTS, STATS, STORED, STRIKE

from newssearch.render.article import render_article
from newssearch.render.look import Look
from newssearch.render.report import render_known_failures, render_problems, render_summary
from newssearch.render.stats import byte_size, render_stats
from newssearch.render.table import render_table
from newssearch.render.text import render_note, render_text, script_language
from newssearch.results import FailedFile, Hit, IndexReport, Note, Results, Snippet

EXPECTED = """\
 1  Lukashenko jeered by strikers at a tractor works
    2020-08-17  harbour-post.example
    Workers whistled when Lukashenko climbed the podium. … The strike began at
    dawn.
    story of 3 · en, zh · 拖拉机厂工人罢工
    4f21b7a  news/2020/08/17/tractor-strike.md

 2  Night ferry returns
    4f21b7ffffff  news/2020/08/19/ferry.md
"""


def render(results: Results, look: Look | None = None) -> str:
    return "".join(render_text(results, look or Look(), {STRIKE.id: "4f21b7a"}))


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m|\x1b]8;;[^\x1b]*\x1b\\", "", text)


def test_a_hit_shows_title_date_source_snippet_copies_file_and_id() -> None:
    assert render(RESULTS) == EXPECTED


def test_colours_and_links_change_nothing_but_the_looks() -> None:
    drawn = render(RESULTS, Look(color=True, links=True))
    assert drawn != EXPECTED
    assert plain(drawn) == EXPECTED


def test_matched_words_are_bold_and_nothing_else_is() -> None:
    drawn = render(RESULTS, Look(color=True))
    assert re.findall(r"\x1b\[1(?:;36)?m(.*?)\x1b", drawn) == ["Lukashenko"] * 2 + ["strike"]


def test_the_file_is_a_link_to_where_it_is() -> None:
    drawn = render(Results("x", 1, 1, (replace(FERRY, file="a b/é.md"),)), Look(links=True))
    address = Path("a b/é.md").absolute().as_uri()
    assert f"\x1b]8;;{address}\x1b\\a b/é.md\x1b]8;;\x1b\\" in drawn


def test_a_hostile_title_cannot_steer_the_terminal() -> None:
    bad = "\x1b]52;c;x\x07\u202eevil"
    hit = replace(
        STRIKE, title=bad, source=bad, file=bad, lang=bad, date="\x1b", id=bad,
        snippets=(Snippet(bad, ((0, 3),)),), translations=(),
    )  # fmt: skip
    assert "\x1b" not in render(Results("x", 1, 1, (hit,)))
    assert "\u202e" not in render(Results("x", 1, 1, (hit,)), Look(color=True, links=True))
    assert "\x1b" not in plain(render(Results("x", 1, 1, (hit,)), Look(color=True)))
    assert "\x1b" not in render_table(Results("x", 1, 1, (hit,)), 80)


@pytest.mark.parametrize(
    ("query", "shown"), [("strike", False), ("罢工", True), ("забастовка", True), ("2020", True)]
)
def test_the_language_is_shown_where_it_is_not_the_querys(query: str, shown: bool) -> None:
    drawn = render(Results(query, 1, 1, (STRIKE,)))
    assert ("harbour-post.example  en" in drawn) == shown


def test_the_querys_script_suggests_its_language() -> None:
    queries = ("ferry", "罢工", "ストライキ", "파업", "забастовка", "2020", "")
    assert [script_language(query) for query in queries] == ["en", "zh", "ja", "ko", "ru", "", ""]


def test_ranks_go_on_from_the_offset_and_stay_aligned() -> None:
    drawn = "".join(render_text(RESULTS, Look(), {}, first_rank=99))
    assert drawn.startswith("  99  Lukashenko")
    assert "\n 100  Night" in drawn


@pytest.mark.parametrize("hit", [replace(FERRY, title=""), replace(FERRY, snippets=(Snippet(""),))])
def test_a_hit_with_little_in_it_is_still_drawn(hit: Hit) -> None:
    assert hit.file in render(Results("x", 1, 1, (hit,)))


def test_a_note_points_at_its_place_in_the_query() -> None:
    note = Note("unknown-field", "there is no field titel", 5, 10, "title")
    line = "note: there is no field titel (did you mean 'title'?)"
    assert render_note(note, "罢工 titel:x", caret=False) == f"{line} [at 6-10]\n"
    note = replace(note, start=3, end=8)
    assert (
        render_note(note, "罢工 titel:x", caret=True) == f"{line}\n  罢工 titel:x\n       ^^^^^\n"
    )
    assert render_note(Note("hint", "a\x1bb"), "x", caret=True) == "note: a\\x1bb\n"


def test_the_table_cuts_titles_to_the_terminal_only() -> None:
    long = replace(STRIKE, title="Lukashenko " * 20)
    whole = render_table(Results("x", 1, 1, (long,)), None)
    assert long.title.strip() in whole
    cut = render_table(Results("x", 1, 1, (long,)), 90)
    assert max(map(len, cut.splitlines())) == 90


def test_an_article_is_shown_with_its_fields_and_text() -> None:
    drawn = "".join(render_article(STORED, Look(width=None)))
    head, *paragraphs = drawn.split("\n\n")
    assert head == "Lukashenko jeered by strikers at a tractor works\nA day in Minsk"
    assert "date         2020-08-17 09:30:00 (from the article's header)\n" in drawn
    assert "file         news/2020/08/17/tractor-strike.md:9\n" in drawn
    assert "story        4f21b7a0c3d9, 3 articles in en, zh\n" in drawn
    assert "translation  9c01d2e3f405 zh  拖拉机厂工人罢工\n" in drawn
    assert "desk         europe\n" in drawn
    assert "tags" not in drawn
    assert paragraphs[-1] == "It began at dawn.\n"
    assert paragraphs[-2] == ("Workers whistled. " * 12)


def test_an_articles_text_is_wrapped_where_there_is_a_width() -> None:
    drawn = "".join(render_article(STORED, Look(width=40)))
    text = drawn.split("\n\n", 2)[2]
    assert max(map(len, text.splitlines())) <= 40


def test_an_article_without_date_or_body_is_shown() -> None:
    bare = replace(STORED, article=replace(STORED.article, date=None, body=(), title=""))
    drawn = "".join(render_article(bare, Look()))
    assert drawn.startswith("(no title)")
    assert "date         unknown" in drawn


def test_statistics_are_an_aligned_list() -> None:
    lines = "".join(render_stats(STATS, Look(width=60))).splitlines()
    assert lines[0] == "articles        6,422"
    assert "languages       en 3,211 · zh 3,211" in lines
    assert "index size      41.2 MB" in lines
    assert {line[14:16] for line in lines} == {"  "}
    assert max(map(len, lines)) <= 60
    assert any("2 more" in line for line in lines)


def test_sizes_are_written_as_people_say_them() -> None:
    sizes = [byte_size(count) for count in (0, 999, 1000, 41_230_000, 5 * 10**15)]
    assert sizes == ["0 bytes", "999 bytes", "1.0 kB", "41.2 MB", "5,000.0 TB"]


def test_the_summary_is_one_line() -> None:
    report = IndexReport(12, 3, 0, 1, 6608, articles=15, seconds=0.41)
    assert render_summary(report) == (
        "added 12, changed 3, renamed 0, removed 1, unchanged 6,608, failed 0 — "
        "0.41 s, 37 articles/s\n"
    )
    assert render_summary(IndexReport(dry_run=True)).startswith("dry run: added 0")


def test_a_run_that_read_nothing_has_no_rate() -> None:
    assert render_summary(IndexReport(removed=2, seconds=0.5)).endswith("failed 0 — 0.50 s\n")


def test_new_failures_are_listed_at_most_twenty_and_known_ones_counted() -> None:
    failed = tuple(FailedFile(f"{number:02}.md", "bad\x1b", number >= 2) for number in range(27))
    report = IndexReport(failed=failed, warnings=("a.md:3: odd",))
    lines = list(render_problems(report, everything=False))
    assert lines[0] == "02.md: bad\\x1b\n"
    assert lines[-1] == "… and 5 more (-v lists all)\n"
    assert len(lines) == 21
    lines = list(render_problems(report, everything=True))
    assert [line[:5] for line in lines[-3:]] == ["00.md", "01.md", "a.md:"]
    assert len(lines) == 28
    assert render_known_failures(report) == "2 files fail as before (-v lists all)\n"
    assert render_known_failures(IndexReport(failed=failed[2:])) == ""
