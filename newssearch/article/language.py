"""Which language an article is in: as declared, else by its script.

In: what the header says, the file's path, or clean text. Out: ISO 639-1 codes, "" where nothing
tells. `assemble` asks in the order declared, file's suffix, script; `query` asks for the script
of what was typed. Latin letters count as English unless frequent words or letters of another
language contradict: which other language it is, is not guessed.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import islice

from newssearch.article.remembered import remembered

KNOWN_CODES = frozenset(
    "af am ar as az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu ha he hi hr hu hy"
    " id is it ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne nl nn no pa pl ps pt ro ru si"
    " sk sl sq sr sv sw ta te tg th tk tl tr uk ur uz vi yo zh zu".split()
)
_NAMES = {
    "english": "en", "chinese": "zh", "中文": "zh", "russian": "ru", "русский": "ru",
    "french": "fr", "français": "fr", "german": "de", "deutsch": "de", "spanish": "es",
    "español": "es", "japanese": "ja", "日本語": "ja", "korean": "ko", "한국어": "ko",
    "arabic": "ar", "italian": "it", "portuguese": "pt", "ukrainian": "uk", "belarusian": "be",
}  # fmt: skip

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LATIN = "A-Za-z\u00c0-\u024f"
#: One pattern a script, in the order in which a tie is decided; compiled when first needed.
_SCRIPTS = (
    ("zh", f"[{_HAN}]"),
    ("ja", "[\u3040-\u30ff]"),
    ("ko", "[\u1100-\u11ff\uac00-\ud7af]"),
    ("ru", "[\u0400-\u04ff]+"),
    ("ar", "[\u0600-\u06ff]+"),
    ("el", "[\u0370-\u03ff\u1f00-\u1fff]+"),
    ("he", "[\u0590-\u05ff]+"),
    ("th", "[\u0e00-\u0e7f]+"),
    ("hi", "[\u0900-\u097f]+"),
    ("en", f"[{_LATIN}]+"),
)
#: The letters of all of them but the first and the last.
_OTHER_SCRIPTS = (
    "[\u0370-\u04ff\u0590-\u06ff\u0900-\u097f\u0e00-\u0e7f\u1100-\u11ff\u1f00-\u1fff\u3040-\u30ff"
    "\uac00-\ud7af]"
)
_ASCII = bytes(range(128))
_compiled = cache(re.compile)
_ENGLISH = frozenset(
    "the and of to for with that was were from by has have said are it its this will be at on"
    " as is not his her he she they which who would after an or but".split()
)
#: Words that are frequent in other languages in Latin letters and no words of English.
_FOREIGN = frozenset(
    "der das und ist nicht mit von dem ein eine auf im zu sich wird auch nach bei aus zum zur"
    " le la les de du des et une est dans leur que qui sur avec pas au aux ce cette ont sont"
    " el los las del una en por para como más según su se lo sus fue il di che non della nel"
    " sono gli dei da em um uma não dos ao foi het een niet zijn voor och att det som inte"
    " av og ikke på med ja ei oli että się nie jest na w z že hogy az bir için yang dan di"
    " dengan untuk và của và și în este".split()
)
#: Those that open a headline; other capitalised ones are names (`Dan`, `LA`, `Van`).
_ARTICLES = frozenset("der das ein eine le les une el los las una il het".split())
#: `Rio de Janeiro`, `Angela van der Orm`: particles inside a name, in any text.
_PARTICLE = re.compile(
    r"\b(?:(?:de|la|le|les|el|los|las|da|di|du|del|des|v[ao]n de[nr]|van|von)\s+){1,3}"
    r"(?=[^\W\d_a-zß-ÿ])"
)
_PARTICLES = frozenset("de la le les el los las da di du del des van von".split())
_SIGNS = _FOREIGN | _PARTICLES  # an ASCII text without any of them holds nothing foreign
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
_ACCENTED = re.compile(r"[\u00c0-\u024f\u1e00-\u1eff]")
#: For `bytes.translate`: every ASCII character that is no letter becomes a space.
_SPACED = bytes(code if chr(code).isalpha() and code < 128 else 32 for code in range(256))
#: English words that are written with an accent.
_BORROWED = frozenset("café cafés cliché clichés façade fiancé fiancée naïve résumé".split())
_FEW_WORDS = 40  # without one common word among them a text may still be a headline
CJK_CODES = frozenset(("zh", "ja", "ko"))
#: Characters that only Ukrainian has among the languages written in Cyrillic that news come in.
_UKRAINIAN = "[їєґЇЄҐ]"
_BELARUSIAN = "[ўЎ]"
_SAMPLE = 3000  # characters that are looked at: a lead of some 500 words decides

_SUFFIX = r"([._-])([A-Za-z]{2})(?:[-_]([A-Za-z]{2}|Hans|Hant|hans|hant))?$"
_SUFFIX_MARKS = "._-"

#: Codes that end English names (`what-it-is.md`): a language only after a dot or with a region.
_ALSO_WORDS = frozenset("am as be ha he hi ho id is it me my no or so to us".split())
#: Codes that a plain hyphen may announce; all others (`-uk`, `-de`) occur in headlines.
_AFTER_HYPHEN = frozenset(("zh", "ja", "ko", "ru", "fr"))


def declared_language(value: str) -> str:
    """The code of a declared language (`en-US`, `zh_CN`, `English`), "" where unknown."""
    value = value.strip().lower()
    if not value:
        return ""
    code = _compiled(r"[-_.@]").split(value, maxsplit=1)[0]
    return code if code in KNOWN_CODES else _NAMES.get(value, "")


@remembered
def split_language(path: str) -> tuple[str, str]:
    """A file's stem without its language suffix, and the language: `x_zh.md` -> (`x`, `zh`)."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    # a suffix ends with two letters after a mark, or with four: most names need no pattern
    ends = stem[-3:-2] in _SUFFIX_MARKS or stem[-5:-4] in _SUFFIX_MARKS
    match = _compiled(_SUFFIX).search(stem) if ends else None
    if match is None or match.start() == 0:
        return stem, ""
    mark, code, region = match.groups()
    code = code.lower()
    if code not in KNOWN_CODES:
        return stem, ""
    if mark != ".":
        if region in _ALSO_WORDS:  # `what_it_is`: no Italian of Iceland
            return stem, ""
        if not region and (code in _ALSO_WORDS or (mark == "-" and code not in _AFTER_HYPHEN)):
            return stem, ""
    return stem[: match.start()], code


def without_language(path: str) -> str:
    """The path of a file without its language suffix: `day/x_zh.md` -> `day/x.md`."""
    stem, lang = split_language(path)
    if not lang:
        return path
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{stem}{posixpath.splitext(name)[1]}"


def language_of(text: str, expected: str = "") -> str:
    """The language that most of a text is in, by its script; Latin counts as English if it is.

    With `expected` as `en` it is, unless other languages' words or letters contradict.
    """
    found = languages_of(text, share=0.0, expected=expected)
    return found[0] if found else ""


def languages_of(text: str, share: float = 0.2, expected: str = "") -> tuple[str, ...]:
    """The languages that have at least this share of a text, the largest first.

    A word in an alphabet weighs as much as two characters of Chinese, Japanese or Korean.
    """
    text = text[:_SAMPLE]
    if text.isascii():
        english = any(map(str.isalpha, text)) and _is_english(text, expected == "en")
        return ("en",) if english else ()
    weights = _weigh_scripts(text)
    if weights.get("ja", 0) > 0.05 * weights.get("zh", 0):  # kana: the Han beside it is Japanese
        weights["ja"] = weights.get("ja", 0) + weights.pop("zh", 0)
    else:
        weights.pop("ja", None)
    total = sum(weights.values())
    ranked = sorted((-weight, code) for code, weight in weights.items() if weight > 0)
    codes = [code for weight, code in ranked if -weight >= share * total]
    if share == 0.0:
        codes = codes[:1]
    refined = [_refine(code, text, expected) for code in codes]
    return tuple(filter(None, refined))


def _weigh_scripts(text: str) -> dict[str, float]:
    if _compiled(_OTHER_SCRIPTS).search(_beyond_ascii(text)) is None:
        return _weigh_han_and_latin(text)
    weights: dict[str, float] = {}
    for code, pattern in _SCRIPTS:
        count = len(_compiled(pattern).findall(text))
        if count:
            weights[code] = count / 2 if code in CJK_CODES else float(count)
    return weights


def _weigh_han_and_latin(text: str) -> dict[str, float]:
    """What `_weigh_scripts` finds in nearly every text that is not ASCII, for less."""
    beyond = _beyond_ascii(text)
    characters = len(beyond) - len(_compiled(f"[{_HAN}]+").sub("", beyond))
    if not characters:
        return {"en": 1.0} if _compiled(f"[{_LATIN}]").search(text) else {}
    words = len(_plain_words(text)) or len(_compiled(f"[{_LATIN}]+").findall(text))
    return {"zh": characters / 2, "en": float(words)} if words else {"zh": characters / 2}


def _refine(code: str, text: str, expected: str) -> str:
    """Tell apart the languages of one script as far as a few signs allow."""
    if code == "en":
        return "en" if _is_english(text, expected == "en") else ""
    if code == "ru":
        if _compiled(_BELARUSIAN).search(text):
            return "be"
        if _compiled(_UKRAINIAN).search(text):
            return "uk"
    return code


def _is_english(text: str, expected: bool) -> bool:
    """True where common English words outweigh what only other languages have.

    A text of a few words needs none, nor one that is expected to be English.
    """
    written: Sequence[str] = _plain_words(text)
    signs = [] if _SIGNS.isdisjoint(written) else list(filter(_SIGNS.__contains__, written))
    if written and _PARTICLES.isdisjoint(signs):
        return _outweighs(written, len(signs), expected)
    # To find the names that particles are in takes longer than all the rest. Most texts are
    # English even if every one of them is held against it, and the word that they hid at the top.
    if written and _outweighs(written, len(signs) + 1, expected):
        return True
    text = _PARTICLE.sub("", text)
    written = _plain_words(text) or _LATIN_WORD.findall(text)
    strange = [word for word in written if word in _FOREIGN or not word.isascii()]
    foreign = sum(word[0].islower() and word not in _BORROWED for word in strange)
    return _outweighs(written, foreign, expected)


def _outweighs(written: Sequence[str], foreign: int, expected: bool) -> bool:
    """True where enough of the words are common English ones, beside so many foreign ones."""
    foreign += bool(written) and written[0].lower() in _ARTICLES and written[0].istitle()
    needed = 2 * foreign
    if not expected and len(written) > _FEW_WORDS:
        needed = max(needed, math.ceil(0.03 * len(written)))
    # where English is written its words are many: the search is soon over
    common = filter(_ENGLISH.__contains__, map(str.lower, written))
    return not needed or len(list(islice(common, needed))) == needed


@lru_cache(maxsize=1)  # the scripts are weighed by them, then they are looked at
def _plain_words(text: str) -> Sequence[str]:
    """The words in Latin letters where none is accented, else (): a fifth of a pattern's time."""
    if not text.isascii() and _ACCENTED.search(_beyond_ascii(text)):
        return ()
    return text.encode("ascii", "replace").translate(_SPACED).decode("ascii").split()


@lru_cache(maxsize=1)
def _beyond_ascii(text: str) -> str:
    """The characters that are not ASCII: in most texts few are left for a pattern to look at."""
    return text.encode("utf-8", "replace").translate(None, _ASCII).decode()
