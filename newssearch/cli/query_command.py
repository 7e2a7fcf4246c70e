"""`newssearch query`: ranked hits with snippets, in the form asked for.

Options become `QueryOptions`, one call of the library, and what render/ makes of its `Results`.
Standard output gets the hits; notes and counts go to standard error.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from newssearch.cli.arguments import decoded
from newssearch.cli.counted import complete_field, configured_aliases, facet_field
from newssearch.cli.query_form import FORMATS, check_query_file_form, choose_form
from newssearch.cli.session import current_session, global_options
from newssearch.cli.shared_options import ALL, QueryCommand, conditions, number_or_all
from newssearch.errors import UsageError
from newssearch.options import QueryOptions, Sort

if TYPE_CHECKING:
    from newssearch.cli.query_run import Run
    from newssearch.config import Settings


_SORTS = [str(sort) for sort in Sort if sort is not Sort.RECENT]  # which is --recent
_TEXTS = ("since", "until", "lang", "source", "format")  # options that hold text, not a file


@click.command("query", cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="QUERY...")
@click.option(
    "-n",
    "--limit",
    type=number_or_all,
    default=10,
    metavar="N|all",
    help="At most so many [default: 10].",
)
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="Skip the first N.")
@click.option("--sort", type=click.Choice(_SORTS), help="In which order.")
@click.option("--recent", is_flag=True, help="Newer first among hits that match about as well.")
@conditions
@click.option("--any", "any_word", is_flag=True, help="One of the words is enough.")
@click.option("--no-collapse", is_flag=True, help="Every article, not each story once.")
@click.option("--no-snippet", is_flag=True, help="No passages of the text.")
@click.option(
    "--facet",
    "facets",
    multiple=True,
    metavar="FIELD",
    callback=facet_field,
    shell_complete=complete_field,
    help="Count all hits by source, lang, year …; repeatable.",
)
@click.option("--expand", is_flag=True, help="Add words of the best hits to the query.")
@click.option("--explain", is_flag=True, help="Say how the query was understood.")
@click.option("--leading-wildcards", is_flag=True, help="Look for *burg in every word there is.")
@click.option("--strict", is_flag=True, help="A mistake in the query is an error.")
@click.option("--count", is_flag=True, help="Only how many hits there are.")
@click.option("-l", "--files", is_flag=True, help="Only the files' names.")
@click.option("-0", "--null", is_flag=True, help="As -l, each name ended by NUL (xargs -0).")
@click.option("--ids", is_flag=True, help="Only the articles' ids.")
@click.option("--json", is_flag=True, help="One JSON document (docs/json.md).")
@click.option("--jsonl", is_flag=True, help="One JSON object a hit and line.")
@click.option(
    "--format",
    metavar="|".join((*FORMATS, "TEMPLATE")),
    help=r"Another form; a template is as '{date}\t{title}'.",
)
@click.option("--query-file", metavar="FILE", type=click.Path(), help="A query a line; - is stdin.")
@click.option("--pager", is_flag=True, help="Read the hits in a pager.")
@global_options
def command(words: tuple[str, ...], **given: Any) -> int:
    """List the best hits for a query.

    All words must match. Understood are "a phrase", OR, NOT or -word, brackets, wor*, word~,
    word W/5 word, and fields: title:word, source:bbc.com, date:2020-08.

    \b
    newssearch query lukashenko
    newssearch query '"press freedom"' -minsk --since 2020-08 --lang en
    newssearch query belarus -0 --limit all | xargs -0 wc -w
    """
    from newssearch.cli.query_run import Run
    from newssearch.cli.streams import Output

    session = current_session()
    output = Output.of(session)
    given |= {name: decoded(given[name]) for name in _TEXTS if given[name]}
    form = choose_form(given, output.terminal)
    settings, index = session.reading()
    options = _query_options(given, settings)
    run = Run(session, index, output, form, options, given["pager"])
    started = time.perf_counter()
    status = _answer(run, decoded(" ".join(words)), given["query_file"])
    if session.verbose:
        session.say(f"answered in {time.perf_counter() - started:.3f} s\n")
    return status


def _answer(run: Run, text: str, query_file: str | None) -> int:
    if query_file is None:
        if not text.strip() and not _has_filter(run.options):
            raise UsageError("nothing to search for; type: newssearch query WORD...")
        return run.one(text)
    if text:
        raise UsageError("either a query or --query-file, not both")
    if run.options.facets:
        raise UsageError("--facet counts what one query finds: it goes with no --query-file")
    check_query_file_form(run.form)
    return run.many(query_file)


def _has_filter(options: QueryOptions) -> bool:
    return bool(options.since or options.until or options.lang or options.source)


def _query_options(given: dict[str, Any], settings: Settings) -> QueryOptions:
    if given["expand"] and given["count"]:
        raise UsageError("--expand finds much that matches little: there is nothing to count")
    if given["recent"] and given["sort"]:
        raise UsageError("only one order at a time: --recent or --sort")
    sort = Sort.RECENT if given["recent"] else Sort(given["sort"]) if given["sort"] else None
    return QueryOptions(
        limit=None if given["limit"] == ALL else given["limit"],
        offset=given["offset"],
        sort=sort,
        since=given["since"],
        until=given["until"],
        lang=given["lang"],
        source=given["source"],
        any_word=given["any_word"],
        collapse=not given["no_collapse"],
        strict=given["strict"],
        expand=given["expand"],
        explain=given["explain"],
        leading_wildcards=given["leading_wildcards"] or settings.leading_wildcards,
        aliases=configured_aliases(settings),
        facets=given["facets"],
    )
