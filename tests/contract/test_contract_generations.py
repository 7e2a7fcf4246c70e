"""What every engine promises of its generations: `engine.base`, from Writer to Snapshot."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from invented_documents import ask, commit, document, every, paths, phrase, word

from newssearch.article.model import DateSource, Kind
from newssearch.engine.base import Engine, Search
from newssearch.syntax.nodes import Everything, Filter

FERRY = document("2020/08/ferry.md", "The ferry left the harbour at dawn", title="Ferry sails")
TRAM = document("2020/08/tram.md", "A tram waited near the harbour bridge", title="Tram waits")
BEES = document("2020/09/bees.md", "Bees came back to the harbour roofs", title="Bees return")


def test_an_empty_engine_answers_everything_with_nothing(engine: Engine):
    snapshot = engine.snapshot()
    assert snapshot.generation == 0
    assert snapshot.search(Search(Everything())).found == ()
    assert snapshot.search(Search(word("harbour"))).total == 0
    assert snapshot.search(Search(Filter("date", present=True))).total == 0
    assert snapshot.search(Search(word("a*"))).total == 0
    assert snapshot.documents(["00"]) == []
    assert snapshot.find("00") == []
    assert snapshot.members(["none"]) == {"none": []}
    assert snapshot.totals().articles == 0
    assert snapshot.totals().first_date == ""
    assert snapshot.attachment("inventory") is None
    snapshot.close()


def test_what_is_committed_is_found_and_comes_back_whole(engine: Engine):
    assert commit(engine, [FERRY, TRAM]) == 1
    assert paths(engine, word("ferry")) == ["2020/08/ferry.md"]
    snapshot = engine.snapshot()
    assert snapshot.generation == 1
    assert snapshot.documents([TRAM.id, "ffffffffffff", FERRY.id]) == [TRAM, FERRY]
    snapshot.close()


def test_a_document_keeps_every_field(engine: Engine):
    full = document(
        "2020/08/NEWS.md#3",
        "One paragraph\nAnother one",
        title="Wholly",
        alternate_title="完整",
        keywords=("whole", "complete"),
        authors=("Ada Quill",),
        tags=("tests",),
        date="2020-08-27T13:05:00+08:00",
        url="https://example.org/whole",
        source="example.org",
        lang="en",
        languages=("en", "zh"),
        kind=Kind.DIGEST,
        image="https://example.org/whole.jpg",
        translation_links=("2020/08/whole_zh.md",),
        source_links=("2020/08/whole.md",),
        folder_date="2020-08-28",
        extra=(("edition", "late"),),
    )
    commit(engine, [full])
    snapshot = engine.snapshot()
    assert snapshot.documents([full.id]) == [full]
    snapshot.close()


def test_halves_of_surrogate_pairs_are_kept(engine: Engine):
    odd = document(
        "odd.md", "A body \udc80 of odd text", title="Odd \ud800 title", lang="x\ud83d",
        source="odd\ud800.org", authors=("A\udfff",), url="https://odd.org/\ud801",
    )  # fmt: skip
    commit(engine, [odd])
    snapshot = engine.snapshot()
    assert snapshot.documents([odd.id]) == [odd]
    assert snapshot.search(Search(word("odd"))).total == 1
    assert snapshot.totals().articles == 1
    snapshot.close()


def test_what_is_deleted_is_gone(engine: Engine):
    commit(engine, [FERRY, TRAM, BEES])
    commit(engine, deleted=[TRAM.id, "ffffffffffff"])
    assert paths(engine, word("harbour")) == ["2020/08/ferry.md", "2020/09/bees.md"]
    snapshot = engine.snapshot()
    assert snapshot.documents([TRAM.id]) == []
    assert snapshot.find(TRAM.id) == []
    assert snapshot.find(TRAM.id[:5]) == []
    assert snapshot.find("2020/08/tram.md") == []
    assert snapshot.members([TRAM.story]) == {TRAM.story: []}
    assert snapshot.totals().articles == 2
    snapshot.close()


def test_a_document_is_replaced_by_deleting_and_adding_it(engine: Engine):
    commit(engine, [FERRY, TRAM])
    changed = document("2020/08/tram.md", "The tram has left")
    assert changed.id == TRAM.id
    commit(engine, [changed], deleted=[TRAM.id])
    assert paths(engine, word("bridge")) == []
    assert paths(engine, word("left")) == ["2020/08/tram.md", "2020/08/ferry.md"]


def test_deleting_an_id_twice_counts_once(engine: Engine, new_engine: Callable[[], Engine]):
    commit(engine, [FERRY, TRAM, BEES])
    writer = engine.writer()
    writer.delete([TRAM.id, TRAM.id])
    writer.delete([TRAM.id])
    writer.commit({})
    fresh = new_engine()
    commit(fresh, [FERRY, BEES])
    assert scores(engine, "harbour") == pytest.approx(scores(fresh, "harbour"), abs=1e-12)


def scores(engine: Engine, text: str) -> dict[str, float]:
    return {one.id: one.score for one in ask(engine, word(text), limit=None).found}


def test_a_cancelled_writer_leaves_the_generation_before(engine: Engine):
    commit(engine, [FERRY])
    writer = engine.writer()
    writer.add(TRAM)
    writer.delete([FERRY.id])
    writer.cancel()
    assert paths(engine, word("harbour")) == ["2020/08/ferry.md"]
    assert commit(engine, [BEES]) == 2


def test_generations_count_commits_even_empty_ones(engine: Engine):
    assert [commit(engine) for _ in range(3)] == [1, 2, 3]


def test_deleting_everything_leaves_an_engine_that_answers(engine: Engine):
    commit(engine, [FERRY, TRAM])
    commit(engine, deleted=[FERRY.id, TRAM.id])
    assert ask(engine, Everything()).total == 0
    assert ask(engine, word("harbour")).total == 0
    commit(engine, [BEES])
    assert paths(engine, word("harbour")) == ["2020/09/bees.md"]


def test_attachments_belong_to_their_generation(engine: Engine):
    writer = engine.writer()
    writer.commit({"inventory": b"first", "roots": b"", "a.b": b"dotted"})
    before = engine.snapshot()
    writer = engine.writer()
    writer.commit({"inventory": b"second"})
    after = engine.snapshot()
    assert before.attachment("inventory") == b"first"
    assert before.attachment("roots") == b""
    assert before.attachment("a.b") == b"dotted"
    assert after.attachment("inventory") == b"second"
    assert after.attachment("roots") is None
    before.close()
    after.close()


def test_a_cancelled_writers_successor_has_the_attachments_of_the_generation(engine: Engine):
    engine.writer().commit({"inventory": b"kept"})
    engine.writer().cancel()
    snapshot = engine.snapshot()
    assert snapshot.attachment("inventory") == b"kept"
    snapshot.close()


def test_a_snapshot_keeps_answering_the_same_while_others_are_committed(engine: Engine):
    base = [
        document(f"{n}.md", f"harbour news number{n}", title=f"News {n}", date=f"2020-08-{n:02}")
        for n in range(1, 6)
    ]
    commit(engine, base)
    old = engine.snapshot()
    for n in range(12):  # enough small ones that segments are merged and the old files deleted
        commit(engine, [document(f"late/{n}.md", "harbour fog")], deleted=[base[n % 5].id])
    searches = [
        Search(word("harbour"), limit=None),
        Search(phrase("harbour news"), limit=2),
        Search(every(word("harbour"), Filter("date", low=20200803000000))),
        Search(Filter("words", low=2)),
    ]
    unread = engine.snapshot()  # has read nothing when its files are deleted
    seen = [unread.search(search) for search in searches]
    commit(engine, deleted=[f.id for f in unread.documents([one.id for one in seen[0].found])])
    assert [old.search(search).total for search in searches] == [5, 5, 3, 5]
    assert old.documents([held.id for held in base]) == base
    assert old.totals().articles == 5
    assert old.totals().first_date == "2020-08-01"
    assert old.find("3.md") == [base[2].id]
    assert [m.title for m in old.members([base[0].story])[base[0].story]] == ["News 1"]
    assert [unread.search(search) for search in searches] == seen
    old.close()
    unread.close()


def test_find_takes_an_id_its_beginning_a_path_and_a_paths_end(engine: Engine):
    many = [document(f"2020/{n}/same.md", str(n)) for n in range(40)]
    commit(engine, [*many, FERRY])
    snapshot = engine.snapshot()
    assert snapshot.find(FERRY.id) == [FERRY.id]
    assert snapshot.find(FERRY.id.upper()) == [FERRY.id]
    digit = many[0].id[0]
    starts = sorted(held.id for held in [*many, FERRY] if held.id.startswith(digit))
    assert len(starts) > 1
    assert snapshot.find(digit) == starts[:10]
    assert snapshot.find("2020/08/ferry.md") == [FERRY.id]
    assert snapshot.find("ferry.md") == [FERRY.id]
    assert snapshot.find("08/ferry.md") == [FERRY.id]
    assert snapshot.find("erry.md") == []
    assert len(snapshot.find("same.md", limit=3)) == 3
    assert snapshot.find("7/same.md") == [many[7].id]
    assert snapshot.find("") == []
    snapshot.close()


def test_find_looks_past_ids_that_are_deleted(engine: Engine):
    many = [document(f"{n}.md", str(n)) for n in range(120)]
    commit(engine, many)
    digit = many[0].id[0]
    same = sorted(held.id for held in many if held.id.startswith(digit))
    commit(engine, deleted=same[:-1])
    snapshot = engine.snapshot()
    assert snapshot.find(digit, limit=1) == same[-1:]
    snapshot.close()


def test_the_same_path_in_two_roots_is_two_articles(engine: Engine):
    other = document("2020/08/ferry.md", "The ferry of another archive", root="more")
    commit(engine, [FERRY, other])
    snapshot = engine.snapshot()
    assert snapshot.find("2020/08/ferry.md") == sorted([FERRY.id, other.id])
    snapshot.close()


def test_members_of_a_story_are_in_the_order_they_were_added(engine: Engine):
    made = [
        document("b.md", "x", story="s", added="2020-08-28", title="Again", lang="en"),
        document("a.md#1", "x", story="s", added="2020-08-27", kind=Kind.DIGEST, title="Entry"),
        document("c.md", "x", story="s", added="2020-08-27", title="First", languages=("en", "zh")),
        document("d.md", "x", story="other", added="2020-08-01", title="Other"),
    ]
    commit(engine, made)
    snapshot = engine.snapshot()
    found = snapshot.members(["s", "none", "s"])
    assert [member.title for member in found["s"]] == ["First", "Entry", "Again"]
    assert found["none"] == []
    assert found["s"][0].languages == ("en", "zh")
    assert (found["s"][1].kind, found["s"][1].path) == (Kind.DIGEST, "a.md#1")
    assert (found["s"][2].lang, found["s"][2].added) == ("en", "2020-08-28")
    snapshot.close()


def test_totals_count_live_documents_and_pages_apart(engine: Engine):
    gone = document("gone.md", "old news", lang="fr", source="gone.org", date="1999-01-01")
    commit(
        engine,
        [
            document("1.md", "one two three", lang="en", source="Bay.org", date="2020-08"),
            document("2.md", "one two", lang="en", source="bay.org", date="2020-08-29", story="s"),
            document("3.md#1", "one", lang="zh", source="bay", kind=Kind.DIGEST, story="s"),
            document("4.md", "four", source="cape.net"),
            document("Readme.md", "links", kind=Kind.PAGE, lang="en", source="bay.org"),
            gone,
        ],
    )
    commit(engine, deleted=[gone.id])
    snapshot = engine.snapshot()
    totals = snapshot.totals()
    snapshot.close()
    assert (totals.articles, totals.digest_entries, totals.pages) == (3, 1, 1)
    assert (totals.stories, totals.words, totals.undated) == (3, 7, 2)
    assert (totals.first_date, totals.last_date) == ("2020-08", "2020-08-29")
    assert totals.languages == {"en": 2, "": 1, "zh": 1}
    assert totals.sources == {"bay.org": 2, "bay": 1, "cape.net": 1}
    assert totals.date_sources == {"": 2, DateSource.HEADER: 2}


def test_size_grows_with_what_is_held(engine: Engine):
    before = engine.size()
    commit(engine, [FERRY, TRAM])
    assert engine.size() > before
