"""Queries as people type them, drawn from an archive's own sentences.

In: an archive and a seed. Out: for each class a list of `Query`; for `bench_search`. Words are
lower-case letters only, so that every engine cuts them alike; those of a phrase stand side by side
in the text. `word_of_share` gives one word that a known share of the articles has.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.archives import Archive
from bench.feed import Text, feed
from bench.peers import Mode
from bench.vocabulary import FUNCTION_WORDS

#: Articles from which words are drawn and counted.
READ = 4_000

_SENTENCE = re.compile(r"[^.?!\n\"]{20,}")
_RUN = re.compile(r"[a-z]{1,20}(?: [a-z]{1,20}){1,20}")
_WORD = re.compile(r"(?<![\w'’-])[a-z]{2,20}(?![\w'’-])")


@dataclass(frozen=True, slots=True)
class Query:
    """Words, and what of them an article must have."""

    mode: Mode
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """What queries are drawn from: sentences, and the share of articles that have each word."""

    sentences: list[str]
    share: dict[str, float]

    @classmethod
    def of(cls, archive: Archive, seed: int) -> Language:
        """From a share of the archive's English articles."""
        found = archive.files()
        chosen = random.Random(seed).sample(found, min(READ, len(found)))
        texts = [text for text in feed(archive, 0, chosen) if text.lang in ("en", "")]
        articles: Counter[str] = Counter()
        sentences = []
        for text in texts:
            articles.update(set(_WORD.findall(whole(text))))
            sentences += _SENTENCE.findall(text.body)
        share = {word: count / len(texts) for word, count in articles.items()}
        return cls(sentences, share)

    def word_of_share(self, wanted: float) -> str:
        """The word of five letters or more that about this share of the articles has."""
        words = sorted(word for word in self.share if len(word) > 4)
        return min(words, key=lambda word: abs(self.share[word] - wanted))


def whole(text: Text) -> str:
    """A text's words, in lower case."""
    return f"{text[0]} {text[1]} {text[2]}".lower()


def classes(language: Language, seed: int, number: int) -> dict[str, list[Query]]:
    """So many queries of each class."""
    kinds: dict[str, tuple[Mode, Draw]] = {
        "1 word": (Mode.ANY, _words(1, 1)),
        "2-3 words of a sentence": (Mode.ANY, _words(2, 3)),
        "4-5 words of a sentence": (Mode.ANY, _words(4, 5)),
        "2-4 content words": (Mode.ANY, _content),
        "rare and common": (Mode.ANY, _rare_and_common),
        "2-4 stop words": (Mode.ANY, _stop_words),
        "AND of 2-4 words": (Mode.ALL, _words(2, 4)),
        "phrase of 2-4 words": (Mode.PHRASE, _phrase),
    }
    found: dict[str, list[Query]] = {}
    for name, (mode, draw) in kinds.items():
        chance = random.Random(f"{seed} {name}")
        drawn = found[name] = []
        while len(drawn) < number:
            words = draw(language, chance)
            if words:
                drawn.append(Query(mode, tuple(words)))
    return found


#: Words of one query; none where the sentence that was drawn has not enough.
Draw = Callable[[Language, random.Random], Sequence[str]]


def _words(least: int, most: int) -> Draw:
    """Any words of a sentence, in its order."""

    def draw(language: Language, chance: random.Random) -> Sequence[str]:
        return _some(_of_a_sentence(language, chance), least, most, chance)

    return draw


def _content(language: Language, chance: random.Random) -> Sequence[str]:
    words = [word for word in _of_a_sentence(language, chance) if word not in FUNCTION_WORDS]
    return _some(words, 2, 4, chance)


def _stop_words(language: Language, chance: random.Random) -> Sequence[str]:
    words = [word for word in _of_a_sentence(language, chance) if word in FUNCTION_WORDS]
    return _some(words, 2, 4, chance)


def _rare_and_common(language: Language, chance: random.Random) -> Sequence[str]:
    """One word that under 0.5 % of the articles have, one or two that a quarter has."""
    words = _of_a_sentence(language, chance)
    rare = [word for word in words if language.share.get(word, 0) < 0.005]
    common = [word for word in words if language.share.get(word, 0) > 0.25]
    if not rare or not common:
        return ()
    return [chance.choice(rare), *chance.sample(common, min(len(common), chance.randint(1, 2)))]


def _phrase(language: Language, chance: random.Random) -> Sequence[str]:
    runs = [run.split() for run in _RUN.findall(chance.choice(language.sentences))]
    if not runs:
        return ()
    run, length = chance.choice(runs), chance.randint(2, 4)
    if len(run) < length + 2:  # the run's ends may be pieces of words
        return ()
    start = chance.randint(1, len(run) - length - 1)
    return run[start : start + length]


def _of_a_sentence(language: Language, chance: random.Random) -> list[str]:
    """The different words of a sentence drawn at random."""
    return list(dict.fromkeys(_WORD.findall(chance.choice(language.sentences).lower())))


def _some(words: list[str], least: int, most: int, chance: random.Random) -> Sequence[str]:
    length = chance.randint(least, most)
    if len(words) < length:
        return ()
    return [words[place] for place in sorted(chance.sample(range(len(words)), length))]
