"""The invented language of generated archives: its words, names and numbers, and how often each is.

In: a seed. Out: a `Vocabulary`, for `bench.generate`. Everything but the function words of English
is made of syllables, so that no generated text is anybody's.

A *unit* is what a writer puts down at once: a word in one of its forms, a name of two words, a
pair of words that belong together, a number. Frequencies follow Zipf and Mandelbrot. Beyond the
units there is an endless tail of words that are seen once or twice, spelled when they are drawn,
so that the vocabulary grows with the archive as English does (Heaps).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

#: The commonest words of English, in about their order in news.
FUNCTION_WORDS = (
    "the of to in and a for that on is said was with he it as at by be have from has his are an "
    "not but who will they this had were which their its we been more her would she about or one "
    "there after also when up out than new other all some people two could if can over what last "
    "first so no them into year had you years time him only may most many where now between down "
    "those before because these any such our while being through during under against how my made "
    "then did still since both each even around three do your just off should back make like well "
    "without within because per among until much another here very own against us me however"
).split()

LEMMAS = 90_000
FAMILIES = 6_000
NAMES = 20_000
PAIRS = 20_000
NUMBERS = 4_000
HYPHENATED = 4_000
TOPICS = 600
TOPIC_WHEEL = 2048
WHEEL = 1 << 22

_ONSETS = "b c d f g h k l m n p r s t v w j b d m n p r s t br ch cl gr pl sh st th tr".split()
_VOWELS = "a e i o u a e i o a e i ea ou".split()
_CODAS = ["", "", "", "", "", "", "n", "n", "r", "r", "l", "t", "s", "m", "nd", "st", "ck"]
_ENDINGS = "tion ment er al ive ity ous ist ent ance".split()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`units[id]` is a unit's text, `capital[id]` the same at the beginning of a sentence.

    The lemmas' plain forms come first, in the order of their frequency, then their -s, -ed and
    -ing forms in the same order. The wheels hold ids, each as often as it is drawn. `topics` has
    a wheel of lemmas a row, `topic_names` the names that belong to each topic.
    """

    units: np.ndarray
    capital: np.ndarray
    function_wheel: np.ndarray
    content_wheel: np.ndarray
    pair_wheel: np.ndarray
    topics: np.ndarray
    topic_names: np.ndarray
    others: tuple[int, int]  # ids of numbers and hyphenated words: from, to

    @classmethod
    @lru_cache(maxsize=2)
    def make(cls, seed: int) -> Vocabulary:
        """The language of this seed; takes about two seconds, the first time."""
        chance = random.Random(seed)
        numbers = np.random.default_rng([seed, 1])
        lemmas = _lemmas(chance)
        inflected = [form for ending in ("s", "ed", "ing") for form in _forms(lemmas, ending)]
        families = [_name(chance) for _ in range(FAMILIES)]
        names = [" ".join(_some(chance, families)) for _ in range(NAMES)]
        pairs = [" ".join(_some(chance, lemmas[:20_000])) for _ in range(PAIRS)]
        rest = [_number(chance) for _ in range(NUMBERS)]
        rest += ["-".join(_some(chance, lemmas[:20_000])) for _ in range(HYPHENATED)]
        parts = [lemmas, inflected, names, pairs, rest, FUNCTION_WORDS]
        starts = np.cumsum([0, *map(len, parts)])
        units = [unit for part in parts for unit in part]
        ranks = np.arange(LEMMAS)
        spokes = 12_000 * numbers.random((TOPICS, 300)) ** 4
        return cls(
            units=np.array(units, dtype=object),
            capital=np.array([unit[:1].upper() + unit[1:] for unit in units], dtype=object),
            function_wheel=_wheel(np.arange(starts[5], starts[6]), 1.0, 1.0, 1 << 16),
            content_wheel=_wheel(ranks, 20.0, 1.35, WHEEL),
            pair_wheel=_wheel(np.arange(starts[3], starts[4]), 20.0, 0.9, 1 << 18),
            topics=np.stack([_wheel(row.astype(int), 3.0, 1.1, TOPIC_WHEEL) for row in spokes]),
            topic_names=numbers.integers(starts[2], starts[3], (TOPICS, 40)),
            others=(int(starts[4]), int(starts[5])),
        )


def _wheel(ids: np.ndarray, offset: float, power: float, size: int) -> np.ndarray:
    """`size` places for ids, shared out by Zipf and Mandelbrot: 1 / (rank + offset) ** power."""
    weights = 1.0 / (np.arange(len(ids)) + 1 + offset) ** power
    ends = np.round(np.cumsum(weights) / weights.sum() * size).astype(np.int64)
    return np.repeat(ids, np.diff(ends, prepend=0)).astype(np.int32)


def spelled(number: int) -> str:
    """A rare word: its number in syllables, neighbours spelled unlike each other."""
    number = (number * 0x9E3779B1 + 0x7F4A7C15) & 0xFFFFFFFF
    word = ""
    for _ in range(3):
        number, onset = divmod(number, len(_ONSETS))
        number, vowel = divmod(number, len(_VOWELS))
        word += _ONSETS[onset] + _VOWELS[vowel]
    return word + _CODAS[number % len(_CODAS)]


def _lemmas(chance: random.Random) -> list[str]:
    """Different words, the frequent ones shorter."""
    taken = set(FUNCTION_WORDS)
    found: list[str] = []
    while len(found) < LEMMAS:
        rank = len(found)
        syllables = 1 if rank < 800 else 2 if chance.random() < 30_000 / (rank + 8_000) else 3
        word = "".join(_syllable(chance) for _ in range(syllables))
        if rank > 300 and chance.random() < 0.25:
            word += chance.choice(_ENDINGS)
        if len(word) > 2 and word not in taken:
            taken.add(word)
            found.append(word)
    return found


def _syllable(chance: random.Random) -> str:
    return chance.choice(_ONSETS) + chance.choice(_VOWELS) + chance.choice(_CODAS)


def _forms(lemmas: list[str], ending: str) -> list[str]:
    """The lemmas with an ending, spelled as English does."""
    found = []
    for word in lemmas:
        stem = word
        if ending == "s" and word[-1] in "shx":
            stem += "e"
        elif ending != "s" and word[-1] == "e":
            stem = word[:-1]
        elif word[-1] == "y" and ending != "ing":
            stem = word[:-1] + "ie"[: len(ending)]
        found.append(stem + ending)
    return found


def _some(chance: random.Random, words: list[str]) -> tuple[str, ...]:
    """Two of these, the ones in front more often."""
    return tuple(words[int(len(words) * chance.random() ** 3)] for _ in range(2))


def _name(chance: random.Random) -> str:
    return "".join(_syllable(chance) for _ in range(chance.choice((1, 2, 2, 2, 3)))).capitalize()


def _number(chance: random.Random) -> str:
    size = 10 ** chance.randint(1, 5)
    number = chance.randrange(1, size)
    return chance.choice(
        (
            f"{number:,}",
            f"{number}",
            f"{chance.randint(1950, 2030)}",
            f"{number / 10:,.1f}%",
            f"${number:,}m",
            f"{chance.randint(1, 12)}:{chance.randint(0, 59):02}",
        )
    )
