"""Where sentences begin: one definition, for the index and for whoever shows or counts sentences.

In: a paragraph of clean text. Out: character offsets; used by `breaks`, which does the same for
many texts at once, and by the engines that read sentences from stored text.

A sentence ends with one of `SIGNS`, and the quotes and brackets that it closes; a space; and the
next one begins with what no sentence goes on with: a capital letter, a letter of a script that has
none, a digit, a quote or a bracket that opens. After `WIDE_SIGNS` no space is needed. A full stop
after an abbreviation or an initial ends nothing: `Gen. Vela`, `U.S. Bank`, `7 a.m. Monday`.
"""

from __future__ import annotations

import re

SIGNS = ".!?…؟۔।"
WIDE_SIGNS = "。！？｡"
CLOSERS = "\"'”’»›)]}」』）】》〉"
OPENERS = "\"'“‘„«‹([{「『（【《〈¿¡"

#: At most so many closing signs, and so many spaces, stand between two sentences.
MOST_CLOSERS, MOST_SPACES = 3, 2

#: As they are written before a name or a number; also "г." and "ул." of Cyrillic addresses.
ABBREVIATIONS = frozenset(
    "Mr Mrs Ms Dr Prof Gen Sen Rep Gov Lt Col Sgt Capt Maj Adm Rev Hon St Mt Ft No Nos vs Vs "
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec "
    "г гг им ул пр см стр св тыс млн млрд руб проф акад ген".split()
)
_LONGEST = max(map(len, ABBREVIATIONS))

_CLOSING = f"[{re.escape(CLOSERS)}]{{0,{MOST_CLOSERS}}}+"
_END = re.compile(
    f"[{SIGNS}]{_CLOSING}\\s{{1,{MOST_SPACES}}}+|[{WIDE_SIGNS}]{_CLOSING}\\s{{0,{MOST_SPACES}}}+"
)


def sentence_starts(text: str) -> list[int]:
    """The offsets at which sentences begin, ascending; the first is 0."""
    found = [0]
    for end in _END.finditer(text):
        start = end.end()
        if start < len(text) and begins_sentence(text[start]):
            sign = end.start()
            if text[sign] != "." or not _is_abbreviated(text, sign):
                found.append(start)
    return found


def begins_sentence(character: str) -> bool:
    """Can a sentence begin with this character?"""
    if character.isalpha():
        return not character.islower()
    return character.isdigit() or character in OPENERS


def _is_abbreviated(text: str, stop: int) -> bool:
    """Does the full stop here belong to the word before it?"""
    begin = stop
    while begin and stop - begin <= _LONGEST and text[begin - 1].isalpha():
        begin -= 1
    word, before = text[begin:stop], text[begin - 1 : begin]
    if len(word) == 1 and before == ".":  # the second of `U.S.` or `a.m.`
        return True
    is_whole = not before.isalnum()
    return is_whole and (word in ABBREVIATIONS or (len(word) == 1 and word.isupper()))
