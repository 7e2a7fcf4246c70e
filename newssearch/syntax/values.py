"""The values of fields that do not hold text: names, dates, numbers, flags.

In: a field's name and its value as typed. Out: a `Filter`, or why it cannot be one; used by
`leaves`, and by `question` for `--since`, `--lang` and their like.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from newssearch.syntax.dates import MONTHS, date_range
from newssearch.syntax.fields import FIELDS, Holds, nearest_of
from newssearch.syntax.nodes import Filter, Form, Phrase, Word

_NUMBERS = re.compile(
    r"(>=|<=|>|<)?(\d{1,9})$"
    r"|(\d{0,9})\.\.(\d{0,9})$"
    r"|[\[{](\d{1,9}|\*) TO (\d{1,9}|\*)[\]}]$"
)
_RANGE = re.compile(r"([\[{]?)\s*(\S.*?)(\.\.|\s+TO\s+)(\S.*?)\s*([\]}]?)$")
_RANGE_OF_NAMES = re.compile(r"[\[{].*\sTO\s.*[\]}]$|[<>]")
_LANGUAGE = re.compile(r"[A-Za-z][\w -]*")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
#: Nothing longer is a date with a mistake in it.
_LONGEST_DATE = 60
_DATE_WORDS = (*MONTHS, "today", "yesterday")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a value is no condition; the clause is left out with this as its note.

    `suggestion` is a value.
    """

    code: str
    message: str
    suggestion: str = ""


def raw_filter(field: str, value: str, today: datetime.date) -> Filter | Unreadable:
    """The condition that `field:value` means."""
    value = value.strip()
    if value == "*":
        return Filter(field, present=True)
    holds = FIELDS[field].holds
    if holds in (Holds.TEXT, Holds.WORDS):
        return Unreadable("bad-range", f"{field}: holds words; dates and numbers have ranges")
    if holds is Holds.DATE:
        return _date(field, value, today) or _bad_date(field, value, today)
    if holds is Holds.NUMBER:
        return _number(field, value)
    text = value.strip('"').strip()
    if not text:
        return Unreadable("empty-clause", f"{field}: has no value")
    if holds is Holds.FLAG:
        return _flag(field, text)
    prefix = text.endswith("*")
    text = text.rstrip("*")
    if "*" in text or not text:
        return Unreadable("not-supported", f"{field}: takes a * only at its end")
    if _RANGE_OF_NAMES.match(value) and field != "path":
        return Unreadable("bad-range", f"{field}: holds names; dates and numbers have ranges")
    if field == "lang" and not _LANGUAGE.fullmatch(text):
        return Unreadable(
            "unknown-value", f"{_shown(text)} is no language; they are written en, zh, ru"
        )
    return Filter(field, text if prefix else _as_indexed(field, text), prefix=prefix)


def _as_indexed(field: str, text: str) -> str:
    """A language or site as articles have it: `en-US` is `en`, `www.bbc.com` is `bbc.com`."""
    if field == "lang":
        from newssearch.article.language import declared_language

        return declared_language(text) or text
    if field == "source" and _HOST.fullmatch(text):
        from newssearch.article.urls import site_of

        return site_of(f"https://{text.lower()}/") or text
    return text


def words_filter(typed: Word | Phrase, field: str) -> Filter | Unreadable:
    """Words asked of a field that holds words (author, tag): each of them is in it."""
    words = typed.words if isinstance(typed, Phrase) else (typed,)
    last = len(words) - 1
    for i, word in enumerate(words):
        if word.form in (Form.PATTERN, Form.FUZZY) or (word.form is Form.PREFIX and i < last):
            return Unreadable("not-supported", f"{field}: takes words, and a * only at their end")
    text = " ".join(word.text for word in words)
    if not any(character.isalnum() for character in text):
        return Unreadable("empty-clause", f"{field}: has no value")
    return Filter(field, text, prefix=words[last].form is Form.PREFIX)


def _date(field: str, value: str, today: datetime.date) -> Filter | None:
    if value.lower() == "none":
        return Filter(field, text="none")
    found = date_range(value, today)
    if found is None:
        return None
    open_ends = found.low is None and found.high is None
    return Filter(field, low=found.low, high=found.high, present=open_ends)


def _bad_date(field: str, value: str, today: datetime.date) -> Unreadable:
    """Why a value is no date, with the nearest that is one."""
    turned = _turned(value)
    if turned and date_range(turned, today):
        return Unreadable("bad-range", f"{_shown(value)} ends before it begins", turned)
    suggestion = _nearest_date(value, today)
    return Unreadable(
        "bad-date",
        f"{_shown(value)} is not a date; dates are written 2020, 2020-08, 2020-08-27, aug-2020, "
        '7d, "last month", 2020-08..2020-09, >=2020-08',
        suggestion,
    )


def _turned(value: str) -> str:
    """A range with its ends changed about; empty for what is no range."""
    found = _RANGE.match(value)
    if not found:
        return ""
    opening, first, between, second, closing = found.groups()
    return f"{opening}{second}{between}{first}{closing}"


def _nearest_date(value: str, today: datetime.date) -> str:
    """The nearest date that exists: a word spelled right, else without the day or the month."""
    if len(value) > _LONGEST_DATE:
        return ""
    for word in re.findall(r"[a-z]{3,}", value.lower()):
        near = nearest_of(word, _DATE_WORDS)
        turned = value.lower().replace(word, near)
        if near in MONTHS and turned == near:
            return f"{near[:3]}-{today.year}"
        if near and date_range(turned, today):
            return turned
    iso = re.fullmatch(r"(\d{4})[-/.](\d{1,2})(?:[-/.]\d+)?", value)
    if iso:
        year, month = iso.groups()
        shorter = f"{year}-{month}" if date_range(f"{year}-{month}", today) else year
        return shorter if date_range(shorter, today) else ""
    return ""


def _number(field: str, value: str) -> Filter | Unreadable:
    found = _NUMBERS.match(value)
    if not found or not re.search(r"[\d*]", value):
        message = f"{_shown(value)} is not a number; try {field}:>=500 or {field}:100..500"
        return Unreadable("bad-number", message)
    sign, number, low, high, first, last = found.groups()
    if number is not None:
        count = int(number)
        return {
            ">=": Filter(field, low=count),
            ">": Filter(field, low=count + 1),
            "<=": Filter(field, high=count),
            "<": Filter(field, high=count - 1),
        }.get(sign, Filter(field, low=count, high=count))
    lowest, highest = (
        (_limit(low), _limit(high)) if first is None else (_limit(first), _limit(last))
    )
    if lowest is not None and highest is not None and lowest > highest:
        message = f"{_shown(value)} ends before it begins"
        return Unreadable("bad-range", message, _turned(value))
    return Filter(
        field,
        low=None if lowest is None else lowest + (value[0] == "{"),
        high=None if highest is None else highest - (value[-1] == "}"),
        present=lowest is None and highest is None,
    )


def _limit(text: str) -> int | None:
    """One end of a range of numbers; None where it is open."""
    return int(text) if text.isdecimal() else None


def _flag(field: str, text: str) -> Filter | Unreadable:
    known = FIELDS[field].values
    value = text.lower()
    if value in known:
        # is: is a short form, so that most of what is asked of the engines is one field
        short = field == "is" and value in FIELDS["kind"].values
        return Filter("kind" if short else field, value)
    near = nearest_of(value, known)
    return Unreadable(
        "unknown-value",
        f"{field}: is one of {', '.join(known)}",
        near,
    )


def _shown(value: str) -> str:
    """A value as a message shows it, the beginning of a long one."""
    return value if len(value) <= _LONGEST_DATE else value[:_LONGEST_DATE] + "…"
