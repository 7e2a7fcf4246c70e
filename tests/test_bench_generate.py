from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.archives import files
from bench.generate import Order, generate
from newssearch.article.model import Article, DateSource, Kind
from newssearch.article.read import read_articles

ARTICLES = 300


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated") / "articles"
    generate(Order(folder, ARTICLES, bytes=1_500, seed=7), processes=1)
    return folder


@pytest.fixture(scope="module")
def articles(archive: Path) -> dict[Path, Article]:
    found = {}
    for file in files(archive):
        (found[file],) = read_articles(file.read_bytes(), str(file.relative_to(archive)))
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in files(folder)}


def test_a_seed_always_makes_the_same_files(archive: Path, tmp_path: Path) -> None:
    generate(Order(tmp_path / "again", ARTICLES, bytes=1_500, seed=7), processes=2)
    generate(Order(tmp_path / "other", 40, bytes=1_500, seed=8), processes=1)
    assert contents(tmp_path / "again") == contents(archive)
    assert not contents(tmp_path / "other").items() & contents(archive).items()


def test_the_articles_are_read_without_a_warning(articles: dict[Path, Article]) -> None:
    assert len(articles) == ARTICLES
    for file, article in articles.items():
        assert file.stem.removesuffix(" again") == article.title.replace(":", "_")
        assert article.url.startswith("https://")
        assert article.date is not None
        assert article.lang == "en"
        assert article.keywords
        assert article.kind is Kind.ARTICLE
        assert len(article.text.split()) > 10
        assert not article.warnings
    assert {article.date.source for article in articles.values() if article.date} == {
        DateSource.HEADER,
        DateSource.URL,
    }


def test_sizes_average_what_was_asked_for(articles: dict[Path, Article]) -> None:
    average = sum(file.stat().st_size for file in articles) / ARTICLES
    assert 1_200 < average < 1_800


def test_words_occur_as_unevenly_as_in_english(articles: dict[Path, Article]) -> None:
    words = Counter(word for article in articles.values() for word in article.text.lower().split())
    assert words["the"] > 0.03 * words.total()
    once = sum(count == 1 for count in words.values())
    assert 0.3 < once / len(words) < 0.7


def test_repeats_are_another_article_with_less_text(tmp_path: Path) -> None:
    generate(Order(tmp_path / "articles", 60, bytes=3_000, seed=7, repeats=0.5), processes=1)
    paragraphs = [
        tuple(file.read_text("utf-8").rstrip().split("\n\n")[6:])
        for file in files(tmp_path / "articles")
    ]
    shorter = {text[:-1] for text in paragraphs if len(text) > 1}
    assert sum(text in shorter for text in paragraphs) > 15
