"""Dates as people and crawlers write them, and the dates that addresses and paths hold.

In: the text of a header field, a URL, a path. Out: `ArticleDate` values that say what was
written: nothing is converted between time zones, nothing is guessed (`03/04/2020` is no date,
since nobody can tell which month it means). `read` asks in the order of trust.
"""

from __future__ import annotations

import posixpath
import re
from datetime import date as calendar_date

from newssearch.article.model import ArticleDate, DateSource, Precision
from newssearch.article.remembered import remembered

_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august"
        "|sep sept september|oct october|nov november|dec december".split("|"),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_TIME = (
    r"(?:[T\s,]+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<offset>Z|[+-]\d{1,2}:?\d{2}|[+-]\d{1,2})?"
    r"\s*\(?(?P<zone>[A-Z]{2,5})?\)?)?"
)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + _TIME,
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
        r"(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<offset>Z|[+-]\d{4})?)?",
        r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日" + _TIME,
        _WEEKDAY + _MONTH + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _TIME,
        _WEEKDAY
        + r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+"
        + _MONTH
        + r",?[\s-]+(?P<year>\d{4})"
        + _TIME,
        # `Thu Aug 27 10:00:00 +0800 2020`, as Unix and Twitter write it
        _WEEKDAY + _MONTH + r"\s+(?P<day>\d{1,2})\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})"
        r":(?P<second>\d{2})\s+(?:(?P<offset>[+-]\d{4})|[A-Z]{2,5})?\s*(?P<year>\d{4})",
        # day and month in figures only where one of them can be no month: see _figures
        r"(?P<one>\d{1,2})[-/.](?P<two>\d{1,2})[-/.](?P<year>\d{4})" + _TIME,
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})",
        r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月",
        _MONTH + r",?\s+(?P<year>\d{4})",
        r"(?P<year>\d{4})(?:\s*年)?",
    )
)
#: What a crawler's headers hold: the forms and what is made of them take five times as long.
_PLAIN = re.compile(
    r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}(?: (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?"
)

#: What stands where no date is known; `true` and `false` are Jekyll's `published:`.
_NO_DATE = frozenset(("", "none", "null", "nil", "nan", "n/a", "na", "unknown", "undefined",
                      "~", "-", "?", "tbd", "true", "false", "yes", "no"))  # fmt: skip

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_IN_URL = (
    re.compile(rf"(?:^|/){_YEAR}/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?![\d.])"),
    re.compile(rf"(?:^|/){_YEAR}/{_MONTH}/(?P<day>\d{{1,2}})(?!\d)", re.IGNORECASE),
    re.compile(
        rf"(?<![\d.]){_YEAR}(?P<mark>[-_])(?P<month>\d{{2}})(?P=mark)(?P<day>\d{{2}})(?!\d)"
    ),
    re.compile(rf"(?<![\d.]){_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})(?![\d.])"),
    re.compile(rf"(?:^|/){_YEAR}[-/](?P<month>\d{{2}})(?=/|$)"),
)
_IN_NAME = (
    re.compile(rf"^{_YEAR}(?P<mark>[-_.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?!\d)"),
    re.compile(rf"^{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}(?P<mark>[-_.])(?P<month>\d{{2}})(?P=mark)(?P<day>\d{{2}})(?!\d)"),
    re.compile(rf"^{_YEAR}[-_](?P<month>\d{{2}})$"),
    re.compile(rf"^{_YEAR}$"),
)
_IN_FOLDERS = (
    re.compile(rf"(?:^|/){_YEAR}/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?=/|$)"),
    re.compile(rf"(?:^|/){_YEAR}[-_.](?P<month>\d{{1,2}})[-_.](?P<day>\d{{1,2}})(?=/|$)"),
    re.compile(rf"(?:^|/){_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})(?=/|$)"),
    re.compile(rf"(?:^|/){_YEAR}[-_./](?P<month>\d{{1,2}})(?=/|$)"),
    re.compile(rf"(?:^|/){_YEAR}(?=/|$)"),
)


def is_no_date(text: str) -> bool:
    """True for what headers write where they know no date: `None`, `null`, nothing."""
    return text.strip().lower() in _NO_DATE


@remembered
def parse_date(text: str) -> ArticleDate | None:
    """The date that a header field holds, None where it is none or cannot be (2020-13-45)."""
    text = text.strip().strip("\"'")
    if _PLAIN.fullmatch(text):
        try:
            calendar_date.fromisoformat(text[:10])
        except ValueError:
            return None
        return ArticleDate(text.replace(" ", "T"), DateSource.HEADER, Precision.DAY)
    if len(text) > 60:
        return None
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is not None:
            return _date(match, DateSource.HEADER)
    return None


@remembered
def date_in_url(url: str) -> ArticleDate | None:
    """The date in the path of an address, absolute or not: `/2020/08/27/…`, `…-20200827`."""
    path = re.split(r"[?#]", url.partition("://")[2] or url, maxsplit=1)[0][:2000]
    return _first(_IN_URL, path, DateSource.URL)


def date_in_path(path: str) -> ArticleDate | None:
    """The date in a file's name, else in its folders."""
    folder, name = posixpath.split(path)
    stem = posixpath.splitext(name)[0]
    return _first(_IN_NAME, stem, DateSource.PATH) or _date_in_folders(folder)


def folder_date(path: str) -> str:
    """The day that the folders name, YYYY-MM-DD, or "": when a crawler's import came."""
    found = _date_in_folders(posixpath.dirname(path))
    return found.text if found and found.precision is Precision.DAY else ""


@remembered
def _date_in_folders(folder: str) -> ArticleDate | None:
    return _first(_IN_FOLDERS, folder, DateSource.PATH)


def _first(
    patterns: tuple[re.Pattern[str], ...], text: str, source: DateSource
) -> ArticleDate | None:
    """The first date by the order of the patterns; what cannot be a date is passed over."""
    if "19" not in text and "20" not in text:  # as every year here begins
        return None
    for pattern in patterns:
        for match in pattern.finditer(text):
            found = _date(match, source)
            if found is not None:
                return found
    return None


def _date(match: re.Match[str], source: DateSource) -> ArticleDate | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if parts.get("one"):
        month, day = _figures(int(parts["one"]), int(parts["two"]))
    else:
        name = parts.get("name")
        month = _MONTHS[name.lower()] if name else int(parts.get("month") or 0)
        day = int(parts.get("day") or 0)
    if year < 1000:
        return None
    if not parts.get("month") and not parts.get("name") and not parts.get("one"):
        return ArticleDate(f"{year:04}", source, Precision.YEAR)
    if "day" not in parts and "one" not in parts:
        if not 1 <= month <= 12:
            return None
        return ArticleDate(f"{year:04}-{month:02}", source, Precision.MONTH)
    try:
        calendar_date(year, month, day)
    except ValueError:
        return None
    return ArticleDate(f"{year:04}-{month:02}-{day:02}{_time(parts)}", source, Precision.DAY)


def _figures(one: int, two: int) -> tuple[int, int]:
    """(month, day) of two figures, where only one of them can be a month; else (0, 0)."""
    if one > 12 or one == two:
        return two, one
    return (one, two) if two > 12 else (0, 0)


def _time(parts: dict[str, str | None]) -> str:
    """`THH:MM:SS` with the offset as written; "" where no possible time is written."""
    if not parts.get("hour"):
        return ""
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    second = int(parts.get("second") or 0)
    half = (parts.get("half") or "").lower().replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return ""
    return f"T{hour:02}:{minute:02}:{second:02}{_offset(parts)}"


def _offset(parts: dict[str, str | None]) -> str:
    written = (parts.get("offset") or "").upper()
    if written == "Z" or (not written and (parts.get("zone") or "").upper() in ("GMT", "UTC")):
        return "+00:00"
    if not written:
        return ""  # a zone's name (EST, IST) stands for several offsets
    digits = written[1:].replace(":", "")
    digits = digits.zfill(4) if len(digits) > 2 else digits.zfill(2) + "00"
    return f"{written[0]}{digits[:2]}:{digits[2:]}" if digits < "2400" else ""
