"""Which bodies are nearly identical, and the stories that they join: against every pair."""

from __future__ import annotations

import random

import pytest
from brute_stories import one_story
from invented_documents import document

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Kind
from newssearch.engine.alike import ALIKE, compared_as, jaccard, joined, shingles
from newssearch.engine.base import Document

SIMPLE = [f"{first}{second}" for first in ("kelp", "quay", "gull") for second in ("er", "o", "ut")]


def groups(documents: list[Document]) -> list[list[str]]:
    return joined(((one.story, one.article) for one in documents), Analyzer())


def groups_of_pairs(documents: list[Document]) -> list[list[str]]:
    shown = one_story(documents, Analyzer())
    keys = [sorted(key for key in shown if shown[key] == one) for one in {*shown.values()}]
    return sorted(some for some in keys if len(some) > 1)


def generated(chance: random.Random) -> list[Document]:
    """Documents that are copies of others, more or less: of some the share is about ALIKE."""
    made: list[Document] = []
    texts: list[list[str]] = []
    for number in range(chance.randrange(2, 60)):
        if texts and chance.random() < 0.8:
            words = list(chance.choice(texts))
            for _ in range(chance.choice((0, 1, 1, 2, 3, 5))):
                words[chance.randrange(len(words))] = chance.choice(SIMPLE)
            words = words[chance.choice((0, 0, 2, 6)) :] + chance.choices(SIMPLE, k=3)
        else:
            words = chance.choices(SIMPLE, k=chance.randrange(40, 140))
        texts.append(words)
        made.append(
            document(
                f"{number}.md",
                " ".join(words),
                story=f"s{chance.randrange(60)}",
                lang=chance.choice(("en", "en", "en", "zh", "")),
                kind=chance.choice((*[Kind.ARTICLE] * 8, Kind.DIGEST, Kind.PAGE)),
            )
        )
    return made


def test_stories_are_joined_as_by_looking_at_every_pair():
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    found = 0
    for _ in range(60):
        documents = generated(chance)
        expected = groups_of_pairs(documents)
        assert groups(documents) == expected
        found += len(expected)
    assert found > 60


def numbered(first: int, end: int) -> frozenset[tuple[str, ...]]:
    return frozenset((str(number),) for number in range(first, end))


@pytest.mark.parametrize("size", [1, 7, 35, 85, 1000])
def test_a_share_of_just_eight_in_ten_is_enough(size: int):
    assert ALIKE == 0.8
    whole = numbered(0, 5 * size)
    assert jaccard(whole, numbered(0, 4 * size)) >= ALIKE
    assert jaccard(numbered(0, 9 * size), numbered(size, 10 * size)) >= ALIKE  # 8 of 10
    assert jaccard(whole, numbered(0, 4 * size - 1)) < ALIKE
    assert jaccard(whole, numbered(5 * size, 9 * size)) < ALIKE


def body(words: int) -> str:
    return " ".join(f"w{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(words))


def test_pairs_with_a_share_of_just_eight_in_ten_are_found():
    """Of 5 n shingles 4 n stand in the other: no rounding may keep the two from being compared."""
    for size in range(12, 60):
        longer, shorter = body(5 * size + 4), body(4 * size + 4)
        made = [document("a.md", longer, lang="en"), document("b.md", shorter, lang="en")]
        first, second = (shingles(one.article, Analyzer()) for one in made)
        assert (len(first), len(second), len(first & second)) == (5 * size, 4 * size, 4 * size)
        assert len(groups(made)) == 1
        made[1] = document("b.md", body(4 * size + 3), lang="en")
        assert groups(made) == []


def test_shingles_are_unstemmed_words_across_paragraphs():
    article = document("a.md", "Re-elected pilots\nstrike, 24 " + "off " * 46, lang="en").article
    found = shingles(article, Analyzer())
    assert len(found) == 7
    assert ("=reelected", "=re", "=elected", "=pilots", "=strike") in found
    assert ("=pilots", "=strike", "24", "=off", "=off") in found


def test_shingles_of_chinese_are_eight_characters():
    text = "".join(chr(0x4E00 + number) for number in range(100))
    found = shingles(document("a.md", text, lang="zh").article, Analyzer())
    assert len(found) == 94  # the last one, of six pairs and a character, ends with the run
    pairs = tuple(text[start : start + 2] for start in range(7))
    assert pairs in found
    assert len({character for pair in pairs for character in pair}) == 8
    assert not shingles(document("a.md", text[1:], lang="zh").article, Analyzer())


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"lang": "en"}, "en"),
        ({"lang": "zh", "languages": ("zh", "en")}, "en zh"),
        ({"lang": "en", "kind": Kind.DIGEST}, "en"),
        ({"lang": "en", "kind": Kind.PAGE}, ""),
        ({}, "und"),
    ],
)
def test_what_an_article_is_compared_with(fields: dict[str, object], expected: str):
    assert compared_as(document("a.md", "short", **fields).article) == expected


def test_many_equal_bodies_are_joined_in_one_go():
    """One set of shingles is looked at, not 4,500,000 pairs, whatever order the keys come in."""
    keys = [f"s{number:04}" for number in range(3000, 0, -1)]
    article = document("a.md", body(60), lang="en").article
    assert joined(((key, article) for key in keys), Analyzer()) == [sorted(keys)]
