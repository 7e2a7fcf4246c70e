"""Documents and query trees from one random source, and archives that are made of them.

A run's seed is printed; `NEWSSEARCH_TREES=20000 pytest …` asks more, `NEWSSEARCH_SEED=7` asks the
same again.
"""

from __future__ import annotations

import os
import random

from invented_documents import document

from newssearch.article.model import Kind
from newssearch.engine.base import Document, Engine, Search
from newssearch.options import Sort
from newssearch.syntax.nodes import And, Everything, Filter, Form, Node, Not, Or, Phrase, Word

TREES = int(os.environ.get("NEWSSEARCH_TREES", "400"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "0")) or random.randrange(1, 10**9)

WORDS = (
    "fog harbour pilot pilots strike striking go-ing re-elect reelect covid19 covid U.S. 10:30 "
    "port ports O’Brien the of C++ 港口 罢工 港 引航员 北方港口罢工 口罢 порт порта"
).split()
FIELDS = ("", "", "", "title", "keywords", "body")
LANGUAGES = ("en", "zh", "ru", "")


class Generated:
    """Documents and query trees from one random source."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def text(self, most: int) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randrange(most)))

    def document(self) -> Document:
        pick = self.random.choice
        self.count += 1
        languages = tuple(self.random.sample(LANGUAGES[:3], 2)) if pick((0, 0, 1)) else ()
        return document(
            f"{pick(('2020/08', '2020/09', 'old'))}/{self.count}.md{pick(('', '', '#1'))}",
            "\n".join(self.text(12) for _ in range(self.random.randrange(4))),
            title=self.text(4),
            keywords=tuple(self.text(3) for _ in range(self.random.randrange(3))),
            story=f"s{self.random.randrange(40)}",
            added=pick(("", "2020-08-27", "2020-08-28")),
            date=pick(("", "2020", "2020-08", "2020-08-27", "2020-08-27T10:00:00", "2019-12-31")),
            lang=languages[0] if languages else pick(LANGUAGES),
            languages=languages,
            kind=pick((*[Kind.ARTICLE] * 5, Kind.DIGEST, Kind.PAGE)),
            source=pick(("", "bay.org", "bay.net", "Cape Post")),
            authors=pick(((), ("Ada Quill",), ("Adam Örn", "Ada Bay"))),
        )

    def word(self, field: str) -> Word:
        text, form = self.random.choice(WORDS), self.random.choice(list(Form))
        if form is Form.PREFIX and text[0] < "\u0400":
            text = text[: self.random.randrange(1, 5)]
        return Word(text, form, field)

    def leaf(self) -> Node:
        field = self.random.choice(FIELDS)
        chosen = self.random.random()
        if chosen < 0.5:
            return self.word(field)
        if chosen < 0.75:
            count = self.random.randrange(2, 4)
            return Phrase(tuple(self.word(field) for _ in range(count)), field)
        return self.random.choice(
            [
                Everything(),
                Filter("lang", self.random.choice(LANGUAGES[:3])),
                Filter("kind", self.random.choice(("article", "page"))),
                Filter("date", low=20200801000000, high=20200827235959),
                Filter("date", "none"),
                Filter("source", "bay"),
                Filter("author", "ada", prefix=self.random.random() < 0.5),
                Filter("path", "2020/08"),
                Filter("words", high=self.random.randrange(20)),
                Filter("body", present=True),
            ]
        )

    def tree(self, depth: int = 0) -> Node:
        if depth == 3 or self.random.random() < 0.4:
            return self.leaf()
        children = tuple(self.tree(depth + 1) for _ in range(self.random.randrange(1, 4)))
        return self.random.choice([And(children), And(children), Or(children), Not(children[0])])

    def search(self) -> Search:
        return Search(
            self.tree(),
            limit=self.random.choice((None, None, 3, 10)),
            offset=self.random.choice((0, 0, 2)),
            sort=self.random.choice((Sort.RELEVANCE, *Sort)),
            collapse=self.random.random() < 0.5,
            foreign=self.random.choice(((), ("zh",), ("en", "ru"))),
        )


def fill(
    engines: list[Engine],
    seed: int,
    generations: int = 5,
    documents: int = 25,
    deleting: bool = True,
) -> None:
    """The same generations in each engine: documents, and deletions of what was there before.

    Without deletions the documents depend on the seed alone, not on how they are parted.
    """
    made = Generated(seed)
    live: list[str] = []
    for _ in range(generations):
        deleted = made.random.sample(live, len(live) // 4) if deleting else []
        added = [made.document() for _ in range(documents)]
        for engine in engines:
            writer = engine.writer()
            writer.delete(deleted)
            for held in added:
                writer.add(held)
            writer.commit({})
        live = [i for i in live if i not in deleted] + [held.id for held in added]
