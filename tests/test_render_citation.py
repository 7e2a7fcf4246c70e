from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from invented_exports import BOTH, FERRY_EXPORT, ORIGIN, STRIKE_EXPORT, dated, exported, texts

from newssearch.article.model import Paragraph
from newssearch.export import Export
from newssearch.options import QueryOptions, Sort
from newssearch.render.citation import Name, abstract, citation, name_of, one_line, provenance
from newssearch.render.safe import visible
from newssearch.results import Results


def export_of(**options: object) -> Export:
    asked = replace(QueryOptions(limit=None), **options)  # type: ignore[arg-type]
    return Export(Results("strike", 4, 2), asked, 7, "2020-09-01", 2, iter(BOTH))


def test_an_article_is_cited_with_what_is_known_of_it() -> None:
    cited = citation(STRIKE_EXPORT)
    assert cited.key == "news4f21b7a0c3d9"
    assert cited.authors == (
        Name("Ada Verne", "Verne", "Ada"),
        Name("Tom Okoye", "Okoye", "Tom"),
    )
    assert cited.date == (2020, 8, 17)
    assert (cited.source, cited.lang) == ("harbour-post.example", "en")
    assert cited.abstract == " ".join(["Workers whistled."] * 12)
    bare = citation(FERRY_EXPORT)
    assert (bare.title, bare.authors, bare.date, bare.abstract) == (
        "Night ferry returns",
        (),
        (),
        "",
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2020", (2020,)),
        ("2020-08", (2020, 8)),
        ("2020-08-17T09:30:00+08:00", (2020, 8, 17)),
    ],
)
def test_a_date_has_as_many_parts_as_are_known(text: str, parts: tuple[int, ...]) -> None:
    assert citation(dated(text)).date == parts


@pytest.mark.parametrize(
    ("author", "family", "given"),
    [
        ("Ada Verne", "Verne", "Ada"),
        ("John F. Doe", "Doe", "John F."),
        ("Zoë Ó'Brien-Łąk", "Ó'Brien-Łąk", "Zoë"),
    ],
)
def test_plain_names_are_taken_apart(author: str, family: str, given: str) -> None:
    assert name_of(author) == Name(author, family, given)


@pytest.mark.parametrize(
    "author",
    ["BBC News", "The Harbour Post", "Reuters Staff", "Li Na", "Tan Dawn Wei", "拖拉机", "Ada",
     "Ludwig van Beethoven", "Maria García Márquez", "Verne, Ada", "Ada Verne and Tom Okoye",
     "ada verne", "Ada Verne 2", "Dr. Ada Verne", "Anna Petrowna Verne"],
)  # fmt: skip
def test_names_that_could_be_read_otherwise_stay_whole(author: str) -> None:
    assert name_of(author) == Name(author)


def test_keywords_and_tags_are_each_named_once() -> None:
    one = exported(keywords=("strike", "minsk"), tags=("minsk", " ", "tractors"))
    assert citation(one).keywords == ("strike", "minsk", "tractors")


def test_an_abstract_is_the_first_paragraph_with_text_in_it() -> None:
    one = exported(body=(Paragraph(1, " "), Paragraph(2, "The gates\nopened."), Paragraph(3, "x")))
    assert abstract(one.article) == "The gates opened."


def test_a_long_abstract_ends_with_a_word_and_says_that_it_goes_on() -> None:
    words = "whistles " * 200
    cut = abstract(exported(body=(Paragraph(1, words),)).article)
    assert cut.endswith(" whistles…")
    assert 550 < len(cut) <= 601
    unbroken = abstract(exported(body=(Paragraph(1, "罢" * 2000),)).article)
    assert unbroken == "罢" * 600 + "…"


@given(texts)
@settings(max_examples=200, deadline=None)
def test_every_text_is_one_harmless_line(text: str) -> None:
    line = one_line(text)
    assert line.splitlines() == ([line] if line else [])
    assert visible(line) == line
    line.encode("utf-8")


def test_where_an_export_is_from_has_the_options_as_they_are_typed() -> None:
    options = {"since": "2020-08", "lang": "en", "any_word": True, "collapse": False, "limit": 5,
               "sort": Sort.OLDEST}  # fmt: skip
    origin = provenance(export_of(**options))
    assert (
        origin.query
        == "strike --since 2020-08 --lang en --sort oldest --any --no-collapse --limit 5"
    )
    assert provenance(export_of()).query == "strike"
    assert (origin.generation, origin.exported) == (7, "2020-09-01")
    assert (origin.count, origin.total, origin.total_stories) == (2, 4, 2)


def test_where_an_export_is_from_is_a_line_for_people() -> None:
    assert ORIGIN.line == (
        "newssearch export tractor strike --since 2020-08 "
        "(index generation 7, 2020-09-01; 2 exported; found 4 articles of 2 stories)"
    )
    assert replace(ORIGIN, total=1, total_stories=1).counts == (
        "2 exported; found 1 article of 1 story"
    )
