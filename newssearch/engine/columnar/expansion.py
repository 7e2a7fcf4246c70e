"""The words of one sorted dictionary that an atom stands for.

In: an `Atom`, a `Dictionary`. Out: the words' numbers; used by `vocabulary`. Standard library
alone.

A prefix is two look-ups. For a pattern or a misspelt word the dictionary's text is read as it is
written, each word as what differs from the one before: an automaton that has read the one before
goes on from where the two part. What begins like a word at which it died is passed over, whole
groups by their first words alone. `python -m bench.bench_words` measures it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from newssearch.engine.columnar.lists import GROUP, Dictionary, varint
from newssearch.engine.names import encode_name
from newssearch.errors import EngineError
from newssearch.syntax.nodes import Atom, Expand
from newssearch.syntax.patterns import (
    DEAD,
    START,
    Fuzzy,
    Glob,
    automaton,
    bare,
    literal_prefix,
    typed,
)

#: Looking for the words of one atom may take so long, of the processor's time: what is refused does
#: not depend on what else the machine does.
SECONDS = 1.0

#: The time is looked at after so many groups.
_UNTIMED = 32

#: Where words that are no bigrams are in the order of terms: around the blocks of Chinese, Japanese
#: and Korean characters.
_OUTSIDE_CJK = (("", "\u2e80"), ("\ua000", "\uac00"), ("\ud7b0", "\U00020000"), ("\U00031350", ""))


class Expansion:
    """What an atom stands for, to be looked for in one dictionary after the other.

    Raises EngineError where that takes longer than SECONDS.
    """

    def __init__(self, atom: Atom) -> None:
        self._atom = atom
        self._prefix = encode_name(literal_prefix(atom))
        self._steps = _Steps(automaton(atom))
        self._latest = time.process_time() + SECONDS

    def numbers(self, dictionary: Dictionary) -> Sequence[int]:
        """The numbers of its words, ascending. Of a dictionary of terms, pairs of Chinese, Japanese
        and Korean characters are none, but for a prefix."""
        if self._atom.expand is Expand.PREFIX:
            return range(*dictionary.span(encode_name(bare(self._atom))))
        if not dictionary.size:
            return ()
        starts = dictionary.file.read(f"{dictionary.name}.groups").cast("Q")[::3]
        found: list[int] = []
        for first, end in self._ranges(dictionary):
            group, last = first // GROUP, -(-end // GROUP)
            begin = starts[group]
            text = bytes(dictionary.file.read(f"{dictionary.name}.text", begin, starts[last]))
            inside = self._walk(text, [start - begin for start in starts[group : last + 1]])
            found += [n for number in inside if first <= (n := group * GROUP + number) < end]
        return found

    def _ranges(self, dictionary: Dictionary) -> Iterator[tuple[int, int]]:
        """Where words that are meant may be."""
        first, end = dictionary.span(self._prefix) if self._prefix else (0, dictionary.size)
        for start, stop in _OUTSIDE_CJK:
            low = dictionary.lower(start.encode()) if start else 0
            high = dictionary.lower(stop.encode()) if stop else dictionary.size
            if max(low, first) < min(high, end):
                yield max(low, first), min(high, end)

    def _walk(self, text: bytes, groups: Sequence[int]) -> Iterator[int]:
        """The numbers of the words in a text, counted from its first; `groups` says where each
        group begins in it, and its end."""
        after, accepting = self._steps.after, self._steps.accepting
        states = [START]  # after each byte of the word before, as far as the automaton lived
        word = b""  # the word before; of words that were passed over, what they begin with
        group, end, walked = 0, len(groups) - 1, 0
        while group < end:
            if walked % _UNTIMED == 0:
                self._check_time()
            walked += 1
            at, stop, number = groups[group], groups[group + 1], group * GROUP
            while at < stop:
                shared, length = text[at], text[at + 1]
                at += 2
                if length > 127:
                    length, at = varint(text, at - 1)
                if shared < len(states):
                    del states[shared + 1 :]
                    state = states[shared]
                    rest = text[at : at + length]
                    word = word[:shared] + rest
                    for byte in rest:
                        following = after[state].get(byte)
                        state = self._steps.step(state, byte) if following is None else following
                        if state == DEAD:
                            break
                        states.append(state)
                    else:
                        if accepting[state]:
                            yield number
                at += length
                number += 1
            group += 1
            if len(states) <= len(word):
                dead = word[: len(states)]
                while group + 1 < end and all(
                    text.startswith(dead, groups[here] + 2) for here in (group, group + 1)
                ):
                    group += 1

    def _check_time(self) -> None:
        if time.process_time() > self._latest:
            raise EngineError(
                f"{typed(self._atom)} is too broad: to find the words like it takes over "
                f"{SECONDS} seconds; begin it with more letters"
            )


class _Steps:
    """An automaton's states by bytes of UTF-8: `after[state]` has the next state for each byte that
    was met there; `accepting` by state."""

    def __init__(self, automaton: Glob | Fuzzy) -> None:
        self._automaton = automaton
        self._whole = [START]  # the automaton's state before the character that has begun
        self._begun = [b""]  # the bytes of that character so far
        self._numbers = {(START, b""): START}
        self.after: list[dict[int, int]] = [{}]
        self.accepting = [automaton.accepts(START)]

    def step(self, state: int, byte: int) -> int:
        """The state after one more byte, DEAD where no word begins like that; noted in `after`."""
        whole, begun = self._whole[state], self._begun[state] + bytes([byte])
        if len(begun) == _length(begun[0]):
            whole = self._automaton.step(whole, begun.decode("utf-8", "surrogatepass"))
            begun = b""
        number = DEAD if whole == DEAD else self._number(whole, begun)
        self.after[state][byte] = number
        return number

    def _number(self, whole: int, begun: bytes) -> int:
        number = self._numbers.setdefault((whole, begun), len(self._whole))
        if number == len(self._whole):
            self._whole.append(whole)
            self._begun.append(begun)
            self.after.append({})
            self.accepting.append(not begun and self._automaton.accepts(whole))
        return number


def _length(first: int) -> int:
    """How many bytes a character has in UTF-8, by its first."""
    return 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
