"""`newssearch index`: bring the index up to date with its archive folders.

Options and configuration become `IndexOptions`; the report is said on standard error, since
standard output is for results. Only `--dry-run`, whose result the report is, writes it there.
"""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from newssearch.cli.indexing import configured_options, configured_stemming
from newssearch.cli.session import complain, current_session, error_line, global_options
from newssearch.cli.shared_options import waiting
from newssearch.config import LEAST_MEMORY, Settings, normal_extension
from newssearch.options import IndexOptions

if TYPE_CHECKING:
    from newssearch.cli.session import Session
    from newssearch.results import IndexReport

_MB = 1024 * 1024

REFUSED = 2
SOME_FAILED = 3


@click.command("index")
@click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path())
@click.option("--rebuild", is_flag=True, help="Start again from an empty index.")
@click.option("--prune", is_flag=True, help="Remove articles although most of an archive is gone.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option(
    "--verify", is_flag=True, help="Compare every file's content, not just size and times."
)
@waiting("Wait so long for another writer.")
@click.option(
    *("-j", "--jobs"),
    type=click.IntRange(1),
    metavar="N",
    help="Read with so many processes [default: as many as processors].",
)
@click.option(
    "--memory",
    type=click.IntRange(LEAST_MEMORY // _MB),
    metavar="MB",
    help=f"What all of them may take together, about [default: {IndexOptions().memory // _MB}].",
)
@click.option("--ext", multiple=True, metavar="EXT,...", help="Read these files alone, as md,txt.")
@global_options
def command(paths: tuple[str, ...], **given: Any) -> int:
    """Make or update the index of archive folders.

    What was added, changed, renamed or removed since the last run is brought up to date. Folders
    are remembered: without PATH, all of them are looked at.

    \b
    newssearch index ~/news
    newssearch index
    newssearch --index ~/news.index index ~/news --ext md,txt
    newssearch index --rebuild -j 2 --memory 256
    """
    from newssearch.indexer import update_index

    session = current_session()
    settings, folder = session.settings_and_index(paths[0] if paths else None)
    options = _index_options(given, settings)
    was_there = os.path.exists(folder)
    stemming = configured_stemming(settings)
    with _progress(session) as progress:
        report = update_index(folder, paths, options, progress, stemming)
    status = _report(session, report)
    if progress is not None and report.added and not (was_there or report.dry_run):
        session.say(session.to_type("to search, type `newssearch query WORD...`\n"))
    return status


def _index_options(given: dict[str, Any], settings: Settings) -> IndexOptions:
    listed = [text for value in given["ext"] for text in value.split(",") if text.strip()]
    extensions = tuple(dict.fromkeys(normal_extension(text) for text in listed))
    configured = configured_options(settings)
    return replace(
        configured,
        rebuild=given["rebuild"],
        prune=given["prune"],
        dry_run=given["dry_run"],
        verify=given["verify"],
        wait=given["wait"],
        extensions=extensions or configured.extensions,
        jobs=given["jobs"] or configured.jobs,
        memory=given["memory"] * _MB if given["memory"] else configured.memory,
    )


def _progress(session: Session) -> Any:
    """A progress line for a person who watches, else nothing."""
    if session.quiet or sys.stderr is None or not sys.stderr.isatty():
        return nullcontext(None)
    from newssearch.cli.progress import ProgressLine

    return ProgressLine()


def _report(session: Session, report: IndexReport) -> int:
    """Say what was done; the exit code follows from what was not."""
    from newssearch.render.report import render_known_failures, render_problems, render_summary

    everything = session.verbose > 0 and not session.quiet
    for line in render_problems(report, everything):
        complain(line)
    if not everything:
        session.say(render_known_failures(report))
    if report.mended:
        complain(error_line(report.mended))
    for reason in report.refused_roots:
        complain(error_line(session.to_type(reason)))
    if report.dry_run:
        from newssearch.cli.streams import Output

        Output.of(session).write([render_summary(report)])
    else:
        session.say(render_summary(report))
    seen = report.added + report.changed + report.renamed + report.removed + report.unchanged
    if not (seen or report.failed or report.refused_roots):
        session.say("no file was found that is read: names end in .md or .markdown (see --ext)\n")
    if report.refused_roots:
        return REFUSED
    return SOME_FAILED if any(failure.new for failure in report.failed) else 0
