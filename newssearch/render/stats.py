"""What the index holds, as a small aligned list.

In goes `ArchiveStats`, out comes text. `newssearch stats` uses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from newssearch.render.look import DIM, Look
from newssearch.render.wrap import cells, paint, wrap
from newssearch.results import ArchiveStats

_LABEL = len("digest entries")  # the longest name
_MOST_LISTED = 10  # sources can be thousands; --json has them all


def render_stats(stats: ArchiveStats, look: Look) -> Iterator[str]:
    """One line a figure."""
    width = None if look.width is None else max(look.width - _LABEL - 2, 20)
    for name, value in _figures(stats):
        lines = wrap(cells(value), width)
        text = f"\n{' ' * (_LABEL + 2)}".join(paint(line, look, "", "") for line in lines)
        yield f"{look.style(f'{name:<{_LABEL}}', DIM)}  {text}\n"


def byte_size(count: int) -> str:
    """A number of bytes as people say it: `41.2 MB` (of 1,000,000)."""
    size, unit = float(count), "bytes"
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            break
        size /= 1000
    return f"{count:,} bytes" if unit == "bytes" else f"{size:,.1f} {unit}"


def _figures(stats: ArchiveStats) -> Iterator[tuple[str, str]]:
    yield "articles", f"{stats.articles:,}"
    yield "digest entries", f"{stats.digest_entries:,}"
    yield "stories", f"{stats.stories:,}"
    yield "pages", f"{stats.pages:,} (left out of results and of these figures)"
    yield "files", f"{stats.files:,}"
    yield "words", f"{stats.words:,}"
    if stats.first_date:
        yield "dates", f"{stats.first_date[:10]} to {stats.last_date[:10]}"
    yield "undated", f"{stats.undated:,}"
    for name, counts in (
        ("dated by", stats.date_sources),
        ("languages", stats.languages),
        ("sources", stats.sources),
    ):
        if counts:
            yield name, _counts(counts)
    for root, folder in stats.roots.items():
        yield "archive", folder if root == folder else f"{root}: {folder}"
    yield "archive size", byte_size(stats.archive_bytes)
    yield "index size", byte_size(stats.index_bytes)
    yield "last indexed", stats.last_indexed.replace("T", " ")


def _counts(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{name or 'none'} {count:,}" for name, count in ordered[:_MOST_LISTED]]
    if len(ordered) > _MOST_LISTED:
        shown.append(f"{len(ordered) - _MOST_LISTED:,} more")
    return " · ".join(shown)
