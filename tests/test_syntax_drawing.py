from __future__ import annotations

import datetime

import pytest

from newssearch.syntax.drawing import drawn, leaf_text
from newssearch.syntax.nodes import Node, Word
from newssearch.syntax.parser import parse

TODAY = datetime.date(2020, 8, 27)


def shown(query: str) -> str:
    return drawn(parse(query, TODAY).tree)


def test_a_tree_is_drawn_with_a_level_for_each_indentation():
    assert shown('belarus "mass rally" W/5 strike -lang:en') == (
        "all of\n"
        "  belarus                    at 1-7\n"
        "  near, at most 4 words between, in any order\n"
        '    "mass rally"             at 9-20\n'
        "    strike                   at 26-31\n"
        "  not\n"
        "    lang:en                  at 34-40\n"
    )


def test_each_leaf_has_its_count_where_one_is_known():
    def count(leaf: Node) -> int | None:
        return {"a": 1, "b": 1204}.get(leaf.text) if isinstance(leaf, Word) else None

    lines = drawn(parse("a b c", TODAY).tree, count).splitlines()
    assert [line.split("at ")[1].split(maxsplit=1)[1:] for line in lines[1:]] == [
        ["1 article"],
        ["1,204 articles"],
        [],
    ]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("a PRE/2 b", "near, at most 1 word between, in this order"),
        ("a W/S b", "in the same sentence, in any order"),
        ("atleast3(a)", "at least 3 times"),
        ("lead(a)", "in the title or the first 50 words"),
        ("a OR b", "any of"),
        ("*", "every article"),
        ("()", "nothing to search for"),
    ],
)
def test_each_kind_of_node_says_what_it_means(query: str, titles: str):
    assert shown(query).splitlines()[0] == titles


@pytest.mark.parametrize(
    "leaf",
    ["minsk", "=minsk", "mins*", "mi?sk", "minsk~1", "minsk^2", "title:minsk", '"a b"~5', '"a =b"',
     'title:"a b*"', "author:*", "author:mar*", "words:5..9", "words:5..", "date:none", "lang:en"],
)  # fmt: skip
def test_a_leaf_is_drawn_as_it_is_typed(leaf: str):
    assert leaf_text(parse(leaf, TODAY).tree) == leaf


def test_dates_are_drawn_as_days():
    assert leaf_text(parse("date:2020-08-01..2020-08-27", TODAY).tree) == (
        "date:2020-08-01..2020-08-27"
    )
