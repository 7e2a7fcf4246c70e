"""What every engine takes for one story: `engine.alike` through commits, and what is asked of a
story that was joined."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from alike_documents import ALIKE, A, B, changed, held, text
from invented_documents import ask, commit, document, paths, word

from newssearch.article.model import Kind
from newssearch.engine.base import Engine
from newssearch.engine.names import encode_name
from newssearch.options import Sort
from newssearch.syntax.nodes import Everything, Filter

HAN = "港口罢工引航员桥梁市长学校医院市场果园电车渡轮春夏秋冬东西南北山河湖海"


def han(seed: int, characters: int) -> str:
    return "".join(random.Random(seed).choices(HAN, k=characters))


def shown(engine: Engine) -> dict[str, str]:
    """Of each article, by title, the story that it is found under."""
    snapshot = engine.snapshot()
    try:
        found = ask(engine, Everything(), limit=None, collapse=False).found
        documents = snapshot.documents([one.id for one in found])
        assert [one.story for one in documents] == [one.story for one in found]
        return {one.article.title: one.story for one in documents}
    finally:
        snapshot.close()


def stories(engine: Engine) -> list[str]:
    """The titles of each story together, sorted."""
    groups: dict[str, str] = {}
    for title, story in sorted(shown(engine).items()):
        groups[story] = groups.get(story, "") + title
    return sorted(groups.values())


# --- what is one story ----------------------------------------------------------------------------


def test_nearly_identical_bodies_of_one_commit_are_one_story(engine: Engine):
    commit(engine, [A, B, held("c", text(2))])
    assert shown(engine) == {"a": "s-a", "b": "s-a", "c": "s-c"}


def test_a_later_one_joins_what_is_there(engine: Engine):
    commit(engine, [B, held("c", text(2))])
    commit(engine, [A])
    assert shown(engine) == {"a": "s-a", "b": "s-a", "c": "s-c"}
    commit(engine, [held("d", changed(text(2))), held("e", ALIKE)])
    assert stories(engine) == ["abe", "cd"]


def test_a_chain_of_nearly_identical_bodies_is_one_story_while_it_holds(engine: Engine):
    body = text(3, 500).split(" ")
    first, *links, last = [
        held(name, " ".join(body[start : start + 400]))
        for name, start in zip("abcdef", range(0, 96, 16), strict=True)
    ]  # neighbours share 384 of 416 words, the first and the last 320 of 480
    commit(engine, [first, last])
    assert stories(engine) == ["a", "f"]
    commit(engine, links[1:])
    commit(engine, links[:1])
    assert stories(engine) == ["abcdef"]
    commit(engine, deleted=[one.id for one in links])
    assert stories(engine) == ["a", "f"]


def test_stories_by_address_are_joined_whole(engine: Engine):
    commit(engine, [held("a", ALIKE, "s1"), held("b", "short", "s1"), held("c", "shorter", "s2")])
    assert stories(engine) == ["ab", "c"]
    commit(engine, [held("d", changed(ALIKE), "s2")])
    assert shown(engine) == dict.fromkeys("abcd", "s1")
    commit(engine, deleted=[held("d", "").id])
    assert stories(engine) == ["ab", "c"]


def test_a_changed_body_leaves_its_story_and_joins_another(engine: Engine):
    commit(engine, [A, B, held("c", text(2))])
    commit(engine, [held("b", changed(text(2)))], deleted=[B.id])
    assert shown(engine) == {"a": "s-a", "b": "s-b", "c": "s-b"}


def test_a_story_keeps_its_name_where_its_first_key_is_deleted(engine: Engine):
    commit(engine, [A, B, held("c", changed(ALIKE))])
    commit(engine, deleted=[A.id])
    assert shown(engine) == {"b": "s-b", "c": "s-b"}


def test_a_cancelled_writer_joins_nothing(engine: Engine):
    commit(engine, [A])
    writer = engine.writer()
    writer.add(B)
    writer.cancel()
    commit(engine, [held("c", text(2))])
    assert stories(engine) == ["a", "c"]


def test_a_snapshot_keeps_its_stories(engine: Engine):
    commit(engine, [A])
    snapshot = engine.snapshot()
    commit(engine, [B])
    assert [one.id for one in snapshot.members(["s-a"])["s-a"]] == [A.id]
    snapshot.close()
    assert stories(engine) == ["ab"]


def test_what_commits_make_is_what_one_commit_makes(new_engine: Any):
    chance = random.Random(7)
    bodies = [text(seed, chance.choice((60, 200))) for seed in range(10, 16)]
    made = []
    for number in range(40):
        body = chance.choice(bodies)
        name = chr(ord("a") + number // 20) + chr(ord("a") + number % 20)  # a number would tell
        made.append(held(name, chance.choice((body, f"{body} at last"))))
    gone = chance.sample(made[:30], 12)
    by_steps, at_once = new_engine(), new_engine()
    for start in range(0, 30, 6):
        commit(by_steps, made[start : start + 6])
    for start in range(0, 12, 4):
        commit(by_steps, deleted=[one.id for one in gone[start : start + 4]])
    commit(by_steps, made[30:])
    commit(at_once, [one for one in made if one not in gone])
    assert shown(by_steps) == shown(at_once)
    assert len(stories(at_once)) == len(bodies)


# --- what is not ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"lang": "en"}, {"lang": "en"}, ["ab"]),
        ({"lang": "en"}, {"lang": "ru"}, ["a", "b"]),
        ({"lang": "en"}, {"lang": ""}, ["a", "b"]),
        ({"lang": ""}, {"lang": ""}, ["ab"]),
        ({"languages": ("en", "zh")}, {"languages": ("en", "zh")}, ["ab"]),
        ({"languages": ("en", "zh")}, {"languages": ("zh", "en"), "lang": "zh"}, ["ab"]),
        ({"languages": ("en", "zh")}, {}, ["a", "b"]),
        ({"languages": ("en",)}, {}, ["ab"]),
        ({"kind": Kind.DIGEST}, {}, ["ab"]),
        ({"kind": Kind.DIGEST}, {"kind": Kind.DIGEST}, ["ab"]),
        ({"kind": Kind.PAGE}, {}, ["a", "b"]),
        ({"kind": Kind.PAGE}, {"kind": Kind.PAGE}, ["a", "b"]),
    ],
)
def test_only_bodies_in_the_same_languages_are_compared_and_pages_never(
    engine: Engine, one: dict[str, Any], other: dict[str, Any], expected: list[str]
):
    commit(engine, [held("a", ALIKE, **one), held("b", changed(ALIKE), **other)])
    assert stories(engine) == expected


@pytest.mark.parametrize(
    ("lang", "bodies", "expected"),
    [
        ("en", ["one " * 49] * 2, ["a", "b"]),
        ("en", ["one " * 50] * 2, ["ab"]),
        ("en", ["one " * 24 + "\n" + "one " * 26] * 2, ["ab"]),
        ("en", [text(8, 48)] * 2, ["ab"]),  # a name with digits is two words
        ("en", [text(8, 32)] * 2, ["a", "b"]),
        ("en", ["re-election " * 24] * 2, ["a", "b"]),  # 48 words, however many terms
        ("en", ["re-election " * 25] * 2, ["ab"]),
        ("zh", [han(1, 99)] * 2, ["a", "b"]),
        ("zh", [han(1, 100)] * 2, ["ab"]),
        ("ja", [han(1, 60) + "。" + han(2, 40)] * 2, ["ab"]),
        ("ko", ["word " * 99] * 2, ["a", "b"]),
        ("zh", [han(1, 400), han(1, 400)[3:] + "港口"], ["ab"]),
        ("zh", [han(1, 400), han(1, 200)], ["a", "b"]),
        ("zh", [han(1, 400), han(2, 400)], ["a", "b"]),
        ("en", ["", ""], ["a", "b"]),
        ("en", [text(8), text(8) + " " + text(9)], ["a", "b"]),  # half of the second
        ("en", ["Pilots paint bridges " * 20, "pilot painted bridge " * 20], ["a", "b"]),
        ("en", [text(8), text(8).upper().replace(" ", ", ")], ["ab"]),
        ("en", [text(8), text(8).replace("opens ", "opens\n")], ["ab"]),  # in other paragraphs
    ],
)
def test_bodies_are_one_story_if_they_are_long_enough_and_share_enough(
    engine: Engine, lang: str, bodies: list[str], expected: list[str]
):
    one, other = bodies
    commit(engine, [held("a", one, lang=lang)])
    commit(engine, [held("b", other, lang=lang)])
    assert stories(engine) == expected


def test_digests_in_two_languages_must_be_long_enough_in_both(engine: Engine):
    both = {"languages": ("en", "zh"), "kind": Kind.DIGEST}
    long, short = "港口 strike " * 50, "罢工 harbour " * 49  # three words each: 150, 147
    commit(engine, [held(name, long, **both) for name in "ab"])
    commit(engine, [held(name, short, **both) for name in "cd"])
    assert stories(engine) == ["ab", "c", "d"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # a site that gives two articles two addresses and two headlines says that they are two
        ({"title": "Fog a", "url": "x.org/1"}, {"title": "Fog b", "url": "x.org/2"}, 1),
        ({"title": "Ferry a", "url": "x.org/1"}, {"title": "Mayor b", "url": "x.org/2"}, 2),
        ({"title": "Ferry a", "url": "x.org/1"}, {"title": "Mayor b"}, 1),
        ({"title": "Ferry a", "url": "x.org/1"}, {"title": "Mayor b", "url": "y.org/2"}, 1),
        # a form that is filled in week after week
        ({"title": "Fog a", "date": "2020-08-01"}, {"title": "Fog b", "date": "2020-08-04"}, 1),
        ({"title": "Fog a", "date": "2020-08-01"}, {"title": "Fog b", "date": "2020-08-05"}, 2),
        ({"title": "Fog a, part 1"}, {"title": "Fog b, part 2"}, 2),
        ({"title": "Fog a, part 1"}, {"title": "Fog b"}, 1),
    ],
)
def test_bodies_that_are_alike_are_two_stories_where_something_tells_them_apart(
    engine: Engine, one: dict[str, Any], other: dict[str, Any], expected: int
):
    body = text(1, 200)
    mostly = body.replace(body.split()[50], "elsewhere").replace(body.split()[150], "again")
    made = [
        document(
            f"{i}.md", said, story=f"s{i}", lang="en", source=about.get("url", "")[:5], **about
        )
        for i, (said, about) in enumerate(((body, one), (mostly, other)))
    ]
    commit(engine, made)
    assert len(set(shown(engine).values())) == expected


def test_titles_and_keywords_are_not_compared(engine: Engine):
    same = {"keywords": ("harbour strike",) * 60}
    commit(engine, [held("a", text(1, 40), **same), held("b", text(2, 40), **same)])
    assert stories(engine) == ["a", "b"]


def test_keys_of_any_kind_are_joined(engine: Engine):
    keys = ["https://bay.org/港?a=b&c", "\ud800", "z\u0301", ' "quoted"\\ ']
    commit(engine, [held(str(n), ALIKE, key) for n, key in enumerate(keys)])
    found = set(shown(engine).values())
    assert found == {min(keys, key=encode_name)}
    snapshot = engine.snapshot()
    members = snapshot.members([*keys, "none"])
    snapshot.close()
    assert [len(members[key]) for key in [*keys, "none"]] == [4, 4, 4, 4, 0]


# --- what is asked of a joined story --------------------------------------------------------------


def test_a_joined_story_is_found_once_and_counted_once(engine: Engine):
    commit(engine, [A, held("c", text(2))])
    commit(engine, [B, held("d", ALIKE, kind=Kind.DIGEST)])
    every = ask(engine, Everything(), limit=None)
    assert (every.total, every.total_stories) == (4, 2)
    assert len(every.found) == 2
    unexpected = ask(engine, word("unexpectedly"))
    assert [(one.id, one.story) for one in unexpected.found] == [(B.id, "s-a")]
    assert len(ask(engine, Everything(), limit=None, collapse=False).found) == 4
    assert ask(engine, Everything(), limit=1, sort=Sort.TITLE).total_stories == 2
    for limit in (1, 2, 3):
        for sort in Sort:
            found = ask(engine, Everything(), limit=limit, sort=sort).found
            assert len({one.story for one in found}) == min(limit, 2)
    snapshot = engine.snapshot()
    assert snapshot.totals().stories == 2
    snapshot.close()


def test_members_are_those_of_all_its_keys_whichever_is_asked(engine: Engine):
    commit(engine, [replace(B, added="2020-08-26"), held("c", text(2))])
    commit(engine, [A, held("d", "short", "s-b", added="2020-08-28")])
    snapshot = engine.snapshot()
    members = snapshot.members(["s-b", "s-a", "s-c", "s-none"])
    snapshot.close()
    assert list(members) == ["s-b", "s-a", "s-c", "s-none"]
    assert [one.title for one in members["s-a"]] == ["b", "a", "d"]
    assert members["s-b"] == members["s-a"]
    assert [one.title for one in members["s-c"]] == ["c"]
    assert members["s-none"] == []


def test_the_story_of_an_article_is_all_of_it(engine: Engine):
    commit(engine, [A, B, held("c", text(2)), held("d", "short", "s-b")])
    for one in (A, B):
        asked = paths(engine, Filter("story", one.id), collapse=False, sort=Sort.TITLE)
        assert asked == ["a.md", "b.md", "d.md"]
    assert ask(engine, Filter("story", A.id)).total_stories == 1
