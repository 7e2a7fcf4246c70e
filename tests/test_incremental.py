"""An index that was brought up to date again and again equals one that was built at once."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from newssearch.engine.base import Document, Totals
from newssearch.index_folder import IndexFolder
from newssearch.indexer import update_index
from newssearch.inventory import ATTACHMENT, Inventory, article_id
from newssearch.options import IndexOptions
from newssearch.query import open_index

#: How many random histories are tried, from which seed on: `NEWSSEARCH_TRIALS=200` is a long run.
TRIALS = int(os.environ.get("NEWSSEARCH_TRIALS", "5"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))

WORDS = (
    "harbour ferry captain storm minister budget vote river bridge flood orchard apple mill fire "
    "library boat strike union tram museum violin choir winter snow election count market price "
    "wheat farmer drought whale island volcano ash flight airport virus vaccine nurse hospital"
).split()
HAN = "港口船长风暴部长预算投票河流桥梁洪水果园苹果工厂火灾图书馆罢工电车博物馆冬天雪"
DAYS = [f"2020/08/{day:02d}" for day in range(24, 30)]


class Archive:
    """A folder of invented news in the reference layout, front matter and digests, and what may
    happen to it."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder, self.rng, self.count = folder, rng, 0
        folder.mkdir()

    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.md"))

    def step(self) -> str:
        """One thing happens; says what."""
        name, happen = self.rng.choice(
            [
                *[("add", self.add)] * 4,
                *[("translate", self.translate), ("digest", self.digest)] * 3,
                *[("edit", self.edit), ("readdress", self.readdress)] * 2,
                *[("delete", self.delete), ("rename", self.rename)] * 2,
                *[("front matter", self.front_matter), ("import again", self.import_again)],
                *[("touch", self.touch), ("move", self.move), ("swap", self.swap)],
            ]
        )
        if len(self.files()) < 6:
            name, happen = "add", self.add
        happen()
        return name

    def words(self, count: int) -> str:
        return " ".join(self.rng.choice(WORDS) for _ in range(count))

    def place(self) -> str:
        return self.rng.choice((*DAYS, "desk", "desk/old"))

    def address(self) -> str:
        """Some have none; a few are shared."""
        kind = self.rng.random()
        number = self.rng.randrange(6) if kind < 0.3 else 1000 + self.count
        return f"https://www.example-news.org/news/{number}" if kind < 0.7 else ""

    def add(self) -> None:
        self.count += 1
        title = f"{self.words(1).title()}: {self.words(3)} {self.count}"
        name = title.replace(":", "_")
        url = self.address()
        lines = [f"## {title}", f"keywords: {self.words(3)}", "authors: Ana Lund"]
        lines += [f"publish date: 2020-08-{self.rng.randrange(10, 30)} 10:00:00"]
        lines += [f"[中文翻译]({quote(title)}_zh.md)"] if self.rng.random() < 0.8 else []
        lines += [f"[Original Article]({url})"] if url else []
        lines += [self.words(30), self.words(20)]
        self.write(f"{self.place()}/{name}.md", lines)

    def front_matter(self) -> None:
        self.count += 1
        url = self.address()
        lines = ["---", f'title: "{self.words(3)} {self.count}"', f"tags: [{self.words(1)}]"]
        lines += [f"url: {url}"] if url else []
        self.write(f"{self.place()}/post-{self.count}.md", ["\n".join([*lines, "---"])])

    def translate(self) -> None:
        """A translation beside an article, with its address or without."""
        original = self.rng.choice(self.files())
        if "_zh" in original.name:
            return
        text = original.read_text("utf-8")
        address = [line for line in text.split("\n") if line.startswith("[Original")]
        title = "".join(self.rng.choice(HAN) for _ in range(8))
        link = quote(original.name.replace("_", ":", self.rng.randrange(2)))
        lines = [f"## {title}", "关键词: harbour"]
        lines += [f"[English]({link})"] if self.rng.random() < 0.8 else []
        lines += address if self.rng.random() < 0.5 else []
        lines += ["".join(self.rng.choice(HAN) for _ in range(60))]
        self.write(original.with_name(original.stem + "_zh.md"), lines)

    def import_again(self) -> None:
        """The same article in another folder, its keywords in another order."""
        file = self.rng.choice(self.files())
        lines = file.read_text("utf-8").split("\n\n")
        for number, line in enumerate(lines):
            if line.startswith("keywords: "):
                words = line.split()[1:]
                self.rng.shuffle(words)
                lines[number] = "keywords: " + " ".join(words)
        self.write(f"{self.place()}/{file.name}", lines)

    def digest(self) -> None:
        """A digest of articles of its folder, some of which come later or never."""
        folder = self.folder / self.place()
        stems = [file.stem for file in self.files() if file.parent == folder]
        stems += [f"Later_ {self.words(2)}"]
        lines = []
        for stem in self.rng.sample(stems, min(len(stems), 3)):
            link = quote(stem.replace("_ ", ": "))
            lines += [f"## {self.rng.choice(HAN)}消息", f"### {stem}"]
            lines += [f"keywords/关键词: {self.words(2)}", "authors/作者: ", self.words(12)]
            if self.rng.random() < 0.8:
                lines += [f"[详情]({link}_zh.md) [Details]({link}.md)"]
        self.write(folder / "NEWS.md", lines)

    def edit(self) -> None:
        file = self.rng.choice(self.files())
        file.write_text(f"{file.read_text('utf-8')}\n\n{self.words(8)}\n", "utf-8")

    def readdress(self) -> None:
        """An article gets another address, or loses its own."""
        file = self.rng.choice(self.files())
        lines = file.read_text("utf-8").split("\n\n")
        kept = [line for line in lines if not line.startswith("[Original")]
        url = self.address()
        if url and lines[0].startswith("## ") and file.name != "NEWS.md":
            kept.insert(2, f"[Original Article]({url})")
        self.write(file, kept)

    def rename(self) -> None:
        file = self.rng.choice(self.files())
        file.rename(file.with_name(f"{self.words(1)}_ {self.rng.randrange(50)}.md"))

    def delete(self) -> None:
        self.rng.choice(self.files()).unlink()

    def touch(self) -> None:
        os.utime(self.rng.choice(self.files()))

    def move(self) -> None:
        """A folder moves, or its files go to where others are already."""
        source = self.rng.choice(self.files()).parent
        target = self.folder / self.place()
        target.mkdir(parents=True, exist_ok=True)
        if source != target:
            for file in source.glob("*.md"):
                file.replace(target / file.name)

    def swap(self) -> None:
        """Two files change names."""
        one, other = (self.rng.choice(self.files()) for _ in range(2))
        aside = one.with_name("aside")
        one.rename(aside)
        if other.exists():
            other.rename(one)
        aside.rename(other)

    def write(self, file: Path | str, lines: list[str]) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(lines) + "\n", "utf-8")


def held(index: Path) -> tuple[dict[str, Document], Totals]:
    """Every document that an index holds, and its counts."""
    snapshot = IndexFolder.open(index).engine().snapshot()
    try:
        inventory = Inventory.load(snapshot.attachment(ATTACHMENT))
        ids = [
            article_id(root.name, path)
            for root in inventory.roots.values()
            for record in root.files.values()
            for path in record.article_paths()
        ]
        return {document.id: document for document in snapshot.documents(ids)}, snapshot.totals()
    finally:
        snapshot.close()


def assert_same(index: Path, fresh: Path, queries: list[str]) -> None:
    documents, totals = held(index)
    expected, expected_totals = held(fresh)
    assert documents == expected
    assert totals == expected_totals
    with open_index(index) as one, open_index(fresh) as other:
        for query in queries:
            for collapse in (True, False):
                found, wanted = (
                    news.query(query, limit=None, collapse=collapse, any_word=True, snippets=False)
                    for news in (one, other)
                )
                assert [h.id for h in found] == [h.id for h in wanted], query
                assert [h.score for h in found] == pytest.approx(
                    [h.score for h in wanted], rel=1e-9, abs=1e-9
                ), query
                assert [h.story for h in found] == [h.story for h in wanted], query


@pytest.mark.parametrize("trial", range(TRIALS))
def test_any_history_ends_as_a_rebuild(tmp_path: Path, trial: int) -> None:
    seed = SEED + trial
    print(f"NEWSSEARCH_SEED={seed}")
    rng = random.Random(seed)
    archive = Archive(tmp_path / "news", rng)
    for _ in range(12):
        archive.step()
    index, fresh = tmp_path / "index", tmp_path / "fresh"
    update_index(index, [archive.folder])
    queries = [*rng.sample(WORDS, 14), *(rng.choice(WORDS) + " " + rng.choice(WORDS) for _ in "ab")]
    queries += [*rng.sample(HAN, 4), *(f'"{rng.choice(WORDS)} {rng.choice(WORDS)}"' for _ in "ab")]
    queries += ["kind:digest", "lang:zh", "date:2020-08", "desk", "short", "har*", "-ferry storm"]
    for _ in range(6):
        happened = [archive.step() for _ in range(rng.randrange(1, 8))]
        print("  ", ", ".join(happened))
        report = update_index(index, options=IndexOptions(prune=True))
        assert not report.failed
        shutil.copytree(index, fresh)
        update_index(fresh, options=IndexOptions(rebuild=True))
        assert_same(index, fresh, queries)
        shutil.rmtree(fresh)


def test_replaying_imports_ends_as_a_rebuild(tmp_path: Path, corpus: Callable[[str], Path]) -> None:
    """The last days of the reference archive as they came, on top of the files before them."""
    folder = corpus("seedrepo")
    rows = [line.split("\t") for line in (folder / "imports.tsv").read_text("utf-8").splitlines()]
    present = [row for row in rows if len(row) == 4 and (folder / "articles" / row[3]).is_file()]
    days = sorted({row[0] for row in present})[-8:]
    batches = [[row[3] for row in present if row[0] == day][:16] for day in days]
    before = [row[3] for row in present if row[0] < days[0]][-80:]
    index, archive = tmp_path / "index", tmp_path / "articles"
    for names in (before, *batches):
        for name in names:
            (archive / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / "articles" / name, archive / name)
        assert not update_index(index, [archive]).failed
    shutil.copytree(index, tmp_path / "fresh")
    update_index(tmp_path / "fresh", options=IndexOptions(rebuild=True))
    queries = [
        "lukashenko",
        "trump election",
        "卢卡申科",
        "covid-19 vaccine",
        "kind:digest",
        "病毒",
    ]
    assert_same(index, tmp_path / "fresh", queries)
