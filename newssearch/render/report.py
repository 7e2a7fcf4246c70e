"""What a run of the indexer did, in words.

In goes an `IndexReport`, out come lines. `newssearch index` uses it.
"""

from __future__ import annotations

from collections.abc import Iterator

from newssearch.render.safe import visible
from newssearch.results import IndexReport

MOST_LISTED = 20


def render_summary(report: IndexReport) -> str:
    """`added 12, changed 3, …, failed 0 — 0.41 s, 36 articles/s`, in one line.

    Where no article was read there is no rate.
    """
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
    rate = ""
    if report.articles and report.seconds > 0:
        rate = f", {report.articles / report.seconds:,.0f} articles/s"
    return f"{start}{counts} — {report.seconds:.2f} s{rate}\n"


def render_problems(report: IndexReport, everything: bool) -> Iterator[str]:
    """New failures, one a line, at most 20; with `everything` all, the known ones after the new
    ones, then warnings too.
    """
    failed = sorted(
        (failure for failure in report.failed if failure.new or everything),
        key=lambda failure: (not failure.new, failure.path),
    )
    shown = failed if everything else failed[:MOST_LISTED]
    for failure in shown:
        yield f"{visible(failure.path)}: {visible(failure.reason)}\n"
    if len(failed) > len(shown):
        yield f"… and {len(failed) - len(shown):,} more (-v lists all)\n"
    if everything:
        for warning in report.warnings:
            yield f"{visible(warning)}\n"


def render_known_failures(report: IndexReport) -> str:
    """How many files failed as they did in an earlier run; empty where none did."""
    known = sum(not failure.new for failure in report.failed)
    files = "1 file fails" if known == 1 else f"{known:,} files fail"
    return f"{files} as before (-v lists all)\n" if known else ""
