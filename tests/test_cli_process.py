"""The program as a process: pipes, terminals, what it imports. The index is an invented one."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newssearch import __main__
from newssearch.cli.main import INTERRUPTED

TESTS = Path(__file__).parent
PROGRAM = """
import sys
sys.path[:0] = [{tests!r}, {project!r}]
import newssearch.query
from invented_results import RESULTS, InventedIndex
from dataclasses import replace
results = replace(RESULTS, hits=RESULTS.hits * {times})
newssearch.query.open_index = lambda folder: InventedIndex(results)
before = set(sys.modules)
from newssearch.cli.main import main
status = main(sys.argv[1:])
if {imports}:
    print(*sorted(set(sys.modules) - before), file=sys.stderr)
sys.exit(status)
"""


def program(times: int = 1, imports: bool = False) -> list[str]:
    code = PROGRAM.format(tests=str(TESTS), project=str(TESTS.parent), times=times, imports=imports)
    return [sys.executable, "-c", code]


def environment(**changes: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return kept | {"TERM": "xterm"} | changes


def run(*arguments: str, **options: bool) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*program(**options), *arguments],
        check=False,
        capture_output=True,
        env=environment(),
        encoding="utf-8",
    )


def test_a_plain_query_imports_nothing_that_it_does_not_need() -> None:
    done = run("query", "lukashenko", imports=True)
    assert done.returncode == 0
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "newssearch.render.rows" in loaded
    heavy = {
        "tabulate", "rich", "yaml", "frontmatter", "jsonschema", "importlib.metadata", "numpy",
        "tomllib", "csv", "json", "difflib", "traceback", "shutil", "tempfile", "subprocess",
        "urllib.request", "newssearch.indexer", "newssearch.cli.index_command",
        "newssearch.cli.show_command", "newssearch.render.text", "newssearch.render.json_form",
    }  # fmt: skip
    assert loaded & heavy == set()


def test_a_closed_pipe_is_not_an_error() -> None:
    process = subprocess.Popen(
        [*program(times=5000), "query", "x", "-n", "all", "-q"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdout, process.stderr:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.skipif(os.name != "posix", reason="needs a shell that can close a descriptor")
def test_closed_descriptors_cause_no_traceback() -> None:
    command = 'exec "$@" 2>&-'
    done = subprocess.run(
        ["sh", "-c", command, "sh", *program(), "query", "x"],
        check=False, capture_output=True, env=environment(),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"4f21b7a0c3d9\t")
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *program(), "query", "x"],
        check=False, capture_output=True, env=environment(),
    )  # fmt: skip
    assert done.returncode == 2
    assert b"standard output is closed" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is always full")
@pytest.mark.parametrize(("query", "status"), [("lukashenko", 0), ("--nothing", 2)])
def test_what_happened_does_not_hang_on_whether_it_can_be_said(query: str, status: int) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*program(), "-vv", "query", query],
            check=False, stdout=subprocess.PIPE, stderr=full, env=environment(),
        )  # fmt: skip
    assert done.returncode == status
    assert done.stdout.startswith(b"4f21b7a0c3d9\t") == (status == 0)


def on_a_terminal(*arguments: str, **changes: str) -> str:
    """What the program writes to a terminal, standard error among it."""
    import pty

    ours, theirs = pty.openpty()
    with open(ours, "rb", buffering=0) as screen:
        process = subprocess.Popen(
            [*program(), *arguments], stdout=theirs, stderr=theirs, env=environment(**changes)
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = screen.read(65536)
            except OSError:  # how Linux says that nobody holds the other end any more
                break
            if not piece:
                break
            shown += piece
        assert process.wait() == 0
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_a_terminal_gets_colours_links_and_the_count() -> None:
    shown = on_a_terminal("query", "lukashenko", COLUMNS="60")
    assert "\x1b[1;36mLukashenko\x1b[0m" in shown
    assert "\x1b]8;;file://" in shown
    assert "climbed the podium. …\n    The" in shown
    assert shown.endswith("\n\n2 stories, 4 articles\n")


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_colour_gets_plain_text(changes: dict[str, str]) -> None:
    assert "\x1b" not in on_a_terminal("query", "lukashenko", **changes)


@pytest.mark.parametrize(
    ("line", "position", "offered"),
    [
        ("newssearch query --no", 2, {"--no-collapse", "--no-snippet"}),
        ("newssearch query --sort ", 3, {"relevance", "newest", "oldest", "title"}),
        ("newssearch query belarus -lukashenko --any --sort n", 6, {"newest"}),
        ("newssearch query -lukashenko --so", 3, {"--sort", "--source"}),
        ("newssearch query -n ", 3, set()),
        ("newssearch --color ", 2, {"auto", "always", "never"}),
        ("newssearch nonsense x", 2, set()),
    ],
)
def test_the_shell_can_ask_for_completions(line: str, position: int, offered: set[str]) -> None:
    asked = {
        "_NEWSSEARCH_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(position),
    }
    done = subprocess.run(
        [sys.executable, "-m", "newssearch"],
        check=False,
        capture_output=True,
        cwd=TESTS.parent,
        encoding="utf-8",
        env=environment(**asked),
    )
    assert done.stderr == ""
    given = {kind_and_word.rpartition(",")[2] for kind_and_word in done.stdout.splitlines()}
    assert given - {""} == offered


def test_an_interrupt_during_the_imports_is_exit_130_without_a_traceback() -> None:
    code = (
        "import sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from newssearch.__main__ import main\n"
        "sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, cwd=TESTS.parent
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_the_command_is_the_guarded_way_in() -> None:
    setup = configparser.ConfigParser()
    setup.read(TESTS.parent / "setup.cfg", encoding="utf-8")
    scripts = setup["options.entry_points"]["console_scripts"]
    assert scripts.split() == ["newssearch", "=", "newssearch.__main__:main"]
    assert __main__.INTERRUPTED == INTERRUPTED


@pytest.mark.skipif(os.name != "posix", reason="elsewhere arguments are not bytes")
@pytest.mark.parametrize("form", ["text", "table", "tsv", "csv", "trec", "卢{title}"])
def test_a_locale_of_ascii_alone_changes_no_query_and_breaks_no_output(form: str) -> None:
    ascii_alone = environment(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    command = [*program(), "query", "卢卡申科"]
    done = subprocess.run(
        [*command, "--format", form], check=False, capture_output=True, env=ascii_alone
    )
    assert done.returncode == 0
    assert done.stderr == b"2 stories, 4 articles\n"
    assert "{" not in form or done.stdout.decode().startswith("卢Lukashenko")
    done = subprocess.run([*command, "--json"], check=False, capture_output=True, env=ascii_alone)
    assert '"query": "卢卡申科"' in done.stdout.decode()
