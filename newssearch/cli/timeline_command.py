"""`newssearch timeline`: what matches a query, counted by day, week, month or year."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newssearch.cli.counted import say_nothing
from newssearch.cli.session import Session, current_session, global_options
from newssearch.cli.shared_options import QueryCommand, which_articles
from newssearch.errors import UsageError
from newssearch.render.facets import totals
from newssearch.results import Timeline

if TYPE_CHECKING:
    from newssearch.cli.streams import Output

_UNITS = ("day", "week", "month", "year")


@click.command("timeline", cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[QUERY]...")
@click.option("--by", type=click.Choice(_UNITS), help="A bar for each [default: what fits].")
@which_articles
@click.option("--csv", is_flag=True, help="As CSV with a header.")
@click.option("--json", is_flag=True, help="One JSON document (docs/json.md).")
@click.option("--svg", metavar="FILE", type=click.Path(), help="As a picture; - is stdout.")
@global_options
def command(words: tuple[str, ...], **given: Any) -> int:
    """Count what matches a query by day, week, month or year.

    Without a QUERY, every article is counted. The share is the part of what the archive has of the
    same time.

    \b
    newssearch timeline lukashenko
    newssearch timeline '"press freedom"' --by month --since 2019
    newssearch timeline strike --svg strike.svg
    """
    from newssearch.cli.arguments import decoded
    from newssearch.cli.counted import one_form, query_options, say_notes
    from newssearch.cli.streams import Output
    from newssearch.query import open_index

    session = current_session()
    output = Output.of(session)
    form = one_form(csv=given["csv"], json=given["json"], svg=given["svg"])
    settings, folder = session.reading()
    with open_index(folder) as index:
        options = query_options(given, settings)
        found = index.timeline(decoded(" ".join(words)), given["by"] or "", options)
    say_notes(session, found)
    if form == "svg" and given["svg"] != "-":
        _write_picture(found, Path(given["svg"]))  # of nothing, too: not the one of last week
    else:
        output.write(_pieces(found, form, output))
    _say_counts(session, found, gap=output.terminal and not form)
    return 0 if found.total else 1


def _pieces(found: Timeline, form: str, output: Output) -> Iterable[str]:
    from newssearch.render import timeline

    match form:
        case "csv":
            return timeline.render_timeline_csv(found)
        case "json":
            from newssearch.render.json_form import render_timeline_json

            return [render_timeline_json(found)]
        case "svg":
            from newssearch.render.timeline_svg import render_timeline_svg

            return render_timeline_svg(found)
    if output.terminal:
        plain = not _can_write(timeline.DRAWN_WITH)
        return timeline.render_timeline(found, output.look(), plain)
    return timeline.render_timeline_tsv(found)


def _can_write(characters: str) -> bool:
    """Does the terminal's encoding have all of these?"""
    try:
        characters.encode(_encoding())
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _encoding() -> str:
    return sys.stdout.encoding or "ascii"


def _write_picture(found: Timeline, path: Path) -> None:
    """Write the whole picture, or leave the file as it was."""
    from newssearch.durable import replace_file
    from newssearch.render.timeline_svg import render_timeline_svg

    try:
        replace_file(path, "".join(render_timeline_svg(found)).encode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error


def _say_counts(session: Session, found: Timeline, gap: bool) -> None:
    if not found.total:
        say_nothing(session, found.query)
        return
    line = totals(found.total, found.total_stories)
    undated = found.undated.articles
    if undated:
        kind = "date" if found.by == "year" else f"known {found.by}"
        line += f"; {undated:,} without a {kind}"
    session.say("\n" * gap + line + "\n")
