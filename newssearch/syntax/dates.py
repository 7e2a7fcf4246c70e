"""Dates and ranges of dates as people type them in a query.

In: `2020-08`, `aug-2020`, `7d`, `last month`, `2020-08..2020-09`, `>=2020-08-15`, `[a TO b]` … Out:
a range of date keys (YYYYMMDDhhmmss, both ends in it); used by `values`, and by `lexer` to know a
date that has spaces in it.

Whole units are inclusive: `2020-08` is all of August. An article of which only the month or year
is known has a key at that unit's beginning, with zeros for what is unknown, so the range of a
month begins at day 00 and that of a year at month 00.
"""

from __future__ import annotations

import datetime
import re
from typing import Literal, NamedTuple

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip

_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$|(\d{4})(\d{2})(\d{2})$")
_NAMED = re.compile(r"(?:(\d{1,2})[ -])?([a-z]{3,9})\.?[ -](\d{4})$")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2}),? (\d{4})$")
_AGO = re.compile(r"(\d{1,4})([dwmy])$")
_BRACKETS = re.compile(r"([\[{])\s*(.*?)\s+TO\s+(.*?)\s*([\]}])$", re.IGNORECASE)
_COMPARED = re.compile(r"(>=|<=|>|<)\s*(.+)$")
_END_OF_DAY = 999_999

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_SEVERAL_WORDS = (
    r'(?:"[^"]*"|(?:this|last)\s+(?:week|month|year)\b'
    rf"|(?:\d{{1,2}}\s+)?{_MONTH}\s+\d{{4}}\b|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}\b)"
)
#: A pattern for dates, and ranges of them, that have spaces in them: `aug 2020`.
DATE_VALUE = (
    rf"(?:[<>]=?\s*)?(?:{_SEVERAL_WORDS}(?:\.\.(?:{_SEVERAL_WORDS}|[^\s()]*))?"
    rf'|[^\s()"]*?\.\.{_SEVERAL_WORDS})'
)


class DateRange(NamedTuple):
    """Ends of a range of date keys, both in it; None is open."""

    low: int | None
    high: int | None


def date_range(text: str, today: datetime.date) -> DateRange | None:
    """The range that a value means; None where it is no date or its ends are out of order."""
    value = text.strip().strip('"').strip()
    found = _range(value, today)
    if found and found.low is not None and found.high is not None and found.low > found.high:
        return None
    return found


def _range(value: str, today: datetime.date) -> DateRange | None:
    bracketed = _BRACKETS.match(value)
    if bracketed:
        opening, first, second, closing = bracketed.groups()
        low = _end(first, today, lower=True, inclusive=opening == "[")
        high = _end(second, today, lower=False, inclusive=closing == "]")
        return None if low is False or high is False else DateRange(low, high)
    compared = _COMPARED.match(value)
    if compared:
        sign, date = compared.groups()
        unit = _unit(date, today, as_end=True)
        if unit is None:
            return None
        return {
            ">=": DateRange(unit[0], None),
            ">": DateRange(unit[1] + 1, None),
            "<=": DateRange(None, unit[1]),
            "<": DateRange(None, unit[0] - 1),
        }[sign]
    if ".." in value:
        first, second = value.split("..", 1)
        low = _end(first, today, lower=True, inclusive=True)
        high = _end(second, today, lower=False, inclusive=True)
        if low is False or high is False or (low is None and high is None):
            return None
        return DateRange(low, high)
    unit = _unit(value, today)
    return DateRange(*unit) if unit else None


def _end(
    text: str, today: datetime.date, lower: bool, inclusive: bool
) -> int | Literal[False] | None:
    """One end of a range: its key, None where it is open, False where it is no date."""
    if text.strip() in ("", "*"):
        return None
    unit = _unit(text, today, as_end=True)
    if unit is None:
        return False
    if lower:
        return unit[0] if inclusive else unit[1] + 1
    return unit[1] if inclusive else unit[0] - 1


def _unit(text: str, today: datetime.date, as_end: bool = False) -> tuple[int, int] | None:
    """The first and last key of a day, month, year or a stretch of days up to today.

    As the end of a range, `7d` is not a stretch but its first day: `..7d` ends a week ago.
    """
    value = " ".join(text.strip().strip('"').lower().split())
    iso = _ISO.match(value)
    if iso:
        year, month, day = (iso.group(4), iso.group(5), iso.group(6)) if iso.group(4) else (
            iso.group(1), iso.group(2), iso.group(3),
        )  # fmt: skip
        if int(month or 1) == 0 or int(day or 1) == 0:
            return None
        return _keys(int(year), int(month or 0), int(day or 0))
    named = _NAMED.match(value)
    if named:
        day, month, year = named.groups()
        numbers = [n for n, name in enumerate(MONTHS, 1) if name.startswith(month)]
        return _keys(int(year), numbers[0], int(day) if day else 0) if numbers else None
    month_first = _MONTH_FIRST.match(value)
    if month_first:
        month, day, year = month_first.groups()
        return _unit(f"{day} {month} {year}", today)
    found = _relative(value, today)
    if found and as_end and _AGO.match(value):
        return found[0], found[0] + _END_OF_DAY
    return found


def _keys(year: int, month: int, day: int) -> tuple[int, int] | None:
    """The first and last key of a unit; 0 is unknown. None for a date that does not exist."""
    try:
        datetime.date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        first = _key(year, month, day)
        return first, first + _END_OF_DAY
    if month:
        return _key(year, month, 0), _key(year, month, 31) + _END_OF_DAY
    return _key(year, 0, 0), _key(year, 12, 31) + _END_OF_DAY


def _key(year: int, month: int, day: int) -> int:
    return (year * 10_000 + month * 100 + day) * 1_000_000


def _days(first: datetime.date, last: datetime.date) -> tuple[int, int]:
    return (
        _key(first.year, first.month, first.day),
        _key(last.year, last.month, last.day) + _END_OF_DAY,
    )


def _relative(value: str, today: datetime.date) -> tuple[int, int] | None:
    day = datetime.timedelta(days=1)
    if value == "today":
        return _days(today, today)
    if value == "yesterday":
        return _days(today - day, today - day)
    ago = _AGO.match(value)
    if ago:
        return _stretch(int(ago.group(1)), ago.group(2), today)
    monday = today - day * today.weekday()
    last_of_month = today.replace(day=1) - day
    match value:
        case "this week":
            return _days(monday, monday + 6 * day)
        case "last week":
            return _days(monday - 7 * day, monday - day)
        case "this month":
            return _keys(today.year, today.month, 0)
        case "last month":
            return _keys(last_of_month.year, last_of_month.month, 0)
        case "this year":
            return _keys(today.year, 0, 0)
        case "last year":
            return _keys(today.year - 1, 0, 0)
    return None


def _stretch(count: int, unit: str, today: datetime.date) -> tuple[int, int] | None:
    """The last `count` days, weeks, months or years up to and with today."""
    try:
        if unit in "dw":
            days = count * (7 if unit == "w" else 1)
            return _days(today - datetime.timedelta(days=days), today)
        months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
        first, after = (datetime.date(m // 12, m % 12 + 1, 1) for m in (months, months + 1))
        last = (after - first).days  # 31 March less a month: end of February
        return _days(first.replace(day=min(today.day, last)), today)
    except (ValueError, OverflowError):
        return None
