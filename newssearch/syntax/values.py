"""The values of fields that do not hold text: names, dates, numbers, flags.

In: a field's name and its value as typed. Out: a `Filter`, or why it cannot be one; used by
`parser`, and by `query` for `--since`, `--lang` and their like.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from difflib import get_close_matches

from newssearch.syntax.dates import MONTHS, date_range
from newssearch.syntax.fields import FIELDS, Holds
from newssearch.syntax.nodes import And, Filter, Form, Node, Not, Or, Phrase, Word, conjunction

_NUMBERS = re.compile(
    r"(>=|<=|>|<)?(\d{1,9})$"
    r"|(\d{0,9})\.\.(\d{0,9})$"
    r"|[\[{](\d{1,9}|\*) TO (\d{1,9}|\*)[\]}]$"
)
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", *MONTHS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a value is no condition; the clause is left out with this as its note."""

    code: str
    message: str
    suggestion: str = ""


def raw_filter(field: str, value: str, today: datetime.date) -> Filter | Unreadable:
    """The condition that `field:value` means."""
    value = value.strip()
    if value == "*":
        return Filter(field, present=True)
    holds = FIELDS[field].holds
    if holds is Holds.DATE:
        return _date(field, value, today)
    if holds is Holds.NUMBER:
        return _number(field, value)
    text = value.strip('"').strip()
    if not text:
        return Unreadable("empty-clause", f"{field}: has no value")
    if holds is Holds.FLAG:
        return _flag(field, text)
    prefix = text.endswith("*")
    return Filter(field, text.rstrip("*"), prefix=prefix)


def words_filter(node: Node, field: str) -> Node:
    """Words asked of a field that holds words (author, tag): each becomes a condition."""
    match node:
        case Word():
            return Filter(field, node.text, prefix=node.form is Form.PREFIX)
        case Phrase():
            return conjunction(tuple(words_filter(word, field) for word in node.words))
        case And(children):
            return And(tuple(words_filter(child, field) for child in children))
        case Or(children):
            return Or(tuple(words_filter(child, field) for child in children))
        case Not(child):
            return Not(words_filter(child, field))
        case _:
            return node


def _date(field: str, value: str, today: datetime.date) -> Filter | Unreadable:
    if value.lower() == "none":
        return Filter(field, text="none")
    found = date_range(value, today)
    if found is not None:
        return Filter(field, low=found.low, high=found.high)
    reversed_range = re.match(r"(.+?)\.\.(.+)$", value)
    if reversed_range and date_range("..".join(reversed(reversed_range.groups())), today):
        suggestion = f"{field}:{reversed_range.group(2)}..{reversed_range.group(1)}"
        return Unreadable("bad-range", f"{value} ends before it begins", suggestion)
    return Unreadable(
        "bad-date",
        f"{value} is not a date; dates are written 2020, 2020-08, 2020-08-27, aug-2020, 7d, "
        f'"last month", 2020-08..2020-09, >=2020-08',
        suggestion=_nearest_month(value),
    )


def _nearest_month(value: str) -> str:
    """The value with its word made the month whose spelling is nearest; empty where none is."""
    for word in re.findall(r"[a-z]{3,}", value.lower()):
        near = get_close_matches(word, _MONTH_NAMES, 1, 0.6)
        if near and near[0] != word:
            return value.lower().replace(word, near[0])
    return ""


def _number(field: str, value: str) -> Filter | Unreadable:
    found = _NUMBERS.match(value)
    if not found:
        message = f"{value} is not a number; try {field}:>=500 or {field}:100..500"
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
    if first is not None:
        ends = [None if end == "*" else int(end) for end in (first, last)]
        opening, closing = value[0] == "{", value[-1] == "}"
        return Filter(
            field,
            low=None if ends[0] is None else ends[0] + opening,
            high=None if ends[1] is None else ends[1] - closing,
        )
    return Filter(field, low=int(low) if low else None, high=int(high) if high else None)


def _flag(field: str, text: str) -> Filter | Unreadable:
    known = FIELDS[field].values
    value = text.lower()
    if value in known:
        # is: is a short form, so that the engines know one field only
        return Filter("kind" if field == "is" else field, value)
    near = get_close_matches(value, known, 1, 0.5)
    return Unreadable(
        "unknown-value",
        f"{field}: is one of {', '.join(known)}",
        suggestion=f"{field}:{near[0]}" if near else "",
    )
