"""What every engine answers to is:duplicate, has:translation and has:image: which articles of one
story repeat another, and which are in two languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from alike_documents import A, B, held
from invented_documents import ask, commit, document, paths

from newssearch.article.model import Kind
from newssearch.engine.base import Document, Engine
from newssearch.options import Sort
from newssearch.syntax.nodes import Filter

DUPLICATE, TRANSLATION = Filter("is", "duplicate"), Filter("has", "translation")


def titles(engine: Engine, condition: Filter) -> str:
    found = paths(engine, condition, limit=None, collapse=False, sort=Sort.TITLE)
    return "".join(path.partition(".")[0] for path in found)


def told(*fields: dict[str, Any]) -> Iterable[Document]:
    """Documents of one story, called a, b, c …."""
    for name, own in zip("abcdefgh", fields, strict=False):
        yield held(name, "short", "s", **own)


ENTRY: dict[str, Any] = {"kind": Kind.DIGEST}
PAGE: dict[str, Any] = {"kind": Kind.PAGE}
ZH, RU, UNKNOWN = {"lang": "zh"}, {"lang": "ru"}, {"lang": ""}
EARLIER = {"added": "2020-08-26"}

REPEATED: list[tuple[list[dict[str, Any]], str, str]] = [
    ([{}], "", ""),
    ([{}, {}], "b", ""),
    ([{}, {}, {}], "bc", ""),
    ([{}, {**EARLIER}, {}], "ac", ""),
    ([{}, {"added": ""}], "a", ""),
    ([{}, ZH], "", "ab"),
    ([{}, ZH, ZH], "c", "abc"),
    ([{}, UNKNOWN], "", "b"),
    ([UNKNOWN, UNKNOWN], "b", ""),
    ([UNKNOWN, ZH, RU], "", "abc"),
    ([{}, ENTRY], "b", ""),
    ([{**ENTRY, **EARLIER}, {}], "a", ""),
    ([ENTRY, ENTRY], "b", ""),
    ([ENTRY, {**ENTRY, **ZH}], "b", ""),
    ([ENTRY, {**ENTRY, **EARLIER}], "a", ""),
    ([ENTRY, ZH], "a", "a"),
    ([{**ENTRY, **ZH}, ENTRY, RU], "ab", "ab"),
    ([{**ENTRY, "languages": ("en", "zh")}, ZH, {}], "a", "abc"),
    ([PAGE, {}], "", ""),
    ([PAGE, PAGE], "", ""),
    ([{**PAGE, **EARLIER}, ENTRY], "", ""),
    ([PAGE, {}, ZH], "", "abc"),
    ([{}, {**PAGE, **ZH}], "", "b"),
]


@pytest.mark.parametrize(("fields", "repeating", "translated"), REPEATED)
def test_what_repeats_another_and_what_has_a_translation(
    engine: Engine, fields: list[dict[str, Any]], repeating: str, translated: str
):
    made = [*told(*fields), held("y", "alone"), held("z", "alone", **ZH)]
    gone = held("gone", "short", "s", lang="fr", added="2020-01-01")
    commit(engine, [*made[::2], gone])
    commit(engine, made[1::2])
    commit(engine, deleted=[gone.id])
    assert titles(engine, DUPLICATE) == repeating
    assert titles(engine, TRANSLATION) == translated


def test_of_one_path_in_several_roots_the_one_with_the_least_id_is_no_duplicate(engine: Engine):
    made = [
        document("a.md", "short", story=story, lang="en", root=root)
        for story, roots in (("s", "xyz"), ("t", [f"root{number}" for number in range(200)]))
        for root in roots
    ]
    commit(engine, made)
    found = {one.id for one in ask(engine, DUPLICATE, limit=None, collapse=False).found}
    first = {min(one.id for one in made if one.story == story) for story in ("s", "t")}
    assert found == {one.id for one in made} - first


def test_joined_stories_repeat_and_translate_each_other(engine: Engine):
    commit(engine, [A, held("c", "短", "s-a", **ZH), held("d", "short", "s-b")])
    assert (titles(engine, DUPLICATE), titles(engine, TRANSLATION)) == ("", "ac")
    commit(engine, [B])
    assert (titles(engine, DUPLICATE), titles(engine, TRANSLATION)) == ("bd", "abcd")
    commit(engine, deleted=[A.id])
    assert (titles(engine, DUPLICATE), titles(engine, TRANSLATION)) == ("d", "")


def test_what_has_an_image_or_anything(engine: Engine):
    made = [
        held("a", "short", image="quay.jpg"),
        held("b", "short"),
        held("c", "short", "s"),
        held("d", "short", "s", **ZH),
    ]
    commit(engine, made)
    assert titles(engine, Filter("has", "image")) == "a"
    assert titles(engine, Filter("has", present=True)) == "acd"
