"""The documents say what is true: examples are run, links lead somewhere, lists are complete."""

from __future__ import annotations

import dataclasses
import datetime
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newssearch.indexer import update_index
from newssearch.options import QueryOptions
from newssearch.syntax.fields import ALIASES, FIELDS
from newssearch.syntax.parser import parse

PROJECT = Path(__file__).resolve().parent.parent
DOCUMENTS = [*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")]
TODAY = datetime.date(2020, 9, 1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with the seeds in it and an index beside them."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(PROJECT / "seeds", folder / "seeds")
    update_index(folder / "index", [folder / "seeds"])
    return folder


def blocks(path: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", path.read_text("utf-8"), re.M | re.S)


def examples() -> Iterator[tuple[str, str]]:
    """Each command of the README's console blocks, with what it says that it prints."""
    for block in blocks(PROJECT / "README.md", "console"):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def run(command: str, folder: Path) -> str:
    """What a command prints as on a terminal of 80 columns: results first, then counts."""
    if command.startswith("newssearch query") and "--format" not in command:
        command += " --format text"
    bin_folder = str(Path(sys.executable).parent)
    own = ("NEWSSEARCH_", "XDG_CONFIG_HOME", "HOME")  # where a developer has an index, settings
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(own)},
        "PATH": bin_folder + os.pathsep + os.environ["PATH"],
        "COLUMNS": "80",
    }
    done = subprocess.run(  # noqa: S602 (the README's own commands, as a reader types them)
        command,
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


def without_times(text: str) -> str:
    return re.sub(r"\d[\d.]* s(, [\d,]+ articles/s)?$", "TIME", text, flags=re.M)


@pytest.mark.parametrize(("command", "output"), [*examples()])
def test_the_readme_shows_what_its_commands_print(command: str, output: str, desk: Path) -> None:
    if command == "newssearch index seeds":  # the first run: in a folder without an index
        folder = desk.parent / "first"
        shutil.copytree(desk / "seeds", folder / "seeds")
        desk = folder
    assert without_times(run(command, desk)) == without_times(output)


def test_the_readme_quotes_the_benchmarks() -> None:
    """Its tables of figures are what `./dev bench` and `./dev quality` printed, line for line."""
    results = [PROJECT / "bench" / name for name in ("RESULTS.md", "QUALITY.md")]
    printed = [line for page in results for line in page.read_text("utf-8").splitlines()]
    section = (PROJECT / "README.md").read_text("utf-8").split("## Measured")[1]
    measured = section.split("\n## ")[0]
    tables = re.findall(r"^\|.*\|$", measured, re.M)
    tables += "".join(re.findall(r"^```\n(.*?)^```", measured, re.M | re.S)).splitlines()
    assert len(tables) > 20
    assert set(tables) <= set(printed)
    assert "@@" not in measured


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_in_documents_lead_to_files_that_are_there(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text("utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (path.parent / target).exists(), target


def anchor(heading: str) -> str:
    """What a link to a heading ends in."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_to_headings_lead_to_headings_that_are_there(path: Path) -> None:
    for target, wanted in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", path.read_text("utf-8")):
        page = (path.parent / target if target else path).read_text("utf-8")
        assert wanted in map(anchor, re.findall(r"^#+ (.*)$", page, re.M)), (target, wanted)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_python_examples_run(
    path: Path, desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(desk)
    for block in blocks(path, "python"):
        exec(compile(block, path.name, "exec"), {})  # noqa: S102 (our own documents)
        assert capsys.readouterr().out


def queries_of_the_language_page() -> list[str]:
    """What stands in the first column of its first table, and the examples of the second."""
    rows = re.findall(r"^\| (.*?) \|$", (PROJECT / "docs/query.md").read_text("utf-8"), re.M)
    cells = [row.split(" | ") for row in rows]
    found = [row[0] if len(row) == 2 else row[2] for row in cells]
    return [query for cell in found for query in re.findall(r"`([^`]+)`", cell)]


def test_the_examples_of_the_query_language_are_understood() -> None:
    queries = queries_of_the_language_page()
    assert len(queries) > 20
    for query in queries:
        parsed = parse(query, TODAY)
        assert parsed.tree is not None, query
        assert not parsed.notes, query


def test_the_dates_of_the_query_language_are_understood() -> None:
    section = (PROJECT / "docs/query.md").read_text("utf-8").split("## Dates")[1]
    dates = re.findall(r"`([^`]+)`", section.split("## When")[0])
    plain = [date for date in dates if not date.startswith(("--", "date:"))]
    assert len(plain) > 15
    for date in plain:
        assert not parse(f"date:{date}", TODAY).notes, date


def test_every_field_and_alias_is_described() -> None:
    page = (PROJECT / "docs/query.md").read_text("utf-8")
    for name in FIELDS:
        assert f"`{name}:" in page, name
    named = set(re.findall(r"`(\w+):`", page))
    assert named - set(FIELDS) <= set(ALIASES) | {"is"}


def test_every_option_of_a_query_is_described_for_python() -> None:
    page = (PROJECT / "docs/python.md").read_text("utf-8")
    rows = "".join(re.findall(r"^\| (`.*?) \|", page, re.M))
    for field in dataclasses.fields(QueryOptions):
        assert f"`{field.name}`" in rows, field.name


def test_the_architecture_page_names_every_module() -> None:
    page = (PROJECT / "ARCHITECTURE.md").read_text("utf-8")
    package = PROJECT / "newssearch"
    for module in package.rglob("*.py"):
        folder = module.parent.relative_to(package).as_posix()
        if module.name.startswith("__") or folder in ("cli", "render"):
            continue
        assert re.search(rf"\b{module.stem}\b", page), module.relative_to(package)
