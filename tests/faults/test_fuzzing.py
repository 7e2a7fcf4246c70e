"""Articles and queries made at random: see `articles`, `queries`, `answers`.
`NEWSSEARCH_TRIALS=200000` is a long run.

Where anything at all may stand, hypothesis looks for the least that breaks a rule: in the fields of
a header, between two fences, and in a body.
"""

from __future__ import annotations

import json
import os
import re

import answers
import articles
import pytest
import queries
import yaml
from article_rules import Made, check
from hypothesis import given, settings
from hypothesis import strategies as st

from newssearch.article.assemble import clean_title
from newssearch.article.invisible import without_invisible
from newssearch.article.read import read_articles

TRIALS = int(os.environ.get("NEWSSEARCH_TRIALS", "0"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))

BODY = "\n\nThe qlanternq is lit.\n"
NAMES = st.from_regex(re.compile("x[a-z_]{1,8}", re.ASCII), fullmatch=True)
VALUES = st.recursive(
    st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
SIGNS = "ab:- \n\t#[]{}\"'|>&*!%@`,?=+~.0é渡\u202e\u2028\x0c\x1b"


@pytest.mark.parametrize(("suite", "few"), [(articles, 4000), (queries, 3000), (answers, 400)])
def test_whatever_is_made_at_random_keeps_the_rules(suite: object, few: int) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    outcome = suite.soak(TRIALS or few, SEED)  # type: ignore[attr-defined]
    assert outcome.is_clean, outcome
    assert outcome.trials == (TRIALS or few)


def holds(text: str, planted: tuple[str, ...] = ("qlanternq",)) -> None:
    check(Made(text.encode("utf-8", "replace"), "2020/08/27/x.md", ("utf-8",), planted))


@given(st.text(max_size=60), st.dictionaries(NAMES, VALUES, max_size=4))
@settings(max_examples=300, deadline=None)
def test_what_a_program_writes_as_a_header_is_read_as_it_was_written(
    title: str, fields: dict[str, object]
) -> None:
    """The title as it was, other fields as text, and the body behind it."""
    header = {"title": title, **fields}
    texts = (
        json.dumps(header),
        f"---\n{json.dumps(header)}\n---",
        f"---\n{yaml.safe_dump(header)}---",
        f"---\n{yaml.safe_dump(header, allow_unicode=True, default_flow_style=False)}---",
    )
    for text in texts:
        holds(text + BODY)
        if "\0" not in text:
            article = read_articles(f"{text}{BODY}".encode("utf-8", "replace"), "x.md")[0]
            wanted = clean_title(without_invisible(title))
            assert article.title == (wanted or "x") or article.warnings, text


@given(st.sampled_from(("---", "+++", "...", "{", "[#]: ", "Title: ")), st.text(SIGNS, max_size=80))
@settings(max_examples=500, deadline=None)
def test_whatever_stands_between_fences_the_text_behind_them_is_read(fence: str, text: str) -> None:
    holds(f"{fence}\n{text}\n{fence}\n{BODY}")
    holds(f"{fence}{text}\n{BODY}")


@given(st.text(SIGNS + "()<>_\\/^$;&", max_size=100))
@settings(max_examples=500, deadline=None)
def test_whatever_stands_above_a_paragraph_the_paragraph_is_read(text: str) -> None:
    closed = re.sub(r"(?m)^[\s>*+-]*([`~]{3,})", "", text)  # nothing in a fence is prose
    holds(f"# Title\n\n{closed}\n\n{BODY}")
    holds(f"## 渡轮\n\nkeywords: x\n\n{closed}\n\n{BODY}")
