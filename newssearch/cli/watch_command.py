"""`newssearch watch`: bring the index up to date whenever files have changed.

The runs are those of newssearch/watch.py; each that did something is one line on standard error,
as `newssearch index` says it, with the time before it. SIGTERM ends the watch once a run in
progress is done; Ctrl-C ends it at once, and a run in progress never was.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from newssearch.cli.session import complain, current_session, error_line, global_options
from newssearch.errors import NewsSearchError
from newssearch.render.safe import visible

if TYPE_CHECKING:
    from pathlib import Path

    from newssearch.cli.session import Session
    from newssearch.config import Settings
    from newssearch.results import IndexReport
    from newssearch.watch import Update

INTERRUPTED = 130

_NO_FORM = dict.fromkeys(("json", "jsonl", "atom", "format", "output", "new", "limit"))
_LONGEST = 10  # times as long as it should be quiet is the most that a run is put off
_WAIT = 10.0  # seconds that the saved searches wait for who else is at them


@click.command("watch")
@click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path())
@click.option("--saved", is_flag=True, help="Run the saved searches, too: what is new for them.")
@click.option(
    "--settle",
    type=click.FloatRange(0.1, 60),
    default=1.0,
    metavar="SECONDS",
    help="Index once nothing has changed for so long [default: 1].",
)
@click.option("--poll", is_flag=True, help="Look at all files every few seconds: network drives.")
@global_options
def command(paths: tuple[str, ...], saved: bool, settle: float, poll: bool) -> int:
    """Bring the index up to date as files arrive.

    What has changed since the last run is brought up to date first, and then whatever changes,
    until Ctrl-C. Without PATH, all archive folders that the index knows are watched.

    \b
    newssearch watch
    newssearch watch ~/news
    newssearch watch --saved --settle 30
    """
    from newssearch.cli.indexing import configured_options, configured_stemming
    from newssearch.watch import Watch, file_system

    session = current_session()
    stop = threading.Event()
    source = file_system(stop, settle, poll)
    settings, folder = session.settings_and_index(paths[0] if paths else None)
    options, stemming = configured_options(settings), configured_stemming(settings)
    watch = Watch(folder, paths, options, stemming, stop.is_set, _LONGEST * settle)
    search = _searches(session, settings, folder) if saved else lambda: None
    before = signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    status = 0
    try:
        worth_saying, greeting = True, "watching; Ctrl-C ends it\n"
        for update in watch.updates(source):
            if _say(session, update, worth_saying):
                search()
            if update.report is not None:
                session.say(greeting)
                worth_saying, greeting = bool(update.report.refused_roots), ""
    except KeyboardInterrupt:
        status = INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
    session.say("stopped\n")
    return status


def _searches(session: Session, settings: Settings, folder: Path) -> Callable[[], None]:
    """Writes what is new for the saved searches; those that find nothing new say nothing."""
    from newssearch.cli.saved_command import query_options
    from newssearch.cli.saved_run import Run, choose_form
    from newssearch.cli.streams import Output

    output = Output.of(session)
    form = choose_form(_NO_FORM, output.terminal)
    run = Run(replace(session, quiet=True), folder, output, form, query_options(settings))

    def search() -> None:
        try:
            run.new((), None, _WAIT)
        except NewsSearchError as error:
            complain(f"{_time()}  {error_line(str(error))}")

    return search


def _say(session: Session, update: Update, worth_saying: bool) -> bool:
    """Say what a run did; whether saved searches may find something new.

    A run that changed nothing is `worth_saying` if it is the first, before which another may have
    ended without its searches, or if the one before it did not see all folders.
    """
    if update.waits is not None:
        who = str(update.waits).partition(";")[0]
        session.say(f"{_time()}  {visible(who)}; waiting\n")
        return False
    if update.error is not None:
        complain(f"{_time()}  {error_line(str(update.error))}")
        return False
    assert update.report is not None
    return _report(session, update.report, worth_saying) or worth_saying


def _report(session: Session, report: IndexReport, worth_saying: bool) -> bool:
    """Say what a run did; whether it changed anything."""
    from newssearch.render.report import render_problems, render_summary

    everything = session.verbose > 0 and not session.quiet
    for line in render_problems(report, everything):
        complain(line)
    for reason in report.refused_roots:
        complain(error_line(reason))
    changed = bool(report.added or report.changed or report.renamed or report.removed)
    if changed or worth_saying or everything:
        session.say(f"{_time()}  {render_summary(report)}")
    return changed


def _time() -> str:
    import datetime

    return datetime.datetime.now().astimezone().strftime("%H:%M:%S")
