from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newssearch.syntax.dates import date_range

TODAY = datetime.date(2020, 8, 27)  # a Thursday


def days(text: str, today: datetime.date = TODAY) -> tuple[str, str] | None:
    """The range's ends as YYYYMMDD; an open end is empty."""
    found = date_range(text, today)
    if found is None:
        return None
    return tuple("" if end is None else f"{end:014}"[:8] for end in found)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2020", "20200000", "20201231"),
        ("2020-08", "20200800", "20200831"),
        ("2020-8", "20200800", "20200831"),
        ("2020/08/27", "20200827", "20200827"),
        ("2020.08.27", "20200827", "20200827"),
        ("20200827", "20200827", "20200827"),
        ("aug-2020", "20200800", "20200831"),
        ("sept-2020", "20200900", "20200931"),
        ("August 2020", "20200800", "20200831"),
        ("aug. 2020", "20200800", "20200831"),
        ("Aug 27 2020", "20200827", "20200827"),
        ("August 27, 2020", "20200827", "20200827"),
        ("27-aug-2020", "20200827", "20200827"),
        ('"27 August 2020"', "20200827", "20200827"),
        ("2020-02-29", "20200229", "20200229"),
        ("today", "20200827", "20200827"),
        ("Yesterday", "20200826", "20200826"),
        ("7d", "20200820", "20200827"),
        ("3w", "20200806", "20200827"),
        ("2m", "20200627", "20200827"),
        ("1y", "20190827", "20200827"),
        ("this week", "20200824", "20200830"),
        ("last week", "20200817", "20200823"),
        ('"last month"', "20200700", "20200731"),
        ("this month", "20200800", "20200831"),
        ("this year", "20200000", "20201231"),
        ("last  year", "20190000", "20191231"),
    ],
)
def test_whole_units_are_inclusive(typed: str, first: str, last: str):
    assert days(typed) == (first, last)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2020-08..2020-09", "20200800", "20200931"),
        ("..2020-08", "", "20200831"),
        ("2020-08..", "20200800", ""),
        ("*..2020", "", "20201231"),
        (">=2020-08-15", "20200815", ""),
        (">= 2020-08-15", "20200815", ""),
        ("<=2020-08", "", "20200831"),
        ("[2020-08 TO 2020-09]", "20200800", "20200931"),
        ("[2020-08 TO *]", "20200800", ""),
        ("[* TO *]", "", ""),
        ("7d..3d", "20200820", "20200824"),
        ("..7d", "", "20200820"),
        ("last month..today", "20200700", "20200827"),
    ],
)
def test_ranges_hold_both_their_ends(typed: str, first: str, last: str):
    assert days(typed) == (first, last)


@pytest.mark.parametrize(
    ("typed", "inside", "outside"),
    [
        (">2020-08-15", 20200816000000, 20200815235959),
        ("<2020-09", 20200831235959, 20200900000000),
        ("{2020-07 TO 2020-09}", 20200800000000, 20200731235959),
        ("{2020-07 TO 2020-09}", 20200831235959, 20200900000000),
        ("<7d", 20200819235959, 20200820000000),
    ],
)
def test_an_end_that_is_not_meant_is_not_in_the_range(typed: str, inside: int, outside: int):
    found = date_range(typed, TODAY)
    assert found is not None

    def holds(key: int) -> bool:
        return (found.low is None or found.low <= key) and (found.high is None or key <= found.high)

    assert holds(inside)
    assert not holds(outside)


@pytest.mark.parametrize(
    "typed",
    [
        "", "yesteryear", "2020-13", "2020-00", "2020-02-30", "2019-02-29", "2020-04-31", "0000",
        "20", "202", "2020-08-27T10:00", "marble-2020", "ju-2020", "32-aug-2020", "9999y", "..",
        "2020-09..2020-08", "today..yesterday", "2020..x", "[2020 TO", "[2020]", ">", ">=x", "d7",
    ],
)  # fmt: skip
def test_what_is_no_date_or_ends_before_it_begins_is_none(typed: str):
    assert days(typed) is None


@pytest.mark.parametrize(
    ("today", "typed", "first"),
    [
        (datetime.date(2020, 3, 31), "1m", "20200229"),
        (datetime.date(2019, 3, 31), "1m", "20190228"),
        (datetime.date(2020, 2, 29), "1y", "20190228"),
        (datetime.date(2020, 1, 15), "2m", "20191115"),
        (datetime.date(2020, 3, 1), "yesterday", "20200229"),
        (datetime.date(2020, 1, 1), "last month", "20191200"),
        (datetime.date(2021, 1, 2), "last week", "20201221"),
    ],
)
def test_months_ends_and_leap_years(today: datetime.date, typed: str, first: str):
    found = days(typed, today)
    assert found is not None
    assert found[0] == first


@given(
    st.text("0123456789-./ dwmyaugTO[]{}<>=*tлａ０", max_size=24),
    st.dates(datetime.date(1970, 1, 1), datetime.date(2400, 1, 1)),  # what a clock may say
)
def test_no_text_breaks_it_and_no_range_is_turned_about(text: str, today: datetime.date):
    found = date_range(text, today)
    if found and found.low is not None and found.high is not None:
        assert found.low <= found.high
