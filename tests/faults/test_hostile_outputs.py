"""Hostile text in every form of output: see `outputs`. `NEWSSEARCH_TRIALS=2000` is a long run.

`show --raw`, and `-l` and `-0` where a program reads them, are the file and its name byte for byte,
as asked for.
"""

from __future__ import annotations

import json
import os
import re
import webbrowser
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from outputs import (
    ATTACKS,
    EVERY,
    FACETS,
    FORMS,
    ROOT,
    STEERS,
    WORD,
    Check,
    Desk,
    build,
    file_name,
    is_json,
    is_jsonl,
    is_lines,
    is_plain,
    is_styled,
    is_text,
    is_tsv,
    planted,
    soak,
)

from newssearch.cli.main import main
from newssearch.cli.streams import Output

TRIALS = int(os.environ.get("NEWSSEARCH_TRIALS", "200"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module", params=["direct", "files"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return build(tmp_path_factory.mktemp("desk") / "d\x1b[5m", request.param == "direct")


@pytest.fixture
def call(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Call:
    """The program in the archive's folder: exit code, output, messages; no traceback, no bug."""
    monkeypatch.chdir(desk.folder)
    for name in ("NO_COLOR", "NEWSSEARCH_INDEX", "COLUMNS", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = capsysbinary.readouterr()
        said = err.decode()
        assert "Traceback" not in said
        assert "a bug in" not in said, said
        assert STEERS.search(said) is None, said
        return status, out.decode(), said

    return run


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Output, "of", lambda session: Output(True, session.uses_color(True), 80))


@pytest.mark.parametrize(
    ("arguments", "check"), FORMS, ids=[" ".join(arguments) for arguments, _ in FORMS]
)
def test_no_form_of_output_lets_an_article_steer_anything(
    call: Call, arguments: tuple[str, ...], check: Check
) -> None:
    status, out, _ = call("--index", "index", *arguments)
    assert status == 0
    check(out)


TERMINAL: list[tuple[str, ...]] = [
    ("query", WORD, *EVERY),
    ("query", WORD, *EVERY, "--format", "table"),
    ("query", WORD, *EVERY, "--explain", *(f"--facet={name}" for name in FACETS)),
    ("query", WORD, *EVERY, "--files"),
    *(("facets", name, "--limit", "all") for name in FACETS),
    ("timeline", WORD),
    ("stats",),
    ("suggest", "har", "-n", "1000"),
    ("saved", "list"),
    ("saved", "run"),
]


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("color", ["always", "never"])
@pytest.mark.parametrize("arguments", TERMINAL, ids=map(" ".join, TERMINAL))
def test_a_terminal_gets_no_sequences_but_ours(
    call: Call, arguments: tuple[str, ...], color: str
) -> None:
    status, out, _ = call("--index", "index", "--color", color, *arguments)
    assert status == 0
    assert out
    is_styled(out) if color == "always" else is_text(out)


@pytest.mark.parametrize("color", ["always", "never"])
def test_articles_are_shown_compared_and_likened_safely(
    call: Call, color: str, terminal: None
) -> None:
    look = is_styled if color == "always" else is_text
    ids = identifiers(call)
    program = ("--index", "index", "--color", color)
    status, out, _ = call(*program, "show", *ids)
    assert status == 0
    look(out)
    for one, other in pairwise(ids[::3]):
        status, out, _ = call(*program, "show", "--translation", one)
        assert status in (0, 1)
        look(out)
        status, out, _ = call(*program, "show", one, "--diff", other)
        assert status == 0
        look(out)
        status, out, _ = call(*program, "similar", one)
        assert status in (0, 1)
        look(out)


def test_articles_as_json_are_safe_and_whole(call: Call, desk: Desk) -> None:
    ids = identifiers(call)
    status, out, _ = call("--index", "index", "show", "--json", *ids)
    assert status == 0
    is_jsonl(out)
    if desk.direct:
        articles = [json.loads(line) for line in out.split("\n")[:-1]]
        for attack in ATTACKS.values():
            kept = attack.encode("utf-8", "replace").decode()
            found = [one for one in articles if one["title"].startswith(f"{kept} {WORD}")]
            assert found
            assert all(kept in one["body"][0]["text"] for one in found)
            assert all({"name": kept, "value": kept} in one["extra"] for one in found)
    for one, other in pairwise(ids[::3]):
        status, out, _ = call("--index", "index", "show", one, "--diff", other, "--json")
        assert status == 0
        is_jsonl(out)
        status, out, _ = call("--index", "index", "similar", one, "--json")
        is_json(out)
        status, out, _ = call("--index", "index", "similar", one)
        assert status == 1 or not is_tsv(out)


def test_only_addresses_of_the_web_and_files_are_opened(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: not opened.append(address))
    for one in identifiers(call):
        status, out, _ = call("--index", "index", "show", one, "--open")
        assert status in (0, 2)
        is_text(out)
    assert opened
    assert all(re.fullmatch("(?:https?|file)://[!-~]+", address) for address in opened)


def test_names_of_files_are_their_bytes_for_programs(
    call: Call, desk: Desk, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["--index", "index", "query", WORD, *EVERY, "-0"]) == 0
    names = capsysbinary.readouterr().out.split(b"\0")
    assert names.pop() == b""
    assert len(names) > len(ATTACKS)
    assert all(os.path.isfile(name) for name in names)
    if desk.direct:
        stems = {os.path.basename(name) for name in names}
        assert {file_name(attack) + b".md" for attack in ATTACKS.values()} <= stems


def test_what_a_run_says_of_files_is_safe(
    call: Call, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    if desk.direct:
        monkeypatch.setattr("newssearch.intake.read_articles", planted)
    assert call("index", "--index", "other", "-v", "-j", "1", ROOT)[0] == 3
    status, out, said = call("index", "--index", "other", "-v", "--dry-run")
    assert status == 0
    assert "not utf-8" in said or "a NUL character" in said
    is_lines(out)
    monkeypatch.setattr(
        "newssearch.watch.file_system", lambda stop, settle, poll: lambda folders: iter([()])
    )
    for arguments in ((), ("--saved",), ("-v",)):
        status, out, said = call("watch", "--index", f"watched{len(arguments)}", *arguments, ROOT)
        assert status == 0
        assert "added" in said
        is_plain(out.replace("\t", ""))


def test_what_check_says_of_files_is_safe(
    call: Call, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some are gone, some have changed, some are new."""
    archive = build(tmp_path / "changed", desk.direct).folder
    monkeypatch.chdir(archive)
    for number, file in enumerate(sorted(Path(ROOT).rglob("*.[m]d"))):
        if number % 3 == 0:
            file.unlink()
        elif number % 3 == 1:
            file.write_bytes(file.read_bytes() + b" ")
        else:
            file.with_name(f"new{file.name}"[:80]).write_bytes(b"# New\n")
    for options, check in (((), is_lines), (("--verify", "-v"), is_lines), (("--json",), is_json)):
        status, out, _ = call("--index", "index", "check", *options)
        assert status == 1
        check(out)


ARGUMENTS = [
    os.fsdecode(os.fsencode(attack.replace("\0", "").replace("\ud83d", "")))
    for attack in ATTACKS.values()
]
MISTAKES: list[tuple[str, ...]] = [
    ("{}",),
    ("--{}",),
    ("--color", "{}", "stats"),
    ("--config", "{}", "stats"),
    ("--index", "{}", "query", WORD),
    ("query", "titel:{}", "--strict"),
    ("query", "date:{}", "zebra("),
    ("query", "--since", "{}", WORD, "--strict"),
    ("query", "--sort", "{}", WORD),
    ("query", "--format", "{}", WORD),
    ("query", "--format", "{x{}}", WORD),
    ("query", "--query-file", "{}", "--jsonl"),
    ("query", "-n", "{}", WORD),
    ("query", "--facet", "{}", WORD),
    ("query", "--explain", "{}", "zebra"),
    ("query", "zebra", "@{}"),
    ("show", "{}"),
    ("show", "{}", "--diff", "{}"),
    ("similar", "{}"),
    ("suggest", "{}"),
    ("facets", "{}"),
    ("facets", "tag", "zebra {}"),
    ("timeline", "--by", "{}"),
    ("timeline", WORD, "--svg", "none/{}/x.svg"),
    ("export", "--format", "md", "zebra {}"),
    ("export", "--output", "{}", WORD),
    ("export", "--output", "none/{}.ris", WORD),
    ("saved", "add", "{}", WORD),
    ("saved", "run", "{}"),
    ("saved", "remove", "{}"),
    ("index", "none/{}"),
    ("index", "--ext", "{}", "none"),
    ("index", "-j", "{}"),
    ("completion", "{}"),
    ("watch", "none/{}"),
]


@pytest.mark.parametrize("arguments", MISTAKES, ids=map(" ".join, MISTAKES))
def test_what_is_said_of_a_mistake_is_safe(call: Call, arguments: tuple[str, ...]) -> None:
    for attack in ARGUMENTS:
        given = [one.replace("{}", attack) for one in arguments]
        options = [] if "--index" in given else ["--index", "index"]
        status, out, said = call(*options, *given)
        assert status in (0, 1, 2)
        assert said.endswith("\n") or status < 2
        is_plain(out.replace("\t", "").replace("\r\n", "\n"))


def test_where_an_error_arose_is_told_safely(
    call: Call, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for attack in ARGUMENTS:
        place = f"none/{attack}/x.ris"
        assert main(["-vv", "--index", "index", "export", WORD, "--output", place]) == 2
        said = capsysbinary.readouterr().err.decode()
        assert "Traceback" in said
        assert STEERS.search(said) is None


def test_what_a_file_of_queries_holds_is_answered_safely(call: Call) -> None:
    lines = [
        f"{attack.splitlines()[-1]}\t{WORD} {attack.splitlines()[0]}"
        for attack in (one.encode("utf-8", "replace").decode() for one in ATTACKS.values())
    ]
    Path("queries.tsv").write_text("\n".join(lines), "utf-8")
    for form, check in (("--jsonl", is_jsonl), ("--format=trec", is_lines)):
        status, out, _ = call("--index", "index", "query", form, "--query-file", "queries.tsv")
        assert status in (0, 2)
        check(out)
        if form == "--format=trec":
            assert {len(line.split()) for line in out.split("\n")[:-1]} == {6}


def test_a_hostile_configuration_is_one_safe_line(call: Call) -> None:
    for attack in ARGUMENTS:
        quoted = json.dumps(attack.encode("utf-8", "replace").decode())
        for line in (f"{quoted} = 1", f"extensions = {quoted}", f"aliases = {quoted}", attack):
            Path("hostile.toml").write_text(line + "\n", "utf-8", errors="replace")
            status, _, said = call("--config", "hostile.toml", "--index", "index", "query", WORD)
            assert status in (0, 2), line
            assert said.count("\n") == 1, said


def identifiers(call: Call) -> list[str]:
    status, out, _ = call("--index", "index", "query", WORD, *EVERY, "--ids")
    assert status == 0
    return out.split()


def test_attacks_made_at_random_steer_nothing() -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    outcome = soak(TRIALS, SEED)
    assert outcome.is_clean, outcome
    assert outcome.trials == TRIALS
