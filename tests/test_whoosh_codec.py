"""Whoosh's own searcher on columnar segments, against the same searcher on Whoosh's own codec.

Both hold the same generated documents; see `generated_archive` for how to ask more, or the same
again. What Whoosh itself gets wrong is not asked, but pinned at the end.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from engines import create
from generated_archive import SEED, TREES, Generated, fill
from invented_documents import commit, document
from whoosh import formats, index, query, scoring, sorting
from whoosh.columns import NumericColumn
from whoosh.filedb.structfile import StructFile
from whoosh.qparser import QueryParser
from whoosh.query import spans
from whoosh.reading import TermNotFound
from whoosh.writing import NO_MERGE, OPTIMIZE

import newssearch
from newssearch.analysis.analyzer import Analyzer
from newssearch.engine import whoosh_words, whoosh_writer
from newssearch.engine.columnar import compaction, words_writer
from newssearch.engine.whoosh_index import open_index
from newssearch.errors import UsageError
from newssearch.indexer import update_index

TEXTS = ("title", "keywords", "body")
NAMES = ("author", "has", "id", "kind", "lang", "path", "source", "story", "tag", "url")
ENGINES = ("columnar", "whoosh")
TERMS = (
    "fog harbour pilot =pilots strike =striking port =port reelect covid 19 us the 港口 порт"
).split()


pytestmark = pytest.mark.usefixtures("unsynced")


class Opened(NamedTuple):
    """The two as Whoosh opens them."""

    ours: Any
    theirs: Any


class WordLengths:
    """The documents of Whoosh's own codec with fields' lengths in words, exactly, as we count them.

    Whoosh's are counted in terms, of which an inflected word has two, and rounded to one byte.
    """

    def __init__(self, documents: Any) -> None:
        self._documents = documents
        self._known: dict[str, list[int]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)

    def _lengths(self, field: str) -> list[int]:
        if field not in self._known:
            column = self._documents.column_reader(f"{field}_length", NumericColumn("i"))
            self._known[field] = list(column)
        return self._known[field]

    def doc_field_length(self, docnum: int, field: str, default: int = 0) -> int:
        return self._lengths(field)[docnum] or default

    def field_length(self, field: str) -> int:
        return sum(self._lengths(field))


@pytest.fixture(params=["segments", "merged"])
def layout(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every generation its own segment, or one segment: in both of them, because some scores and
    suggestions of Whoosh's depend on it."""
    merging = NO_MERGE if request.param == "segments" else OPTIMIZE
    monkeypatch.setattr(whoosh_writer, "MERGE_SMALL", merging)
    monkeypatch.setattr(compaction, "FAN_IN", 2 if request.param == "merged" else 100)
    # so that some terms are read as what is common, as what is rare, and as what is neither
    monkeypatch.setattr(words_writer, "COMMON", 12)
    monkeypatch.setattr(whoosh_words, "FEW", 4)
    monkeypatch.setattr(whoosh_words, "CHUNK", 16)
    return str(request.param)


@pytest.fixture
def make(layout: str, tmp_path: Path) -> Iterator[Callable[[bool], Opened]]:
    """A function that makes both of the same generations, with deletions or without."""
    print(f"NEWSSEARCH_SEED={SEED}")
    closing: list[Any] = []

    def both(deleting: bool) -> Opened:
        mine, expected = (create(name, tmp_path / name, Analyzer()) for name in ENGINES)
        fill([mine], SEED, deleting=deleting)
        if layout == "merged" and not deleting:  # Whoosh merges the newest ones to the front
            fill([expected], SEED, generations=1, documents=125, deleting=False)
        else:
            fill([expected], SEED, deleting=deleting)
        ours = open_index(tmp_path / "columnar")
        opened = Opened(ours.searcher(), index.open_dir(tmp_path / "whoosh").searcher())
        for one in opened:
            assert one.is_atomic() == (layout == "merged")
        for reader, _ in opened.theirs.reader().leaf_readers():
            reader._perdoc = WordLengths(reader._perdoc)
        closing.extend((*opened, ours))
        return opened

    yield both
    for one in closing:
        one.close()


def ids(searcher: Any) -> list[str]:
    """The id of each document number."""
    return [value.decode() for value in searcher.reader().column_reader("id_key")]


def scores(searcher: Any, asked: query.Query, **options: Any) -> dict[str, float]:
    """Every hit's score, by id."""
    names = ids(searcher)
    found = searcher.search(asked, limit=None, **options)
    return {names[hit.docnum]: hit.score for hit in found}


# --- what is in the index -------------------------------------------------------------------------


def dump(searcher: Any) -> dict[tuple[str, bytes], dict[str, Any]]:
    """Every term with its postings: id -> frequency and positions."""
    found: dict[tuple[str, bytes], dict[str, Any]] = {}
    names, reader = ids(searcher), searcher.reader()
    for field, term in reader.all_terms():
        matcher = reader.postings(field, term)
        held: dict[str, Any] = {}
        while matcher.is_active():
            places = matcher.value_as("positions") if field in TEXTS else []
            held[names[matcher.id()]] = matcher.weight(), list(places)
            matcher.next()
        if held:
            found[field, term] = held
    return found


@pytest.mark.parametrize("deleting", [False, True])
def test_every_term_has_the_same_postings_and_positions(
    make: Callable[[bool], Opened], deleting: bool
) -> None:
    opened = make(deleting)
    ours, theirs = dump(opened.ours), dump(opened.theirs)
    assert ours == theirs
    assert ("body", b"=striking") in ours
    assert ("path", b"2020/08/1.md") in ours or deleting or len(ours) > 200


def test_terms_come_in_order_with_the_facts_that_whoosh_keeps_of_them(
    make: Callable[[bool], Opened],
) -> None:
    ours, theirs = (searcher.reader() for searcher in make(False))
    assert list(ours.all_terms()) == list(theirs.all_terms())
    for field, term in theirs.all_terms():
        mine, expected = ours.term_info(field, term), theirs.term_info(field, term)
        assert mine.weight() == pytest.approx(expected.weight())
        assert mine.doc_frequency() == expected.doc_frequency()
        assert mine.max_weight() == expected.max_weight()
        numbers = list(ours.postings(field, term).all_ids())
        assert (mine.min_id(), mine.max_id()) == (numbers[0], numbers[-1])
        assert ours.frequency(field, term) == pytest.approx(theirs.frequency(field, term))
        assert ours.doc_frequency(field, term) == theirs.doc_frequency(field, term)
    for field in (*TEXTS, *NAMES):
        assert list(ours.lexicon(field)) == list(theirs.lexicon(field))
        if not list(theirs.lexicon(field)):
            continue  # Whoosh's own codec does not know the field then, and so not what follows it
        assert list(ours.terms_from(field, b"=p")) == list(theirs.terms_from(field, b"=p"))
        assert list(ours.expand_prefix(field, "2")) == list(theirs.expand_prefix(field, "2"))
        assert [term for term, _ in ours.iter_field(field)] == list(theirs.lexicon(field))


def test_a_term_that_is_not_in_the_field_is_not_there(tmp_path: Path) -> None:
    engine = create("columnar", tmp_path / "index", Analyzer())
    commit(engine, [document("a.md", "fog", title="Pilots"), document("b.md", "pilots")])
    with open_index(tmp_path / "index") as opened, opened.searcher() as searcher:
        reader = searcher.reader()
        assert list(reader.lexicon("title")) == [b"=pilots", b"pilot"]
        assert list(reader.lexicon("body")) == [b"=fog", b"=pilots", b"fog", b"pilot"]
        for field, term in (("title", "fog"), ("title", "=fog"), ("keywords", "fog"), ("tag", "x")):
            assert (field, term) not in reader
            assert reader.frequency(field, term) == reader.doc_frequency(field, term) == 0
            assert not searcher.search(query.Term(field, term))
            with pytest.raises(TermNotFound):
                reader.term_info(field, term)
            with pytest.raises(TermNotFound):
                reader.postings(field, term)


def test_a_path_in_two_archive_folders_is_one_term(tmp_path: Path) -> None:
    engine = create("columnar", tmp_path / "index", Analyzer())
    held = [document("a.md", root=root) for root in ("north", "south")]
    commit(engine, [*held, document("a.md.old"), document("A.md")])
    with open_index(tmp_path / "index") as opened, opened.searcher() as searcher:
        assert list(searcher.lexicon("path")) == [b"A.md", b"a.md", b"a.md.old"]
        assert set(scores(searcher, query.Term("path", "a.md"))) == {one.id for one in held}


def test_documents_are_counted_as_whoosh_counts_them(make: Callable[[bool], Opened]) -> None:
    ours, theirs = make(False)
    assert ours.doc_count() == theirs.doc_count() == ours.doc_count_all() == 125
    for field in TEXTS:
        assert ours.field_length(field) == theirs.field_length(field) > 0
        assert ours.max_field_length(field) >= ours.reader().min_field_length(field) == 0
    assert not ours.reader().has_deletions()


def test_deleted_documents_are_nowhere(make: Callable[[bool], Opened], layout: str) -> None:
    ours, theirs = make(True)
    assert ours.doc_count() == theirs.doc_count()
    assert set(scores(ours, query.Every())) == set(scores(theirs, query.Every()))
    reader = ours.reader()
    assert reader.has_deletions() == (ours.doc_count() < ours.doc_count_all())
    assert len(list(reader.all_doc_ids())) == len(list(reader.all_stored_fields()))
    if layout == "segments":
        assert reader.has_deletions()


def test_what_is_stored_is_the_article_as_json(tmp_path: Path) -> None:
    engine = create("columnar", tmp_path / "index", Analyzer())
    commit(engine, [document("a.md", "fog\nharbour \ud800", title="Pilots", date="2020-08-27")])
    with open_index(tmp_path / "index") as opened, opened.searcher() as searcher:
        head, body = json.loads(searcher.document(path="a.md")["record"])
        assert head[1]["title"] == "Pilots"
        assert body == [[1, "fog"], [2, "harbour \ud800"]]


# --- queries --------------------------------------------------------------------------------------


class Asked:
    """Queries of Whoosh's, of every kind that it answers rightly."""

    def __init__(self, seed: int) -> None:
        self.random = Generated(seed).random

    def term(self, field: str) -> query.Query:
        boost = self.random.choice((1.0, 1.0, 2.5))
        return query.Term(field, self.random.choice(TERMS), boost=boost)

    def name(self) -> query.Query:
        pick = self.random.choice
        return pick(
            [
                query.Term("lang", pick(("en", "zh"))),
                query.Term("kind", pick(("article", "page"))),
                query.Term("author", "ada"),
                query.Prefix("source", "bay"),
                query.Prefix("path", pick(("2020/08", "old/1"))),
                query.Wildcard("path", pick(("*/1?.md", "2020*#1"))),
                query.TermRange("path", "2020/08/3", pick(("2020/09/2", "old/4"))),
                query.TermRange("id", "4", pick(("9", None)), startexcl=True),
                query.Every("has"),
                query.Every(),
            ]
        )

    def leaf(self, field: str) -> query.Query:
        pick = self.random.choice
        start = pick(("p", "st", "=p", "=st", "c", "1", "п", "港"))
        return pick(
            [
                self.term(field),
                self.term(field),
                self.term(field),
                self.name(),
                query.Phrase(field, self.random.choices(TERMS, k=2), slop=pick((1, 1, 2, 4))),
                query.Prefix(field, start, constantscore=pick((True, False))),
                query.Wildcard(field, pick((f"{start}*t", f"{start}?o*", "*r*", "=*s"))),
                query.Regex(field, pick(("p.*t", "=?str[a-z]+", "[0-9]+"))),
                query.FuzzyTerm(field, pick(("harbuor", "=pilot", "strke")), maxdist=pick((1, 2))),
                query.TermRange(field, pick(("=p", "f", "10")), pick(("port", "strike", None))),
                query.Every(field),
            ]
        )

    def spans(self, field: str) -> query.Query:
        pick = self.random.choice
        one, two = self.term(field), self.term(field)
        slop, ordered = pick((1, 2, 5)), pick((True, False))
        return pick(
            [
                spans.SpanNear(one, two, slop=slop, ordered=ordered),
                spans.SpanNear2([one, two, self.term(field)], slop=slop, ordered=ordered),
                spans.SpanFirst(one, limit=pick((0, 3))),
                spans.SpanOr([one, two]),
                spans.SpanNot(one, two),
                spans.SpanBefore(one, two),
                query.Ordered([one, two]),
            ]
        )

    def query(self, depth: int = 0) -> query.Query:
        if depth == 0 and self.random.random() < 0.2:
            return self.spans(self.random.choice(TEXTS))  # in And, Or they raise
        if depth == 3 or self.random.random() < 0.4:
            return self.leaf(self.random.choice(TEXTS))
        parts = [self.query(depth + 1) for _ in range(self.random.randrange(2, 4))]
        return self.random.choice(
            [
                query.And(parts),
                query.Or(parts),
                query.Require(parts[0], parts[1]),
                query.ConstantScoreQuery(parts[0], 2.0),
                query.And([parts[0], query.Not(parts[1])]),
            ]
        )


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


# --- the index ------------------------------------------------------------------------------------


def test_a_reader_keeps_to_its_generation_and_the_next_one_sees_the_next(tmp_path: Path) -> None:
    engine = create("columnar", tmp_path / "index", Analyzer())
    fog = document("a.md", "fog")
    with open_index(tmp_path / "index") as opened:
        assert opened.is_empty()
        with opened.searcher() as empty:
            assert not empty.search(query.Term("body", "fog"))
            assert not empty.search(query.Every())
        commit(engine, [fog])
        assert not opened.up_to_date()
        first = opened.searcher()
        assert opened.up_to_date()
        assert first.up_to_date()
        commit(engine, [document("b.md", "fog")], [fog.id])
        assert not first.up_to_date()
        second = first.refresh()
        assert set(scores(first, query.Term("body", "fog"))) == {fog.id}
        assert set(scores(second, query.Term("body", "fog"))) == {document("b.md").id}
        assert opened.refresh() is opened
        assert opened.doc_count() == 1
        assert opened.last_modified() > 0
        first.close()
        assert second.search(query.Term("body", "fog"))
    with pytest.raises(UsageError, match="closed"):
        opened.reader()


def test_whoosh_cannot_write_it(tmp_path: Path) -> None:
    engine = create("columnar", tmp_path / "index", Analyzer())
    commit(engine, [document("a.md", "fog")])
    with open_index(tmp_path / "index") as opened:
        with pytest.raises(UsageError, match="update_index"):
            opened.writer()
        with pytest.raises(NotImplementedError):
            opened.reader().segment().delete_document(0)


def test_the_public_function_opens_an_index_by_its_folder(
    tmp_path: Path,
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "fog.md").write_text("# Fog closes the harbour\n\nPilots wait.\n")
    update_index(tmp_path / "index", [articles])
    with newssearch.whoosh_index(tmp_path / "index") as opened:
        assert isinstance(opened, index.Index)
        with opened.searcher() as searcher:
            assert len(searcher.search(query.Term("title", "harbour"))) == 1
    with pytest.raises(newssearch.IndexMissing):
        newssearch.whoosh_index(str(tmp_path / "nowhere"))
    descriptor = tmp_path / "index" / "newssearch.json"
    descriptor.write_text(descriptor.read_text().replace("columnar", "whoosh"))
    with pytest.raises(newssearch.IndexCorrupt, match="--rebuild"):
        newssearch.whoosh_index(tmp_path / "index")


def trap_pickles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way to a pickle, by whatever name Whoosh's modules know it, fails."""

    def trapped(*args: Any, **options: Any) -> Any:
        raise AssertionError("something is unpickled")

    ways = {id(way) for way in (pickle.load, pickle.loads, pickle.Unpickler)}
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("whoosh", "newssearch", "pickle"):
            for attribute, value in list(vars(module).items()):
                if id(value) in ways:
                    monkeypatch.setattr(module, attribute, trapped)
    monkeypatch.setattr(StructFile, "read_pickle", trapped)


def test_nothing_is_unpickled(layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill([create("columnar", tmp_path / "index", Analyzer())], SEED)
    pickled = formats.Positions().encode([1, 5])
    asked = Asked(SEED + 7)
    with monkeypatch.context() as trapped:
        trap_pickles(trapped)
        with open_index(tmp_path / "index") as opened, opened.searcher() as searcher:
            for _ in range(TREES // 4):
                searcher.search(asked.query(), limit=asked.random.choice((5, None)))
            searcher.search(query.Every(), sortedby="title_key", groupedby="lang_key")
            searcher.suggest("body", "harbuor")
            assert dump(searcher)
            assert list(searcher.iter_docs())
        with pytest.raises(AssertionError, match="unpickled"):  # so that the trap is known to work
            formats.Positions().decode_positions(pickled)


# --- what Whoosh 3.54 gets wrong, so what is never asked of it as an oracle -----------------------


FOG, PILOT, PORT = (query.Term("body", word) for word in ("fog", "pilot", "port"))


@pytest.fixture
def whooshs_own(tmp_path: Path) -> Iterator[Callable[[Sequence[str]], Any]]:
    """A function that makes an index of Whoosh's own with these bodies, and a searcher of it."""
    opened: list[Any] = []

    def make(bodies: Sequence[str]) -> Any:
        engine = create("whoosh", tmp_path / "index", Analyzer())
        commit(engine, [document(f"{n}.md", body) for n, body in enumerate(bodies)])
        opened.append(index.open_dir(tmp_path / "index").searcher())
        return opened[-1]

    yield make
    for searcher in opened:
        searcher.close()


def test_pinned_and_not_returns_an_excluded_document(whooshs_own: Callable[..., Any]) -> None:
    searcher = whooshs_own(["pilot", "fog pilot", "fog"])
    found = {hit.docnum for hit in searcher.search(query.AndNot(FOG, PILOT), limit=None)}
    assert found == {1, 2}, "Whoosh has mended AndNot: ask it above"


def test_pinned_and_with_not_adds_one_to_every_score(whooshs_own: Callable[..., Any]) -> None:
    searcher = whooshs_own(["pilot", "fog pilot", "fog"])
    plain = {hit.docnum: hit.score for hit in searcher.search(FOG, limit=None)}
    (hit,) = searcher.search(query.And([FOG, query.Not(PILOT)]), limit=None)
    assert hit.score == pytest.approx(plain[2] + 1.0), "Whoosh has mended And with Not"


def test_pinned_and_maybe_forgets_a_score_within_and(whooshs_own: Callable[..., Any]) -> None:
    searcher = whooshs_own(["fog", "port", "pilot", "fog pilot port"])
    wanted = query.And([query.AndMaybe(FOG, PILOT), PORT])
    (hit,) = searcher.search(wanted, limit=None)
    (without,) = searcher.search(query.And([FOG, PORT]), limit=None)
    assert hit.score == pytest.approx(without.score), "Whoosh has mended AndMaybe: ask it above"
