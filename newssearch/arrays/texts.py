"""Byte strings by the hundred thousand, as arrays.

In: places of strings in one array of bytes. Out: their order; `Texts`, which lie one behind the
other. Used by the engine's dictionaries, which sort and write them without a Python object for
each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

#: Strings that begin alike are compared by their next 8 bytes so many times; the few that are left
#: then, by Python.
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Texts:
    """Byte strings: the i-th is `content[edges[i]:edges[i + 1]]`."""

    content: Bytes
    edges: Integers

    def __len__(self) -> int:
        return len(self.edges) - 1

    def part(self, first: int, end: int) -> Texts:
        """The strings [first, end), as far as there are any."""
        edges = self.edges[first : end + 1]
        return Texts(self.content[edges[0] : edges[-1]], edges - edges[0])

    def tolist(self) -> list[bytes]:
        """The strings, each by itself."""
        content, edges = self.content.tobytes(), self.edges.tolist()
        return [content[edges[i] : edges[i + 1]] for i in range(len(self))]


def of(strings: Sequence[bytes]) -> Texts:
    """Strings as `Texts`."""
    edges = np.zeros(len(strings) + 1, np.int64)
    np.cumsum([len(string) for string in strings], out=edges[1:])
    return Texts(np.frombuffer(b"".join(strings), np.uint8), edges)


def joined(one: Texts, other: Texts) -> Texts:
    """The strings of both."""
    return Texts(
        np.concatenate((one.content, other.content)),
        np.concatenate((one.edges, other.edges[1:] + one.edges[-1])),
    )


def chosen(text: Bytes, starts: Integers, ends: Integers) -> Texts:
    """The strings `text[starts[i]:ends[i]]`."""
    sizes = ends - starts
    edges = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=edges[1:])
    places = np.repeat(starts - edges[:-1], sizes)
    places += np.arange(len(places))
    return Texts(text[places], edges)


def order(text: Bytes, starts: Integers, ends: Integers) -> tuple[Integers, NDArray[np.bool_]]:
    """The order of `text[starts[i]:ends[i]]`; and of the strings in it, which are not the same as
    the one before.

    No string holds a NUL; 8 bytes must follow the last. The strings' next 8 bytes are sorted as
    numbers, over and over for those that are alike so far, which soon are few.
    """
    found: Integers = np.arange(len(starts))
    fresh = np.ones(len(starts), np.bool_)
    # what is not told apart yet: places in `found`, where the group of each begins, bytes read
    at: Integers = found.copy()
    group: Integers = np.zeros(len(starts), np.int64)
    read = 0
    while len(at):
        some = found[at]
        if read >= 8 * _ROUNDS:
            _sort_each(text, starts, ends, (found, fresh, at, group))
            break
        heads = _words(text, starts[some] + read, ends[some])
        # not "stable", which takes three times as long: equal strings come in any order
        ranks = np.argsort(heads)
        if read:
            ranks = ranks[np.argsort(group[ranks], kind="stable")]
        some, heads, own = some[ranks], heads[ranks], group[ranks]
        found[at] = some
        same = (heads[1:] == heads[:-1]) & (own[1:] == own[:-1])
        # the same so far; where the last of 8 bytes is none, to their ends
        ended = (heads[1:] & np.uint64(0xFF)) == 0
        fresh[at[1:][same & ended]] = False
        alike = np.concatenate(([False], same & ~ended, [False]))
        left = np.flatnonzero(alike[1:] | alike[:-1])
        group = np.cumsum(~alike[:-1])[left]
        at = at[left]
        read += 8
    return found, fresh


def _words(text: Bytes, starts: Integers, ends: Integers) -> NDArray[np.uint64]:
    """8 bytes of each string as a number that sorts as they do, with zeros after its end."""
    starts = np.minimum(starts, ends)
    view = np.ndarray((len(text) - 7,), ">u8", np.ascontiguousarray(text), strides=(1,))
    heads = view[starts].astype(np.uint64)
    missing = (8 - np.minimum(ends - starts, 8)).astype(np.uint64) * np.uint64(8)
    short = np.flatnonzero(missing)
    by = missing[short]
    heads[short] = np.where(
        by < 64, heads[short] >> (by & np.uint64(63)) << (by & np.uint64(63)), 0
    )
    return heads


def _sort_each(
    text: Bytes,
    starts: Integers,
    ends: Integers,
    state: tuple[Integers, NDArray[np.bool_], Integers, Integers],
) -> None:
    """Sort the groups of strings that are alike so far, one at a time."""
    found, fresh, at, group = state
    for own in sorted(set(group.tolist())):
        places = at[group == own]
        strings = {i: text[starts[i] : ends[i]].tobytes() for i in found[places].tolist()}
        ordered = sorted(strings, key=strings.__getitem__)
        found[places] = ordered
        fresh[places[1:]] = [
            strings[i] != strings[j] for i, j in zip(ordered[1:], ordered[:-1], strict=True)
        ]
