from __future__ import annotations

import json

import pytest

from newssearch.render.safe import field, json_text, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – 中文 🗞", "plain – 中文 🗞"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x1b]8;;http://x\x07", r"\x1b]8;;http://x\x07"),
        ("a\x9bb\x7f", r"a\x9bb\x7f"),
        ("live\u202eevil\u2066", r"live\u202eevil\u2066"),
        ("a\u200eb\u200fc\u061cd", r"a\u200eb\u200fc\u061cd"),
        ("two\nlines\tand\r", r"two\nlines\tand\r"),
        ("line\u2028sep", r"line\u2028sep"),
        ("caf\udce9.md", r"caf\xe9.md"),
        ("\ud800", r"\ud800"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_what_steers_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    shown.encode("utf-8")


def test_a_field_can_be_read_back() -> None:
    assert field("a\tb\\tc\n") == r"a\tb\\tc\n"


def test_json_stays_the_same_value_and_becomes_harmless() -> None:
    value = {"t": "a\u202eb\x9b\x1b\n\u2028\udce9 中"}
    text = json_text(json.dumps(value, ensure_ascii=False) + "\n")
    text.encode("utf-8")
    assert visible(text.rstrip("\n")) == text.rstrip("\n")
    assert json.loads(text) == value
