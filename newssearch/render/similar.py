"""Articles that are like one, with the words that they share, for people and for programs.

In: `SimilarHit`s. Out: pieces of text; used by `newssearch similar`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from newssearch.render.look import Look
from newssearch.render.rows import score_text
from newssearch.render.safe import field
from newssearch.render.text import render_text
from newssearch.results import Results, Snippet
from newssearch.similar import SimilarHit


def render_similar(
    found: Sequence[SimilarHit], look: Look, short_ids: Mapping[str, str]
) -> Iterator[str]:
    """The hits as a query's, with the shared words where these have their snippets."""
    hits = tuple(replace(one.hit, snippets=(Snippet(", ".join(one.shared)),)) for one in found)
    return render_text(Results("", len(hits), len(hits), hits), look, short_ids)


def render_similar_tsv(found: Sequence[SimilarHit]) -> Iterator[str]:
    """`id score date path title words`, the words parted by commas, without a header line."""
    for hit, shared in found:
        parts = (hit.id, score_text(hit.score), hit.date, hit.path, hit.title, ",".join(shared))
        yield "\t".join(map(field, parts)) + "\n"
