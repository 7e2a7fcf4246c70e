"""`newssearch check`: is the index whole, does it agree with its archive; `--repair` mends it.

What is found is the result; the summary, and what a repair has done, go to standard error.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from newssearch.cli.session import current_session, global_options
from newssearch.cli.shared_options import waiting

if TYPE_CHECKING:
    from newssearch.check import CheckReport
    from newssearch.cli.session import Session

SOMETHING_TO_DO = 1
DAMAGED = 2


@click.command("check")
@click.option("--repair", is_flag=True, help="Mend what is damaged, from the archive.")
@click.option(
    "--verify", is_flag=True, help="Compare every file's content, not just size and times."
)
@waiting("With --repair: wait so long for another writer.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object (docs/json.md).")
@global_options
def command(repair: bool, verify: bool, wait: float, as_json: bool) -> int:
    """Read every byte of the index, and compare it with its archive.

    Says what is damaged, what has changed since, and what to do about it. The exit code is 0 where
    all is well, 1 where there is something to do, 2 where something is damaged.

    \b
    newssearch check
    newssearch check --repair
    newssearch check --verify --json
    """
    from newssearch.check import check_index, repair_index
    from newssearch.cli.indexing import configured_options, configured_stemming
    from newssearch.cli.streams import Output
    from newssearch.render import check as render

    session = current_session()
    output = Output.of(session)
    settings, folder = session.settings_and_index(None) if repair else session.reading()
    options = replace(configured_options(settings), verify=verify, wait=wait)
    with _Shown(session) as shown:
        if repair:
            stemming = configured_stemming(settings)
            report = repair_index(folder, options, shown.megabytes, shown.files, stemming)
        else:
            report = check_index(folder, options, shown.megabytes)
    for line in render.render_repairs(report):
        session.say(line)
    if as_json:
        output.write([render.render_check_json(report)])
    else:
        output.write(render.render_findings(report, output.look(wrapped=False)))
    session.say(render.render_summary(report))
    return _status(report)


def _status(report: CheckReport) -> int:
    if report.is_damaged:
        return DAMAGED
    return 0 if report.is_well else SOMETHING_TO_DO


class _Shown:
    """How far it is, for a person who watches: a line for the bytes that are read, and one for the
    files of a rebuild."""

    def __init__(self, session: Session) -> None:
        self._watched = not session.quiet and sys.stderr is not None and sys.stderr.isatty()
        self._lines: list[Any] = []

    def __enter__(self) -> _Shown:
        if self._watched:
            from newssearch.cli.progress import ProgressLine

            self._lines = [ProgressLine("MB"), ProgressLine("files")]
        return self

    def megabytes(self, done: int, total: int) -> None:
        for line in self._lines[:1]:
            line(done // 1_000_000, total // 1_000_000)

    def files(self, done: int, total: int) -> None:
        for line in self._lines[1:]:
            line(done, total)

    def __exit__(self, *error: object) -> None:
        for line in self._lines:
            line.__exit__(None, None, None)
