from __future__ import annotations

import json
from dataclasses import replace

from invented_results import STORED
from test_render_json import validate

from newssearch.article.model import Paragraph
from newssearch.differences import differences
from newssearch.hits import StoredArticle
from newssearch.render.differences import render_difference
from newssearch.render.json_form import render_difference_json
from newssearch.render.look import Look

PLAIN = Look(None)


def stored(*paragraphs: str, **fields: object) -> StoredArticle:
    body = tuple(Paragraph(9 + 2 * number, text) for number, text in enumerate(paragraphs))
    article = replace(STORED.article, body=body, **fields)  # type: ignore[arg-type]
    return replace(STORED, article=article)


def drawn(old: StoredArticle, new: StoredArticle, look: Look = PLAIN) -> str:
    return "".join(render_difference(old, new, differences(old.article, new.article), look))


def test_which_versions_they_are_stands_in_front() -> None:
    new = replace(stored("x", date=None), id="0123456789ab", file="b\x1b.md")
    head = drawn(stored("x"), new).splitlines()[:2]
    assert head == [
        "--- 4f21b7a0c3d9  2020-08-17  news/2020/08/17/tractor-strike.md",
        "+++ 0123456789ab  undated  b\\x1b.md",
    ]


def test_equal_texts_are_one_line() -> None:
    assert drawn(stored("x", "y"), stored("x", "y")).endswith("\nthe same text (2 paragraphs)\n")
    assert drawn(stored("x"), stored("x")).endswith("\nthe same text (1 paragraph)\n")


def test_fields_stand_below_each_other_and_of_lists_the_values_that_differ() -> None:
    new = stored("x", keywords=("strike", "minsk"), lang="be", title=STORED.article.title + "!")
    assert drawn(stored("x"), new).split("\n\n")[1].splitlines() == [
        "title     Lukashenko jeered by strikers at a tractor works{+!+}",
        "keywords  [-belarus-] {+minsk+}",
        "language  [-en-] {+be+}",
    ]


def test_changes_are_legible_without_colour_and_marks_hold_no_space_at_their_end() -> None:
    old, new = stored("The old ferry stopped."), stored("The new ferry stopped.")
    assert drawn(old, new).endswith("\n\nThe [-old-] {+new+} ferry stopped.\n")


def test_colours_are_besides_the_marks() -> None:
    old, new = stored("The old ferry stopped."), stored("The new ferry stopped.")
    assert drawn(old, new, Look(None, color=True)).endswith(
        "\n\nThe \x1b[31m[-old-]\x1b[0m \x1b[32m{+new+}\x1b[0m ferry stopped.\n"
    )


def test_what_is_the_same_is_counted_and_its_neighbours_of_a_change_are_begun() -> None:
    same = [f"Paragraph {number} is as it was. " + "It is long. " * 9 for number in range(9)]
    old = stored("Same.", "The old ferry stopped.", *same, "It is Monday today.")
    new = stored("Same.", "The new ferry stopped.", *same, "It is Tuesday today.")
    shown = drawn(old, new).split("\n\n")[1:]
    assert [text[:25] for text in shown] == [
        "Same.",
        "The [-old-] {+new+} ferry",
        "Paragraph 0 is as it was.",
        "… 7 paragraphs the same …",
        "Paragraph 8 is as it was.",
        "It is [-Monday-] {+Tuesda",
    ]
    assert shown[2].endswith("…")
    assert len(shown[2]) < 80


def test_one_paragraph_between_is_shown_rather_than_counted() -> None:
    shown = drawn(
        stored("A b c d.", "e", "f", "g", "A b c d."), stored("A b c.", "e", "f", "g", "A b c.")
    )
    assert "\n\ne\n\nf\n\ng\n\n" in shown
    assert "the same" not in shown


def test_a_paragraph_that_is_a_whole_article_is_folded_too() -> None:
    words = [f"word{number}" for number in range(300)]
    changed = [*words[:150], "other", *words[151:]]
    shown = drawn(stored(" ".join(words)), stored(" ".join(changed)))
    assert "[-word150-] {+other+}" in shown
    assert "word0" not in shown
    assert "word140 " in shown
    assert shown.count("…") == 2


def test_lines_are_wrapped_to_the_terminal_with_their_colours() -> None:
    old = stored("The harbour master said that the old ferry stopped.")
    new = stored("The harbour master said that the very new ferry stopped.")
    lines = drawn(old, new, Look(30, color=True)).split("\n\n")[1].splitlines()
    assert len(lines) == 3
    assert any("\x1b[32m" in line for line in lines)


def test_hostile_text_is_written_out() -> None:
    old = stored("Old \x1b[2J text of the ferry.", keywords=("a\x1b",), extra=())
    new = stored("Old \u202e text of the ferry.", keywords=("b\u202e",), extra=(("\x1bd", "\x1b"),))
    for text in (
        drawn(old, new),
        render_difference_json(old, new, differences(old.article, new.article)),
    ):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "\\x1b" in drawn(old, new)


def test_json_has_the_whole_text_in_pieces() -> None:
    old, new = stored("Same.", "The old ferry stopped."), stored("Same.", "The new ferry stopped.")
    content = json.loads(render_difference_json(old, new, differences(old.article, new.article)))
    validate(content, "difference")
    assert content["same_text"] is False
    assert content["fields"] == []
    assert content["paragraphs"][1] == {
        "old_line": 11,
        "new_line": 11,
        "pieces": [
            {"change": "same", "text": "The "},
            {"change": "deleted", "text": "old "},
            {"change": "inserted", "text": "new "},
            {"change": "same", "text": "ferry stopped."},
        ],
    }
