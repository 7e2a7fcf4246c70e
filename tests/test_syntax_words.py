from __future__ import annotations

import datetime

import pytest
from query_text import spell

from newssearch.syntax.nodes import Form, Phrase, Word
from newssearch.syntax.parser import parse

TODAY = datetime.date(2020, 8, 27)


def tree(query: str, leading: bool = False) -> str:
    return spell(parse(query, TODAY, allow_leading=leading).tree)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("luka*", "luka*"),
        ("=luka*", "luka*"),
        ("luka**", "luka*"),
        ("2*", "2*"),
        ("卢卡*", "卢卡*"),
        ("wo?d", "wo?d"),
        ("wo??d", "wo??d"),
        ("wo?d?", "wo?d"),
        ("wo?*", "wo?*"),
        ("w*d", "w*d"),
        ("w*d*", "w*d*"),
        ("mar?a-l*a", "mar?a-l*a"),
        ("o’bri?n", "o’bri?n"),
        ("title:wo?d", "title:wo?d"),
        ('"polic* reserves"', '"polic* reserves"'),
        ('"the wo?d =Sun wod~"', '"the wo?d =Sun wod~1"'),
        ("minsk~", "minsk~1"),
        ("lukashenko~", "lukashenko~2"),
        ("lukashenko~1", "lukashenko~1"),
        ("=minsk~2", "minsk~2"),
        ("minsk^3", "minsk^3"),
        ("minsk^0.5", "minsk^0.5"),
        ("minsk^.5", "minsk^0.5"),
        ("=minsk^2", "=minsk^2"),
        ("luka*^2", "luka*^2"),
        ("minsk~1^2", "minsk~1^2"),
        ("minsk^2~1", "minsk~1^2"),
        ("minsk^2?", "minsk^2"),
        ("title:minsk^2", "title:minsk^2"),
        ('"a b"~5', '"a b"~5'),
        ('"a b"~0', '"a b"'),
        ('"a b"^2', '"a b"^2'),
        ('title:"a b"~5 c', '(title:"a b"~5 & c)'),
        ("（“a b”~5）", '"a b"~5'),
    ],
)
def test_marks_say_how_a_word_is_matched(query: str, expected: str):
    assert tree(query) == expected
    assert parse(query, TODAY).notes == ()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("why?", "why?"),
        ("why?!", "why?"),
        ("¿why?", "¿why?"),
        ("https://a.example/x?y=*z", "https://a.example/x?y=*z"),
        ("a.example/x?y=z", "a.example/x?y=z"),
        ("渡轮恢复?夜航停止", "渡轮恢复?夜航停止"),
        ("~50", "~50"),
        ("50~60", "50~60"),
        ("^_^", "^_^"),
        ("x^y", "x^y"),
        ("C#", "C#"),
        ("=", "="),
        ("3*4=12", "3*4=12"),
    ],
)
def test_what_only_looks_like_a_mark_is_text(query: str, expected: str):
    found = parse(query, TODAY).tree
    assert isinstance(found, Word)
    assert found.form is Form.STEM
    assert found.text.rstrip("?") == expected.rstrip("?")


def test_a_pattern_may_begin_with_a_star_only_where_that_is_allowed():
    assert tree("*insk", leading=True) == "*insk"
    assert tree("*ins*", leading=True) == "*ins*"
    assert tree("*insk") == "insk"
    assert tree("*insk*") == "insk*"
    assert tree("title:*insk", leading=True) == "title:*insk"


def test_a_phrase_knows_its_place_with_its_marks():
    query = 'a "b c"~5 d'
    phrases = [one for one in parse(query, TODAY).tree.children if isinstance(one, Phrase)]
    assert [query[one.start : one.end] for one in phrases] == ['"b c"~5']
