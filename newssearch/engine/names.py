"""What of a document is compared whole: the terms that conditions ask for.

In: a `Document`. Out: terms by field; used by the engines, to index and to answer conditions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from newssearch.analysis.folding import fold
from newssearch.article.model import Article
from newssearch.article.remembered import remembered
from newssearch.engine.base import Document

_NOT_WORD = re.compile(r"^[\W_]+")  # a headline's quotation marks do not sort
_WORD = re.compile(r"[^\W_]+")
#: What `has:` may ask for that is known of an article by itself.
_PRESENCE = ("date", "url", "author", "tag", "keywords", "image")


def encode_name(term: str) -> bytes:
    """A term as engines keep it. Hostile files hold halves of surrogate pairs: they pass."""
    return term.encode("utf-8", "surrogatepass")


def name_terms(document: Document) -> dict[str, Sequence[str]]:
    """The terms of each field that is compared whole; what a filter asks for is among them."""
    article = document.article
    return {
        "id": [document.id],
        "kind": [article.kind.value],
        "lang": [fold(lang) for lang in article.languages or (article.lang,) if lang],
        "source": source_names(article.source),
        "author": [word for name in article.authors for word in name_words(name)],
        "tag": [word for tag in article.tags for word in name_words(tag)],
        "url": [article.url] if article.url else [],
        "path": [article.path],
        "story": [document.story],
        "has": _present(article),
        # what is counted: as written
        "author_name": written(article.authors),
        "keyword": written(article.keywords),
        "tag_name": written(article.tags),
    }


@remembered
def source_names(source: str) -> tuple[str, ...]:
    """What `source:` may name a site by: `bbc.com` by itself and by `bbc`."""
    whole = fold(source)
    return (whole, whole.split(".")[0]) if whole else ()


@remembered
def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name or a tag."""
    return tuple(map(fold, _WORD.findall(name)))


def written(names: Iterable[str]) -> list[str]:
    """Names as they are written, in one form of Unicode (NFC); those of which nothing can be seen
    are left out."""
    return [
        name if name.isascii() else unicodedata.normalize("NFC", name)
        for name in names
        if name and (name.isascii() or fold(name))
    ]


def title_key(title: str) -> str:
    """What a title sorts by."""
    return _NOT_WORD.sub("", fold(title))


def day_key(day: str) -> int:
    """YYYY-MM-DD as a date key."""
    return int(day.replace("-", "")) * 1_000_000 if day else 0


def _present(article: Article) -> list[str]:
    values = (
        article.date, article.url, article.authors, article.tags, article.keywords, article.image,
    )  # fmt: skip
    return [name for name, value in zip(_PRESENCE, values, strict=True) if value]
