"""Which words a pattern or a misspelt word stands for.

In: an `Atom` that stands for several words. Out: an `Automaton`, which reads a word a character at
a time and knows as early as can be that no word that begins so is meant; used by the engines, to
walk through their dictionaries, and by `marks`, `spelling` and `suggest`.

    wo?d     `Glob`: ? is any one character, * any or none
    word~2   `Fuzzy`: at most two edits, of which each adds, drops or replaces a character or swaps
             two that stand side by side; no part is edited twice (optimal string alignment)

States are made when they are first reached, and numbered, so that what one word has cost serves
the others that begin alike (Schulz and Mihov 2002 make them all beforehand). No step looks back: no
pattern takes longer than its length times the word's.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from newssearch.syntax.nodes import Atom, Expand

#: No word that begins so is meant.
DEAD = -1

#: States are numbered from this one on, in which nothing has been read.
START = 0


State = TypeVar("State")
Row = tuple[int, ...]


class Automaton(ABC, Generic[State]):
    """Reads words from left to right. Its states are known outside by their numbers."""

    def __init__(self, start: State) -> None:
        self._numbers: dict[State, int] = {start: START}
        self._states = [start]
        self._after: list[dict[str, int]] = [{}]
        self._accepting = [self._accepts(start)]

    def step(self, state: int, character: str) -> int:
        """The state after one more character; DEAD where no word begins like that."""
        known = self._after[state].get(character)
        if known is None:
            after = self._next(self._states[state], character)
            known = DEAD if after is None else self._number(after)
            self._after[state][character] = known
        return known

    def _number(self, state: State) -> int:
        number = self._numbers.setdefault(state, len(self._states))
        if number == len(self._states):
            self._states.append(state)
            self._after.append({})
            self._accepting.append(self._accepts(state))
        return number

    def accepts(self, state: int) -> bool:
        """Is what has been read a word that is meant?"""
        return self._accepting[state]

    def matches(self, word: str) -> bool:
        """Is the whole word one that is meant?"""
        state = START
        for character in word:
            state = self.step(state, character)
            if state == DEAD:
                return False
        return self._accepting[state]

    @abstractmethod
    def _next(self, state: State, character: str) -> State | None:
        """The state after one more character; None where no word begins like that."""

    @abstractmethod
    def _accepts(self, state: State) -> bool: ...


class Glob(Automaton[int]):
    """`?` is any one character, `*` any or none. A state is the set of places in the pattern that
    reading may have come to, as bits."""

    def __init__(self, pattern: str) -> None:
        self._stars = self._any = 0
        self._places: dict[str, int] = {}
        length = 0
        for character in pattern:
            if character == "*":
                self._stars |= 1 << length
            elif character == "?":
                self._any |= 1 << length
                length += 1
            else:
                self._places[character] = self._places.get(character, 0) | 1 << length
                length += 1
        self._end = 1 << length
        super().__init__(1)

    def _next(self, state: int, character: str) -> int | None:
        moved = (state & (self._places.get(character, 0) | self._any)) << 1
        return moved | state & self._stars or None

    def _accepts(self, state: int) -> bool:
        return bool(state & self._end)


class Fuzzy(Automaton[tuple[Row, Row]]):
    """Words within `edits` edits of one. A state is a row of the distance's table, and what a swap
    that the last character began would cost; all costs over `edits` count as the same."""

    def __init__(self, word: str, edits: int) -> None:
        self._word, self._edits = word, edits
        over = edits + 1
        row = tuple(min(cost, over) for cost in range(len(word) + 1))
        super().__init__((row, (over,) * len(row)))

    def step(self, state: int, character: str) -> int:
        return super().step(state, character if character in self._word else "")

    def _next(self, state: tuple[Row, Row], character: str) -> tuple[Row, Row] | None:
        row, swaps = state
        over = self._edits + 1
        cost = min(row[0] + 1, over)
        after, begun = [cost], [over, over]
        before = ""
        for place, wanted in enumerate(self._word, 1):
            cost = min(
                cost + 1,
                row[place] + 1,
                row[place - 1] + (character != wanted),
                swaps[place] if character == before else over,
                over,
            )
            after.append(cost)
            if place > 1:
                begun.append(min(row[place - 2] + 1, over) if character == wanted else over)
            before = wanted
        if min(after) == over:
            return None
        return tuple(after), tuple(begun[: len(row)])

    def _accepts(self, state: tuple[Row, Row]) -> bool:
        row, _ = state
        return row[-1] <= self._edits


def automaton(atom: Atom) -> Glob | Fuzzy:
    """What reads the words that an atom stands for, without the `=` of unstemmed forms."""
    text = bare(atom)
    match atom.expand:
        case Expand.FUZZY:
            return Fuzzy(text, atom.edits)
        case Expand.PREFIX:
            return Glob(text + "*")
        case _:
            return Glob(text)


def is_form(atom: Atom) -> bool:
    """Does an atom stand for unstemmed forms?"""
    return len(atom.text) > 1 and atom.text.startswith("=")


def bare(atom: Atom) -> str:
    """An atom's text without the `=` of unstemmed forms."""
    return atom.text[1:] if is_form(atom) else atom.text


def literal_prefix(atom: Atom) -> str:
    """What every word that an atom stands for begins with, without the `=`; may be empty."""
    text = bare(atom)
    match atom.expand:
        case Expand.FUZZY:
            return ""
        case Expand.PATTERN:
            return re.split("[*?]", text, maxsplit=1)[0]
        case _:
            return text


def typed(atom: Atom) -> str:
    """A pattern as a person types it."""
    match atom.expand:
        case Expand.PREFIX:
            return bare(atom) + "*"
        case Expand.FUZZY:
            return f"{bare(atom)}~{atom.edits}"
        case _:
            return bare(atom)


def edits_between(one: str, other: str) -> int:
    """How many edits make one word of the other: their optimal string alignment distance."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        after = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(row[j] + 1, after[-1] + 1, row[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            after.append(cost)
        before, row = row, after
    return row[-1]


def meant(atom: Atom) -> Callable[[str], bool]:
    """What says of a term, with its `=`, whether an atom stands for it."""
    if atom.expand is Expand.NONE:
        return atom.text.__eq__
    if atom.expand is Expand.PREFIX:
        return lambda term: term.startswith(atom.text)
    reads, forms = automaton(atom).matches, is_form(atom)
    return lambda term: is_form(Atom(term)) == forms and reads(term[forms:])
