from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete
from invented_results import STORED, STRIKE, TRANSLATED, InventedIndex

from newssearch.analysis.stems import Stemming
from newssearch.cli.main import group, main
from newssearch.cli.progress import ProgressLine, progress_text
from newssearch.options import IndexOptions
from newssearch.results import FailedFile, IndexReport

COMMAND_LINE = Path(__file__).parent.parent / "docs" / "command-line.md"


@dataclass
class Called:
    status: int
    out: str
    err: str


Call = Callable[..., Called]


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> Call:
    monkeypatch.setattr("newssearch.query.open_index", lambda folder: InventedIndex())
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "NEWSSEARCH_INDEX", "COLUMNS", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> Called:
        status = main(arguments)
        out, err = capsysbinary.readouterr()
        return Called(status, out.decode(), err.decode())

    return run


class InventedIndexer:
    """Stands in for update_index: gives `report` and remembers how it was called."""

    def __init__(self) -> None:
        self.report = IndexReport(2, 0, 0, 0, 1, articles=2, seconds=0.5)
        self.asked: list[tuple[Path, tuple[str, ...], IndexOptions]] = []
        self.stemming: Stemming | None = None

    def __call__(
        self,
        folder: Path,
        paths: tuple[str, ...],
        options: IndexOptions,
        progress: Any,
        stemming: Stemming | None,
    ) -> IndexReport:
        self.stemming = stemming
        self.asked.append((folder, paths, options))
        return replace(self.report, dry_run=options.dry_run)


@pytest.fixture
def indexer(monkeypatch: pytest.MonkeyPatch) -> InventedIndexer:
    made = InventedIndexer()
    monkeypatch.setattr("newssearch.indexer.update_index", made)
    return made


def test_show_gives_fields_and_text(call: Call) -> None:
    called = call("show", "4f21")
    assert called.status == 0
    assert called.out.startswith("Lukashenko jeered by strikers at a tractor works\nA day in Minsk")
    assert "Workers whistled. " * 12 in called.out


def test_show_takes_several_and_goes_on_after_a_missing_one(call: Call) -> None:
    called = call("show", "4f21", "ffff", "9c01")
    assert called.status == 1
    assert called.err == "newssearch: no article 'ffff' in this index\n"
    assert re.findall(r"^id +(\w+)$", called.out, re.M) == [STORED.id, TRANSLATED.id]
    assert "\n\n\n拖拉机厂工人罢工\n" in called.out


def test_show_json_is_an_article_a_line(call: Call) -> None:
    lines = call("show", "4f21", "9c01", "--json").out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [STORED.id, TRANSLATED.id]


def test_show_raw_is_the_file_byte_for_byte(call: Call, tmp_path: Path) -> None:
    file = tmp_path / STRIKE.file
    file.parent.mkdir(parents=True)
    file.write_bytes(b"## T\r\n\x1b")
    assert call("show", "4f21", "--raw").out == "## T\r\n\x1b"


@pytest.mark.parametrize("make_folder", [False, True])
def test_show_raw_of_what_is_no_file_any_more_is_an_error(
    call: Call, tmp_path: Path, make_folder: bool
) -> None:
    if make_folder:
        (tmp_path / STRIKE.file).mkdir(parents=True)
    called = call("show", "4f21", "--raw")
    assert called.status == 2
    assert called.err.startswith(f"newssearch: {STRIKE.file}: is ")


def test_show_translation_shows_it_in_the_articles_place(call: Call) -> None:
    called = call("show", "4f21", "--translation")
    assert called.out.startswith("拖拉机厂工人罢工\n")
    called = call("show", "9c01", "--translation")
    assert (called.status, called.out) == (1, "")
    assert "has no translation" in called.err


def test_show_has_one_form_at_a_time(call: Call) -> None:
    assert call("show", "4f21", "--json", "--raw").status == 2


def test_stats_is_a_list_or_json(call: Call) -> None:
    assert call("stats").out.startswith("articles        6,422\n")
    assert json.loads(call("stats", "--json").out)["stories"] == 2640


def test_index_says_what_it_did_on_standard_error(call: Call, indexer: InventedIndexer) -> None:
    called = call("index", "news", "more")
    assert called == Called(
        0, "", "added 2, changed 0, renamed 0, removed 0, unchanged 1, failed 0 — "
        "0.50 s, 4 articles/s\n",
    )  # fmt: skip
    assert indexer.asked == [(Path.cwd() / "index", ("news", "more"), IndexOptions())]
    assert call("index", "-q").err == ""


def test_a_dry_runs_report_is_its_result(call: Call, indexer: InventedIndexer) -> None:
    called = call("index", "--dry-run")
    assert called.out.startswith("dry run: added 2")
    assert called.err == ""


def test_index_options_reach_the_library(call: Call, indexer: InventedIndexer) -> None:
    line = "--rebuild --prune --verify --wait 1.5 --ext md,TXT --ext .markdown --ext md --index ix"
    call("index", *line.split())
    options = IndexOptions(
        rebuild=True, prune=True, verify=True, wait=1.5, extensions=(".md", ".txt", ".markdown")
    )
    assert indexer.asked == [(Path.cwd() / "ix", (), options)]


def test_index_takes_processes_and_memory(call: Call, indexer: InventedIndexer) -> None:
    call("index", "-j", "3", "--memory", "200")
    call("index", "-j1")
    call("index", "--jobs=2", "--memory=64")
    asked = [options for _, _, options in indexer.asked]
    assert asked == [
        IndexOptions(jobs=3, memory=200 * 2**20),
        IndexOptions(jobs=1),
        IndexOptions(jobs=2, memory=64 * 2**20),
    ]


@pytest.mark.parametrize(
    ("option", "value", "least"), [("--jobs", "0", "1"), ("-j", "x", ""), ("--memory", "63", "64")]
)
def test_processes_and_memory_have_a_least_value(
    call: Call, indexer: InventedIndexer, option: str, value: str, least: str
) -> None:
    called = call("index", option, value)
    assert (called.status, indexer.asked) == (2, [])
    (line,) = called.err.splitlines()
    assert option in line
    assert value in line
    assert least in line


def test_index_takes_the_configurations_settings(
    call: Call, indexer: InventedIndexer, tmp_path: Path
) -> None:
    (tmp_path / "newssearch.toml").write_text(
        'index = "ix"\nextensions = ["txt"]\nmax_file_bytes = "1MB"\nencodings = ["gbk"]\n'
        'stemmer = {latin = "german"}\njobs = 3\nmemory = "1GB"\n'
    )
    options = IndexOptions(
        extensions=(".txt",), max_file_bytes=2**20, encodings=("gbk",), jobs=3, memory=2**30
    )
    call("index")
    assert indexer.asked == [(tmp_path / "ix", (), options)]
    assert indexer.stemming == Stemming(latin="german")
    call("index", "--ext", "md", "-j", "2", "--memory", "100")
    options = replace(options, extensions=(".md",), jobs=2, memory=100 * 2**20)
    assert indexer.asked[1][2] == options


def test_index_takes_the_settings_beside_the_archive(
    call: Call, indexer: InventedIndexer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far" / "news").mkdir(parents=True)
    (tmp_path / "desk").mkdir()
    (tmp_path / "far" / "newssearch.toml").write_text('index = "ix"\nextensions = "txt"\n')
    monkeypatch.chdir(tmp_path / "desk")
    called = call("index", "../far/news", "more")
    assert indexer.asked[0][0] == tmp_path / "far" / "ix"
    assert indexer.asked[0][2].extensions == (".txt",)
    assert called.err.startswith(f"index: {tmp_path}/far/ix\nadded 2")
    call("index", "--index", "../far/other.ix")
    assert indexer.asked[1][2].extensions == (".txt",)
    call("index")
    assert indexer.asked[2] == (tmp_path / "desk" / "index", (), IndexOptions())


def test_index_names_an_index_that_nobody_named(
    call: Call, indexer: InventedIndexer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "newssearch.json").write_text("{}")
    assert call("index").err.startswith("added")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    named = f"index: {tmp_path}/index\n"
    assert call("index").err.startswith(f"{named}added")
    assert call("index", "-v").err.count(named) == 1
    assert call("index", "-q").err == ""
    assert call("stats").err == ""
    assert call("index", "--index", "../index").err.startswith("added")
    monkeypatch.setenv("NEWSSEARCH_INDEX", "../index")
    assert call("index").err.startswith("added")


@pytest.mark.parametrize(("new", "status"), [(True, 3), (False, 0)])
def test_index_fails_softly_for_new_failures_only(
    call: Call, indexer: InventedIndexer, new: bool, status: int
) -> None:
    indexer.report = IndexReport(failed=(FailedFile("a.md", "not UTF-8 at byte 7", new),))
    line = "a.md: not UTF-8 at byte 7\n"
    called = call("index")
    assert called.status == status
    assert called.err.startswith(line if new else "1 file fails as before (-v lists all)\nadded 0")
    assert call("index", "-q").err == (line if new else "")
    assert call("index", "-qv").err == (line if new else "")
    assert line in call("index", "-v").err
    assert "as before" not in call("index", "-v").err


def test_index_shows_warnings_only_when_asked(call: Call, indexer: InventedIndexer) -> None:
    indexer.report = IndexReport(warnings=("a.md:3: odd",))
    assert "odd" not in call("index").err
    assert "\na.md:3: odd\nadded" in call("index", "-v").err


def test_a_refused_root_is_exit_2_and_says_why(call: Call, indexer: InventedIndexer) -> None:
    failed = (FailedFile("a.md", "bad", True),)
    indexer.report = IndexReport(
        refused_roots=("news: is missing; --prune removes",), failed=failed
    )
    called = call("index")
    assert called.status == 2
    assert "newssearch: news: is missing; --prune removes\n" in called.err


def test_a_bad_configuration_is_one_line(call: Call, tmp_path: Path) -> None:
    (tmp_path / "newssearch.toml").write_text("indx = 1\n")
    called = call("stats")
    assert called.status == 2
    assert called.err == (
        f"newssearch: {tmp_path}/newssearch.toml: unknown key 'indx'; did you mean 'index'?\n"
    )


def test_global_options_stand_before_or_after_the_command(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_index(folder: Path) -> InventedIndex:
        opened.append(folder.name)
        return InventedIndex()

    monkeypatch.setattr("newssearch.query.open_index", open_index)
    monkeypatch.setenv("NEWSSEARCH_INDEX", "environment")
    call("--index", "before", "stats")
    call("stats", "--index", "after")
    call("--index", "before", "stats", "--index", "after")
    call("stats")
    assert opened == ["before", "after", "after", "environment"]
    assert call("-q", "stats", "-v").err == ""
    assert call("-v", "stats").err == f"index: {Path.cwd() / 'environment'}\n"


def test_without_arguments_there_is_help(call: Call) -> None:
    called = call()
    assert called.status == 0
    assert called.out.startswith("Usage: newssearch")
    assert called.out == call("-h").out == call("--help").out


def test_an_unknown_command_gets_a_hint(call: Call) -> None:
    called = call("qeury", "x")
    assert called.status == 2
    assert "did you mean query?" in called.err
    assert "to search: newssearch query lukashenko" in call("lukashenko").err


@pytest.mark.parametrize("shell", ["zsh", "fish", "bash"])
def test_completion_prints_a_script(call: Call, shell: str) -> None:
    called = call("completion", shell)
    assert called.status == 0
    assert f"_NEWSSEARCH_COMPLETE={shell}_complete" in called.out


@pytest.mark.parametrize("typed", ["--jo", "--mem"])
def test_a_shell_completes_the_options_of_index(typed: str) -> None:
    completed = ShellComplete(group, {}, "newssearch", "_X").get_completions(["index"], typed)
    assert [item.value for item in completed] == [{"--jo": "--jobs", "--mem": "--memory"}[typed]]


def test_progress_is_drawn_in_place_and_wiped(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine() as progress:
        progress(0, 4000)
        progress(4000, 4000)
    drawn = capsys.readouterr().err
    assert drawn.startswith("\r\x1b[K")
    assert "4,000 of 4,000 files" in drawn
    assert drawn.endswith("\r\x1b[K")
    assert progress_text(1, 2) == "━" * 12 + "─" * 12 + "  1 of 2 files"


def test_progress_of_nothing_draws_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine() as progress:
        progress(0, 0)
    assert capsys.readouterr().err == ""
    assert "━" not in progress_text(0, 0)


def commands() -> dict[str, click.Command]:
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


def test_every_command_and_option_is_documented() -> None:
    text = COMMAND_LINE.read_text("utf-8")
    sections = dict(re.findall(r"^## newssearch (\w+)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    assert list(sections) == list(commands())
    everywhere = {name for option in group.params for name in option.opts}
    for name in everywhere:
        assert f"`{name}" in text
    for command_name, command in commands().items():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not everywhere & set(parameter.opts):
                for name in parameter.opts:
                    assert re.search(rf"`{name}[ `]", sections[command_name]), name


def test_every_documented_option_exists() -> None:
    known = {name for c in (group, *commands().values()) for p in c.params for name in p.opts}
    known |= {"-h", "--help", "-vv"}
    named = re.findall(r"`(--?[a-z0-9][a-z-]*)[ `]", COMMAND_LINE.read_text("utf-8"))
    assert len(named) > 30
    assert set(named) <= known


def test_help_has_examples_that_are_good_commands() -> None:
    for name, command in commands().items():
        examples = re.findall(r"^ *newssearch (.*)$", command.help or "", re.M)
        assert len(examples) >= 2, name
        for example in examples:
            words = re.split(r" [|>] ", example)[0].replace("'", "").split()
            command.make_context(name, words[words.index(name) + 1 :]).close()


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (MemoryError("Unable to allocate"), "there is not enough memory"),
        (
            ImportError("\n\nIMPORTANT: read this!\n\nlibblas.so: failed to map segment\n"),
            "a module cannot be loaded (libblas.so: failed to map segment); is there enough "
            "memory? (-vv shows where)",
        ),
        (ZeroDivisionError("by zero"), "this is a bug in newssearch: ZeroDivisionError: by zero"),
    ],
)
def test_what_only_the_machine_can_mend_is_no_bug(
    call: Call, monkeypatch: pytest.MonkeyPatch, error: Exception, line: str
) -> None:
    def refuse(folder: Path) -> None:
        raise error

    monkeypatch.setattr("newssearch.query.open_index", refuse)
    called = call("stats")
    assert (called.status, called.err.count("\n")) == (2, 1)
    assert called.err.startswith(f"newssearch: {line}")
