"""The way in: `main` runs one command and gives the exit code.

__main__.py calls it. Here, and only here, errors become one line on standard error and an exit
code: 0 found, 1 nothing found, 2 error, 130 interrupted. Command modules are imported when their
command is called, since every command's start-up counts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from newssearch.cli.session import Session, complain, error_line, global_options
from newssearch.errors import NewsSearchError, QuerySyntaxError
from newssearch.render.safe import visible

PROGRAM = "newssearch"
COMPLETION_VARIABLE = "_NEWSSEARCH_COMPLETE"  # what the scripts of `completion` set
FAILED = 2
INTERRUPTED = 130

#: As --help lists them.
_COMMANDS = (
    *("index", "query", "show", "similar", "timeline", "facets", "saved", "export"),
    *("suggest", "stats", "check", "watch", "completion"),
)

#: What people type who have not read --help.
_MEANT = {"search": "query", "find": "query", "update": "index", "add": "index", "read": "show"}


class LazyGroup(click.Group):
    """A group whose commands live in modules that are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"newssearch.cli.{cmd_name}_command").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = not args or args[0] in _COMMANDS or args[0].startswith("-")
        if not known and not ctx.resilient_parsing:
            raise click.UsageError(_no_such_command(args), ctx)
        return super().resolve_command(ctx, args)


def _no_such_command(args: list[str]) -> str:
    import difflib
    import shlex

    if near := difflib.get_close_matches(args[0], (*_MEANT, *_COMMANDS), n=1):
        advice = f"did you mean {_MEANT.get(near[0], near[0])}?"
    else:
        advice = f"to search: newssearch query {shlex.join(args)}"
    return f"there is no command {args[0]!r}; {advice}"


def _print_version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if not value or context.resilient_parsing:
        return
    from importlib import metadata  # 39 ms: only here

    try:
        version = metadata.version("newssearch")
    except metadata.PackageNotFoundError:
        version = "(not installed)"
    click.echo(f"newssearch {version}")
    context.exit()


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@global_options
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.pass_context
def group(context: click.Context) -> None:
    """Search archives of news articles kept as Markdown files.

    \b
    newssearch index ~/news            make or update ./index
    newssearch query lukashenko        search it
    newssearch show 4f21b7             read one article
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (else the process's) name; returns the exit code."""
    session = Session()
    try:
        status = _run(session, arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        return _end_quietly()
    return status


def _run(session: Session, arguments: Sequence[str] | None) -> int:
    listed = sys.argv[1:] if arguments is None else list(arguments)
    if os.environ.get(COMPLETION_VARIABLE):  # a shell asks what may come next
        group.main(listed, PROGRAM, COMPLETION_VARIABLE)
    # Not through `group.main`: it has its own exit codes, and a closed pipe is 1 there.
    try:
        with group.make_context(PROGRAM, listed, obj=session) as context:
            status = group.invoke(context)
            return status if isinstance(status, int) else 0
    except click.exceptions.Exit as done:  # --help, --version
        return done.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:
        complain(error_line(session.to_type(_message(error))))
        if session.verbose >= 2:
            import traceback

            lines = traceback.format_exc().splitlines()
            complain("".join(f"{visible(line)}\n" for line in lines))
        return FAILED


def _message(error: Exception) -> str:
    """What happened and what to do, for one line."""
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "newssearch"
        message = error.format_message().rstrip(".")
        if isinstance(error, click.NoSuchOption):
            near = (
                f"; did you mean {' or '.join(error.possibilities)}?" if error.possibilities else ""
            )
            message = f"there is no option {error.option_name!r}{near}"
        return f"{message[:1].lower()}{message[1:]} (see {command} --help)"
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, QuerySyntaxError) and error.end > error.start:
        return f"{error} [at {error.start + 1}-{error.end}]"
    if isinstance(error, NewsSearchError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    if isinstance(error, ImportError):  # NumPy says much about it, and at last the reason
        reason = str(error).strip().rpartition("\n")[2]
        return f"a module cannot be loaded ({reason}); is there enough memory? (-vv shows where)"
    kind = type(error).__name__
    return f"this is a bug in newssearch: {kind}: {error} (-vv shows where)"


def _end_quietly() -> int:
    """The reader has closed the pipe: what it has read was what it wanted."""
    # Python flushes standard output once more at exit and would complain there.
    try:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.__stdout__.fileno())  # type: ignore[union-attr]
        os.close(devnull)
    except (AttributeError, OSError, ValueError):
        pass
    return 0
