"""What commands have in common that take all that a query finds: `facets`, `timeline`, `export`.

In go the values of options, out come `QueryOptions`; what is to be said about the query goes to
standard error. The fields that can be counted by are completed here, for `query --facet` too.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click

from newssearch.cli.arguments import decoded
from newssearch.cli.session import Session, complain
from newssearch.config import Settings
from newssearch.errors import UsageError
from newssearch.options import QueryOptions
from newssearch.render.safe import visible
from newssearch.results import Facet, Results, Timeline


def facet_field(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """The field that a name, or each of several, means; for click's `callback`."""
    if not value:
        return value
    from newssearch import facets  # start-up: most queries name no field

    try:
        if isinstance(value, tuple):
            return tuple(facets.facet_field(decoded(name)) for name in value)
        return facets.facet_field(decoded(value))
    except UsageError as error:
        if context.resilient_parsing:  # a shell completes: half a line is no mistake
            return value
        raise click.UsageError(str(error), context) from error


def complete_field(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[str]:
    """The fields that begin so; for click's `shell_complete`."""
    from newssearch.engine.facet_values import FACETS

    return [name for name in FACETS if name.startswith(incomplete)]


def query_options(given: Mapping[str, Any], settings: Settings) -> QueryOptions:
    """The options of `which_articles`, and what the configuration says."""
    return QueryOptions(
        since=decoded(given["since"]),
        until=decoded(given["until"]),
        lang=decoded(given["lang"]),
        source=decoded(given["source"]),
        any_word=given["any_word"],
        strict=given["strict"],
        leading_wildcards=given["leading_wildcards"] or settings.leading_wildcards,
        aliases=configured_aliases(settings),
    )


def configured_aliases(settings: Settings) -> tuple[tuple[str, ...], ...]:
    """The names that are the same name; none where no file of them is configured."""
    if settings.aliases is None:
        return ()
    from newssearch.aliases import read_aliases

    return read_aliases(settings.aliases)


def one_form(**asked: object) -> str:
    """The one form of output that is asked for; "" for none. Raises UsageError for several."""
    forms = [name for name, value in asked.items() if value]
    if len(forms) > 1:
        names = " or ".join(f"--{name}" for name in forms)
        raise UsageError(f"only one form of output at a time: {names}")
    return forms[0] if forms else ""


def say_notes(session: Session, found: Facet | Timeline | Results) -> None:
    """What should be known about the query, before what was found."""
    if notes := session.to_say(found.notes):
        from newssearch.render.text import render_note

        caret = sys.stderr is not None and sys.stderr.isatty()
        for note in notes:
            complain(render_note(note, found.query, caret))


def say_nothing(session: Session, query: str) -> None:
    """That nothing was found."""
    searched = f" for {visible(query)}" if query.strip() else ""
    session.say(f"nothing found{searched}\n")


def counted(count: int, one: str, many: str) -> str:
    """`1 article`, `2,630 articles`."""
    return f"{count:,} {one if count == 1 else many}"
