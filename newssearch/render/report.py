"""What a run of the indexer did, in words.

In goes an `IndexReport`, out come lines. `newssearch index` uses it.
"""

from __future__ import annotations

from collections.abc import Iterator

from newssearch.render.safe import visible
from newssearch.results import IndexReport

MOST_LISTED = 20


def render_summary(report: IndexReport) -> str:
    """`added 12, changed 3, …, failed 0 — 0.41 s, 36 articles/s`, in one line."""
    counts = ", ".join(
        f"{name} {count:,}"
        for name, count in (
            ("added", report.added),
            ("changed", report.changed),
            ("renamed", report.renamed),
            ("removed", report.removed),
            ("unchanged", report.unchanged),
            ("failed", len(report.failed)),
        )
    )
    start = "dry run: " if report.dry_run else ""
    rate = report.articles / report.seconds if report.seconds > 0 else 0.0
    return f"{start}{counts} — {report.seconds:.2f} s, {rate:,.0f} articles/s\n"


def render_problems(report: IndexReport, everything: bool) -> Iterator[str]:
    """Failed files, one a line, at most 20 unless `everything` is asked for; then warnings too.

    New failures come first: the known ones have been seen before.
    """
    failed = sorted(report.failed, key=lambda failure: (not failure.new, failure.path))
    shown = failed if everything else failed[:MOST_LISTED]
    for failure in shown:
        yield f"{visible(failure.path)}: {visible(failure.reason)}\n"
    if len(failed) > len(shown):
        yield f"… and {len(failed) - len(shown):,} more (-v lists all)\n"
    if everything:
        for warning in report.warnings:
            yield f"{visible(warning)}\n"
