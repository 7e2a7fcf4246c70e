"""An index that has everything that can be damaged, and what every command answers on it.

In: a folder to work in. Out: `Desk`, which is made as new again and asked as often as one likes.
Used by `corruption`, `pickles` and the tests of older generations.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import newssearch
from newssearch import batch
from newssearch.cli.main import main
from newssearch.engine.columnar import compaction, writer
from newssearch.errors import NewsSearchError
from newssearch.indexer import update_index
from newssearch.options import IndexOptions

#: What is asked; `WHOOSH` stands for Whoosh's own searcher on the index.
READS: tuple[tuple[str, ...], ...] = (
    ("query", "ferry OR night", "--json", "-n", "all"),
    ("query", '"late harbour"', "--facet", "source", "--facet", "year"),
    ("query", "渡轮", "--format", "tsv"),
    ("query", "har* ferr~", "--no-collapse", "--jsonl"),
    ("query", "kind:digest OR lang:zh", "--sort", "oldest", "--ids"),
    ("query", "ferry W/5 harbour", "--explain"),
    ("query", "nothingofthekind"),
    ("query", "ferry", "--expand", "--ids"),
    ("show", "plain.md", "undated.md", "--json"),
    ("show", "2020/08/27/NEWS.md#1", "--json"),
    ("similar", "2020/08/27/Ferry 1.md"),
    ("suggest", "fer"),
    ("facets", "source", "--json"),
    ("facets", "author"),
    ("timeline", "--by", "day"),
    ("export", "harbour OR ferry", "--format", "jsonl"),
    ("stats",),
    ("saved", "list"),
    ("saved", "run", "--format", "tsv"),
    ("index", "--dry-run"),
    ("WHOOSH",),
)

#: What says all that can be found: when these answer as before, everything is there.
EVERYTHING = (READS[0], READS[2], READS[4], READS[8], READS[17], READS[18])

#: What need not be the same: the size of the index, how long something took.
_VARIES = re.compile(rb"(?m)^(?:index|size).*$| \xe2\x80\x94 .* s.*$")


class Said(NamedTuple):
    """What a command answers."""

    status: int
    out: bytes
    err: str


class Desk:
    """A folder with an archive and its index: two segments, deleted documents, a dictionary, saved
    searches, days that were noted; now and then an older generation that is still there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.good = folder, folder / "good"
        self.news, self.index = folder / "work" / "news", folder / "work" / "index"
        _write_archive(self.good / "news")
        good = self.good / "index"
        update_index(good, [self.good / "news"], IndexOptions(jobs=1))
        for name, query in (("ferries", "ferry OR 渡轮"), ("late", "late"), ("none", "dolphin")):
            assert _main("--index", str(good), "saved", "add", name, query).status == 0
        _article(self.good / "news" / "Late ferry.md", "Late ferry", "A late harbour.", "b.example")
        (self.good / "news" / "undated.md").write_text("# Ferry strike, late\n\nIn the harbour.\n")
        (self.good / "news" / "2020/08/27/Ferry 2.md").unlink()
        shutil.copytree(good, folder / "older")
        update_index(good, (), IndexOptions(jobs=1))
        self.fresh()
        self.expected = {asked: self.ask(asked) for asked in READS}
        for said in self.expected.values():
            assert said.status in (0, 1), said
        self._expect_older()
        self.renew()
        self.everything = [self.ask(asked) for asked in EVERYTHING]
        assert self.everything[0].out.count(b'"id"') > 5

    def _expect_older(self) -> None:
        """What the generation before answers."""
        shutil.rmtree(self.index)
        shutil.copytree(self.folder / "older", self.index)
        self.older = {asked: self.ask(asked) for asked in READS}
        self.fresh()

    def fresh(self, with_older: bool = False) -> None:
        """Everything as it was, to work with; the generation before the newest is there, too, as
        after a power cut, or not."""
        self.said_that_days_are_lost = False
        shutil.rmtree(self.folder / "work", ignore_errors=True)
        shutil.copytree(self.good, self.folder / "work")
        if with_older:
            older = self.folder / "older" / "build-1"
            shutil.copytree(older, self.index / "build-1", dirs_exist_ok=True)

    def renew(self) -> None:
        """One more file, and the index brought up to date."""
        (self.news / "newest.md").write_text("# Newest ferry\n\nAt night, in the harbour.\n")
        assert self.ask(("index",)).status == 0

    def ask(self, asked: tuple[str, ...]) -> Said:
        if asked == ("WHOOSH",):
            return _whoosh(self.index)
        said = _main("--index", str(self.index), *asked)
        self.said_that_days_are_lost |= "as far as they can be read" in said.err
        varies = asked[0] in ("stats", "index")
        return said._replace(out=_VARIES.sub(b"", said.out)) if varies else said


def _main(*arguments: str) -> Said:
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    out.flush()
    return Said(status, out.buffer.getvalue(), err.getvalue())  # type: ignore[attr-defined]


def _whoosh(index: Path) -> Said:
    """Every document, and who has a word, by Whoosh's searcher."""
    from whoosh import query

    lines: list[str] = []
    note = ""
    try:
        with newssearch.whoosh_index(index) as opened, opened.searcher() as searcher:
            note = f"note: {opened.passed_over}\n" if opened.passed_over else ""
            for asked in (query.Every(), query.Term("body", "ferri")):
                hits = searcher.search(asked, limit=None)
                lines += [f"{hit.docnum} {hit['record']}" for hit in hits]
    except NewsSearchError as error:
        return Said(2, b"", f"newssearch: {error}\n")
    return Said(0, "\n".join(lines).encode(), note)


def _article(path: Path, title: str, text: str, site: str = "a.example") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    address = f"https://{site}/{title.replace(' ', '-')}"
    path.write_text(f"---\ntitle: {title}\nurl: {address}\nauthor: B. Ola\n---\n\n{text}\n")


_ENTRY = """\
## 渡轮

### Ferry {number} in short

keywords/关键词: ferry

authors/作者:

The ferry again, in the harbour.

[详情](Ferry%20{number}_zh.md) [Details](Ferry%20{number}.md)
"""


def _write_archive(news: Path) -> None:
    rng = random.Random(1)
    words = "ferry harbour night late office pier strike captain fog island bridge".split()
    for number in range(12):
        text = "\n\n".join(" ".join(rng.choices(words, k=40)) + "." for _ in range(4))
        _article(news / f"2020/08/27/Ferry {number}.md", f"Ferry {number}", text)
    (news / "2020/08/27/Ferry 1_zh.md").write_text(
        "---\ntitle: 渡轮\nlang: zh\nurl: https://a.example/Ferry-1\n---\n\n渡轮夜航恢复。\n"
    )
    (news / "2020/08/27/NEWS.md").write_text(
        "\n\n".join(_ENTRY.format(number=number) for number in (2, 3))
    )
    (news / "plain.md").write_text("# Harbour office\n\nIt opens at night. Ferry tickets.\n")


@contextlib.contextmanager
def small_limits() -> Iterator[None]:
    """So that little articles make a dictionary, several segments, merges; and nobody waits for the
    disk, as no power is cut here."""
    with (
        patch.object(os, "fsync", lambda handle: None),
        patch.object(batch, "SAMPLED", 300),
        patch.object(writer, "SAMPLE", 2000),
        patch.object(compaction, "FAN_IN", 3),
    ):
        yield
