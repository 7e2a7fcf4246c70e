from __future__ import annotations

import pytest

from newssearch.article.frontmatter import Header, find_front_matter


def find(text: str) -> Header:
    header, warnings = find_front_matter(text.split("\n"))
    assert header is not None
    assert warnings == []
    return header


def test_yaml_keeps_nested_values_and_line_numbers() -> None:
    header = find(
        "---\ntitle: Orm\nimage:\n  src: a.png\n  sizes: [1, 02]\nlong: >\n  a\n  b\n---\nx"
    )
    assert header.fields["image"] == {"src": "a.png", "sizes": ["1", "02"]}
    assert header.fields["long"] == "a b\n"
    assert (header.lines["title"], header.lines["image"]) == (2, 3)
    assert header.body == 9


@pytest.mark.parametrize(
    "header",
    [
        "---\ntitle: Orm\n{}: one\n{}: one\nx: y\n{}: two\n---",
        "Title: Orm\n{}: one\n{}: one\nx: y\n{}: two",
    ],
)
def test_a_field_that_stands_twice_with_two_values_is_warned_of(header: str) -> None:
    lines = header.replace("{}", "pier").split("\n")
    header_found, warnings = find_front_matter([*lines, "", "Text."])
    assert header_found is not None
    assert header_found.fields["pier"] == "two"
    number = len(lines) - lines[::-1].index("pier: two")
    assert [warning.line for warning in header_found.warnings + warnings] == [number]


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_only_a_line_feed_ends_a_line_of_yaml(character: str) -> None:
    header = find(f"---\ntitle: Orm{character}late\nx: {character * 3}\n---\nText.")
    assert header.fields == {"title": "Orm late", "x": ""}
    broken, _ = find_front_matter(["---", "title: Orm", f"x: {character * 9}y", "z: 'a", "---"])
    assert broken is not None
    assert [warning.line for warning in broken.warnings] == [5]  # where the quote should have ended


def test_yaml_null_is_empty_but_quoted_null_is_text() -> None:
    header = find('---\na: null\nb: ~\nc:\nd: "null"\n---\n')
    assert header.fields == {"a": "", "b": "", "c": "", "d": "null"}


def test_yaml_may_end_with_three_dots() -> None:
    assert find("---\ntitle: Orm\n...\nText").body == 3


def test_toml_values_become_the_text_that_stands_for_them() -> None:
    header = find('+++\na = 1.10\nb = true\nc = 2020-08-27\n[extra]\nd = ["x"]\n+++\n')
    assert header.fields == {"a": "1.10", "b": "true", "c": "2020-08-27", "extra": {"d": ["x"]}}


def test_broken_toml_is_read_line_by_line_with_its_line() -> None:
    header = find('+++\ntitle = "Orm"\nbad = = 1\n+++\n')
    assert header.fields["title"] == "Orm"
    assert [w.line for w in header.warnings] == [3]


def test_json_ends_where_its_brace_closes() -> None:
    header = find('{"title": "Orm", "n": 012.5e1}\nText'.replace("012.5e1", "1.50"))
    assert header.fields == {"title": "Orm", "n": "1.50"}
    assert header.body == 1


def test_deep_json_and_deep_toml_are_no_crash() -> None:
    deep = "[" * 50_000
    assert find_front_matter(['{"a": ' + deep, "Text"])[0] is None
    header = find(f'+++\ntitle = "Orm"\na = {deep}\n+++\n')
    assert header.fields["title"] == "Orm"


def test_shortcodes_and_braces_at_the_top_are_no_front_matter() -> None:
    for text in ("{{< note >}}", "{% raw %}", "{braces} in text"):
        assert find_front_matter([text, "Text"]) == (None, [])


def test_pelican_header_ends_at_the_first_blank_line() -> None:
    header = find("Title: Orm\nSummary: one\n    two\nDate: 2020-08-27\n\nNote: text")
    assert header.fields == {"Title": "Orm", "Summary": "one two", "Date": "2020-08-27"}
    assert header.body == 4


def test_prose_with_a_colon_is_no_pelican_header() -> None:
    assert find_front_matter(["Note: the ferry is late.", ""]) == (None, [])


def test_comment_lines_are_fields() -> None:
    header = find('[#]: author: (Mara Quill)\n[#]: via: (https://x.example)\n[#]: t: "a"\n\nText')
    assert header.fields == {"author": "Mara Quill", "via": "https://x.example", "t": "a"}


def test_salvage_reads_lists_and_folded_text() -> None:
    text = "---\ntitle: Orm: late\ntags:\n- a\n- b\nsummary: >\n  one\n  two\n---\n"
    header = find(text)
    assert header.fields == {"title": "Orm: late", "tags": ["a", "b"], "summary": "one two"}
    assert len(header.warnings) == 1


def test_salvage_reads_a_field_that_is_set_in_by_mistake() -> None:
    header = find("---\ntitle: Tab\n\tdate: 2020-02-03\n  url: x\nbad: a: b\n---\n")
    assert header.fields == {"title": "Tab", "date": "2020-02-03", "url": "x", "bad": "a: b"}
    assert header.lines["date"] == 3
    text = "---\ntitle: Orm: late\nsummary: >\n  one\n  note: two\nplace: Orm\n  and so: on\n---\n"
    assert find(text).fields == {
        "title": "Orm: late", "summary": "one note: two", "place": "Orm and so: on",
    }  # fmt: skip


def test_salvage_of_many_lines_is_quick_and_front_matter_over_the_limit_is_salvaged() -> None:
    header = find("---\ntitle: Orm\ntags:\n" + "- a\n" * 200_000 + "---\nText")
    assert header.fields["title"] == "Orm"
    assert "64 KiB" in header.warnings[0].message
