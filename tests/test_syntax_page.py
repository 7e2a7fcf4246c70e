"""Every example of docs/query.md, and what it means."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from query_text import spell

from newssearch.syntax.parser import parse

TODAY = datetime.date(2020, 9, 1)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "query.md"

MEANT = {
    "belarus protest": "(belarus & protest)",
    "belarus OR minsk": "(belarus | minsk)",
    "belarus -lukashenko": "(belarus & -lukashenko)",
    "belarus NOT lukashenko": "(belarus & -lukashenko)",
    "belarus (election OR vote)": "(belarus & (election | vote))",
    '"mass rally"': '"mass rally"',
    '"mass rally"~3': '"mass rally"~3',
    "=protests": "=protests",
    "luka*": "luka*",
    "wom?n": "wom?n",
    "col*r": "col*r",
    "lukashenko~": "lukashenko~2",
    "minsk~2": "minsk~2",
    "belarus^3 protest": "(belarus^3 & protest)",
    "卢卡申科": "卢卡申科",
    "+covid vaccine": "(covid & vaccine)",
    "*": "everything",
    "strike W/5 minsk": "(strike near[4] minsk)",
    "strike NEAR/5 minsk": "(strike near[4] minsk)",
    "strike PRE/5 minsk": "(strike then[4] minsk)",
    "strike W/S minsk": "(strike near[sentence] minsk)",
    "strike W/P minsk": "(strike near[paragraph] minsk)",
    '(strike OR walkout) W/5 ("tractor works" OR mine)': (
        '((strike | walkout) near[4] ("tractor works" | mine))'
    ),
    "strike W/5 minsk W/10 police": "((strike near[4] minsk) near[9] police)",
    "atleast3(minsk)": "atleast3(minsk)",
    "atleast3(minsk OR brest)": "atleast3((minsk | brest))",
    "lead(minsk)": "lead(minsk)",
    'lead("mass rally" W/20 minsk)': 'lead(("mass rally" near[19] minsk))',
    "title:(strike PRE/3 minsk)": "(title:strike then[2] title:minsk)",
    "title:election": "title:election",
    "kw:vaccine": "keywords:vaccine",
    'body:"police reserve"': 'body:"police reserve"',
    'author:"Marta Lindqvist"': "[author:Marta Lindqvist]",
    "tag:harbour": "[tag:harbour]",
    "source:example-news.org": "[source:example-news.org]",
    "lang:zh": "[lang:zh]",
    "date:2020-08": "[date:20200800000000..20200831999999]",
    "added:7d": "[added:20200825000000..20200901999999]",
    "words:>=500": "[words:500..]",
    "path:2020/08/27": "[path:2020/08/27]",
    "url:https://www.example-news.org/*": "[url:https://www.example-news.org/*]",
    "story:7338ce3a52b2": "[story:7338ce3a52b2]",
    "kind:digest": "[kind:digest]",
    "-is:duplicate": "-[is:duplicate]",
    "-has:date": "-[has:date]",
    "title:(minsk OR moscow)": "(title:minsk | title:moscow)",
    "lang:(en OR ru)": "([lang:en] | [lang:ru])",
    "author:*": "[author:*]",
    "author:lind*": "[author:lind*]",
    "words:100..500": "[words:100..500]",
    "words:{100 TO 500}": "[words:101..499]",
    "words:>500": "[words:501..]",
    "-lang:en": "-[lang:en]",
    "title:minsk": "title:minsk",
    "date:2020": "[date:20200000000000..20201231999999]",
    "date:2020..2021": "[date:20200000000000..20211231999999]",
    "minsk OR brest": "(minsk | brest)",
    "minsk NEAR/5 brest": "(minsk near[4] brest)",
    "minsk NOT brest": "(minsk & -brest)",
    "minsk PRE/5 brest": "(minsk then[4] brest)",
    "minsk (brest OR grodno)": "(minsk & (brest | grodno))",
    "minsk": "minsk",
    "strikes": "strikes",
}

#: What stands in the first column of the table of mistakes, and the note it gets.
NOTED = {
    "titel:minsk": "unknown-field",
    "title: minsk": "empty-clause",
    "date:2020-13": "bad-date",
    "date:2021..2020": "bad-range",
    "minsk OR": "lonely-operator",
    "minsk or brest": "lower-case-or",
    "minsk NEAR brest": "not-an-operator",
    "minsk not brest": "lower-case-or",
    "minsk PRE brest": "not-an-operator",
    "minsk brest OR grodno": "mixed-operators",
    '"mass rally': "unbalanced-quote",
    "*insk": "leading-star",
    "@strikes": "unknown-saved",
    "minsk~5": "bad-number",
}


def rows() -> list[list[str]]:
    """The rows of the page's tables."""
    text = PAGE.read_text("utf-8")
    return [row.split(" | ") for row in re.findall(r"^\| (.*?) \|$", text, re.M)]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_page_has_these_examples_and_no_others():
    examples = {query for row in rows() for query in quoted(row[0] if len(row) == 2 else row[2])}
    assert examples == set(MEANT)
    mistakes = PAGE.read_text("utf-8").split("## When something")[1]
    first = re.findall(r"^\| `([^`]+)` \|", mistakes, re.M)
    assert first == list(NOTED)


@pytest.mark.parametrize(("query", "meaning"), MEANT.items())
def test_an_example_means_what_the_page_says(query: str, meaning: str):
    parsed = parse(query, TODAY)
    assert spell(parsed.tree) == meaning
    assert not parsed.notes


@pytest.mark.parametrize(("query", "code"), NOTED.items())
def test_a_mistake_is_noted_as_the_page_says(query: str, code: str):
    assert [note.code for note in parse(query, TODAY).notes] == [code]


def test_what_a_mistake_is_better_written_as_is_what_its_note_suggests():
    for row in rows():
        query = quoted(row[0])[0] if quoted(row[0]) else ""
        if query in NOTED:
            (note,) = parse(query, TODAY).notes
            mended = query[: note.start] + note.suggestion + query[note.end :]
            if note.suggestion and query != "*insk":
                assert mended == quoted(row[2])[0]
