"""What a query's writer should know, each note with its place in the query as typed.

In: places and messages, as the query is read. Out: the first `MOST_NOTES` notes in the order of the
query; made by `parser` and all that it asks.

A note's suggestion, where it has one, is what its place, `text[start:end]`, is better replaced by.
"""

from __future__ import annotations

from newssearch.results import Note

#: Of a query that is nothing but mistakes, the first ones are enough.
MOST_NOTES = 20

#: Codes of notes that help but say nothing is wrong: `strict` lets them pass.
HINTS = frozenset({"lower-case-or", "mixed-operators", "not-an-operator"})


class Notes:
    """Collects notes."""

    def __init__(self) -> None:
        self._found: list[Note] = []

    def add(self, code: str, message: str, start: int, end: int, suggestion: str = "") -> None:
        """Note what stands from `start` to `end`."""
        self._found.append(Note(code, message, start, end, suggestion))

    @property
    def full(self) -> bool:
        """Are there as many as are shown? What comes later needs no more thought."""
        return len(self._found) >= MOST_NOTES

    def in_order(self) -> tuple[Note, ...]:
        """The first notes, by their places."""
        if not self._found:
            return ()
        found = sorted(self._found, key=lambda note: (note.start, note.end))
        return tuple(found[:MOST_NOTES])
