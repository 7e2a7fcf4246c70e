"""The harness that leads inputs by what they reach, without the network: see `guided`."""

from __future__ import annotations

import sys
from pathlib import Path

import guided
import pytest

#: What libFuzzer does, as far as the harness sees it: each input of the folder is tried once.
STAND_IN = """
import contextlib, pathlib, sys
def instrument_imports(include):
    return contextlib.nullcontext()
def Setup(arguments, target):
    global run, given
    run, given = target, arguments
def Fuzz():
    inputs = sorted(pathlib.Path(given[-1]).iterdir())
    place = next(one for one in given if one.startswith("-artifact_prefix="))
    for path in inputs:
        try:
            run(path.read_bytes())
        except BaseException as error:
            pathlib.Path(place.partition("=")[2] + "one").write_bytes(path.read_bytes())
            print(type(error).__name__, file=sys.stderr)
            sys.exit(77)
    print("stat::number_of_executed_units:", len(inputs), file=sys.stderr)
"""


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def install(modules: Path) -> str:
        modules.mkdir()
        (modules / "atheris.py").write_text(STAND_IN)
        return ""

    monkeypatch.setattr(guided, "install", install)
    monkeypatch.setattr(guided, "_BEGINNINGS", 20)


@pytest.mark.usefixtures("stand_in")
def test_every_target_is_tried() -> None:
    outcome = guided.soak(5, 20200827)
    assert outcome.is_clean, outcome.notes
    assert outcome.trials == 20 * len(guided.TARGETS)


@pytest.mark.usefixtures("stand_in")
def test_an_input_that_breaks_a_rule_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guided, "TARGETS", {"no such target": guided.read_text})
    monkeypatch.setattr(guided, "_beginnings", lambda name, seed: [b"the lantern"])
    outcome = guided.soak(1, 7)
    assert (outcome.trials, outcome.crashes) == (0, 1)
    assert "no such target" in outcome.notes[0]


@pytest.mark.parametrize("name", sorted(guided.TARGETS))
def test_inputs_that_are_no_text_are_taken(name: str) -> None:
    for data in (b"", b"\xff\xfe", b"\x00", b"\xed\xa0\x80 fog", "渡轮\u202e".encode()):
        guided.TARGETS[name](data)


def test_where_it_cannot_be_installed_it_is_left_out_and_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    outcome = guided.soak(5, 7)
    assert outcome.is_clean
    assert outcome.trials == 0
    assert outcome.notes == ("left out: atheris cannot be installed: ?",)
