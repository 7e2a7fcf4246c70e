from __future__ import annotations

import rispy
from hypothesis import given, settings
from invented_exports import (
    BOTH,
    HOSTILE,
    ORIGIN,
    dated,
    exported,
    hostile_article,
    numbered,
    texts,
)

from newssearch.export import ExportedArticle
from newssearch.render.citation import citation
from newssearch.render.export_ris import render_ris


def read(*articles: ExportedArticle) -> list[dict[str, object]]:
    """The records as rispy reads them."""
    return list(rispy.loads("".join(render_ris(articles, ORIGIN))))


def test_an_article_is_a_newspapers_and_reads_back_whole() -> None:
    strike, ferry = read(*BOTH)
    assert strike["type_of_reference"] == "NEWS"
    assert strike["id"] == "news4f21b7a0c3d9"
    assert strike["title"] == "Lukashenko jeered by strikers at a tractor works"
    assert strike["translated_title"] == "A day in Minsk"
    assert strike["authors"] == ["Verne, Ada", "Okoye, Tom"]
    assert (strike["year"], strike["date"]) == ("2020", "2020/08/17/")
    assert strike["secondary_title"] == "harbour-post.example"
    assert strike["urls"] == ["https://harbour-post.example/europe/1207"]
    assert strike["keywords"] == ["belarus", "strike"]
    assert strike["language"] == "en"
    assert str(strike["abstract"]).startswith("Workers whistled.")
    assert strike["notes"] == [
        "news/2020/08/17/tractor-strike.md, story 4f21b7a0c3d9",
        ORIGIN.line,
    ]
    assert set(ferry) == {"type_of_reference", "id", "title", "notes"}


def test_a_date_says_no_more_than_is_known() -> None:
    assert [record["date"] for record in read(dated("2020"), dated("2020-08"))] == [
        "2020///",
        "2020/08//",
    ]


def test_lines_end_as_ris_says() -> None:
    text = "".join(render_ris(BOTH, ORIGIN))
    assert text.startswith("TY  - NEWS\r\n")
    assert text.endswith("ER  - \r\n\r\n")
    assert text.count("\n") == text.count("\r\n")


def test_outlets_and_names_in_other_scripts_stay_whole() -> None:
    (record,) = read(exported(authors=("BBC News", "拖拉机", "Li Na")))
    assert record["authors"] == ["BBC News", "拖拉机", "Li Na"]


def test_no_text_of_an_article_ends_or_begins_a_record() -> None:
    articles = [hostile_article(text) for text in HOSTILE]
    records = read(*articles)
    assert len(records) == len(HOSTILE)
    for record, article in zip(records, articles, strict=True):
        cited = citation(article)
        assert record["type_of_reference"] == "NEWS"
        assert record["title"] == cited.title
        assert record["abstract"] == cited.abstract


@given(texts)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_an_article_is_one_record_with_it(text: str) -> None:
    article = hostile_article(text)
    before, record, after = read(BOTH[0], article, BOTH[1])
    cited = citation(article)
    assert record.get("title", "") == cited.title
    assert record["keywords"] == list(cited.keywords)
    assert record.get("secondary_title", "") == cited.source
    assert (before["id"], after["id"]) == ("news4f21b7a0c3d9", "news4f21b7ffffff")


def test_there_are_as_many_records_as_articles() -> None:
    articles = numbered(250)
    assert [record["title"] for record in read(*articles)] == [
        one.article.title for one in articles
    ]
    assert read() == []
