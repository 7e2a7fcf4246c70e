"""What to highlight of the places that matched.

In: the marks of texts, or a text and what marks it. Out: marks without those that only repeat a
part of a longer match; ascending intervals that do not touch. Used by `snippets` (for passages) and
`hits` (for titles).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.scripts import is_cjk
from newssearch.marks import Mark, Marker
from newssearch.syntax.nodes import Match


def highlights(
    text: str, matches: Sequence[Match], field: str, analyzer: Analyzer
) -> tuple[tuple[int, int], ...]:
    """What matched in a text of this field, as ascending [start, end) offsets."""
    return highlighted(text, matches, Marker(matches, field, analyzer))


def highlighted(text: str, matches: Sequence[Match], marker: Marker) -> tuple[tuple[int, int], ...]:
    """The same, where there is a marker for these matches."""
    (found,) = marker.marks([text])
    return merged(*without_parts([found], matches)) if found else ()


def without_parts(found: list[list[Mark]], matches: Sequence[Match]) -> list[list[Mark]]:
    """Where a long CJK run stands whole, parts of it elsewhere are no match.

    `syntax.runs` puts the parts right after the run.
    """
    present = {mark.match for here in found for mark in here}
    dropped: set[int] = set()
    for number in present:
        whole = {atom.text for way in matches[number].sequences for atom in way}
        part = number + 1
        while len(whole) > 1 and part < len(matches) and _is_part(matches[part], whole):
            dropped.add(part)
            part += 1
    return [[mark for mark in here if mark.match not in dropped] for here in found]


def _is_part(match: Match, whole: set[str]) -> bool:
    atoms = match.sequences[0]
    return all(atom.text in whole and is_cjk(atom.text[0]) for atom in atoms)


def merged(found: Iterable[Mark]) -> tuple[tuple[int, int], ...]:
    """Places as ascending intervals, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end, _ in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
