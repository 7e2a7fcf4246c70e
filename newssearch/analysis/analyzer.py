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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from newssearch.analysis.folding import fold
from newssearch.analysis.scripts import (
    APOSTROPHES,
    CJK_RUN,
    HYPHENS,
    MARKS,
    STOPPED,
)
from newssearch.analysis.stems import Stemming, latin_stems, stem

#: A gap in positions between paragraphs, so that no phrase runs from one into the next.
PARAGRAPH_GAP = 1

#: A joined compound (`re-election` as `reelection`) is made of at most so many parts.
JOINED_PARTS = 3

#: A word is cut off here, so that one line of base64 cannot make a term of a megabyte.
LONGEST_WORD = 200

_RUN = f"[\\w{MARKS}]+"
_OWNED = f"(?:[{APOSTROPHES}][sS](?![^\\W_]))?"
_TOKEN = re.compile(
    f"(?P<initials>(?<![^\\W_])[{STOPPED}](?:\\.[{STOPPED}])+(?![^\\W_])\\.?{_OWNED})"
    "|(?P<sign>(?<![^\\W_])(?:[A-Za-z]\\+\\+(?![^\\W\\d_])"
    f"|(?:[CFcf]#|[A-Za-z]{{1,3}}[&\uff06][A-Za-z]{{1,3}})(?![^\\W_])){_OWNED})"
    "|(?P<number>(?<!\\w)(?<!\\d,)\\d{1,3}(?:,\\d{3})+(?![\\d_]|,\\d))"
    f"|(?P<word>{_RUN}(?:[{APOSTROPHES}{HYPHENS}]{_RUN})*)"
)
_PART = re.compile(f"[^{HYPHENS}_]+")
#: U+2044 and ASCII punctuation are what NFKC makes of ½ and ⒈
_LETTERS_OR_DIGITS = re.compile("\\d+|[^\\d\\s\u2044!-/:-@\\[-`{-~]+")
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_POSSESSIVE = re.compile(f"[{APOSTROPHES}][sS]$")
_INITIAL = re.compile(f"[{STOPPED}]")
#: compatibility and decomposed forms inside CJK runs: half-width Kana, voicing marks,
#: compatibility ideographs, Jamo
COMPATIBLE = re.compile(
    "[\u3099\u309a\u309f\u30ff\uff66-\uff9f\uf900-\ufaff\u1100-\u11ff\u3131-\u318e]"
)
#: what composes to one character: a syllable of Jamo, Kana with a voicing mark
_COMPOSING = re.compile(
    "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|.[\u3099\u309a\uff9e\uff9f]?"
)


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
        for begin, pieces, positions in self._analysed(text):
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
            for _, pieces, positions in self._analysed(part):
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

    def word_terms(self, folded: str) -> tuple[str, ...]:
        """The terms of a folded word of letters, or of digits."""
        folded = folded[:LONGEST_WORD]
        stemmed = stem(folded, self.stemming)
        return (folded,) if stemmed is None else (stemmed, exact(folded))

    def words_terms(self, folded: list[str]) -> list[tuple[str, str]]:
        """The same for words in small ASCII letters, at most LONGEST_WORD of them, where these are
        stemmed."""
        stems = latin_stems(folded, self.stemming) if folded else []
        return list(zip(stems, map(exact, folded), strict=True))

    def _analysed(self, text: str) -> Iterator[tuple[int, tuple[Piece, ...], int]]:
        """Each matched string: its start, its pieces, and how many positions they take.

        CJK runs are cut out first, so that the word beside one (`AT&T公司`) is read as if it
        stood alone. Runs are not kept in the cache: most are seen once.
        """
        place = 0
        if not text.isascii():
            for run in CJK_RUN.finditer(text):
                if run.start() > place:
                    yield from self._words(text[place : run.start()], place)
                yield (run.start(), *_bigrams(run.group()))
                place = run.end()
        if place < len(text):
            yield from self._words(text[place:] if place else text, place)

    def _words(self, text: str, begin: int) -> Iterator[tuple[int, tuple[Piece, ...], int]]:
        """The same for a text without CJK characters that begins at `begin`."""
        for match in _TOKEN.finditer(text):
            word = match.group()
            known = self._cache.get(word)
            if known is None:
                known = self._whole(word, match.lastgroup) or self._word(word)
                if len(word) <= LONGEST_WORD:
                    if len(self._cache) >= self._cache_size:
                        self._cache.clear()
                    self._cache[word] = known
            yield begin + match.start(), *known

    def _whole(self, text: str, kind: str | None) -> tuple[tuple[Piece, ...], int] | None:
        """What is kept whole: initials, thousands, `C++`, `R&D`; None for other words."""
        if kind == "word":
            return None
        bare = _POSSESSIVE.sub("", text)
        if kind == "initials":
            terms = self.word_terms(fold("".join(_INITIAL.findall(bare))))
        else:
            terms = (fold(bare.replace(",", "")),)
        return (Piece(terms, 0, 0, len(bare)),), 1

    def _word(self, text: str) -> tuple[tuple[Piece, ...], int]:
        """A word, perhaps with apostrophes, digits and hyphens in it."""
        pieces: list[Piece] = []
        folded_parts: list[str] = []
        for part in _PART.finditer(text):
            bare = part.group()
            if not (bare.isascii() and bare.isalnum()):
                bare = _POSSESSIVE.sub("", bare)
            folded = fold(bare if bare.isascii() and bare.isalnum() else _APOSTROPHE.sub("", bare))
            folded_parts.append(folded)
            for run, start, end in _runs(folded, bare):
                begin = part.start()
                pieces.append(Piece(self.word_terms(run), len(pieces), begin + start, begin + end))
        positions = len(pieces)
        joinable = 2 <= len(folded_parts) <= JOINED_PARTS and "_" not in text
        if joinable and positions == len(folded_parts):
            terms = self.word_terms("".join(folded_parts))
            if len(terms) == 2:  # letters of a stemmed script in every part
                pieces.insert(0, Piece(terms, 0, pieces[0].start, pieces[-1].end))
        return tuple(pieces), positions


def _runs(folded: str, bare: str) -> list[tuple[str, int, int]]:
    """Letters and digits of a folded part, each with its place in the part before folding."""
    plain = folded.isalpha() or folded.isdecimal()
    runs = [folded] if plain else _LETTERS_OR_DIGITS.findall(folded)
    if len(runs) == 1:
        return [(runs[0], 0, len(bare))]
    places = [match.span() for match in _LETTERS_OR_DIGITS.finditer(bare)]
    if [fold(bare[start:end]) for start, end in places] != runs:
        places = [(0, len(bare))] * len(runs)  # ½ became several characters, or `rock'n'roll4`
    return [(run, start, end) for run, (start, end) in zip(runs, places, strict=True)]


def _bigrams(run: str) -> tuple[tuple[Piece, ...], int]:
    """Each character of the run with the one after it; the last one alone."""
    if COMPATIBLE.search(run):
        return _composed_bigrams(run)
    last = len(run) - 1
    pieces = [Piece((run[i : i + 2],), i, i, i + 2) for i in range(last)]
    return (*pieces, Piece((run[last],), last, last, last + 1)), last + 1


def _composed_bigrams(run: str) -> tuple[tuple[Piece, ...], int]:
    """The same where several characters of the run make one."""
    composed = [
        (character, *match.span())
        for match in _COMPOSING.finditer(run)
        for character in unicodedata.normalize("NFKC", match.group())
    ]
    followers = [*composed[1:], ("", 0, composed[-1][2])]
    return tuple(
        Piece((character + after,), i, start, end)
        for i, ((character, start, _), (after, _, end)) in enumerate(
            zip(composed, followers, strict=True)
        )
    ), len(composed)
