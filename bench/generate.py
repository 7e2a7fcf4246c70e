"""Archives of any size, of invented news in the reference archive's layout.

    python -m bench.generate FOLDER [--articles N] [--bytes N] [--seed N] [--repeats SHARE]

Articles lie in `YYYY/MM/DD/`, a few dozen to two hundred a day, up to the end of 2024. The text is
not English but is made like it (`vocabulary`): function words and Zipf's law, inflections, names,
numbers, and topics that come and go, so that words occur together and in bursts. `--repeats` is
the share of articles that are another's text of the same day with a paragraph less. The same
options make the same files, whatever the number of processes: every day has a seed of its own.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.vocabulary import LEMMAS, TOPIC_WHEEL, TOPICS, Vocabulary, spelled

LAST_DAY = datetime.date(2024, 12, 31)
TITLE_UNITS = 10
OWN_UNITS = 24  # words and names that one article keeps coming back to
HEADER_BYTES = 520

#: What kinds of units a text is made of; the rest are the topic's words.
FUNCTION, CONTENT, OWN, PAIR, OTHER, RARE = 0.46, 0.24, 0.07, 0.02, 0.015, 0.003
RARE_FROM, RARE_TO = 8.0, 17.5  # natural logarithms of the ranks in the tail

_SITES = ("example-news.org", "dailyexample.com", "example.net", "wire.example.org")
_SECTIONS = ("world", "business", "health", "science", "sport", "uk", "asia")


@dataclass(frozen=True, slots=True)
class Order:
    """What to make."""

    folder: Path
    articles: int = 50_000
    bytes: int = 4_000
    seed: int = 1
    repeats: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--bytes", type=int, default=4_000, help="of an article, on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=float, default=0.0)
    chosen = parser.parse_args()
    order = Order(chosen.folder, chosen.articles, chosen.bytes, chosen.seed, chosen.repeats)
    begin = time.perf_counter()
    size = generate(order)
    seconds = time.perf_counter() - begin
    print(
        f"{order.articles:,} articles, {size / 1e6:,.0f} MB, in {seconds:.0f} s (seed {order.seed})"
    )


def generate(order: Order, processes: int | None = None) -> int:
    """Write the archive; returns its bytes. The folder must be empty or missing."""
    if order.folder.exists() and any(order.folder.iterdir()):
        sys.exit(f"bench: {order.folder} is not empty")
    days = list(_days(order))
    count = processes or os.cpu_count() or 1
    if count == 1:
        maker = Maker(order)
        return sum(maker.day(*day) for day in days)
    Vocabulary.make(order.seed)  # where processes are forks, they have it from here
    with multiprocessing.Pool(count, _begin, (order,)) as pool:
        return sum(pool.imap_unordered(_make, days, chunksize=4))


_maker: list[Maker] = []  # of this process


def _begin(order: Order) -> None:
    _maker[:] = [Maker(order)]


def _make(day: tuple[int, int]) -> int:
    return _maker[0].day(*day)


def _days(order: Order) -> Iterator[tuple[int, int]]:
    """(days before the last one, articles) until there are enough."""
    chance = np.random.default_rng([order.seed, 2])
    left, back = order.articles, 0
    while left > 0:
        number = min(left, int(np.clip(chance.lognormal(4.6, 0.35), 30, 200)))
        yield back, number
        left, back = left - number, back + 1


class Maker:
    """Makes a day's articles; one a process."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.words = Vocabulary.make(order.seed)
        chance = np.random.default_rng([order.seed, 3])
        lengths = np.fromiter(map(len, self.words.units), np.int32)
        sample = self._units(chance, np.zeros(20_000, np.int64), *self._topics(chance, 0, 1))
        self.unit_bytes = float(lengths[sample].mean()) + 1.12  # with what follows it

    def day(self, back: int, number: int) -> int:
        """Write the articles of one day; returns their bytes."""
        chance = np.random.default_rng([self.order.seed, 4, back])
        date = LAST_DAY - datetime.timedelta(days=back)
        folder = self.order.folder / f"{date:%Y/%m/%d}"
        folder.mkdir(parents=True)
        topics, own = self._topics(chance, back, number)
        titles = self._titles(chance, topics, own)
        bodies = self._bodies(chance, topics, own)
        written, taken = 0, set[str]()
        for place, (title, body) in enumerate(zip(titles, bodies, strict=True)):
            if place and chance.random() < self.order.repeats:
                whole = bodies[int(chance.integers(0, place))]
                body = whole[: whole.rfind("\n\n")] if "\n\n" in whole else whole  # noqa: PLW2901
            name = title.replace(":", "_")
            while name in taken:
                name += " again"
            taken.add(name)
            keywords = self.words.units[own[place]].tolist()
            header = self._header(chance, title, keywords, date, place)
            data = f"{header}{body}\n".encode()
            with open(folder / f"{name}.md", "wb", buffering=0) as file:
                file.write(data)
            written += len(data)
        return written

    def _topics(
        self, chance: np.random.Generator, back: int, number: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """For each article two topics, and its own units: what is in the news lasts weeks."""
        drawn = (TOPICS * chance.random((number, 2)) ** 2).astype(np.int64)
        topics = (drawn * 7919 + back // 9 * 31) % TOPICS
        own = self.words.topics[topics[:, :1], chance.integers(0, TOPIC_WHEEL, (number, OWN_UNITS))]
        own[:, :4] = self.words.topic_names[
            topics[:, :1], (40 * chance.random((number, 4)) ** 2).astype(np.int64)
        ]
        own[:, 4:6] = self.words.pair_wheel[
            chance.integers(0, len(self.words.pair_wheel), (number, 2))
        ]
        return topics, own

    def _units(
        self,
        chance: np.random.Generator,
        article: np.ndarray,
        topics: np.ndarray,
        own: np.ndarray,
    ) -> np.ndarray:
        """One unit for each place, given the article that the place is in."""
        words, size = self.words, len(article)
        main = topics[article, (chance.random(size) < 0.3).astype(np.int64)]
        units = words.topics[main, chance.integers(0, TOPIC_WHEEL, size)]
        wheels = (
            (FUNCTION, words.function_wheel),
            (CONTENT, words.content_wheel),
            (PAIR, words.pair_wheel),
            (OTHER, np.arange(*words.others)),
        )
        kind, low = chance.random(size), 0.0
        for share, wheel in wheels:
            places = np.flatnonzero((kind >= low) & (kind < low + share))
            units[places] = wheel[chance.integers(0, len(wheel), len(places))]
            low += share
        places = np.flatnonzero((kind >= low) & (kind < low + OWN))
        column = (OWN_UNITS * chance.random(len(places)) ** 2).astype(np.int64)
        units[places] = own[article[places], column]
        form = np.searchsorted((0.6, 0.8, 0.91), chance.random(size))
        form = np.minimum(form, np.array([0, 1, 1, 3])[units % 4])  # nouns have two, verbs four
        units += np.where(units < LEMMAS, form * LEMMAS, 0).astype(units.dtype)
        again = np.flatnonzero(units[1:] == units[:-1]) + 1  # nobody writes "the the"
        units[again] = words.topics[main[again], chance.integers(0, TOPIC_WHEEL, len(again))]
        return units

    def _titles(
        self, chance: np.random.Generator, topics: np.ndarray, own: np.ndarray
    ) -> list[str]:
        """Headlines, most of their words the article's own."""
        number = len(topics)
        article = np.repeat(np.arange(number), TITLE_UNITS)
        units = self._units(chance, article, topics, own).reshape(number, TITLE_UNITS)
        units[:, ::2] = own[:, chance.integers(0, 12, TITLE_UNITS // 2)]
        titles = []
        for row, length in zip(units, chance.integers(5, TITLE_UNITS + 1, number), strict=True):
            text = [self.words.capital[row[0]], *self.words.units[row[1:length]]]
            if length > 8:
                text[2] += ":"
            titles.append(" ".join(text).replace("/", " "))
        return titles

    def _bodies(
        self, chance: np.random.Generator, topics: np.ndarray, own: np.ndarray
    ) -> list[str]:
        """Bodies of sentences and paragraphs; their lengths vary as those of news do."""
        mean = max(40.0, (self.order.bytes - HEADER_BYTES) / self.unit_bytes)
        spread = 0.6
        drawn = chance.lognormal(np.log(mean) - spread**2 / 2, spread, len(topics))
        lengths = np.clip(drawn, 25, mean * 8).astype(np.int64)
        ends = np.cumsum(lengths)
        article = np.repeat(np.arange(len(topics)), lengths)
        units = self._units(chance, article, topics, own)
        after, starts = _punctuation(chance, ends)
        text = np.empty(2 * len(units), dtype=object)
        text[0::2] = self.words.units[units]
        text[0::2][starts] = self.words.capital[units[starts]]
        text[1::2] = after
        rare = np.flatnonzero(chance.random(len(units)) < RARE)
        for place, rank in zip(
            rare.tolist(), chance.uniform(RARE_FROM, RARE_TO, len(rare)), strict=True
        ):
            text[2 * place] = spelled(int(np.exp(rank)))
        parts = text.tolist()
        begins = [0, *(2 * ends).tolist()]
        return ["".join(parts[begin:end]).rstrip() for begin, end in itertools.pairwise(begins)]

    def _header(
        self,
        chance: np.random.Generator,
        title: str,
        keywords: list[str],
        date: datetime.date,
        place: int,
    ) -> str:
        """The title and the lines below it; news is imported on its day or the next."""
        lag, form, site, section, author, hour = chance.integers(0, (3, 4, 4, 7, 6, 24)).tolist()
        day = date - datetime.timedelta(days=max(0, lag - 1))
        published = (
            "None",
            f"{day} 00:00:00",
            f"{day} {hour:02}:{place % 60:02}:00",
            f"{day} {hour:02}:{place % 60:02}:00+08:00",
        )[form]
        slug = "-".join(title.lower().replace(":", "").split()[:6])
        address = f"https://www.{_SITES[site]}/{day:%Y/%m/%d}/{_SECTIONS[section]}/{slug}-{place}"
        told = " ".join(dict.fromkeys(" ".join(keywords[:12]).lower().split()))
        return (
            f"## {title}\n\nkeywords: {told}\n\n"
            f"authors: {keywords[1 + author % 3] if author else ''}\n\n"
            f"publish date: {published}\n\n"
            f"![](https://images.example.org/{day:%y%m%d}-{place}.jpg)\n\n"
            f"[Original Article]({address})\n\n"
        )


#: What stands after a sentence, by: a paragraph ends (4), the sentence (2), the next (1) is quoted.
_GAPS = np.array(
    [f"{end}{gap}{begin}" for gap in (" ", "\n\n") for end in (".", '."') for begin in ("", '"')],
    dtype=object,
)


def _punctuation(chance: np.random.Generator, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What follows each unit, and the places where sentences start; articles end at `ends`."""
    size = int(ends[-1])
    drawn = np.cumsum(np.clip(chance.lognormal(2.95, 0.45, size // 10 + 10), 4, 60).astype(int))
    last = np.union1d(drawn[drawn < size], ends) - 1
    closes = np.isin(last, ends - 1, assume_unique=True)
    quoted = (chance.random(len(last)) < 0.12).astype(np.int64)
    quoted[1:][closes[:-1]] = 0  # an article does not begin with a quotation
    quoted[0] = 0
    paragraph = (chance.random(len(last)) < 0.55) | closes
    after = np.full(size, " ", dtype=object)
    after[chance.random(size) < 0.055] = ", "
    after[chance.random(size) < 0.004] = " - "
    after[last] = _GAPS[paragraph * 4 + quoted * 2 + np.append(quoted[1:], 0)]
    return after, np.append(0, last[:-1] + 1)


if __name__ == "__main__":
    main()
