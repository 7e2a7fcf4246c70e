"""Character classes that decide where words begin and end.

In: nothing. Out: fragments for regular expressions, and one predicate; used by `analyzer`, and by
whoever has to know Chinese, Japanese and Korean from the rest.
"""

from __future__ import annotations

import re

#: Han, Kana, Hangul and Bopomofo, with the iteration and length marks that stand inside words.
CJK = (
    "\u3005\u3007\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u1100-\u11ff\u3131-\u318e\uac00-\ud7af"
    "\U00020000-\U0003134f"
)

#: Marks that Python's `\w` leaves out although they stand inside words: combining accents, the
#: points of Hebrew and Arabic, the vowel signs of the Indic and South-East Asian scripts, and the
#: soft hyphen, zero-width spaces and joiners, which nobody sees (`folding` takes them out).
MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    "\u0900-\u0963\u0966-\u0df3\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd"
    "\u0f18-\u0f39\u0f71-\u0f84\u102b-\u103e\u135d-\u135f\u17b4-\u17d3\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20f0\ufe20-\ufe2f\u00ad\u200b-\u200f\u2060\ufeff"
)

#: Letters of the scripts that write initialisms with full stops (`U.S.`, `С.Ш.А.`).
STOPPED = "A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f"

APOSTROPHES = "'\u2019\u02bc\u2018\u201b\u02bb\uff07`\u00b4"
HYPHENS = "\\-\u2010\u2011\uff0d"

CJK_RUN = re.compile(f"[{CJK}]+")

#: Languages that are written in such runs.
CJK_LANGUAGES = ("zh", "ja", "ko")


def is_cjk(character: str) -> bool:
    """Is this character part of a run that becomes bigrams?"""
    return CJK_RUN.match(character) is not None
