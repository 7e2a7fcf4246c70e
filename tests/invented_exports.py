"""Invented news as exports have it: whole articles, and titles that try to break out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies
from invented_results import FERRY, STORED, STRIKE

from newssearch.article.model import Article, ArticleDate, DateSource, Paragraph, Precision
from newssearch.export import ExportedArticle
from newssearch.render.citation import Provenance

ORIGIN = Provenance("tractor strike --since 2020-08", 7, "2020-09-01", 2, 4, 2)

STRIKE_EXPORT = ExportedArticle(STRIKE, "news", "2020-08-18", STORED.article)
FERRY_EXPORT = ExportedArticle(FERRY, "news", "2020-08-20", Article(FERRY.path, FERRY.title))
BOTH = (STRIKE_EXPORT, FERRY_EXPORT)

#: What has broken a reader or a writer of one of the forms.
HOSTILE = (
    '=HYPERLINK("http://x.example","y")',
    "ends here\r\nER  - \r\n\r\nTY  - JOUR",
    "an unbalanced } and { and \\",
    "@article{x, title = {y}}",
    "100% of R&D_x costs $5 #1 ~ ^",
    "\x1b]0;x\x07 \x00 \u202e \u2028 \x85 \x0b \ud800 \udce9",
    "tab\there, line\nthere",
    "[x](javascript:alert(1)) <script>y</script> `z` **b** | &amp; ![i](j)",
    "- item", "1. item", "# heading", "> quote", "=====", "---", "+ item", "| a | b |",
    "see https://x.example/y and www.x.example",
    '"quoted", and; parted',
    "罢工 — 拖拉机厂",
    "\\",
    "{",
)  # fmt: skip

texts = strategies.one_of(
    strategies.sampled_from(HOSTILE),
    strategies.text(max_size=60),
    strategies.text(
        "\\{}%&$#_^~@-=+*[]()<>`\"'|!., \t\r\n\x00\x1b\x85\u2028\ud800aZ9中", max_size=40
    ),
)


def exported(**fields: Any) -> ExportedArticle:
    """An article with these fields, and the hit that it is."""
    article = replace(STORED.article, **fields)
    shown = {name: fields[name] for name in fields if name in STRIKE.__slots__ and name != "date"}
    date = article.date.text if article.date else ""
    hit = replace(STRIKE, snippets=(), date=date, **shown)
    return ExportedArticle(hit, "news", "2020-08-18", article)


def hostile_article(written: str) -> ExportedArticle:
    """One whose every text is this."""
    return exported(
        title=written,
        alternate_title=written,
        body=(Paragraph(1, written),),
        keywords=(written, "belarus"),
        tags=(written,),
        authors=(written, "Ada Verne"),
        source=written,
        lang=written,
        url=written,
        image=written,
        path=written,
        extra=((written, written),),
    )


def dated(text: str) -> ExportedArticle:
    precision = {4: Precision.YEAR, 7: Precision.MONTH}.get(len(text), Precision.DAY)
    return exported(date=ArticleDate(text, DateSource.HEADER, precision))


def numbered(count: int) -> Sequence[ExportedArticle]:
    """So many articles that differ in title and id."""
    made = []
    for number in range(count):
        one = exported(title=f"Strike, day {number}")
        made.append(replace(one, hit=replace(one.hit, id=f"{number:012x}")))
    return made
