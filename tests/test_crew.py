"""Files read by several processes make the same index as files read by one."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newssearch import workers
from newssearch.engine import choose
from newssearch.index_folder import IndexFolder
from newssearch.indexer import update_index
from newssearch.inventory import ATTACHMENT, Inventory
from newssearch.options import IndexOptions
from newssearch.query import open_index
from newssearch.results import IndexReport

SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))
TWO = IndexOptions(jobs=2)
URL = "https://www.example-news.org/news/"
TOPICS = ("ferry", "harbour", "Übersee", "港口罢工", "pilot", "covid-19", "strike")
ENTRY = """## 摘要

### {text}

keywords/关键词: ferry

authors/作者:

{text}

[详情]({link}_zh.md) [Details]({link}.md)

"""
KINDS = ("article", "article", "linked", "linked", "digest", "doubtful", "broken", "page")
QUERIES = (
    *TOPICS,
    "ferry harbour",
    '"ferry harbour"',
    "har*",
    "kind:digest",
    "kind:page",
    "date:none",
)


pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture(autouse=True)
def small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few files keep two workers busy."""
    monkeypatch.setattr(workers, "_FILES", 3)


class Made:
    """A random archive: articles with and without addresses, digests, series of links, broken
    files, doubtful headers, folders with a date in them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.random = folder, random.Random(seed)
        self.paths = [f"{self._folder()}{n}.md" for n in range(24)]

    def _folder(self) -> str:
        return self.random.choice(("", "2020/08/27/", "2020/08/28/", "old/"))

    def write(self, paths: list[str]) -> None:
        """Files at these paths, of every kind in the first ones."""
        more = self.random.choices(KINDS, k=len(paths))
        for path, kind in zip(paths, (*KINDS, *more), strict=False):
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(self._content(path, kind))

    def _content(self, path: str, kind: str) -> bytes:
        pick = self.random.choice
        text = " ".join(self.random.choices(TOPICS, k=self.random.randrange(1, 30)))
        link = os.path.relpath(pick(self.paths), os.path.dirname(path) or ".")
        address = f"[Original Article]({URL}{self.random.randrange(8)})\n\n"
        entry = ENTRY.format(text=text, link=link.removesuffix(".md"))
        return {
            "article": f"## {text[:30]}\n\nkeywords: sea\n\n{address}{text}\n".encode(),
            "linked": f"## {text[:30]}\n\nkeywords: sea\n\n[English]({link})\n\n{text}\n".encode(),
            "digest": (entry + entry).encode(),
            "doubtful": f"---\ntitle: a: b\ndate: 2020-13-45\n---\n\n{text}\n".encode(),
            "broken": b"# Broken\n\n\xff\xfe\xfa " + text.encode("utf-16"),
            "page": f"- [{text}]({link})\n- [{text}]({link})\n".encode(),
        }[kind]


def contents(index: Path, report: IndexReport) -> dict[str, Any]:
    """All that can be said of an index, but for the time when it was made."""
    snapshot = IndexFolder.open(index).snapshot()
    try:
        totals, inventory = snapshot.totals(), Inventory.load(snapshot.attachment(ATTACHMENT))
    finally:
        snapshot.close()
    with open_index(index) as news:
        answers = {
            query: [
                (hit.id, hit.story.id, hit.story.size, hit.source, hit.title, round(hit.score, 9))
                for hit in news.query(query, limit=None, collapse=False)
            ]
            for query in QUERIES
        }
    return {
        "answers": answers,
        "totals": totals,
        "inventory": [
            (root.name, [root.files[path]._replace(settled=True) for path in root.files])
            for root in inventory.roots.values()
        ],
        "first seen": (index / "kept" / "added.tsv").read_text(),
        "report": replace(report, seconds=0.0),
    }


@pytest.mark.parametrize("seed", [SEED, SEED + 1])
def test_two_workers_make_what_one_process_and_the_other_engine_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    print(f"NEWSSEARCH_SEED={seed}")
    monkeypatch.setitem(choose.ENGINES, "whoosh", "newssearch.engine.whoosh_engine")
    made = Made(tmp_path / "news", seed)
    made.write(made.paths)
    found: dict[str, list[dict[str, Any]]] = {}
    for name, engine, jobs in (
        ("one", "columnar", 1),
        ("two", "columnar", 2),
        ("other", "whoosh", 1),
    ):
        monkeypatch.setattr(choose, "DEFAULT", engine)
        report = update_index(tmp_path / name, [made.folder], IndexOptions(jobs=jobs))
        found[name] = [contents(tmp_path / name, report)]
    changed = made.random.sample(made.paths, 8)
    made.write(changed[:6])
    for path in changed[6:]:
        (made.folder / path).unlink()
    for name, jobs in (("one", 1), ("two", 2), ("other", 1)):
        report = update_index(tmp_path / name, options=IndexOptions(jobs=jobs))
        found[name].append(contents(tmp_path / name, report))
    assert found["one"] == found["two"]
    assert found["one"] == found["other"]
    reports = [run["report"] for run in found["one"]]
    assert reports[0].failed
    assert reports[0].warnings
    assert found["one"][0]["answers"]["kind:digest"]


def test_entries_take_their_story_from_files_that_the_other_worker_read(tmp_path: Path) -> None:
    """With lots of three files, entry and target cannot all have been in one worker's hands."""
    archive = tmp_path / "news"
    archive.mkdir()
    for n in range(12):
        (archive / f"{n:02}.md").write_text(
            f"## T {n}\n\nkeywords: sea\n\n[Original Article]({URL}{n})\n\nA ferry.\n"
        )
        entries = [ENTRY.format(text="A ferry.", link=f"{i:02}") for i in (n, (n + 6) % 12)]
        (archive / f"zz{n:02}.md").write_text("".join(entries), "utf-8")
    report = update_index(tmp_path / "index", [archive], TWO)
    assert report.articles == 36
    with open_index(tmp_path / "index") as news:
        results = news.query("ferry", limit=None)
        assert results.total_stories == 12
        assert {hit.story.size for hit in results} == {3}
        assert {hit.source for hit in results} == {"example-news.org"}
