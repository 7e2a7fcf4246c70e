"""Does a piece of an article find it? First sentences of the reference archive as queries.

    python -m bench.bench_knownitem [INDEX] [--bodies N] [--seed N] [--misses]

Bodies are drawn at random, as many English as Chinese ones. Queries go in as a person pastes them
at a terminal, without options: all words, and where no article has all of them, the best partial
matches; then with `--any`. The answer is the article's story, wherever it stands among the first
`DEPTH`; the figure is the mean reciprocal rank.

sentence    the body's first sentence
two terms   Chinese: two terms of two to four characters from different sentences, typed without a
            space. A term is cut anywhere from a run of characters that holds none of `FUNCTION`.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import indexed
from bench.tables import table
from newssearch.errors import QuerySyntaxError
from newssearch.options import QueryOptions
from newssearch.query import NewsIndex, open_index

DEPTH = 20
LANGUAGES = {"en": "English", "zh": "Chinese"}

#: Two ways to ask: as typed, and with `--any`.
WAYS = {
    "as typed": QueryOptions(limit=DEPTH, snippets=False, fall_back=True),
    "--any": QueryOptions(limit=DEPTH, snippets=False, any_word=True),
}

#: A query holds at most 256 words or characters (SPEC §3): of longer sentences, the beginning.
LONGEST = 250

#: Characters of Chinese that are seldom part of what people search for.
FUNCTION = (
    "的了是在和与有不这那我你他她它们也就都而及其被把对为以于从到个一之着过会说但并或将要没可能"
)

_ENGLISH = re.compile(r"\S.*?[.?!][\"'”’)]*(?=\s|$)", re.DOTALL)
_CHINESE = re.compile(r"[^。！？\s][^。！？]*[。！？]?")
_TERMS = re.compile(f"[^\\W\\dA-Za-z_{FUNCTION}]{{2,}}")
_HAN = re.compile("[\u4e00-\u9fff]")

#: Shorter pieces are bylines and datelines.
SHORTEST = {"en": 30, "zh": 12}


@dataclass(frozen=True, slots=True)
class Item:
    """A query, and the story that it is from."""

    text: str
    story: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", nargs="?", type=Path)
    parser.add_argument("--bodies", type=int, default=300, help="of each language")
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--misses", action="store_true", help="print what is not found first")
    chosen = parser.parse_args()
    print(f"{chosen.bodies} bodies a language, seed {chosen.seed}\n")
    rows = []
    with open_index(chosen.index or indexed("seedrepo")) as news:
        for name, items in draw(news, chosen.bodies, chosen.seed).items():
            for way, options in WAYS.items():
                ranks, times = ask(news, items, options, chosen.misses)
                rows.append([name, way, *_figures(ranks, times)])
    table(("query", "asked", "MRR", "first", f"in {DEPTH}", "median ms", "worst ms"), rows)


def draw(news: NewsIndex, bodies: int, seed: int) -> dict[str, list[Item]]:
    """The queries of each kind."""
    found: dict[str, list[Item]] = {}
    for lang, language in LANGUAGES.items():
        first = found[f"{language}: first sentence"] = []
        terms = found.setdefault(f"{language}: two terms", []) if lang == "zh" else None
        chance = random.Random(f"{seed} {lang}")
        for id_, story in _shuffled(news, lang, chance):
            sentences = _sentences(news.article(id_).article.text, lang)
            if len(first) < bodies and sentences:
                first.append(Item(sentences[0][:LONGEST], story))
            if terms is not None and len(terms) < bodies:
                two = _two_terms(sentences, chance)
                if two:
                    terms.append(Item(two, story))
            if len(first) == bodies and (terms is None or len(terms) == bodies):
                break
    return found


def ask(
    news: NewsIndex, items: list[Item], options: QueryOptions, show: bool
) -> tuple[list[int], list[float]]:
    """The rank of each item's story, 0 where it is not there, and the seconds that it took."""
    ranks, times = [], []
    for item in items:
        begin = time.perf_counter()
        try:
            stories = [hit.story.id for hit in news.query(item.text, options).hits]
        except QuerySyntaxError:
            stories = []
        times.append(time.perf_counter() - begin)
        ranks.append(stories.index(item.story) + 1 if item.story in stories else 0)
        if show and ranks[-1] != 1:
            print(f"{ranks[-1] or '-'}  {item.text}")
    return ranks, times


def _shuffled(news: NewsIndex, lang: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """The articles of a language and their stories."""
    everything = QueryOptions(limit=None, snippets=False, collapse=False, lang=lang)
    hits = sorted(news.query("kind:article", everything).hits, key=lambda hit: hit.path)
    chance.shuffle(hits)
    yield from ((hit.id, hit.story.id) for hit in hits)


def _sentences(text: str, lang: str) -> list[str]:
    found = (_ENGLISH if lang == "en" else _CHINESE).findall(text)
    kept = [one for one in found if len(one) >= SHORTEST[lang]]
    return [one for one in kept if _HAN.search(one)] if lang == "zh" else kept


def _two_terms(sentences: list[str], chance: random.Random) -> str:
    """Two terms of different sentences, run together; empty where there are not two."""
    runs = [found for sentence in sentences if (found := _TERMS.findall(sentence))]
    if len(runs) < 2:
        return ""
    return "".join(_cut(chance.choice(found), chance) for found in chance.sample(runs, 2))


def _cut(run: str, chance: random.Random) -> str:
    length = min(len(run), chance.randint(2, 4))
    start = chance.randint(0, len(run) - length)
    return run[start : start + length]


def _figures(ranks: list[int], times: list[float]) -> list[str]:
    reciprocal = statistics.fmean(1 / rank if rank else 0 for rank in ranks)
    return [
        f"{reciprocal:.3f}",
        f"{sum(rank == 1 for rank in ranks) / len(ranks):.1%}",
        f"{sum(rank > 0 for rank in ranks) / len(ranks):.1%}",
        f"{statistics.median(times) * 1e3:.1f}",
        f"{max(times) * 1e3:.0f}",
    ]


if __name__ == "__main__":
    main()
