"""Where span nodes occur: words, phrases, and what stands near each other.

In: a span node of a tree in terms, a field, `Postings`. Out: spans, (start, end) in positions, the
end not in them, by document; used by `evaluate`. The arrays' way is `columnar.near`.

Two parts are near each other where one begins after the other ends and no later than its *reach*:
so many words further on, or the end of its sentence or paragraph. So of each span only those that
begin in a range are looked at; and where no more is asked than where the whole begins, only the
first of these.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence, Set

from newssearch.engine.occurrences import begins, width
from newssearch.engine.postings import Postings
from newssearch.syntax.nodes import Match, Near, Node, Or, Unit

Span = tuple[int, int]

#: Document -> spans, ascending, each once.
Spans = dict[int, list[Span]]

_FAR = 1 << 62


def starts(node: Near, field: str, postings: Postings) -> dict[int, set[int]]:
    """The different places at which parts that are near each other begin in a field."""
    return {
        document: {start for start, _ in found}
        for document, found in _near(node, field, postings, None, first_only=True)
    }


def spans(node: Node, field: str, postings: Postings, within: Set[int] | None = None) -> Spans:
    """Where a span node occurs in a field, in the documents `within` alone."""
    match node:
        case Match():
            return _of_match(node, field, postings, within)
        case Or(children):
            return _merged([spans(child, field, postings, within) for child in children])
        case Near():
            return {
                document: sorted(found)
                for document, found in _near(node, field, postings, within, first_only=False)
            }
        case _:
            raise TypeError(f"{node} has no places")


def _of_match(node: Match, field: str, postings: Postings, within: Set[int] | None) -> Spans:
    ways = []
    for sequence in node.sequences:
        size = width(sequence)
        found = begins(node, sequence, field, postings, within)
        ways.append({d: [(at, at + size) for at in sorted(places)] for d, places in found.items()})
    return _merged(ways)


def _merged(parts: Sequence[Spans]) -> Spans:
    if len(parts) == 1:
        return parts[0]
    every: dict[int, set[Span]] = {}
    for part in parts:
        for document, found in part.items():
            every.setdefault(document, set()).update(found)
    return {document: sorted(found) for document, found in every.items()}


def _near(
    node: Near, field: str, postings: Postings, within: Set[int] | None, first_only: bool
) -> Iterator[tuple[int, set[Span]]]:
    """Each document with the spans that cover the parts; `first_only`: of those that begin at one
    place one is enough."""
    parts: dict[Node, Spans] = {}
    for part in dict.fromkeys(node.parts):
        parts[part] = spans(part, field, postings, within)
        within = parts[part].keys()
    for document in within or ():
        of = [parts[part][document] for part in node.parts]
        if len(of) > 2:
            found = _windows(dict(zip(node.parts, of, strict=True)), node)
        else:
            found = _pairs(of[0], of[1], node, first_only, _edges(node, field, document, postings))
        if found:
            yield document, found


def _edges(node: Near, field: str, document: int, postings: Postings) -> Sequence[int] | None:
    return None if node.unit is Unit.WORDS else postings.breaks(field, document, node.unit)


def _pairs(
    first: list[Span],
    second: list[Span],
    node: Near,
    first_only: bool,
    edges: Sequence[int] | None,
) -> set[Span]:
    """What covers a span of each of two parts that are near each other; `edges` are the places at
    which sentences or paragraphs begin."""
    if edges is None:

        def reach(span: Span) -> int:
            return span[1] + node.slack

    else:
        ends = (*edges[1:], _FAR)

        def reach(span: Span) -> int:
            return ends[bisect_right(edges, span[0]) - 1] - 1

        first = [span for span in first if span[1] <= reach(span) + 1]
        second = [span for span in second if span[1] <= reach(span) + 1]
    found = set(_followed(first, second, reach, first_only))
    if not node.ordered:
        found.update(_followed(second, first, reach, first_only))
    return found


def _followed(
    earlier: list[Span], later: list[Span], reach: Callable[[Span], int], first_only: bool
) -> Iterator[Span]:
    """What covers an earlier span and a later one that begins within its reach."""
    begin = [start for start, _ in later]
    for span in earlier:
        start, end = span
        at = bisect_left(begin, end)
        last = min(at + 1, len(begin)) if first_only else len(begin)
        limit = reach(span)
        while at < last and begin[at] <= limit:
            yield start, later[at][1]
            at += 1


def _windows(parts: dict[Node, list[Span]], node: Near) -> set[Span]:
    """From each start of a part what covers the first span of each from there on (of equal parts
    the first ones), where at most `slack` positions beside them are in it. Of spans that begin
    together the shortest counts."""
    ends = [dict(reversed(found)) for found in parts.values()]
    lists = [
        (sorted(of), [of[start] for start in sorted(of)], node.parts.count(part))
        for part, of in zip(parts, ends, strict=True)
    ]
    windows: set[Span] = set()
    for begin in sorted({start for of in ends for start in of}):
        last, room = begin, node.slack
        for starts_, ends_, count in lists:
            at = bisect_left(starts_, begin)
            if at + count > len(starts_):
                return windows
            last = max(last, *ends_[at : at + count])
            room += sum(ends_[at : at + count]) - sum(starts_[at : at + count])
        if last - begin <= room:
            windows.add((begin, last))
    return windows
