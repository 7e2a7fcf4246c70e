"""Pairs of Chinese, Japanese and Korean characters put together again, to be read by people.

In: a text, pairs of characters that stand in it. Out: which pairs only join two words, and the runs
of characters that both this text and others have; used by `similar`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from itertools import pairwise

from newssearch.analysis.scripts import is_cjk

#: A pair of characters between two pairs that are so many times more frequent joins two words; at
#: a word's end one has to be more frequent by the square of it.
_SEAM = 2


def seams(text: str, frequencies: Mapping[str, int]) -> set[str]:
    """Pairs of which each character belongs to another word: the archive has them much less often
    than the pairs that they overlap with in the text. `frequencies` are the archive's."""
    found: Counter[str] = Counter()
    pairs = ["", *_pairs(text), ""]
    for before, pair, after in zip(pairs, pairs[1:], pairs[2:], strict=False):
        here = frequencies.get(pair, 0)
        if here and is_cjk(pair[0]):
            around = frequencies.get(before, 0), frequencies.get(after, 0)
            at_end = any(
                frequencies.get(other, 0) > _SEAM**2 * here and text.count(other) > text.count(pair)
                for other in (before, after)
            )
            found[pair] += 1 if at_end or min(around) > _SEAM * here else -1
    return {pair for pair, times in found.items() if times > 0}


class Runs:
    """What pairs of characters stand as together in a text. `weights` are those of the pairs; runs
    in which none weighs anything are left out."""

    def __init__(self, text: str, weights: Mapping[str, float]) -> None:
        self._text = text
        self._runs: dict[str, dict[str, float]] = {}
        for run in dict.fromkeys(_joined(text, weights)):
            for word in self._cut(run):
                held = {pair: weights.get(pair, 0.0) for pair in _pairs(word)}
                if any(held.values()):
                    self._runs[word] = held

    def pieces(self, text: str) -> dict[str, dict[str, float]]:
        """The longest pieces of the runs that stand in another text, with their pairs' weights."""
        found = {}
        for run, weights in self._runs.items():
            start = 0
            while start < len(run) - 1:
                end = len(run)
                while end - start > 1 and run[start:end] not in text:
                    end -= 1
                piece = run[start:end]
                held = {pair: weights[pair] for pair in _pairs(piece)}
                if any(held.values()) and not self._is_fragment(piece, run):
                    found[piece] = held
                start = max(end - 1, start + 1)
        return found

    def _cut(self, run: str) -> Iterator[str]:
        """A run that the text has once, cut after its longest beginning that it has more often:
        what follows there is another word."""
        while run:
            end = len(run)
            if self._text.count(run) == 1:
                shorter = range(end - 1, 1, -1)
                end = next((size for size in shorter if self._text.count(run[:size]) > 1), end)
            yield run[:end]
            run = run[end:]

    def _is_fragment(self, piece: str, run: str) -> bool:
        """Does the text have the piece in that run alone, again and again? It is no word."""
        return piece != run and self._text.count(piece) == self._text.count(run) > 1


def _joined(text: str, pairs: Container[str]) -> Iterator[str]:
    """Where pairs overlap in a text: all of their characters."""
    run = ""
    for pair in _pairs(text + "\n"):
        if pair in pairs:
            run = run + pair[1] if run else pair
        elif run:
            yield run
            run = ""


def _pairs(text: str) -> Iterator[str]:
    return map("".join, pairwise(text))
