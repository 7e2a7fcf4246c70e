"""Text to tokens: what is a word, at which position, under which terms.

In: clean text. Out: tokens, or a field's terms with their positions; used by the engines (to
index), by `syntax.terms` (for queries) and by `snippets` (to mark what matched).

A word gets one position. It is findable under its stem and, where its script is stemmed, under
its unstemmed form too, as a term of its own that starts with `=`:

    "Protests"      protest, =protests
    "U.S."          us, =us
    "covid-19"      covid, =covid | 19
    "re-election"   re, =re, reelect, =reelection | elect, =election
    "R&D"           r&d
    "卢卡申科"        卢卡 | 卡申 | 申科 | 科

Han, Kana and Hangul runs become bigrams, one for each character: the last stands alone, so that a
single character is found by the terms that begin with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from newssearch.analysis.folding import fold
from newssearch.analysis.scripts import (
    APOSTROPHES,
    CJK_OR_OTHER,
    CJK_RUN,
    HYPHENS,
    MARKS,
    STOPPED,
    is_cjk,
)
from newssearch.analysis.stems import Stemming, stem

#: A gap in positions between paragraphs, so that no phrase runs from one into the next.
PARAGRAPH_GAP = 1

#: A joined compound (`re-election` as `reelection`) is made of at most so many parts.
JOINED_PARTS = 3

#: A word is cut off here, so that one line of base64 cannot make a term of a megabyte.
LONGEST_WORD = 200

_RUN = f"[\\w{MARKS}]+"
_TOKEN = re.compile(
    f"(?P<initials>(?<![^\\W_])[{STOPPED}](?:\\.[{STOPPED}])+(?![^\\W_])\\.?"
    f"(?:[{APOSTROPHES}][sS](?![^\\W_]))?)"
    "|(?P<sign>(?<![^\\W_])(?:[A-Za-z]\\+\\+|[CFcf]#|[A-Za-z]{1,3}&[A-Za-z]{1,3})(?![^\\W_]))"
    "|(?P<number>(?<![\\w,])\\d{1,3}(?:,\\d{3})+(?![\\w,]))"
    f"|(?P<word>{_RUN}(?:[{APOSTROPHES}{HYPHENS}]{_RUN})*)"
)
_PART = re.compile(f"[^{HYPHENS}_]+")
_LETTERS_OR_DIGITS = re.compile("\\d+|[^\\d\\s\u2044]+")  # U+2044: NFKC makes it of ½
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_POSSESSIVE = re.compile(f"[{APOSTROPHES}][sS]$")
_INITIAL = re.compile(f"[{STOPPED}]")
#: compatibility forms inside CJK runs: half-width Kana, CJK compatibility ideographs, Jamo
_COMPATIBLE = re.compile("[\uff66-\uff9f\uf900-\ufaff\u1100-\u11ff\u3131-\u318e]")


class Piece(NamedTuple):
    """One term-bearing part of a matched string; `offset` is its position within the match."""

    terms: tuple[str, ...]
    offset: int
    start: int
    end: int


class Token(NamedTuple):
    """An occurrence: the terms it is findable under, its position, its place in the text.

    `start` and `end` are character offsets. The joined form of a compound is a token that shares
    the position of the compound's first part.
    """

    terms: tuple[str, ...]
    position: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FieldTerms:
    """A field's terms, each with its ascending positions; `length` counts the words."""

    positions: dict[str, list[int]]
    length: int


def exact(word: str) -> str:
    """The term of an unstemmed form."""
    return "=" + word


class Analyzer:
    """Turns text into tokens; keeps the analysis of each distinct word.

    The cache holds at most `cache_size` words and starts anew when it is full, so that memory
    stays bounded over any archive.
    """

    def __init__(self, stemming: Stemming | None = None, cache_size: int = 400_000) -> None:
        self.stemming = stemming or Stemming()
        self._cache: dict[str, tuple[tuple[Piece, ...], int]] = {}
        self._cache_size = cache_size

    def tokens(self, text: str) -> list[Token]:
        """Every token of the text, in the order of their places."""
        found: list[Token] = []
        position = 0
        for match in _TOKEN.finditer(text):
            pieces, positions = self._analyse(match)
            begin = match.start()
            found += [
                Token(terms, position + offset, begin + start, begin + end)
                for terms, offset, start, end in pieces
            ]
            position += positions
        return found

    def field(self, parts: Iterable[str]) -> FieldTerms:
        """The terms of a field that is made of parts (paragraphs, titles, keywords)."""
        found: dict[str, list[int]] = {}
        position = length = 0
        for part in parts:
            for match in _TOKEN.finditer(part):
                pieces, positions = self._analyse(match)
                for piece in pieces:
                    place = position + piece.offset
                    for term in piece.terms:
                        if term in found:
                            found[term].append(place)
                        else:
                            found[term] = [place]
                position += positions
                length += positions
            position += PARAGRAPH_GAP
        return FieldTerms(found, length)

    def _analyse(self, match: re.Match[str]) -> tuple[tuple[Piece, ...], int]:
        """The pieces of one matched string, and how many positions they take."""
        text = match.group()
        known = self._cache.get(text)
        if known is not None:
            return known
        kind = match.lastgroup
        result: tuple[tuple[Piece, ...], int]
        if kind != "word":
            result = ((Piece(self._whole_terms(text, kind), 0, 0, len(text)),), 1)
        elif not text.isascii() and CJK_RUN.search(text):
            return self._mixed(text)  # most runs are seen once: not worth keeping
        else:
            result = self._word(text)
        if len(self._cache) >= self._cache_size:
            self._cache.clear()
        self._cache[text] = result
        return result

    def _mixed(self, text: str) -> tuple[tuple[Piece, ...], int]:
        """A string with CJK characters in it: runs of them, and words between."""
        pieces: list[Piece] = []
        position = 0
        for run in CJK_OR_OTHER.finditer(text):
            found = run.group()
            inner, positions = _bigrams(found) if is_cjk(found[0]) else self._word(found)
            begin = run.start()
            pieces += [
                Piece(terms, position + offset, begin + start, begin + end)
                for terms, offset, start, end in inner
            ]
            position += positions
        return tuple(pieces), position

    def _whole_terms(self, text: str, kind: str | None) -> tuple[str, ...]:
        """The terms of what is kept whole: initials, thousands, `C++`, `R&D`."""
        if kind == "initials":
            letters = "".join(_INITIAL.findall(_POSSESSIVE.sub("", text)))
            return self._terms(fold(letters))
        if kind == "number":
            return (text.replace(",", ""),)
        return (fold(text),)

    def _word(self, text: str) -> tuple[tuple[Piece, ...], int]:
        """A word, perhaps with apostrophes, digits and hyphens in it."""
        pieces: list[Piece] = []
        folded_parts: list[str] = []
        for part in _PART.finditer(text):
            bare = _POSSESSIVE.sub("", part.group())
            folded = fold(_APOSTROPHE.sub("", bare))
            folded_parts.append(folded)
            same_length = len(folded) == len(bare)
            for run in _LETTERS_OR_DIGITS.finditer(folded):
                start, end = run.span() if same_length else (0, len(bare))
                pieces.append(
                    Piece(
                        self._terms(run.group()),
                        len(pieces),
                        part.start() + start,
                        part.start() + end,
                    )
                )
        positions = len(pieces)
        joinable = 2 <= len(folded_parts) <= JOINED_PARTS and "_" not in text
        if joinable and positions == len(folded_parts):
            terms = self._terms("".join(folded_parts))
            if len(terms) == 2:  # letters of a stemmed script in every part
                pieces.insert(0, Piece(terms, 0, 0, len(text)))
        return tuple(pieces), positions

    def _terms(self, folded: str) -> tuple[str, ...]:
        folded = folded[:LONGEST_WORD]
        stemmed = stem(folded, self.stemming)
        return (folded,) if stemmed is None else (stemmed, exact(folded))


def _bigrams(run: str) -> tuple[tuple[Piece, ...], int]:
    """Each character of the run with the one after it; the last one alone."""
    text = run
    if _COMPATIBLE.search(run):
        text = unicodedata.normalize("NFKC", run)
    exact_places = len(text) == len(run)
    last = len(text) - 1
    return tuple(
        Piece(
            (text[i : i + 2],),
            i,
            i if exact_places else 0,
            (i + 2 if i < last else i + 1) if exact_places else len(run),
        )
        for i in range(len(text))
    ), len(text)
