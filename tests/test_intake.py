"""Files to documents in one process: articles that wait for their stories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from newssearch import intake, waiting
from newssearch.article.model import (
    Article,
    ArticleDate,
    DateSource,
    Paragraph,
    ParseWarning,
    Precision,
)
from newssearch.engine.base import Document
from newssearch.indexer import update_index
from newssearch.intake import Intake
from newssearch.options import IndexOptions
from newssearch.query import open_index
from newssearch.tasks import Settled, Task

ENTRY = """## 摘要

### Ferry {n}

keywords/关键词: ferry

authors/作者:

A ferry ran aground, in short, number {n}.

[详情]({n}_zh.md) [Details]({n}.md)

"""


def digest(*numbers: int) -> str:
    return "".join(ENTRY.format(n=n) for n in numbers)


class Desk:
    """An archive folder, and an intake of its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.documents: list[Document] = []
        self.intake = Intake(self.documents.append, 1 << 20, ("utf-8",))

    def write(self, name: str, text: str) -> Task:
        path = self.folder / name
        path.write_text(text, "utf-8")
        found = path.stat()
        return Task(
            "news", str(self.folder), name, found.st_size, found.st_mtime_ns, found.st_ctime_ns,
            found.st_ino, "",
        )  # fmt: skip

    def settle(self, name: str, *entries: int) -> None:
        self.intake.settle([Settled("news", name, n, f"story {n}", "bay.org") for n in entries])

    def added(self) -> list[tuple[str, str, str]]:
        return [(one.article.path, one.story, one.article.source) for one in self.documents]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.intake.close()


EXPECTED = [("a.md#1", "story 1", "bay.org"), ("a.md#2", "story 2", "bay.org")]


@pytest.mark.parametrize("most", [0, 1, 10])
def test_articles_wait_in_memory_or_on_the_disk(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(waiting, "MOST_WAITING", most)
    outcome = desk.intake.read(desk.write("a.md", digest(1, 2)))
    other = desk.intake.read(desk.write("b.md", digest(3)))
    assert outcome.loose == ((1, ("1_zh.md", "1.md")), (2, ("2_zh.md", "2.md")))
    assert (outcome.entries, other.entries) == (2, 1)
    assert desk.added() == []
    desk.settle("a.md", 1, 2)
    assert desk.added() == EXPECTED
    desk.settle("b.md", 1)
    assert desk.added()[2:] == [("b.md#1", "story 1", "bay.org")]
    assert len({(one.added, one.root) for one in desk.documents}) == 1


@pytest.mark.parametrize("text", [digest(1), digest(1, 3), "# No digest any more\n", None])
@pytest.mark.parametrize("most", [0, 10])
def test_a_file_that_changes_while_its_articles_wait_is_indexed_as_it_was_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, text: str | None, most: int
) -> None:
    monkeypatch.setattr(waiting, "MOST_WAITING", most)
    desk.intake.read(desk.write("a.md", digest(1, 2)))
    if text is None:
        (desk.folder / "a.md").unlink()
    else:
        desk.write("a.md", text)
    desk.settle("a.md", 1, 2)
    assert desk.added() == EXPECTED


def test_what_waits_on_the_disk_is_what_waits_in_memory(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = digest(1).replace("Ferry 1", "Ferry \u2028 😀 “1”") + digest(2)
    made = []
    for most in (0, 10):
        monkeypatch.setattr(waiting, "MOST_WAITING", most)
        other = Desk(desk.folder)
        other.intake.read(other.write("a.md", odd))
        other.intake.read(other.write("b.md", digest(3)))
        other.settle("b.md", 1)
        other.settle("a.md", 2, 1)
        made.append(other.documents)
        other.intake.close()
    assert made[0] == made[1]
    assert len(made[0]) == 3


def test_a_bug_in_parsing_is_that_files_alone_and_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(intake, "read_articles", broken)
    outcome = desk.intake.read(desk.write("a.md", "# Fog\n"))
    assert outcome.failed == "a bug in newssearch: ZeroDivisionError: by zero"
    assert (outcome.content, outcome.settled) == ("", False)
    assert desk.documents == []


def test_a_run_with_more_waiting_articles_than_may_makes_the_same_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "news"
    archive.mkdir()
    for n in range(8):
        (archive / f"d{n}.md").write_text(digest(n, n + 1, n + 2), "utf-8")
        (archive / f"{n}.md").write_text(
            f"## Ferry {n}\n\nkeywords: sea\n\n[中文]({n}_zh.md)\n\nA.\n"
        )
    found = []
    for most in (10_000, 4):
        monkeypatch.setattr(waiting, "MOST_WAITING", most)
        index = tmp_path / f"index{most}"
        report = update_index(index, [archive], IndexOptions(jobs=1))
        assert report.articles == 32
        with open_index(index) as news:
            hits = news.query("ferry", limit=None, collapse=False)
            found.append([(hit.id, hit.story, hit.score, hit.source) for hit in hits])
    assert len(found[0]) == 32
    assert found[0] == found[1]


def _with_half_a_pair(value: object) -> object:
    """A value of this shape, a text of which cannot be written."""
    if isinstance(value, str):
        return "fog \ud83d"
    assert isinstance(value, tuple)
    inside = [_with_half_a_pair(one) if isinstance(one, str | tuple) else one for one in value]
    return value._make(inside) if hasattr(value, "_make") else tuple(inside)


FULL = Article(
    path="a.md",
    title="Fog",
    body=(Paragraph(3, "Fog again."),),
    keywords=("fog",),
    authors=("Ann Ode",),
    tags=("bay",),
    date=ArticleDate("2021-03-04", DateSource.HEADER, Precision.DAY),
    languages=("en",),
    translation_links=("a_zh.md",),
    source_links=("b.md",),
    extra=(("mood", "grey"),),
    warnings=(ParseWarning(1, "a warning"),),
)


@pytest.mark.parametrize("name", [f.name for f in fields(Article) if f.name != "kind"])
def test_half_a_surrogate_pair_that_a_parser_lets_through_is_one_files_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    broken = replace(FULL, **{name: _with_half_a_pair(getattr(FULL, name))})
    desk = Desk(tmp_path)
    task = desk.write("a.md", "# Fog\n\nFog again.\n")
    monkeypatch.setattr(intake, "read_articles", lambda *given: [FULL, broken])
    outcome = desk.intake.read(task)
    assert "UnicodeEncodeError" in outcome.failed
    assert not desk.documents
    monkeypatch.setattr(intake, "read_articles", lambda *given: [FULL])
    assert not desk.intake.read(task).failed
