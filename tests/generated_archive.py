"""Documents and query trees from one random source, and archives that are made of them.

`NEWSSEARCH_TREES=20000 pytest …` asks more, `NEWSSEARCH_SEED=7` asks others.
"""

from __future__ import annotations

import os
import random

from invented_documents import document

from newssearch.article.model import Kind
from newssearch.engine.base import Document, Engine, Search
from newssearch.options import Sort
from newssearch.syntax.nodes import (
    And,
    AtLeast,
    Everything,
    Filter,
    Form,
    Lead,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Unit,
    Word,
)

TREES = int(os.environ.get("NEWSSEARCH_TREES", "400"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))

WORDS = (
    "fog harbour pilot pilots strike striking go-ing re-elect reelect covid19 covid U.S. 10:30 "
    "port ports O’Brien the of C++ 港口 罢工 港 引航员 北方港口罢工 口罢 порт порта"
).split()
PARTED = (*(" ",) * 6, ". ", "! ", "?” ", "。", ".", ", ")
FIELDS = ("", "", "", "title", "keywords", "body")
LANGUAGES = ("en", "zh", "ru", "")


class Generated:
    """Documents and query trees from one random source."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.told = [" ".join(self.random.choices(WORDS, k=70)) for _ in range(6)]

    def text(self, most: int) -> str:
        words = self.random.choices(WORDS, k=self.random.randrange(most))
        shown = (self.random.choice((word, word, word.capitalize())) for word in words)
        return "".join(word + self.random.choice(PARTED) for word in shown)

    def body(self) -> tuple[str, str]:
        """A body and its language. Now and then it is what others tell too: nearly the same, or
        with much more behind it."""
        pick = self.random.choice
        if pick((0, 0, 0, 1)):
            number = self.random.randrange(len(self.told))
            told, more = self.told[number], " ".join(self.random.choices(WORDS, k=30))
            text = pick((told, f"{told} fog", told.partition(" ")[2], f"{told}\n{more}"))
            return text, pick((*[LANGUAGES[number % 3]] * 3, pick(LANGUAGES)))
        texts = (self.text(pick((12, 12, 12, 60))) for _ in range(self.random.randrange(4)))
        return "\n".join(texts), pick(LANGUAGES)

    def document(self) -> Document:
        pick = self.random.choice
        self.count += 1
        body, lang = self.body()
        languages = tuple(self.random.sample(LANGUAGES[:3], 2)) if pick((0, 0, 0, 1)) else ()
        return document(
            f"{pick(('2020/08', '2020/09', 'old'))}/{self.count}.md{pick(('', '', '#1'))}",
            body,
            title=self.text(4),
            keywords=tuple(self.text(3) for _ in range(self.random.randrange(3))),
            story=f"s{self.random.randrange(40)}",
            added=pick(("", "2020-08-27", "2020-08-28")),
            date=pick(("", "2020", "2020-08", "2020-08-27", "2020-08-27T10:00:00", "2019-12-31")),
            lang=languages[0] if languages else lang,
            languages=languages,
            kind=pick((*[Kind.ARTICLE] * 5, Kind.DIGEST, Kind.PAGE)),
            source=pick(("", "bay.org", "bay.net", "Cape Post")),
            authors=pick(((), ("Ada Quill",), ("Adam Örn", "Ada Bay"))),
            image=pick(("", "", "quay.jpg")),
            root=pick(("news", "news", "more")),
        )

    def word(self, field: str) -> Word:
        text, form = self.random.choice(WORDS), self.random.choice(list(Form))
        if form is Form.PREFIX and text[0] < "\u0400":
            text = text[: self.random.randrange(1, 5)]
        if form is Form.PATTERN:
            place = self.random.randrange(1, len(text) + 1)
            text = text[:place] + self.random.choice("?*") + text[place + 1 :]
        edits = self.random.choice((1, 2)) if form is Form.FUZZY else 0
        boost = self.random.choice((1.0, 1.0, 1.0, 2.5))
        return Word(text, form, field, edits=edits, boost=boost)

    def phrase(self, field: str) -> Phrase:
        count, slop = self.random.randrange(2, 4), self.random.choice((0, 0, 1, 4))
        words = tuple(self.word(field) for _ in range(count))
        if slop and self.random.random() < 0.3:
            words = (words[0], *words)
        return Phrase(words, field, slop=slop, boost=self.random.choice((1.0, 1.0, 0.5)))

    def occurring(self, depth: int = 0) -> Node:
        """Something that has places: words, or what stands near each other."""
        kind = self.random.randrange(4 if depth == 2 else 7)
        field = self.random.choice(FIELDS)
        if kind < 3:
            return self.word(field)
        if kind == 3:
            return self.phrase(field)
        if kind == 4:
            count = self.random.randrange(2, 4)
            combine = Or if self.random.random() < 0.8 else And
            return combine(tuple(self.occurring(depth + 1) for _ in range(count)))
        return Near(
            (self.occurring(depth + 1), self.occurring(depth + 1)),
            slack=self.random.choice((0, 1, 2, 5, 20)),
            unit=self.random.choice((Unit.WORDS, *Unit)),
            ordered=self.random.random() < 0.3,
        )

    def limited(self) -> Node:
        """Something that must be near, often there, or in front."""
        kind = self.random.randrange(4)
        if kind == 0:
            return AtLeast(self.random.randrange(2, 6), (self.occurring(),))
        if kind == 1:
            return Lead(self.random.choice((self.occurring(), self.tree(2))))
        return Near((self.occurring(1), self.occurring(1)), self.random.choice((0, 1, 3, 9)))

    def leaf(self) -> Node:
        field = self.random.choice(FIELDS)
        chosen = self.random.random()
        if chosen < 0.4:
            return self.word(field)
        if chosen < 0.6:
            return self.phrase(field)
        if chosen < 0.85:
            return self.limited()
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
                Filter("story", self.random.choice("0123456789abcdef")),
                Filter("is", "duplicate"),
                Filter("has", self.random.choice(("image", "translation", "translation"))),
                Filter("has", present=True),
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
