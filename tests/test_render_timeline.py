"""`render.timeline`, `render.timeline_svg` and `render.facets`: what is counted, drawn."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from test_render_json import validate

from newssearch.render.facets import (
    render_facet,
    render_facet_csv,
    render_facet_tsv,
    render_with_hits,
    totals,
)
from newssearch.render.json_form import render_facet_json, render_timeline_json
from newssearch.render.look import Look
from newssearch.render.timeline import (
    DRAWN_WITH,
    render_timeline,
    render_timeline_csv,
    render_timeline_tsv,
)
from newssearch.render.timeline_svg import render_timeline_svg
from newssearch.render.wrap import columns
from newssearch.results import Facet, FacetCount, Note, Period, Timeline


def months(*counts: int, archive: int = 2000) -> tuple[Period, ...]:
    """From 2020-01 on, each with so many articles."""
    return tuple(
        Period(
            f"{2020 + i // 12}-{i % 12 + 1:02}", f"{2020 + i // 12}-{i % 12 + 1:02}-01", count,
            count // 2, archive, count / archive if archive else 0.0,
        )
        for i, count in enumerate(counts)
    )  # fmt: skip


FOUND = Timeline("month", "port fog", 1510, 755, months(1000, 0, 10, 0, 0, 0, 0, 500))
FACET = Facet(
    "author", "port", 30, 12, 7,
    (FacetCount("Ada Verne", 1200, 9), FacetCount("艾达", 3, 3), FacetCount('=A"1', 2, 1)),
    FacetCount("", 4, 4),
)  # fmt: skip
PLAIN = Look(width=60)


def drawn(found: Timeline, look: Look = PLAIN, ascii_only: bool = False) -> str:
    return "".join(render_timeline(found, look, ascii_only))


def svg(found: Timeline) -> ElementTree.Element:
    text = "".join(render_timeline_svg(found))
    return ElementTree.fromstring(text.encode())  # noqa: S314 (our own picture)


def texts(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter("{http://www.w3.org/2000/svg}text")]


# --- bars -----------------------------------------------------------------------------------------


def test_a_line_has_period_count_share_and_bar_and_long_gaps_are_one() -> None:
    assert drawn(FOUND) == (
        "2020-01  1,000   50.0 %  " + "█" * 35 + "\n"
        "2020-02      0    0.0 %\n"
        "2020-03     10    0.5 %  ▍\n"
        "… 4 months without any …\n"
        "2020-08    500   25.0 %  " + "█" * 17 + "▌\n"
    )


def test_no_line_is_wider_than_the_terminal() -> None:
    for width in (40, 60, 100, 200):
        for line in drawn(FOUND, Look(width=width)).splitlines():
            assert columns(line) <= width


def test_bars_are_as_long_as_their_numbers_to_an_eighth() -> None:
    counts = [1000, *range(125, 1000, 125)]
    lines = drawn(Timeline("month", "", 1, 1, months(*counts))).splitlines()
    eighths = [8 * line.count("█") + max(DRAWN_WITH.find(line[-1]), 0) % 8 for line in lines]
    width = eighths[0] / 8
    assert width > 20
    for count, found in zip(counts, eighths, strict=True):
        assert abs(found - count * width * 8 / 1000) <= 0.5


def test_one_article_among_thousands_is_to_be_seen() -> None:
    first, second = drawn(Timeline("month", "", 1, 1, months(100_000, 1))).splitlines()
    assert second.endswith("▏")
    assert first.endswith("█")


def test_a_terminal_without_blocks_gets_ascii() -> None:
    text = drawn(FOUND, ascii_only=True)
    assert text.isascii()
    assert "2020-03     10    0.5 %  #\n... 4 months without any ...\n" in text


def test_where_all_is_counted_there_is_no_share() -> None:
    found = Timeline("month", "", 7, 7, (*months(7, archive=7), *months(0, 0, archive=0)[1:]))
    assert drawn(found) == "2020-01  7  " + "█" * 48 + "\n2020-02  0\n"


def test_where_the_archive_has_nothing_there_is_no_share() -> None:
    found = Timeline("month", "", 7, 7, (*months(7, 0, archive=9)[:1], *months(0, 0, archive=0)))
    assert drawn(found).splitlines()[1] == "2020-01  0"


def test_a_week_is_shown_with_its_monday() -> None:
    found = Timeline("week", "", 1, 1, (Period("2020-W35", "2020-08-24", 1, 1, 2, 0.5),))
    assert drawn(found).startswith("2020-W35 08-24  1   50.0 %  █")


def test_only_bars_and_gaps_are_coloured() -> None:
    first, *_ = drawn(FOUND, Look(60, color=True)).splitlines()
    assert re.fullmatch(r"2020-01  1,000   50.0 %  \x1b\[36m█+\x1b\[0m", first)


def test_nothing_found_is_nothing_drawn() -> None:
    nothing = Timeline("month", "x", 0, 0)
    assert drawn(nothing) == "".join(render_timeline_tsv(nothing)) == ""
    assert "".join(render_timeline_csv(nothing)).count("\n") == 1


def test_programs_get_every_period() -> None:
    lines = "".join(render_timeline_tsv(FOUND)).splitlines()
    assert len(lines) == 8
    assert lines[0] == "2020-01\t2020-01-01\t1000\t500\t2000\t0.500000"
    head, first, *_ = "".join(render_timeline_csv(FOUND)).split("\r\n")
    assert head == "period,start,articles,stories,archive,share"
    assert first == "2020-01,2020-01-01,1000,500,2000,0.500000"


# --- the picture ----------------------------------------------------------------------------------


def test_the_picture_says_in_words_what_it_shows() -> None:
    picture = svg(replace(FOUND, undated=FacetCount("", 1200, 3)))
    assert picture.get("role") == "img"
    space = "{http://www.w3.org/2000/svg}"
    named = {element.get("id"): element.text or "" for element in picture if element.get("id")}
    assert set((picture.get("aria-labelledby") or "").split()) == set(named)
    assert named["title"] == "Articles by month: port fog"
    assert "from 2020-01 to 2020-08" in named["desc"]
    assert "2020-01: 1,000" in named["desc"]
    assert "1,200 without a known month are not shown" in named["desc"]
    bars = [bar.findtext(f"{space}title") or "" for bar in picture.iter(f"{space}path")]
    assert bars == [
        "2020-01: 1,000 articles of 500 stories, 50.0% of the archive's",
        "2020-03: 10 articles of 5 stories, 0.5% of the archive's",
        "2020-08: 500 articles of 250 stories, 25.0% of the archive's",
    ]
    assert {"2020-01", "articles", "0", "1,000"} <= set(texts(picture))


def test_the_picture_needs_nothing_else() -> None:
    text = "".join(render_timeline_svg(FOUND))
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert "<script" not in text
    assert "href" not in text
    assert "prefers-color-scheme: dark" in text


@pytest.mark.parametrize(
    "query", ["<b>&\"'</b>", "]]><script>x</script>", "\x1b[31m\x00", "\u202e\ud800", "\uffff"]
)
def test_a_query_is_text_in_the_picture_whatever_is_in_it(query: str) -> None:
    picture = svg(replace(FOUND, query=query))
    assert not {element.tag.rpartition("}")[2] for element in picture.iter()} - {
        "svg", "title", "desc", "style", "text", "line", "path",
    }  # fmt: skip
    assert picture.find("{http://www.w3.org/2000/svg}script") is None


def test_a_long_query_is_cut_in_the_title() -> None:
    title = texts(svg(replace(FOUND, query="port " * 100)))[0]
    assert len(title) < 120
    assert title.endswith("…")
    chinese = texts(svg(replace(FOUND, query="罢工" * 100)))[0]
    assert chinese.endswith("…")
    assert columns(chinese) <= columns(title) + 1  # as wide on the picture, and within it


def test_a_picture_of_undated_articles_does_not_say_that_nothing_was_found() -> None:
    picture = svg(Timeline("day", "fog", 3, 2, (), undated=FacetCount("", 3, 2)))
    words = "3 articles of 2 stories; 3 without a known day are not shown."
    assert picture.findtext("{http://www.w3.org/2000/svg}desc") == words
    assert words in texts(picture)
    assert "Nothing was found." in texts(svg(Timeline("day", "fog", 0, 0, ())))


@pytest.mark.parametrize("most", [1, 2, 3, 7, 9, 10, 19, 99, 101, 12_345, 10**7])
def test_lines_stand_at_round_numbers_above_the_highest_bar(most: int) -> None:
    picture = svg(Timeline("month", "", most, most, months(most, 0, 1)))
    numbers = [
        int(text.replace(",", "")) for text in texts(picture) if re.fullmatch("[0-9,]+", text)
    ]
    step = numbers[1] - numbers[0]
    assert numbers == list(range(0, numbers[-1] + 1, step))
    assert re.fullmatch("[125]0*", str(step))
    assert most <= numbers[-1] < most + step
    assert len(numbers) <= 9


@pytest.mark.parametrize("count", [1, 2, 12, 13, 60, 250, 1200])
def test_labels_do_not_touch_and_bars_stay_in_the_picture(count: int) -> None:
    picture = svg(Timeline("month", "", count, count, months(*([5] * count))))
    space = "{http://www.w3.org/2000/svg}"
    labels = sorted(
        float(element.get("x") or 0)
        for element in picture.iter(f"{space}text")
        if re.fullmatch(r"\d{4}-\d\d", element.text or "")
    )
    assert labels
    assert all(after - before > 60 for before, after in pairwise(labels))
    places = [
        (float(x), float(width))
        for path in picture.iter(f"{space}path")
        for x, width in re.findall(r"M([\d.]+) \d+V[\d.]+h([\d.]+)V", path.get("d") or "")
    ]
    assert len(places) == count
    assert min(x for x, _ in places) >= 64
    assert max(x + width for x, width in places) <= 960 - 16 + 0.1


def test_a_year_s_labels_are_round() -> None:
    periods = tuple(Period(f"{year}", f"{year}-01-01", 1, 1, 1, 1.0) for year in range(1903, 2024))
    found = [text for text in texts(svg(Timeline("year", "", 1, 1, periods))) if len(text) == 4]
    assert found == ["1920", "1940", "1960", "1980", "2000", "2020"]


# --- facets ---------------------------------------------------------------------------------------


def test_a_facet_is_a_table_whose_columns_hold_wide_characters() -> None:
    text = "".join(render_facet(FACET, PLAIN))
    assert text == (
        "author     articles  stories\n"
        "Ada Verne     1,200        9\n"
        "艾达              3        3\n"
        '=A"1              2        1\n'
        "(none)            4        4\n"
    )


def test_a_long_value_is_cut_for_a_terminal_and_whole_for_a_program() -> None:
    found = replace(FACET, values=(FacetCount("fog " * 30, 1, 1),))
    lines = "".join(render_facet(found, PLAIN)).splitlines()
    assert all(columns(line) <= 60 for line in lines)
    assert "…" in lines[1]
    assert "fog " * 30 in "".join(render_facet_tsv(found))


def test_programs_get_values_that_steer_nothing() -> None:
    found = replace(FACET, values=(FacetCount("a\tb\x1b[1m", 1, 1), FacetCount("=1+1", 1, 1)))
    assert "".join(render_facet_tsv(found)) == "a\\tb\\x1b[1m\t1\t1\n=1+1\t1\t1\n\t4\t4\n"
    assert "".join(render_facet_csv(found)).split("\r\n") == [
        "author,articles,stories", "a\\tb\\x1b[1m,1,1", "'=1+1,1,1", ",4,4", "",
    ]  # fmt: skip
    assert '"\'=A""1"' in "".join(render_facet_csv(FACET))
    assert "\x1b" not in "".join(render_facet(found, PLAIN))


def test_without_values_there_is_no_table() -> None:
    assert "".join(render_facet(Facet("tag", "x", 0, 0, 0), PLAIN)) == ""


def test_with_hits_the_most_frequent_values_are_a_line() -> None:
    counts = {f"v{i}": 1000 - i for i in range(12)}
    lines = "".join(render_with_hits({"source": {"": 3}, "tag": counts}, PLAIN)).splitlines()
    assert lines[0] == "source  (none) 3"
    assert lines[1].startswith("tag     v0 1,000 · v1 999 · ")
    assert lines[1].endswith(" · v9 991 · 2 more")


@pytest.mark.parametrize(
    ("articles", "stories", "said"),
    [(1, 1, "1 article of 1 story"), (2630, 12, "2,630 articles of 12 stories")],
)
def test_totals_in_words(articles: int, stories: int, said: str) -> None:
    assert totals(articles, stories) == said


# --- JSON -----------------------------------------------------------------------------------------


def test_counts_are_the_json_that_the_schema_says() -> None:
    note = Note("unknown-field", "there is no field titel", 0, 5, "title")
    facet = json.loads(render_facet_json(replace(FACET, notes=(note,))))
    validate(facet, "facet")
    assert facet["values"][1] == {"value": "艾达", "articles": 3, "stories": 3}
    assert facet["without"] == {"articles": 4, "stories": 4}
    timeline = json.loads(render_timeline_json(replace(FOUND, notes=(note,))))
    validate(timeline, "timeline")
    assert timeline["periods"][2] == {
        "label": "2020-03", "start": "2020-03-01", "articles": 10, "stories": 5,
        "archive": 2000, "share": 0.005,
    }  # fmt: skip
    validate(json.loads(render_facet_json(Facet("tag", "x", 0, 0, 0))), "facet")
    validate(json.loads(render_timeline_json(Timeline("day", "x", 0, 0))), "timeline")
