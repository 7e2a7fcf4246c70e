"""What reference managers want to know of an article, and where an export is from.

In: articles of an export. Out: `Citation`s with `Name`s, and `Provenance`, in text of one line each
without characters that steer anything; used by export_ris.py, export_bibtex.py, export_csl.py,
export_markdown.py and the other forms of an export.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from newssearch.article.model import Article
from newssearch.export import Export, ExportedArticle
from newssearch.options import QueryOptions
from newssearch.render.facets import totals
from newssearch.render.safe import visible

#: Characters of an abstract: the first paragraph, unless it is longer.
_LONGEST_ABSTRACT = 600

_LATIN_WORD = r"[A-Z\u00c0-\u00de\u0100-\u017f][\w'\u2019-]*[a-z\u00df-\u00ff\u0100-\u017f]"
_PERSON = re.compile(rf"({_LATIN_WORD}(?: [A-Z]\.?){{0,2}}) ({_LATIN_WORD})")

#: Words of which an outlet, a desk or a group has one; a person hardly ever.
_NOT_PEOPLE = frozenset(
    "The News Press Post Times Staff Team Desk Agency Media Radio Service Services Group World"
    " Online Journal Magazine Office Council Association Reuters Bloomberg Editors Editorial Board"
    " Data Reality Check Daily Weekly Sport Sports Business Politics Technology Culture University"
    " South Institute Foundation Project Network Channel Television Society Committee"
    " Administration Department Government Bureau Monitoring Correspondents Reporters".split()
)

#: Family names that stand in front, as they are written in Latin letters.
_FAMILY_FIRST = frozenset(
    "Bai Bae Cai Cao Chan Chang Chen Cheng Cheung Cho Choi Chow Chu Chung Cui Dai Dang Deng Ding"
    " Dong Du Duan Fan Fang Feng Fu Fung Gao Gong Gu Guo Han Hao Ho Hoang Hong Hou Hsu Hu Huang"
    " Huynh Jang Jeong Jia Jiang Jin Jung Kang Kim Kong Kwok Lai Lam Lau Le Lee Lei Leung Li Liang"
    " Liao Lim Lin Ling Liu Lo Long Lu Luo Luong Lyu Ma Mao Meng Mo Moon Ng Ngo Nguyen Ni Nie Niu"
    " Oh Ou Pan Park Peng Pham Phan Pu Qi Qian Qiao Qin Qiu Qu Ren Seo Shao Shen Shi Shin Song Su"
    " Sun Tam Tan Tang Tao Tian Tong Tran Trinh Truong Tsai Tsang Tung Vo Vu Wan Wang Wei Wen Wong"
    " Woo Wu Xi Xia Xiang Xiao Xie Xiong Xu Xue Yan Yang Yao Ye Yeung Yi Yin Yoon You Yu Yuan Yue"
    " Ang Chew Chia Chong Chua Goh Heng Koh Ong Seah Tay Teo Teoh Tham Toh Yap Yeo Yip Yong"
    " Zeng Zhang Zhao Zheng Zhong Zhou Zhu Zhuang Zou".split()
)


class Name(NamedTuple):
    """An author: `family` and `given` where it is plain which is which, else all in `literal`."""

    literal: str
    family: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """An article as a bibliography has it. `key` names it in all forms alike, in every export.

    `date` is of one to three numbers: year, month, day as far as known; empty where it is undated.
    """

    key: str
    title: str
    alternate_title: str
    authors: tuple[Name, ...]
    date: tuple[int, ...]
    source: str
    url: str
    lang: str
    keywords: tuple[str, ...]
    abstract: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an export is from: what was asked, with options as on the command line, of which
    generation of the index, when (YYYY-MM-DD), how many articles are exported, and how many
    articles of how many stories were found."""

    query: str
    generation: int
    exported: str
    count: int
    total: int
    total_stories: int

    @property
    def counts(self) -> str:
        """`15 exported; found 41 articles of 15 stories`."""
        found = totals(self.total, self.total_stories)
        return f"{self.count:,} exported; found {found}"

    @property
    def line(self) -> str:
        """All of it as a line for people."""
        asked = f"newssearch export {self.query}"
        return f"{asked} (index generation {self.generation}, {self.exported}; {self.counts})"


def provenance(export: Export) -> Provenance:
    """Where an export is from."""
    results = export.results
    return Provenance(
        one_line(" ".join(filter(None, (results.query, *_options(export.options))))),
        export.generation,
        export.day,
        export.count,
        results.total,
        results.total_stories,
    )


def citation(exported: ExportedArticle) -> Citation:
    """One article as a bibliography has it."""
    article = exported.article
    return Citation(
        key=f"news{exported.hit.id}",
        title=one_line(article.title),
        alternate_title=one_line(article.alternate_title),
        authors=tuple(filter(None, map(name_of, map(one_line, article.authors)))),
        date=tuple(map(int, article.date.text[:10].split("-"))) if article.date else (),
        source=one_line(article.source),
        url=one_line(article.url),
        lang=one_line(article.lang),
        keywords=_keywords(article),
        abstract=abstract(article),
    )


def name_of(author: str) -> Name | None:
    """An author's name, taken apart only where nobody could read it otherwise.

    `Ada Verne` and `John F. Doe` are; outlets, names of three words (`Gabriel García Márquez`), of
    particles (`van Beethoven`), and those that may begin with the family's (`Li Na`) stay whole.
    """
    if not author:
        return None
    found = _PERSON.fullmatch(author)
    if found is None or _NOT_PEOPLE & set(author.split()):
        return Name(author)
    given, family = found.groups()
    if given.split()[0] in _FAMILY_FIRST:
        return Name(author)
    return Name(author, family, given)


def abstract(article: Article) -> str:
    """The first paragraph, cut at a word's end where it is very long."""
    text = next((line for part in article.body if (line := one_line(part.text))), "")
    if len(text) <= _LONGEST_ABSTRACT:
        return text
    cut = text[:_LONGEST_ABSTRACT]
    words = cut.rpartition(" ")[0]
    return f"{words if len(words) > _LONGEST_ABSTRACT // 2 else cut}…"


def one_line(text: str) -> str:
    """The text on one line, one space between words, what steers terminals written out."""
    return visible(" ".join(text.split()))


def _keywords(article: Article) -> tuple[str, ...]:
    words = map(one_line, (*article.keywords, *article.tags))
    return tuple(dict.fromkeys(filter(None, words)))


def _options(options: QueryOptions) -> list[str]:
    """What was asked besides the query, as options of the command."""
    texts = {"since": options.since, "until": options.until, "lang": options.lang,
             "source": options.source, "sort": str(options.sort or "")}  # fmt: skip
    found = [f"--{name} {value}" for name, value in texts.items() if value]
    found += ["--any"] * options.any_word + ["--expand"] * options.expand
    found += ["--no-collapse"] * (not options.collapse)
    if options.limit is not None:
        found.append(f"--limit {options.limit}")
    return found
