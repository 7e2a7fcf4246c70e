"""Where strings stand between spaces in a text.

In: strings, or what they must hold; a text. Out: places; used by `Marker`.

A query's words stand in few of an article's strings. `Likely` finds, without cutting the text into
all of them, the strings that may hold one: a *plain* string is ASCII and has none of ' ` - . ,
between its letters and digits, so that its runs of letters and of digits are words, and begin as
their stems do. What is not plain is always among those found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping

from newssearch.analysis.scripts import CJK, CJK_RUN, is_cjk
from newssearch.analysis.stems import Stemming
from newssearch.syntax.nodes import Atom, Expand
from newssearch.syntax.patterns import bare, is_form

#: To look for one string after another in a text is quick up to so many characters of all searches.
MOST_PASSED = 20_000_000

#: Where more strings have one piece in them, it takes no longer to look at all strings.
_MOST_FOUND = 20_000

#: A shorter text is cut into all its strings sooner.
_SHORT = 300

#: Of a text with a larger share of characters that are not ASCII most strings are not plain.
_FOREIGN = 0.1

#: The algorithm of which `_beginning` is true.
_KNOWN = "english"

_ALL = bytes(range(256))
_DIGIT = b"0123456789"
_LETTER = b"abcdefghijklmnopqrstuvwxyz"
_JOINER = b"'`-.,"


def _table(*kept: tuple[bytes, bytes]) -> bytes:
    """Makes these bytes, in lower case, those, and spaces of all others."""
    table = bytearray(b" " * len(_ALL))
    for some, made in kept:
        for one, other in zip(some + some.upper(), made + made, strict=True):
            table[one] = other
    return bytes(table)


_LETTERS = _table((_LETTER, _LETTER))
_DIGITS = _table((_DIGIT, _DIGIT))
_JOINED = _table((_LETTER, b"a" * 26), (_DIGIT, b"a" * 10), (_JOINER, b"-" * 5))


class Likely:
    """Finds the strings that may hold one of these atoms; `possible`: it knows how."""

    def __init__(self, atoms: Iterable[Atom], stemming: Stemming) -> None:
        self._letters: set[bytes] = set()
        self._digits: set[bytes] = set()
        self._others: set[bytes] = set()
        self.possible = stemming.latin == _KNOWN
        for atom in atoms:
            self._add(atom)

    def _add(self, atom: Atom) -> None:
        """Note what every plain string with this atom in it holds, in lower case."""
        text = bare(atom)
        if not text or atom.expand in (Expand.PATTERN, Expand.FUZZY):
            self.possible = False
            return
        if not text.isascii():
            return  # no plain string holds it
        start = text.encode()
        if text.isdigit():
            self._digits.add(b" " + start)
        elif not text.isalpha():  # R&D, C++
            self._others.add(start)
        elif is_form(atom) or atom.prefix:
            self._letters.add(b" " + start)
        else:
            self._letters.add(b" " + _beginning(text).encode())

    def strings(self, text: str) -> dict[int, str] | None:
        """Of a text that begins and ends with a line break the strings that may hold an atom, by
        their places; None where it takes no less time to look at all of them."""
        if not self.possible or len(text) < _SHORT:
            return None
        spaced = text.replace("\n", " ")
        if not text.isascii():
            spaced = spaced.replace("\u00a0", " ")
        ascii_text = spaced.encode("ascii", "replace")
        if not text.isascii() and ascii_text.count(b"?") > _FOREIGN * len(text):
            return None
        found: dict[int, str] = {}
        for shown, pieces in self._shown(ascii_text, text.isascii()):
            if not _add_strings(found, spaced, shown, pieces):
                return None
        all_found = "".join(found.values())
        if not all_found.isprintable() or has_cjk(all_found):
            return None  # they may be parted by other characters than these spaces
        return found

    def _shown(self, text: bytes, in_ascii: bool) -> Iterator[tuple[bytes, Collection[bytes]]]:
        """What is shown of a text, each time with the pieces that are to be looked for there."""
        if not in_ascii:
            yield text, [b"?"]
        yield text.translate(_JOINED), [b"a-a"]
        if self._letters:
            yield text.translate(_LETTERS), self._letters
        if self._digits:
            yield text.translate(_DIGITS), self._digits
        if self._others:
            yield text.lower(), self._others


def places_of(wanted: Container[str], found: Mapping[int, str]) -> Iterable[tuple[str, list[int]]]:
    """The wanted ones of the strings that were found, each with its places, ascending."""
    places: dict[str, list[int]] = {}
    for place, string in found.items():
        if string in wanted:
            places.setdefault(string, []).append(place)
    return places.items()


def _beginning(stem: str) -> str:
    """What every word with this English stem begins with.

    Snowball's algorithm takes letters off the end. What it puts there instead is short: `carry`
    becomes `carri`, `hoping` `hope`, `sensibility` `sensibl`, `skies` `sky`, `dying` `die`.
    """
    if stem.endswith(("ble", "ie")):
        kept = stem[:-2]
    else:
        kept = stem[:-1] if stem.endswith(("e", "i", "y", "bl")) else stem
    return kept or stem[:1]


def _add_strings(
    found: dict[int, str], spaced: str, shown: bytes, pieces: Collection[bytes]
) -> bool:
    """Add the strings between spaces that have one of these pieces in what is shown of them; False
    where there are too many to go on."""
    for piece in pieces:
        place = shown.find(piece)
        most = len(found) + _MOST_FOUND
        while place >= 0:
            if len(found) >= most:
                return False
            start = spaced.rfind(" ", 0, place + 1) + 1
            end = spaced.find(" ", place + 1)
            found[start] = spaced[start:end]
            place = shown.find(piece, end)
    return True


def all_places(
    forms: Collection[str], whole: str, in_cjk: bool
) -> Iterable[tuple[str, Iterable[int]]]:
    """Where each of the forms stands in a text that begins and ends with a line break."""
    if len(forms) * len(whole) > MOST_PASSED:
        found: dict[str, list[int]] = {form: [] for form in forms}
        for match in re.compile(rf"[^\s{CJK}]+" if in_cjk else r"\S+").finditer(whole):
            if (places := found.get(match.group())) is not None:
                places.append(match.start())
        return found.items()
    spaced = whole.replace("\n", " ")
    if not in_cjk and spaced.isprintable():  # then no character but " " is a space
        return ((form, _spaced(form, spaced)) for form in forms)
    return ((form, _places(form, whole, in_cjk)) for form in forms)


def _spaced(form: str, whole: str) -> list[int]:
    """Where a form stands between spaces."""
    found: list[int] = []
    piece = f" {form} "
    place = whole.find(piece)
    while place >= 0:
        found.append(place + 1)
        place = whole.find(piece, place + len(piece) - 1)
    return found


def _places(form: str, whole: str, in_cjk: bool) -> Iterator[int]:
    """Where a form stands by itself in a text that begins and ends with a line break."""
    length = len(form)
    place = whole.find(form, 1)
    while place > 0:
        before, after = whole[place - 1], whole[place + length]
        if (before in " \n" or _parts(before, in_cjk)) and (
            after in " \n" or _parts(after, in_cjk)
        ):
            yield place
        place = whole.find(form, place + length)


def _parts(character: str, in_cjk: bool) -> bool:
    """Does a form end before this character, or begin after it?"""
    return character.isspace() or (in_cjk and is_cjk(character))


def has_cjk(text: str) -> bool:
    """Is there a character of a CJK run in a text?"""
    return not text.isascii() and CJK_RUN.search(text) is not None


def occurrences(piece: str, text: str) -> Iterator[int]:
    """Every place of a piece in a text, those that overlap too."""
    place = text.find(piece)
    while place >= 0:
        yield place
        place = text.find(piece, place + 1)
