"""Judged collections: articles, questions in words, and which articles answer each.

In: a collection's folder, with `articles/`, `queries.tsv` (number, tab, text) and `qrels.txt` (as
TREC has it: query, 0, document, grade; a document is named by its file's stem). Out: `Collection`;
used by `quality`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.archives import Archive
from bench.corpus import corpus
from bench.feed import Text
from newssearch.article.read import read_articles

NAMES = ("cran", "cisi", "med", "lisa", "npl")

#: A query holds at most so many words (SPEC §3); two of `cisi` are longer, and cut for everyone.
MOST_WORDS = 256

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Collection:
    """`queries` are those that have a judged answer, as words; `grades` by query and document."""

    archive: Archive
    queries: dict[str, tuple[str, ...]]
    grades: dict[str, dict[str, int]]

    @property
    def name(self) -> str:
        return self.archive.name

    def texts(self) -> Iterator[Text]:
        """What the peers index. Their dates carry the documents' names, which they give back."""
        for file in self.archive.files():
            for article in read_articles(file.read_bytes(), file.name):
                title = f"{article.title} {article.alternate_title}".strip()
                keywords = " ".join(article.keywords)
                yield Text(title, keywords, article.text, file.stem, article.lang)


def load(name: str) -> Collection:
    """One of the collections of `NAMES`."""
    return read(name, corpus(name))


def read(name: str, folder: Path) -> Collection:
    """The collection in a folder."""
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.txt").read_text("utf-8").splitlines():
        query, _, document, grade = line.split()
        grades.setdefault(query, {})[document] = int(grade)
    queries = {}
    for line in (folder / "queries.tsv").read_text("utf-8").splitlines():
        query, text = line.split("\t", 1)
        if any(grade > 0 for grade in grades.get(query, {}).values()):
            queries[query] = words(text)
    archive = Archive(name, name, (folder / "articles",))
    return Collection(archive, queries, {query: grades[query] for query in queries})


def words(text: str) -> tuple[str, ...]:
    """The words of a question: letters and digits in lower case, so that every engine cuts them
    alike and none of them, nor a bracket or a colon, is an operator to any."""
    return tuple(_WORD.findall(text.lower()))[:MOST_WORDS]
