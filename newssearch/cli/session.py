"""The options that every command has, and what follows from them.

`newssearch -q query …` and `newssearch query -q …` mean the same: the options are declared once,
given to the group and to each command, and kept in one `Session`, which main.py makes, commands
read, and errors are reported by.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newssearch.config import Settings, named_index, settings_and_index
from newssearch.render.safe import visible

if TYPE_CHECKING:
    from newssearch.results import Note

COLORS = ("auto", "always", "never")


@dataclass(slots=True)
class Session:
    """One call of the program."""

    index: str | None = None
    config: str | None = None
    quiet: bool = False
    verbose: int = 0
    color: str = "auto"

    def index_folder(self) -> Path:
        """The index to read."""
        return self.reading()[1]

    def reading(self) -> tuple[Settings, Path]:
        """The settings in force and the index to read."""
        return self._find(None, writes=False)

    def settings_and_index(self, archive: str | None) -> tuple[Settings, Path]:
        """The settings in force and the index to write; `archive` is the first folder named."""
        return self._find(archive, writes=True)

    def _find(self, archive: str | None, writes: bool) -> tuple[Settings, Path]:
        cwd = Path.cwd()
        settings, folder = settings_and_index(self.config, self.index, cwd, os.environ, archive)
        # Who writes should know where to, unless it is where anyone would look for it.
        unexpected = folder != cwd / "index" and not named_index(self.index, os.environ)
        if self.verbose or (writes and unexpected):
            self.say(f"index: {visible(str(folder))}\n")
        return settings, folder

    def uses_color(self, terminal: bool) -> bool:
        """Whether to colour: as `--color` says, but `NO_COLOR` (no-color.org) wins."""
        if os.environ.get("NO_COLOR"):
            return False
        if self.color == "auto":
            return terminal and os.environ.get("TERM") != "dumb"
        return self.color == "always"

    def to_type(self, message: str) -> str:
        """A message whose commands to type are for the index that `--index` named, if it did."""
        if not self.index or "`newssearch " not in message:
            return message
        try:
            import re
            import shlex
        except (ImportError, MemoryError, OSError):  # the message itself may say that of memory
            return message
        option = f" --index {shlex.quote(self.index)}"
        return re.sub("`newssearch [^`]*", lambda command: command[0] + option, message)

    def say(self, text: str) -> None:
        """Counts, hints, progress: to standard error, unless `-q`."""
        if not self.quiet:
            complain(text)

    def to_say(self, notes: Sequence[Note]) -> list[Note]:
        """The notes that are said: with `-q` what is wrong with the index, and no more."""
        return [note for note in notes if not self.quiet or note.code == "older-generation"]

    def say_damage(self, passed_over: str) -> None:
        """Say that an older generation answers, `-q` or not: see `NewsIndex.passed_over`."""
        if passed_over:
            complain(f"note: {visible(passed_over)}\n")


def complain(text: str) -> None:
    """Write to standard error; text from outside has passed `visible` already. That it cannot be
    written, as to a log on a full disk, changes nothing about what has happened."""
    if sys.stderr is None:  # the caller has closed it
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except BrokenPipeError:
        raise
    except OSError:
        sys.stderr = None  # else Python tries once more at its end, and has an exit code for that


def error_line(message: str) -> str:
    """An error as the one line that it is allowed."""
    return f"newssearch: {visible(' '.join(message.split()))}\n"


def current_session() -> Session:
    return click.get_current_context().ensure_object(Session)


def global_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that all commands have."""
    for option in reversed(_GLOBAL_OPTIONS):
        command = option(command)
    return command


def _store(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    session = context.ensure_object(Session)
    if parameter.name == "verbose":
        session.verbose += value
    elif value:
        setattr(session, str(parameter.name), value)


def _global_option(*names: str, **attributes: Any) -> Callable[..., Any]:
    return click.option(*names, expose_value=False, callback=_store, **attributes)


_GLOBAL_OPTIONS = (
    _global_option(
        "--index", metavar="DIR", type=click.Path(), help="The index to use [default: ./index]."
    ),
    _global_option(
        "--config", metavar="FILE", type=click.Path(), help="Read this configuration file only."
    ),
    _global_option("-q", "--quiet", is_flag=True, help="No counts, hints or summary."),
    _global_option("-v", "--verbose", count=True, help="Say more; -vv shows where an error arose."),
    _global_option("--color", type=click.Choice(COLORS), help="When to colour [default: auto]."),
)
