"""Where the sentences and paragraphs of a field begin, from its texts.

In: the texts that a field is made of. Out: positions; used by `whoosh_postings`, one document at a
time. The columnar engine finds them in `analysis.breaks`, for many texts at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from newssearch.analysis.analyzer import PARAGRAPH_GAP, Analyzer
from newssearch.analysis.sentences import sentence_starts
from newssearch.syntax.nodes import Unit


def breaks(parts: Sequence[str], analyzer: Analyzer, unit: Unit) -> list[int]:
    """The ascending positions at which sentences or paragraphs begin. A sentence begins with the
    first token of its text."""
    found: list[int] = []
    base = 0
    for part in parts:
        tokens = analyzer.tokens(part)
        if tokens:
            found.append(base)
            if unit is Unit.SENTENCE:
                found += _sentences(part, [(token.start, token.position) for token in tokens], base)
            base += tokens[-1].position + 1
        base += PARAGRAPH_GAP
    return found


def _sentences(text: str, tokens: list[tuple[int, int]], base: int) -> list[int]:
    """The positions of the sentences after the first, each once."""
    found = []
    last, at = 0, 0
    for start in sentence_starts(text)[1:]:
        while at < len(tokens) and tokens[at][0] < start:
            at += 1
        if at < len(tokens) and tokens[at][1] > last:
            last = tokens[at][1]
            found.append(base + last)
    return found
