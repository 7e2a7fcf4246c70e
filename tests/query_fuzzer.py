"""Queries made at random, by the grammar and against it, and the rules that hold for each of them.

python tests/query_fuzzer.py COUNT [SEED]
"""

from __future__ import annotations

import datetime
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from newssearch.analysis.analyzer import Analyzer
from newssearch.errors import QuerySyntaxError
from newssearch.syntax.drawing import drawn
from newssearch.syntax.near import occurs
from newssearch.syntax.nodes import AtLeast, Filter, Lead, Near, Node, Phrase, Word, below
from newssearch.syntax.parser import parse
from newssearch.syntax.reading import MOST_BYTES
from newssearch.syntax.terms import matches, to_terms

TODAY = datetime.date(2020, 8, 27)
SAVED = {"ferries": "ferry OR boat W/3 night", "loop": "@loop @ferries", "bad": 'titel:x ("'}

#: Seconds of the processor's time: thirty times what the slowest query of the longest takes here,
#: and less than it takes where something is done for every pair of characters.
SLOWEST = 0.5

_WORDS = (
    "ferry", "Minsk", "re-election", "covid-19", "U.S.", "R&D", "C++", "10,000", "10:30", "£5m",
    "O’Brien", "Erdoğan", "渡轮夜航恢复", "白俄罗斯", "单", "протест", "or", "and", "NEAR", "lead",
    "https://a.example/b?c=d&e=(f)", "a.example/x", "\ud800", "\x00", "'s", "½", "ｶﾞｽ", "foo:bar",
    "titel:minsk", "@ferries", "@loop", "@bad", "@none", "2020", "-7", "--x", "e\u0301", "==",
    "a_b", "a" * 50,
)  # fmt: skip
_MARKS = (
    "",
    "",
    "",
    "",
    "*",
    "?",
    "~",
    "~1",
    "~2",
    "~9",
    "^2",
    "^0",
    "^1e5",
    "~^",
    "^2~1",
    "...",
    "!",
)
_BEFORE = ("", "", "", "", "", "=", "-", "+", "*", "?", "“", "(", ")", '"', "@", "title:", "kw:")
_DATES = (
    "2020", "2020-08", "2020-02-30", "aug 2020", "27 aug 2020", "aug-2020", "last month", "7d",
    "none", "*", "garbage", "2019..2020", "2021..2020", "[2019 TO 2020]", "{2019 TO *}", ">=2019",
    "> 2019", '"last week"', "..", "<", "[", "99999999..7d", "0d", "9999y", "0000",
    "2020..aug 2020",
)  # fmt: skip
_NAMES = ("source", "lang", "path", "url", "story", "kind", "is", "has", "site", "author", "tag")
_VALUES = ("en", "zh,en", "bbc.com", "a*b", "*", "digest", "digets", "date", "translation",
           "duplicate", "page", "none", "article,digest", "url", "(duplicate OR digest)",
           "[a TO b]", "https://a.example/(b)", '"a b"', '"', ">a", "-en", "2020/08/*")  # fmt: skip
_PAIRS = ("W/5", "w/5", "PRE/3", "pre/0", "NEAR/9999", "W/S", "W/P", "PRE/S", "W/", "W/x")
_JOINTS = (" ", " ", " ", " AND ", " OR ", " NOT ", " or ", ", ", " || ", "  ", "", "\u3000", " — ")


class Fuzzer:
    """Makes queries; the same seed makes the same ones."""

    def __init__(self, seed: int, words: Sequence[str] = ()) -> None:
        self.chance = random.Random(seed)
        self.words = (*_WORDS, *words)

    def query(self) -> str:
        """A query by the grammar, two times in three damaged; at times as long as may be."""
        text = self.group(self.chance.choice((0, 1, 2, 3, 4)))
        if self.chance.random() < 0.02:
            text = (text + self.chance.choice(_JOINTS)) * (MOST_BYTES // max(len(text), 1))
        for _ in range(self.chance.choice((0, 1, 4))):
            text = self.damaged(text)
        while len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
            text = text[: len(text) * 9 // 10]
        return text

    def group(self, depth: int) -> str:
        pieces = [self.piece(depth) for _ in range(self.chance.choice((1, 1, 2, 3, 5)))]
        text = pieces[0]
        for piece in pieces[1:]:
            joint = self.chance.choice(_JOINTS)
            if self.chance.random() < 0.25:
                joint = f" {self.chance.choice(_PAIRS)} "
            text += joint + piece
        return text

    def piece(self, depth: int) -> str:
        pick = self.chance.choice

        def marked() -> str:
            return pick(_BEFORE) + pick(self.words) + pick(_MARKS)

        kinds: list[Callable[[], str]] = [
            marked,
            lambda: pick(self.words),
            lambda: f'"{pick(self.words)} {marked()}"{pick(_MARKS)}',
            lambda: f"{pick(('date', 'added', 'DATE'))}:{pick(_DATES)}",
            lambda: f"words:{pick(('5', '5..9', '9..5', '>5', '[5 TO *]', 'x', '..', '1e9'))}",
            lambda: f"{pick(_NAMES)}:{pick(_VALUES)}",
        ]
        if depth:
            names = ("", "", "lead", "atleast2", "atleast", "atleast9999", "-", "NOT ", "+")
            fields = ("title:", "kw:", "author:", "lang:", "date:", "words:", "foo:", "has:")
            kinds += 4 * [lambda: f"{pick(names)}({self.group(depth - 1)})"]
            kinds += 2 * [lambda: f"{pick(fields)}({self.group(depth - 1)})"]
        return pick(kinds)()

    def damaged(self, text: str) -> str:
        """A piece of the text left out, doubled, moved or replaced by a sign."""
        first = self.chance.randrange(len(text) + 1)
        last = min(len(text), first + self.chance.randrange(1, 6))
        piece = text[first:last]
        new = self.chance.choice(
            ("", piece * 2, piece[::-1], self.chance.choice('()"*?~^:-+=/@[]{}<>|'))
        )
        return text[:first] + new + text[last:]


def check(query: str, analyzer: Analyzer, any_word: bool = False) -> tuple[float, bool]:
    """Hold a query against the rules; the seconds it took, and whether it is over the limits."""
    began = time.process_time()
    try:
        parsed = parse(query, TODAY, any_word, allow_leading=len(query) % 2 == 0, saved=SAVED)
    except QuerySyntaxError as error:
        refused = error
    else:
        refused = None
    taken = time.process_time() - began
    if refused:
        assert 0 <= (refused.start or 0) <= (refused.end or 0) <= len(query), query
        return taken, True
    for note in parsed.notes:
        assert 0 <= note.start < note.end <= len(query), (query, note)
        assert note.message, (query, note)
        assert note.suggestion != query[note.start : note.end], (query, note)
    if parsed.tree is None:
        return taken, False
    for leaf in leaves(parsed.tree):
        assert 0 <= leaf.start <= leaf.end <= len(query), (query, leaf)
    assert drawn(parsed.tree)
    found = to_terms(parsed.tree, analyzer)
    if found is not None:
        check_terms(found, query)
        assert len(matches(found)) <= 4 * MOST_BYTES
    return taken, False


def leaves(node: Node) -> Iterator[Word | Phrase | Filter]:
    if isinstance(node, Word | Phrase | Filter):
        yield node
    for child in below(node):
        yield from leaves(child)


def check_terms(node: Node, query: str) -> None:
    """A tree in terms holds no words, and only what occurs at places is near or counted."""
    assert not isinstance(node, Word | Phrase | Lead), query
    if isinstance(node, Near | AtLeast):
        assert len(node.parts) > (1 if isinstance(node, Near) else 0), query
        assert all(occurs(part) for part in node.parts), query
    for child in below(node):
        check_terms(child, query)


def main(count: int, seed: int) -> None:
    """Check so many queries, printing how it went."""
    print("seed", seed)
    fuzzer, analyzer = Fuzzer(seed), Analyzer()
    slowest, refused, longest = 0.0, 0, ""
    for _ in range(count):
        query = fuzzer.query()
        try:
            taken, over = check(query, analyzer, fuzzer.chance.random() < 0.3)
        except Exception:
            print("failed:", repr(query))
            raise
        refused += over
        if taken > slowest:
            slowest, longest = taken, query
    print(f"{count} queries, {refused} over the limits, slowest {slowest * 1000:.1f} ms")
    print(f"the slowest has {len(longest)} characters: {longest[:80]!r}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32))
