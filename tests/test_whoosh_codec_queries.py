"""Whoosh's own searcher on columnar segments gives the same hits, scores, orders, groups and
suggestions as the same searcher on Whoosh's own codec."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import both_codecs
import pytest
from both_codecs import TEXTS, Asked, Opened, ids, scores
from generated_archive import SEED, TREES
from whoosh import query, scoring, sorting
from whoosh.qparser import QueryParser

pytestmark = pytest.mark.usefixtures("unsynced")

layout, make = both_codecs.layout, both_codecs.make


# --- queries --------------------------------------------------------------------------------------


def test_queries_have_the_same_hits_and_scores(make: Callable[[bool], Opened]) -> None:
    opened = make(False)
    asked = Asked(SEED + 3)
    weightings = [
        scoring.BM25F(),
        scoring.BM25F(B=0.3, K1=2),
        scoring.TF_IDF(),
        scoring.Frequency(),
    ]
    searchers = [
        [type(one)(one.reader(), weighting=weighting, fromindex=one._ix) for one in opened]
        for weighting in weightings
    ]
    found = 0
    for _ in range(TREES):
        wanted = asked.query()
        ours, theirs = asked.random.choice(searchers)
        mine, expected = scores(ours, wanted), scores(theirs, wanted)
        assert mine == pytest.approx(expected, rel=1e-5, abs=1e-9), f"seed {SEED}: {wanted!r}"
        found += len(mine)
    assert found > TREES


def test_queries_have_the_same_hits_where_documents_were_deleted(
    make: Callable[[bool], Opened],
) -> None:
    ours, theirs = make(True)
    asked = Asked(SEED + 4)
    found = 0
    for _ in range(TREES):
        wanted = asked.query()
        mine, expected = set(scores(ours, wanted)), set(scores(theirs, wanted))
        assert mine == expected, f"seed {SEED}: {wanted!r}"
        found += len(mine)
    assert found > TREES


def test_the_best_hits_are_the_first_of_all_hits(make: Callable[[bool], Opened]) -> None:
    """On Whoosh's own codec they are not: what it skips as too low is not always so."""
    ours, _ = make(True)
    asked = Asked(SEED + 5)
    for _ in range(TREES // 4):
        wanted = (
            asked.leaf("body")
            if asked.random.random() < 0.3
            else query.Or(
                [query.And([asked.term("body"), asked.term("title")]), asked.term("body")]
            )
        )
        every = [hit.score for hit in ours.search(wanted, limit=None)]
        for limit in (1, 3, 10):
            best = [hit.score for hit in ours.search(wanted, limit=limit)]
            assert best == pytest.approx(every[:limit]), f"seed {SEED}: {wanted!r}"


def test_a_query_of_terms_that_whoosh_has_parsed_is_answered(
    make: Callable[[bool], Opened],
) -> None:
    """Without the schema: the fields' text becomes terms before Whoosh, so it cannot analyse it."""
    opened = make(False)
    found = 0
    for text in ("source:bay* AND lang:en", "=pilots OR body:port^2", 'body:"fog port"~4 path:2*'):
        parsed = QueryParser("title", None).parse(text)
        mine, expected = (scores(one, parsed) for one in opened)
        assert mine == pytest.approx(expected)
        found += len(mine)
    assert found


def test_the_terms_that_matched_are_known(make: Callable[[bool], Opened]) -> None:
    wanted = query.Or([query.Term("title", "fog"), query.Prefix("body", "=st")])
    found = []
    for searcher in make(False):
        names = ids(searcher)
        hits = searcher.search(wanted, limit=None, terms=True)
        found.append({names[hit.docnum]: sorted(hit.matched_terms()) for hit in hits})
    assert found[0] == found[1]
    assert found[0]


# --- sorting, grouping, spelling ------------------------------------------------------------------

ORDERS: Sequence[Any] = (
    sorting.MultiFacet(["date_key", "id_key"]),
    sorting.MultiFacet([sorting.FieldFacet("date_key", reverse=True), "path_key"]),
    sorting.MultiFacet([sorting.FieldFacet("words", reverse=True), "title_key", "id_key"]),
    sorting.MultiFacet(["story_key", "added_key", "kind_key", "id_key"]),
    sorting.MultiFacet([sorting.ScoreFacet(), "id_key"]),
    sorting.MultiFacet(["title_length", "body_length", "keywords_length", "id_key"]),
    sorting.MultiFacet([sorting.FieldFacet("lang_key", reverse=True), "id_key"]),
    "id_key",
    "id",  # without a column: by its terms
)


@pytest.mark.parametrize("limit", [None, 7])
def test_sorting_gives_the_same_order(make: Callable[[bool], Opened], limit: int | None) -> None:
    opened = make(False)
    asked = Asked(SEED + 6)
    for order in ORDERS:
        for wanted in (query.Every(), query.Or([asked.term(field) for field in TEXTS])):
            for reverse in (False, True):
                mine, expected = (
                    [
                        ids(one)[hit.docnum]
                        for hit in one.search(wanted, limit=limit, sortedby=order, reverse=reverse)
                    ]
                    for one in opened
                )
                assert mine == expected, f"seed {SEED}: {wanted!r} {order!r}"


GROUPS: Sequence[Any] = (
    "lang_key",
    "kind_key",
    "story_key",
    "date_source_key",
    "words",
    sorting.FieldFacet("author", allow_overlap=True),
    sorting.FieldFacet("source", allow_overlap=True),
    sorting.QueryFacet({"fog": query.Term("body", "fog"), "port": query.Term("title", "port")}),
)


@pytest.mark.parametrize("deleting", [False, True])
def test_grouping_gives_the_same_groups(make: Callable[[bool], Opened], deleting: bool) -> None:
    opened = make(deleting)
    for facet in GROUPS:
        found = []
        for searcher in opened:
            names = ids(searcher)
            grouping = sorting.FieldFacet(facet) if isinstance(facet, str) else facet
            hits = searcher.search(query.Every(), limit=None, groupedby={"group": grouping})
            groups = hits.groups("group")
            found.append({key: {names[n] for n in of} for key, of in groups.items()})
        assert found[0] == found[1], facet
        assert len(found[0]) > 1


def test_filters_masks_and_collapsing_act_alike(make: Callable[[bool], Opened]) -> None:
    opened = make(False)
    english, page = query.Term("lang", "en"), query.Term("kind", "page")
    for wanted in (query.Every(), query.Term("body", "fog"), query.Prefix("title", "=p")):
        for options in ({"filter": english}, {"mask": page}, {"filter": english, "mask": page}):
            mine, expected = (scores(one, wanted, **options) for one in opened)
            assert mine == pytest.approx(expected)
        collapsed = []
        for searcher in opened:
            order = sorting.FieldFacet("id_key")
            hits = searcher.search(wanted, limit=None, collapse="story_key", collapse_order=order)
            names = ids(searcher)
            collapsed.append({names[hit.docnum] for hit in hits})
        assert collapsed[0] == collapsed[1]


def test_spelling_suggests_the_same_words(make: Callable[[bool], Opened]) -> None:
    opened = make(False)
    for field, text in (
        *(("body", word) for word in ("=harbuor", "=piolts", "strke", "=стрт", "portt", "zzzz")),
        ("title", "=foog"),
        ("author", "adaa"),
        ("source", "bay.og"),
    ):
        for options in ({}, {"maxdist": 1}, {"prefix": 1}, {"limit": 1}):
            mine, expected = (one.suggest(field, text, **options) for one in opened)
            assert mine == expected, text
            assert mine == opened.ours.corrector(field).suggest(text, **options)
    assert "harbour" in opened.ours.suggest("body", "harbuor")


def test_common_and_distinctive_terms_are_the_same(make: Callable[[bool], Opened]) -> None:
    ours, theirs = (searcher.reader() for searcher in make(False))
    for field in (*TEXTS, "lang", "author"):
        for prefix in ("", "p", "=p"):
            for ways in ("most_frequent_terms", "most_distinctive_terms"):
                mine, expected = (getattr(one, ways)(field, 9, prefix) for one in (ours, theirs))
                assert [term for _, term in mine] == [term for _, term in expected]
                assert [n for n, _ in mine] == pytest.approx([n for n, _ in expected])


def test_key_terms_are_out_of_reach_on_both(make: Callable[[bool], Opened]) -> None:
    """They are made of stored text or vectors, which the schema does not have."""
    for searcher in make(False):
        with pytest.raises(Exception, match=r"stored|vector"):
            searcher.key_terms([0], "body")
