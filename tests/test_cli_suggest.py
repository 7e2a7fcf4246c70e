"""`newssearch suggest` on the project's own small archive."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newssearch.render.completions import render_completions
from newssearch.render.look import Look
from newssearch.suggest import Completion, Source

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(call_on_seeds: Call) -> Call:
    return call_on_seeds


def test_a_line_for_each_completion_and_nothing_else(call: Call) -> None:
    status, out, err = call("suggest", "Luka")
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert lines[0] == "Lukashenko"
    assert any("Lukashenko looks to Moscow" in line for line in lines[1:])


def test_arguments_are_joined_and_limited(call: Call) -> None:
    _, out, _ = call("suggest", "-n", "1", "belarus", "luka")
    assert out == "belarus lukashenko\n"


def test_nothing_that_begins_so_is_exit_code_1(call: Call) -> None:
    assert call("suggest", "zzzz") == (1, "", "nothing begins with zzzz\n")
    assert call("-q", "suggest", "zzzz") == (1, "", "")


@pytest.mark.parametrize("arguments", [(), ("-n", "0", "a")])
def test_a_prefix_and_a_limit_from_one_on_are_asked_for(
    arguments: tuple[str, ...], call: Call
) -> None:
    status, out, err = call("suggest", *arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1


def test_for_a_program_lines_stay_whole_and_on_a_terminal_titles_are_coloured() -> None:
    found = [
        Completion("har\\bour", Source.WORD),
        Completion("A\tstrike\nends \x1b[2J", Source.TITLE),
    ]
    assert "".join(render_completions(found, None)) == ("har\\\\bour\nA\\tstrike\\nends \\x1b[2J\n")
    assert list(render_completions(found, Look(80, color=True))) == [
        "har\\bour\n",
        "\x1b[36mA\\tstrike\\nends \\x1b[2J\x1b[0m\n",
    ]
