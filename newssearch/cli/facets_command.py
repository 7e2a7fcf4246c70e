"""`newssearch facets`: what matches a query, counted by the values of a field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from newssearch.cli.counted import complete_field, facet_field, say_nothing
from newssearch.cli.session import Session, current_session, global_options
from newssearch.cli.shared_options import ALL, QueryCommand, number_or_all, which_articles
from newssearch.render.facets import totals
from newssearch.results import Facet

if TYPE_CHECKING:
    from newssearch.cli.streams import Output

_MOST = 20  # values, unless asked for more; periods of time are all listed


@click.command("facets", cls=QueryCommand)
@click.argument("field", callback=facet_field, shell_complete=complete_field)
@click.argument("words", nargs=-1, metavar="[QUERY]...")
@click.option(
    "-n", "--limit", type=number_or_all, metavar="N|all", help="The most frequent N [default: 20]."
)
@which_articles
@click.option("--csv", is_flag=True, help="As CSV with a header.")
@click.option("--json", is_flag=True, help="One JSON document (docs/json.md).")
@global_options
def command(field: str, words: tuple[str, ...], **given: Any) -> int:
    """Count what matches a query by the values of a field.

    FIELD is source, lang, kind, author, keyword, tag, year, month, week or day. Without a QUERY,
    every article is counted.

    \b
    newssearch facets source
    newssearch facets keyword lukashenko -n 50
    newssearch facets month '"press freedom"' --lang en
    """
    from newssearch.cli.arguments import decoded
    from newssearch.cli.counted import one_form, query_options, say_notes
    from newssearch.cli.streams import Output
    from newssearch.engine.facet_values import UNITS
    from newssearch.query import open_index

    session = current_session()
    output = Output.of(session)
    form = one_form(csv=given["csv"], json=given["json"])
    settings, folder = session.reading()
    most = given["limit"] or (ALL if field in UNITS else _MOST)
    limit = None if most == ALL else most
    with open_index(folder) as index:
        options = query_options(given, settings)
        found = index.facets(field, decoded(" ".join(words)), options, limit)
    say_notes(session, found)
    output.write(_pieces(found, form, output))
    _say_counts(session, found, gap=output.terminal and not form)
    return 0 if found.total else 1


def _pieces(found: Facet, form: str, output: Output) -> Iterable[str]:
    from newssearch.render import facets

    match form:
        case "csv":
            return facets.render_facet_csv(found)
        case "json":
            from newssearch.render.json_form import render_facet_json

            return [render_facet_json(found)]
    if output.terminal:
        return facets.render_facet(found, output.look())
    return facets.render_facet_tsv(found)


def _say_counts(session: Session, found: Facet, gap: bool) -> None:
    if not found.total:
        say_nothing(session, found.query)
        return
    line = totals(found.total, found.total_stories)
    if len(found.values) < found.distinct:
        shown = f"{len(found.values):,} of {found.distinct:,} values"
        line = f"{shown}; --limit all lists every one. {line}"
    session.say("\n" * gap + line + "\n")
