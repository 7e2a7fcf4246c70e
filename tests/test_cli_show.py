"""`newssearch show`: versions held against each other, opening, a story's copies.

The other forms are in test_cli_commands.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from invented_results import STORED, TRANSLATED
from test_render_json import validate

from newssearch.cli.main import main
from newssearch.cli.opening import open_place, place_to_open
from newssearch.errors import UsageError
from newssearch.hits import StoredArticle
from newssearch.render.article import render_article
from newssearch.render.look import Look
from newssearch.results import Copy

Run = Callable[..., tuple[int, str, str]]

TEXT = "The night ferry {does}.\n\nNobody on the quay said why that was so.\n"


@pytest.fixture
def archive(program: Run) -> Run:
    """The program in a folder with three imports of one article, and one that stands alone."""
    for day, does, keywords in (
        ("17", "stopped", "ferry, quay"),
        ("18", "stopped", "quay, ferry"),
        ("19", "goes again", "ferry, quay"),
    ):
        write(f"2020/08/{day}/ferry.md", "Night ferry", TEXT.format(does=does), keywords)
    write("2020/08/20/tram.md", "Trams", "Trams go on as before.\n", "tram", "https://x.example/2")
    assert program("index", "news")[0] == 0
    return program


def write(
    path: str, title: str, text: str, keywords: str, url: str = "https://x.example/ferry"
) -> None:
    file = Path("news", path)
    file.parent.mkdir(parents=True, exist_ok=True)
    listed = "".join(f"- {word}\n" for word in keywords.split(", "))
    file.write_text(
        f"---\ntitle: {title}\nurl: {url}\nlang: en\nkeywords:\n{listed}---\n\n{text}", "utf-8"
    )


def test_two_versions_are_held_against_each_other(archive: Run) -> None:
    status, out, err = archive("show", "2020/08/17/ferry.md", "--diff", "2020/08/19/ferry.md")
    assert (status, err) == (0, "")
    assert "\n\nThe night ferry [-stopped-]{+goes again+}.\n" in out
    assert "keywords" not in out  # another order is no difference


def test_the_old_one_is_the_one_that_is_named_first(archive: Run) -> None:
    _, out, _ = archive("show", "2020/08/19/ferry.md", "--diff", "2020/08/17/ferry.md")
    assert "[-goes again-]{+stopped+}" in out


def test_versions_of_one_text_are_said_to_be_that(archive: Run) -> None:
    status, out, _ = archive("show", "2020/08/17/ferry.md", "--diff", "2020/08/18/ferry.md")
    assert status == 0
    assert out.endswith("the same text (2 paragraphs)\n")


def test_story_stands_for_each_other_version_in_the_order_of_their_import(archive: Run) -> None:
    status, out, _ = archive("show", "2020/08/18/ferry.md", "--diff", "story")
    assert status == 0
    assert [line[-22:] for line in out.splitlines() if line.startswith("+++")] == [
        "ws/2020/08/17/ferry.md", "ws/2020/08/19/ferry.md",
    ]  # fmt: skip


def test_a_story_of_one_article_has_no_other_version(archive: Run) -> None:
    status, out, err = archive("show", "2020/08/20/tram.md", "--diff", "story")
    assert (status, out) == (1, "")
    assert "no other version" in err


def test_an_other_that_is_not_there_is_said(archive: Run) -> None:
    status, out, err = archive("show", "2020/08/20/tram.md", "--diff", "ffff")
    assert (status, out) == (1, "")
    assert err == "newssearch: ffff: no article has this id or path\n"


def test_differences_as_json_are_a_line_each(archive: Run) -> None:
    _, out, _ = archive("show", "2020/08/18/ferry.md", "--diff", "story", "--json")
    contents = [json.loads(line) for line in out.splitlines()]
    for content in contents:
        validate(content, "difference")
    assert [content["same_text"] for content in contents] == [True, False]


def test_a_storys_copies_are_listed(archive: Run) -> None:
    _, out, _ = archive("show", "2020/08/18/ferry.md")
    lines = [line.split(maxsplit=1) for line in out.splitlines()]
    (story,) = [line[1] for line in lines if line[:1] == ["story"]]
    assert story.endswith(", 3 articles in en, 2020-08-17 to 2020-08-19")
    _, out, _ = archive("show", "2020/08/18/ferry.md", "--json")
    content = json.loads(out)
    validate(content, "article")
    assert [copy["path"] for copy in content["copies"]] == [
        "2020/08/17/ferry.md", "2020/08/19/ferry.md",
    ]  # fmt: skip
    copies = [line[1] for line in lines if line[:1] == ["copy"]]
    assert copies == [f"{copy['id']} en  {copy['date']}" for copy in content["copies"]]


def test_of_very_many_copies_the_first_ten_are_listed() -> None:
    copies = tuple(
        Copy(f"{number:012}", "a.md", f"Title {number}\x1b", "", "en", "digest", "2020-08-18")
        for number in range(12)
    )
    shown = "".join(render_article(replace(STORED, copies=copies), Look(None)))
    lines = [line for line in shown.splitlines() if line.startswith("copy")]
    assert len(lines) == 10
    assert lines[1].split(maxsplit=1)[1] == "000000000001 en  undated  digest  Title 1\\x1b"
    assert f"… and 2 more: newssearch query story:{STORED.story.id}\n" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ("4f21", "--diff", "9c01", "--raw"),
        ("4f21", "--diff", "9c01", "--open"),
        ("4f21", "--diff", "9c01", "--translation"),
        ("4f21", "9c01", "--diff", "4f21"),
        ("4f21", "--open", "--json"),
        ("1", "2", "3", "4", "5", "6", "--open"),
    ],
)
def test_what_does_not_go_together_is_refused(archive: Run, arguments: tuple[str, ...]) -> None:
    status, out, err = archive("show", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)


# -- opening ----------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser would have been given."""
    found: list[str] = []

    def open_in_browser(address: str) -> bool:
        found.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", open_in_browser)
    return found


def test_the_original_address_is_opened_and_printed(archive: Run, opened: list[str]) -> None:
    status, out, _ = archive("show", "2020/08/20/tram.md", "2020/08/17/ferry.md", "--open")
    assert status == 0
    assert opened == ["https://x.example/2", "https://x.example/ferry"]
    assert out.splitlines() == opened


def with_address(url: str, file: str = "news/a.md") -> StoredArticle:
    return replace(STORED, file=file, article=replace(STORED.article, url=url))


def test_without_an_address_the_file_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("50% #1.md").write_text("x")
    address = place_to_open(with_address("", "50% #1.md"))
    assert address == tmp_path.as_uri() + "/50%25%20%231.md"


@pytest.mark.parametrize("make_folder", [False, True])
def test_a_file_that_is_no_more_is_not_opened(tmp_path: Path, make_folder: bool) -> None:
    file = tmp_path / "a.md"
    if make_folder:
        file.mkdir()
    with pytest.raises(UsageError, match="index updates"):
        place_to_open(with_address("", str(file)))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "file:///etc/passwd", "smb://x/y", "https:///nowhere",
        "-https://x.example", "https", "//x.example/a", "https://[x/",
    ],
)  # fmt: skip
def test_other_addresses_than_those_of_the_web_are_refused(url: str) -> None:
    with pytest.raises(UsageError):
        place_to_open(with_address(url))


def test_what_is_no_part_of_an_address_is_encoded() -> None:
    hostile = 'https://x.example/a?b="c"&d=$(e) `f`|g\\h\x1b[2J\n\u202e渡<>{}^'
    address = place_to_open(with_address(hostile))
    assert address.isascii()
    assert address.isprintable()
    assert not set(' "`|\\<>{}^') & set(address)
    assert place_to_open(with_address("https://x.example/a%20b?c=d&e=~f#g")) == (
        "https://x.example/a%20b?c=d&e=~f#g"
    )


def test_a_translation_can_be_opened_in_its_articles_place(
    monkeypatch: pytest.MonkeyPatch, opened: list[str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    from invented_results import InventedIndex

    monkeypatch.setattr("newssearch.query.open_index", lambda folder: InventedIndex())
    assert main(["show", "4f21", "--translation", "--open"]) == 0
    assert opened == [TRANSLATED.article.url]


def test_without_a_browser_the_address_is_still_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    with pytest.raises(UsageError, match=r"open https://x\.example/a yourself"):
        open_place("https://x.example/a")
