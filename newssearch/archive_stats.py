"""What an index holds, in numbers.

In: a snapshot, the index's size, where its archive is. Out: `ArchiveStats`; used by `query`.
"""

from __future__ import annotations

from newssearch.engine.base import Snapshot
from newssearch.inventory import ATTACHMENT, Inventory
from newssearch.places import Places
from newssearch.results import ArchiveStats


def archive_stats(snapshot: Snapshot, index_bytes: int, places: Places) -> ArchiveStats:
    """Counted over the live documents."""
    totals = snapshot.totals()
    inventory = Inventory.load(snapshot.attachment(ATTACHMENT))
    return ArchiveStats(
        articles=totals.articles,
        digest_entries=totals.digest_entries,
        pages=totals.pages,
        stories=totals.stories,
        files=inventory.file_count(),
        first_date=totals.first_date,
        last_date=totals.last_date,
        undated=totals.undated,
        words=totals.words,
        index_bytes=index_bytes,
        archive_bytes=sum(
            record.size for root in inventory.roots.values() for record in root.files.values()
        ),
        languages=dict(totals.languages),
        sources=dict(totals.sources),
        date_sources=dict(totals.date_sources),
        roots={name: str(folder) for name, folder in places.folders.items()},
        last_indexed=inventory.indexed,
    )
