"""How a word that no article has is spelt in the archive.

In: a word as typed. Out: the archive's own words that it may be meant for, the likeliest first,
with how often they occur; used by `answers`, for `hints`. Never a stem.

A word is likely where few letters differ and where the archive has it often: each edit counts as
much as a word's being EDIT orders of magnitude rarer (a noisy channel, after Kernighan, Church and
Gale 1990). Names come out of other alphabets in many ways, Lukaschenko, Loukachenko, Łukaszenka:
words that sound alike by a rough key may differ by more letters, and each counts less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log10

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Snapshot, WordCount
from newssearch.syntax.nodes import Atom, Expand
from newssearch.syntax.patterns import edits_between

#: So many orders of magnitude of frequency weigh as much as an edit, or as another first letter.
#: Chosen on random misspellings of an archive's words, most of one edit.
EDIT, FIRST_LETTER = 3.0, 1.0

#: An edit of a word that sounds alike weighs so much of one.
ALIKE = 0.75

#: Words of one key with fewer sounds than this sound alike by chance.
_FEWEST_SOUNDS = 4

#: Of each kind of candidate so many of the most frequent are looked at.
_CANDIDATES = 30

_LATIN = re.compile("[a-z]+")
#: What letters sound like, roughly: sibilants S, gutturals K, dentals T, labials F.
_SOUNDS = (
    (re.compile("s?c?h?t?s[ch]+|t?s?c[hz]|[sz]h|t[sz]|[szx]|c(?=[eiy])"), "S"),
    (re.compile("[kg]h|ck|[ckgq]|^h"), "K"),
    (re.compile("ph|[fvw]"), "F"),
    (re.compile("[td]h?"), "T"),
    (re.compile("^[aeiouyj]"), "A"),
    (re.compile("[aeiouyjh]"), ""),
)
_DOUBLED = re.compile(r"(.)\1+")
#: The letters that a word with this first sound may begin with.
_BEGINNINGS = {"S": "sztcx", "K": "kcgqh", "F": "fvwp", "T": "td", "A": "aeiouyj"}
#: Sounds that are spelt in one way.
_PLAIN = "lmnrpb"


def nearest(text: str, analyzer: Analyzer, snapshot: Snapshot, limit: int = 3) -> list[WordCount]:
    """The words of the archive that a word may be meant for; none for what is several words, or
    not of letters."""
    tokens = analyzer.tokens(text)
    if len(tokens) != 1 or not (word := tokens[0].terms[-1].removeprefix("=")).isalpha():
        return []
    mark = tokens[0].terms[-1][: -len(word)]
    key = sounds(word)
    ranked: dict[str, tuple[float, WordCount]] = {}
    for atom in _atoms(word, key, mark):
        for found in snapshot.words(atom, _CANDIDATES):
            if found.text not in ranked and found.text != word:
                cost = _cost(word, key, found)
                if cost is not None:
                    ranked[found.text] = cost, found
    return [found for _, found in sorted(ranked.values())[:limit]]


def sounds(word: str) -> str:
    """A key that is the same for most spellings of a name in Latin letters; empty for others."""
    if not _LATIN.fullmatch(word):
        return ""
    for letters, sound in _SOUNDS:
        word = letters.sub(sound, word)
    return _DOUBLED.sub(r"\1", word)


def _atoms(word: str, key: str, mark: str) -> Iterator[Atom]:
    """What stands for the words to look at."""
    if len(word) > 2:
        yield Atom(mark + word, Expand.FUZZY, edits=1)
    if len(word) > 3:
        yield Atom(mark + word, Expand.FUZZY, edits=2)
    if len(key) >= _FEWEST_SOUNDS:
        rest = "".join(f"{sound}*" for sound in key[1:] if sound in _PLAIN)
        for letter in _BEGINNINGS.get(key[0], key[0]):
            yield Atom(f"{mark}{letter}*{rest}", Expand.PATTERN)


def _cost(word: str, key: str, found: WordCount) -> float | None:
    """How unlikely it is that this word was meant; None where it cannot be."""
    edits: float = edits_between(word, found.text)
    alike = len(key) >= _FEWEST_SOUNDS and sounds(found.text) == key
    if edits > (len(word) // 2 if alike else 2):
        return None
    if alike:
        edits *= ALIKE
    changed = FIRST_LETTER if word[0] != found.text[0] and not alike else 0.0
    return EDIT * edits + changed - log10(max(found.occurrences, 1))
