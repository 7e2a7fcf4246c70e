"""What a query means, sign by sign: words, operators, brackets, fields, a pasted headline."""

from __future__ import annotations

import datetime
import random

import pytest
from query_text import spell

from newssearch.analysis.analyzer import Analyzer
from newssearch.results import Note
from newssearch.syntax.fields import ALIASES, FIELDS, TEXT_FIELDS
from newssearch.syntax.nodes import And, Filter
from newssearch.syntax.parser import parse
from newssearch.syntax.terms import to_terms

TODAY = datetime.date(2020, 8, 27)


def tree(query: str, any_word: bool = False) -> str:
    return spell(parse(query, TODAY, any_word).tree)


def notes(query: str) -> list[Note]:
    return list(parse(query, TODAY).notes)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("minsk", "minsk"),
        ("minsk strike", "(minsk & strike)"),
        ("minsk OR brest", "(minsk | brest)"),
        ("a b OR c", "(a & (b | c))"),
        ("a OR b c", "((a | b) & c)"),
        ("a AND b OR c", "((a & b) | c)"),
        ("a OR b AND c", "(a | (b & c))"),
        ("a AND b c", "((a & b) & c)"),
        ("a (b OR c)", "(a & (b | c))"),
        ("(a b) OR c", "((a & b) | c)"),
        ("((a))", "a"),
        ("-a", "-a"),
        ("NOT a", "-a"),
        ("a -b", "(a & -b)"),
        ("a NOT b", "(a & -b)"),
        ("NOT (a b)", "-(a & b)"),
        ('-"a b"', '-"a b"'),
        ("NOT NOT a", "a"),
        ("NOT -a", "a"),
        ("a OR -b", "(a | -b)"),
        ("+a b", "(a & b)"),
        ("+(a OR b)", "(a | b)"),
        ('"mass rally"', '"mass rally"'),
        ('"polic* reserves"', '"polic* reserves"'),
        ('"the =Guardian"', '"the =Guardian"'),
        ("=protests", "=protests"),
        ("*", "everything"),
        ("**", "everything"),
        ("and or not", "(and & or & not)"),
        ("minsk, brest; grodno", "(minsk & brest & grodno)"),
        ("白俄罗斯，卢卡申科", "(白俄罗斯 & 卢卡申科)"),
    ],
)
def test_words_operators_and_brackets(query: str, expected: str):
    assert tree(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("covid-19", "covid-19"),
        ("election -2020", "(election & -2020)"),
        ("between -7 and -4% growth", "(between & 7 & and & 4% & growth)"),
        ("down -2.5, up +3", "(down & 2.5 & up & 3)"),
        ("a -", "a"),
        ("a - b", "(a & b)"),
        ("a -- b", "(a & b)"),
        ("a --b", "(a & b)"),
        ("(live)-scores", "(live & scores)"),
        ("-", "nothing"),
        ("-(-a)", "a"),
        ("C++ a+b +", "(C++ & a+b)"),
    ],
)
def test_a_minus_is_not_only_at_the_start_of_a_word(query: str, expected: str):
    assert tree(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:minsk", "title:minsk"),
        ("TITLE:minsk", "title:minsk"),
        ('title:"mass rally" minsk', '(title:"mass rally" & minsk)'),
        ("title:(minsk OR -brest)", "(title:minsk | -title:brest)"),
        ("title:luka*", "title:luka*"),
        ("title:=Sun", "title:=Sun"),
        ("title:-minsk", "-title:minsk"),
        ("title:NOT minsk", "-title:minsk"),
        ("-title:minsk", "-title:minsk"),
        ("title:*", "[title:*]"),
        ("author:marta", "[author:marta]"),
        ('author:"Marta Lindqvist"', "[author:Marta Lindqvist]"),
        ("author:(marta OR linus)", "([author:marta] | [author:linus])"),
        ("author:mar*", "[author:mar*]"),
        ("author:*", "[author:*]"),
        ("lang:zh", "[lang:zh]"),
        ("-lang:zh", "-[lang:zh]"),
        ("NOT lang:zh", "-[lang:zh]"),
        ("lang:(en OR zh)", "([lang:en] | [lang:zh])"),
        ('source:"The Harbour Post"', "[source:The Harbour Post]"),
        ("path:2020/08/*", "[path:2020/08/*]"),
        ("path:/2020", "[path:/2020]"),
        ("url:https://a.example/b?c=1", "[url:https://a.example/b?c=1]"),
        ("url:https://a.example/b_(c) d", "([url:https://a.example/b_(c)] & d)"),
        ("kind:digest", "[kind:digest]"),
        ("is:page", "[kind:page]"),
        ("has:date", "[has:date]"),
        ("words:>=500", "[words:500..]"),
        ("words:>500", "[words:501..]"),
        ("words:<500", "[words:..499]"),
        ("words:500", "[words:500..500]"),
        ("words:100..500", "[words:100..500]"),
        ("words:{100 TO 500}", "[words:101..499]"),
        ("words:[100 TO *]", "[words:100..]"),
        ("words:[* TO *]", "[words:*]"),
        ("date:2020-08-27", "[date:20200827000000..20200827999999]"),
        ("date:[2020-08 TO 2020-09]", "[date:20200800000000..20200931999999]"),
        ("date:>= 2020", "[date:20200000000000..]"),
        ("date:last month", "[date:20200700000000..20200731999999]"),
        ("date:aug 2020", "[date:20200800000000..20200831999999]"),
        ("date:27 August 2020", "[date:20200827000000..20200827999999]"),
        ("date:aug 27, 2020", "[date:20200827000000..20200827999999]"),
        ("date:>=aug 2020 a", "([date:20200800000000..] & a)"),
        ("date:aug 2020..sep 2020", "[date:20200800000000..20200931999999]"),
        ("date:2019-11..aug 2020", "[date:20191100000000..20200831999999]"),
        ("date:..last month", "[date:..20200731999999]"),
        ("date:2020, a", "([date:20200000000000..20201231999999] & a)"),
        ("date:{2020 TO 2022}", "[date:20201232000000..20219999999999]"),
        ("date:>2020", "[date:20201232000000..]"),
        (
            "date:([2019 TO 2020] OR -2018)",
            "([date:20190000000000..20201231999999] | -[date:20180000000000..20181231999999])",
        ),
        ("lang:(-en)", "-[lang:en]"),
        ("lang:(en OR title:minsk)", "([lang:en] | title:minsk)"),
        ("author:(marta -linus)", "([author:marta] & -[author:linus])"),
        ("title:(a OR *)", "(title:a | [title:*])"),
        ('author:"Marta Lind*"', "[author:Marta Lind*]"),
        ('keywords:"police reserve"', 'keywords:"police reserve"'),
        ('tag:"police reserve"', "[tag:police reserve]"),
        ("date:none", "[date:none]"),
        ("date:*", "[date:*]"),
        ("(lang:en)", "[lang:en]"),
        (
            'date:("last month" OR 2019)',
            "([date:20200700000000..20200731999999] | [date:20190000000000..20191231999999])",
        ),
    ],
)
def test_fields(query: str, expected: str):
    assert tree(query) == expected
    assert notes(query) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a W/5 b", "(a near[4] b)"),
        ("a w/5 b", "(a near[4] b)"),
        ("a NEAR/5 b", "(a near[4] b)"),
        ("a PRE/5 b", "(a then[4] b)"),
        ("a pre/1 b", "(a then[0] b)"),
        ("a W/S b", "(a near[sentence] b)"),
        ("a W/P b", "(a near[paragraph] b)"),
        ("a PRE/S b", "(a then[sentence] b)"),
        ("a W/5 b W/3 c", "((a near[4] b) near[2] c)"),
        ("a W/5 (b W/3 c)", "(a near[4] (b near[2] c))"),
        ('"a b" W/5 =c', '("a b" near[4] =c)'),
        ("a* W/5 b?c", "(a* near[4] b?c)"),
        ("(a OR b) W/5 c", "((a | b) near[4] c)"),
        ("(a b) W/5 c", "((a & b) near[4] c)"),
        ("a W/5 b OR c", "((a near[4] b) | c)"),
        ("a AND b W/5 c", "(a & (b near[4] c))"),
        ("a W/5 b c", "((a near[4] b) & c)"),
        ("NOT a W/5 b", "-(a near[4] b)"),
        ("title:a W/5 b", "(title:a near[4] b)"),
        ("title:(a W/5 b)", "(title:a near[4] title:b)"),
        ("atleast3(a)", "atleast3(a)"),
        ("ATLEAST3(a b)", "atleast3((a & b))"),
        ("atleast3(a OR b) c", "(atleast3((a | b)) & c)"),
        ("-atleast3(a)", "-atleast3(a)"),
        ("title:atleast2(a)", "atleast2(title:a)"),
        ("lead(a)", "lead(a)"),
        ('lead("a b" -c)', 'lead(("a b" & -c))'),
        ("lead(a W/5 b)", "lead((a near[4] b))"),
        ("lead(a) W/5 b", "(lead(a) near[4] b)"),
        ("atleast2(a) W/S b", "(a near[sentence] b)"),
        ("lead (a)", "(lead & a)"),
        ("atleast3", "atleast3"),
        ("leader", "leader"),
    ],
)
def test_operators_that_say_where_words_stand(query: str, expected: str):
    assert tree(query) == expected


def test_every_alias_means_its_field():
    for alias, field in ALIASES.items():
        assert tree(f"{alias}:minsk") == tree(f"{field}:minsk")


def test_every_field_takes_a_star():
    for name, field in FIELDS.items():
        if name != "is":
            assert parse(f"{name}:*", TODAY).tree == Filter(name, present=True), field.meaning


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a b", "(a | b)"),
        ("+a b", "(a & (b | everything))"),
        ("a -b c", "(-b & (a | c))"),
        ("lang:zh a b", "([lang:zh] & (a | b))"),
        ("(lang:en OR lang:zh) a b", "(([lang:en] | [lang:zh]) & (a | b))"),
        ("(a AND b) c", "((a & b) | c)"),
        ("a", "a"),
        ("-a", "-a"),
    ],
)
def test_one_word_is_enough_but_what_is_required_excluded_or_filtered_holds(
    query: str, expected: str
):
    assert tree(query, any_word=True) == expected


@pytest.mark.parametrize(
    ("headline", "words"),
    [
        ("Coronavirus: What now?", 3),
        ("What now? Nobody knows", 4),
        ("‘Is it over?’ asks mayor", 5),
        ("Why?! Just why", 3),
        ("Ferry (night) returns: 10:30 at last", 6),
        ("Source: the sea", 3),
        ("Bridge – and tunnel — closed…", 4),
        ("Harbour's £5m plan & more", 4),
        ("See https://news.example/a?b=c&d=1", 2),
        ("渡轮：夜航恢复？", 1),
        ("NATO：渡轮恢复", 1),
    ],
)
def test_a_pasted_headline_is_words_without_a_note(headline: str, words: int):
    parsed = parse(headline, TODAY)
    assert parsed.notes == ()
    inside = to_terms(parsed.tree, Analyzer()) if parsed.tree else None
    assert inside is not None
    assert len(inside.children if isinstance(inside, And) else [inside]) == words


@pytest.mark.parametrize(
    ("typed", "ascii_form"),
    [
        ("“mass rally” minsk", '"mass rally" minsk'),
        ("„mass rally“", '"mass rally"'),
        ("«mass rally»", '"mass rally"'),
        ("＂mass rally＂", '"mass rally"'),
        ("（minsk OR brest）", "(minsk OR brest)"),
        ("title：minsk", "title:minsk"),
        ("minsk\u3000brest", "minsk brest"),
        ("luka＊", "luka*"),
        ("－minsk", "-minsk"),
    ],
)
def test_typographic_and_full_width_signs_count_as_ascii(typed: str, ascii_form: str):
    assert tree(typed) == tree(ascii_form)


def test_words_side_by_side_come_out_as_they_went_in():
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(200):
        words = ["".join(chance.choices("abcdef", k=5)) for _ in range(chance.randint(2, 9))]
        assert tree(" ".join(words)) == "(" + " & ".join(words) + ")"


def test_the_searched_fields_are_title_keywords_and_body():
    assert TEXT_FIELDS == ("title", "keywords", "body")
