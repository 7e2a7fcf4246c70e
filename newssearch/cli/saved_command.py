"""`newssearch saved`: queries that have names, and what has come for them since they were last run.

A group of four commands. `add`, `list` and `remove` are here; what `run` does is in saved_run.py
beside this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newssearch.cli.arguments import decoded
from newssearch.cli.session import Session, current_session, global_options
from newssearch.cli.shared_options import ALL, QueryCommand, conditions, number_or_all, waiting
from newssearch.errors import UsageError

if TYPE_CHECKING:
    from newssearch.config import Settings
    from newssearch.options import QueryOptions

_SHOWN = 10  # of each search, unless said otherwise
_WAIT = waiting("Wait so long for another process at the saved searches.")


@click.group("saved", invoke_without_command=True)
@global_options
@click.pass_context
def command(context: click.Context) -> None:
    """Save queries, and see what is new for them.

    \b
    newssearch saved add strikes strike OR walkout
    newssearch saved run --new
    newssearch saved run strikes --limit 5
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command("add", cls=QueryCommand)
@click.argument("name")
@click.argument("words", nargs=-1, metavar="QUERY...")
@conditions
@click.option("--all-new", is_flag=True, help="What matches already is new, too.")
@click.option("--force", is_flag=True, help="Replace the search that has this name.")
@_WAIT
@global_options
def add(name: str, words: tuple[str, ...], **given: Any) -> int:
    """Save a query under a name.

    `saved run --new` tells what comes from now on.

    \b
    newssearch saved add strikes strike OR walkout
    newssearch saved add zh-minsk minsk --lang zh
    """
    import datetime

    from newssearch.query import open_index
    from newssearch.saved import SavedSearch, Seen, changing, check_name
    from newssearch.saved_run import all_seen, check_query

    session = current_session()
    name = check_name(decoded(name))
    query = _with_conditions(decoded(" ".join(words)).strip(), given)
    if not query:
        raise UsageError("nothing to search for; type: newssearch saved add NAME QUERY...")
    settings, folder = session.reading()
    options = query_options(settings)
    with open_index(folder) as news, changing(folder, given["wait"]) as kept:
        if name in kept.searches and not given["force"]:
            known = kept.searches[name].query
            raise UsageError(f"{name} is saved already, as: {known}; --force replaces it")
        check_query(name, query, {one.name: one.query for one in kept.searches.values()})
        results = news.query(query, options, limit=1, strict=True)
        _check(session, results)
        seen = Seen() if given["all_new"] else all_seen(news, query, options)
        kept.add(SavedSearch(name, query, datetime.date.today().isoformat()), seen)
    count = results.total_stories
    matching = f"{count:,} {'story matches' if count == 1 else 'stories match'} already"
    new = "new" if given["all_new"] else "not new"
    session.say(f"saved {name}: {f'{matching}, {new}' if count else 'nothing matches yet'}\n")
    return 0


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="As one JSON document.")
@global_options
def list_searches(as_json: bool) -> int:
    """List the saved searches: name, day, query.

    \b
    newssearch saved list
    newssearch saved list --json
    """
    from newssearch.cli.streams import Output
    from newssearch.index_folder import IndexFolder
    from newssearch.render import saved as render
    from newssearch.saved import saved_searches

    session = current_session()
    output = Output.of(session)
    folder = session.index_folder()
    IndexFolder.open(folder)
    searches = list(saved_searches(folder).values())
    if as_json:
        output.write([render.render_searches_json(searches)])
    elif output.terminal:
        output.write(render.render_searches(searches, output.look()))
    else:
        output.write(render.render_searches_tsv(searches))
    if not searches:
        session.say("there are no saved searches; newssearch saved add NAME QUERY makes one\n")
    return 0 if searches else 1


@command.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@_WAIT
@global_options
def remove(names: tuple[str, ...], wait: float) -> int:
    """Forget saved searches, and what they have reported.

    \b
    newssearch saved remove strikes
    newssearch saved remove strikes zh-minsk
    """
    from newssearch.index_folder import IndexFolder
    from newssearch.render.safe import visible
    from newssearch.saved import changing, unknown_search

    session = current_session()
    folder = session.index_folder()
    IndexFolder.open(folder)
    with changing(folder, wait) as kept:
        chosen = list(dict.fromkeys(map(decoded, names)))
        for name in chosen:
            if name not in kept.searches:
                raise unknown_search(name, kept.searches)
        for name in chosen:
            kept.remove(name)
        for one in kept.searches.values():
            for name in chosen:
                if f"@{name}" in one.query:
                    session.say(f"note: {one.name} asks for it: {visible(one.query)}\n")
    return 0


@command.command("run")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--new", is_flag=True, help="Only stories that were not reported before.")
@click.option(
    "-n",
    "--limit",
    type=number_or_all,
    metavar="N|all",
    help="Without --new: so many [default: 10].",
)
@click.option("--json", is_flag=True, help="One JSON document.")
@click.option("--jsonl", is_flag=True, help="One JSON object a hit and line.")
@click.option("--atom", is_flag=True, help="A feed (Atom).")
@click.option("--format", type=click.Choice(("text", "tsv")), help="For reading, or for programs.")
@click.option(
    "--output", metavar="FILE", type=click.Path(), help="With --new: add what is new to this file."
)
@_WAIT
@global_options
def run(names: tuple[str, ...], **given: Any) -> int:
    """List what saved searches find: those named, or all.

    \b
    newssearch saved run --new
    newssearch saved run strikes --new --atom --output strikes.xml
    """
    from newssearch.cli.saved_run import Run, choose_form
    from newssearch.cli.streams import Output

    session = current_session()
    output = Output.of(session)
    form = choose_form(given, output.terminal)
    settings, folder = session.reading()
    asked = Run(session, folder, output, form, query_options(settings))
    chosen = list(dict.fromkeys(map(decoded, names)))
    if not given["new"]:
        limit = given["limit"] or _SHOWN
        return asked.everything(chosen, None if limit == ALL else limit)
    return asked.new(chosen, given["output"], given["wait"])


def query_options(settings: Settings) -> QueryOptions:
    """What the configuration says of queries."""
    from newssearch.options import QueryOptions

    aliases: tuple[tuple[str, ...], ...] = ()
    if settings.aliases is not None:
        from newssearch.aliases import read_aliases

        aliases = read_aliases(settings.aliases)
    return QueryOptions(leading_wildcards=settings.leading_wildcards, aliases=aliases)


def _with_conditions(query: str, given: dict[str, Any]) -> str:
    """The query with the conditions of the options in it: what is saved is one text."""
    for field, name, form in (
        ("date", "since", "{}.."),
        ("date", "until", "..{}"),
        ("lang", "lang", "{}"),
        ("source", "source", "{}"),
    ):
        if value := decoded(given[name]):
            value = form.format(value)
            query += f' {field}:"{value}"' if " " in value else f" {field}:{value}"
    return query.strip()


def _check(session: Session, results: Any) -> None:
    """Say what is to be said about the query; refuse one that has nothing to search for."""
    from newssearch.render.text import render_note

    for note in results.notes:
        if note.code == "nothing-to-search":
            raise UsageError(note.message)
        session.say(render_note(note, results.query, caret=False))
