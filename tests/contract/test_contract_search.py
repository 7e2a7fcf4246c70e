"""What every engine finds, in which order, with which scores: `engine.base`, Search and Answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from invented_documents import ask, commit, document, either, every, paths, phrase, word

from newssearch.article.model import Kind
from newssearch.engine import evaluate
from newssearch.engine.base import Engine, Search
from newssearch.errors import EngineError
from newssearch.options import Sort
from newssearch.syntax.fields import FIELDS
from newssearch.syntax.nodes import Everything, Filter, Form, Node, Not

# --- what matches ---------------------------------------------------------------------------------

PORT = [
    document("a.md", "Pilots strike at the northern port\nPort traffic stops", title="Pilots"),
    document("b.md", "The port strikes back", title="Port", keywords=("harbour", "re-election")),
    document("c.md", "Striking pilots of Vela re-elect a speaker", title="Vela"),
    document("d.md", "北方港口的引航员罢工", title="港口罢工", lang="zh"),
    document("e.md", "Uneventful", title="Nothing", authors=("Ada",)),
]

MATCHES: list[tuple[Node, str]] = [
    (word("strike"), "abc"),
    (word("strike", form=Form.EXACT), "a"),
    (word("striking", form=Form.EXACT), "c"),
    (word("strik", form=Form.PREFIX), "abc"),
    (word("strike", "title"), ""),
    (word("port", "title"), "b"),
    (word("pilot", "body"), "ac"),
    (word("harbour", "keywords"), "b"),
    (word("reelection"), "bc"),
    (word("re-election"), "bc"),
    (word("re-el", form=Form.PREFIX), "bc"),
    (phrase("northern port"), "a"),
    (phrase("port traffic"), "a"),
    (phrase("port port"), ""),  # the end of one paragraph and the start of the next
    (phrase("pilots strike"), "a"),
    (phrase("strike pilots"), "c"),
    (phrase("the northern port"), "a"),
    (word("港"), "d"),
    (word("工"), "d"),
    (word("港口"), "d"),
    (word("罢口"), ""),
    (word("港口的引航员罢"), "d"),
    (word("北方的引航员"), "d"),  # two terms typed without a space
    (word("北方罢口"), ""),
    (every(word("pilot"), word("port")), "a"),
    (every(word("pilot"), Not(word("port"))), "c"),
    (every(Not(word("pilot")), Not(word("port"))), "de"),
    (Not(word("pilot")), "bde"),
    (Not(Not(word("pilot"))), "ac"),
    (either(word("vela"), word("罢工")), "cd"),
    (either(word("vela"), Not(word("port"))), "cde"),
    (every(either(word("vela"), word("port")), word("back")), "b"),
    (either(every(word("vela"), word("port")), word("uneventful")), "e"),
    (every(Everything(), word("vela")), "c"),
    (every(Filter("lang", "zh"), Not(Filter("author", present=True))), "d"),
    (Everything(), "abcde"),
    (word("—"), ""),
    (word("nowhere"), ""),
    (word("nowhere", form=Form.PREFIX), ""),
]


@pytest.mark.parametrize(("tree", "expected"), MATCHES, ids=[str(i) for i in range(len(MATCHES))])
def test_a_tree_finds_these(engine: Engine, tree: Node, expected: str):
    commit(engine, PORT[:2])
    commit(engine, [*PORT[2:], document("gone.md", "port strike pilots vela", title="港口")])
    commit(engine, deleted=[document("gone.md").id])
    found = paths(engine, tree, limit=None, sort=Sort.OLDEST)
    assert sorted(path.removesuffix(".md") for path in found) == sorted(expected)
    answer = ask(engine, tree, limit=0)
    assert (answer.total, answer.total_stories, answer.found) == (len(expected), len(expected), ())


# --- conditions -----------------------------------------------------------------------------------

HELD = [
    document(
        "2020/08/27/quay.md", "one two three", title="Quay", keywords=("boats",),
        authors=("Ada Quill", "Örn Ås"), tags=("sea trade",), date="2020-08-27", lang="en",
        url="https://bay.org/quay", source="Bay.org", story="s1", added="2020-08-28",
    ),
    document("2020/08/quay_zh.md", "一二三四", title="码头", lang="zh", story="s1", date="2020-08"),
    document(
        "2020/NEWS.md#1", "word " * 40, title="Entry", languages=("en", "zh"), lang="en",
        kind=Kind.DIGEST, story="s2", source="Le Cap", date="2019", added="",
    ),
    document("2020/Readme.md", "links", kind=Kind.PAGE, story="s3", tags=("sea",)),
    document("2020/08.md", "", authors=("Quill Adams",), source="bay.net", story="s4"),
]  # fmt: skip
FIRST = HELD[0].id

CONDITIONS: list[tuple[Filter, str]] = [
    (Filter("title", present=True), "012"),
    (Filter("keywords", present=True), "0"),
    (Filter("body", present=True), "0123"),
    (Filter("author", "ada"), "0"),
    (Filter("author", "ADA quill"), "0"),
    (Filter("author", "quill"), "04"),
    (Filter("author", "ada", prefix=True), "04"),
    (Filter("author", "orn as"), "0"),
    (Filter("author", "ada adams"), ""),
    (Filter("author", "!"), ""),
    (Filter("author", present=True), "04"),
    (Filter("tag", "sea"), "03"),
    (Filter("tag", "sea trade"), "0"),
    (Filter("tag", "tra", prefix=True), "0"),
    (Filter("tag", present=True), "03"),
    (Filter("source", "bay.org"), "0"),
    (Filter("source", "BAY"), "04"),
    (Filter("source", "bay.", prefix=True), "04"),
    (Filter("source", "le cap"), "2"),
    (Filter("source", present=True), "024"),
    (Filter("lang", "EN"), "02"),
    (Filter("lang", "zh"), "12"),
    (Filter("lang", present=True), "012"),
    (Filter("url", "https://bay.org/quay"), "0"),
    (Filter("url", "https://bay.org/", prefix=True), "0"),
    (Filter("url", "https://bay.org/"), ""),
    (Filter("url", present=True), "0"),
    (Filter("path", "2020/08"), "01"),
    (Filter("path", "2020/08/"), "01"),
    (Filter("path", "2020/08.md"), "4"),
    (Filter("path", "2020/08", prefix=True), "014"),
    (Filter("path", "2020/NEWS.md"), "2"),
    (Filter("path", "2020/NEWS.md#1"), "2"),
    (Filter("path", "2020/NEW"), ""),
    (Filter("path", present=True), "01234"),
    (Filter("story", FIRST), "01"),
    (Filter("story", FIRST[:7].upper()), "01"),
    (Filter("story", "none"), ""),
    (Filter("story", present=True), "01234"),
    (Filter("date", low=20200801000000, high=20200831235959), "0"),
    (Filter("date", low=20200800000000, high=20200831235959), "01"),
    (Filter("date", high=20191231235959), "2"),
    (Filter("date", low=20200827000000), "0"),
    (Filter("date", "none"), "34"),
    (Filter("date", present=True), "012"),
    (Filter("added", low=20200828000000), "0"),
    (Filter("added", high=20200828000000), "0134"),
    (Filter("added", "none"), "2"),
    (Filter("added", present=True), "0134"),
    (Filter("words", low=3, high=4), "01"),
    (Filter("words", high=1), "34"),
    (Filter("words", low=40), "2"),
    (Filter("words", low=0, high=0), "4"),
    (Filter("words", present=True), "0123"),
    (Filter("kind", "article"), "014"),
    (Filter("kind", "digest"), "2"),
    (Filter("kind", "page"), "3"),
    (Filter("kind", present=True), "01234"),
    (Filter("is", "digest"), "2"),
    (Filter("is", present=True), "01234"),
    (Filter("has", "date"), "012"),
    (Filter("has", "url"), "0"),
    (Filter("has", "author"), "04"),
    (Filter("has", "tag"), "03"),
    (Filter("has", "keywords"), "0"),
    (Filter("has", present=True), "01234"),
]


@pytest.mark.parametrize(
    ("condition", "expected"),
    CONDITIONS,
    ids=[f"{c.field}-{i}" for i, (c, _) in enumerate(CONDITIONS)],
)
def test_a_condition_holds_for_these(engine: Engine, condition: Filter, expected: str):
    commit(engine, HELD[:3])
    commit(engine, [*HELD[3:], replace(HELD[0], id="f" * 12, root="gone")])
    commit(engine, deleted=["f" * 12])
    answer = ask(engine, condition, limit=None, collapse=False)
    assert {one.id for one in answer.found} == {HELD[int(digit)].id for digit in expected}
    assert {one.score for one in answer.found} <= {0.0}
    excluded = ask(engine, Not(condition), limit=0, collapse=False)
    assert excluded.total == len(HELD) - len(expected)


def test_every_field_has_a_condition_here():
    assert {condition.field for condition, _ in CONDITIONS} == set(FIELDS)


def test_a_pattern_that_is_too_broad_is_an_error(engine: Engine, monkeypatch: pytest.MonkeyPatch):
    commit(engine, [document("a.md", "cat car cab")])
    commit(engine, [document("b.md", "cap can")])
    monkeypatch.setattr(evaluate, "BROADEST", 5)
    assert ask(engine, word("ca", form=Form.PREFIX)).total == 2
    monkeypatch.setattr(evaluate, "BROADEST", 4)
    with pytest.raises(EngineError, match=r"^ca\* is too broad"):
        ask(engine, word("ca", form=Form.PREFIX))


# --- order ----------------------------------------------------------------------------------------

TIED = [
    document("c.md", "same fog here", title="Anchor", date="2020-08-01"),
    document("b.md", "same fog here", title="Ärger", date="2020-08-02"),
    document("a.md", "same fog here", title="berth", date="2020-08-01"),
    document("d.md", "same fog here", title="Cape"),
    document("d.md", "same fog here", title="Cape", root="archive"),
    document("e.md", "fog fog fog", title="Dock", date="2020-08-01T10:00:00"),
]
NEWEST_TIES = ["b.md", "a.md", "c.md", "d.md", "d.md"]


def test_recent_takes_what_matches_about_as_well_newest_first(engine: Engine) -> None:
    lengths = {"a.md": 20, "b.md": 21, "c.md": 22, "d.md": 200}
    days = {"a.md": "2020-08-01", "b.md": "2020-08-03", "c.md": "2020-08-02", "d.md": "2020-09-01"}
    texts = {path: "fog " + "drizzle " * length for path, length in lengths.items()}
    commit(engine, [document(path, text, date=days[path]) for path, text in texts.items()])
    assert paths(engine, word("fog", "body")) == ["a.md", "b.md", "c.md", "d.md"]
    recent = ["b.md", "c.md", "a.md", "d.md"]
    assert paths(engine, word("fog", "body"), sort=Sort.RECENT) == recent
    assert paths(engine, word("fog", "body"), sort=Sort.RECENT, limit=2) == recent[:2]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.RELEVANCE, ["e.md", *NEWEST_TIES]),
        (Sort.NEWEST, ["b.md", "e.md", "a.md", "c.md", "d.md", "d.md"]),
        (Sort.OLDEST, ["a.md", "c.md", "e.md", "b.md", "d.md", "d.md"]),
        (Sort.TITLE, ["c.md", "b.md", "a.md", "d.md", "d.md", "e.md"]),
    ],
)
def test_ties_are_by_date_then_path_then_root(engine: Engine, sort: Sort, expected: list[str]):
    commit(engine, TIED[::2])
    commit(engine, TIED[1::2])
    assert paths(engine, word("fog", "body"), sort=sort) == expected
    found = ask(engine, word("fog", "body"), sort=sort).found
    same = [one.id for one in found if one.id in (TIED[3].id, TIED[4].id)]
    assert same == [TIED[4].id, TIED[3].id]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("collapse", [True, False])
def test_a_page_of_results_is_that_part_of_all(engine: Engine, sort: Sort, collapse: bool):
    many = [
        document(
            f"{n}.md", "fog " * (n % 4 + 1), title=f"T{n % 5}", date=f"2020-08-{n % 7 + 1:02}",
            story=f"s{n // 2}",
        )
        for n in range(30)
    ]  # fmt: skip
    commit(engine, many)
    options = {"sort": sort, "collapse": collapse}
    whole = ask(engine, word("fog"), limit=None, **options)
    assert (whole.total, whole.total_stories) == (30, 15)
    assert len(whole.found) == (15 if collapse else 30)
    for limit, offset in ((0, 0), (0, 3), (1, 0), (4, 0), (4, 4), (7, 25), (100, 2), (5, 100)):
        part = ask(engine, word("fog"), limit=limit, offset=offset, **options)
        assert part.found == whole.found[offset : offset + limit]
        assert (part.total, part.total_stories) == (30, 15)
    assert ask(engine, word("fog"), limit=None, offset=5, **options).found == whole.found[5:]


# --- stories --------------------------------------------------------------------------------------


def best(engine: Engine, *foreign: str) -> list[str]:
    return paths(engine, word("fog"), foreign=foreign)


def test_a_story_is_shown_once_by_its_best_match(engine: Engine):
    commit(
        engine,
        [
            document("weak.md", "fog and much else besides it here", story="s"),
            document("strong.md", "fog", story="s"),
            document("other.md", "fog and more", story="t"),
        ],
    )
    assert best(engine) == ["strong.md", "other.md"]
    answer = ask(engine, word("fog"))
    assert (answer.total, answer.total_stories) == (3, 2)
    assert {one.story for one in answer.found} == {"s", "t"}
    assert len(paths(engine, word("fog"), collapse=False)) == 3


def test_a_full_article_is_shown_before_a_better_matching_digest_entry(engine: Engine):
    entry = document("NEWS.md#1", "fog", story="s", kind=Kind.DIGEST)
    commit(engine, [entry, document("weak.md", "fog and much else", story="s")])
    assert best(engine) == ["weak.md"]
    commit(engine, deleted=[document("weak.md").id])
    assert best(engine) == ["NEWS.md#1"]


def test_of_tied_members_the_one_not_in_a_foreign_language_is_shown(engine: Engine):
    english = document("z.md", "fog", story="s", lang="en", date="2020-08-01")
    commit(engine, [english, document("a_zh.md", "fog", story="s", lang="zh", date="2020-08-02")])
    assert best(engine) == ["a_zh.md"]
    assert best(engine, "zh") == ["z.md"]
    assert best(engine, "zh", "en") == ["a_zh.md"]


# --- scores ---------------------------------------------------------------------------------------


def scores(engine: Engine, tree: Node) -> dict[str, float]:
    return {one.id: one.score for one in ask(engine, tree, limit=None, collapse=False).found}


def test_pages_do_not_change_the_scores_of_others(engine: Engine, new_engine: Callable[[], Engine]):
    commit(engine, PORT)
    with_pages = new_engine()
    pages = [document(f"Readme{n}.md", "port " * n, kind=Kind.PAGE) for n in range(1, 9)]
    commit(with_pages, [*PORT, *pages])
    plain, mixed = scores(engine, word("port")), scores(with_pages, word("port"))
    assert mixed.keys() == plain.keys() | {page.id for page in pages}
    assert {i: mixed[i] for i in plain} == pytest.approx(plain, abs=1e-12)


def test_scores_after_many_commits_are_those_of_a_rebuild(
    engine: Engine, new_engine: Callable[[], Engine]
):
    others = [document(f"old/{n}.md", "port strike " * n, title="Port") for n in range(9)]
    for step in ([*others, *PORT[:1]], PORT[1:3], PORT[3:]):
        commit(engine, step)
    for held in others:
        commit(engine, deleted=[held.id])
    rebuilt = new_engine()
    commit(rebuilt, PORT)
    for tree in (
        word("port"),
        phrase("northern port"),
        either(word("strik", form=Form.PREFIX), word("港")),
    ):
        assert scores(engine, tree) == pytest.approx(scores(rebuilt, tree), abs=1e-9)


def test_an_and_is_the_sum_of_its_parts_and_a_condition_adds_nothing(engine: Engine):
    commit(engine, PORT)
    pilot, port = scores(engine, word("pilot")), scores(engine, word("port"))
    both = scores(
        engine, every(word("pilot"), word("port"), Filter("title", present=True), Not(word("vela")))
    )
    assert both == pytest.approx({i: pilot[i] + port[i] for i in pilot.keys() & port.keys()})
    either_one = scores(engine, either(word("pilot"), word("port")))
    assert either_one == pytest.approx(
        {i: pilot.get(i, 0.0) + port.get(i, 0.0) for i in pilot.keys() | port.keys()}
    )


def test_a_score_is_that_of_the_formula(engine: Engine):
    """By hand: two documents, "fog" in the title of one of them; lengths 1 and 2, average 1.5."""
    commit(engine, [document("a.md", "", title="Fog"), document("b.md", "", title="Sun shines")])
    idf, tf = 0.6931471805599453, 3.0 / (0.5 + 0.5 * 1 / 1.5)
    found = ask(engine, word("fog", "title")).found
    assert [one.score for one in found] == pytest.approx([idf * tf * 2.5 / (tf + 1.5)], abs=1e-12)


def test_a_word_that_is_repeated_where_it_occurs_weighs_more(engine: Engine):
    """By hand: two of four documents of three words, one of them a page, which never counts."""
    commit(
        engine,
        [
            document("a.md", "fog fog fog"),
            document("b.md", "sun sun rain"),
            document("c.md", "sun wind rain"),
            document("page.md", "fog fog rain", kind=Kind.PAGE),
        ],
    )
    found = {one.id: one.score for one in ask(engine, word("fog", "body")).found}
    idf = 0.9808292530117262  # ln(1 + (3 - 1 + 0.5) / (1 + 0.5))
    weight = idf * (1 + ((3 + 5) / (1 + 5) - 1) * (2 / 3) ** 3)
    assert found[document("a.md").id] == pytest.approx(weight * 3 * 2.5 / (3 + 1.5), abs=1e-12)
    assert len(found) == 2


def test_a_search_is_answered_the_same_each_time(engine: Engine):
    commit(engine, PORT)
    snapshot = engine.snapshot()
    for tree in (word("port"), phrase("northern port"), word("p", form=Form.PREFIX)):
        assert snapshot.search(Search(tree)) == snapshot.search(Search(tree))
    snapshot.close()
