from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path

import pytest
from brute_force import BruteForceEngine, BruteForceSnapshot
from invented_documents import commit, document, word

from newssearch import facets
from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Kind
from newssearch.engine.base import Document, Search
from newssearch.engine.facet_values import FACETS, UNITS, period_of, spelling
from newssearch.errors import QuerySyntaxError, UsageError
from newssearch.index_folder import IndexFolder
from newssearch.indexer import update_index
from newssearch.options import QueryOptions
from newssearch.query import NewsIndex
from newssearch.question import without_pages
from newssearch.results import Hit, Timeline
from newssearch.syntax.nodes import Everything, Node

EVERYTHING = without_pages(Everything())


def holding(*documents: Document) -> BruteForceSnapshot:
    engine = BruteForceEngine(Analyzer())
    commit(engine, documents)
    return engine.snapshot()


def dated(*dates: str) -> BruteForceSnapshot:
    return holding(*(document(f"{i}.md", "port", date=date) for i, date in enumerate(dates)))


def timeline(snapshot: BruteForceSnapshot, by: str = "", tree: Node = EVERYTHING) -> Timeline:
    return facets.timeline(snapshot, Search(tree), by)


def labels(found: Timeline) -> list[tuple[str, int]]:
    return [(period.label, period.articles) for period in found.periods]


# --- fields ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("author", "author"), ("Authors", "author"), ("keywords", "keyword"), ("kw", "keyword"),
        ("tags", "tag"), ("site", "source"), ("sources", "source"), ("language", "lang"),
        ("months", "month"), ("YEAR", "year"),
    ],
)  # fmt: skip
def test_a_field_is_known_by_its_other_names(name: str, field: str) -> None:
    if name == "kw":
        with pytest.raises(UsageError):  # keywords as text, not as what is counted
            facets.facet_field(name)
    else:
        assert facets.facet_field(name) == field


@pytest.mark.parametrize(
    ("name", "advice"), [("autor", "did you mean author?"), ("x", "source, lang, kind"), ("", "")]
)
def test_an_unknown_field_is_refused_with_the_nearest_one(name: str, advice: str) -> None:
    with pytest.raises(UsageError, match="nothing is counted by") as caught:
        facets.facet_field(name)
    assert advice in str(caught.value)


# --- values ---------------------------------------------------------------------------------------

NEWS = (
    document("a.md", "port", source="bay.org", keywords=("fog", "Fog", "harbour"), story="s1"),
    document("b.md", "port", source="bay.org", keywords=("FOG", "Fog"), story="s1"),
    document("c.md", "port", source="cape.net", keywords=("harbour",), story="s2"),
    document("d.md", "port", source="", keywords=("quay",), story="s3"),
    document("p.md", "port", source="bay.org", kind=Kind.PAGE, story="s4"),
)


def test_the_most_frequent_values_come_first_and_equal_ones_by_name() -> None:
    found = facets.facet(holding(*NEWS), Search(EVERYTHING), "keyword", None)
    assert [(v.value, v.articles, v.stories) for v in found.values] == [
        ("Fog", 2, 1), ("harbour", 2, 2), ("quay", 1, 1),
    ]  # fmt: skip
    assert (found.total, found.total_stories, found.distinct) == (4, 3, 3)
    assert found.without.articles == 0


def test_what_is_without_a_value_is_counted_apart() -> None:
    found = facets.facet(holding(*NEWS), Search(EVERYTHING), "source", None)
    assert [(v.value, v.articles) for v in found.values] == [("bay.org", 2), ("cape.net", 1)]
    assert (found.without.articles, found.without.stories) == (1, 1)


def test_a_limit_keeps_the_most_frequent_and_says_how_many_there_are() -> None:
    found = facets.facet(holding(*NEWS), Search(EVERYTHING), "keyword", 1)
    assert [v.value for v in found.values] == ["Fog"]
    assert found.distinct == 3


def test_periods_are_in_the_order_of_time_also_when_limited() -> None:
    snapshot = dated("2021-05", "2019", "2020-01", "2020-02", "2019", "2020-07", "")
    every = facets.facet(snapshot, Search(EVERYTHING), "year", None)
    assert [(v.value, v.articles) for v in every.values] == [("2019", 2), ("2020", 3), ("2021", 1)]
    assert every.without.articles == 1
    two = facets.facet(snapshot, Search(EVERYTHING), "year", 2)
    assert [v.value for v in two.values] == ["2019", "2020"]


def test_several_fields_of_a_query_are_counted_in_articles_the_valueless_last() -> None:
    found = facets.facets(holding(*NEWS), Search(EVERYTHING), ["source", "kind", "source"])
    assert found == {"source": {"bay.org": 2, "cape.net": 1, "": 1}, "kind": {"article": 4}}
    assert list(found["source"]) == ["bay.org", "cape.net", ""]


def test_nothing_asked_is_nothing_counted() -> None:
    snapshot = holding(*NEWS)
    assert facets.facet(snapshot, None, "tag", None).values == ()
    assert facets.facets(snapshot, None, ["tag"]) == {"tag": {}}
    assert facets.timeline(snapshot, None).periods == ()


@pytest.mark.parametrize(
    ("day", "periods"),
    [
        ("2021-01-02", ("2021-01-02", "2020-W53", "2021-01", "2021")),
        ("2019-12-30", ("2019-12-30", "2020-W01", "2019-12", "2019")),
        ("2020-08", ("", "", "2020-08", "2020")),
        ("2020", ("", "", "", "2020")),
        ("", ("", "", "", "")),
    ],
)
def test_a_date_has_the_periods_that_are_known(day: str, periods: tuple[str, ...]) -> None:
    assert tuple(period_of(day, unit) for unit in UNITS) == periods


def test_a_name_is_spelt_as_most_often_and_equal_spellings_by_their_letters() -> None:
    assert spelling({"fog": 2, "Fog": 3}) == "Fog"
    assert spelling({"fog": 2, "Fog": 2, "FOG": 1}) == "Fog"


# --- time -----------------------------------------------------------------------------------------


def test_gaps_are_periods_without_articles() -> None:
    found = timeline(dated("2020-08-27", "2020-08-30", "2020-08-30"), "day")
    assert labels(found) == [
        ("2020-08-27", 1), ("2020-08-28", 0), ("2020-08-29", 0), ("2020-08-30", 2),
    ]  # fmt: skip
    assert (found.by, found.total, found.undated.articles) == ("day", 3, 0)


@pytest.mark.parametrize(
    ("by", "dates", "expected", "starts"),
    [
        ("week", ("2020-12-31", "2021-01-11"), ("2020-W53", "2021-W01", "2021-W02"),
         ("2020-12-28", "2021-01-04", "2021-01-11")),
        ("month", ("2019-11-03", "2020-02"), ("2019-11", "2019-12", "2020-01", "2020-02"),
         ("2019-11-01", "2019-12-01", "2020-01-01", "2020-02-01")),
        ("year", ("0999-11-03", "1001"), ("0999", "1000", "1001"),
         ("0999-01-01", "1000-01-01", "1001-01-01")),
    ],
)  # fmt: skip
def test_every_period_has_a_label_and_a_first_day(
    by: str, dates: tuple[str, ...], expected: tuple[str, ...], starts: tuple[str, ...]
) -> None:
    found = timeline(dated(*dates), by)
    assert tuple(period.label for period in found.periods) == expected
    assert tuple(period.start for period in found.periods) == starts


def test_dates_that_are_known_less_exactly_are_undated_there() -> None:
    snapshot = dated("2020-08-27", "2020-08", "2020", "")
    undated = {by: timeline(snapshot, by).undated.articles for by in UNITS}
    assert undated == {"day": 3, "week": 3, "month": 2, "year": 1}


def test_a_share_is_of_the_archive_s_articles_of_the_time() -> None:
    snapshot = holding(
        document("a.md", "port fog", date="2020-08-27"),
        document("b.md", "fog", date="2020-08-27"),
        document("c.md", "fog", date="2020-08-28"),
        document("d.md", "port", date="2020-08-30"),
        document("p.md", "port", date="2020-08-27", kind=Kind.PAGE),
    )
    found = timeline(snapshot, "day", without_pages(word("port")))
    assert [(p.articles, p.archive, p.share) for p in found.periods] == [
        (1, 2, 0.5), (0, 1, 0.0), (0, 0, 0.0), (1, 1, 1.0),
    ]  # fmt: skip


def test_a_query_for_pages_has_its_share_of_everything() -> None:
    snapshot = holding(
        document("a.md", "port", date="2020-08-27"),
        document("p.md", "port", date="2020-08-27", kind=Kind.PAGE),
    )
    with_pages = timeline(snapshot, "day", Everything())
    assert [(p.articles, p.archive, p.share) for p in with_pages.periods] == [(2, 2, 1.0)]


def days(first: str, count: int, step: int = 1) -> list[str]:
    day = datetime.date.fromisoformat(first)
    return [str(day + datetime.timedelta(step * number)) for number in range(count)]


@pytest.mark.parametrize(
    ("dates", "unit"),
    [
        (days("2020-08-01", 40), "day"),
        (days("2020-08-01", 41), "week"),
        (days("2020-01-01", 120, 2), "week"),
        (days("2020-01-01", 200, 5), "month"),
        (days("1990-01-01", 200, 40), "year"),
        (["2020-08-27", "2020-08", "2020-08", "2020-09"], "month"),  # most are known to the month
        ([*days("2020-08-01", 30), "2020"], "day"),
        (days("2020-08-01", 200, 1)[::7] * 9 + ["1990-05-01"], "week"),  # one rare early article
        ([], "day"),
        (["", ""], "day"),
    ],
)
def test_unasked_the_finest_unit_is_chosen_that_fits_a_screen(dates: list[str], unit: str) -> None:
    assert timeline(dated(*dates)).by == unit


def test_too_many_periods_are_counted_by_a_coarser_unit_with_a_note() -> None:
    found = timeline(dated("1500-01-01", "2020-01-01"), "day")
    assert found.by == "week"
    assert len(found.periods) == 27_133
    assert sum(period.articles for period in found.periods) == 2
    (note,) = found.notes
    assert note.message.startswith("by day, these would be 189,927 periods: they are counted by w")


def test_the_first_and_the_last_day_there_is_are_counted() -> None:
    snapshot = dated("0001-01-01", "9999-12-31")
    found = timeline(snapshot, "day")
    assert found.by == "year"
    assert (found.periods[0].label, found.periods[-1].label) == ("0001", "9999")
    assert found.notes[0].message.startswith("by day, these would be 3,652,059 periods: they are c")
    ends = dated("9999-12-01", "9999-12-31")
    assert [period.label for period in timeline(ends, "week").periods][-1] == "9999-W52"
    begins = dated("0001-01-01", "0001-01-08")
    assert labels(timeline(begins, "week")) == [("0001-W01", 1), ("0001-W02", 1)]


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(UsageError, match="not by 'hour'"):
        timeline(dated("2020"), "hour")


# --- the library ----------------------------------------------------------------------------------


def value_of(hit: Hit, field: str) -> list[str]:
    match field:
        case "source" | "lang" | "kind":
            value = str(getattr(hit, field)).lower()
            return [value] if value else []
        case "year" | "month" | "day":
            length = {"year": 4, "month": 7, "day": 10}[field]
            return [hit.date[:length]] if len(hit.date) >= length else []
        case _:
            return [one.lower() for one in getattr(hit, f"{field}s")]


QUERIES = (
    "", "belarus", "lukashenko OR fog", "vaccine -lukashenko", "kind:page", "lang:zh", '"the "',
    "卢卡申科", "nowhere-at-all",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("field", ["source", "kind", "year", "month", "day", "author", "keyword"])
def test_counts_are_those_of_all_hits(news: NewsIndex, query: str, field: str) -> None:
    hits = news.query(query or "*", limit=None, collapse=False, snippets=False).hits
    counted: Counter[str] = Counter()
    for hit in hits:
        counted.update(set(value_of(hit, field)))
    found = news.facets(field, query)
    assert {one.value.lower(): one.articles for one in found.values} == counted
    assert found.total == len(hits)
    assert found.without.articles == sum(not value_of(hit, field) for hit in hits)
    if field in UNITS:
        periods = {p.label: p.articles for p in news.timeline(query, field).periods}
        assert {label: count for label, count in periods.items() if count} == counted


def test_options_say_what_is_counted(news: NewsIndex) -> None:
    every = news.facets("lang").total
    chinese = news.facets("lang", "", QueryOptions(lang="zh"))
    assert 0 < chinese.total < every
    assert chinese.values[0].value == "zh"
    since = news.timeline("", "day", QueryOptions(since="2020-08-28"))
    assert since.periods[0].label == "2020-08-28"
    loose = QueryOptions(any_word=True)
    assert news.facets("kind", "lukashenko fog").total < news.facets(
        "kind", "lukashenko fog", loose
    ).total  # fmt: skip


def test_notes_are_those_of_the_query(news: NewsIndex) -> None:
    assert [note.code for note in news.facets("lang", "titel:minsk").notes] == [
        note.code for note in news.query("titel:minsk").notes
    ]
    (note,) = news.timeline("lukashenka-nobody").notes
    assert note.code == "no-article-has"
    assert [note.code for note in news.facets("lang", "—").notes] == ["nothing-to-search"]
    with pytest.raises(QuerySyntaxError):
        news.facets("lang", "titel:minsk", QueryOptions(strict=True))


def test_a_query_counts_the_facets_that_it_is_asked_for(news: NewsIndex) -> None:
    results = news.query("belarus", limit=1, facets=("lang", "years"))
    assert list(results.facets) == ["lang", "year"]
    assert results.facets["lang"] == {
        one.value: one.articles for one in news.facets("lang", "belarus").values
    }
    assert news.query("belarus").facets == {}
    assert news.query("nowhere-at-all", facets=("lang",)).facets == {"lang": {}}
    with pytest.raises(UsageError):
        news.query("belarus", facets=("autor",))


def test_partial_matches_and_added_words_are_counted_as_they_are_found(news: NewsIndex) -> None:
    partly = news.query("lukashenko zzzz", fall_back=True, facets=("kind",))
    assert partly.partial
    assert sum(partly.facets["kind"].values()) == partly.total
    more = news.query("lukashenko", expand=True, facets=("kind",))
    assert sum(more.facets["kind"].values()) == more.total


def test_an_empty_index_has_no_facet_and_no_time(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    update_index(tmp_path / "index", [tmp_path / "none"])
    with NewsIndex(IndexFolder.open(tmp_path / "index")) as index:
        for field in FACETS:
            assert index.facets(field).distinct == 0
        assert index.timeline().periods == ()
