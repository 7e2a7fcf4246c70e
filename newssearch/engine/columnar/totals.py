"""Counts over all documents of a generation.

In: an `Archive`. Out: `Totals`; used by `snapshot`, and imported only when it is asked.
"""

from __future__ import annotations

from collections import Counter

from newssearch.article.model import Kind
from newssearch.engine.base import Totals
from newssearch.engine.columnar.archive import Archive
from newssearch.engine.columnar.segment import decode
from newssearch.engine.counts import by_count, day_of, sources


def totals(archive: Archive) -> Totals:
    """Pages are counted in `pages` alone."""
    entries: dict[str, Counter[str]] = {name: Counter() for name in ("kind", "lang", "date_source")}
    stories: set[str] = set()
    undated = 0
    first = last = 0
    left_out = archive.deleted | archive.pages
    for base, segment in archive.parts():
        live = [n for n in range(segment.documents) if base + n not in left_out]
        for name, counts in entries.items():
            table, column = segment.tables[name], segment.column(name)
            for number, count in Counter(column[n] for n in live).items():
                counts[table[number]] += count
        dates = [key for n in live if (key := segment.column("date")[n])]
        undated += len(live) - len(dates)
        first = min([first or max(dates, default=0), *dates])
        last = max([last, *dates])
        numbers = {segment.column("story")[n] for n in live}
        keys = (decode(segment.stories.term(number)) for number in sorted(numbers))
        stories.update(archive.joined.get(key, key) for key in keys)
    having = {
        site: set(documents) - archive.pages for site, documents in archive.values("source").items()
    }
    return Totals(
        articles=entries["kind"][Kind.ARTICLE],
        digest_entries=entries["kind"][Kind.DIGEST],
        pages=len(archive.pages),
        stories=len(stories),
        words=archive.statistics.lengths.get("body", 0),
        undated=undated,
        first_date=day_of(first),
        last_date=day_of(last),
        languages=by_count(entries["lang"]),
        sources=by_count(sources(having)),
        date_sources=by_count(entries["date_source"]),
    )
