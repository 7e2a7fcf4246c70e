"""What commands have in common that bring an index up to date: `index`, `watch`, `check --repair`.

In: the settings of the configuration. Out: the options of a run as far as these say them, and how
words are stemmed in a new index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newssearch.options import IndexOptions

if TYPE_CHECKING:
    from newssearch.analysis.stems import Stemming
    from newssearch.config import Settings


def configured_options(settings: Settings) -> IndexOptions:
    """The options of a run for which nothing else was asked."""
    return IndexOptions(
        extensions=settings.extensions,
        max_file_bytes=settings.max_file_bytes,
        encodings=settings.encodings,
        jobs=settings.jobs,
        memory=settings.memory,
    )


def configured_stemming(settings: Settings) -> Stemming | None:
    """How words are stemmed; None where the configuration says nothing."""
    from newssearch.analysis.stems import Stemming

    return Stemming(**settings.stemmer) if settings.stemmer else None
