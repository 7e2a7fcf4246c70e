"""Whoosh's own reader of columnar segments gives the same terms, postings and counts as of its own
codec. It keeps to its generation, writes nothing and unpickles nothing."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import both_codecs
import pytest
from both_codecs import NAMES, TEXTS, Asked, Opened, dump, scores
from engines import create
from generated_archive import SEED, TREES, fill
from invented_documents import commit, document
from whoosh import formats, index, query
from whoosh.filedb.structfile import StructFile
from whoosh.reading import TermNotFound

import newssearch
from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.whoosh_index import open_index
from newssearch.errors import UsageError
from newssearch.indexer import update_index

pytestmark = pytest.mark.usefixtures("unsynced")

layout, make = both_codecs.layout, both_codecs.make


# --- what is in the index -------------------------------------------------------------------------


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
