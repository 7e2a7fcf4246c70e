"""Sentences of many texts at once, against the definition."""

from __future__ import annotations

import random

import numpy as np
from test_analysis_sentences import TEXTS

from newssearch.analysis.analyzer import PARAGRAPH_GAP, Analyzer
from newssearch.analysis.batches import BatchAnalyzer
from newssearch.analysis.breaks import PADDING, sentence_breaks
from newssearch.analysis.sentences import ABBREVIATIONS, sentence_starts

PIECES = [
    *". . . ! ? … 。 ！ ？ ｡ ؟ ।",
    *"\"'”’»)]}」』“‘„«([{「—-,·",
    *(" ", " ", " ", "  ", "\u00a0", "\u3000", "\t", ""),
    *("the", "The", "A", "a", "I", "U", "S", "7", "12", "¿", "é", "É", "порт", "Порт", "Б", "б"),
    *(
        "港",
        "口",
        "ア",
        "م",
        "क",
        "١",
        "²",
        "Ⅷ",
        "ß",
        "ǅ",
        "𐐀",
        "𐐨",
        "𠀀",
        "😀",
        "\ud800",
        "\u0301",
    ),
    *sorted(ABBREVIATIONS),
]


def breaks(texts: list[str]) -> list[int]:
    parts = [text.encode("utf-8", "surrogatepass") for text in texts]
    pad = b" " * PADDING
    return sentence_breaks(pad + b" ".join(parts) + pad).tolist()


def in_bytes(texts: list[str]) -> tuple[list[int], set[int]]:
    """The twin: where sentences begin, and where texts do or nothing but space is before."""
    found, begins, base = [], set(), PADDING
    for text in texts:
        starts = [start for start in sentence_starts(text)[1:] if text[:start].strip()]
        found += [base + len(text[:start].encode("utf-8", "surrogatepass")) for start in starts]
        bare = len(text) - len(text.lstrip())
        begins.add(base + len(text[:bare].encode("utf-8", "surrogatepass")))
        base += len(text.encode("utf-8", "surrogatepass")) + 1
    return found, begins


def test_the_texts_of_the_definition_break_alike() -> None:
    texts = [text.replace("|", "") for text in TEXTS]
    for text in texts:
        found, _ = in_bytes([text])
        assert breaks([text]) == found, text
    found, begins = in_bytes(texts)
    assert [at for at in breaks(texts) if at not in begins] == found
    assert len(found) > 20


def test_random_texts_break_alike() -> None:
    seed = random.randrange(10**9)
    made = random.Random(seed)
    total = 0
    for _ in range(3000):
        texts = ["".join(made.choices(PIECES, k=made.randrange(12))) for _ in range(3)]
        found, begins = in_bytes(texts)
        mine = breaks(texts)
        assert [at for at in mine if at not in begins] == found, (seed, texts)
        assert mine == sorted(set(mine))
        total += len(found)
    assert total > 300


def field_twin(parts: list[str], analyzer: Analyzer) -> tuple[list[tuple[int, bool]], int]:
    """The positions of breaks in one field, whether a part begins there, and the positions."""
    found, base = [], 0
    for part in parts:
        tokens = analyzer.tokens(part)
        begins = {
            min(token.position for token in tokens if token.start >= start)
            for start in sentence_starts(part)
            if any(token.start >= start for token in tokens)
        }
        found += [(base + position, not position) for position in sorted(begins)]
        base += max((token.position + 1 for token in tokens), default=0) + PARAGRAPH_GAP
    return found, base


def test_breaks_are_at_the_first_words_of_sentences() -> None:
    seed = random.randrange(10**9)
    made = random.Random(seed)
    analyzer = Analyzer()
    batches = BatchAnalyzer(Analyzer())
    words = [*PIECES, *(" " for _ in range(40)), "re-elect", "go-ing", "O’Brien", "10:30", "ﾊﾟｰﾄ"]
    total = 0
    for _ in range(60):
        fields = [
            ["".join(made.choices(words, k=made.randrange(30))) for _ in range(made.randrange(4))]
            for _ in range(9)
        ]
        expected, base = [], 0
        for parts in fields:
            found, size = field_twin(parts, analyzer)
            expected += [(base + place, is_part) for place, is_part in found]
            base += size
        mine = batches.analyse(fields)
        got = list(zip(mine.breaks.tolist(), mine.begins_part.tolist(), strict=True))
        assert got == expected, (seed, fields)
        total += len(expected)
    assert total > 500


def test_nothing_breaks_where_there_is_no_sign() -> None:
    assert breaks([]) == breaks([""]) == breaks(["The port", "Ships"]) == []
    assert sentence_breaks(b" " * 2 * PADDING).dtype == np.int64
