"""What an engine's documents are read through, a document at a time.

In: fields, terms, conditions. Out: `Postings`, a protocol; `evaluate` and `spans` read it, and the
engines provide it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Protocol

from newssearch.engine.ranking import Statistics
from newssearch.syntax.nodes import Atom, Filter, Unit


class Postings(Protocol):
    """Documents are numbers of the engine's own, of live documents only."""

    statistics: Statistics

    def frequencies(self, field: str, term: str) -> Mapping[int, float]:
        """Document -> how often it has the term."""

    def document_frequency(self, field: str, term: str) -> int:
        """How many documents have the term, deleted ones perhaps too: it costs next to nothing."""

    def positions(
        self, field: str, term: str, within: Set[int] | None
    ) -> Mapping[int, Sequence[int]]:
        """Document -> the term's ascending positions, for the documents `within` alone."""

    def expanded(self, field: str, atom: Atom) -> list[str]:
        """The terms that an atom stands for, in order. Raises EngineError for too many."""

    def breaks(self, field: str, document: int, unit: Unit) -> Sequence[int]:
        """The ascending positions at which the sentences, or paragraphs, of a field begin."""

    def lengths(self, field: str) -> Sequence[int]:
        """The field's length in words, by document number."""

    @property
    def uncounted(self) -> Set[int]:
        """Documents that statistics leave out: pages."""

    @property
    def everything(self) -> Set[int]:
        """Every live document."""

    def filtered(self, condition: Filter) -> Set[int]:
        """The documents for which a condition holds."""
