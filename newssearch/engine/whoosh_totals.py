"""Counts over all documents of a generation.

In: postings. Out: `Totals`; used by `whoosh_snapshot`, and imported only when it is asked.
"""

from __future__ import annotations

from collections import Counter

from newssearch.article.model import Kind
from newssearch.engine.base import Totals
from newssearch.engine.counts import by_count, day_of, sources
from newssearch.engine.whoosh_postings import WhooshPostings


def totals(postings: WhooshPostings) -> Totals:
    """Pages are counted in `pages` alone."""
    counted = sorted(postings.everything - postings.uncounted)
    columns = postings.columns
    kinds = Counter(columns.texts("kind_key", counted))
    dates = columns.numbers("date_key")
    words = columns.numbers("words")
    dated = [dates[document] for document in counted if dates[document]]
    live = set(counted)
    having = {
        term: postings.frequencies("source", term).keys() & live
        for term in postings.expand("source", "")
    }
    return Totals(
        articles=kinds[Kind.ARTICLE],
        digest_entries=kinds[Kind.DIGEST],
        pages=len(postings.uncounted),
        stories=len(set(postings.stories(counted))),
        words=sum(words[document] for document in counted),
        undated=len(counted) - len(dated),
        first_date=day_of(min(dated, default=0)),
        last_date=day_of(max(dated, default=0)),
        languages=by_count(Counter(columns.texts("lang_key", counted))),
        sources=by_count(sources(having)),
        date_sources=by_count(Counter(columns.texts("date_source_key", counted))),
    )
