"""`newssearch saved`, as it is typed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from newssearch.cli.saved_command import command

Call = Callable[..., tuple[int, str, str]]
DOCS = Path(__file__).parent.parent / "docs"
SCHEMA = DOCS / "results.schema.json"


@pytest.fixture
def call(program: Call, seeds: Path) -> Call:
    """The program, in a folder with `news`, a copy of the seeds that may change, and its index."""
    shutil.copytree(seeds, "news")
    assert program("index", "news")[0] == 0
    return program


@pytest.fixture
def publish(call: Call) -> Callable[[str], None]:
    """An article with this title comes into the archive, and the index knows it."""

    def put(title: str) -> None:
        name = re.sub(r"\W+", "-", title.lower())
        text = f"---\ntitle: {title}\nurl: https://pier.example/{name}\n---\n\nIt is late.\n"
        Path("news", f"{name}.md").write_text(text, "utf-8")
        assert call("-q", "index")[0] == 0

    return put


def test_a_run_lists_ten_of_each_search_or_as_many_as_asked_or_all(
    call: Call, publish: Callable[[str], None]
) -> None:
    for number in range(1, 12):
        Path("news", f"pier{number}.md").write_text(f"## Pier {number} opens\n\nIt did.\n", "utf-8")
    publish("Pier twelve opens")
    assert call("saved", "add", "piers", "pier opens")[0] == 0
    shown = {
        options: len(call("saved", "run", *options)[1].splitlines())
        for options in ((), ("-n", "3"), ("-n", "all"))
    }
    assert list(shown.values()) == [10, 3, 12]


def test_a_search_is_saved_listed_replaced_and_removed(call: Call) -> None:
    status, out, err = call("saved", "add", "minsk", "lukashenko", "-moscow", "--lang", "en")
    assert (status, out) == (0, "")
    assert err.endswith("saved minsk: nothing matches yet\n")
    (line,) = call("saved", "list")[1].splitlines()
    assert re.fullmatch(r"minsk\t\d{4}-\d\d-\d\d\tlukashenko -moscow lang:en", line)
    status, _, err = call("saved", "add", "minsk", "other")
    assert status == 2
    assert "--force" in err
    _, _, err = call("saved", "add", "--force", "minsk", "lukashenko")
    assert err == "saved minsk: 1 story matches already, not new\n"
    _, _, err = call("saved", "add", "--force", "--all-new", "minsk", "belarus")
    assert re.fullmatch(r"saved minsk: \d+ (story matches|stories match) already, new\n", err)
    searches = json.loads(call("saved", "list", "--json")[1])["searches"]
    assert [(one["name"], one["query"]) for one in searches] == [("minsk", "belarus")]
    assert call("saved", "add", "other", "@minsk")[0] == 0
    assert call("saved", "remove", "minsk") == (0, "", "note: other asks for it: @minsk\n")
    assert call("saved", "remove", "other")[0] == 0
    status, out, err = call("saved", "list")
    assert (status, out) == (1, "")
    assert "no saved searches" in err


@pytest.mark.parametrize(
    ("options", "query"),
    [
        (("--since", "2020-08"), "lukashenko date:2020-08.."),
        (("--until", "last month"), 'lukashenko date:"..last month"'),
        (("--since", "7d", "--lang", "zh"), "lukashenko date:7d.. lang:zh"),
        (("--source", "The Pier"), 'lukashenko source:"The Pier"'),
    ],
)
def test_conditions_become_part_of_the_query(
    call: Call, options: tuple[str, ...], query: str
) -> None:
    assert call("saved", "add", "a", "lukashenko", *options)[0] == 0
    assert call("saved", "list")[1].rstrip("\n").split("\t")[2] == query
    asked = [call("query", "--ids", "-n", "all", *arguments)[1] for arguments in (
        ("lukashenko", *options),
        ("@a",),
    )]  # fmt: skip
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "a"), "nothing to search for"),
        (("add", "a", "!!"), "no word"),
        (("add", "a b", "minsk"), "cannot be the name"),
        (("add", "a", "minsk", "OR"), "needs a word on both sides"),
        (("add", "a", "@gone"), "no saved search is called gone"),
        (("add", "a", "x", "@a"), "a would ask for itself"),
        (("add", "a", "minsk", "--since", "2020-13"), "2020-13"),
        (("remove", "a"), "no saved search is called 'a'"),
        (("run", "a"), "no saved search is called 'a'"),
        (("run", "--json", "--atom"), "only one form"),
        (("run", "--output", "x"), "needs --new"),
        (("run", "--new", "--json", "--output", "x"), "nothing can be added"),
        (("run", "--new", "-n", "5"), "would be lost"),
        (("--index", "nowhere", "run", "--new"), "no index here"),
        (("sing",), "sing"),
    ],
)
def test_what_cannot_be_meant_is_one_line(
    call: Call, arguments: tuple[str, ...], message: str
) -> None:
    status, out, err = call("saved", *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert not Path("nowhere").exists()


def test_without_a_command_it_helps(call: Call) -> None:
    status, out, _ = call("saved")
    assert status == 0
    assert "newssearch saved add" in out


def test_run_lists_what_all_searches_find_and_notes_nothing(call: Call) -> None:
    assert call("saved", "run")[0] == 1
    call("saved", "add", "a", "lukashenko", "moscow", "--all-new")
    call("saved", "add", "none", "zebra")
    for _ in range(2):
        status, out, err = call("saved", "run")
        assert status == 0
        (line,) = out.splitlines()
        assert line.split("\t")[0] == "a"
        assert line.split("\t")[1:] == call("query", "@a")[1].rstrip("\n").split("\t")
        assert err == "a: 1 story\nnone: nothing\n"
    assert call("saved", "run", "none")[:2] == (1, "")
    assert len(call("saved", "run", "--new", "a")[1].splitlines()) == 1


def test_what_is_new_is_listed_once(call: Call, publish: Callable[[str], None]) -> None:
    call("saved", "add", "ferry", "ferry -boat")
    call("saved", "add", "pier", "source:pier.example")
    assert call("saved", "run", "--new") == (1, "", "ferry: nothing new\npier: nothing new\n")
    publish("Ferry late")
    status, out, err = call("saved", "run", "--new")
    assert status == 0
    found = [line.split("\t") for line in out.splitlines()]
    assert [(row[0], row[-1]) for row in found] == [("ferry", "Ferry late"), ("pier", "Ferry late")]
    assert err == "ferry: 1 new story\npier: 1 new story\n"
    assert call("-q", "saved", "run", "--new") == (1, "", "")


def test_the_text_says_which_query_found_it(call: Call, publish: Callable[[str], None]) -> None:
    call("saved", "add", "ferry", "ferry")
    publish("Ferry late")
    _, out, _ = call("saved", "run", "--new", "--format", "text")
    first, blank, title, *_ = out.splitlines()
    assert (first, blank, title) == ("ferry: ferry", "", " 1  Ferry late")


def test_json_has_each_search_with_its_results(call: Call, publish: Callable[[str], None]) -> None:
    import jsonschema

    call("saved", "add", "ferry", "ferry")
    call("saved", "add", "none", "zebra")
    publish("Ferry late")
    document = json.loads(call("saved", "run", "--new", "--json")[1])
    assert (document["version"], document["new"]) == (1, True)
    assert document["generation"] > 0
    assert re.match(r"\d{4}-\d\d-\d\dT", document["run"])
    schema = json.loads(SCHEMA.read_bytes())
    for one in document["searches"]:
        jsonschema.validate(one["results"], schema)
    assert [(one["name"], one["query"]) for one in document["searches"]] == [
        ("ferry", "ferry"),
        ("none", "zebra"),
    ]
    (hit,) = document["searches"][0]["results"]["hits"]
    assert hit["title"] == "Ferry late"
    assert hit["snippets"]
    again = json.loads(call("saved", "run", "--new", "--json")[1])
    assert [one["results"]["hits"] for one in again["searches"]] == [[], []]


def test_jsonl_is_a_hit_a_line_with_its_search(call: Call, publish: Callable[[str], None]) -> None:
    call("saved", "add", "ferry", "ferry")
    publish("Ferry late")
    (line,) = call("saved", "run", "--new", "--jsonl")[1].splitlines()
    hit = json.loads(line)
    assert (hit["saved"], hit["title"]) == ("ferry", "Ferry late")


def test_a_feed_grows_in_its_file(call: Call, publish: Callable[[str], None]) -> None:
    def run() -> tuple[int, str, str]:
        return call("saved", "run", "--new", "--atom", "--output", "feed.xml")

    call("saved", "add", "ferry", "ferry")
    call("saved", "add", "pier", "source:pier.example")
    assert run()[:2] == (1, "")
    empty = Path("feed.xml").read_text("utf-8")
    assert "<entry>" not in empty
    publish("Ferry late")
    assert run()[:2] == (0, "")
    publish("Night ferry")
    assert run()[:2] == (0, "")
    feed = Path("feed.xml").read_text("utf-8")
    assert re.findall("<title[^>]*>(.*)</title>", feed)[1:] == ["Night ferry", "Ferry late"]
    assert feed.count('<category term="ferry"/>') == feed.count('<category term="pier"/>') == 2
    assert run()[0] == 1
    assert Path("feed.xml").read_text("utf-8") == feed


@pytest.mark.parametrize("form", ["--jsonl", "--format=text", "--format=tsv"])
def test_other_forms_are_added_at_the_end_of_their_file(
    call: Call, publish: Callable[[str], None], form: str
) -> None:
    call("saved", "add", "ferry", "ferry")
    Path("out").write_text("# mine\n")
    for title in ("Ferry late", "Night ferry"):
        publish(title)
        assert call("saved", "run", "--new", form, "--output", "out")[:2] == (0, "")
    text = Path("out").read_text("utf-8")
    assert text.startswith("# mine\n")
    assert 0 < text.index("Ferry late") < text.rindex("Night ferry")


def test_a_file_that_cannot_be_added_to_loses_nothing(
    call: Call, publish: Callable[[str], None]
) -> None:
    call("saved", "add", "ferry", "ferry")
    publish("Ferry late")
    Path("diary").write_text("Dear diary\n")
    for file in ("diary", "gone/feed.xml", "/dev/null", "news"):
        status, out, err = call("saved", "run", "--new", "--atom", "--output", file)
        assert (status, out) == (2, "")
        assert file in err
    assert Path("diary").read_text() == "Dear diary\n"
    assert call("saved", "run", "--new")[0] == 0


def test_one_search_that_fails_does_not_stop_the_others(
    call: Call, publish: Callable[[str], None]
) -> None:
    for name, query in (("base", "ferry"), ("asks", "@base"), ("other", "ferry late")):
        call("saved", "add", name, query)
    call("saved", "remove", "base")
    publish("Ferry late")
    status, out, err = call("saved", "run", "--new")
    assert status == 2
    assert [line.split("\t")[0] for line in out.splitlines()] == ["other"]
    assert "newssearch: asks: no saved search is called base" in err
    assert call("saved", "run", "--new", "other", "asks", "gone")[0] == 2
    call("saved", "add", "base", "ferry")
    _, out, _ = call("saved", "run", "--new")
    assert [line.split("\t")[0] for line in out.splitlines()] == ["asks"]


def test_a_rebuild_keeps_searches_and_what_they_have_seen(
    call: Call, publish: Callable[[str], None]
) -> None:
    call("saved", "add", "ferry", "ferry")
    publish("Ferry late")
    assert call("saved", "run", "--new")[0] == 0
    assert call("index", "--rebuild")[0] == 0
    assert call("saved", "run", "--new")[0] == 1
    assert call("saved", "run")[0] == 0


def test_output_that_nobody_takes_was_not_reported(
    call: Call, publish: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from newssearch.cli.streams import Output

    call("saved", "add", "a", "ferry")
    call("saved", "add", "b", "late")
    publish("Ferry late")
    written: list[str] = []

    def write(output: Output, pieces: object) -> None:
        if written:
            raise OSError(28, "No space left on device")
        written.extend(pieces)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Output, "write", write)
        status, _, err = call("saved", "run", "--new")
    assert status == 2
    assert "No space left" in err
    _, out, _ = call("saved", "run", "--new")
    assert [line.split("\t")[0] for line in out.splitlines()] == ["b"]


def test_every_option_of_its_commands_is_documented_and_no_other() -> None:
    page = (DOCS / "command-line.md").read_text("utf-8")
    section = page.split("## newssearch saved\n")[1].split("\n## ")[0]
    options = {
        f"{name} {option}"
        for name, sub in command.commands.items()
        for parameter in sub.params
        if isinstance(parameter, click.Option) and parameter.expose_value
        for option in parameter.opts
    }
    assert set(re.findall(r"`(\w+ --?[a-z-]+)[ `]", section)) == options
    assert set(re.findall(r"`saved (\w+)[ `]", section)) == set(command.commands)


@pytest.mark.parametrize("name", list(command.commands))
def test_help_has_examples_that_are_good_commands(name: str) -> None:
    sub = command.commands[name]
    examples = re.findall(rf"^ *newssearch saved {name} ?(.*)$", sub.help or "", re.M)
    assert len(examples) >= 2
    for example in examples:
        sub.make_context(name, example.split()).close()
