"""A word as typed to the sequences of atoms that it may stand as in an article.

In: a `Word`, an analyzer. Out: its ways, the joined form of a compound first; used by `terms`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from newssearch.analysis.analyzer import Analyzer, Token
from newssearch.analysis.folding import fold
from newssearch.analysis.scripts import CJK_RUN, is_cjk
from newssearch.syntax.nodes import Atom, Expand, Form, Word

#: Parts of a pattern are parted where words are, and where letters and digits meet; a sign belongs
#: to what stands before it.
_PATTERN_PART = re.compile(r"[*?]*(?:\d[\d*?]*|[^\W\d_](?:[*?]|[^\W\d_])*)")
_POSSESSIVE = re.compile(r"['’ʼ][sS]$")
_APOSTROPHES = re.compile(r"['’ʼ]")
_STARS = re.compile(r"\*+")
_SIGNS = re.compile(r"[*?]")


class Way(NamedTuple):
    """One way to say a word: atoms at their offsets, and how many positions it takes."""

    atoms: tuple[Atom, ...]
    width: int

    def then(self, second: Way) -> Way:
        """This, and the other right after it."""
        moved = tuple(
            Atom(atom.text, atom.expand, self.width + atom.offset, atom.edits)
            for atom in second.atoms
        )
        return Way(self.atoms + moved, self.width + second.width)


def ways(word: Word, analyzer: Analyzer) -> list[Way]:
    """The ways to say a word: joined where it is a compound, and by its parts (the last one).

    None where it holds no letter or digit.
    """
    if word.form is Form.PATTERN and _SIGNS.search(word.text) and not CJK_RUN.search(word.text):
        return _pattern(word.text, analyzer)
    tokens = analyzer.tokens(word.text)
    parts = [token for i, token in enumerate(tokens) if not _is_joined(tokens, i)]
    if not parts:
        return []
    atoms: list[Atom] = []
    for i, token in enumerate(parts):
        atoms += _atoms(token, parts[i - 1] if i else None, word, last=i == len(parts) - 1)
    found = [Way(tuple(atoms), parts[-1].position + 1)]
    if _is_joined(tokens, 0) and tokens[0].end == tokens[-1].end:
        found.insert(0, Way((_atom(tokens[0], word, last=True),), 1))
    return found


def _is_joined(tokens: list[Token], i: int) -> bool:
    """Is this the joined form of a compound, which shares its place with the first part?"""
    return i + 1 < len(tokens) and tokens[i].position == tokens[i + 1].position


def _atoms(token: Token, before: Token | None, word: Word, last: bool) -> list[Atom]:
    """The atoms of one token: none for the last character of a run, which its bigram holds."""
    text = token.terms[0]
    if not is_cjk(text[0]):
        atom = _atom(token, word, last)
        return [Atom(atom.text, atom.expand, token.position, atom.edits)]
    if len(text) == 1:
        if before and len(before.terms[0]) == 2 and before.end == token.end:
            return []
        return [Atom(text, Expand.PREFIX, token.position)]
    return [Atom(text, offset=token.position)]


def _atom(token: Token, word: Word, last: bool) -> Atom:
    """What a token that is no CJK run is searched as; only the `last` one may begin a word."""
    stem, unstemmed = token.terms[0], token.terms[-1]
    if word.form is Form.STEM:
        return Atom(stem)
    if word.form is Form.PREFIX and last:
        return Atom(unstemmed, Expand.PREFIX)
    if word.form is Form.FUZZY and word.edits and not unstemmed.isdecimal():
        return Atom(unstemmed, Expand.FUZZY, edits=word.edits)
    return Atom(unstemmed)


def _pattern(text: str, analyzer: Analyzer) -> list[Way]:
    """A pattern is one sequence, of parts that have signs in them and parts that have none."""
    folded = fold(_APOSTROPHES.sub("", _POSSESSIVE.sub("", text)))
    atoms: list[Atom] = []
    for offset, part in enumerate(_PATTERN_PART.findall(folded)):
        pattern = _STARS.sub("*", part)
        literal = _SIGNS.sub("", pattern)
        mark = "=" if len(analyzer.word_terms(literal)) > 1 else ""
        if pattern == literal:
            atoms.append(Atom(mark + pattern, offset=offset))
        elif pattern == literal + "*":
            atoms.append(Atom(mark + literal, Expand.PREFIX, offset))
        else:
            atoms.append(Atom(mark + pattern, Expand.PATTERN, offset))
    return [Way(tuple(atoms), len(atoms))] if atoms else []
