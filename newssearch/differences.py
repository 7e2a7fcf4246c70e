"""What differs between two versions of an article, for somebody who reads.

In: two `Article`s. Out: a `Difference`: fields of the header with other values, and the text
paragraph by paragraph, with what was deleted and inserted. `newssearch show --diff` uses it.

    paragraphs that are equal ── between them, those that are most alike ── their words

Each step looks at what the step before left over, which keeps the time of long articles in bounds;
what is over the bounds is deleted and inserted whole. Words are compared without the spaces between
them, Chinese by characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from newssearch.alignment import equal_runs
from newssearch.article.model import CJK, Article, Paragraph

#: So many pairs of changed paragraphs are looked at to find those that are most alike.
_MOST_PARAGRAPH_PAIRS = 10_000
#: The part of their words that two paragraphs share at least which are versions of one.
_ALIKE = 0.5


class Change(StrEnum):
    SAME = "same"
    DELETED = "deleted"  # in the old version alone
    INSERTED = "inserted"  # in the new version alone


class Piece(NamedTuple):
    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field of the header that has other values. `pieces` are words where it is a title, else
    whole values; of a list those that both have are left out, and so is their order."""

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ParagraphDifference:
    """A paragraph in both versions, or in one of them. The lines are those of the files that it
    starts on, 0 in a version that does not have it. What is the same stands as in the new one."""

    old_line: int
    new_line: int
    pieces: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        return all(piece.change is Change.SAME for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Difference:
    """All paragraphs are in it, those that are the same too."""

    fields: tuple[FieldDifference, ...]
    paragraphs: tuple[ParagraphDifference, ...]

    @property
    def same_text(self) -> bool:
        return all(paragraph.is_same for paragraph in self.paragraphs)


def differences(old: Article, new: Article) -> Difference:
    """What has to be changed in `old` to make it `new`."""
    return Difference(tuple(_fields(old, new)), tuple(_paragraphs(old.body, new.body)))


# -- header -----------------------------------------------------------------------------------


def _fields(old: Article, new: Article) -> Iterator[FieldDifference]:
    """The fields that differ, in the order in which `show` has them."""
    yield from _title("title", old.title, new.title)
    yield from _title("alternate title", old.alternate_title, new.alternate_title)
    dates = [article.date.text if article.date else "" for article in (old, new)]
    for name, before, after in (
        ("date", _listed(dates[0]), _listed(dates[1])),
        ("source", _listed(old.source), _listed(new.source)),
        ("authors", old.authors, new.authors),
        ("keywords", old.keywords, new.keywords),
        ("tags", old.tags, new.tags),
        ("language", _listed(old.lang), _listed(new.lang)),
        ("kind", (old.kind.value,), (new.kind.value,)),
        ("address", _listed(old.url), _listed(new.url)),
        ("image", _listed(old.image), _listed(new.image)),
        *_extra(old, new),
    ):
        if set(before) != set(after):
            yield FieldDifference(name, before, after, tuple(_values(before, after)))


def _title(name: str, old: str, new: str) -> Iterator[FieldDifference]:
    if old != new:
        yield FieldDifference(name, _listed(old), _listed(new), _words(old, new))


def _listed(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _extra(old: Article, new: Article) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """The unknown fields, each with all of its values."""

    def of(article: Article, wanted: str) -> tuple[str, ...]:
        return tuple(value for name, value in article.extra if name == wanted)

    names = dict.fromkeys(name for name, _ in (*old.extra, *new.extra))
    return [(name, of(old, name), of(new, name)) for name in names]


def _values(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    yield from (Piece(Change.DELETED, value) for value in dict.fromkeys(old) if value not in new)
    yield from (Piece(Change.INSERTED, value) for value in dict.fromkeys(new) if value not in old)


# -- paragraphs -------------------------------------------------------------------------------


def _paragraphs(
    old: Sequence[Paragraph], new: Sequence[Paragraph]
) -> Iterator[ParagraphDifference]:
    keys = [[" ".join(part.text.split()) for part in body] for body in (old, new)]
    done_old = done_new = 0
    for start_old, start_new, length in [*equal_runs(*keys), (len(old), len(new), 0)]:
        yield from _changed(old[done_old:start_old], new[done_new:start_new])
        done_old, done_new = start_old + length, start_new + length
        for before, after in zip(old[start_old:done_old], new[start_new:done_new], strict=True):
            yield ParagraphDifference(before.line, after.line, (Piece(Change.SAME, after.text),))


def _changed(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[ParagraphDifference]:
    """Paragraphs without an equal one: those that are alike by words, the others whole."""
    done_old = done_new = 0
    for at_old, at_new in [*_most_alike(old, new), (len(old), len(new))]:
        for gone in old[done_old:at_old]:
            yield ParagraphDifference(gone.line, 0, (Piece(Change.DELETED, gone.text),))
        for added in new[done_new:at_new]:
            yield ParagraphDifference(0, added.line, (Piece(Change.INSERTED, added.text),))
        done_old, done_new = at_old + 1, at_new + 1
        if at_old < len(old):
            before, after = old[at_old], new[at_new]
            pieces = _words(before.text, after.text)
            yield ParagraphDifference(before.line, after.line, pieces)


def _most_alike(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> list[tuple[int, int]]:
    """Pairs of paragraphs, both ascending, that have the most words in common altogether."""
    if len(old) * len(new) > _MOST_PARAGRAPH_PAIRS:
        return []
    bags = [[Counter(_keys(_tokens(part.text))) for part in body] for body in (old, new)]
    alike = [[_likeness(before, after) for after in bags[1]] for before in bags[0]]
    # best[i][j]: of the first i and the first j
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, row in enumerate(alike):
        for j, value in enumerate(row):
            best[i + 1][j + 1] = max(best[i][j] + value, best[i][j + 1], best[i + 1][j])
    pairs = []
    i, j = len(old), len(new)
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]


def _likeness(old: Counter[str], new: Counter[str]) -> float:
    """The part of their words that two paragraphs share; 0 where it is small."""
    total = old.total() + new.total()
    share = 2 * (old & new).total() / total if total else 0.0
    return share if share >= _ALIKE else 0.0


# -- words ------------------------------------------------------------------------------------


@cache  # start-up: compiled where somebody compares
def _token() -> re.Pattern[str]:
    """A CJK character, a word, or a sign, each with the spaces after it."""
    return re.compile(rf"(?:[{CJK}]|[^\W{CJK}]+(?:['’.,-][^\W{CJK}]+)*|\s|.)\s*", re.DOTALL)


def _tokens(text: str) -> list[str]:
    return _token().findall(text)


def _keys(tokens: Sequence[str]) -> list[str]:
    return [token.rstrip() for token in tokens]


def _words(old: str, new: str) -> tuple[Piece, ...]:
    """One text made another, by words."""
    olds, news = _tokens(old), _tokens(new)
    steps: list[_Step] = []
    done_old = done_new = 0
    for start_old, start_new, length in [
        *equal_runs(_keys(olds), _keys(news)),
        (len(olds), len(news), 0),
    ]:
        gone, added = olds[done_old:start_old], news[done_new:start_new]
        done_old, done_new = start_old + length, start_new + length
        same = olds[start_old:done_old], news[start_new:done_new]
        steps.append(_Step(*("".join(tokens) for tokens in (gone, added, *same))))
        while len(steps) > 1 and steps[-2].is_crumb_before(steps[-1]):
            steps[-2:] = [steps[-2].with_crumb(steps[-1])]
    pieces = [
        Piece(change, text)
        for step in steps
        for change, text in (
            (Change.DELETED, step.gone),
            (Change.INSERTED, step.added),
            (Change.SAME, step.same),
        )
    ]
    return tuple(piece for piece in pieces if piece.text)


class _Step(NamedTuple):
    """A change, and what is the same behind it, which may have other spaces in the old version.

    What is no longer than the changes on either side of it is a crumb, the same by chance, and
    taken as changed too: a sentence put otherwise is read more easily without it.
    """

    gone: str
    added: str
    same_old: str
    same: str

    def is_crumb_before(self, after: _Step) -> bool:
        around = (max(len(step.gone), len(step.added)) for step in (self, after))
        return len(self.same) <= min(around)

    def with_crumb(self, after: _Step) -> _Step:
        gone, added, same_old, same = after
        return _Step(
            self.gone + self.same_old + gone, self.added + self.same + added, same_old, same
        )
