from __future__ import annotations

import datetime

import pytest
from query_text import spell

from newssearch.errors import QuerySyntaxError
from newssearch.results import Note
from newssearch.syntax.notes import HINTS, MOST_NOTES
from newssearch.syntax.parser import parse

TODAY = datetime.date(2020, 8, 27)


def notes(query: str) -> list[Note]:
    return list(parse(query, TODAY).notes)


def tree(query: str) -> str:
    return spell(parse(query, TODAY).tree)


def mended(query: str, note: Note) -> str:
    """The query with a note's suggestion in its place."""
    return query[: note.start] + note.suggestion + query[note.end :]


CASES = [
    ("titel:minsk", "unknown-field", "titel", "title", "(titel & minsk)"),
    ("zebra:minsk", "unknown-field", "zebra", "", "(zebra & minsk)"),
    ("foo:bar", "unknown-field", "foo", "", "(foo & bar)"),
    ("titel:(a b)", "unknown-field", "titel", "title", "(titel: & (a & b))"),
    ('titel:"a b"', "unknown-field", "titel", "title", '(titel: & "a b")'),
    ("title: minsk", "empty-clause", "title: minsk", "title:minsk", "(title: & minsk)"),
    ('title: "a b"', "empty-clause", 'title: "a b"', 'title:"a b"', '(title: & "a b")'),
    ("minsk date:", "empty-clause", "date:", "", "(minsk & date:)"),
    ("a date:2020-13", "bad-date", "date:2020-13", "date:2020", "a"),
    ("a date:2020-02-30", "bad-date", "date:2020-02-30", "date:2020-02", "a"),
    ("date:agust-2020 a", "bad-date", "date:agust-2020", "date:august-2020", "a"),
    ("date:august a", "bad-date", "date:august", "date:aug-2020", "a"),
    ("date:agust a", "bad-date", "date:agust", "date:aug-2020", "a"),
    ("date:yesterdy a", "bad-date", "date:yesterdy", "date:yesterday", "a"),
    ("date:garbage a", "bad-date", "date:garbage", "", "a"),
    ("date:2021..2020", "bad-range", "date:2021..2020", "date:2020..2021", "nothing"),
    ("date:[2021 TO 2020]", "bad-range", "date:[2021 TO 2020]", "date:[2020 TO 2021]", "nothing"),
    ("date:(2020-13 OR 2019)", "bad-date", "2020-13", "2020",
     "[date:20190000000000..20191231999999]"),
    ("words:many", "bad-number", "words:many", "", "nothing"),
    ("words:..", "bad-number", "words:..", "", "nothing"),
    ("words:9..5", "bad-range", "words:9..5", "words:5..9", "nothing"),
    ("title:[a TO b] c", "bad-range", "title:[a TO b]", "", "c"),
    ("title:>a c", "bad-range", "title:>a", "", "c"),
    ("source:[a TO b] c", "bad-range", "source:[a TO b]", "", "c"),
    ("lang:en,zh a", "unknown-value", "lang:en,zh", "", "a"),
    ("lang:en^2 a", "unknown-value", "lang:en^2", "", "a"),
    ("kind:digets a", "unknown-value", "kind:digets", "kind:digest", "a"),
    ("has:wings a", "unknown-value", "has:wings", "", "a"),
    ("-has:translations a", "unknown-value", "has:translations", "has:translation", "a"),
    ("is:duplicated a", "unknown-value", "is:duplicated", "is:duplicate", "a"),
    ("kind:duplicate a", "unknown-value", "kind:duplicate", "", "a"),
    ("source:a*b c", "not-supported", "source:a*b", "", "c"),
    ("author:mar?ta a", "not-supported", "mar?ta", "", "a"),
    ("author:marta~ a", "not-supported", "marta~", "", "a"),
    ("author:(marta W/3 linus)", "no-place", "W/3", "", "([author:marta] & [author:linus])"),
    ("author:lead(marta)", "no-place", "lead", "", "[author:marta]"),
    ('lang:"" a', "empty-clause", 'lang:""', "", "a"),
    ("author:? a", "empty-clause", "?", "", "a"),
    ("title:) a", "empty-clause", "title:", "", "a"),
    ("title:lang:zh", "empty-clause", "title:", "", "[lang:zh]"),
    ("title:OR a", "empty-clause", "title:", "", "a"),
    ("a ()", "empty-clause", "()", "", "a"),
    ('a ""', "empty-clause", '""', "", "a"),
    ('a "b c', "unbalanced-quote", '"b c', '"b c"', "(a & b & c)"),
    ('a "', "unbalanced-quote", '"', "", "a"),
    ("(a b", "unbalanced-bracket", "(", "", "(a & b)"),
    ("a) b", "unbalanced-bracket", ")", "", "(a & b)"),
    ("a OR", "lonely-operator", "OR", "", "a"),
    ("AND a", "lonely-operator", "AND", "", "a"),
    ("a NOT", "lonely-operator", "NOT", "", "a"),
    ("a OR AND b", "lonely-operator", "AND", "", "(a | b)"),
    ("W/5 a", "lonely-operator", "W/5", "", "a"),
    ("a W/5", "lonely-operator", "W/5", "", "a"),
    ("a W/5 -b", "lonely-operator", "W/5", "", "(a & -b)"),
    ("a W/5 W/6 b", "lonely-operator", "W/5", "", "(a near[5] b)"),
    ("a W/5 ()", "lonely-operator", "W/5", "", "a"),
    ("a or b", "lower-case-or", "or", "OR", "(a & or & b)"),
    ("a NEAR b", "not-an-operator", "NEAR", "NEAR/5", "(a & NEAR & b)"),
    ("a +W/5 b", "not-an-operator", "+W/5", "W/5", "(a & W/5 & b)"),
    ("atleast3 (a)", "not-an-operator", "atleast3 (", "atleast3(", "(atleast3 & a)"),
    ('="a b"', "no-effect", '="a b"', '"=a =b"', '(= & "a b")'),
    ('title:="a b"~2', "no-effect", '="a b"~2', '"=a =b"~2', '(title:= & "a b"~2)'),
    ("a || b", "not-an-operator", "||", " OR ", "(a & b)"),
    ("a && b", "not-an-operator", "&&", " AND ", "(a & && & b)"),
    ("a b OR c", "mixed-operators", "b OR c", "(b OR c)", "(a & (b | c))"),
    ("a AND b c", "mixed-operators", "a AND b", "(a AND b)", "((a & b) & c)"),
    ("a (b c OR d)", "mixed-operators", "c OR d", "(c OR d)", "(a & (b & (c | d)))"),
    ("lang:en a OR b", "mixed-operators", "a OR b", "(a OR b)", "([lang:en] & (a | b))"),
    ("a W/0 b", "bad-number", "W/0", "W/1", "(a near[0] b)"),
    ("a PRE/900 b", "bad-number", "PRE/900", "PRE/255", "(a then[254] b)"),
    ("atleast0(a)", "bad-number", "atleast0", "atleast1", "atleast1(a)"),
    ("atleast(a)", "bad-number", "atleast", "atleast2", "a"),
    ("(a -b) W/5 c", "no-place", "W/5", "", "(a near[4] c)"),
    ("lang:en W/5 c", "no-place", "W/5", "", "c"),
    ("atleast2(a lang:en)", "no-place", "atleast2", "", "atleast2(a)"),
    ("a W/5 atleast2(b)", "no-place", "W/5", "", "(a near[4] b)"),
    ("atleast2(-b) c", "no-place", "atleast2", "", "c"),
    ("lead(kw:a b)", "no-effect", "lead", "", "lead(b)"),
    ("kw:lead(a) b", "no-effect", "lead", "", "b"),
    ("(a b)^2", "no-effect", "^2", "", "(a & b)"),
    ('"a b^2"', "no-effect", "b^2", "b", '"a b"'),
    ('"a * b"', "no-effect", "*", "", '"a b"'),
    ('"a b"~5^2', "no-effect", "~5^2", "~5", '"a b"~5'),
    ('"a b"~900', "bad-number", "~900", "~255", '"a b"~255'),
    ("minsk~3", "bad-number", "minsk~3", "minsk~2", "minsk~2"),
    ("minsk~0.7", "bad-number", "minsk~0.7", "minsk~1", "minsk~1"),
    ("minsk~9^2", "bad-number", "minsk~9^2", "minsk~2^2", "minsk~2^2"),
    ("minsk^900", "bad-number", "minsk^900", "minsk", "minsk"),
    ("minsk^0", "bad-number", "minsk^0", "minsk", "minsk"),
    ("minsk^", "bad-number", "minsk^", "minsk", "minsk"),
    ("minsk~1^", "bad-number", "minsk~1^", "minsk~1", "minsk~1"),
    ("ab~", "no-effect", "ab~", "ab", "ab"),
    ("2020~", "no-effect", "2020~", "2020", "2020"),
    ("卢卡申科~", "no-effect", "卢卡申科~", "卢卡申科", "卢卡申科"),
    ("wo?d~", "no-effect", "wo?d~", "wo?d", "wo?d"),
    ("*insk", "leading-star", "*insk", "insk", "insk"),
    ("**insk~", "leading-star", "**insk~", "insk~", "insk~1"),
    ("卢*科", "no-effect", "卢*科", "", "卢*科"),
    ("a/b*c", "no-effect", "a/b*c", "", "a/b*c"),
    ("@minsk", "unknown-saved", "@minsk", "", "@minsk"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "code", "marked", "suggestion", "left"), CASES)
def test_what_cannot_be_meant_is_noted_with_its_place_and_the_rest_runs(
    query: str, code: str, marked: str, suggestion: str, left: str
):
    found = notes(query)
    note = next(note for note in found if note.code == code)
    assert query[note.start : note.end] == marked
    assert note.suggestion == suggestion
    assert note.message
    assert tree(query) == left
    assert {other.code for other in found} <= {code, "unbalanced-bracket", "empty-clause"}


@pytest.mark.parametrize("query", [case[0] for case in CASES])
def test_a_suggestion_in_the_place_of_what_it_is_about_mends_it(query: str):
    for note in notes(query):
        if note.suggestion:
            after = [other.code for other in notes(mended(query, note))]
            assert note.code not in after, mended(query, note)


def test_places_are_those_of_the_query_as_typed():
    query = "“渡轮” titel：minsk"
    (note,) = notes(query)
    assert query[note.start : note.end] == "titel"
    assert mended(query, note) == "“渡轮” title：minsk"


def test_notes_come_in_the_order_of_the_query_and_not_without_end():
    starts = [note.start for note in notes("a) titel:b date:x OR")]
    assert starts == sorted(starts)
    assert len(starts) == 4
    assert len(notes(")" * 4000)) == MOST_NOTES


@pytest.mark.parametrize(
    "query",
    ["a b c", "a OR b", "a AND b", "a AND b OR c", "(a OR b) c", "a -b", "a W/5 b c", "NEAR a",
     "a (b OR c) -(d OR e)", "and or"],
)  # fmt: skip
def test_a_query_that_mixes_nothing_gets_no_hint_of_it(query: str):
    assert {note.code for note in notes(query)} <= {"lower-case-or"}


def test_hints_say_nothing_is_wrong():
    for query in ("a or b", "a NEAR b", "a b OR c", "a || b"):
        assert {note.code for note in notes(query)} <= HINTS


def test_what_mixes_operators_means_what_the_hint_says():
    for query in ("a b OR c", "a AND b c", "a OR b c OR d", "x title:(a b OR c)"):
        (note, *_) = notes(query)
        assert tree(mended(query, note)) == tree(query)


SAVED = {
    "ferries": "ferry OR boat",
    "night": "@ferries night",
    "loop": "@loop a",
    "wrong": "titel:x",
    "deep": "(" * 25 + "a" + ")" * 25,
    "wide": "a " * 100,
}


def with_saved(query: str) -> tuple[str, list[Note]]:
    parsed = parse(query, TODAY, saved=SAVED)
    return spell(parsed.tree), list(parsed.notes)


def test_a_saved_search_stands_for_its_query():
    assert with_saved("@ferries -night") == ("((ferry | boat) & -night)", [])
    assert with_saved("NOT @night") == ("-((ferry | boat) & night)", [])


def test_notes_on_a_saved_search_stand_at_its_name():
    _, (note,) = with_saved("a @wrong")
    assert (note.code, note.start, note.end) == ("unknown-field", 2, 8)
    assert "@wrong" in note.message


def test_an_unknown_saved_search_is_a_word_with_the_nearest_name():
    spelt, (note,) = with_saved("@feries")
    assert spelt == "@feries"
    assert (note.code, note.suggestion) == ("unknown-saved", "@ferries")


def test_a_saved_search_that_asks_for_itself_is_left_out():
    spelt, (note,) = with_saved("b @loop")
    assert spelt == "(b & a)"
    assert note.code == "saved-in-itself"


def test_words_of_a_saved_search_are_at_its_name():
    (first, _) = parse("@ferries", TODAY, saved=SAVED).tree.children
    assert (first.start, first.end) == (0, 8)


def test_a_saved_search_over_the_limits_is_refused_at_its_name():
    with pytest.raises(QuerySyntaxError, match=r"@deep: .*20 levels") as caught:
        with_saved("b @deep")
    assert (caught.value.start, caught.value.end) == (2, 7)


def test_the_words_of_saved_searches_count_as_the_query_s():
    with pytest.raises(QuerySyntaxError, match="256 words"):
        with_saved("@wide OR @wide OR @wide")
    assert with_saved("@wide OR @wide")[1] == []
