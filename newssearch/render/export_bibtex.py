r"""An export as BibTeX, in UTF-8.

In go the articles and where they are from, out come entries `@article` with `entrysubtype`
newspaper, which is how BibLaTeX's styles know a newspaper's article; classical styles set it as an
article of a journal. Where the export is from is an `@comment` in front: a field would be printed
in bibliographies.

BibTeX counts braces before TeX sees them, `\{` as well: a brace of an article's is written as a
command, so that whatever a title holds is one balanced value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from newssearch.export import ExportedArticle
from newssearch.render.citation import Citation, Name, Provenance, citation

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_COMMANDS = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{character: "\\" + character for character in "&%$#_"},
}
_SPECIAL = re.compile(r"[\\{}~^&%$#_]")

#: What would end or unbalance an address, which is not escaped: it is not set as text.
_NOT_IN_ADDRESSES = re.compile(r"[\s\\{}<>\"^`|]")

#: Languages as babel and polyglossia name them.
_LANGUAGES = {
    "ar": "arabic", "cs": "czech", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "fr": "french", "it": "italian", "ja": "japanese", "ko": "korean",
    "nl": "dutch", "pl": "polish", "pt": "portuguese", "ru": "russian", "sv": "swedish",
    "tr": "turkish", "uk": "ukrainian", "zh": "chinese",
}  # fmt: skip


def render_bibtex(articles: Iterable[ExportedArticle], origin: Provenance) -> Iterator[str]:
    """A comment, then one entry an article."""
    yield f"@comment{{{_text(origin.line)}}}\n"
    for exported in articles:
        cited = citation(exported)
        fields = "".join(f"  {name} = {value},\n" for name, value in _fields(cited) if value)
        yield f"\n@article{{{cited.key},\n{fields}}}\n"


def _fields(cited: Citation) -> list[tuple[str, str]]:
    """The fields with their values, empty where there is nothing to say."""
    year, month = (*cited.date, 0, 0)[:2]
    day = "-".join(f"{part:02}" for part in cited.date)
    return [
        ("author", _value(" and ".join(map(_name, cited.authors)))),
        ("title", _value(f"{{{_text(cited.title)}}}" if cited.title else "")),
        ("journal", _value(_text(cited.source))),
        ("entrysubtype", _value("newspaper")),
        ("date", _value(day)),
        ("year", _value(f"{year:04}" if year else "")),
        ("month", _MONTHS[month - 1] if 1 <= month <= 12 else ""),
        ("url", _value(_NOT_IN_ADDRESSES.sub(lambda found: quote(found[0]), cited.url))),
        ("keywords", _value(", ".join(map(_keyword, cited.keywords)))),
        ("langid", _value(_LANGUAGES.get(cited.lang, _text(cited.lang)))),
        ("abstract", _value(_text(cited.abstract))),
    ]


def _value(text: str) -> str:
    return f"{{{text}}}" if text else ""


def _text(text: str) -> str:
    """Text with what TeX takes for its own written as commands."""
    return _SPECIAL.sub(lambda found: _COMMANDS[found[0]], text)


def _keyword(word: str) -> str:
    """Commas part keywords: one within a keyword is kept from it by braces."""
    return f"{{{_text(word)}}}" if "," in word else _text(word)


def _name(name: Name) -> str:
    """Braces keep a name that is not taken apart in one piece."""
    if name.family:
        return f"{_text(name.family)}, {_text(name.given)}"
    return f"{{{_text(name.literal)}}}"
