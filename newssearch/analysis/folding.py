"""A word's spelling made one: compatibility forms, case, accents.

In: a word as written. Out: its folded form, letters and digits only; used by `analyzer`, and for
whatever else is compared whole: names, what completes a word. Follows Unicode NFKC and default case
folding (UAX #15, Unicode §3.13); accents are dropped where readers leave them out when they type
(Latin, Greek, the points of Hebrew and Arabic), and kept where they make another letter (Cyrillic
й, the voicing marks of Kana, Indic vowel signs).
"""

from __future__ import annotations

import re
import unicodedata

#: Letters whose stroke or ligature Unicode does not decompose. ß and the like: by case folding.
LETTERS = str.maketrans(
    {
        "ł": "l", "đ": "d", "ð": "d", "ø": "o", "œ": "oe", "æ": "ae", "þ": "th", "ħ": "h",
        "ı": "i", "ŧ": "t", "ŋ": "n", "ƒ": "f", "ё": "е", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k",
        # not letters: soft hyphen, what has no width, the stroke that stretches Arabic words
        "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u200e": "", "\u200f": "",
        "\u2060": "", "\ufeff": "", "\u0640": "",
    }
)  # fmt: skip

_DROPPED_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]+")
_CYRILLIC = re.compile("[\u0400-\u052f]")


def fold(word: str) -> str:
    """`Erdoğan` → `erdogan`, `Łukasz` → `lukasz`, `STRASSE` and `Straße` → `strasse`."""
    if word.isascii():
        return word.lower()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    text = text.translate(LETTERS)
    if _CYRILLIC.search(text):
        # й and ї are letters of their own; a stress mark (о́) is not part of the spelling
        return unicodedata.normalize("NFC", text).replace("\u0301", "").replace("\u0300", "")
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", _DROPPED_MARKS.sub("", decomposed))
