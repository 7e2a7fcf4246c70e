"""`newssearch export`: everything that a query finds, in a form that other programs read.

Options become `QueryOptions` and a form; the articles go from the index through render/ to standard
output or to a file, which is there whole or not at all. Counts and notes go to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newssearch.cli.session import Session, current_session, global_options
from newssearch.cli.shared_options import ALL, QueryCommand, number_or_all, which_articles
from newssearch.errors import UsageError
from newssearch.options import Sort

if TYPE_CHECKING:
    from newssearch.export import Export, ExportedArticle

#: The forms, and what the names of files in them end with.
FORMATS = {
    "csv": ".csv",
    "jsonl": ".jsonl",
    "ris": ".ris",
    "bibtex": ".bib",
    "csl-json": ".json",
    "md": ".md",
}
_SORTS = [str(sort) for sort in Sort if sort is not Sort.RECENT]
_STANDARD_OUTPUT = "-"


@click.command("export", cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="QUERY...")
@click.option("--format", "form", type=click.Choice([*FORMATS]), help="In which form.")
@click.option("--output", metavar="FILE", type=click.Path(), help="Write this file, whole.")
@click.option(
    "-n", "--limit", type=number_or_all, metavar="N|all", help="At most so many [default: all]."
)
@click.option("--sort", type=click.Choice(_SORTS), help="In which order.")
@which_articles
@click.option("--no-collapse", is_flag=True, help="Every article, not each story once.")
@global_options
def command(words: tuple[str, ...], **given: Any) -> int:
    """Write everything that a query finds for other programs.

    Nothing is cut: every story, or with --no-collapse every article. The form is --format, or what
    the name of the file ends with: .csv, .jsonl, .ris, .bib, .json (CSL) or .md.

    \b
    newssearch export lukashenko --output belarus.ris
    newssearch export '"press freedom"' --since 2020-08 --format csv > freedom.csv
    """
    from newssearch.cli.arguments import decoded
    from newssearch.cli.counted import query_options, say_notes
    from newssearch.cli.whole_file import check_place
    from newssearch.query import open_index

    session = current_session()
    text, file = decoded(" ".join(words)), given["output"]
    form = _form(given["form"], file)
    if file not in (None, _STANDARD_OUTPUT):
        check_place(file)
    settings, folder = session.reading()
    options = replace(
        query_options(given, settings),
        sort=Sort(given["sort"]) if given["sort"] else None,
        collapse=not given["no_collapse"],
        snippets=form == "md",
    )
    if not text.strip() and not (options.since or options.until or options.lang or options.source):
        raise UsageError("nothing to search for; type: newssearch export WORD...")
    with open_index(folder) as index:
        limit = None if given["limit"] == ALL else given["limit"]
        export = index.export(text, options, limit)
        say_notes(session, export.results)
        _write(session, export, form, file)
    _say_counts(session, export)
    return 0 if export.count else 1


def _form(asked: str | None, file: str | None) -> str:
    """The form that is asked for, or that a file of this name has; raises UsageError."""
    if asked is not None:
        return asked
    known = ", ".join(FORMATS)
    if file in (None, _STANDARD_OUTPUT):
        raise UsageError(f"in which form? type --format {known.replace(', ', '|')}")
    suffix = Path(file).suffix.lower()
    for form, ending in FORMATS.items():
        if suffix == ending:
            return form
    raise UsageError(f"{file}: its name does not say in which form; add --format ({known})")


def _write(session: Session, export: Export, form: str, file: str | None) -> None:
    from newssearch.cli.streams import Output

    if file in (None, _STANDARD_OUTPUT):
        Output.of(session).write(_pieces(export, form, export.articles))
        return
    from newssearch.cli.whole_file import write_whole

    articles = _followed(session, export)
    pieces = _pieces(export, form, articles)
    write_whole(file, (piece.encode("utf-8", "backslashreplace") for piece in pieces))


def _followed(session: Session, export: Export) -> Iterator[ExportedArticle]:
    """The articles; on a terminal a line says how far it is."""
    if session.quiet or sys.stderr is None or not sys.stderr.isatty():
        yield from export.articles
        return
    from newssearch.cli.progress import ProgressLine

    with ProgressLine("articles") as progress:
        for done, article in enumerate(export.articles):
            progress(done, export.count)
            yield article


def _pieces(export: Export, form: str, articles: Iterable[ExportedArticle]) -> Iterator[str]:
    """The export as text. Forms are imported where they are used: start-up."""
    from newssearch.render.citation import provenance

    origin = provenance(export)
    match form:
        case "csv":
            from newssearch.render.export_csv import render_csv_export

            return render_csv_export(articles, origin)
        case "jsonl":
            from newssearch.render.export_jsonl import render_jsonl_export

            return render_jsonl_export(articles, origin)
        case "ris":
            from newssearch.render.export_ris import render_ris

            return render_ris(articles, origin)
        case "bibtex":
            from newssearch.render.export_bibtex import render_bibtex

            return render_bibtex(articles, origin)
        case "csl-json":
            from newssearch.render.export_csl import render_csl

            return render_csl(articles, origin)
    from newssearch.render.export_markdown import render_markdown

    return render_markdown(articles, origin)


def _say_counts(session: Session, export: Export) -> None:
    """How many there are, and of how many."""
    from newssearch.cli.counted import say_nothing
    from newssearch.render.facets import totals

    results = export.results
    if not export.count:
        say_nothing(session, results.query)
        return
    found = results.total_stories if export.options.collapse else results.total
    part = f" of {found:,}" if export.count < found else ""
    all_found = totals(results.total, results.total_stories)
    session.say(f"exported {export.count:,}{part}; found {all_found}\n")
