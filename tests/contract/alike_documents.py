"""Documents whose bodies are nearly identical, as `ALIKE` and what `changed` makes of it are.

Texts that are to be joined share at least 90 of 100 shingles, others at most 70: an engine may look
for pairs by samples. Used by test_contract_repeated.py and test_contract_stories.py.
"""

from __future__ import annotations

import random
from typing import Any

from invented_documents import document

from newssearch.engine.base import Document

NOUNS = "ferry harbour pilot mayor council bridge strike market orchard tram clinic school".split()
VERBS = "opens closes greets warns paints repairs visits delays counts leaves".split()


def text(seed: int, words: int = 200) -> str:
    """Words without sense, always the same of one seed; every other one has a number at its end."""
    chance = random.Random(seed)
    said = [f"{chance.choice(NOUNS)}{chance.randrange(100)}" for _ in range(words // 2)]
    return " ".join(f"{name} {chance.choice(VERBS)}" for name in said)


def changed(body: str) -> str:
    """With another word in the middle and more at the end: of 200 words 97 of 100 shingles stay."""
    words = body.split(" ")
    words[len(words) // 2] = "unexpectedly"
    return " ".join([*words, "so it was said"])


def held(name: str, body: str, story: str = "", **fields: Any) -> Document:
    fields.setdefault("lang", "en")
    return document(f"{name}.md", body, story=story or f"s-{name}", title=name, **fields)


ALIKE = text(1)
A, B = held("a", ALIKE), held("b", changed(ALIKE))
