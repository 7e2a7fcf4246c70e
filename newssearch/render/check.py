"""What a check of an index found, in words and as JSON.

In goes a `CheckReport`, out come lines, or text of valid UTF-8. `newssearch check` uses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from newssearch.check.findings import CheckReport, Finding, Kind
from newssearch.render.look import Look
from newssearch.render.safe import json_text, visible
from newssearch.render.stats import byte_size

VERSION = 1

_STYLES = {Kind.DAMAGED: "1;31", Kind.LEFT_OVER: "33", Kind.BEHIND: "33", Kind.NOTE: "2"}


def render_findings(report: CheckReport, look: Look) -> Iterator[str]:
    """What was found, one a line: `damaged: FILE: what; what to do`."""
    for finding in report.findings:
        yield f"{look.style(finding.kind.value, _STYLES[finding.kind])}: {_said(finding)}\n"


def _said(finding: Finding) -> str:
    where = f"{finding.file}: " if finding.file else ""
    advice = f"; {finding.advice}" if finding.advice else ""
    return visible(f"{where}{finding.what}{advice}")


def render_repairs(report: CheckReport) -> Iterator[str]:
    """What was done, one a line."""
    for done in report.repaired:
        yield f"{visible(done)}\n"


def render_summary(report: CheckReport) -> str:
    """`all is well — 14 files, 41.2 MB, 6,640 articles, 1.91 s`, in one line."""
    counts = [
        f"{len(report.of_kind(kind)):,} {kind.value}"
        for kind in (Kind.DAMAGED, Kind.LEFT_OVER, Kind.BEHIND)
        if report.of_kind(kind)
    ]
    found = ", ".join(counts) or "all is well"
    files = "1 file" if report.files == 1 else f"{report.files:,} files"
    looked = f"{files}, {byte_size(report.bytes)}, {report.articles:,} articles"
    return f"{found} — {looked}, {report.seconds:.2f} s\n"


def render_check_json(report: CheckReport) -> str:
    """The report as one object."""
    content = {"version": VERSION} | asdict(report)
    del content["seconds"]  # the same index prints the same bytes
    return json_text(json.dumps(content, ensure_ascii=False)) + "\n"
