"""The options that several commands have, each declared once.

In goes a command, out comes the command with the options; used by the modules of commands. What
every command has is in session.py beside this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from newssearch.cli.arguments import OptionNames, options_before_words

Command = Callable[..., Any]

_MOST = 1000  # of `at_most`

ALL = -1  # the value of --limit all: click takes None for "not given"


class QueryCommand(click.Command):
    """A command whose arguments may begin with a dash: see cli/arguments.py."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:  # a shell completes: half a line is no mistake
            return super().parse_args(ctx, args)
        flags, valued = set[str](), set[str]()
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Option):
                alone = parameter.is_flag or parameter.count
                (flags if alone else valued).update(parameter.opts)
                if parameter.count:  # -vv is an option as much as -v
                    flags.update(name + name[1] for name in parameter.opts if len(name) == 2)
        return super().parse_args(ctx, options_before_words(args, OptionNames(flags, valued)))


def number_or_all(value: str | int) -> int:
    """A number from 1, or `ALL` for `all`; for the `type` of --limit."""
    if isinstance(value, int):  # the default
        return value
    if value == "all":
        return ALL
    if not value.isdecimal() or int(value) < 1:
        raise click.BadParameter(f"{value!r} is not a number from 1, nor 'all'")
    return int(value)


def conditions(command: Command) -> Command:
    """Give a command the options that limit it to some articles."""
    return _with(command, _CONDITIONS)


def which_articles(command: Command) -> Command:
    """Give a command all the options that say which articles are meant."""
    return _with(command, (*_CONDITIONS, *_MATCHING))


def at_most(command: Command) -> Command:
    """Give a command the option that says how many it lists, of what is never long."""
    option = click.option(
        "-n",
        "--limit",
        type=click.IntRange(1, _MOST),
        default=10,
        metavar="N",
        help="At most so many [default: 10].",
    )
    return option(command)


def waiting(for_what: str) -> Callable[[Command], Command]:
    """Give a command the option that says how long it waits."""
    return click.option(
        "--wait", type=click.FloatRange(0), default=0.0, metavar="SECONDS", help=for_what
    )


def _with(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


_CONDITIONS = (
    click.option("--since", metavar="DATE", default="", help="From this day, month or year on."),
    click.option("--until", metavar="DATE", default="", help="Up to this day, month or year."),
    click.option("--lang", metavar="CODE", default="", help="In this language, as en or zh."),
    click.option("--source", metavar="SITE", default="", help="From this source, as bbc.com."),
)

_MATCHING = (
    click.option("--any", "any_word", is_flag=True, help="One of the words is enough."),
    click.option(
        "--leading-wildcards", is_flag=True, help="Look for *burg in every word there is."
    ),
    click.option("--strict", is_flag=True, help="A mistake in the query is an error."),
)
