"""Counts over all documents of a generation.

In: postings. Out: `Totals`; used by `whoosh_snapshot`, and imported only when it is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set

from newssearch.article.model import Kind
from newssearch.engine.base import Totals
from newssearch.engine.whoosh_postings import WhooshPostings

#: More sites than there are.
_ALL_TERMS = 1 << 40


def totals(postings: WhooshPostings) -> Totals:
    """Pages are counted in `pages` alone."""
    counted = sorted(postings.everything - postings.uncounted)
    columns = postings.columns
    kinds = Counter(columns.texts("kind_key", counted))
    dates = columns.numbers("date_key")
    words = columns.numbers("words")
    dated = [dates[document] for document in counted if dates[document]]
    return Totals(
        articles=kinds[Kind.ARTICLE],
        digest_entries=kinds[Kind.DIGEST],
        pages=len(postings.uncounted),
        stories=len(set(columns.texts("story_key", counted))),
        words=sum(words[document] for document in counted),
        undated=len(counted) - len(dated),
        first_date=_day(min(dated, default=0)),
        last_date=_day(max(dated, default=0)),
        languages=_by_count(Counter(columns.texts("lang_key", counted))),
        sources=_by_count(_sources(postings, set(counted))),
        date_sources=_by_count(Counter(columns.texts("date_source_key", counted))),
    )


def _sources(postings: WhooshPostings, counted: Set[int]) -> Counter[str]:
    """Sites, folded, and how many documents each has.

    A document is found under its site's short name too (`bbc` for `bbc.com`): there only those
    count whose site has no other name.
    """
    having = {
        term: postings.frequencies("source", term).keys() & counted
        for term in postings.expand("source", "", _ALL_TERMS)
    }
    longer: dict[str, set[int]] = {}
    for term, documents in having.items():
        short, dot, _ = term.partition(".")
        if dot:
            longer.setdefault(short, set()).update(documents)
    return Counter(
        {
            term: count
            for term, documents in having.items()
            if (count := len(documents - longer.get(term, set())))
        }
    )


def _by_count(counts: Counter[str]) -> dict[str, int]:
    """The most frequent in front, equal ones in the order of their names."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _day(key: int) -> str:
    """A date key as YYYY-MM-DD, cut to what is known; empty for none."""
    digits = f"{key // 1_000_000:08d}"
    parts = [part for part in (digits[:4], digits[4:6], digits[6:]) if int(part)]
    return "-".join(parts)
