from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from newssearch.article.model import Kind
from newssearch.article.read import read_articles
from newssearch.walk import read_file, walk

_LEFTOVERS = ("](", "Image copyright", "图片版权", "Media playback is", "\\#", "<p", "[详情]")


def test_the_reference_archive_is_read_whole(corpus: Callable[[str], Path]) -> None:
    root = corpus("seedrepo") / "articles"
    files = list(walk(root, (".md",)))
    articles = []
    for file in files:
        articles += read_articles(read_file(root, file, 1 << 24), file.path)
    assert len(files) == 6624
    assert Counter(article.kind for article in articles) == {
        Kind.ARTICLE: 6422,
        Kind.DIGEST: 3171,
        Kind.PAGE: 1,
    }
    undated = [a.path for a in articles if a.date is None and a.kind is not Kind.PAGE]
    assert undated == []
    assert [a.path for a in articles if not a.title or not a.body] == []
    assert [a.path for a in articles if a.warnings] == []
    left = [
        (article.path, paragraph.line)
        for article in articles
        for paragraph in article.body
        if any(mark in paragraph.text for mark in _LEFTOVERS)
    ]
    assert left == []
