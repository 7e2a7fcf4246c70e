"""Invented news for the tests of render/ and cli/: hits, articles, and an index that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from newssearch.article.model import Article, ArticleDate, DateSource, Paragraph, Precision
from newssearch.errors import NotFound
from newssearch.hits import StoredArticle
from newssearch.options import QueryOptions
from newssearch.results import ArchiveStats, Hit, Note, Results, Snippet, Story, Translation

STRIKE = Hit(
    id="4f21b7a0c3d9",
    path="2020/08/17/tractor-strike.md",
    file="news/2020/08/17/tractor-strike.md",
    title="Lukashenko jeered by strikers at a tractor works",
    date="2020-08-17T09:30:00",
    date_source="header",
    lang="en",
    source="harbour-post.example",
    url="https://harbour-post.example/europe/1207",
    authors=("Ada Verne", "Tom Okoye"),
    keywords=("belarus", "strike"),
    kind="article",
    score=7.25,
    story=Story("4f21b7a0c3d9", 3, ("en", "zh")),
    translations=(Translation("9c01d2e3f405", "zh", "拖拉机厂工人罢工", "2020/08/17/s_zh.md"),),
    snippets=(
        Snippet("Workers whistled when Lukashenko climbed the podium.", ((22, 32),), 9),
        Snippet("The strike began at dawn.", ((4, 10),), 14),
    ),
    title_highlights=((0, 10),),
)
FERRY = Hit(
    id="4f21b7ffffff",
    path="2020/08/19/ferry.md",
    file="news/2020/08/19/ferry.md",
    title="Night ferry returns",
    date="",
    date_source="",
    lang="en",
    source="",
    url="",
    authors=(),
    keywords=(),
    kind="article",
    score=1.5,
    story=Story("4f21b7ffffff", 1, ("en",)),
)
RESULTS = Results("lukashenko strike", 4, 2, (STRIKE, FERRY))
STORED = StoredArticle(
    id=STRIKE.id,
    root="news",
    file=STRIKE.file,
    added="2020-08-18",
    story=STRIKE.story,
    translations=STRIKE.translations,
    article=Article(
        path=STRIKE.path,
        title=STRIKE.title,
        body=(Paragraph(9, "Workers whistled. " * 12), Paragraph(14, "It began at dawn.")),
        alternate_title="A day in Minsk",
        keywords=STRIKE.keywords,
        authors=STRIKE.authors,
        date=ArticleDate("2020-08-17T09:30:00", DateSource.HEADER, Precision.DAY),
        url=STRIKE.url,
        source=STRIKE.source,
        lang="en",
        extra=(("desk", "europe"),),
    ),
)
TRANSLATED = replace(
    STORED,
    id="9c01d2e3f405",
    translations=(),
    article=replace(STORED.article, title="拖拉机厂工人罢工", lang="zh", alternate_title=""),
)
STATS = ArchiveStats(
    articles=6422,
    digest_entries=3171,
    pages=1,
    stories=2640,
    files=6624,
    first_date="2020-03-01",
    last_date="2020-09-02T10:00:00",
    undated=0,
    words=1234567,
    index_bytes=41_200_000,
    archive_bytes=999,
    languages={"en": 3211, "zh": 3211},
    sources={f"site{number:02}.example": number for number in range(1, 13)},
    date_sources={"header": 5000, "path": 1422},
    roots={"news": "../news"},
    last_indexed="2020-09-03T04:00:00+02:00",
)


class InventedIndex:
    """Stands in for NewsIndex: gives `results` to every query but `nothing`, and remembers."""

    passed_over = ""

    def __init__(self, results: Results = RESULTS) -> None:
        self.results = results
        self.asked: list[tuple[str, QueryOptions]] = []

    def short_ids(self, ids: Sequence[str]) -> dict[str, str]:
        return {whole: whole[:8] for whole in ids}

    def query(self, text: str, options: QueryOptions | None = None, **changes: Any) -> Results:
        assert options is not None
        self.asked.append((text, options))
        if text == "nothing":
            return Results(text, 0, 0, notes=(Note("absent", "nothing has this word"),))
        hits = self.results.hits[options.offset :][: options.limit]
        return replace(self.results, query=text, hits=hits)

    def article(self, reference: str) -> StoredArticle:
        for stored in (STORED, TRANSLATED):
            if stored.id.startswith(reference):
                return stored
        raise NotFound(f"no article {reference!r} in this index")

    def stats(self) -> ArchiveStats:
        return STATS

    def close(self) -> None: ...

    def __enter__(self) -> InventedIndex:
        return self

    def __exit__(self, *exception: object) -> None: ...
